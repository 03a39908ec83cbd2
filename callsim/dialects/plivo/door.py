"""What Plivo answers to requests that nobody reads: who may not come in, who comes too often, what cannot be taken."""

from __future__ import annotations

from callsim.provenance import Evidence, assumed, disputed, documented
from callsim.rules import Answer, AnyRow, Assumption, Limit, Reply, patch

from .rules import OVER, error

SEEN = "2026-11-22"
RATE = Evidence(
    "https://plivo.com/docs/voice/api/overview.md", SEEN, "HTTP Basic authentication; more than 300 requests in 5 seconds are answered with 429"
)
MOCK = Evidence(
    "https://github.com/plivo/plivo-php tests/Mocks/messageCreate401Response.json", SEEN, "a 401 whose body has an error and no api_id"
)
_NOT_PROVIDED = "authentication credentials were not provided"
_OURS = assumed("plivo.door.errors", OVER)


def _answer(reply: Reply, status: int, said: str, why: str) -> Answer:
    return Answer("plivo.door", reply, status, error(said), _OURS, why)


_BARE = {"error": _NOT_PROVIDED}
ROWS: tuple[AnyRow, ...] = (
    Answer("plivo.door", Reply.UNAUTHORIZED, 401, _BARE, disputed("plivo.auth.body", MOCK, OVER), "Its credentials are missing or wrong."),
    Answer("plivo.door", Reply.FOREIGN, 401, _BARE, assumed("plivo.auth.other_account", OVER),
           "Its credentials are those of another account than its path names."),
    _answer(Reply.TOO_MANY, 429, "too many requests", "Its account has sent as many as it may for now."),
    _answer(Reply.TOO_LARGE, 413, "request body is too large", "Nobody reads as much."),
    _answer(Reply.BAD_JSON, 400, "request body is not valid JSON", "What it says cannot be read."),
    _answer(Reply.FAILED, 500, "internal server error", "Something has gone wrong that has nothing to do with it."),
    _answer(Reply.UNAVAILABLE, 503, "service unavailable", "It cannot be taken now, and may be later."),
    Limit("requests", 300, documented(RATE), "How many requests an account may send within the window below."),
    Limit("requests_window", 5_000, documented(RATE), "For how long a request counts, in milliseconds."),
    Limit("credentials", "basic", documented(RATE), "By what it is known whose request it is: the account's id and its token."),
)  # fmt: skip

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.auth.body", "bare", "Does the body of a 401 have an api_id?",
        "The one that is on record has none; the page says that every body has one.",
        {"api_id": (patch("answer.plivo.door.unauthorized", body=error(_NOT_PROVIDED)),)}, disputed=True,
    ),
    Assumption(
        "plivo.auth.other_account", "401", "What does a request come to whose path names another account than its credentials?",
        "They are no credentials for what it asks for.",
        {"404": (patch("answer.plivo.door.foreign", status=404, body=error("not found")),)},
    ),
    Assumption(
        "plivo.door.errors", "our-words", "What is said to a request that is refused before it is read?",
        "The pages give statuses, not all of these, and no wording.",
    ),
)  # fmt: skip
