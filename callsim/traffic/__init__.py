"""Traffic: the same rules under load. Calls that arrive at random, trunks that are full, and what becomes of it all."""
