"""Where what is said of TryVox comes from, and how it writes an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, Patch, Reply, patch

SEEN, LATER = "2026-11-21", "2026-11-22"
PAGE = Evidence("TryVox, Hangup Call (docs.tryvox.io/voice/hangup-call)", SEEN, "what hanging up does, and its two errors")
MAKE = Evidence("https://docs.tryvox.io/voice/make-call", SEEN, "ring_timeout 60 s, time_limit 14400 s")
LIST = Evidence("https://docs.tryvox.io/voice/list-calls", SEEN, "the statuses one can filter by")
LISTED = Evidence(
    "https://docs.tryvox.io/voice/list-calls", LATER, "filters, pages of 20 and at most 100, what is told of each call, the newest first"
)
GET = Evidence("https://docs.tryvox.io/voice/get-call", LATER, "all that is told of one call, in an example")
HOOKS = Evidence("https://docs.tryvox.io/getting-started/webhooks", SEEN, "JSON posts with event, ids, status, timestamp")
CONF = Evidence("https://docs.tryvox.io/voice/conferences", SEEN, "deleting one ends it and disconnects everybody: 204")
LOOK = Evidence("https://docs.tryvox.io/voice/conferences", LATER, "the active ones with how many are in each; one with its members")
VERBS = Evidence("https://docs.tryvox.io/voxml/conference", LATER, "who starts one, with whose exit it ends, 250 members at most")
ACTIONS = Evidence(
    "https://docs.tryvox.io/voice/call-actions", LATER, "an active call is transferred to a number; answer_url, and the body sent back"
)
ERRORS = Evidence("https://docs.tryvox.io/getting-started/errors", SEEN, "errors nested under 'error' with code and message")
CODES = Evidence("https://docs.tryvox.io/getting-started/errors", LATER, "400, 401, 404, 429 and 500 with their codes; a bearer key")
CLIENT = Evidence("Dograh, TryVox provider (branch agent/add-tryvox-telephony)", SEEN, "treats 204, 404 and 409 as hung up")
LOGIN = Evidence("Dograh, TryVox provider (branch agent/add-tryvox-telephony)", LATER, "sends account and key as basic credentials")
DOC = documented(PAGE)
FORM = assumed("tryvox.errors", PAGE, ERRORS)


@dataclass(frozen=True, slots=True)
class Error:
    """An answer that is an error, in both forms there are: `word` is its code where it is flat, `code` where it is nested."""

    route: str
    reply: Reply
    status: int
    word: str
    code: str
    message: str
    why: str

    @property
    def answer(self) -> Answer:
        return Answer(self.route, self.reply, self.status, flat(self.word, self.message), FORM, self.why)

    @property
    def nested(self) -> Patch:
        """What makes it the other form."""
        return patch(self.answer.id, body={"error": {"code": self.code, "message": self.message}})


def flat(code: str, message: str) -> dict[str, Any]:
    """An error as the page about hanging up prints it."""
    return {"error": code, "message": message}
