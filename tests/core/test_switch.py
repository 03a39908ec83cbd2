"""What the switch does, told as stories: who ends what, what follows, and what it looks like from outside."""

from __future__ import annotations

import pytest

from callsim.dialects import rulebook
from callsim.errors import BrokenLaw, UsageError
from callsim.instructions import Document, Play
from callsim.model import (
    ActionState,
    BadDocument,
    By,
    CallState,
    Cause,
    Command,
    Direction,
    Entity,
    Exit,
    JoinedBy,
    Joining,
    MpcState,
    Outcome,
    ParticipantState,
    Placement,
    Purpose,
    Status,
    StayAlone,
    Termination,
    Timer,
    TodoKind,
    Verb,
)
from callsim.properties import Watch
from callsim.rules import Consequence, Effect, Of, Rulebook, Vendor, lay, patch
from callsim.switch import Switch, is_live, present, running

from .language import command, told
from .worlds import BASE, world


def say(switch: Switch, line: str, now: int | None = None) -> Outcome:
    """One line of the tests' language, with every law held afterwards."""
    watch = Watch(switch)
    outcome = switch.apply(command(line), switch.now if now is None else now)
    watch.check(outcome)
    watch.check_all()
    return outcome


def in_the_lobby(*names: str, book: Rulebook = BASE, how: str = "") -> Switch:
    """A world in which these calls were added to the lobby and have answered."""
    lines = [line for name in names for line in (f"add {name} lobby out {how}", f"ring {name} carrier")]
    return world([*lines, *(f"answer {name} far-party" for name in names)], book)


# -- what is said --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["place ann out", "add ann lobby out", "hang_up bob api", "stop lobby api"])
def test_a_plain_tuple_says_what_a_command_says(line: str) -> None:
    named, plain = (world(["place bob in", "run bob mpc"]) for _ in range(2))
    assert plain.carry_out(tuple(command(line)), 7) == named.carry_out(command(line), 7)  # type: ignore[arg-type]
    assert plain.key() == named.key()


def test_several_calls_are_placed_at_once() -> None:
    switch = world([])
    outcome = switch.apply(Command(Verb.PLACE, ("ann", "bob"), By.API, Placement()), 0)
    assert outcome.each == {"ann": Status.DONE, "bob": Status.DONE}
    assert list(switch.live) == ["ann", "bob"]


# -- several at once -------------------------------------------------------------------------------------------------


def test_ending_all_calls_ends_each_of_them_for_that_and_not_for_what_follows() -> None:
    switch = in_the_lobby("ann", "bob")
    say(switch, "hang_up_all ann,bob api")
    assert [switch.calls[name].ending.cause for name in ("ann", "bob")] == [Cause.NORMAL, Cause.NORMAL]  # type: ignore[union-attr]
    assert switch.mpcs["lobby"].termination is Termination.NO_PARTICIPANTS


def test_one_by_one_the_first_hang_up_ends_the_second_call_for_another_reason() -> None:
    switch = in_the_lobby("ann", "bob", book=lay(assume={"many.atomic": "one-by-one"}))
    outcome = say(switch, "hang_up_all ann,bob api")
    assert outcome.each == {"ann": Status.DONE, "bob": Status.ALREADY}
    assert switch.calls["bob"].ending[:2] == (Cause.MPC_ENDED, By.PLATFORM)  # type: ignore[index]
    assert switch.mpcs["lobby"].termination is Termination.STAY_ALONE


def test_a_command_on_several_answers_by_its_best_outcome_and_tells_each() -> None:
    switch = world(["place ann out", "place bob out", "hang_up bob api"])
    outcome = say(switch, "hang_up bob,ann,zoe,ann api")
    assert outcome.each == {"bob": Status.ALREADY, "ann": Status.DONE, "zoe": Status.UNKNOWN}
    assert (outcome.status, outcome.rule) == (Status.DONE, "call.hang_up.queued.api")


