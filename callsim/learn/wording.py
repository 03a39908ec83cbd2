"""What a learner reads: who there is, what is asked, and what the words to choose from mean."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from callsim.dialects import dialect_class
from callsim.far_end import FarEnd
from callsim.model import Direction
from callsim.scenario.calls import Call, CallOptions
from callsim.scenario.lessons import Question
from callsim.scenario.loading import Case
from callsim.scenario.parts import label
from callsim.scenario.saying import far_end
from callsim.scenario.schema import HANGS
from callsim.scenario.steps import AddStep, CheckOnly, PlaceStep, Step
from callsim.scenario.values import format_duration
from callsim.scenario.wording import listed

_URLS = {
    "answer_url": "what to do once it is answered is asked at", "hangup_url": "its end is told to", "ring_url": "its ringing is told to",
    "fallback_url": "what to do instead is asked at", "exit_url": "what to do after the multiparty call is asked at",
}  # fmt: skip
_LIMITS = {
    "ring_timeout": "it may ring for", "time_limit": "once answered it may last", "hangup_on_ring": "it is hung up, once it rings, after",
}  # fmt: skip

# -- who there is ----------------------------------------------------------------------------------------------------


def setting(case: Case) -> Iterator[str]:
    """Who there is and what they will do by themselves, in sentences."""
    spec = case.spec
    yield f"The rules are those of {dialect_class(case.vendor).vendor.title}."
    for id, value in spec.assume.items():
        yield f"What nobody is sure of is taken so: {id} is {value}."
    for name, call in spec.calls.items():
        yield _call(name, call)
    for path, page in spec.documents.items():
        if isinstance(page, str):
            yield f"The application never answers {path}." if page == HANGS else f"At {path} the application answers: {_flat(page)}"
        else:
            slow = f" after {format_duration(page.after)}" if page.after else ""
            status = "" if page.status == 200 else f" with status {page.status}"
            body = f": {_flat(page.body)}" if page.body.strip() else " with nothing"
            yield f"At {path} the application answers{slow}{status}{body}"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _call(name: str, call: Call) -> str:
    far, inbound = far_end(call), call.direction is Direction.INBOUND
    when = format_duration(call.placed)
    if call.leg_of is not None:
        begins = f"{name} is somebody whom {call.leg_of} is connected to"
    elif inbound:
        begins = f"At {when} {name} calls the platform"
    else:
        begins = f"At {when} the platform calls {name}"
    desk = f" for extension {call.extension}" if call.extension else ""
    return "; ".join([f"{begins}{desk}", *_habits(far, inbound), *_wishes(call)]) + "."


def _habits(far: FarEnd, inbound: bool) -> Iterator[str]:
    if inbound:
        yield from _later(far, "the caller")
        return
    if far.rings is None and far.answers is None:
        yield _turned_away(far) or "the phone never rings"
        return
    rings = "the phone rings at once" if not far.rings else f"the phone rings after {format_duration(far.rings)}"
    if far.answers is not None:
        who = "a machine answers" if far.answerer is not None else "somebody picks up"
        yield f"{rings} and {who} {format_duration(far.answers)} later"
        yield from _later(far, "the callee")
    else:
        away = _turned_away(far)
        yield f"{rings}, {away}" if away else f"{rings} and nobody picks up"


def _turned_away(far: FarEnd) -> str:
    if far.rejects is not None:
        return "and the callee rejects the call" + (f" {format_duration(far.rejects)} later" if far.rejects else "")
    if far.busy is not None:
        return "the callee turns out to be busy" + (f" after {format_duration(far.busy)}" if far.busy else "")
    if far.fails is not None:
        return f"the carrier fails it with code {far.fails}"
    return "nobody can be reached there" if far.unreachable else ""


def _later(far: FarEnd, who: str) -> Iterator[str]:
    if far.media_stops is not None:
        yield f"nothing more is heard of {who} {format_duration(far.media_stops)} after that"
    if far.hangs_up is not None:
        yield f"{who} puts down {format_duration(far.hangs_up)} after that"


def _wishes(call: CallOptions) -> Iterator[str]:
    for key, words in _LIMITS.items():
        value = getattr(call, key, None)
        if value is not None:
            yield f"{words} {format_duration(value)}"
    for key, words in _URLS.items():
        url = getattr(call, key, None)
        if url:
            yield f"{words} {_path(url)}"


def _path(url: str) -> str:
    return url.removeprefix("http://app.test")


# -- what is said ----------------------------------------------------------------------------------------------------


def said(number: int, step: Step, request: str) -> str:
    """What a step says, with the request that was sent if it was one; nothing for a look."""
    if isinstance(step, CheckOnly):
        return ""
    who = getattr(step, "client", None) or "the application"
    if not request:
        return f"{format_duration(step.at_ms)}: {_done(number, step)}"
    what = f"{format_duration(step.at_ms)}: {who} sends {request}"
    if isinstance(step, (PlaceStep, AddStep)):
        far = "" if step.far_end is None and step.to is None else "; ".join(_habits(far_end(step), False))
        more = "; ".join(filter(None, [far, *_wishes(step), *_urls_of(step)]))
        what += f" ({step.verb} {step.target}" + (f": {more})" if more else ")")
    return what


_FAR = {
    "hang_up": "puts down", "answer": "picks up", "reject": "rejects the call", "busy": "turns out to be busy", "press": "presses",
}  # fmt: skip


def _done(number: int, step: Step) -> str:
    """What somebody does who is no client of the API."""
    if step.verb not in _FAR:
        return label(number, step).partition(": ")[2]
    who = getattr(step, "by", "callee")
    return " ".join(filter(None, [f"the {who} of {step.target} {_FAR[step.verb]}", getattr(step, "digits", "")]))


def _urls_of(step: PlaceStep | AddStep) -> Iterator[str]:
    url = getattr(step, "exit_url", None)
    if url and "exit_url" not in type(step).written_keys():
        yield f"{_URLS['exit_url']} {_path(url)}"


# -- what is asked ---------------------------------------------------------------------------------------------------


def moment(question: Question) -> str:
    """When it is asked, in words."""
    if question.after is not None:
        return f"right after step {question.after}"
    return "at the end" if question.at is None else f"at {format_duration(question.at)}"


def key(question: Question) -> str:
    """What tells a question from the others of its lesson, and stays when its words are changed."""
    parts = [question.ask, question.kind, question.word, question.of and f"of {question.of}", moment(question)]
    return " ".join(str(part) for part in parts if part)


def asked(question: Question, step: str, just: bool) -> str:
    """The question; `step`: what the step says that it comes after, if it comes after one; `just`: whether that stands above it."""
    if question.asking:
        return question.asking
    when = "right after that" if just else f"right after this: {step}" if step else moment(question)
    of = question.of
    return {
        "state": f"In which state is {of} {when}?",
        "status": "With which HTTP status is this answered?" + ("" if just else f" ({step})"),
        "cause": f"Why has {of} ended?",
        "vendor": f"Which {question.word} does the vendor give {of}?",
        "by": f"Who has ended {of}?",
        "basis": f"{of} ended by a rule. How well is that rule known?",
        "callbacks": f"How many {f'{question.kind} ' if question.kind else ''}callbacks{f' about {of}' if of else ''} has the application"
                     f" had {when}?",
        "participants": f"How many take part in {of} {when}?",
    }[question.ask]  # fmt: skip


_MEANS: dict[str, dict[str, str]] = {
    "state": {
        "queued": "wanted, and not ringing yet", "ringing": "it rings, or a caller waits for the platform to answer",
        "in-progress": "answered, and both ends are connected", "completed": "over, and nothing brings it back",
        "initialized": "there, and waiting for somebody it may start with", "active": "people are in it", "ended": "over",
    },
    "cause": {
        "cancelled": "ended before it was answered", "normal": "answered, and then hung up", "rejected": "turned away",
        "busy": "the callee was busy", "no-answer": "nobody could be reached", "ring-timeout": "it rang as long as it may",
        "failed": "it failed on its way", "time-limit": "it lasted as long as it may",
        "end-of-instructions": "its document had nothing more to do", "bad-instructions": "its document could not be used",
        "mpc-ended": "its multiparty call was over", "kicked": "taken out of its multiparty call", "lost-race": "another was quicker",
        "loop-detected": "a call to itself", "unconfirmed": "nobody pressed the key", "machine": "a machine answered",
        "park-timeout": "parked too long", "media-timeout": "nothing was heard any more", "out-of-credit": "nobody pays for it",
        "over-limit": "one too many", "stopped": "somebody stopped it", "no-participants": "the last one left",
        "stay-alone": "one alone may not stay", "max-duration": "it lasted as long as it may", "ended-on-exit": "it ended with one who left",
    },
    "by": {
        "api": "the application, by a request", "caller": "who called", "callee": "who was called", "document": "what its document says",
        "platform": "the platform itself", "carrier": "the network", "other-leg": "the other end of its conversation",
    },
    "basis": {
        "documented": "the vendor's own pages say so", "observed": "seen in the vendor's libraries and samples",
        "disputed": "two sources contradict each other", "assumed": "nobody says so; callsim had to choose",
    },
}  # fmt: skip


def meaning(question: Question, word: str) -> str:
    """What one of the words to choose from means; nothing for what speaks for itself."""
    if question.ask == "status":
        return HTTPStatus(int(word)).phrase if word in {str(each.value) for each in HTTPStatus} else ""
    return _MEANS.get(question.ask, {}).get(word, "")


def hint(question: Question) -> str:
    """What helps somebody who does not know."""
    if question.hint:
        return question.hint
    return _HINTS[question.ask]


_HINTS = {
    "state": "A call goes from queued to ringing to in-progress to completed; it may leave some out, and never goes back. A multiparty "
             "call goes from initialized to active to ended.",
    "status": "2xx: it is done. 4xx: it cannot be done, and the number says why. 404: there is no such thing, or not any more.",
    "cause": f"Ask who ended it, and in which state it was: {listed(['cancelled', 'normal'], 'and')} differ in whether it had been answered.",
    "vendor": "Every vendor has words of its own for the same end: callsim explain spelling.ending lists them.",
    "by": "Whoever acts first ends it; what comes later changes nothing.",
    "basis": "callsim explain and the name of a rule tells on what it stands.",
    "callbacks": "The application is told only where it gave a URL to be told at, and of each end once.",
    "participants": "Who is on the way in takes part already; who has left does not.",
}  # fmt: skip
