"""Every law is one that can be broken: a switch broken by hand is noticed, by the law that speaks of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from callsim.errors import BrokenLaw
from callsim.model import (
    ActionState,
    ActionUrl,
    By,
    CallState,
    Cause,
    Change,
    ConversationState,
    Entity,
    Membership,
    MpcState,
    Outcome,
    ParticipantState,
    Recording,
    RoomKind,
    Runs,
    Status,
    Tape,
    Timer,
    Todo,
    TodoKind,
    Verb,
)
from callsim.properties import LAWS, Watch, check, check_all
from callsim.properties.laws import CALL_LAWS as LAWS_OF_CALLS, hold
from callsim.properties.sound import is_sound
from callsim.switch import Clock, Switch

from .language import command
from .worlds import BASE, world

BUSY_WORLD = [
    "place ann in answer hangup",
    "run ann speak-for-ever",
    "place bob out hangup",
    "place cyd in",
    "run cyd mpc",
    "add dan lobby out exit",
    "at 500",
    "place eve in hangup",
    "run eve speak hangup",
    "at 900",
    "hang_up eve far-party",
    "add fay attic out",
    "hang_up fay api",
]
"""One of everything: ann speaks, bob waits, cyd is in the lobby, dan is joining it, eve and the attic are over."""
TALKING_WORLD = [
    "place gus in", "run gus dial", "ring gus-leg-1 carrier", "answer gus-leg-1 far-party",
    "at 900", "place hal in", "run hal dial-three",
    "place ida in", "run ida dial wait", "busy ida-leg-1 far-party",
]  # fmt: skip
"""Gus talks to somebody, Hal calls three, and Ida has called one in vain."""


@pytest.fixture
def switch() -> Switch:
    return world(BUSY_WORLD)


UNREADABLE = re.compile(r"[<>{}()]|\bNone\b")
"""What shows that a message holds a thing of Python's instead of words for it."""


def broken(law: str, hold: Callable[[], None]) -> None:
    with pytest.raises(BrokenLaw) as caught:
        hold()
    assert caught.value.law == law.replace("_", " "), caught.value
    assert caught.value.law in LAWS
    assert caught.value.what
    assert not UNREADABLE.search(caught.value.what), caught.value.what


def test_a_switch_left_alone_breaks_no_law(switch: Switch) -> None:
    check_all(switch)
    Watch(switch).check_all()


# -- broken by hand: the law that notices, and what is set on what ---------------------------------------------------