def test_a_command_on_nobody_is_about_nothing_known() -> None:
    switch = world([])
    assert switch.apply(Command(Verb.HANG_UP_ALL, (), By.API), 0) == Outcome(Status.UNKNOWN, None)
    assert switch.would(Command(Verb.HANG_UP_ALL, (), By.API)) is Status.UNKNOWN


def test_what_is_unknown_changes_nothing() -> None:
    switch = world(["place ann out"])
    before = switch.key()
    for line in (
        "hang_up zoe api",
        "stop lobby api",
        "kick ann api",
        "finish ann/speak#1 platform",
        "finish zoe/x#1 platform",
    ):
        assert say(switch, line)[:4] == (Status.UNKNOWN, None, (), ()), line
    assert switch.key() == before


# -- ending a call -----------------------------------------------------------------------------------------------------


def test_the_first_hang_up_wins_and_keeps_its_cause() -> None:
    switch = world(["place ann out", "ring ann carrier", "answer ann far-party"])
    say(switch, "hang_up ann far-party", 700)
    ending = switch.calls["ann"].ending
    for line in ("hang_up ann api", "cancel ann api", "busy ann far-party", "time_limit_reached ann platform"):
        assert say(switch, line, 800).status is Status.ALREADY, line
    assert switch.calls["ann"].ending is ending
    assert ending[:4] == (Cause.NORMAL, By.FAR_PARTY, 700, Verb.HANG_UP)  # type: ignore[index]


def test_a_duration_is_from_answer_to_end_and_nothing_without_an_answer() -> None:
    switch = world(["place ann out", "at 100", "ring ann carrier", "at 900", "answer ann far-party", "place bob out"])
    assert switch.calls["ann"].duration == 0
    say(switch, "hang_up_all ann,bob api", 2_900)
    say(switch, "hang_up bob api", 3_000)
    assert (switch.calls["ann"].duration, switch.calls["bob"].duration) == (2_000, 0)


def test_a_failure_keeps_its_code_and_its_state() -> None:
    switch = world(["place ann out", "ring ann carrier"])
    say(switch, "fail ann carrier 3040")
    ending = switch.calls["ann"].ending
    assert ending is not None
    assert (ending.detail, ending.was, ending.direction) == (3040, CallState.RINGING, Direction.OUTBOUND)


# -- clocks --------------------------------------------------------------------------------------------------------------


def test_an_answer_in_time_forgets_the_ring_timer_and_a_late_one_changes_nothing() -> None:
    switch = world(["place ann out", "ring ann carrier"])
    late = switch.timers["ann", Timer.RING].command
    say(switch, "answer ann far-party", 59_999)
    assert list(switch.timers) == [("ann", Timer.LIMIT)]
    assert switch.apply(late, 60_000).status is Status.REFUSED
    say(switch, "hang_up ann api", 60_001)
    assert switch.timers == {}
    assert switch.apply(late, 60_002).status is Status.ALREADY


def test_a_ring_timer_that_wins_ends_the_call_and_the_answer_comes_too_late() -> None:
    switch = world(["place ann out", "ring ann carrier"])
    outcome = switch.apply(switch.timers["ann", Timer.RING].command, 60_000)
    assert outcome.status is Status.DONE
    assert outcome.todos == ()
    assert switch.calls["ann"].ending.cause is Cause.RING_TIMEOUT  # type: ignore[union-attr]
    assert say(switch, "answer ann far-party", 60_000).status is Status.REFUSED


def test_a_scheduled_hang_up_ends_the_call_when_it_is_due() -> None:
    switch = world(["place ann in", "run ann hangup-later speak-for-ever"])
    clock = switch.timers["ann", Timer.SCHEDULE]
    assert clock.due == 5_000
    switch.apply(clock.command, 5_000)
    assert switch.calls["ann"].ending[:2] == (Cause.TIME_LIMIT, By.PLATFORM)  # type: ignore[index]
    assert running(switch.calls["ann"].actions) == []


