"""How Plivo spells our words: causes as codes and sources, states, terminations, exits, callback statuses."""

from __future__ import annotations

from callsim.model import (
    BadDocument,
    By,
    CallState,
    Cause,
    Exit,
    Fact,
    MpcState,
    Purpose,
    Scope,
    Termination,
    Timer,
)
from callsim.provenance import Basis, assumed, disputed, documented, observed
from callsim.rules import AnyRow, Spelling

from .causes import AGENT, HC
from .rules import CALL, END, IN, KICK, MPC, OBJECT, OUT, PARAMS, RECORD, TRF, XHUP, XREQ

_D = documented(HC)
_ANSWERED = disputed("plivo.hang_up.answered", HC, AGENT)
_BUSY = assumed("plivo.source.busy", HC)
_UNSTATED = assumed("plivo.cause.unstated", HC)
_ALL = assumed("plivo.hang_up_all.code", HC)


def _ends(cause: Cause, by: By, code: int | str, source: str, basis: Basis, why: str, *when: Fact) -> Spelling:
    return Spelling("ending", cause, by, when, {"code": code, "source": source}, basis, why)


_API, _FAR, _XML, _PLIVO, _CARRIER = By.API, By.FAR_PARTY, By.DOCUMENT, By.PLATFORM, By.CARRIER
_BUG = "Its own page calls it a known bug: calls ended all at once say Unknown."
_rows: list[AnyRow] = [
    _ends(Cause.CANCELLED, _API, 1000, "API Request", assumed("plivo.hang_up.queued.code", HC),
          "The table gives this code for ringing; a queued call is cancelled too.", Scope.ONE, CallState.QUEUED),
    _ends(Cause.CANCELLED, _API, 1000, "API Request", _D, "Hung up before the answer.", Scope.ONE, CallState.RINGING),
    *(_ends(Cause.CANCELLED, _API, 0, "Unknown", _ALL, _BUG, Scope.ALL, was) for was in (CallState.QUEUED, CallState.RINGING)),
    _ends(Cause.CANCELLED, _FAR, 1000, "Caller", assumed("plivo.cause.caller_abandons", HC),
          "The caller gave up; the table names only the API here."),
    _ends(Cause.CANCELLED, _PLIVO, 1000, "Plivo", assumed("plivo.mpc_end.joining", MPC), "Nobody was left to talk to."),
    _ends(Cause.NORMAL, _API, 4000, "API Request", _ANSWERED, "An answered call, hung up.", Scope.ONE),
    _ends(Cause.NORMAL, _API, 0, "Unknown", _ALL, _BUG, Scope.ALL),
    _ends(Cause.NORMAL, _FAR, 4000, "Caller", observed(AGENT), "The caller put down.", IN),
    _ends(Cause.NORMAL, _FAR, 4000, "Callee", observed(AGENT), "The callee put down.", OUT),
    _ends(Cause.NORMAL, _XML, 4000, "Answer XML", observed(AGENT), "Its document said so."),
    _ends(Cause.NORMAL, _PLIVO, 4000, "Answer XML", assumed("plivo.hangup_xml.schedule", XHUP), "A scheduled hang-up.", Scope.ONE),
    _ends(Cause.REJECTED, _FAR, 3020, "Callee", _UNSTATED, "The callee declined; the table's code, its source read off the wording."),
    _ends(Cause.REJECTED, _XML, 3020, "Answer XML", observed(AGENT), "Its document declined."),
    _ends(Cause.BUSY, _FAR, 3010, "Callee", _BUSY, "The callee was busy; the table names no source."),
    _ends(Cause.BUSY, _XML, 3010, "Answer XML", observed(AGENT), "Its document said busy."),
    _ends(Cause.NO_ANSWER, _CARRIER, 3000, "Carrier", _UNSTATED, "The carrier gave up; the table's code, its source read off the wording."),
    _ends(Cause.RING_TIMEOUT, _PLIVO, 6010, "Plivo", _UNSTATED, "It rang too long; the table's code, its source read off the wording."),
    *(Spelling("ending", Cause.FAILED, by, (), {"code": "by-code", "source": "by-code", "otherwise": 5010}, _UNSTATED,
               "Each failure has its own code, most sources are read off the wording; one without a published code is an internal error.")
      for by in (_CARRIER, _PLIVO)),
    _ends(Cause.TIME_LIMIT, _PLIVO, 6000, "Plivo", _UNSTATED, "It lasted too long; the table's code, its source read off the wording.",
          Timer.LIMIT),
    _ends(Cause.TIME_LIMIT, _PLIVO, 6000, "Plivo", assumed("plivo.hangup_xml.schedule", HC, XHUP),
          "The table ties this code to time limits; a scheduled hang-up fits its name.", Timer.SCHEDULE),
    _ends(Cause.END_OF_INSTRUCTIONS, _PLIVO, 4010, "Plivo", _D, "Its document ran out."),
    _ends(Cause.MPC_ENDED, _API, 4020, "API Request", documented(END), "Its multiparty call was stopped."),
    _ends(Cause.MPC_ENDED, _PLIVO, 4020, "Plivo", assumed("plivo.mpc_end.source", END), "The platform ended it."),
    _ends(Cause.KICKED, _API, 4030, "API Request", disputed("plivo.kick.cause", HC, KICK),
          "The table defines this code; the page about kicking repeats the other."),
]  # fmt: skip

_UNREACHABLE = {Purpose.ANSWER: 7011, Purpose.ACTION: 7012, Purpose.EXIT: 7012, Purpose.REDIRECT: 7014}
_INVALID = {Purpose.ANSWER: 8011, Purpose.ACTION: 8012, Purpose.EXIT: 8012, Purpose.REDIRECT: 8014}
_BAD_URL = {Purpose.ACTION: 7022, Purpose.EXIT: 7022, Purpose.REDIRECT: 7024}
_BAD_METHOD = {Purpose.ACTION: 7032, Purpose.EXIT: 7032, Purpose.REDIRECT: 7034}


