"""Figures, measured side by side on one machine in one run: `python -m tests.benchmarks`. Nothing here asserts a time."""
