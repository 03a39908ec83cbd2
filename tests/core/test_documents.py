"""Whatever a document says, its call comes to an end, or to a clock that strikes later: nothing goes round for ever at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from callsim.errors import UsageError
from callsim.instructions import Document, GetDigits, Play, PreAnswer, Record, Redirect, Speak
from callsim.model import BadDocument, By, Cause, Command, Direction, Placement, Purpose, TodoKind, Transfer, Verb
from callsim.properties import Watch
from callsim.rules import Rulebook, Vendor, lay, patch
from callsim.switch import Switch
from callsim.testing.strategies import MEDIA, documents

from .language import tell
from .worlds import world

pytestmark = pytest.mark.core

MOST_AT_ONCE = 5_000
"""More than any document has elements, times the redirects that one call may follow, for documents as short as those drawn."""
ANSWERED = Placement(direction=Direction.INBOUND, answer_url="https://app/answer", time_limit=60_000)


def test_what_comes_before_the_answer_is_over_by_itself_and_a_recording_goes_on() -> None:
    switch = world(["place ann in answer", "run ann record-session early speak"])
    tell(switch, ["finish ann/speak#3 platform", "finish ann/wait#4 platform"])
    found = {action.kind: str(action.state) for action in switch.calls["ann"].actions}
    assert (found["record"], found["preanswer"]) == ("running", "finished")


def live(book: Rulebook, document: Document, keys: list[str]) -> Switch:
    """A call that comes in and is told the same whatever it asks, while its caller presses a key before each clock."""
    switch = Switch(book, dict(MEDIA))
    watch = Watch(switch)
    waiting = [Command(Verb.PLACE, "ann", By.FAR_PARTY, ANSWERED)]
    at_once = 0
    while waiting or switch.timers:
        if waiting:
            command, now = waiting.pop(0), switch.now
        elif keys and switch.calls["ann"].ending is None:
            command, now = Command(Verb.PRESS, "ann", By.FAR_PARTY, keys.pop(0)), switch.now
        else:
            clock = min(switch.timers.values())
            command, now = clock.command, clock.due
        at_once = at_once + 1 if now == switch.now else 0
        assert at_once < MOST_AT_ONCE, "it goes round and round"
        outcome = switch.apply(command, now)
        watch.check(outcome)
        fetched = [todo for todo in outcome.todos if todo.kind is TodoKind.FETCH]
        waiting += [Command(Verb.RUN, todo.name, By.DOCUMENT, document, todo.purpose) for todo in fetched]
    watch.check_all()
    return switch


@settings(max_examples=100)
@given(documents(max_size=6), st.lists(st.sampled_from(["1", "#", "12#"]), max_size=3))
def test_any_document_comes_to_an_end_or_to_a_clock(document: Document, keys: list[str]) -> None:
    call = live(lay(), document, keys).calls["ann"]
    # Who takes part in something, or only rings, may do so for as long as nobody does anything.
    assert call.ending is not None or call.participant is not None or call.answered_at is None


@pytest.mark.parametrize(
    "document",
    [
        Document((Redirect("https://app/answer"),)),
        Document((Record(0, "https://app/answer"),)),
        Document((Record(session=True, action="https://app/answer"),)),
        Document((PreAnswer((Redirect("https://app/answer"),)),)),
        Document((PreAnswer((GetDigits("https://app/answer", timeout=0), Redirect("https://app/answer"))),)),
    ],
)
def test_what_takes_no_time_and_goes_in_circles_is_ended(document: Document) -> None:
    few = lay(Vendor("test", "Test", (patch("limit.redirects", value=3),)))
    call = live(few, document, []).calls["ann"]
    assert call.ending is not None
    assert (call.ending.cause, call.ending.detail) in {
        (Cause.BAD_INSTRUCTIONS, BadDocument.TOO_MANY),
        (Cause.END_OF_INSTRUCTIONS, None),
    }
    assert call.ended_at == 0


def test_a_recording_that_takes_time_may_come_back_as_often_as_it_likes() -> None:
    few = lay(Vendor("test", "Test", (patch("limit.redirects", value=3),)))
    call = live(few, Document((Record(1_000, "https://app/answer"),)), []).calls["ann"]
    assert call.ending is not None
    assert (call.ending.cause, call.redirects) == (Cause.TIME_LIMIT, 0)


def told(choice: str, value: str, lines: list[str]) -> Switch:
    usual = lay().limits[choice].value == value
    return world(lines, lay(Vendor("test", "Test", () if usual else (patch(f"limit.{choice}", value=value),))))


def test_how_often_digits_are_asked_for_is_a_rule() -> None:
    lines = ["place ann in", "run ann digits-told"]
    lengths = [told("digit_tries", each, lines).calls["ann"].actions[0].length for each in ("attempts", "repeats")]
    assert lengths == [3 * 5_400, 4 * 5_400]


def test_whether_the_key_that_ends_input_is_an_input_is_a_rule() -> None:
    lines = ["place ann in", "run ann digits"]
    seen = []
    for each in ("no-input", "input"):
        switch = told("empty_input", each, lines)
        outcome = tell(switch, ["press ann far-party #"])[0]
        seen.append([todo.purpose for todo in outcome.todos if todo.kind is TodoKind.FETCH])
    assert seen == [[], [Purpose.ACTION]]


def test_how_long_a_recording_of_the_session_is_and_how_many_there_are_are_rules() -> None:
    lines = ["place ann in", "run ann record-session record-session"]
    lengths = [told("session_recording", each, lines).calls["ann"].actions[0].length for each in ("until-end", "max-length")]
    assert lengths == [None, 10_000]
    assert [len(told("background_recordings", each, lines).calls["ann"].actions) for each in ("one", "several")] == [1, 2]


def test_a_file_of_unknown_length_is_noticed_within_an_element() -> None:
    switch = world(["place ann in"])
    prompts = (Speak("now"), Play("https://app/unheard"))
    with pytest.raises(UsageError, match="nobody said how long https://app/unheard is"):
        switch.apply(Command(Verb.RUN, "ann", By.DOCUMENT, Document((PreAnswer((GetDigits(prompts=prompts),)),))), 0)


@pytest.mark.parametrize("many", [16, 33, 34, 70])
def test_however_many_elements_take_no_time_each_is_still_known_at_its_instant(many: int) -> None:
    switch = world(["place ann in answer"])
    watch = Watch(switch)
    document = Document((PreAnswer(()),) * many)
    watch.check(switch.apply(Command(Verb.RUN, "ann", By.DOCUMENT, document, Purpose.ANSWER), 0))
    watch.check_all()
    assert switch.calls["ann"].ending is not None


def test_of_what_is_long_over_only_the_latest_is_kept() -> None:
    switch = world(["place ann in answer"])
    for at in range(100):
        switch.apply(Command(Verb.TRANSFER, "ann", By.API, Transfer("https://app/answer")), at) if at else None
        switch.apply(Command(Verb.RUN, "ann", By.DOCUMENT, Document((Speak("now"),)), Purpose.TRANSFER if at else Purpose.ANSWER), at)
    assert len(switch.calls["ann"].actions) <= 33