def _bad(problem: BadDocument, codes: dict[Purpose, int], why: str, basis: Basis = _D) -> list[AnyRow]:
    bases = {Purpose.EXIT: assumed("plivo.mpc_exit.bad_url", HC)} if basis is _D else {}
    return [
        _ends(Cause.BAD_INSTRUCTIONS, _PLIVO, code, "Error", bases.get(purpose, basis), why, purpose, problem)
        for purpose, code in codes.items()
    ]


_rows += _bad(BadDocument.UNREACHABLE, _UNREACHABLE, "No usable answer came.")
_rows += _bad(BadDocument.INVALID, _INVALID, "What came is no valid document.")
_rows += _bad(BadDocument.EMPTY, _INVALID, "What came is empty.", disputed("plivo.answer.empty_body", AGENT))
_rows += _bad(BadDocument.BAD_URL, {Purpose.ANSWER: 7011}, "No cause is published for this URL.", _UNSTATED)
_rows += _bad(BadDocument.BAD_URL, _BAD_URL, "The URL is not http or https.")
_rows += _bad(BadDocument.BAD_METHOD, _BAD_METHOD, "The method is neither GET nor POST.")
_rows += [_ends(Cause.BAD_INSTRUCTIONS, _PLIVO, 8014, "Error", assumed("plivo.redirect.bound", TRF),
                "It was redirected without end.", Purpose.REDIRECT, BadDocument.TOO_MANY)]  # fmt: skip

_STATUS = disputed("plivo.hangup_callback.status", XREQ, CALL)
_MAPPED = {
    Cause.CANCELLED: "cancel",
    Cause.NORMAL: "completed",
    Cause.REJECTED: "failed",
    Cause.BUSY: "busy",
    Cause.NO_ANSWER: "no-answer",
    Cause.RING_TIMEOUT: "timeout",
    Cause.FAILED: "failed",
    Cause.TIME_LIMIT: "completed",
    Cause.END_OF_INSTRUCTIONS: "completed",
    Cause.BAD_INSTRUCTIONS: "failed",
    Cause.MPC_ENDED: "completed",
    Cause.KICKED: "completed",
    Cause.MACHINE: "completed",
    Cause.MEDIA_TIMEOUT: "completed",
    Cause.OUT_OF_CREDIT: "failed",
    Cause.OVER_LIMIT: "failed",
}
for _cause, _status in _MAPPED.items():
    _rows.append(
        Spelling("callback-status", _cause, None, (OUT,), {"status": _status}, _STATUS, "How the hangup callback puts it.")
    )
    _rows.append(
        Spelling("callback-status", _cause, None, (IN,), {"status": "completed"}, documented(XREQ), "Always, for inbound.")
    )
MAPPED_OTHERWISE = tuple(
    f"spelling.callback-status.{cause}.outbound" for cause, status in _MAPPED.items() if status != "completed"
)


def _plain(of: str, word: str, text: str | int, why: str, basis: Basis, code: int | None = None) -> Spelling:
    words: dict[str, str | int] = {"text": text} if code is None else {"text": text, "code": code}
    return Spelling(of, word, None, (), words, basis, why)


_M = documented(MPC)
_rows += [
    _plain("state", CallState.QUEUED, "queued", "The status of a queued call.", documented(CALL)),
    _plain("state", CallState.RINGING, "ringing", "The status while it rings.", documented(XREQ)),
    _plain("state", CallState.IN_PROGRESS, "in-progress", "The status of a live call.", documented(CALL)),
    _plain("state", CallState.COMPLETED, "completed", "The status of an ended call.", documented(CALL)),
    _plain("callback", "hangup", "Hangup", "The event of a hangup callback. What is not modelled is left out of it: prices, caller "
           "attestation, sub-accounts, and the carrier's own word for the cause.", documented(CALL, PARAMS)),
    Spelling("time", "session-start", None, (), {"since": "ringing"}, assumed("plivo.session_start", CALL, RECORD),
             "When a session starts."),
    Spelling("duration", "told", None, (), {"rounding": "up"}, assumed("plivo.duration.rounding", PARAMS, RECORD),
             "Whole seconds, any part of one counting as one."),
    Spelling("duration", "billed", None, (), {"interval": 60}, assumed("plivo.duration.billed", OBJECT, RECORD),
             "Whole intervals of so many seconds, any part of one counting as one."),
    _plain("callback", "record", "RecordStop", "The event of a recording's callback.", assumed("plivo.record.callback")),
    _plain("mpc-state", MpcState.INITIALIZED, "Initialized", "Opened.", _M),
    _plain("mpc-state", MpcState.ACTIVE, "Active", "Somebody is in it.", _M),
    _plain("mpc-state", MpcState.ENDED, "Ended", "Over.", _M),
    _plain("termination", Termination.STOPPED, "Hangup API Triggered", "Ended on request.", _M, 3000),
    _plain("termination", Termination.NO_PARTICIPANTS, "No Active Participants", "The last one left.", _M, 1000),
    _plain("termination", Termination.STAY_ALONE, "Stay Alone Not Permitted", "One was left.", _M, 1010),
    _plain("exit", Exit.CALL_ENDED, "Participant Call Hangup", "Its call ended.", _M),
    _plain("exit", Exit.KICKED, "Kicked Out of Multiparty Call", "It was removed.", _M),
    _plain("exit", Exit.MPC_ENDED, "Multiparty Call Ended", "The multiparty call ended.", _M),
]
WORDS: tuple[AnyRow, ...] = tuple(_rows)