def test_a_clock_set_for_later_gives_way_to_one_that_strikes_sooner() -> None:
    switch = world(["place ann in", "run ann hangup-later wait"])
    say(switch, "run ann hangup-later wait", 1_000)
    assert switch.timers["ann", Timer.SCHEDULE].due == 5_000


def test_what_one_thing_does_can_forget_a_clock_of_another() -> None:
    hold = Consequence(
        Entity.ACTION, ActionState.RUNNING, (), "its-call.stay", Of.ITS_CALL, Effect.FORGET_SCHEDULE_TIMER, By.PLATFORM,
        BASE.rows["limit.redirects"].basis, "Whatever runs puts off the scheduled end.",
    )  # fmt: skip
    switch = world(["place ann in", "run ann hangup-later speak"], lay(Vendor("test", "Test", rows=(hold,))))
    assert set(switch.timers) == {("ann/speak#1", Timer.ACTION), ("ann", Timer.LIMIT)}


def test_a_recording_that_is_over_asks_its_action_url_how_to_go_on() -> None:
    switch = world(["place ann in", "run ann record-followed hangup"])
    fetch = say(switch, "finish ann/record#1+0 platform", 10_000).todos[0]
    assert (fetch.kind, fetch.purpose, fetch.name) == (TodoKind.FETCH, Purpose.ACTION, "ann")
    assert switch.calls["ann"].state is CallState.IN_PROGRESS
    say(switch, "run ann hangup")
    assert switch.calls["ann"].state is CallState.COMPLETED


# -- multiparty calls ------------------------------------------------------------------------------------------------------


def test_a_stopped_multiparty_calls_name_is_free_for_whoever_joins_next() -> None:
    switch = world(["place ann in", "run ann mpc mpc", "add bob lobby out"])
    say(switch, "stop lobby api")
    assert switch.mpcs["lobby"].state is MpcState.ENDED
    again = switch.calls["ann"].participant
    assert again is not None
    assert (again.mpc.key, again.mpc.name, again.state) == ("lobby#2", "lobby", ParticipantState.ACTIVE)
    assert switch.room("default", "lobby") is again.mpc
    assert [is_live(mpc) for mpc in switch.mpcs.values()] == [False, True]


def test_a_name_that_looks_like_a_key_takes_nobodys_place() -> None:
    switch = world(["add ann lobby#2 out", "add bob lobby out", "stop lobby api", "add cyd lobby out"])
    assert {key: mpc.name for key, mpc in switch.mpcs.items()} == {
        "lobby#2": "lobby#2",
        "lobby": "lobby",
        "lobby#3": "lobby",
    }
    Watch(switch).check_all()


def test_two_accounts_do_not_share_a_multiparty_call() -> None:
    switch = world(["add ann lobby out"])
    other = Joining("lobby", placement=Placement("other"))
    switch.apply(Command(Verb.ADD, "bob", By.API, other), 0)
    assert switch.room("default", "lobby") is not switch.room("other", "lobby")
    assert [call.name for call in switch.live_calls("other")] == ["bob"]
    assert [call.name for call in switch.live_calls()] == ["ann", "bob"]


def test_a_stop_lets_go_who_came_by_document_and_ends_who_was_added() -> None:
    switch = world(
        ["place ann in", "run ann mpc wait", "add bob lobby out", "ring bob carrier", "answer bob far-party"]
    )
    say(switch, "stop lobby api")
    assert switch.calls["ann"].state is CallState.IN_PROGRESS
    assert switch.calls["bob"].ending[:2] == (Cause.MPC_ENDED, By.API)  # type: ignore[index]
    assert (switch.mpcs["lobby"].termination, switch.mpcs["lobby"].ended_by) == (Termination.STOPPED, By.API)


