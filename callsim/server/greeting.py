"""What a server says as it begins: what world it serves, and, of the demo world, everything that opens it."""

from __future__ import annotations

from callsim.far_end import TEST_NUMBERS, FarEnd
from callsim.server.accounts import Account
from callsim.server.worlds import Setting, Stand


def greeting(world: Setting, clock: str) -> list[str]:
    """The lines. The secrets of a demo are no secrets; those of other accounts are not told."""
    first = f"{world.title}: {', '.join(stand.vendor for stand in world.stands)}; clock {clock}"
    if not world.is_demo:
        return [first]
    return [first, *(f"  {_keys(stand)}" for stand in world.stands), *_numbers()]


def _keys(stand: Stand) -> str:
    dialect = stand.dialect()
    keys = " or ".join(_shown(account, str(dialect.rulebook.limits["credentials"].value)) for account in stand.accounts)
    users = "".join(
        f"; user {id}, extensions {', '.join(user.extensions)}" for id, user in dialect.setting.users.items() if dialect.several_views
    )
    return f"{stand.vendor:<8} {dialect.root}  {keys}{users}"


def _shown(account: Account, ways: str) -> str:
    basic = f"{account.id}:{account.secret}"
    if ways == "basic":
        return f"auth id {account.id}, token {account.secret}"
    named = f"account {account.id}, " if account.id else ""
    return f"{named}bearer {account.secret}" + (f" (or basic {basic})" if "basic" in ways else "")


def _numbers() -> list[str]:
    said = ", ".join(f"{number} {does(far)}" for number, far in TEST_NUMBERS.items())
    return [f"  numbers  {said}; any other rings and is not answered"]


def does(far: FarEnd) -> str:
    """What a far party does by itself, in a few words."""
    if far.answers is not None:
        ends = f", hangs up after {far.hangs_up // 1000} s" if far.hangs_up is not None else ""
        return f"answers after {far.answers // 1000} s{ends}"
    if far.busy is not None:
        return "is busy"
    if far.rejects is not None:
        return "rejects"
    return "cannot be reached" if far.unreachable else "is never answered"
