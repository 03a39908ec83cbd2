"""How VoipNow is asked to make a phone call: from an extension, by its callback, or into its conference."""

from __future__ import annotations

import re
from typing import Any

from callsim.dialects.http import Request
from callsim.model import Direction, Placement, Verb
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Limit, Reply, Route

SEEN = "2026-11-22"
_WIKI = "https://wiki.4psa.com/display/VNUAPI30"
CALLBACK = Evidence(f"{_WIKI}/Create+Callback+PhoneCalls", SEEN, "a callback extension joins two public numbers; the phone call comes back")
INVITE = Evidence(f"{_WIKI}/Create+ConferenceInvite+PhoneCalls", SEEN, "a number is called into a conference, by its number and pin")
SIMPLE, BY_CALLBACK, INTO_CONFERENCE = "voipnow.make_call", "voipnow.make_callback", "voipnow.invite"

_PREFIX = "/uapi/phoneCalls/{user}"
ROUTES: tuple[AnyRow, ...] = (
    Route(BY_CALLBACK, "POST", f"{_PREFIX}/callback", Verb.PLACE, documented(CALLBACK), "Call a number back, and another one with it."),
    Route(INTO_CONFERENCE, "POST", f"{_PREFIX}/conferenceInvite", Verb.PLACE, documented(INVITE), "Call a number into a conference."),
)


def rows(bad_user: Answer, bad_extension: Answer) -> tuple[AnyRow, ...]:
    """The answers of the two further ways to make a phone call; what is refused is refused as in the first."""
    return (
        *(each for route, page in ((BY_CALLBACK, CALLBACK), (INTO_CONFERENCE, INVITE)) for each in (
            Answer(route, Reply.DONE, 200, "{phone_calls}", documented(page), "The phone call is on its way."),
            Answer(route, Reply.BAD_USER, 400, bad_user.body, bad_user.basis, bad_user.why),
            Answer(route, Reply.BAD_EXTENSION, 400, bad_extension.body, bad_extension.basis, bad_extension.why))),
        Limit("extension_kinds", "any", assumed("voipnow.extension_kinds", CALLBACK, INVITE),
              "Which extensions call back, or have a conference."),
    )  # fmt: skip


ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "voipnow.extension_kinds", "any", "Which extensions can call back, or hold a conference?",
        "The pages want an extension of that kind; here extensions have none. The leg to the number that is called is the one modelled: "
        "who called back, and the conference, are not.",
    ),
)  # fmt: skip


# -- reading ---------------------------------------------------------------------------------------------------------

_SECONDS = re.compile(r"[0-9]{1,9}")


def extension_of(request: Request) -> str:
    """The extension that a request would make a phone call with."""
    return str(_fields(request).get("extension", ""))


def placement(route: str, request: Request, user: str) -> Placement:
    """The leg that is called: to the first destination, from the extension, or from whom it calls back."""
    body, extension = _fields(request), extension_of(request)
    views = body.get("phoneCallView") or [{}]
    view = views[0] if isinstance(views, list) and isinstance(views[0], dict) else {}
    source = _first(view.get("source")) if route == BY_CALLBACK else ""
    longest = None if route == INTO_CONFERENCE else _seconds(request.parameter("callDuration"))
    return Placement(
        "default", Direction.OUTBOUND, source or extension, _first(view.get("destination")), None, _text(body.get("x-hangup-url")),
        _seconds(request.parameter("waitForPickup")), longest, user, extension,
    )  # fmt: skip


def line(placed: Placement, user: str, extension: str) -> tuple[str, dict[str, Any]]:
    """Path and body of the request that would make this leg of a phone call."""
    limits = {"waitForPickup": placed.ring_timeout, "callDuration": placed.time_limit}
    asked = "&".join(f"{name}={ms // 1000}" for name, ms in limits.items() if ms)
    body = {"extension": extension, "phoneCallView": [{"source": [extension], "destination": [placed.to]}]}
    body |= {"x-hangup-url": placed.hangup_url} if placed.hangup_url else {}
    return f"/uapi/phoneCalls/{user}/simple" + (f"?{asked}" if asked else ""), body


def _fields(request: Request) -> dict[str, Any]:
    return request.body if isinstance(request.body, dict) else {}


def _seconds(text: str | None) -> int | None:
    """A limit that a request gives in seconds, in milliseconds; None for one that is no whole number of them, or 0."""
    return int(text) * 1000 or None if text and _SECONDS.fullmatch(text) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _first(numbers: Any) -> str:
    return str(numbers[0]) if isinstance(numbers, list) and numbers else str(numbers or "")
