"""The zoo: rulebooks and switches that are broken on purpose, and what catches each of them."""