def test_a_stop_calls_off_who_is_still_joining_or_lets_it_ring_on() -> None:
    switch = world(["add ann lobby out", "ring ann carrier"])
    say(switch, "stop lobby api")
    assert switch.calls["ann"].ending[:2] == (Cause.CANCELLED, By.API)  # type: ignore[index]
    patient = rulebook("plivo", {"plivo.mpc_stop.joining": "ring-on"})
    switch = world(["add ann lobby out", "ring ann carrier"], patient)
    say(switch, "stop lobby api")
    assert switch.calls["ann"].state is CallState.RINGING
    say(switch, "answer ann far-party")
    assert switch.calls["ann"].ending[0] is Cause.END_OF_INSTRUCTIONS  # type: ignore[index]


def test_no_document_is_asked_for_who_leaves_a_room_and_ends_with_the_other_leg_by_the_same_command() -> None:
    switch = world(["place bob out", "ring bob carrier", "answer bob far-party"])
    switch.apply(Command(Verb.PLACE, "ann", By.API, Placement(to="+15550100002", joins="bob")), 10)
    for verb, by in ((Verb.RING, By.CARRIER), (Verb.ANSWER, By.FAR_PARTY)):
        switch.apply(Command(verb, "ann", by), 10)
    for name, url in (("bob", "https://app.example/exit"), ("ann", None)):
        switch.apply(Command(Verb.ADD, name, By.API, Joining("lobby", "", url, StayAlone.YES)), 20)
    outcome = switch.apply(Command(Verb.MAX_DURATION_REACHED, "lobby", By.PLATFORM), 30)
    Watch(switch).check_all()
    assert [call.state for call in switch.calls.values()] == [CallState.COMPLETED] * 2
    assert TodoKind.FETCH not in {todo.kind for todo in outcome.todos}


def test_an_exit_url_that_cannot_be_fetched_ends_the_call_or_lets_it_go_on() -> None:
    lines = ["place ann in", "run ann mpc-exit wait", "stop lobby api"]
    switch = world(lines)
    assert switch.calls["ann"].purpose is Purpose.EXIT
    say(switch, "bad_instructions ann exit")
    ending = switch.calls["ann"].ending
    assert ending is not None
    assert (ending.cause, ending.purpose, ending.detail) == (
        Cause.BAD_INSTRUCTIONS,
        Purpose.EXIT,
        BadDocument.UNREACHABLE,
    )
    switch = world(lines, rulebook("plivo", {"plivo.mpc_exit.bad_url": "goes-on"}))
    say(switch, "bad_instructions ann exit")
    assert [action.kind for action in running(switch.calls["ann"].actions)] == ["wait"]


def test_whoever_is_left_alone_goes_unless_the_first_in_said_they_may_stay() -> None:
    for how, after in (("", MpcState.ENDED), ("stay-alone", MpcState.ACTIVE)):
        switch = in_the_lobby("ann", "bob", how=how)
        say(switch, "hang_up bob far-party")
        assert switch.mpcs["lobby"].state is after
    say(switch, "hang_up ann far-party")
    assert (switch.mpcs["lobby"].termination, present(switch.mpcs["lobby"])) == (Termination.NO_PARTICIPANTS, [])


def test_the_row_that_decides_on_an_end_is_carried_out_though_another_fits_once_everybody_is_out() -> None:
    stays_open = patch("mpc.recount.active.platform.nobody", status=Status.ALREADY, to=MpcState.ACTIVE, cause=None)
    switch = in_the_lobby("ann", "bob", book=lay(Vendor("test", "Test", (stays_open,))))
    say(switch, "hang_up ann far-party")
    lobby = switch.mpcs["lobby"]
    assert (lobby.state, lobby.termination) == (MpcState.ENDED, Termination.STAY_ALONE)
    assert lobby.rule == "mpc.recount.active.platform.one.no-stay-alone.none-joining"


def test_being_alone_counts_when_somebody_leaves_and_not_when_somebody_joins() -> None:
    switch = in_the_lobby("ann")
    assert switch.mpcs["lobby"].state is MpcState.ACTIVE
    say(switch, "add bob lobby out")
    say(switch, "reject bob far-party")
    assert switch.mpcs["lobby"].state is MpcState.ACTIVE


