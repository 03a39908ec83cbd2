"""The base rules of a call: what each verb does in each state, before any vendor has its say."""

from __future__ import annotations

from callsim.model import (
    By,
    CallState,
    Came,
    Cause,
    Direction,
    Entity,
    Fact,
    FallbackUrl,
    Membership,
    Purpose,
    Status,
    Verb,
)
from callsim.provenance import Basis
from callsim.rules.rows import Row
from callsim.rules.sources import CSTA, MODEL_MPC, RFC3261_BUSY, RFC3261_BYE, RFC3261_CANCEL, RFC3261_INVITE, XML_FLOW

QUEUED, RINGING, IN_PROGRESS, COMPLETED = CallState
DONE, ALREADY, REFUSED, _ = Status
OUT, IN = (Direction.OUTBOUND,), (Direction.INBOUND,)

# Outside and inside a multiparty call: while a call takes part, no document of its own is executed.
_OUTSIDE, _INSIDE = (Membership.NONE, Membership.LEFT), (Membership.JOINING, Membership.ACTIVE)

_rows: list[Row] = []


def _on(
    verb: Verb,
    states: CallState | tuple[CallState, ...],
    by: By | tuple[By, ...],
    status: Status,
    basis: Basis,
    why: str,
    to: CallState | None = None,
    cause: Cause | None = None,
    when: tuple[Fact, ...] = (),
) -> None:
    """Write one row for every state and every speaker named."""
    for state in states if isinstance(states, tuple) else (states,):
        for who in by if isinstance(by, tuple) else (by,):
            _rows.append(Row(Entity.CALL, verb, state, who, when, status, to or state, cause, basis, why))


def _ends(
    verb: Verb,
    states: CallState | tuple[CallState, ...],
    by: By | tuple[By, ...],
    cause: Cause,
    basis: Basis,
    why: str,
    when: tuple[Fact, ...] = (),
) -> None:
    _on(verb, states, by, DONE, basis, why, COMPLETED, cause, when)


# Placing: a name that is taken changes nothing. What a new call starts as is a Start row.
_on(Verb.PLACE, tuple(CallState), (By.API, By.FAR_PARTY, By.DOCUMENT), ALREADY, RFC3261_INVITE, "This call has been placed before.")

# Ringing and answering.
_on(Verb.RING, QUEUED, By.CARRIER, DONE, RFC3261_INVITE, "The far end reports that it rings.", RINGING)
_on(Verb.RING, RINGING, By.CARRIER, ALREADY, RFC3261_INVITE, "It rings already; a second report adds nothing.")
_on(Verb.RING, (IN_PROGRESS, COMPLETED), By.CARRIER, REFUSED, RFC3261_INVITE, "A late report of ringing changes nothing.")

_on(Verb.ANSWER, QUEUED, (By.FAR_PARTY, By.API, By.DOCUMENT), REFUSED, RFC3261_INVITE, "Nobody has been reached yet.")
_on(Verb.ANSWER, RINGING, By.FAR_PARTY, DONE, RFC3261_INVITE, "The callee picks up.", IN_PROGRESS, when=OUT)
_on(Verb.ANSWER, RINGING, By.FAR_PARTY, REFUSED, RFC3261_INVITE, "A caller cannot answer its own call.", when=IN)
_on(Verb.ANSWER, RINGING, (By.API, By.DOCUMENT), DONE, RFC3261_INVITE, "The application picks up.", IN_PROGRESS, when=IN)
_on(Verb.ANSWER, RINGING, (By.API, By.DOCUMENT), REFUSED, RFC3261_INVITE,
    "Only the callee can answer an outbound call.", when=OUT)  # fmt: skip
_on(Verb.ANSWER, IN_PROGRESS, (By.FAR_PARTY, By.API, By.DOCUMENT), ALREADY, RFC3261_INVITE, "It has been answered.")
_on(Verb.ANSWER, COMPLETED, (By.FAR_PARTY, By.API, By.DOCUMENT), REFUSED, RFC3261_CANCEL,
    "An answer that comes after the end is too late.")  # fmt: skip

