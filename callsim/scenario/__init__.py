"""Scenario files: read, checked, played and judged."""
