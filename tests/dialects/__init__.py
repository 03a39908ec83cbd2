"""The dialects against tables: what is asked of each vendor, in which state, and what it answers in its own words."""
