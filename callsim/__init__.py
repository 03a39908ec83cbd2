"""callsim: what hanging up and stopping really do, by which rule, and who says so."""
