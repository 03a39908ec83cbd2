"""The journal of a sweep brings back what was finished, whatever happened to whoever wrote it, and nothing else."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import pytest

from callsim.errors import UsageError
from callsim.traffic.keeping import Journal
from callsim.traffic.working import Task

from .standing_in import plan, replicate

ABOUT = {"callsim": "0.1.0", "the plan's horizon": "60000"}
DONE = [(Task(0, number), replicate(plan(), number)) for number in (2, 0, 1)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "kept.jsonl"
    journal = Journal(path, ABOUT)
    assert list(journal.known()) == []
    for done in DONE:
        journal.note(*done)
    journal.close()
    return path


def known(path: Path, about: dict[str, str] = ABOUT) -> list[Any]:
    journal = Journal(path, about, resume=True)
    try:
        return list(journal.known())
    finally:
        journal.close()


def test_what_was_noted_is_known_in_its_order(path: Path) -> None:
    assert known(path) == DONE


def test_a_journal_that_is_not_there_yet_is_begun(tmp_path: Path) -> None:
    assert known(tmp_path / "new.jsonl") == []
    assert known(tmp_path / "new.jsonl") == []


def test_without_resume_a_journal_that_is_there_is_left_as_it_is(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"kept\.jsonl is there already; go on with it by --resume, or name another file"):
        Journal(path, ABOUT)
    assert path.read_bytes() == before


def test_wherever_a_journal_is_torn_all_that_is_whole_before_is_known_and_it_goes_on(path: Path) -> None:
    whole = path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for cut in [*range(0, len(whole), 97), *ends, *(end - 1 for end in ends)]:
        if 0 < cut < len(b'{"sum":"'):
            continue
        path.write_bytes(whole[:cut])
        count = max(0, sum(end <= cut for end in ends) - 1)
        journal = Journal(path, ABOUT, resume=True)
        assert list(journal.known()) == DONE[:count]
        for done in DONE[count:]:
            journal.note(*done)
        journal.close()
        assert path.read_bytes() == whole


def test_a_last_line_of_which_a_part_did_not_reach_the_disk_is_dropped(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[-40] = 0
    path.write_bytes(whole)
    assert known(path) == DONE[:2]


def test_a_line_that_is_damaged_in_the_middle_is_refused_with_its_place(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    second = whole.index(b"\n") + 1
    whole[second + 60] ^= 1
    path.write_bytes(whole)
    with pytest.raises(UsageError, match=f"is damaged at byte {second}; it is left as it is. What comes before is good"):
        known(path)
    assert path.read_bytes() == whole


@pytest.mark.parametrize(("about", "told"), [
    ({**ABOUT, "callsim": "0.2.0"}, "there callsim is 0.1.0, here 0.2.0; it is left as it is"),
    ({**ABOUT, "the plan's horizon": "1"}, "there the plan's horizon is 60000, here 1;"),
    ({**ABOUT, "numpy": "2.4"}, "there numpy is none, here 2.4;"),
    ({"callsim": "0.1.0"}, "there the plan's horizon is 60000, here none;"),
])  # fmt: skip
def test_a_journal_of_another_sweep_is_refused_with_what_differs(path: Path, about: dict[str, str], told: str) -> None:
    before = path.read_bytes()
    with pytest.raises(UsageError, match=told):
        known(path, about)
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", [
    b"callsim: 1\ntitle: mine\n", b"x", b"{}\n", b'{"sum":"00000000","is":{}}\n', b"[" * 100_000 + b"\n", b"\xff\n",
])  # fmt: skip
def test_a_file_that_is_no_journal_is_refused_and_left_as_it_is(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(text)
    with pytest.raises(UsageError, match=r"mine\.yaml is no journal of a sweep; it is left as it is"):
        known(path)
    assert path.read_bytes() == text


def test_a_journal_is_for_one_sweep_at_a_time(path: Path) -> None:
    journal = Journal(path, ABOUT, resume=True)
    with pytest.raises(UsageError, match="is in use by another sweep"):
        Journal(path, ABOUT, resume=True)
    journal.close()
    assert known(path) == DONE


@pytest.mark.parametrize(("name", "told"), [
    ("", "cannot be used"), ("no/such/folder", "No such file or directory"), (".", "directory"), ("nul\0", "embedded null byte"),
])  # fmt: skip
def test_a_journal_that_cannot_be_opened_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, told: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=told):
        Journal(name, ABOUT, resume=True)


def test_a_full_disk_is_told_of_and_what_was_written_stays_readable(path: Path) -> None:
    journal = Journal(path, ABOUT, resume=True)
    assert len(list(journal.known())) == 3
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, before[1]))
    try:
        with pytest.raises(UsageError, match=r"kept\.jsonl cannot be written: File too large"):
            journal.note(Task(0, 3), DONE[0][1])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        journal.close()
    assert known(path) == DONE