CALLS = [
    ("a_call_ends_once", "eve", {"ending": None}),
    ("a_call_ends_once", "ann", {"ended_at": 900}),
    ("a_call_ends_once", "ann", {"state": CallState.COMPLETED}),
    ("the_first_ending_stays", "eve", {"was": CallState.RINGING}),
    ("the_first_ending_stays", "eve", {"ended_at": 901}),
    ("membership_is_mutual", "cyd", {"participant": None}),
    ("a_calls_times_are_in_order", "ann", {"answered_at": 901}),
    ("a_calls_times_are_in_order", "eve", {"ringing_at": 950}),
    ("states_have_their_times", "ann", {"answered_at": None}),
    ("states_have_their_times", "bob", {"answered_at": 1}),
    ("states_have_their_times", "bob", {"state": CallState.RINGING}),
    ("no_call_is_lost", "bob", {"name": "rob"}),
]
MPCS = [
    ("an_ended_mpc_is_empty", "lobby", {"state": MpcState.ENDED}),
    ("a_name_is_free_again", "attic", {"state": MpcState.ACTIVE}),
    ("a_name_is_free_again", "lobby", {"name": "hall"}),
    ("an_mpc_has_started_or_waits_to", "lobby", {"state": MpcState.INITIALIZED}),
    ("an_mpc_has_started_or_waits_to", "lobby", {"state": MpcState.INITIALIZED, "started_at": None}),
    ("an_mpc_has_started_or_waits_to", "lobby", {"started_at": None}),
    ("an_mpc_is_not_overfull", "lobby", {"bound": 1}),
    ("an_mpc_is_recorded_as_it_says", "lobby", {"recording": Recording.ON}),
    ("an_mpc_is_recorded_as_it_says", "lobby", {"tape": Tape(1)}),
    ("an_mpc_is_recorded_as_it_says", "lobby", {"recording": Recording.PAUSED, "tape": Tape(1, 0, 0)}),
    ("an_mpc_is_recorded_as_it_says", "lobby", {"recording": Recording.ON, "tape": Tape(1)}),
    ("an_mpc_is_recorded_as_it_says", "lobby", {"recording": Recording.PAUSED, "tape": Tape(1, 0, None, 10_000_000)}),
    ("an_mpc_is_recorded_as_it_says", "attic", {"recording": Recording.PAUSED, "tape": Tape(1)}),
    ("an_mpcs_end_is_complete", "attic", {"rule": None}),
    ("an_mpcs_end_is_complete", "attic", {"termination": None}),
    ("an_mpcs_end_is_complete", "lobby", {"ended_by": By.API}),
    ("an_mpcs_end_is_complete", "lobby", {"created_at": 901}),
]
PARTICIPANTS = [
    ("membership_is_mutual", "cyd", {"state": ParticipantState.JOINING}),
    ("an_exit_is_complete", "fay", {"exit": None}),
    ("an_exit_is_complete", "fay", {"exited_at": None}),
    ("an_exit_is_complete", "cyd", {"exited_at": 5}),
]
ACTIONS = [
    ("what_runs_has_a_live_call", "ann/speak#1", {"ended_at": 3}),
    ("what_runs_has_a_live_call", "ann/speak#1", {"state": ActionState.FINISHED}),
    ("an_ended_call_has_stopped", "eve/speak#1", {"state": ActionState.RUNNING}),
]
LEGS = [
    ("a_leg_is_in_one_conversation", "gus", "hal/dial#1"),
    ("a_live_leg_has_a_live_conversation", "gus", "ida/dial#1"),
]
CONVERSATIONS = [
    ("an_over_conversation_has_no_live_leg", "gus/dial#1", {"state": ConversationState.OVER}),
    ("a_conversation_has_a_call_that_waits", "ida/dial#1", {"state": ConversationState.DIALLING}),
    ("a_conversation_has_a_call_that_waits", "hal/dial#1", {"number": 2}),
    ("who_is_joined_talks", "gus/dial#1", {"joined": None}),
    ("who_is_joined_talks", "hal/dial#1", {"state": ConversationState.JOINED}),
    ("who_is_joined_talks", "gus/dial#1", {"state": ConversationState.DIALLING}),
    ("who_is_joined_talks", "hal/dial#1", {"legs": []}),
    ("a_conversations_end_is_complete", "ida/dial#1", {"parting": None}),
    ("a_conversations_end_is_complete", "ida/dial#1", {"over_at": None}),
    ("a_conversations_end_is_complete", "hal/dial#1", {"over_at": 900}),
    ("a_conversations_end_is_complete", "gus/dial#1", {"joined_at": 901}),
]
BREAKAGES = [
    *((Entity.CALL, *each) for each in CALLS),
    *((Entity.MPC, *each) for each in MPCS),
    *((Entity.PARTICIPANT, *each) for each in PARTICIPANTS),
    *((Entity.ACTION, *each) for each in ACTIONS),
]


@pytest.mark.parametrize(("entity", "law", "name", "values"), BREAKAGES)
def test_what_is_broken_by_hand_is_noticed(
    switch: Switch, entity: Entity, law: str, name: str, values: dict[str, object]
) -> None:
    thing = switch.find(entity, name)
    for field, value in values.items():
        setattr(thing, field, value)
    broken(law, lambda: check_all(switch))


@pytest.mark.parametrize(("law", "name", "values"), CONVERSATIONS)
def test_a_conversation_that_is_broken_by_hand_is_noticed(law: str, name: str, values: dict[str, object]) -> None:
    switch = world(TALKING_WORLD)
    check_all(switch)
    for field, value in values.items():
        setattr(switch.conversations[name], field, value)
    broken(law, lambda: hold((LAWS[law.replace("_", " ")],), switch, switch.conversations[name]))


