"""A course over scenarios: the learner predicts, the scenario is played, and what differs is explained by rule and source."""