# Hanging up one call.
_ends(Verb.HANG_UP, QUEUED, By.API, Cause.CANCELLED, RFC3261_CANCEL, "It is withdrawn before it was placed.")
_ends(Verb.HANG_UP, RINGING, By.API, Cause.CANCELLED, RFC3261_CANCEL, "It is cancelled while it rings.", when=OUT)
_ends(Verb.HANG_UP, RINGING, By.API, Cause.CANCELLED, RFC3261_BUSY, "It is turned away before it is answered.", when=IN)
_ends(Verb.HANG_UP, IN_PROGRESS, By.API, Cause.NORMAL, RFC3261_BYE, "An answered call is ended.")
_on(Verb.HANG_UP, QUEUED, By.FAR_PARTY, REFUSED, RFC3261_BYE, "The far party has not been reached yet.")
_ends(Verb.HANG_UP, RINGING, By.FAR_PARTY, Cause.REJECTED, RFC3261_BUSY, "A callee that will not answer rejects.", when=OUT)
_ends(Verb.HANG_UP, RINGING, By.FAR_PARTY, Cause.CANCELLED, RFC3261_CANCEL, "The caller gives up.", when=IN)
_ends(Verb.HANG_UP, IN_PROGRESS, By.FAR_PARTY, Cause.NORMAL, RFC3261_BYE, "The far party puts down.")
_on(Verb.HANG_UP, QUEUED, By.DOCUMENT, REFUSED, XML_FLOW, "A queued call executes no document yet.")
_ends(Verb.HANG_UP, RINGING, By.DOCUMENT, Cause.REJECTED, XML_FLOW, "Hanging up before any element answered rejects.")
_ends(Verb.HANG_UP, IN_PROGRESS, By.DOCUMENT, Cause.NORMAL, XML_FLOW, "The document says to hang up.")
_on(Verb.HANG_UP, COMPLETED, (By.API, By.FAR_PARTY, By.DOCUMENT), ALREADY, CSTA, "It is over already; nothing changes.")

# Hanging up every call of an account: the command reaches each live call, the rows decide which it ends.
_on(Verb.HANG_UP_ALL, QUEUED, By.API, REFUSED, CSTA, "A call still waiting in the queue is not an ongoing one.")
_ends(Verb.HANG_UP_ALL, RINGING, By.API, Cause.CANCELLED, RFC3261_CANCEL, "A ringing call is cancelled with the others.")
_ends(Verb.HANG_UP_ALL, IN_PROGRESS, By.API, Cause.NORMAL, RFC3261_BYE, "An answered call is ended with the others.")
_on(Verb.HANG_UP_ALL, COMPLETED, By.API, ALREADY, CSTA, "It is over already; nothing changes.")

# Cancelling: ending a call only if nobody has answered.
_ends(Verb.CANCEL, (QUEUED, RINGING), (By.API, By.PLATFORM), Cause.CANCELLED, RFC3261_CANCEL, "It is called off in time.")
_on(Verb.CANCEL, IN_PROGRESS, (By.API, By.PLATFORM), REFUSED, RFC3261_CANCEL, "It was answered before the cancel came.")
_on(Verb.CANCEL, COMPLETED, (By.API, By.PLATFORM), ALREADY, CSTA, "It is over already; nothing changes.")

# The far end says no, or a document does.
_ends(Verb.REJECT, QUEUED, By.FAR_PARTY, Cause.REJECTED, RFC3261_BUSY, "The callee declines without ringing.")
_ends(Verb.REJECT, RINGING, By.FAR_PARTY, Cause.REJECTED, RFC3261_BUSY, "The callee declines.", when=OUT)
_on(Verb.REJECT, RINGING, By.FAR_PARTY, REFUSED, RFC3261_BUSY, "A caller cannot decline its own call.", when=IN)
_on(Verb.REJECT, IN_PROGRESS, By.FAR_PARTY, REFUSED, RFC3261_BYE, "An answered call is hung up, not declined.")
_ends(Verb.BUSY, QUEUED, By.FAR_PARTY, Cause.BUSY, RFC3261_BUSY, "The callee is on another call.")
_ends(Verb.BUSY, RINGING, By.FAR_PARTY, Cause.BUSY, RFC3261_BUSY, "The callee turns out to be busy.", when=OUT)
_on(Verb.BUSY, RINGING, By.FAR_PARTY, REFUSED, RFC3261_BUSY, "A caller cannot be busy on its own call.", when=IN)
_on(Verb.BUSY, IN_PROGRESS, By.FAR_PARTY, REFUSED, RFC3261_BYE, "Somebody who answered is not busy.")
_on(Verb.REJECT, QUEUED, By.DOCUMENT, REFUSED, XML_FLOW, "A queued call executes no document yet.")
_ends(Verb.REJECT, RINGING, By.DOCUMENT, Cause.REJECTED, XML_FLOW, "The document declines the call.")
_ends(Verb.REJECT, IN_PROGRESS, By.DOCUMENT, Cause.NORMAL, XML_FLOW, "After the answer a reason is too late.")
_on(Verb.BUSY, QUEUED, By.DOCUMENT, REFUSED, XML_FLOW, "A queued call executes no document yet.")
_ends(Verb.BUSY, RINGING, By.DOCUMENT, Cause.BUSY, XML_FLOW, "The document plays busy.")
_ends(Verb.BUSY, IN_PROGRESS, By.DOCUMENT, Cause.NORMAL, XML_FLOW, "After the answer a reason is too late.")
_on(Verb.REJECT, COMPLETED, (By.FAR_PARTY, By.DOCUMENT), ALREADY, CSTA, "It is over already; nothing changes.")
_on(Verb.BUSY, COMPLETED, (By.FAR_PARTY, By.DOCUMENT), ALREADY, CSTA, "It is over already; nothing changes.")

