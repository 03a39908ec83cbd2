"""For people's own tests: hypothesis strategies, and a state machine that holds every law over a switch."""