def test_a_kick_removes_one_and_a_second_kick_finds_it_gone() -> None:
    switch = in_the_lobby("ann", "bob", "cyd")
    assert say(switch, "kick bob api").status is Status.DONE
    assert switch.calls["bob"].participant.exit is Exit.KICKED  # type: ignore[union-attr]
    assert say(switch, "kick bob api").status is Status.ALREADY
    assert [one.name for one in present(switch.mpcs["lobby"])] == ["ann", "cyd"]


def test_a_running_call_is_adopted_once_and_may_come_back_after_it_has_left() -> None:
    switch = world(["place ann out", "ring ann carrier", "answer ann far-party"])
    say(switch, "add ann lobby exit")
    assert switch.calls["ann"].participant.joined_by is JoinedBy.ADOPTED  # type: ignore[union-attr]
    assert say(switch, "add ann attic").status is Status.REFUSED
    say(switch, "stop lobby api")
    assert say(switch, "add ann attic").status is Status.DONE
    assert [len(mpc.participants) for mpc in switch.mpcs.values()] == [1, 1]


def test_who_leaves_and_comes_back_is_a_new_participant_and_copies_know_it() -> None:
    switch = world(["place ann in", "run ann mpc-alone mpc", "place bob in", "run bob mpc", "kick ann api"])
    first, _, second = switch.mpcs["lobby"].participants
    assert (first.name, first.state, second.name, second.state) == ("ann", "exited", "ann", "active")
    twin = switch.copy()
    assert twin.calls["ann"].participant is twin.mpcs["lobby"].participants[2]


# -- documents ---------------------------------------------------------------------------------------------------------------


def test_redirects_are_followed_up_to_their_bound_and_then_end_the_call() -> None:
    bounded = lay(Vendor("test", "Test", (patch("limit.redirects", value=2),)))
    switch = world(["place ann in", "run ann redirect", "run ann redirect"], bounded)
    assert switch.calls["ann"].redirects == 2
    say(switch, "run ann redirect")
    ending = switch.calls["ann"].ending
    assert ending is not None
    assert (ending.cause, ending.purpose, ending.detail) == (
        Cause.BAD_INSTRUCTIONS,
        Purpose.REDIRECT,
        BadDocument.TOO_MANY,
    )


def test_a_call_is_transferred_up_to_its_bound_and_then_ends() -> None:
    bounded = lay(Vendor("test", "Test", (patch("limit.transfers", value=2),)))
    switch = world(["place ann in answer", "run ann speak", "transfer ann", "transfer ann"], bounded)
    assert switch.calls["ann"].transfers == 2
    say(switch, "transfer ann")
    ending = switch.calls["ann"].ending
    assert ending is not None
    assert (ending.cause, ending.purpose, ending.detail) == (
        Cause.BAD_INSTRUCTIONS,
        Purpose.TRANSFER,
        BadDocument.TOO_MANY,
    )


def test_a_document_refused_by_a_call_that_waits_leaves_it_as_it_was() -> None:
    switch = world(["place ann out"])
    before = switch.key()
    late = Command(Verb.RUN, "ann", By.DOCUMENT, Document(()), Purpose.REDIRECT)
    assert switch.apply(late, 0).status is Status.REFUSED
    assert switch.key() == before


def test_a_document_that_comes_after_the_end_is_refused() -> None:
    switch = world(["place ann in answer", "hang_up ann far-party"])
    assert say(switch, "run ann speak").status is Status.REFUSED
    assert switch.calls["ann"].document is None


def test_no_document_at_all_is_one_that_has_run_out() -> None:
    switch = world(["place ann in"])
    switch.apply(Command(Verb.RUN, "ann", By.DOCUMENT), 0)
    assert switch.calls["ann"].ending.cause is Cause.END_OF_INSTRUCTIONS  # type: ignore[union-attr]