# The carrier and the platform give up.
_ends(Verb.NO_ANSWER, QUEUED, By.CARRIER, Cause.NO_ANSWER, RFC3261_BUSY, "The carrier cannot reach the destination.")
_ends(Verb.NO_ANSWER, RINGING, By.CARRIER, Cause.NO_ANSWER, RFC3261_BUSY, "The carrier stops waiting.", when=OUT)
_on(Verb.NO_ANSWER, RINGING, By.CARRIER, REFUSED, RFC3261_BUSY, "An inbound call waits for the application.", when=IN)
_on(Verb.NO_ANSWER, IN_PROGRESS, By.CARRIER, REFUSED, RFC3261_CANCEL, "It was answered.")
_on(Verb.NO_ANSWER, COMPLETED, By.CARRIER, ALREADY, CSTA, "It is over already; nothing changes.")
_ends(Verb.FAIL, (QUEUED, RINGING), (By.CARRIER, By.PLATFORM), Cause.FAILED, RFC3261_BUSY, "The call cannot be completed.")
_on(Verb.FAIL, IN_PROGRESS, (By.CARRIER, By.PLATFORM), REFUSED, RFC3261_CANCEL, "A call that was set up has not failed.")
_on(Verb.FAIL, COMPLETED, (By.CARRIER, By.PLATFORM), ALREADY, CSTA, "It is over already; nothing changes.")

# Timers: a timeout is a command that comes late, and one that lost its race is told so.
_on(Verb.RING_TIME_OVER, QUEUED, By.PLATFORM, REFUSED, RFC3261_CANCEL, "It does not ring yet.")
_ends(Verb.RING_TIME_OVER, RINGING, By.PLATFORM, Cause.RING_TIMEOUT, RFC3261_CANCEL, "It rang as long as it may.")
_on(Verb.RING_TIME_OVER, IN_PROGRESS, By.PLATFORM, REFUSED, RFC3261_CANCEL, "It was answered in time.")
_on(Verb.RING_TIME_OVER, COMPLETED, By.PLATFORM, ALREADY, CSTA, "It is over already; nothing changes.")
_on(Verb.TIME_LIMIT_REACHED, (QUEUED, RINGING), By.PLATFORM, REFUSED, RFC3261_BYE, "The limit counts from the answer.")
_ends(Verb.TIME_LIMIT_REACHED, IN_PROGRESS, By.PLATFORM, Cause.TIME_LIMIT, RFC3261_BYE, "It lasted as long as it may.")
_on(Verb.TIME_LIMIT_REACHED, COMPLETED, By.PLATFORM, ALREADY, CSTA, "It is over already; nothing changes.")
_on(Verb.SCHEDULE_REACHED, QUEUED, By.PLATFORM, REFUSED, XML_FLOW, "A queued call executes no document yet.")
_ends(Verb.SCHEDULE_REACHED, (RINGING, IN_PROGRESS), By.PLATFORM, Cause.TIME_LIMIT, XML_FLOW, "Its document set this end.")
_on(Verb.SCHEDULE_REACHED, COMPLETED, By.PLATFORM, ALREADY, CSTA, "It is over already; nothing changes.")

# Documents: arriving, going on, running out, failing.
_on(Verb.RUN, QUEUED, By.DOCUMENT, REFUSED, XML_FLOW, "A queued call executes no document yet.")
_on(Verb.RUN, RINGING, By.DOCUMENT, DONE, XML_FLOW, "The document that arrived is executed from its top.", when=IN)
_on(Verb.RUN, RINGING, By.DOCUMENT, REFUSED, XML_FLOW, "Only its callee can answer it: until then it executes nothing.", when=OUT)
for _membership in _OUTSIDE:
    _on(Verb.RUN, IN_PROGRESS, By.DOCUMENT, DONE, XML_FLOW, "The document that arrived is executed from its top.",
        when=(_membership,))  # fmt: skip
for _membership in _INSIDE:
    _on(Verb.RUN, IN_PROGRESS, By.DOCUMENT, REFUSED, MODEL_MPC, "It was moved before its document arrived.",
        when=(_membership,))  # fmt: skip
