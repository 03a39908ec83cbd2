"""What was played, told to people and to machines; and the rulebook, as tables, diagrams and answers to why."""
