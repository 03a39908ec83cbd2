"""The atlas: its worlds, its cells, and the forms in which it is told."""
