"""The laws of every world, as a check for people's own tests."""

from __future__ import annotations

from callsim.errors import BrokenLaw
from callsim.motion import Motion
from callsim.properties import LAWS, Watch, check_all
from callsim.switch import Switch

__all__ = ["LAWS", "Watch", "assert_lawful"]


def assert_lawful(world: Switch | Motion) -> None:
    """Hold every law over everything in a switch, or in that of a simulation. Raises AssertionError that names the law.

    That a call's first ending stays only shows in time: keep a `Watch(switch)`, and call its `check_all` now and then.
    """
    switch = world if isinstance(world, Switch) else world.switch
    try:
        check_all(switch)
    except BrokenLaw as broken:
        raise AssertionError(f"broken law '{broken.law}': {broken.what}") from broken