def test_audio_of_unknown_length_is_the_authors_mistake() -> None:
    switch = world(["place ann in"])
    play = Command(Verb.RUN, "ann", By.DOCUMENT, Document((Play("https://app/unheard"),)))
    with pytest.raises(UsageError, match="nobody said how long https://app/unheard is"):
        switch.apply(play, 0)


# -- the switch from outside ---------------------------------------------------------------------------------------------------


def test_who_may_not_say_a_verb_is_told_who_may() -> None:
    with pytest.raises(UsageError, match="'ring' cannot be said by api; it is said by carrier"):
        world([]).apply(Command(Verb.RING, "ann", By.API), 0)


@pytest.mark.parametrize("line", ["ring ann carrier", "place ben out"])
def test_time_never_goes_back(line: str) -> None:
    switch = world(["at 5", "place ann out"])
    with pytest.raises(UsageError, match="from 5 ms to 4 ms"):
        say(switch, line, 4)


def test_rules_that_follow_from_each_other_for_ever_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callsim.switch.switch.AGENDA_BOUND", 1_000)
    endless = lay(Vendor("test", "Test", (patch("instruction.none-left", do=Verb.PROCEED),)))
    with pytest.raises(BrokenLaw, match="consequences followed from one command"):
        world(["place ann in", "run ann"], endless)


BUSY_WORLD = [
    "place ann in answer", "run ann mpc wait", "place bob out ring=9000", "ring bob carrier", "add cyd lobby out exit",
    "place dan in hangup", "run dan hangup-later record-told", "place eve out", "hang_up eve api",
]  # fmt: skip


def test_what_would_happen_is_what_happens() -> None:
    switch = world(BUSY_WORLD)
    said = [
        *switch.commands(),
        command("place ann out"),
        command("place zoe out"),
        command("add zoe lobby"),
        command("add ann x"),
    ]
    for each in said:
        twin = switch.copy()
        promised, may = switch.would(each), switch.may(each)
        assert twin.apply(each, 0).status is promised, each
        assert may is (promised is Status.DONE)
    with pytest.raises(UsageError, match="'add' needs a Joining"):
        switch.would(Command(Verb.ADD, "zoe", By.API))
    with pytest.raises(UsageError, match="'transfer' needs a Transfer"):
        switch.would(Command(Verb.TRANSFER, "ann", By.API))


def test_what_would_happen_at_a_full_multiparty_call_is_what_happens() -> None:
    switch = world(["add ann lobby out most=1"])
    added = command("add bob lobby out")
    promised = switch.would(added)
    assert promised is Status.REFUSED
    assert switch.apply(added, 0).status is promised


def test_the_alphabet_is_what_can_be_said_of_what_exists() -> None:
    said = world(BUSY_WORLD).commands()
    assert {each.verb for each in said} == {
        Verb.RING, Verb.ANSWER, Verb.HANG_UP, Verb.CANCEL, Verb.REJECT, Verb.BUSY, Verb.NO_ANSWER, Verb.FAIL, Verb.KICK,
        Verb.START, Verb.STOP, Verb.HANG_UP_ALL, Verb.RING_TIME_OVER, Verb.TIME_LIMIT_REACHED, Verb.SCHEDULE_REACHED, Verb.FINISH,
        Verb.PRESS,
    }  # fmt: skip
    assert [each.target for each in said if each.verb is Verb.KICK] == ["ann", "cyd"]
    assert [each.target for each in said if each.verb is Verb.HANG_UP_ALL] == [("ann", "bob", "cyd", "dan")]
    assert {each.by for each in said} == {By.API, By.FAR_PARTY, By.CARRIER, By.PLATFORM}
    assert len(said) == len(set(said))
    over = world(["place ann out", "hang_up ann api"]).commands()
    assert Verb.HANG_UP_ALL not in {each.verb for each in over}


