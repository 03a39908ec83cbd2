"""Ids as vendors write them: made from a seed and a count, so the same world has the same ids everywhere."""

from __future__ import annotations

from hashlib import sha256


def uuid(seed: int, kind: str, number: int) -> str:
    """A UUID (version 4 by its form) for the `number`-th thing of a kind in the world of that seed."""
    digits = list(sha256(f"callsim {seed} {kind} {number}".encode()).hexdigest()[:32])
    digits[12], digits[16] = "4", "89ab"[int(digits[16], 16) % 4]
    text = "".join(digits)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def hexadecimal(seed: int, kind: str, number: int, length: int = 20) -> str:
    """A hexadecimal id of `length` digits."""
    return sha256(f"callsim {seed} {kind} {number}".encode()).hexdigest()[:length]