_on(Verb.RUN, COMPLETED, By.DOCUMENT, REFUSED, XML_FLOW, "The call ended before its document arrived.")
_on(Verb.PROCEED, QUEUED, By.PLATFORM, REFUSED, XML_FLOW, "A queued call executes no document yet.")
_on(Verb.PROCEED, (RINGING, IN_PROGRESS), By.PLATFORM, DONE, XML_FLOW, "The next element is executed.")
_on(Verb.PROCEED, COMPLETED, By.PLATFORM, REFUSED, XML_FLOW, "The call is over; its document goes no further.")
_on(Verb.RUN_OUT, QUEUED, By.PLATFORM, REFUSED, XML_FLOW, "A queued call executes no document yet.")
_ends(Verb.RUN_OUT, (RINGING, IN_PROGRESS), By.PLATFORM, Cause.END_OF_INSTRUCTIONS, XML_FLOW, "Nothing is left to execute.")
_on(Verb.RUN_OUT, COMPLETED, By.PLATFORM, ALREADY, CSTA, "It is over already; nothing changes.")
_on(Verb.BAD_INSTRUCTIONS, QUEUED, By.PLATFORM, REFUSED, XML_FLOW, "A queued call executes no document yet.")
for _purpose in Purpose:
    # Who has an answer URL that gives nothing to go on with may have another URL to ask.
    _places: tuple[tuple[CallState, tuple[Fact, ...]], ...] = (
        (RINGING, (_purpose,)), *((IN_PROGRESS, (_purpose, membership)) for membership in _OUTSIDE),
    )  # fmt: skip
    for _state, _when in _places:
        _why = "It cannot be told what to do." if _state is RINGING else "It cannot be told how to go on."
        if _purpose is Purpose.ANSWER:
            for _came in Came:
                _on(Verb.BAD_INSTRUCTIONS, _state, By.PLATFORM, DONE, XML_FLOW, "Another URL is asked instead.",
                    when=(*_when, FallbackUrl.SET, _came))  # fmt: skip
            _when = (*_when, FallbackUrl.NONE)
        _ends(Verb.BAD_INSTRUCTIONS, _state, By.PLATFORM, Cause.BAD_INSTRUCTIONS, XML_FLOW, _why, when=_when)
for _membership in _INSIDE:
    _on(Verb.BAD_INSTRUCTIONS, IN_PROGRESS, By.PLATFORM, REFUSED, MODEL_MPC, "It was moved before its document failed.",
        when=(_membership,))  # fmt: skip
_on(Verb.BAD_INSTRUCTIONS, COMPLETED, By.PLATFORM, ALREADY, CSTA, "It is over already; nothing changes.")

# Multiparty calls, as far as they decide about the call itself.
_on(Verb.ADD, (QUEUED, RINGING), By.API, REFUSED, MODEL_MPC, "Only an answered call can be moved into a multiparty call.")
for _membership in _OUTSIDE:
    _on(Verb.ADD, IN_PROGRESS, By.API, DONE, MODEL_MPC, "A running call is adopted.", when=(_membership,))
for _membership in _INSIDE:
    _on(Verb.ADD, IN_PROGRESS, By.API, REFUSED, MODEL_MPC, "A call is in one at a time.", when=(_membership,))
_on(Verb.ADD, COMPLETED, By.API, REFUSED, MODEL_MPC, "A call that is over cannot join anything.")
_on(Verb.JOIN, (QUEUED, RINGING), By.DOCUMENT, REFUSED, MODEL_MPC, "Only an answered call can take part.")
for _membership in _OUTSIDE:
    _on(Verb.JOIN, IN_PROGRESS, By.DOCUMENT, DONE, MODEL_MPC, "Its document lets it in.", when=(_membership,))
for _membership in _INSIDE:
    _on(Verb.JOIN, IN_PROGRESS, By.DOCUMENT, REFUSED, MODEL_MPC, "A call is in one at a time.", when=(_membership,))
_on(Verb.JOIN, COMPLETED, By.DOCUMENT, REFUSED, MODEL_MPC, "A call that is over cannot join anything.")
_on(Verb.END_WITH_MPC, (QUEUED, RINGING), (By.API, By.PLATFORM), REFUSED, MODEL_MPC, "A leg that never joined is cancelled.")
_ends(Verb.END_WITH_MPC, IN_PROGRESS, (By.API, By.PLATFORM), Cause.MPC_ENDED, MODEL_MPC, "Its reason to be is gone.")
_on(Verb.END_WITH_MPC, COMPLETED, (By.API, By.PLATFORM), ALREADY, CSTA, "It is over already; nothing changes.")
_on(Verb.END_BY_KICK, (QUEUED, RINGING), By.API, REFUSED, MODEL_MPC, "A leg that never joined is cancelled.")
_ends(Verb.END_BY_KICK, IN_PROGRESS, By.API, Cause.KICKED, MODEL_MPC, "It was removed from all it was there for.")
_on(Verb.END_BY_KICK, COMPLETED, By.API, ALREADY, CSTA, "It is over already; nothing changes.")

CALL_ROWS: tuple[Row, ...] = tuple(_rows)
