"""Progress in its file: nothing is lost, whatever else is there is left as it is, and what goes wrong is one clear line."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from callsim.errors import UsageError
from callsim.learn.keeping import MOST_BYTES, MOST_COURSES, Keeper, courses_of, usual_place
from callsim.learn.standing import Standing

ASKED = ("01-a", "state")
GOOD = {"callsim": "progress", "format": 1, "courses": {}}
COURSE = {"finished": ["a"], "reached": {"b": 2}, "lessons": 1, "asked": 3, "right": 2,
          "box": [{"lesson": "a", "question": "k", "right": 0, "due": 2}]}  # fmt: skip


def keeper(folder: Path) -> Keeper:
    return Keeper(folder / "deep" / "p.json", "course")


def test_an_answer_is_in_the_file_before_the_next_question(tmp_path: Path) -> None:
    one = keeper(tmp_path)
    assert one.begin() == Standing()
    after = one.change(lambda standing: standing.answered(ASKED, False, 1))
    assert keeper(tmp_path).read() == after
    assert after.box.keys() == {ASKED}


def test_courses_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    Keeper(path, "one").change(lambda standing: standing.closed("a"))
    Keeper(path, "other").change(lambda standing: standing.closed("b"))
    assert (Keeper(path, "one").read().finished, Keeper(path, "other").read().finished) == (("a",), ("b",))


def test_of_two_who_answer_at_once_both_are_kept(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    keeper(tmp_path).begin()

    def answer() -> None:
        for _ in range(20):
            keeper(tmp_path).change(lambda standing: standing.closed("a"))

    several = [threading.Thread(target=answer) for _ in range(3)]
    for each in several:
        each.start()
    for each in several:
        each.join()
    assert keeper(tmp_path).read().lessons == 60


def test_somebody_who_never_lets_go_of_the_folder_keeps_nobody_waiting_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr("callsim.learn.keeping._PATIENCE", 0.02)
    one = keeper(tmp_path)
    one.begin()
    handle = os.open(one.path.parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert one.change(lambda standing: standing.closed("a")).lessons == 1
    finally:
        os.close(handle)


DAMAGED = {
    "half": (json.dumps(GOOD)[:30].encode(), "it is no JSON, or only a part of one"),
    "empty": (b"", "it is no JSON"),
    "bytes": (b"\xff\xfe\x00", "it is no JSON"),
    "brackets": (b"[" * 100_000, "it is no JSON"),
    "something else": (b'{"name": "mine"}', "it is something else"),
    "a list": (b"[]", "it is something else"),
    "later": (json.dumps({**GOOD, "format": 2}).encode(), "it has format 2, and this callsim reads format 1"),
    "no courses": (b'{"callsim": "progress", "format": 1}', "'courses' is no mapping"),
    "too long": (b" " * (MOST_BYTES + 1), "it has more than"),
    **{
        f"wrong {key}": (json.dumps({**GOOD, "courses": {"c": {**COURSE, key: wrong}}}).encode(), "'")
        for key, wrong in {
            "finished": "a", "reached": {"a": -1}, "lessons": "1", "asked": True, "right": 10**10, "box": [{"lesson": 1}],
        }.items()
    },
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_or_foreign_file_is_told_of_and_left_as_it_is(what: str, tmp_path: Path) -> None:
    data, why = DAMAGED[what]
    path = tmp_path / "p.json"
    path.write_bytes(data)
    for act in (Keeper(path, "c").begin, Keeper(path, "c").read):
        with pytest.raises(UsageError) as caught:
            act()
        assert why in str(caught.value)
        assert "It is left as it is" in str(caught.value)
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == data
    assert [each.name for each in tmp_path.iterdir()] == ["p.json"]


def read_or_refused(data: bytes) -> None:
    """Nothing but a ValueError that says something may come of it."""
    said = "it is read"
    try:
        courses_of(data)
    except ValueError as error:
        said = str(error)
    assert said


@given(data=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_it_is_read_or_refused(data: bytes) -> None:
    read_or_refused(data)


@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
       | st.dictionaries(st.sampled_from([*COURSE, "lesson", "question", "due"]), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_whatever_stands_in_the_place_of_a_course_it_is_read_or_refused(value: object) -> None:
    read_or_refused(json.dumps({**GOOD, "courses": {"c": value}}).encode())


def test_what_cannot_be_written_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "p.json", tmp_path, Path("/dev/full/p.json"), tmp_path / ("x" * 300)):
        with pytest.raises(UsageError, match="--progress"):
            Keeper(path, "c").begin()


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = keeper(tmp_path)
    before = one.change(lambda standing: standing.closed("a"))
    monkeypatch.setattr(os, "replace", _full)
    with pytest.raises(UsageError, match="No space left on device"):
        one.change(lambda standing: standing.closed("b"))
    assert one.read() == before
    assert len(list(one.path.parent.iterdir())) == 1


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "p.json"
    link.symlink_to(tmp_path / "real" / "p.json")
    Keeper(link, "c").begin()
    assert link.is_symlink()
    assert (tmp_path / "real" / "p.json").exists()


def test_there_is_an_end_of_courses(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps({**GOOD, "courses": {f"c{number}": COURSE for number in range(MOST_COURSES)}}))
    with pytest.raises(UsageError, match="the progress of 100 courses already"):
        Keeper(path, "another").begin()
    Keeper(path, "c7").change(lambda standing: standing.closed("x"))


def test_it_lies_in_the_users_folder_of_states(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert usual_place() == tmp_path / "callsim" / "learn.json"
    for said in ("", "relative/ones/count/not"):
        monkeypatch.setenv("XDG_STATE_HOME", said)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert usual_place() == tmp_path / ".local" / "state" / "callsim" / "learn.json"