@pytest.mark.parametrize(("law", "name", "conversation"), LEGS)
def test_a_leg_where_it_does_not_belong_is_noticed(law: str, name: str, conversation: str) -> None:
    switch = world(TALKING_WORLD)
    one = switch.conversations[conversation]
    call = switch.calls[name]
    call.leg_of = one
    if law == "a_live_leg_has_a_live_conversation":
        one.legs.append(call)
    broken(law, lambda: check_all(switch))


def test_a_stay_without_a_member_is_noticed() -> None:
    switch = world(["place ann in", "run ann conference", "place bob in", "run bob mpc"])
    check_all(switch)
    ann, bob = switch.calls["ann"], switch.calls["bob"]
    kept = ann.participant
    for one, state, kind in ((None, None, None), (kept, ParticipantState.EXITED, RoomKind.CONFERENCE), (kept, None, RoomKind.MPC)):
        stays = LAWS["a stay lasts as long as its member"]
        ann.participant = one
        if one is not None:
            one.state, one.mpc.kind = state or ParticipantState.ACTIVE, kind or RoomKind.CONFERENCE
        assert stays(switch, ann.actions[0])
        assert not bob.actions


def test_two_elements_that_run_at_once_are_noticed() -> None:
    switch = world(["place ann in", "run ann record-session early-for-ever"])
    check_all(switch)
    recording, before, speech = switch.calls["ann"].actions
    assert before.action_url_fact is ActionUrl.BEFORE_ANSWER
    recording.runs = Runs.ALONE
    broken("one_element_runs_at_a_time", lambda: check_all(switch))
    speech.state, speech.ended_at = ActionState.FINISHED, 0
    check_all(switch)


def test_an_ended_call_still_in_a_multiparty_call_is_noticed(switch: Switch) -> None:
    one = switch.calls["fay"].participant
    assert one is not None
    one.state = ParticipantState.ACTIVE
    broken("an_ended_call_has_stopped", lambda: check_all(switch))


def test_a_participant_whose_call_is_not_answered_is_noticed(switch: Switch) -> None:
    one = switch.calls["cyd"].participant
    assert one is not None
    assert LAWS["who is in is answered"](switch, one) is None
    one.call.state = CallState.RINGING
    assert "its call ringing" in str(LAWS["who is in is answered"](switch, one))


def test_a_participant_its_call_knows_nothing_of_is_noticed(switch: Switch) -> None:
    one = switch.calls["cyd"].participant
    assert one is not None
    one.call.membership = Membership.LEFT
    assert "and its call left-mpc" in str(LAWS["its call knows of it"](switch, one))
    one.call.membership, one.call.participant = Membership.ACTIVE, None
    assert "is active in lobby and its call in-mpc" in str(LAWS["its call knows of it"](switch, one))


def test_a_duration_counted_from_anything_but_the_answer_is_noticed(switch: Switch) -> None:
    class Misjudged:
        name, state, answered_at, ended_at, duration = "eve", CallState.COMPLETED, 500, 900, 900

    assert "lasted 400 ms, not 900" in str(LAWS["a duration is from answer to end"](switch, Misjudged()))


@pytest.mark.parametrize(("name", "timer", "what"), [
    ("eve", Timer.LIMIT, "the limit clock of eve is due at 5 ms, and eve is completed"),
    ("eve/speak#1", Timer.ACTION, "the action clock of eve/speak#1 is due at 5 ms, and eve/speak#1 is stopped"),
    ("zoe", Timer.RING, "the ring clock of zoe is due at 5 ms, and zoe is nothing"),
])  # fmt: skip
def test_a_clock_that_runs_for_what_is_over_is_noticed(switch: Switch, name: str, timer: Timer, what: str) -> None:
    switch.timers[name, timer] = Clock(5, 99, Verb.TIME_LIMIT_REACHED, (name, timer), -1)
    with pytest.raises(BrokenLaw, match=f"{what}$") as caught:
        check_all(switch)
    assert caught.value.law == "a clock runs for what is not over"


