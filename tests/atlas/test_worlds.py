"""Worlds are read as scenarios are, and every mistake in them is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsim.atlas.worlds import MOST_WORLDS, load_worlds, named, read_worlds, reference_worlds
from callsim.dialects import VENDORS
from callsim.errors import InputError, UsageError

ROOT = Path(__file__).parents[2]
LONE = "    title: A call\n    vendor: plivo\n    subject: anna\n    calls: {anna: {}}\n"


def told(text: str) -> list[str]:
    """What is wrong with a file of worlds, each problem in one line."""
    with pytest.raises(InputError) as caught:
        read_worlds(text.encode(), "my.yaml")
    return [str(problem) for problem in caught.value.problems]


def of(body: str) -> str:
    """A file with one world."""
    return f"callsim: 1\nworlds:\n  lone:\n{body}"


MISTAKES = [
    ("- a list", "my.yaml:1:1: this holds no worlds; expected a mapping of callsim: 1 and worlds"),
    ("callsim: 1", "my.yaml:1:1: this holds no worlds; expected a mapping of callsim: 1 and worlds"),
    ("callsim: 1\nworlds: {}\nsteps: []", "my.yaml:3:1: the key 'steps' is not known here; expected a mapping of callsim: 1 and worlds"),
    ("callsim: 1\nworlds: {lone: yes}", "my.yaml:2:16: the world 'lone' is no mapping; expected a scenario with a subject"),
    (
        "callsim: 1\nworlds:\n  a world:\n" + LONE,
        "my.yaml:3:3: 'a world' cannot be the name of a world; expected letters, digits, _ and -, with a letter first",
    ),
    (
        of(LONE.replace("    subject: anna\n", "")),
        "my.yaml:4:5: this world has no subject; expected subject: a call or a multiparty call of it, or a list of them",
    ),
    (of(LONE.replace("subject: anna", "subject: ana")), "my.yaml:6:14: nothing here is called 'ana'; expected anna; did you mean 'anna'?"),
    (of(LONE.replace("vendor: plivo", "vendor: plvo")), "my.yaml:5:13: no vendor is called 'plvo'"),
    (of(LONE + "    steps: [{at: 1s, hang_up: ben}]\n"), "my.yaml:8:31: no call is called 'ben'; expected anna"),
    (of(LONE + "    operations: [{hang_up: ben}]\n"), "my.yaml:8:28: no call is called 'ben'; expected anna"),
    (of(LONE + "    operations: anna\n"), "my.yaml:8:17: 'operations' is no list of steps"),
    (of(LONE + "    tittle: A call\n"), "my.yaml:8:5: the key 'tittle' is not known here"),
    (of(LONE.replace("plivo", "voipnow") + "    operations: [{cancel: anna}]\n"), "my.yaml:8:19: voipnow has no request to cancel"),
    ("callsim: 2\nworlds:\n  lone:\n" + LONE, "my.yaml:1:10: this is format '2'; expected callsim: 1"),
]


@pytest.mark.parametrize(("text", "expected"), MISTAKES, ids=lambda text: text.strip().splitlines()[-1][:60])
def test_a_mistake_in_a_world_is_told_with_its_place(text: str, expected: str) -> None:
    problems = told(text)
    assert any(problem.startswith(expected) for problem in problems), problems


def test_a_leg_that_a_document_makes_can_be_looked_at() -> None:
    (world,) = read_worlds(of(LONE.replace("subject: anna", "subject: [anna, anna-leg-1]")).encode(), "my.yaml")
    assert world.subjects == ("anna", "anna-leg-1")
    assert told(of(LONE.replace("subject: anna", "subject: ben-leg-1")))[0].startswith("my.yaml:6:14: nothing here is called 'ben-leg-1'")


def test_there_is_a_bound_to_worlds() -> None:
    text = "callsim: 1\nworlds:\n" + "".join(f"  w{number}: {{}}\n" for number in range(MOST_WORLDS + 1))
    assert told(text) == [f"my.yaml:3:3: there are {MOST_WORLDS + 1} worlds; at most {MOST_WORLDS} are read"]


def test_a_world_that_goes_on_for_ever_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from callsim.atlas import moments
    from callsim.atlas.cells import cells

    monkeypatch.setattr(moments, "MOST_MOMENTS", 3)
    worlds = read_worlds(of(LONE.replace("{anna: {}}", "{anna: {far_end: {rings: 1s, answers: 1s, hangs_up: 1s}}}")).encode(), "my.yaml")
    with pytest.raises(UsageError, match="the world 'lone' has more than 3 moments; give it an end with until"):
        list(cells(worlds))


def test_cases_make_several_worlds_of_one() -> None:
    both = '    cases: [{case: one, number: "+15550100001"}, {case: two, number: "+15550100002"}]\n'
    cased = LONE.replace("{anna: {}}", "{anna: {to: $number}}") + both
    worlds = read_worlds(of(cased).encode(), "my.yaml")
    assert [world.name for world in worlds] == ["lone, one", "lone, two"]
    assert named(worlds, "lone") == worlds
    assert named(worlds, "lone, two") == worlds[1:]


def test_a_world_nobody_knows_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"there is no world 'outbond'; did you mean 'outbound'\?"):
        named(reference_worlds(), "outbond")
    with pytest.raises(UsageError, match="there is no world 'zzz'; there are outbound, "):
        named(reference_worlds(), "zzz")


def test_the_reference_worlds_are_those_of_the_file_beside_these_tests() -> None:
    assert [(world.name, world.vendor) for world in load_worlds(ROOT / "tests" / "worlds.yaml")] == [
        (world.name, world.vendor) for world in reference_worlds()
    ]  # fmt: skip
    assert {world.vendor for world in reference_worlds()} == set(VENDORS)


def test_a_world_says_what_it_is_about() -> None:
    for world in reference_worlds():
        assert not world.title.endswith("."), f"{world.name}: a title is one line without a full stop"
        assert world.case.spec.expect is None, f"{world.name}: an atlas expects nothing"


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match=r"nowhere\.yaml: this cannot be read: No such file or directory"):
        load_worlds("nowhere.yaml")
