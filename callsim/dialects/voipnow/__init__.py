"""4PSA VoipNow, UnifiedAPI: the readings that its tables cannot hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar

from callsim.dialects import ids
from callsim.dialects.call_records import CallRecords
from callsim.dialects.dialect import Dialect, Made, Plan, Setting, epoch
from callsim.dialects.http import Request
from callsim.model import By, Call, Command, Placement, Verb
from callsim.rules import Reply, Route, Rulebook, Vendor
from callsim.switch import Switch

from . import actions, listing, making, views
from .call_records import VoipNowCallRecords
from .rules import ANSWERS, ASSUMPTIONS, ENDINGS, OUT, OVERLAY, ROUTES, STATES

_NUMBER = re.compile(r"\+?[0-9]+")
_EXTENSION = re.compile(r"[0-9*]+")


class VoipNow(Dialect):
    """UnifiedAPI 3."""

    vendor: ClassVar[Vendor] = Vendor("voipnow", "VoipNow", OVERLAY, (*ROUTES, *ANSWERS, *ENDINGS, *STATES), ASSUMPTIONS)

    several_views: ClassVar[bool] = True
    root: ClassVar[str] = "/uapi/"
    verbs: ClassVar[tuple[Verb, ...]] = (Verb.HANG_UP, Verb.HANG_UP_ALL, Verb.PLACE)

    def __init__(self, rulebook: Rulebook, setting: Setting | None = None) -> None:
        super().__init__(rulebook, setting)
        self._actions = {str(row.words["action"]): row for row in rulebook.spellings if row.of == "action"}

    def call_id(self, call: Call) -> str:
        return ids.hexadecimal(self.setting.seed, "call", views.legs(call)[0].number)

    # -- requests --------------------------------------------------------------------------------------------------

    def plan(self, route: Route, words: dict[str, str], request: Request, switch: Switch, name: str | None) -> Plan:
        user = self._user(words["user"], self._extension_meant(words, switch))
        if user is None:
            return self._reply(route, Reply.BAD_USER, words)
        if route.verb is Verb.PLACE:
            return self._make(route, user, request, switch, name, words)
        extensions = self._extensions(user, words["extension"])
        if extensions is None:
            return self._reply(route, Reply.BAD_EXTENSION, words)
        if route.name == actions.ROUTE:
            return self._act(route, user, extensions, request, switch, words)
        number = request.parameter("phoneNumber")
        if number is not None and not _NUMBER.fullmatch(number):
            return self._reply(route, Reply.BAD_NUMBER, words)
        calls = [call for call in switch.calls.values() if self._belongs(call, user, extensions)]
        fields = request.parameter("fields")
        if "call" in words:
            return self._one(route, calls, number, {**words, "fields": fields})
        return self._several(route, calls, number, {**words, "fields": fields})

    def _extension_meant(self, words: dict[str, str], switch: Switch) -> str:
        """The extension whose owner is asked for: the one named, or with @self that of the call named."""
        call = self.call_of(words.get("call", ""), switch) if words.get("extension") == "@self" else None
        return words.get("extension", "") if call is None else self.owner(call)[1]

    def _user(self, word: str, extension: str) -> str | None:
        """The user a word stands for, if the token reaches that far."""
        users, own = self.setting.users, self.setting.user
        if word in ("@me", "@viewer"):
            return own
        if word == "@owner":
            owner = next((id for id, user in users.items() if extension in user.extensions), own)
            return owner if self._reaches(owner) else None
        return word if word in users and self._reaches(word) else None

    def _reaches(self, user: str) -> bool:
        """Whether the credentials in use may act for that user."""
        own = self.setting.user
        if user == own:
            return True
        if self.rulebook.limits["context"].value == "own-user":
            return False
        same = self.setting.users[user].organization == self.setting.users[own].organization
        return self.setting.token == "system" or (self.setting.token == "organization" and same)

    def _extensions(self, user: str, word: str) -> tuple[str, ...] | None:
        """The extensions a word stands for, or None."""
        known = self.setting.users[user].extensions
        if word == "@self":
            return known
        return (word,) if _EXTENSION.fullmatch(word) and word in known else None

    def _belongs(self, call: Call, user: str, extensions: Iterable[str]) -> bool:
        owner, extension = self.owner(call)
        return owner == user and extension in extensions

    def owner(self, call: Call) -> tuple[str, str]:
        """The user and the extension a call is made with: its own, or the first there is."""
        placed = views.legs(call)[0].placement
        user = placed.user or next((id for id, each in self.setting.users.items() if placed.extension in each.extensions), "")
        user = user or self.setting.user
        known = self.setting.users.get(user)
        return user, placed.extension or (known.extensions[0] if known and known.extensions else "")

    def _reply(self, route: Route, reply: Reply, words: dict[str, Any]) -> Plan:
        return Plan(route.name, None, reply, words, rules=(route.id, "limit.context"))

    def _one(self, route: Route, calls: list[Call], number: str | None, words: dict[str, Any]) -> Plan:
        if not _alphanumeric(words["call"]):
            return self._reply(route, Reply.BAD_ID, words)
        whole = [call for call in calls if self.call_id(call) == words["call"]]
        if not whole:
            return self._reply(route, Reply.UNKNOWN, words)
        if number is not None and not any(views.has(leg, number) for leg in views.live(whole) or whole):
            return self._reply(route, Reply.MISMATCH, words)
        names = self._names(whole, number)
        command = Command(Verb.HANG_UP, names if len(whole) > 1 else names[0], By.API)
        return self._hang_up(route, command, views.live(whole) or whole[:1], words, number)

    def _names(self, whole: Sequence[Call], number: str | None) -> tuple[str, ...]:
        """The legs of one phone call that a request ends."""
        return tuple(leg.name for leg in views.meant(whole, number, str(self.rulebook.limits["number_scope"].value)))

    def _hang_up(
        self, route: Route, command: Command, calls: Iterable[Call], words: dict[str, Any], number: str | None
    ) -> Plan:
        shown = tuple(leg.name for leg in calls)
        scope = () if number is None else ("limit.number_scope",)
        return Plan(route.name, command, None, {**words, "shown": shown}, rules=(route.id, "limit.context", *scope))

    def _views(self, calls: Iterable[Call], id: str) -> dict[str, Call]:
        """The legs of the phone call of that id, by the ids of their views."""
        whole = [call for call in calls if self.call_id(call) == id]
        return {f"{views.legs(leg).index(leg):02}": leg for leg in whole}

    def _act(
        self, route: Route, user: str, extensions: tuple[str, ...], request: Request, switch: Switch, words: dict[str, Any]
    ) -> Plan:
        """Something done to a phone call that is live: one that has ended is none any more."""
        if not _alphanumeric(words["call"]):
            return self._reply(route, Reply.BAD_ID, words)
        calls = [call for call in switch.calls.values() if self._belongs(call, user, extensions)]
        there = {view: leg for view, leg in self._views(calls, words["call"]).items() if leg.ending is None}
        if not there:
            return self._reply(route, Reply.UNKNOWN, words)
        action = actions.read(request.body, self._actions, there)
        call = there.get(action.view) or next(iter(there.values()))
        words = {**words, "action": action.name, "problem": action.problem, "of": call.name}
        if action.row is None or action.problem:
            return self._reply(route, Reply.BAD_REQUEST, words)
        rules = (route.id, "limit.context", action.row.id)
        of_one = len(views.legs(call)) == 1
        if action.row.words["is"] != "done" or (action.row.words["view"] == "any" and not of_one):
            return Plan(route.name, None, Reply.NOT_IMPLEMENTED, words, rules=rules)
        if action.verb is None:
            return Plan(route.name, None, Reply.DONE, words, rules=rules)
        return Plan(route.name, Command(action.verb, call.name, By.API, action.detail), None, words, rules=rules)

    def _several(self, route: Route, calls: list[Call], number: str | None, words: dict[str, Any]) -> Plan:
        live = views.live(calls)
        if number is not None:
            live = [leg for leg in live if any(views.has(each, number) for each in views.live(views.legs(leg)))]
        if not live:
            return self._reply(route, Reply.NOTHING, words)
        ended = {name for leg in live for name in self._names(views.legs(leg), number)}
        command = Command(Verb.HANG_UP, tuple(leg.name for leg in live if leg.name in ended), By.API)
        return self._hang_up(route, command, live, words, number)

    def _make(
        self, route: Route, user: str, request: Request, switch: Switch, name: str | None, words: dict[str, Any]
    ) -> Plan:
        extension = making.extension_of(request)
        if extension not in self.setting.users[user].extensions:
            return self._reply(route, Reply.BAD_EXTENSION, {**words, "extension": extension})
        command = Command(Verb.PLACE, name or self.free_name(switch), By.API, making.placement(route.name, request, user))
        kinds = () if route.name == making.SIMPLE else ("limit.extension_kinds",)
        return Plan(route.name, command, None, {**words, "fields": None}, rules=(route.id, "limit.context", *kinds))

    def look(self, route: Route, words: dict[str, str], request: Request, switch: Switch) -> Plan:
        user = self._user(words["user"], self._extension_meant(words, switch))
        extensions = () if user is None else self._extensions(user, words["extension"])
        if user is None or extensions is None:
            return self._reply(route, Reply.BAD_USER if user is None else Reply.BAD_EXTENSION, words)
        if not _alphanumeric(words.get("call", "0")):
            return self._reply(route, Reply.BAD_ID, words)
        calls = [call for call in switch.calls.values() if self._belongs(call, user, extensions)]
        whole = [call for call in calls if self.call_id(call) == words.get("call", self.call_id(call))]
        plan = listing.listed(self, route.name, views.live(whole), request, words)
        if plan.reply is Reply.DONE and "call" in words and not views.live(whole):
            return self._reply(route, Reply.ALREADY if whole else Reply.UNKNOWN, words)
        return plan

    def looks(self, switch: Switch) -> Iterable[str]:
        return listing.lines(self, switch.calls.values())

    def words_of_answer(self, plan: Plan, switch: Switch, number: int) -> dict[str, Any]:
        if "of" in plan.words:
            return {"phone_call": self.phone_call(switch.calls[plan.words["of"]])}
        if plan.command is None:
            return {}
        target = plan.command.target
        names = (target,) if isinstance(target, str) else target
        firsts = {views.legs(switch.calls[name])[0].name: None for name in names if name in switch.calls}
        fields, shown = plan.words.get("fields"), plan.words.get("shown")
        return {"phone_calls": [self.phone_call(switch.calls[name], fields, shown) for name in firsts]}

    def made(self, verb: Verb, name: str, switch: Switch, detail: Any) -> Made | None:
        if verb is Verb.HANG_UP:
            return Made("DELETE", self._path(switch.calls[name]))
        if verb is Verb.HANG_UP_ALL:
            return Made("DELETE", "/uapi/phoneCalls/@me/@self")
        if verb in actions.VERBS:
            call = switch.calls[name]
            return Made("PUT", self._path(call), actions.body(verb, detail, self.owner(call)[1], self._actions.values()))
        if verb is Verb.PLACE:
            user, extension = self._placing(detail)
            return Made("POST", *making.line(detail, user, extension))
        return None

    def _path(self, call: Call) -> str:
        """Where a phone call is found."""
        user, extension = self.owner(call)
        word = "@me" if user == self.setting.user else user
        return f"/uapi/phoneCalls/{word}/{extension}/{self.call_id(call)}"

    def _placing(self, placement: Placement) -> tuple[str, str]:
        user = placement.user or self.setting.user
        known = self.setting.users.get(user)
        return user, placement.extension or (known.extensions[0] if known else "")

    # -- words -----------------------------------------------------------------------------------------------------

    def phone_call(self, call: Call, fields: str | None = None, shown: Collection[str] | None = None) -> dict[str, Any]:
        """The PhoneCall object that a call is of: empty fields left out, and trimmed to `fields` if any are asked for. It has
        the views of its legs that are live, or whose names are in `shown`."""
        whole = views.legs(call)
        first = whole[0]
        user, extension = self.owner(first)
        seen = [leg for leg in whole if leg.ending is None or len(whole) == 1] if shown is None else [
            leg for leg in whole if leg.name in shown
        ]  # fmt: skip
        kept = _without_none({
            "id": self.call_id(first), "extension": extension, "ownerId": user,
            "published": epoch(first.ringing_at if first.queued_at is None else first.queued_at),
            "answered": epoch(views.answered(whole)),
            "phoneCallView": [self._view(leg, whole, extension) for leg in seen],
            "links": {"self": f"/uapi/phoneCalls/@me/{extension}/{self.call_id(first)}"},
        })  # fmt: skip
        wanted = [field.strip() for field in fields.split(",")] if fields else list(kept)
        return {name: value for name, value in kept.items() if name in wanted}

    def _view(self, leg: Call, whole: Sequence[Call], extension: str) -> dict[str, Any]:
        view = views.written(leg, whole.index(leg), len(whole) > 1, extension, self.call_words(leg)[0])
        return _without_none(view)

    def call_records(self) -> CallRecords:
        return VoipNowCallRecords(self)

    def call_words(self, call: Call) -> tuple[dict[str, Any], tuple[str, ...]]:
        if call.ending is None:
            state = self.spelling("state", call.state, None, call)
            return {**state.words, **_without_none(views.dated(call))}, (state.id,)
        row = self.ending(call.ending)
        return dict(row.words), (row.id,)

    def callback(self, kind: str, call: Call, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
        row = self.spelling("callback", kind, None, call)
        extension = self.owner(call)[1]
        out = call.direction is OUT
        params = {
            "CallID": str(call.number), "CallAPIID": self.call_id(call), **row.words,
            "CallStatus": "ANSWER" if call.answered_at is not None else "UNKNOWN",
            "CallerIDNum": extension if out else call.placement.from_,
            "CallerExtension": extension if out else "", "CalledExtension": "" if out else extension,
            "CalledNumber": call.placement.to,
        }  # fmt: skip
        return params, (row.id,)


def _alphanumeric(id: str) -> bool:
    return id.isascii() and id.isalnum()


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
