"""The example is a project of its own: what is in it is data here, and has tests that fail on purpose."""

collect_ignore = ["example"]
