"""What a broken law says in words: endings, moments, and who is found where somebody else should be."""

from __future__ import annotations

from callsim.model import Call, Ending


def moment(at: int | None) -> str:
    """A time in milliseconds, or never."""
    return "never" if at is None else f"{at} ms"


def ended(ending: Ending | None) -> str:
    """How a call ended: cause, by whom, when, out of which state and by which rule."""
    if ending is None:
        return "no ending"
    cause, by, at, verb, rule, was, *_ = ending
    return f"the ending {cause} by {by} at {moment(at)}, of {verb} as it was {was}, by {rule}"


def seen(found: Call | None, expected: Call) -> str:
    """What is found where a call may be."""
    return "nothing" if found is None else "the call itself" if found is expected else "another call"
