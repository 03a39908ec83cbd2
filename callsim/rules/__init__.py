"""The rules as tables: base rows, what vendors and assumptions lay over them, and the rulebook they make together."""

from callsim.rules.assumption import Assumption, Patch, patch
from callsim.rules.base_flow import PURPOSES
from callsim.rules.rows import (
    Answer,
    AnyRow,
    Consequence,
    Effect,
    Executes,
    Followers,
    Instruction,
    Limit,
    Of,
    Picker,
    Reply,
    Route,
    Row,
    Spelling,
    Start,
)
from callsim.rules.rulebook import BASE, Rulebook, Vendor, lay

__all__ = [
    "BASE", "PURPOSES", "Answer", "AnyRow", "Assumption", "Consequence", "Effect", "Executes", "Followers", "Instruction", "Limit", "Of",
    "Patch", "Picker", "Reply", "Route", "Row", "Rulebook", "Spelling", "Start", "Vendor", "lay", "patch",
]  # fmt: skip