def test_a_clock_that_an_action_leaves_behind_is_noticed_as_it_ends() -> None:
    book = BASE.with_rows(row for row in BASE.rows.values() if row.id != "action.then.stopped.forget-action-timer")
    switch = world(["place ann in answer hangup", "run ann speak wait"], book)
    outcome = switch.apply(command("hang_up ann api"), 0)
    broken("a_clock_runs_for_what_is_not_over", lambda: check(switch, outcome))


def test_an_mpc_that_is_active_with_nobody_in_it_is_noticed(switch: Switch) -> None:
    switch.mpcs["lobby"].participants.clear()
    wrong = LAWS["an active mpc has somebody in it"](switch, switch.mpcs["lobby"])
    assert wrong == "multiparty call lobby is active with nobody in it"


@pytest.mark.parametrize("state", [ParticipantState.JOINING, ParticipantState.EXITED])
def test_who_is_on_the_way_into_an_mpc_is_enough_for_it_to_be_active(state: ParticipantState, switch: Switch) -> None:
    for one in switch.mpcs["lobby"].participants:
        one.state = state
    wrong = LAWS["an active mpc has somebody in it"](switch, switch.mpcs["lobby"])
    assert (wrong is None) is (state is ParticipantState.JOINING)


def test_a_call_in_two_places_is_noticed(switch: Switch) -> None:
    switch.live["eve"] = switch.calls["eve"]
    broken("no_call_is_lost", lambda: check_all(switch))


def test_a_multiparty_call_that_is_lost_is_noticed(switch: Switch) -> None:
    del switch.mpcs["lobby"]
    broken("a_name_is_free_again", lambda: check_all(switch))


def test_a_tally_that_does_not_add_up_is_noticed(switch: Switch) -> None:
    switch.tally[CallState.QUEUED] += 1
    broken("the_counts_add_up", lambda: check_all(switch))


def test_a_rule_that_stands_on_nothing_is_noticed(switch: Switch) -> None:
    switch.rulebook = BASE.with_rows(BASE.rows.values())
    switch.rulebook.assumptions = {}
    broken("every_rule_has_its_basis", lambda: _basis_of_all(switch))


def _basis_of_all(switch: Switch) -> None:
    wrong = LAWS["every rule has its basis"](switch, None)
    if wrong is not None:
        raise BrokenLaw("every rule has its basis", wrong, [])


# -- outcomes that cannot be ------------------------------------------------------------------------------------------

RIGHT = Change(
    1, 900, Entity.CALL, "bob", Verb.RING, Status.REFUSED, CallState.QUEUED, CallState.QUEUED, By.CARRIER, None,
    "call.ring.queued.carrier",
)  # fmt: skip
TOLD = Todo(TodoKind.CALLBACK, "bob", 900, RIGHT.rule, callback="hangup")
FETCH = Todo(TodoKind.FETCH, "eve", 900, RIGHT.rule)


def outcome(*changes: Change, todos: tuple[Todo, ...] = (), status: Status = Status.DONE) -> Outcome:
    return Outcome(status, RIGHT.rule, changes, todos)


IMPOSSIBLE = [
    ("every_change_names_its_rule", outcome(RIGHT._replace(rule="call.ring.queued.nobody"))),
    ("every_change_names_its_rule", outcome(RIGHT._replace(via="no.such.rule"))),
    ("only_what_is_done_moves", outcome(RIGHT._replace(to=CallState.RINGING))),
    ("only_what_is_done_moves", outcome(RIGHT._replace(status=Status.DONE, from_=CallState.COMPLETED))),
    ("an_ending_is_the_change_that_ended", outcome(RIGHT._replace(status=Status.DONE, to=CallState.COMPLETED))),
    ("a_refusal_changes_nothing", outcome(RIGHT._replace(status=Status.DONE), status=Status.REFUSED)),
    ("a_refusal_changes_nothing", outcome(todos=(TOLD,), status=Status.ALREADY)),
    ("the_end_is_told_once", outcome(todos=(TOLD,))),
    ("what_ended_asks_for_nothing", outcome(todos=(FETCH,))),
    ("no_call_is_lost", outcome(RIGHT._replace(name="zoe"))),
]


