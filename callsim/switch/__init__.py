"""The switch: every call and multiparty call, and `apply(command, now)`, the only way to change them."""

from callsim.switch.switch import Switch
from callsim.switch.world import Clock, World, is_live, present, running

__all__ = ["Clock", "Switch", "World", "is_live", "present", "running"]
