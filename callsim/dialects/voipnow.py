"""4PSA VoipNow, UnifiedAPI: its routes, answers, words and assumptions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from callsim.dialects import ids
from callsim.dialects.dialect import Dialect, Made, Plan, epoch
from callsim.dialects.http import Request
from callsim.model import By, Call, CallState, Cause, Command, Direction, Fact, Placement, Verb
from callsim.provenance import Basis, Evidence, assumed, disputed, documented
from callsim.rules import Answer, AnyRow, Assumption, Limit, Patch, Reply, Route, Spelling, Vendor, patch
from callsim.switch import Switch

SEEN = "2026-11-21"
PAGE = Evidence("4PSA wiki, VNUAPI30, Delete PhoneCalls", SEEN, "hanging up: identifiers, statuses, error codes")
CREATE = Evidence("4PSA wiki, VNUAPI30, Create Simple PhoneCalls", SEEN, "waitForPickup is 25 s unless said otherwise")
OBJECT = Evidence("https://wiki.4psa.com/pages/viewpage.action?pageId=44078660", SEEN, "PhoneCall, its views, their statuses")
CODES = Evidence("https://wiki.4psa.com/pages/viewpage.action?pageId=44078740", SEEN, "error body and common codes")
HOOKS = Evidence("https://wiki.4psa.com/pages/viewpage.action?pageId=44088102", SEEN, "callback parameters of phone call events")
CLIENT = Evidence("https://github.com/4psa/mcp-voipnow", SEEN, "trailing slashes, and which forms it accepts")
DOC = documented(PAGE)
_NOT_LIVE = disputed("voipnow.hang_up.not_live", PAGE)
_PREFIX = "/uapi/phoneCalls/{user}"


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


_BAD_CALL = _error("pc_phonecall_invalid", "The phone call {call} does not exist or its id is not alphanumeric")
_BAD_NUMBER = _error("pc_phonenumber_invalid", "The phone number must be digits with an optional +")
_BAD_USER = _error("user_invalid", "The user {user} is not one this request can act for")
_BAD_EXTENSION = _error("extension_invalid", "The extension {extension} is not one of this user")

ROUTES: tuple[AnyRow, ...] = (
    Route("voipnow.hang_up", "DELETE", f"{_PREFIX}/{{extension}}/{{call}}", Verb.HANG_UP, DOC, "Hang up one phone call."),
    Route("voipnow.hang_up_all", "DELETE", f"{_PREFIX}/{{extension}}", Verb.HANG_UP, DOC, "Hang up all of an extension."),
    Route("voipnow.make_call", "POST", f"{_PREFIX}/simple", Verb.PLACE, documented(CREATE), "Make a phone call."),
)


def _common(route: str) -> tuple[AnyRow, ...]:
    """What both hang-up requests are checked for, in this order: user, extension, number."""
    return (
        Answer(route, Reply.DONE, 200, "{phone_calls}", DOC, "What was hung up is returned."),
        Answer(route, Reply.BAD_USER, 400, _BAD_USER, documented(CODES), "No such user, or not within the token's reach."),
        Answer(route, Reply.BAD_EXTENSION, 400, _BAD_EXTENSION, documented(CODES), "No such extension of this user."),
        Answer(route, Reply.BAD_NUMBER, 400, _BAD_NUMBER, DOC, "The number is not written as one."),
    )


ANSWERS: tuple[AnyRow, ...] = (
    *_common("voipnow.hang_up"),
    Answer("voipnow.hang_up", Reply.BAD_ID, 400, _BAD_CALL, DOC, "An id is alphanumeric."),
    Answer("voipnow.hang_up", Reply.ALREADY, 400, _BAD_CALL, _NOT_LIVE, "The id must reference an existing phone call."),
    Answer("voipnow.hang_up", Reply.UNKNOWN, 400, _BAD_CALL, _NOT_LIVE, "The id must reference an existing phone call."),
    Answer("voipnow.hang_up", Reply.MISMATCH, 204, None, assumed("voipnow.number.mismatch", PAGE), "Nothing is hung up."),
    *_common("voipnow.hang_up_all"),
    Answer("voipnow.hang_up_all", Reply.NOTHING, 204, None, DOC, "There is nothing to hang up."),
    Answer("voipnow.make_call", Reply.DONE, 200, "{phone_calls}", documented(CREATE), "The phone call is on its way."),
    Answer("voipnow.make_call", Reply.BAD_USER, 400, _BAD_USER, documented(CODES), "No such user, or not within reach."),
    Answer("voipnow.make_call", Reply.BAD_EXTENSION, 400, _BAD_EXTENSION, documented(CODES), "No such extension."),
    Answer("voipnow.nowhere", Reply.UNKNOWN, 404, _error("not_found", "No such resource"), assumed("voipnow.nowhere"),
           "No page says what an unknown path comes to."),
    Answer("voipnow.nowhere", Reply.REFUSED, 405, _error("method_not_allowed", "No such method here"),
           assumed("voipnow.nowhere"), "No page says what a wrong method comes to."),
)  # fmt: skip

_ANSWERED, _BUSY, _FAILED, _NO_ANSWER = (0, "ANSWERED"), (1, "BUSY"), (2, "FAILED"), (3, "NO ANSWER")
_UNPUBLISHED = assumed("voipnow.disposition.unpublished", OBJECT)
_OBJ = documented(OBJECT)


def _ending(cause: Cause, by: By, disposition: tuple[int, str], basis: Basis, why: str, *when: Fact) -> Spelling:
    words: dict[str, str | int] = {"code": disposition[0], "disposition": disposition[1]}
    return Spelling("ending", cause, by, when, words, basis, why)


_NEAREST = "Six dispositions are published; this is the nearest."
ENDINGS: tuple[AnyRow, ...] = (
    _ending(Cause.CANCELLED, By.API, _NO_ANSWER, _UNPUBLISHED, _NEAREST),
    _ending(Cause.CANCELLED, By.FAR_PARTY, _NO_ANSWER, _UNPUBLISHED, _NEAREST),
    _ending(Cause.CANCELLED, By.PLATFORM, _NO_ANSWER, _UNPUBLISHED, _NEAREST),
    *(_ending(Cause.NORMAL, by, _ANSWERED, _OBJ, "It was answered.") for by in (By.API, By.FAR_PARTY, By.DOCUMENT)),
    *(_ending(Cause.REJECTED, by, _BUSY, _UNPUBLISHED, _NEAREST) for by in (By.FAR_PARTY, By.DOCUMENT)),
    *(_ending(Cause.BUSY, by, _BUSY, _OBJ, "It was busy.") for by in (By.FAR_PARTY, By.DOCUMENT)),
    _ending(Cause.NO_ANSWER, By.CARRIER, _NO_ANSWER, _OBJ, "Nobody answered."),
    _ending(Cause.RING_TIMEOUT, By.PLATFORM, _NO_ANSWER, _OBJ, "Nobody answered in time."),
    *(_ending(Cause.FAILED, by, _FAILED, _OBJ, "It failed.") for by in (By.CARRIER, By.PLATFORM)),
    _ending(Cause.TIME_LIMIT, By.PLATFORM, _ANSWERED, _OBJ, "It was answered.", CallState.IN_PROGRESS),
    _ending(Cause.TIME_LIMIT, By.PLATFORM, _NO_ANSWER, _UNPUBLISHED, _NEAREST, CallState.RINGING),
    _ending(Cause.END_OF_INSTRUCTIONS, By.PLATFORM, _ANSWERED, _UNPUBLISHED, _NEAREST, CallState.IN_PROGRESS),
    _ending(Cause.END_OF_INSTRUCTIONS, By.PLATFORM, _NO_ANSWER, _UNPUBLISHED, _NEAREST, CallState.RINGING),
    _ending(Cause.BAD_INSTRUCTIONS, By.PLATFORM, _FAILED, _UNPUBLISHED, _NEAREST),
    _ending(Cause.KICKED, By.API, _ANSWERED, _UNPUBLISHED, _NEAREST),
    *(_ending(Cause.MPC_ENDED, by, _ANSWERED, _UNPUBLISHED, _NEAREST) for by in (By.API, By.PLATFORM)),
)

_IN, _OUT = Direction.INBOUND, Direction.OUTBOUND
STATES: tuple[AnyRow, ...] = (
    Limit("context", "own-user", assumed("voipnow.context", PAGE), "For whom a request can act besides its own user."),
    Spelling("state", CallState.QUEUED, None, (), {"status": 2, "text": "trying"}, _OBJ, "A view's status is a number."),
    Spelling("state", CallState.RINGING, None, (_IN,), {"status": 3, "text": "ringing"}, _OBJ, "The extension rings."),
    Spelling("state", CallState.RINGING, None, (_OUT,), {"status": 4, "text": "other side is ringing"}, _OBJ, "The other rings."),
    Spelling("state", CallState.IN_PROGRESS, None, (), {"status": 5, "text": "on call"}, _OBJ, "They talk."),
    Spelling("callback", "hangup", None, (_IN,), {"CallFlow": "IN"}, documented(HOOKS), "Which way the call went."),
    Spelling("callback", "hangup", None, (_OUT,), {"CallFlow": "OUT"}, documented(HOOKS), "Which way the call went."),
    Spelling("callback", "record", None, (), {"CallFlow": "UNKNOWN"}, assumed("voipnow.recording"), "No page shows one."),
)

_HANG = "call.hang_up"
OVERLAY: tuple[Patch, ...] = (
    *(patch(f"{_HANG}.{state}", basis=DOC) for state in (
        "queued.api", "ringing.api.outbound", "ringing.api.inbound", "in-progress.api")),
    patch("limit.ring_timeout", value=25_000, basis=documented(CREATE)),
)  # fmt: skip

_GONE = ("answer.voipnow.hang_up.already", "answer.voipnow.hang_up.unknown")
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "voipnow.hang_up.not_live", "400", "What does hanging up a phone call that is not live come to?",
        "The page says both: the id must reference an existing phone call, and 204 when there is nothing to hang up.",
        {"204": tuple(patch(id, status=204, body=None) for id in _GONE)}, disputed=True,
    ),
    Assumption(
        "voipnow.number.scope", "leg", "Does a number end its own leg or the whole phone call?",
        "The page closes the number's leg and the extension's; in a call of two that is all of it.",
        {"call": ()}, reserved=True,
    ),
    Assumption(
        "voipnow.number.mismatch", "204", "What does an id with a number that is not in it come to?",
        "The page says that nothing is deleted, and 204 is its answer where there is nothing to hang up.",
        {"400": (patch("answer.voipnow.hang_up.mismatch", status=400, body=_BAD_NUMBER),)},
    ),
    Assumption(
        "voipnow.context", "own-user", "For whom can a request act?",
        "The page names three contexts and does not say which token opens which: one's own user is safe.",
        {"as-token": (patch("limit.context", value="as-token"),)},
    ),
    Assumption(
        "voipnow.disposition.unpublished", "nearest", "Which disposition has an end that none of the six names?",
        "Cancelled is no answer, rejected is busy, a bad document is a failure.",
    ),
    Assumption(
        "voipnow.nowhere", "404 and 405", "What do unknown paths and methods come to?",
        "They are what every web server says.",
    ),
    Assumption(
        "voipnow.recording", "our-fields", "What does a callback about a recording hold?",
        "The page about callbacks knows none for recordings.",
    ),
)  # fmt: skip

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
            "default", _OUT, extension, _first(view.get("destination")), None, _text(body.get("x-hangup-url")),
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
        out = call.direction is _OUT
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
        out = call.direction is _OUT
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
    other = call.placement.to if call.direction is _OUT else call.placement.from_
    return other.removeprefix("+") == number.removeprefix("+")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _first(numbers: Any) -> str:
    return str(numbers[0]) if isinstance(numbers, list) and numbers else str(numbers or "")


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
