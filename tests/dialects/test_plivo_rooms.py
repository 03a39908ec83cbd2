"""Plivo's multiparty calls: starting them, what is wanted of them and of participants, and what is told of them."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.errors import UsageError
from callsim.instructions import Conference, Document, MultiPartyCall
from callsim.model import (
    By,
    CallState,
    Coaching,
    Command,
    EndsOnExit,
    Handling,
    Held,
    Joining,
    Manner,
    MpcEvent,
    MpcOptions,
    MpcState,
    Muted,
    Placement,
    Purpose,
    Status,
    Subscription,
    Timer,
    Verb,
)

from .desk import IN, NUMBER, OUR_NUMBER, Desk

ADD = "POST /v1/Account/$account/MultiPartyCall/name_room/Participant/"
ADDED: dict[str, Any] = {"role": "agent", "from": OUR_NUMBER, "to": NUMBER}
TOLD = "http://app.test/told"


@pytest.fixture
def desk() -> Desk:
    return Desk("plivo")


def enter(desk: Desk, name: str, element: MultiPartyCall) -> None:
    """A caller whose document lets it in."""
    desk.place(name, "ringing", IN)
    desk.say(Verb.RUN, name, By.DOCUMENT, Document((element,)))


# -- what is wanted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("more", "problem"), [
    ({"role": "boss"}, "role parameter must be one of agent, supervisor, customer, ai-agent"),
    ({"max_duration": 299}, "max_duration parameter must be from 300 to 28800"),
    ({"max_duration": "long"}, "max_duration parameter must be from 300 to 28800"),
    ({"max_participants": 1}, "max_participants parameter must be from 2 to 10"),
    ({"max_participants": 11}, "max_participants parameter must be from 2 to 10"),
    ({"end_mpc_on_exit": "maybe"}, "end_mpc_on_exit parameter must be true or false"),
    ({"mute": 7}, "mute parameter must be true or false"),
    ({"delay_dial": "soon"}, "delay_dial parameter must be a number of seconds"),
    ({"delay_dial": "1<"}, "delay_dial parameter must be a number of seconds"),
    ({"delay_dial": "1<2"}, "delay_dial parameter names more delays than there are destinations"),
    ({"status_callback_url": 7}, "status_callback_url parameter is not a valid URL"),
    ({"role": "customer", "to": f"{NUMBER}<{NUMBER}"}, "to parameter may name several destinations for the role agent only"),
])  # fmt: skip
def test_what_cannot_be_taken_is_told(desk: Desk, more: dict[str, Any], problem: str) -> None:
    response = desk.ask(ADD, {**ADDED, **more})
    assert (response.status, response.body["error"]) == (400, problem)
    assert desk.switch.calls == {}


def test_a_participant_takes_part_as_its_request_says(desk: Desk) -> None:
    desk.ask(ADD, {
        **ADDED, "role": "Supervisor", "start_mpc_on_enter": "false", "end_mpc_on_exit": True, "on_exit_action_method": "GET",
        "mute": "true", "hold": True, "coach_mode": "true", "create_mpc_with_single_participant": "false",
        "max_duration": "300", "max_participants": 2, "status_callback_url": TOLD,
        "status_callback_events": "add-participant-api-events, participant-speak-events", "status_callback_method": "GET",
    })  # fmt: skip
    mpc = desk.switch.mpcs["room"]
    (one,) = mpc.participants
    assert (one.role, one.starts, one.ends_on_exit, one.exit_method) == ("supervisor", False, EndsOnExit.YES, "GET")
    assert (one.muted, one.held, one.coaching) == (Muted.YES, Held.YES, Coaching.YES)
    assert (mpc.single, mpc.max_duration, mpc.max_participants) == (False, 300_000, 2)
    assert mpc.told == Subscription(TOLD, "GET", states=False, participants=False, adds=True)


def test_a_participant_takes_part_as_its_element_says(desk: Desk) -> None:
    enter(desk, "anna", MultiPartyCall("room", "supervisor", mute=True, hold=True, status_url=TOLD, max_participants=2))
    mpc = desk.switch.mpcs["room"]
    (one,) = mpc.participants
    assert (one.muted, one.held, one.coaching) == (Muted.YES, Held.YES, Coaching.YES)
    assert (mpc.told, mpc.bound) == (Subscription(TOLD), 2)


@pytest.mark.parametrize("joining", [
    Joining("room", "agent", manner=Manner(False, EndsOnExit.YES, "GET", Muted.YES, Held.YES, False)),
    Joining("room", "agent", options=MpcOptions(None, False, 300_000, 2, Subscription(TOLD, "GET", adds=True))),
    Joining("room", "agent", options=MpcOptions(told=Subscription(TOLD, participants=False))),
    Joining("room", "agent", options=MpcOptions(record=True, recorded_to=Subscription(TOLD, "GET"))),
    Joining("room", "agent", options=MpcOptions(recorded_to=Subscription(TOLD))),
])  # fmt: skip
def test_our_words_for_a_participant_have_theirs(desk: Desk, joining: Joining) -> None:
    """What a request says that was made of a command is read as that command."""
    request = desk.speaks.say(Verb.ADD, "anna", desk.switch, joining)
    read = desk.speaks.read(request, desk.switch, "anna").command
    assert read is None  # nobody is called yet
    full = Joining(**{**{name: getattr(joining, name) for name in ("mpc", "role", "manner", "options")},
                      "placement": Placement(from_=OUR_NUMBER, to=NUMBER)})  # fmt: skip
    read = desk.speaks.read(desk.speaks.say(Verb.ADD, "anna", desk.switch, full), desk.switch, "anna").command
    assert read is not None
    assert (read.detail.manner, read.detail.options) == (joining.manner, joining.options)


@pytest.mark.parametrize(("verb", "method", "path"), [
    (Verb.RECORD, "POST", "Record/"), (Verb.PAUSE_RECORDING, "POST", "Record/Pause/"), (Verb.RESUME_RECORDING, "POST", "Record/Resume/"),
    (Verb.END_RECORDING, "DELETE", "Record/"),
])  # fmt: skip
def test_our_verbs_said_to_recordings_have_requests(desk: Desk, verb: Verb, method: str, path: str) -> None:
    desk.add("anna")
    request = desk.speaks.say(verb, "room", desk.switch)
    assert request.line == f"{method} /v1/Account/{desk.id('account')}/MultiPartyCall/name_room/{path}"
    assert desk.speaks.read(request, desk.switch).command == Command(verb, "room", By.API)


def test_a_request_to_record_says_who_is_told(desk: Desk) -> None:
    desk.add("anna")
    request = desk.speaks.say(Verb.RECORD, "room", desk.switch, Subscription(TOLD, "GET"))
    assert request.body == {"recording_callback_url": TOLD, "recording_callback_method": "GET"}
    command = desk.speaks.read(request, desk.switch).command
    assert command is not None
    assert command.detail == Subscription(TOLD, "GET")


def test_each_recording_has_an_id_of_its_own(desk: Desk) -> None:
    desk.add("anna")
    path = "POST /v1/Account/$account/MultiPartyCall/name_room/Record/"
    first = desk.ask(path).body
    assert (first["message"], desk.ask(path).body["recording_id"]) == ("MPC: room record started", first["recording_id"])
    assert first["recording_url"] == f"https://media.plivo.com/v1/Account/{desk.id('account')}/Recording/{first['recording_id']}.mp3"
    desk.say(Verb.END_RECORDING, "room", By.API)
    assert desk.ask(path).body["recording_id"] != first["recording_id"]


def test_a_recording_is_told_with_what_is_on_it(desk: Desk) -> None:
    desk.add("anna", options=MpcOptions(record=True, recorded_to=Subscription(TOLD)))
    desk.now = 5_000
    (paused,) = told(desk, Verb.PAUSE_RECORDING, "room")
    assert (paused["EventName"], paused.get("RecordingDuration")) == ("MPCRecordingPaused", None)
    desk.now = 9_000
    (done,) = told(desk, Verb.END_RECORDING, "room")
    assert {key: done[key] for key in ("EventName", "SequenceNumber", "RecordingDuration", "RecordingStartTime", "RecordingEndTime")} == {
        "EventName": "MPCRecordingCompleted", "SequenceNumber": 3, "RecordingDuration": 5,
        "RecordingStartTime": "2026-01-01 00:00:00", "RecordingEndTime": "2026-01-01 00:00:09",
    }  # fmt: skip


@pytest.mark.parametrize("ms", [300_500, 299_000, 28_801_000])
def test_a_longest_duration_that_no_request_can_say_is_the_authors_mistake(desk: Desk, ms: int) -> None:
    with pytest.raises(UsageError, match="max_duration in whole seconds from 300 to 28800"):
        desk.speaks.say(Verb.ADD, "anna", desk.switch, Joining("room", options=MpcOptions(max_duration=ms)))


def test_who_comes_later_has_their_way_only_where_that_is_assumed() -> None:
    for choice, bound in (("opener", 2), ("latest", 5)):
        desk = Desk("plivo", {"plivo.mpc.options": choice})
        enter(desk, "anna", MultiPartyCall("room", max_participants=2))
        enter(desk, "bert", MultiPartyCall("room", max_participants=5))
        enter(desk, "cleo", MultiPartyCall("room"))
        assert desk.switch.mpcs["room"].bound == bound
        assert len(desk.switch.mpcs["room"].participants) == (2 if choice == "opener" else 3)


def test_nobody_is_put_out_by_a_lower_figure() -> None:
    desk = Desk("plivo", {"plivo.mpc.options": "latest"})
    for name, most in (("anna", 9), ("bert", None), ("cleo", 2)):
        enter(desk, name, MultiPartyCall("room", max_participants=most))
    assert desk.switch.mpcs["room"].bound == 3


def test_ten_take_part_unless_somebody_says_otherwise(desk: Desk) -> None:
    for number in range(10):
        desk.add(f"call{number}", answered=False)
    assert desk.say(Verb.ADD, "late", By.API, Joining("room")).rule == "mpc.let_in.initialized.api.full"


# -- requests --------------------------------------------------------------------------------------------------------


def test_several_called_at_once_are_calls_of_their_own(desk: Desk) -> None:
    response = desk.ask(ADD, {**ADDED, "to": "1<2<3"})
    assert response.status == 201
    assert [call["to"] for call in response.body["calls"]] == ["1", "2", "3"]
    assert [one.group for one in desk.switch.mpcs["room"].participants] == [tuple(desk.switch.calls)] * 3
    command = desk.plan.command
    assert command is not None
    again = desk.speaks.say(Verb.ADD, "ada", desk.switch, command.detail)
    assert again.body["to"] == "1<2<3"
    named = desk.speaks.read(again, desk.switch, "ada<bea<cas").command
    assert named is not None
    assert named.target == ("ada", "bea", "cas")


@pytest.mark.parametrize(("said", "meant", "again"), [
    (5, [5_000, 5_000, 5_000], 5), ("0<5", [None, 5_000, None], "0<5<0"), ("", [None, None, None], None), (0, [None, None, None], None),
])  # fmt: skip
def test_those_called_at_once_are_dialled_one_delay_after_another(
    desk: Desk, said: Any, meant: list[int | None], again: str | int | None
) -> None:
    desk.ask(ADD, {**ADDED, "to": "1<2<3", "delay_dial": said})
    placed = [call.placement.handling for call in desk.switch.calls.values()]
    assert [None if handling is None else handling.dial_delay for handling in placed] == meant
    command = desk.plan.command
    assert command is not None
    assert desk.speaks.say(Verb.ADD, "ada", desk.switch, command.detail).body.get("delay_dial") == again


def test_a_delay_that_no_request_can_say_is_the_authors_mistake(desk: Desk) -> None:
    late = Joining("room", placement=Placement(to=NUMBER, handling=Handling(dial_delay=1_500)))
    with pytest.raises(UsageError, match="delay_dial in whole seconds, and 1500 ms is not"):
        desk.speaks.say(Verb.ADD, "anna", desk.switch, late)


def test_a_call_that_exists_is_not_dialled_later(desk: Desk) -> None:
    desk.place("anna", "in-progress")
    added = desk.ask(ADD, {"role": "agent", "call_uuid": desk.id("anna"), "delay_dial": 5})
    assert (added.status, desk.switch.timers.keys() & {("anna", Timer.DIAL_DELAY)}) == (201, set())


@pytest.mark.parametrize(("verb", "body"), [
    (Verb.MUTE, {"mute": True}), (Verb.UNMUTE, {"mute": False}), (Verb.HOLD, {"hold": True}), (Verb.UNHOLD, {"hold": False}),
    (Verb.COACH, {"coach_mode": True}), (Verb.UNCOACH, {"coach_mode": False}),
])  # fmt: skip
def test_our_verbs_said_to_participants_have_requests(desk: Desk, verb: Verb, body: dict[str, bool]) -> None:
    desk.add("anna")
    request = desk.speaks.say(verb, "anna", desk.switch)
    assert request.line == f"POST /v1/Account/{desk.id('account')}/MultiPartyCall/uuid_{desk.id('room')}/Participant/101/"
    assert request.body == body
    assert desk.speaks.read(request, desk.switch).command == Command(verb, ("anna",), By.API)


def test_starting_has_a_request(desk: Desk) -> None:
    desk.add("anna", manner=Manner(starts=False))
    request = desk.speaks.say(Verb.START, "room", desk.switch)
    assert request.body == {"status": "active"}
    assert desk.ask(request.line, request.body).status == 204
    assert desk.switch.mpcs["room"].state is MpcState.ACTIVE


def test_the_best_outcome_answers_a_request_that_says_several_things(desk: Desk) -> None:
    desk.add("anna")
    path = "POST /v1/Account/$account/MultiPartyCall/name_room/Participant/101/"
    assert desk.ask(path, {"mute": False, "hold": True}).outcome == Status.DONE
    assert desk.ask(path, {"mute": False, "hold": True}).outcome == Status.ALREADY


# -- conferences -----------------------------------------------------------------------------------------------------


def confer(desk: Desk, name: str, **wanted: Any) -> None:
    """A caller whose document lets it into a conference."""
    desk.place(name, "ringing", IN)
    desk.say(Verb.RUN, name, By.DOCUMENT, Document((Conference("yard", **wanted),)))


def test_twenty_meet_in_a_conference_and_not_ten(desk: Desk) -> None:
    for number in range(21):
        confer(desk, f"call{number}")
    assert len(desk.switch.mpcs["yard"].participants) == 20


def test_requests_about_multiparty_calls_know_no_conference(desk: Desk) -> None:
    confer(desk, "anna")
    for word in ("name_yard", "uuid_$yard"):
        assert desk.ask(f"DELETE /v1/Account/$account/MultiPartyCall/{word}/").status == 404
    for verb in (Verb.START, Verb.STOP, Verb.RECORD, Verb.PAUSE_RECORDING, Verb.RESUME_RECORDING, Verb.END_RECORDING):
        with pytest.raises(UsageError):
            desk.speaks.say(verb, "yard", desk.switch)
    with pytest.raises(UsageError):
        desk.speaks.say(Verb.MUTE, "anna", desk.switch)


def test_a_member_of_a_conference_is_removed_by_a_request_of_its_own(desk: Desk) -> None:
    confer(desk, "anna")
    request = desk.speaks.say(Verb.KICK, "anna", desk.switch)
    assert request.line == f"POST /v1/Account/{desk.id('account')}/Conference/yard/Member/101/Kick/"
    response = desk.ask(request.line)
    assert (response.status, response.body["member_id"], desk.words()["code"]) == (202, "101", 4010)


def test_the_members_of_a_conference_are_named_one_by_one_or_all(desk: Desk) -> None:
    for name in ("anna", "bert", "carl", "dora"):
        confer(desk, name)
    assert desk.ask("DELETE /v1/Account/$account/Conference/yard/Member/101,103/").status == 204
    assert [call.name for call in desk.switch.live_calls()] == ["bert", "dora"]
    assert desk.ask("DELETE /v1/Account/$account/Conference/yard/Member/all/").status == 204
    assert desk.switch.live_calls() == []


def test_the_url_of_an_element_is_told_which_conference_was_left(desk: Desk) -> None:
    confer(desk, "anna", action=TOLD)
    desk.say(Verb.KICK, "anna", By.API)
    params = desk.speaks.asks(Purpose.ACTION, desk.switch.calls["anna"], CallState.IN_PROGRESS)[0]
    about = {"ConferenceName": "yard", "ConferenceUUID": desk.id("yard"), "ConferenceMemberID": "101", "CallUUID": desk.id("anna")}
    assert {key: params[key] for key in about} == about


def test_a_url_that_is_only_told_hears_which_conference_was_left(desk: Desk) -> None:
    confer(desk, "anna", action=TOLD, redirect=False)
    (todo,) = [each for each in desk.say(Verb.KICK, "anna", By.API).todos if each.callback == "conference"]
    params, rules = desk.speaks.callback(todo.callback, desk.switch.calls["anna"], desk.switch)
    assert (params["ConferenceName"], params["ConferenceMemberID"]) == ("yard", "101")
    assert "spelling.callback.conference" in rules


def test_members_are_told_of_as_they_come_and_go(desk: Desk) -> None:
    desk.place("anna", "ringing", IN)
    element = Conference("yard", callback_url=TOLD)
    (came,) = told(desk, Verb.RUN, "anna", By.DOCUMENT, Document((element,)))
    (went,) = told(desk, Verb.HANG_UP, "anna", By.FAR_PARTY)
    assert [each["ConferenceAction"] for each in (came, went)] == ["enter", "exit"]
    assert went["ConferenceMemberID"] == "101"


# -- what is told ----------------------------------------------------------------------------------------------------


def told(desk: Desk, verb: Verb, target: str, by: By = By.API, detail: Any = None) -> list[dict[str, Any]]:
    """The parameters of every callback that a command asks for."""
    todos = desk.say(verb, target, by, detail).todos
    return [desk.speaks.tells(todo.about, desk.switch)[0] for todo in todos if todo.about is not None]


def test_each_callback_names_its_event_and_counts_up(desk: Desk) -> None:
    options = MpcOptions(told=Subscription(TOLD, adds=True))
    placed = Placement(from_=OUR_NUMBER, to=NUMBER)
    opened = told(desk, Verb.ADD, "anna", detail=Joining("room", "agent", placement=placed, options=options))
    assert [each["EventName"] for each in opened] == ["MPCInitialized", "AddParticipantByAPIActionInitiated"]
    assert [each["SequenceNumber"] for each in opened] == [1, 2]
    assert opened[0] == {
        "EventName": "MPCInitialized", "EventTimestamp": "2026-01-01 00:00:00", "SequenceNumber": 1,
        "MPCUUID": desk.id("room"), "MPCName": "room",
    }  # fmt: skip
    assert opened[1]["ParticipantCallTo"] == NUMBER
    (gone,) = [each for each in told(desk, Verb.BUSY, "anna", By.FAR_PARTY) if each["EventName"].startswith("Add")]
    assert gone["AddParticipantAPIRequestOutcome"] == "failure"
    assert gone["ParticipantExitCause"] == "Participant Call Hangup"


def test_an_end_tells_how_long_it_lasted_and_why(desk: Desk) -> None:
    desk.add("anna", options=MpcOptions(told=Subscription(TOLD)))
    desk.now = 2_500
    end, out = told(desk, Verb.STOP, "room")
    assert (end["MPCDuration"], end["MPCTerminationCause"], end["MPCTerminationCauseCode"]) == (3, "Hangup API Triggered", 3000)
    assert (out["EventName"], out["ParticipantExitCause"], out["ParticipantCoachMode"]) == ("ParticipantExit", "Multiparty Call Ended", None)


def test_what_never_started_lasted_no_time(desk: Desk) -> None:
    desk.add("anna", answered=False, options=MpcOptions(told=Subscription(TOLD)))
    desk.now = 2_500
    (end,) = told(desk, Verb.STOP, "room")
    assert end["MPCDuration"] == 0


def test_a_vendor_that_publishes_nothing_of_the_kind_is_told_in_its_own_words() -> None:
    desk = Desk("tryvox")
    enter(desk, "anna", MultiPartyCall("room"))
    words, rules = desk.speaks.tells(MpcEvent("room", "mpc.active", 2), desk.switch)
    assert (words["event"], words["sequence"], words["name"], rules) == ("mpc.active", 2, "room", ())