@pytest.mark.parametrize(("law", "impossible"), IMPOSSIBLE)
def test_an_outcome_that_cannot_be_is_noticed(switch: Switch, law: str, impossible: Outcome) -> None:
    broken(law, lambda: check(switch, impossible))


def test_an_end_that_is_told_twice_is_noticed(switch: Switch) -> None:
    right = switch.apply(command("hang_up bob api"), 900)
    check(switch, right)
    broken("the_end_is_told_once", lambda: check(switch, right._replace(todos=right.todos * 2)))


def test_a_fetch_for_a_live_call_and_an_outcome_without_changes_are_fine(switch: Switch) -> None:
    check(switch, outcome(RIGHT, todos=(FETCH._replace(name="ann"),)))
    check(switch, Outcome(Status.UNKNOWN, None))


SOUND_AS_THEY_ARE = ["bob", "ann", "gus", "hal"]
WRONG_ANSWERS: dict[str, tuple[object, ...]] = {
    "name": ("rob",),
    "state": tuple(CallState),
    "was": (None, *CallState),
    "queued_at": (None, -1, 0, 900, 901),
    "ringing_at": (None, 0, 900, 901),
    "answered_at": (None, 0, 900, 901),
    "ended_at": (None, 0, 900, 901),
    "membership": tuple(Membership),
}


@pytest.mark.parametrize("name", SOUND_AS_THEY_ARE)
@pytest.mark.parametrize("field", WRONG_ANSWERS)
def test_a_call_is_plainly_sound_only_if_it_keeps_every_law(name: str, field: str) -> None:
    for value in WRONG_ANSWERS[field]:
        switch = world(
            [*BUSY_WORLD, "place gus in", "answer gus api", "hang_up gus api", "place hal in", "answer hal api"]
        )
        call = switch.calls[name]
        assert is_sound(switch, call)
        setattr(call, field, value)
        if is_sound(switch, call):
            assert [law(switch, call) for law in LAWS_OF_CALLS] == [None] * len(LAWS_OF_CALLS), value


@pytest.mark.parametrize("parts", [{"at": 7}, {"was": CallState.RINGING}, {"rule": "no.such.rule"}])
def test_an_ended_call_is_plainly_sound_only_with_its_own_ending(parts: dict[str, object]) -> None:
    switch = world(["place gus in", "answer gus api", "hang_up gus api"])
    gus = switch.calls["gus"]
    assert gus.ending is not None
    assert is_sound(switch, gus)
    gus.ending = gus.ending._replace(**parts)
    assert not is_sound(switch, gus)


@pytest.mark.parametrize(("entity", "law", "name", "values"), BREAKAGES)
def test_what_is_broken_by_hand_is_noticed_when_it_is_touched(
    switch: Switch, entity: Entity, law: str, name: str, values: dict[str, object]
) -> None:
    thing = switch.find(entity, name)
    touched = RIGHT._replace(entity=entity, name=name)
    for field, value in values.items():
        setattr(thing, field, value)
    with pytest.raises(BrokenLaw):
        check(switch, outcome(touched))


def test_what_a_command_touched_is_checked_and_no_more(switch: Switch) -> None:
    switch.tally[CallState.QUEUED] += 1
    switch.calls["eve"].ending = None
    check(switch, switch.apply(command("stop lobby api"), 900))
    switch.calls["ann"].answered_at = None
    broken("states_have_their_times", lambda: check(switch, switch.apply(command("ring ann carrier"), 900)))


# -- what was settled stays -------------------------------------------------------------------------------------------


def test_an_ending_that_changes_later_is_noticed_by_who_watched(switch: Switch) -> None:
    watch = Watch(switch)
    watch.check(switch.apply(command("hang_up bob api"), 900))
    ending = switch.calls["bob"].ending
    assert ending is not None
    switch.calls["bob"].ending = ending._replace(cause=Cause.BUSY)
    check_all(switch)
    broken("the_first_ending_stays", watch.check_all)


