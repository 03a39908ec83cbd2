"""The emulator: one switch for each vendor behind that vendor's own HTTP interface, on a clock that somebody holds."""
