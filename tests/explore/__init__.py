"""Every order in which things can happen, and that it is really every one."""