def test_an_ended_call_that_comes_back_is_noticed_by_who_watched(switch: Switch) -> None:
    watch = Watch(switch)
    eve = switch.calls["eve"]
    eve.ending, eve.ended_at, eve.state = None, None, CallState.IN_PROGRESS
    broken("the_first_ending_stays", watch.check_all)


def test_an_ended_call_that_is_gone_is_noticed_by_who_watched(switch: Switch) -> None:
    watch = Watch(switch)
    del switch.calls["eve"]
    broken("no_call_is_lost", watch.check_all)


def test_a_watch_holds_what_a_command_touched_against_its_memory(switch: Switch) -> None:
    watch = Watch(switch)
    eve = switch.calls["eve"]
    assert eve.ending is not None
    eve.ending = eve.ending._replace(cause=Cause.KICKED)
    broken("the_first_ending_stays", lambda: watch.check(switch.apply(command("hang_up eve api"), 950)))


def test_a_broken_law_is_told_in_words(switch: Switch) -> None:
    eve = switch.calls["eve"]
    ended = "the ending normal by far-party at 900 ms, of hang_up as it was in-progress, by call.hang_up.in-progress.far-party"
    switch.live["eve"] = eve
    assert LAWS["no call is lost"](switch, eve) == (
        "call eve is completed; found by its name: the call itself; among the live ones: the call itself"
    )
    eve.was = CallState.RINGING
    assert LAWS["the first ending stays"](switch, eve) == f"call eve was ringing and ended at 900 ms, and has {ended}"
    eve.state = CallState.RINGING
    assert LAWS["a call ends once"](switch, eve) == f"call eve is ringing, ended at 900 ms and has {ended}"
    assert LAWS["the counts add up"](switch, None) == (
        "calls that are ringing: counted 1, by the tally 0; calls that are completed: counted 1, by the tally 2"
    )


def test_a_watch_reads_outcomes_whose_parts_have_no_names_yet(switch: Switch) -> None:
    watch = Watch(switch)
    for line in ("ring bob carrier", "ring bob carrier", "hang_up bob api"):
        watch.check(switch.carry_out(command(line), 900))
    assert watch.endings["bob"] is switch.calls["bob"].ending


@pytest.mark.parametrize("name", ["ann", "bob"])
def test_an_ending_that_is_not_the_change_that_ended_is_noticed_by_who_watched(switch: Switch, name: str) -> None:
    told = switch.apply(command(f"hang_up {name} api"), 900)
    wrong = told._replace(changes=(told.changes[0]._replace(cause=Cause.BUSY), *told.changes[1:]), todos=())
    broken("an_ending_is_the_change_that_ended", lambda: Watch(switch).check(wrong))


def test_the_memory_of_a_watch_can_go_beside_a_copy_and_each_then_has_its_own(switch: Switch) -> None:
    watch, twin = Watch(switch), switch.copy()
    beside = watch.beside(twin)
    beside.check(twin.apply(command("hang_up bob api"), 900))
    assert set(beside.endings) - set(watch.endings) == {"bob"}
    beside.check_all()
    watch.check_all()


def test_every_law_is_broken_somewhere_in_this_file() -> None:
    tabled = {law for _, law, _, _ in BREAKAGES} | {law for law, _ in IMPOSSIBLE}
    tabled |= {law for law, _, _ in (*CONVERSATIONS, *LEGS)}
    told = {
        "an_ended_call_has_stopped", "who_is_in_is_answered", "a_duration_is_from_answer_to_end", "the_counts_add_up",
        "every_rule_has_its_basis", "its_call_knows_of_it", "a_clock_runs_for_what_is_not_over", "one_element_runs_at_a_time",
            "an_active_mpc_has_somebody_in_it", "a_stay_lasts_as_long_as_its_member",
            "who_was_placed_first_goes_first", "no_account_has_more_than_allowed",  # in test_lines
    }  # fmt: skip
    assert {law.replace("_", " ") for law in tabled | told} == set(LAWS)


def test_a_broken_law_says_which_and_how() -> None:
    law = BrokenLaw("the counts add up", "one is missing", [])
    assert str(law) == "callsim broke its own law 'the counts add up': one is missing"
    assert replace(law, commands=["place ann"]).commands == ["place ann"]
