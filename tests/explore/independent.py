"""The same worlds once more, in plain tuples and ifs, written from what the words mean and not from the tables."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

Said = tuple[str, str, str]
"""Verb, whom, by whom."""

Ended = tuple[str, str, str, str]
"""Cause, by whom, by which verb, from which state."""


class OneCall:
    """One call, outbound or inbound; a state is (state, how it ended)."""

    def __init__(self, outbound: bool) -> None:
        self.outbound = outbound

    def begin(self) -> tuple[str, Ended | None]:
        return ("queued" if self.outbound else "ringing"), None

    def actions(self, state: tuple[str, Ended | None]) -> Sequence[Said]:
        words = [
            "ring carrier", "answer far-party", "answer api", "hang_up api", "hang_up far-party", "cancel api",
            "reject far-party", "busy far-party", "no_answer carrier", "fail carrier", "hang_up_all api",
            "ring_time_over platform", "time_limit_reached platform",
        ]  # fmt: skip
        return [(verb, "ann", by) for verb, by in map(str.split, words)]

    def step(self, state: tuple[str, Ended | None], said: Said) -> tuple[str, Ended | None]:
        verb, _, by = said
        now = state[0]
        if now == "completed":
            return state
        if verb == "ring" and now == "queued":
            return "ringing", None
        if verb == "answer" and now == "ringing" and by == ("far-party" if self.outbound else "api"):
            return "in-progress", None
        cause = self.ends(now, verb, by)
        return state if cause is None else ("completed", (cause, by, verb, now))

    def ends(self, now: str, verb: str, by: str) -> str | None:
        """By what cause this ends it, if it does."""
        if verb in ("hang_up", "hang_up_all") and now == "in-progress":
            return "normal"
        if now == "in-progress":
            return "time-limit" if verb == "time_limit_reached" else None
        if verb == "hang_up_all":
            return "cancelled" if now == "ringing" else None
        if verb == "hang_up" and by == "far-party":
            return None if now == "queued" else "rejected" if self.outbound else "cancelled"
        if verb in ("hang_up", "cancel"):
            return "cancelled"
        if verb == "fail":
            return "failed"
        if self.outbound:
            if verb == "ring_time_over":
                return "ring-timeout" if now == "ringing" else None
            return {"reject": "rejected", "busy": "busy", "no_answer": "no-answer"}.get(verb)
        return None

    def key(self, state: tuple[str, Ended | None]) -> Hashable:
        return state


class Leg:
    """One leg of a room; `asked`: the document of its exit URL is on its way."""

    def __init__(self, exit_url: bool) -> None:
        self.exit_url, self.state, self.ended, self.asked = exit_url, "queued", None, False
        self.seat, self.out = "joining", None


class Room:
    """A room of two legs that the API added, ann without and bob with an exit URL; nobody may stay alone.

    Clocks are kept in the order they are due: those of ringing before those of talking, each in the order set.
    """

    def __init__(self, state: tuple[object, ...] | None = None) -> None:
        self.legs = {"ann": Leg(False), "bob": Leg(True)}
        self.state, self.was, self.why, self.by, self.through = "initialized", None, None, None, None
        self.clocks: list[tuple[str, str]] = []
        self.gone: list[str] = []
        if state is not None:
            legs, (self.state, self.was, self.why, self.by, self.through), clocks = state
            self.clocks = list(clocks)
            for leg, was in zip(self.legs.values(), legs, strict=True):
                leg.state, leg.ended, leg.asked, leg.seat, leg.out = was

    def frozen(self) -> tuple[object, ...]:
        legs = tuple((leg.state, leg.ended, leg.asked, leg.seat, leg.out) for leg in self.legs.values())
        return legs, (self.state, self.was, self.why, self.by, self.through), tuple(self.clocks)

    # -- what is said ------------------------------------------------------------------------------------------------

    def say(self, verb: str, whom: str, by: str) -> None:
        if verb == "stop":
            if self.state != "ended":
                self.close("stopped", "api", "stop")
            return
        if verb == "start":
            if self.state == "initialized":
                self.state, self.was = "active", "initialized"
            return
        names = whom.split(",")
        rules = OneCall(outbound=True)
        for name in names:  # all of them first, consequences after
            leg = self.legs[name]
            after, ended = rules.step((leg.state, leg.ended), (verb, name, by))
            if verb == "kick" and leg.seat != "exited":
                self.exit(name, "kicked", "api")
            elif ended != leg.ended:
                self.end(name, ended)
            elif after != leg.state:
                self.moves(name, after)
        for name in names:
            if self.legs[name].state == "completed" and self.legs[name].seat != "exited":
                self.vacate(name, "call-ended")
        self.recount()

    def moves(self, name: str, state: str) -> None:
        leg = self.legs[name]
        leg.state = state
        self.clocks = [clock for clock in self.clocks if clock[1] != name]
        if state == "ringing":
            ringing = sum(1 for kind, _ in self.clocks if kind == "ring_time_over")
            self.clocks.insert(ringing, ("ring_time_over", name))
        else:
            self.clocks.append(("time_limit_reached", name))
            leg.seat = "active"
            if self.state == "initialized":
                self.state, self.was = "active", "initialized"

    def end(self, name: str, ended: Ended) -> None:
        leg = self.legs[name]
        leg.state, leg.ended, leg.asked = "completed", ended, False
        self.clocks = [clock for clock in self.clocks if clock[1] != name]

    def vacate(self, name: str, why: str) -> str:
        """Empty a seat; what it was before."""
        leg = self.legs[name]
        was, leg.seat, leg.out = leg.seat, "exited", why
        self.gone.append("recount" if was == "active" else "lose_joining")
        return was

    def exit(self, name: str, why: str, by: str) -> None:
        """Make somebody leave, and see what becomes of the call."""
        leg = self.legs[name]
        was, now = self.vacate(name, why), leg.state
        if was == "joining":
            self.end(name, ("cancelled", by, "cancel", now))
        elif leg.exit_url:
            leg.asked = True
        elif why == "kicked":
            self.end(name, ("kicked", by, "end_by_kick", now))
        else:
            self.end(name, ("mpc-ended", by, "end_with_mpc", now))

    def recount(self) -> None:
        """Some have left, or will not come, one after the other: the room ends if nobody is in it, or just one."""
        for through in self.gone:
            seats = [leg.seat for leg in self.legs.values()]
            inside, coming = seats.count("active"), seats.count("joining")
            if self.state != "ended" and through == "recount" and inside < 2:
                self.close("stay-alone" if inside else "no-participants", "platform", through)
            elif self.state != "ended" and through == "lose_joining" and not inside and not coming:
                self.close("no-participants", "platform", through)
        self.gone = []

    def close(self, why: str, by: str, through: str) -> None:
        self.state, self.was, self.why, self.by, self.through = "ended", self.state, why, by, through
        for name, leg in self.legs.items():
            if leg.seat != "exited":
                self.exit(name, "mpc-ended", by)


class RoomOfTwo:
    """That room as a world to be explored."""

    def begin(self) -> tuple[object, ...]:
        return Room().frozen()

    def actions(self, state: tuple[object, ...]) -> Sequence[Said]:
        room = Room(state)
        said = [(verb, name, by) for name in room.legs for verb, _, by in OneCall(True).actions(("", None)) if verb != "hang_up_all"]
        said += [("kick", name, "api") for name in room.legs]
        live = [name for name, leg in room.legs.items() if leg.state != "completed"]
        return [*said, ("start", "lobby", "api"), ("stop", "lobby", "api"), *([("hang_up_all", ",".join(live), "api")] if live else [])]

    def step(self, state: tuple[object, ...], said: Said) -> tuple[object, ...]:
        room = Room(state)
        room.say(*said)
        return room.frozen()

    def key(self, state: tuple[object, ...]) -> Hashable:
        return state