def test_a_copy_goes_its_own_way() -> None:
    switch = world(BUSY_WORLD)
    before, shown = switch.key(), told(switch.copy().apply(command("stop lobby api"), 0), 0)
    twin = switch.copy()
    assert twin.key() == before
    for each in twin.commands():
        twin.apply(each, 100)
    assert switch.key() == before
    assert told(switch.apply(command("stop lobby api"), 0), 0) == shown


def test_worlds_that_differ_only_in_when_have_one_key() -> None:
    lines = ["place ann out", "ring ann carrier", "answer ann far-party"]
    later = world(["at 70", *lines])
    assert world(lines).key() == later.key()
    assert hash(world(lines).key()) == hash(later.key())


@pytest.mark.parametrize(
    "line", ["hang_up ann api", "add ann lobby", "run ann speak", "place bob out", "run ann mpc wait"]
)
def test_worlds_that_can_go_on_differently_have_different_keys(line: str) -> None:
    lines = ["place ann out", "ring ann carrier", "answer ann far-party"]
    assert world(lines).key() != world([*lines, line]).key()


def test_who_ended_it_and_why_tells_worlds_apart() -> None:
    by_api, by_callee = (world(["place ann out", f"{end}"]) for end in ("hang_up ann api", "reject ann far-party"))
    assert by_api.key() != by_callee.key()


def test_things_are_found_by_their_names() -> None:
    switch = world(BUSY_WORLD)
    assert switch.find(Entity.CALL, "ann") is switch.calls["ann"]
    assert switch.find(Entity.PARTICIPANT, "ann") is switch.calls["ann"].participant
    assert switch.find(Entity.PARTICIPANT, "zoe") is None
    assert switch.find(Entity.MPC, "lobby") is switch.mpcs["lobby"]
    assert switch.find(Entity.ACTION, "dan/record#1") is switch.calls["dan"].actions[0]
    for nothing in ("dan", "dan/record", "dan/record#0", "dan/record#2", "zoe/record#1", ""):
        assert switch.find(Entity.ACTION, nothing) is None, nothing


def test_a_command_can_be_read_aloud() -> None:
    assert str(command("hang_up ann,bob api")) == "hang_up ann,bob by api"
    assert str(command("fail ann carrier 2000")) == "fail ann by carrier 2000"


@pytest.mark.parametrize("document", [[], ["run ann speak mpc"], ["run ann mpc speak", "kick ann api"]])
def test_joining_is_for_the_element_to_say_that_a_call_stands_at(document: list[str]) -> None:
    switch = world(["place ann in", "answer ann api", *document])
    with pytest.raises(UsageError, match="'join' is what an element of a document says"):
        switch.apply(Command(Verb.JOIN, "ann", By.DOCUMENT), 0)


@pytest.mark.parametrize(
    ("effect", "left"), [(Effect.FORGET_LIMIT_TIMER, []), (Effect.FORGET_RING_TIMER, [Timer.LIMIT])]
)
def test_a_rule_may_let_one_thing_forget_the_clock_of_another(effect: Effect, left: list[Timer]) -> None:
    forgets = Consequence(
        Entity.PARTICIPANT, ParticipantState.ACTIVE, (), "unlimited", Of.ITS_CALL, effect, None,
        BASE.rows["mpc.begins"].basis, "Who takes part may stay as long as it likes.",
    )  # fmt: skip
    switch = world(["place ann in", "run ann mpc"], BASE.with_rows([*BASE.rows.values(), forgets]))
    assert [timer for _, timer in switch.timers] == left


def test_of_actions_long_over_only_the_latest_are_kept() -> None:
    switch = world(["place ann in", "answer ann api"])
    for _ in range(100):
        say(switch, "run ann wait")
    ann = switch.calls["ann"]
    assert len(ann.actions) <= 33
    assert [action.number for action in running(ann.actions)] == [100]
    assert switch.find(Entity.ACTION, "ann/wait#100") is ann.actions[-1]
    assert switch.find(Entity.ACTION, "ann/wait#1") is None
