"""4PSA VoipNow, UnifiedAPI: the readings that its tables cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from callsim.dialects import ids
from callsim.dialects.dialect import Dialect, Made, Plan, epoch
from callsim.dialects.http import Request
from callsim.model import By, Call, Command, Placement, Verb
from callsim.rules import Reply, Route, Vendor
from callsim.switch import Switch

from .rules import ANSWERS, ASSUMPTIONS, ENDINGS, OUT, OVERLAY, ROUTES, STATES

_NUMBER = re.compile(r"\+?[0-9]+")
_EXTENSION = re.compile(r"[0-9*]+")
_SECONDS = re.compile(r"[0-9]{1,9}")


class VoipNow(Dialect):
    """UnifiedAPI 3, phone calls of one view."""

    vendor: ClassVar[Vendor] = Vendor("voipnow", "VoipNow", OVERLAY, (*ROUTES, *ANSWERS, *ENDINGS, *STATES), ASSUMPTIONS)

    verbs: ClassVar[tuple[Verb, ...]] = (Verb.HANG_UP, Verb.HANG_UP_ALL, Verb.PLACE)

    def call_id(self, call: Call) -> str:
        return ids.hexadecimal(self.setting.seed, "call", call.number)

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
        number = request.parameter("phoneNumber")
        if number is not None and not _NUMBER.fullmatch(number):
            return self._reply(route, Reply.BAD_NUMBER, words)
        calls = [call for call in switch.calls.values() if self._belongs(call, user, extensions)]
        fields = request.parameter("fields")
        if "call" in words:
            return self._one(route, calls, number, {**words, "fields": fields})
        live = [call for call in calls if call.ending is None and (number is None or _has(call, number))]
        return self._several(route, live, {**words, "fields": fields})

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
        placed = call.placement
        user = placed.user or next((id for id, each in self.setting.users.items() if placed.extension in each.extensions), "")
        user = user or self.setting.user
        known = self.setting.users.get(user)
        return user, placed.extension or (known.extensions[0] if known and known.extensions else "")

    def _reply(self, route: Route, reply: Reply, words: dict[str, Any]) -> Plan:
        return Plan(route.name, None, reply, words, rules=(route.id, "limit.context"))

    def _one(self, route: Route, calls: list[Call], number: str | None, words: dict[str, Any]) -> Plan:
        if not (words["call"].isascii() and words["call"].isalnum()):
            return self._reply(route, Reply.BAD_ID, words)
        call = next((each for each in calls if self.call_id(each) == words["call"]), None)
        if call is None:
            return self._reply(route, Reply.UNKNOWN, words)
        if number is not None and not _has(call, number):
            return self._reply(route, Reply.MISMATCH, words)
        return Plan(route.name, Command(Verb.HANG_UP, call.name, By.API), None, words, rules=(route.id, "limit.context"))

    def _several(self, route: Route, calls: list[Call], words: dict[str, Any]) -> Plan:
        if not calls:
            return self._reply(route, Reply.NOTHING, words)
        command = Command(Verb.HANG_UP, tuple(call.name for call in calls), By.API)
        return Plan(route.name, command, None, words, rules=(route.id, "limit.context"))

    def _make(
        self, route: Route, user: str, request: Request, switch: Switch, name: str | None, words: dict[str, Any]
    ) -> Plan:
        body = request.body if isinstance(request.body, dict) else {}
        extension = str(body.get("extension", ""))
        if extension not in self.setting.users[user].extensions:
            return self._reply(route, Reply.BAD_EXTENSION, {**words, "extension": extension})
        views = body.get("phoneCallView") or [{}]
        view = views[0] if isinstance(views, list) and isinstance(views[0], dict) else {}
        wait = request.parameter("waitForPickup") or ""
        placement = Placement(
            "default", OUT, extension, _first(view.get("destination")), None, _text(body.get("x-hangup-url")),
            int(wait) * 1000 if _SECONDS.fullmatch(wait) else None, None, user, extension,
        )  # fmt: skip
        command = Command(Verb.PLACE, name or self.free_name(switch), By.API, placement)
        return Plan(route.name, command, None, {**words, "fields": None}, rules=(route.id, "limit.context"))

    def words_of_answer(self, plan: Plan, switch: Switch, number: int) -> dict[str, Any]:
        if plan.command is None:
            return {}
        target = plan.command.target
        names = (target,) if isinstance(target, str) else target
        calls = [self.phone_call(switch.calls[name], plan.words.get("fields")) for name in names if name in switch.calls]
        return {"phone_calls": calls}

    def made(self, verb: Verb, name: str, switch: Switch, detail: Any) -> Made | None:
        if verb is Verb.HANG_UP:
            call = switch.calls[name]
            user, extension = self.owner(call)
            word = "@me" if user == self.setting.user else user
            return Made("DELETE", f"/uapi/phoneCalls/{word}/{extension}/{self.call_id(call)}")
        if verb is Verb.HANG_UP_ALL:
            return Made("DELETE", "/uapi/phoneCalls/@me/@self")
        if verb is Verb.PLACE:
            user, extension = self._placing(detail)
            wait = f"?waitForPickup={detail.ring_timeout // 1000}" if detail.ring_timeout else ""
            body = {"extension": extension, "phoneCallView": [{"source": [extension], "destination": [detail.to]}]}
            body |= {"x-hangup-url": detail.hangup_url} if detail.hangup_url else {}
            return Made("POST", f"/uapi/phoneCalls/{user}/simple{wait}", body)
        return None

    def _placing(self, placement: Placement) -> tuple[str, str]:
        user = placement.user or self.setting.user
        known = self.setting.users.get(user)
        return user, placement.extension or (known.extensions[0] if known else "")

    # -- words -----------------------------------------------------------------------------------------------------

    def phone_call(self, call: Call, fields: str | None = None) -> dict[str, Any]:
        """The PhoneCall object: empty fields left out, and trimmed to `fields` if any are asked for."""
        user, extension = self.owner(call)
        words = self.call_words(call)[0]
        out = call.direction is OUT
        view = {
            "id": "00", "extension": extension, "flow": 4 if out else 8, "status": words.get("status"),
            "source": [extension if out else call.placement.from_], "destination": [call.placement.to if out else extension],
            "ringing": epoch(call.ringing_at), "answered": epoch(call.answered_at), "disposition": words.get("code"),
        }  # fmt: skip
        whole = {
            "id": self.call_id(call), "extension": extension, "ownerId": user,
            "published": epoch(call.ringing_at if call.queued_at is None else call.queued_at),
            "answered": epoch(call.answered_at), "phoneCallView": [_without_none(view)],
            "links": {"self": f"/uapi/phoneCalls/@me/{extension}/{self.call_id(call)}"},
        }  # fmt: skip
        kept = _without_none(whole)
        wanted = [field.strip() for field in fields.split(",")] if fields else list(kept)
        return {name: value for name, value in kept.items() if name in wanted}

    def call_words(self, call: Call) -> tuple[dict[str, Any], tuple[str, ...]]:
        if call.ending is None:
            state = self.spelling("state", call.state, None, call)
            return dict(state.words), (state.id,)
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


def _has(call: Call, number: str) -> bool:
    """Whether the call connects its extension with that number, written with or without its plus."""
    other = call.placement.to if call.direction is OUT else call.placement.from_
    return other.removeprefix("+") == number.removeprefix("+")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _first(numbers: Any) -> str:
    return str(numbers[0]) if isinstance(numbers, list) and numbers else str(numbers or "")


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
