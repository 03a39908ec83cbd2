"""One case under several vendors."""

from __future__ import annotations

import re

from callsim.report.side_by_side import compared, grouped
from tests.report.worlds import CANCELLED, QUEUED


def test_the_vendors_of_a_case_stand_side_by_side_with_their_differences_marked(plays, drawn) -> None:
    shown = drawn(*compared(plays(QUEUED), 160)).splitlines()
    rows = [re.split(r" {2,}", line.strip()) for line in shown]
    assert rows[2] == ["Plivo", "TryVox", "VoipNow"]
    assert rows[3] == ["*", "5s hang_up alice (line 7)", "204 done", "409 refused", "200 done"]
    assert ["*", "alice", "cancelled by api at 5s", "cancelled by api at 15s", "cancelled by api at 5s"] in rows
    assert ["verdict", "holds", "holds", "holds"] in rows


def test_the_vendors_own_words_differ_always_and_are_not_marked(plays, drawn) -> None:
    shown = drawn(*compared(plays(QUEUED), 160))
    assert re.search(r"^ +alice in their words", shown, re.MULTILINE)


def test_vendors_that_agree_are_said_to(plays, drawn) -> None:
    shown = drawn(*compared(plays("title: Nothing\nvendor: [tryvox, voipnow]\n"), 160))
    assert "they do not differ" in shown


def test_verdicts_that_differ_are_a_difference(plays, drawn) -> None:
    text = (
        "title: Ringing\nvendor: [tryvox, voipnow]\nuntil: 5s\ncalls: {alice: {to: '+15550100003'}}\n"
        "expect: {alice: {vendor: {status: ringing}}}\n"
    )
    shown = drawn(*compared(plays(text), 160))
    assert re.search(r"^\* +verdict +holds +FAILS$", shown, re.MULTILINE)
    assert "they do not differ" not in shown


def test_only_the_cases_of_one_file_and_name_are_grouped(plays) -> None:
    several = plays(
        QUEUED.replace("5s", "$when").replace("1$when", "15s") + "cases: [{case: a, when: 5s}, {case: b, when: 6s}]\n"
    )
    assert [len(group) for group in grouped(several)] == [3, 3]
    assert [len(group) for group in grouped([*plays(CANCELLED), *plays(CANCELLED)])] == [1, 1]
