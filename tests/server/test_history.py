"""A journal as a scenario: what happened can be played by everybody, and comes to the same end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings, strategies as st

import callsim
from callsim.errors import UsageError
from callsim.model import By, Call, Verb
from callsim.scenario.values import format_duration
from callsim.scenario.writing import written
from callsim.server import journal_file
from callsim.server.exchange import Exchange
from callsim.server.history import as_scenario, read
from callsim.server.journal import Journal
from callsim.server.serving import Wishes, about
from callsim.server.worlds import setting
from tests.server.session import DEEDS, DOCUMENTS, Deed, Session


class Settled(Session):
    """A session in which no time goes by while anything is on its way, as with a clock that is held."""

    page: int | None = None
    """Which document every call gets; None: one after the other."""

    def _advance(self, ms: int) -> None:
        until = self.exchange.now + ms
        while True:
            while self.exchange.out:
                self._back(0, self.exchange.errands % len(DOCUMENTS) if self.page is None else self.page)
            due = self.exchange.due()
            if due is None or due > until:
                self.exchange.wait(until)
                return
            self.exchange.come()


def told(path: Path, deeds: list[Deed], wishes: Wishes = Wishes(), page: int | None = None) -> Exchange:  # noqa: B008 - it is frozen
    """Let this happen, with a journal."""
    there = Exchange(setting(wishes.world, dict(wishes.assume), (), wishes.seed), wishes.keep)
    kept = Journal(path, there, about(wishes, there.setting))
    try:
        kept.begin()
        session = Settled(there)
        session.page = page
        session.do([*deeds, ("advance", 0)])
    finally:
        kept.close()
    return there


def end_of(call: Call) -> dict[str, Any]:
    """How a call stands, as a scenario says it."""
    found = {"state": str(call.state)}
    if call.ending is not None and call.ended_at is not None:
        found |= {"cause": str(call.ending.cause), "ended": format_duration(call.ended_at)}
    return found


def ends_of(exchange: Exchange, vendor: str) -> dict[str, dict[str, Any]]:
    """How each call of a vendor stands."""
    return {call.name.replace("#", "-"): end_of(call) for call in exchange.offices[vendor].world.switch.calls.values()}


def ends_told(scenario: dict[str, Any], names: Any) -> dict[str, dict[str, Any]]:
    """What a scenario expects of these calls."""
    return {
        name: {key: value for key, value in scenario["expect"][name].items() if key in ("state", "cause", "ended")} for name in names
    }


_STORY = DEEDS.filter(lambda deed: deed[0] not in ("reset", "restore", "fault"))


def test_what_happened_is_a_scenario_that_holds_and_nearly_always_ends_alike(tmp_path_factory: pytest.TempPathFactory) -> None:
    count = Counter[bool]()
    hold = given(st.lists(_STORY, min_size=1, max_size=14))(lambda deeds: hold_one(tmp_path_factory, deeds, count))
    settings(max_examples=40, deadline=None, derandomize=True, database=None, phases=[Phase.generate])(hold)()
    assert count[True] > 4 * count[False]


def hold_one(tmp_path_factory: pytest.TempPathFactory, deeds: list[Deed], count: Counter[bool]) -> None:
    """Let this happen, retell it, play it: it holds, and ends alike or says that it does not."""
    folder = tmp_path_factory.mktemp("history")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_file, "SYNCHRONOUS", "OFF")
        there = told(folder / "it.db", deeds)
    before = (folder / "it.db").read_bytes()
    for vendor, office in there.offices.items():
        if office.world.trace:
            scenario = as_scenario(read(folder / "it.db"), vendor)
            (folder / "story.yaml").write_text(written(scenario))
            (played,) = callsim.play(folder / "story.yaml")
            assert played.passed, played
            ends = ends_of(there, vendor)
            alike = ends_told(scenario, ends) == ends
            assert alike or "in another order here" in scenario["about"] or "came after something else" in scenario["about"]
            count[alike] += 1
    assert (folder / "it.db").read_bytes() == before
    assert [each.name for each in folder.iterdir() if each.name != "story.yaml"] == ["it.db"]


BY_HAND: list[Deed] = [
    ("make", 0, "+15550100001", True), ("make", 0, "+15550100003", False), ("make", 0, "+15550100005", False), ("advance", 3_000),
    ("inbound", 0, None), ("advance", 1_500), ("say", Verb.ANSWER, By.FAR_PARTY, 0, 1), ("end", 0, 0), ("end", 0, 0),
    ("ask", "GET", "/v1/Account/MADEMODEMODEMODEMO00/Call/?status=live"), ("advance", 2_000), ("end", 0, 1),
]  # fmt: skip


def test_a_session_by_hand_is_retold_word_for_word(tmp_path: Path) -> None:
    there = told(tmp_path / "it.db", BY_HAND, page=0)
    scenario = as_scenario(read(tmp_path / "it.db"))
    assert scenario["about"] == "Retold from a journal of callsim serve."
    said = [next(key for key in step if key not in ("at", "expect", "by")) for step in scenario["steps"]]
    assert said == ["place", "place", "place", "ring", "ring", "answer", "answer", "hang_up", "hang_up", "request", "hang_up"]
    assert [step["expect"] for step in scenario["steps"] if "hang_up" in step] == [204, 404, 204]
    assert list(scenario["calls"]) == ["call-4"]
    ends = ends_of(there, "plivo")
    assert ends["call-1"] == {"state": "completed", "cause": "normal", "ended": "4.5s"}
    assert ends_told(scenario, ends) == ends


NOT_RETOLD: dict[str, tuple[list[Deed], str]] = {
    "a fault": ([("fault", 0), ("make", 0, "+15550100003", False)], "faults that were set"),
    "a reset": ([("make", 0, "+15550100001", False), ("reset",), ("make", 0, "+15550100003", False)], "what was before a reset"),
    "a restore": ([("snapshot",), ("make", 0, "+15550100003", False), ("restore", 0), ("make", 0, "+15550100003", False)], "to a snapshot"),
    "another vendor": ([("make", 1, "+15550100003", False), ("make", 0, "+15550100003", False)], "what happened with tryvox"),
}  # fmt: skip


@pytest.mark.parametrize(("deeds", "word"), NOT_RETOLD.values(), ids=NOT_RETOLD)
def test_what_a_scenario_cannot_say_is_named_in_it(tmp_path: Path, deeds: list[Deed], word: str) -> None:
    told(tmp_path / "it.db", deeds)
    scenario = as_scenario(read(tmp_path / "it.db"), "plivo")
    assert word in scenario["about"]
    (tmp_path / "story.yaml").write_text(written(scenario))
    assert callsim.play(tmp_path / "story.yaml")[0].passed


def test_more_than_is_remembered_is_retold(tmp_path: Path) -> None:
    deeds: list[Deed] = [("make", 0, "+15550100002", False), ("advance", 100)] * 30
    there = told(tmp_path / "it.db", deeds, Wishes(keep=2))
    assert len(there.offices["plivo"].world.switch.calls) < 5
    scenario = as_scenario(read(tmp_path / "it.db"))
    assert len([step for step in scenario["steps"] if "place" in step]) == 30


def test_a_world_of_ones_own_is_named_again(tmp_path: Path) -> None:
    world = tmp_path / "mine.yaml"
    world.write_text('callsim: 1\ntitle: Mine\nvendor: plivo\ncalls: {alice: {to: "+15550100003"}}\n')
    told(tmp_path / "it.db", [("advance", 3000), ("end", 0, 0)], Wishes(world=str(world)))
    with pytest.raises(UsageError, match="with a world of its own; name that file with --world"):
        read(tmp_path / "it.db")
    scenario = as_scenario(read(tmp_path / "it.db", str(world)))
    assert scenario["expect"]["alice"]["state"] == "completed"
    world.write_text(world.read_text() + "\n")
    with pytest.raises(UsageError, match="was begun with another world"):
        read(tmp_path / "it.db", str(world))


def test_assumptions_and_their_choices_come_along(tmp_path: Path) -> None:
    told(tmp_path / "it.db", [("make", 0, "+15550100003", False)], Wishes(assume=(("plivo.hang_up.answered", "1000"),)))
    assert as_scenario(read(tmp_path / "it.db"))["assume"] == {"plivo.hang_up.answered": "1000"}


def test_whose_part_must_be_said_where_there_are_several_and_there_must_be_one(tmp_path: Path) -> None:
    told(tmp_path / "it.db", [("make", 0, "+15550100003", False), ("make", 1, "+15550100003", False)])
    with pytest.raises(UsageError, match="happened with plivo, tryvox; say which vendor's part with --vendor"):
        as_scenario(read(tmp_path / "it.db"))
    told(tmp_path / "empty.db", [])
    with pytest.raises(UsageError, match="nothing has happened"):
        as_scenario(read(tmp_path / "empty.db"))
    with pytest.raises(UsageError, match="knows nothing of 'bell'; it has plivo, tryvox, voipnow"):
        as_scenario(read(tmp_path / "it.db"), "bell")
