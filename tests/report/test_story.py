"""The story of a play: what is told, what is left out, and under what it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callsim.report import text
from callsim.report.grid import line
from callsim.report.telling import Line, story
from callsim.report.wording import in_words
from tests.report.worlds import CANCELLED, ROOM, UP


def lines(played: text.Played) -> list[Line]:
    return list(story(played.simulation))


def told(played: text.Played) -> list[tuple[int, int, str, str, str]]:
    return [(line.at, line.depth, line.who, line.what, line.move) for line in lines(played)]


def test_a_request_is_told_with_its_status_and_what_followed_stands_below_it(plays) -> None:
    (played,) = plays(CANCELLED)
    assert told(played) == [
        (0, 0, "api", "place alice", "queued"),
        (0, 0, "carrier", "ring alice", "queued -> ringing"),
        (5_000, 0, "api", "DELETE /v1/voice/accounts/$account/calls/$alice", "204"),
        (5_000, 1, "", "alice", "ringing -> completed"),
        (5_000, 2, "", "hangup callback to /hangup", ""),
        (6_000, 0, "api", "DELETE /v1/voice/accounts/$account/calls/$alice", "404 already"),
        (6_000, 1, "", "alice", "already: stays completed"),
    ]


def test_an_end_is_told_with_its_cause_the_vendors_words_the_rule_and_its_basis(plays) -> None:
    (played,) = plays(CANCELLED)
    end = lines(played)[3]
    assert (end.cause, end.words) == ("cancelled", "completed, api-hangup")
    assert (end.rule, end.basis) == ("call.hang_up.ringing.api.outbound", "documented")


def test_an_error_answer_is_told_with_its_code(plays) -> None:
    (played,) = plays(CANCELLED)
    assert lines(played)[5].words == "call_already_ended"


def test_consequences_stand_below_what_they_follow_from(plays) -> None:
    (played,) = plays(ROOM)
    stopped = [line[1:] for line in told(played) if line[0] == 30_000]
    assert stopped == [
        (0, "api", "DELETE /v1/Account/$account/MultiPartyCall/name_room/", "204"),
        (1, "", "anna in room", "active -> exited"),
        (2, "", "speak on anna", "running"),
        (1, "", "cleo in room", "active -> exited"),
        (2, "", "cleo", "in-progress -> completed"),
        (1, "", "dora in room", "active -> exited"),
        (2, "", "dora fetches /survey", ""),
        (2, "", "wait on dora", "running"),
        (1, "", "room", "active -> ended"),
    ]


def test_what_moves_nothing_and_what_is_refused_inside_is_left_out(plays) -> None:
    (played,) = plays(ROOM)
    rules = [line.rule for line in lines(played)]
    assert "mpc.start.active.platform" not in rules
    assert not any("proceed" in rule for rule in rules if rule.startswith("call.proceed"))


def test_a_document_that_takes_its_time_is_told_when_it_arrives(plays) -> None:
    (played,) = plays(
        "title: Late\nvendor: plivo\ndocuments:\n  /a: {after: 2s, body: <Response><Hangup/></Response>}\n"
        "calls:\n  ann: {direction: inbound, answer_url: /a}\n"
    )
    assert (2_000, 0, "document", "run ann", "") in told(played)


def test_a_refusal_of_somebody_outside_is_told(plays) -> None:
    (played,) = plays(CANCELLED.replace("hang_up: alice, expect: 404", "ring: alice, expect: refused"))
    assert told(played)[-1] == (6_000, 0, "carrier", "ring alice", "refused: stays completed")


def test_a_clock_that_strikes_is_told_as_the_platforms(plays) -> None:
    (played,) = plays("title: Nobody\nvendor: plivo\ncalls:\n  ann: {to: '+15550100003', ring_timeout: 4s}\n")
    assert told(played)[-1] == (4_000, 0, "platform", "ring time over ann", "ringing -> completed")


def test_a_warning_is_told(plays) -> None:
    (played,) = plays("title: W\nvendor: plivo\ncalls:\n  ann: {direction: inbound, answer_url: /nowhere}\n")
    assert any("warning: nobody defined http://app.test/nowhere" in line.what for line in lines(played))


def test_a_vendors_words_are_texts_and_named_numbers_without_ids() -> None:
    words = {"status": "completed", "code": 4000, "uuid": "u1", "friendly": "ann", "more": {"a": 1}, "none": None}
    assert in_words(words, "ann", "u1") == "completed, code 4000"


# -- how it looks ----------------------------------------------------------------------------------------------------


def test_what_is_still_up_is_named_and_why_the_play_ended(plays, drawn) -> None:
    (played,) = plays(UP)
    assert "still running at 2s (nothing more is due but time limits): alice in-progress" in drawn(
        *text.told(played, 160)
    )
    (played,) = plays(UP + "until: 1s\n")
    assert "still running at 1s (as until says): alice ringing" in drawn(*text.told(played, 160))


def test_a_verdict_says_what_it_relies_on(plays, drawn) -> None:
    (played,) = plays(ROOM)
    assert "plivo.participant.add_status=201 (assumed)" in drawn(*text.told(played, 400))


def test_a_failure_begins_with_its_place(plays, drawn) -> None:
    (played,) = plays(CANCELLED.replace("cause: cancelled", "cause: normal"))
    shown = drawn(*text.told(played, 160))
    assert "\nsome.yaml:10:18: expected alice's cause to be normal, found cancelled" in shown
    assert "FAILS  1 expectation did not hold" in shown


@pytest.mark.parametrize("width", [40, 80, 112, 200])
def test_no_line_is_wider_than_the_paper(plays, drawn, width) -> None:
    (played,) = plays(ROOM)
    assert max(map(len, drawn(*text.told(played, width), width=width).splitlines())) <= width


def test_a_line_that_is_not_to_be_broken_is_one_line_on_a_terminal_too(drawn) -> None:
    message = "file.yaml:10:5: " + "what was expected and what was found, " * 4
    for terminal in (False, True):
        assert drawn(line(message), width=60, terminal=terminal) == f"{message.rstrip()}\n"


def test_a_pipe_gets_plain_text_and_a_terminal_colour(plays, drawn, monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    (played,) = plays(CANCELLED)
    assert "\x1b" not in drawn(*text.told(played, 160))
    assert "\x1b[1;32mholds" in drawn(*text.told(played, 160), terminal=True)


def test_no_color_is_respected(plays, drawn, monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    (played,) = plays(CANCELLED)
    assert "32m" not in drawn(*text.told(played, 160), terminal=True)


def test_a_title_is_never_markup_and_its_control_characters_are_shown(plays, drawn) -> None:
    (played,) = plays(CANCELLED.replace("title: A call, cancelled while it rings", "title: '[/b] [red]x :smile:'"))
    played.case = replace(played.case, file="\x1b[31m\u202e[/b].yaml")
    shown = drawn(*text.told(played, 160), *text.summary([played], 160))
    assert "[/b] [red]x :smile:" in shown
    assert shown.count(r"\x1b[31m\u202e[/b].yaml") == 2
    assert "\x1b" not in shown


def test_a_summary_counts_verdicts(plays, drawn) -> None:
    good, bad = plays(CANCELLED)[0], plays(CANCELLED.replace("cause: cancelled", "cause: normal"))[0]
    bad.complete = True
    undecided = plays(CANCELLED)[0]
    undecided.complete = False
    shown = drawn(*text.summary([good, bad, undecided], 160))
    assert shown.endswith("3 scenarios: 1 holds, 1 FAILS, 1 UNDECIDED\n")


def test_a_bound_that_was_hit_is_said(plays, drawn) -> None:
    (played,) = plays(CANCELLED)
    played.complete = False
    shown = drawn(*text.told(played, 160))
    assert "a bound was hit" in shown
    assert "UNDECIDED" in shown


def test_a_very_long_story_is_cut_and_says_so(plays, drawn, monkeypatch) -> None:
    monkeypatch.setattr(text, "MOST_LINES", 3)
    (played,) = plays(CANCELLED)
    assert "... and 4 lines more; --trace writes them all" in drawn(*text.told(played, 160))
