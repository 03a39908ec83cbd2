"""Call records in files: whole, in the vendor's own fields, readable whatever happened; and back again."""

from __future__ import annotations

import csv
import errno
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from callsim.dialects import dialect
from callsim.errors import MissingExtra, UsageError
from callsim.model import By, Verb
from callsim.traffic import records
from callsim.traffic.records import CsvWriter, ParquetWriter, Sink, harmless, uninterrupted, writer
from tests.dialects.desk import Desk

ENDINGS = (".csv", ".parquet")


@pytest.fixture
def desk() -> Desk:
    """Three calls that are over."""
    desk = Desk("plivo")
    for name in ("anna", "bert", "carl"):
        desk.place(name, "completed")
    desk.place("dora", "ringing")
    desk.say(Verb.BUSY, "dora", By.FAR_PARTY)
    return desk


@pytest.fixture(params=[2, 20_000])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    for kind in (CsvWriter, ParquetWriter):
        monkeypatch.setattr(kind, "at_once", request.param)
    return int(request.param)


def rows(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        return list(parquet.read_table(path).to_pylist())
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def written(path: Path, desk: Desk) -> list[dict[str, Any]]:
    with writer(str(path), desk.speaks.call_records()) as file:
        for call in desk.switch.calls.values():
            file.over(call, desk.speaks)
    assert file.safe == len(desk.switch.calls)
    return rows(path)


def expected(desk: Desk, ending: str) -> list[dict[str, Any]]:
    own = [desk.speaks.call_records().record(call) for call in desk.switch.calls.values()]
    if ending == ".parquet":
        return own
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in own]


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_written_is_what_the_vendor_keeps(tmp_path: Path, desk: Desk, ending: str, at_once: int) -> None:
    path = tmp_path / f"calls{ending.upper()}"
    found = written(path.with_suffix(ending), desk)
    assert found == expected(desk, ending)
    assert [desk.speaks.call_records().arrived(row).fate for row in found] == ["answers", "answers", "answers", "busy"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_without_calls_there_are_only_the_names_of_fields(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"calls{ending}"
    with writer(str(path), dialect("voipnow").call_records()):
        pass
    assert rows(path) == []
    names = parquet.read_schema(path).names if ending == ".parquet" else path.read_text().splitlines()[0].split(",")
    assert names == list(dialect("voipnow").call_records().columns)


def test_parquet_has_a_row_group_for_so_many_records_and_no_more_room_than_it_needs(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ParquetWriter, "at_once", 2)
    path = tmp_path / "calls.parquet"
    written(path, desk)
    assert parquet.ParquetFile(path).num_row_groups == 2
    assert path.read_bytes()[-4:] == b"PAR1"


def test_each_replication_speaks_for_itself(tmp_path: Path, desk: Desk) -> None:
    other = Desk("plivo")
    other.place("anna", "completed")
    with writer(str(tmp_path / "calls.csv"), desk.speaks.call_records()) as file:
        file.over(desk.switch.calls["anna"], desk.speaks)
        file.over(other.switch.calls["anna"], other.speaks)
        assert file.records.dialect is other.speaks
    assert len(rows(tmp_path / "calls.csv")) == 2


# -- what goes wrong -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_full_disk_is_one_message_and_all_before_it_can_be_read(
    tmp_path: Path, desk: Desk, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"calls{ending}"
    monkeypatch.setattr(CsvWriter, "at_once", 2)
    monkeypatch.setattr(ParquetWriter, "at_once", 2)
    file = writer(str(path), desk.speaks.call_records())
    for name in ("anna", "bert"):
        file.over(desk.switch.calls[name], desk.speaks)
    fill(monkeypatch, ending)
    file.over(desk.switch.calls["carl"], desk.speaks)
    with pytest.raises(UsageError) as caught:
        file.over(desk.switch.calls["dora"], desk.speaks)
    monkeypatch.undo()
    file.close()
    assert str(caught.value) == f"{path}: no space left on device; the 2 call records before that are in it, and can be read"
    assert (file.safe, rows(path)) == (2, expected(desk, ending)[:2])


def fill(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    """From now on a disk has room for ten bytes more."""
    write, left = os.write, [10]

    def full(descriptor: int, data: Any) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        count = min(left[0], len(data))
        left[0] -= count
        return write(descriptor, data[:count])

    def no_room(descriptor: int, at: int, length: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if ending == ".csv":
        monkeypatch.setattr(os, "write", full)
    else:
        monkeypatch.setattr(os, "posix_fallocate", no_room)


LIMITED = """
import sys
from hashlib import sha256
from callsim.dialects import dialect
from callsim.errors import UsageError
from callsim.traffic.records import writer
records = dialect("plivo").call_records()
row = {name: kind("7") for name, kind in records.columns.items()}
try:
    with writer(sys.argv[1], records) as file:
        for number in range(400_000):
            file.write({**row, "call_uuid": sha256(b"%d" % number).hexdigest()})
except UsageError as error:
    print(error)
"""


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_can_grow_no_more_is_ended_where_it_is_whole(tmp_path: Path, ending: str) -> None:
    """A limit of the system stands in for a disk, really."""
    path, most = tmp_path / f"calls{ending}", 16_000_000
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )  # fmt: skip
    assert run.stderr == ""
    assert run.stdout.startswith(f"{path}: file too large; the ")
    safe = int(run.stdout.split(" the ")[1].split(" call")[0].replace(",", ""))
    assert 0 < len(rows(path)) == safe < 400_000


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_disk_that_is_full_from_the_beginning_holds_no_records(desk: Desk, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"calls{ending}"
    path.symlink_to("/dev/full")
    with pytest.raises(UsageError) as caught:
        writer(str(path), desk.speaks.call_records())
    assert str(caught.value) == f"{path}: no space left on device; the 0 call records before that are in it, and can be read"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("{tmp}/no/calls.csv", "{tmp}/no/calls.csv: cannot be written: no such file or directory"),
        ("{tmp}/folder.csv", "{tmp}/folder.csv: cannot be written: is a directory"),
        ("{tmp}/a\0b.parquet", "cannot be written: embedded null byte"),
        ("{tmp}/calls.txt", "{tmp}/calls.txt: call records are written as .csv or .parquet; name a file that ends so"),
        ("calls", "calls: call records are written as .csv or .parquet; name a file that ends so"),
        ("", ": call records are written as .csv or .parquet; name a file that ends so"),
    ],
)
def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageError) as caught:
        writer(path.format(tmp=tmp_path), dialect("plivo").call_records())
    assert message.format(tmp=tmp_path) in str(caught.value)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_interrupt_leaves_a_file_that_can_be_read(tmp_path: Path, desk: Desk, ending: str, at_once: int) -> None:
    path = tmp_path / f"calls{ending}"

    def three_and_no_more() -> None:
        with writer(str(path), desk.speaks.call_records()) as file:
            for name in ("anna", "bert", "carl"):
                file.over(desk.switch.calls[name], desk.speaks)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        three_and_no_more()
    assert rows(path) == expected(desk, ending)[:3]


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_interrupt_while_records_are_written_waits_until_they_are_whole(
    tmp_path: Path, desk: Desk, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CsvWriter, "at_once", 2)
    monkeypatch.setattr(ParquetWriter, "at_once", 2)
    path, write = tmp_path / f"calls{ending}", Sink.write

    def interrupted(self: Sink, data: bytes) -> int:
        signal.raise_signal(signal.SIGINT)
        return write(self, data)

    def as_many_as_come() -> None:
        with writer(str(path), desk.speaks.call_records()) as file:
            monkeypatch.setattr(Sink, "write", interrupted)
            for call in desk.switch.calls.values():
                file.over(call, desk.speaks)

    with pytest.raises(KeyboardInterrupt):
        as_many_as_come()
    monkeypatch.undo()
    assert rows(path) == expected(desk, ending)[:2]


@pytest.mark.parametrize("ending", ENDINGS)
def test_who_interrupts_twice_leaves_a_file_that_can_be_read_all_the_same(
    tmp_path: Path, desk: Desk, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = tmp_path / f"calls{ending}", Sink.write

    def interrupted(self: Sink, data: bytes) -> int:
        signal.raise_signal(signal.SIGINT)
        return write(self, data)

    def interrupted_as_it_is_closed() -> None:
        with writer(str(path), desk.speaks.call_records()) as file:
            for name in ("anna", "bert", "carl"):
                file.over(desk.switch.calls[name], desk.speaks)
            monkeypatch.setattr(Sink, "write", interrupted)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted_as_it_is_closed()
    monkeypatch.undo()
    assert rows(path) == expected(desk, ending)[:3]


def test_elsewhere_than_in_the_main_thread_interrupts_are_nobodys_business() -> None:
    before = signal.getsignal(signal.SIGINT)

    def look() -> None:
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    seen: list[Any] = []
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_system_that_cannot_keep_room_is_trusted(tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(descriptor: int, at: int, length: int) -> None:
        raise OSError(errno.EOPNOTSUPP, "not here")

    monkeypatch.setattr(os, "posix_fallocate", cannot)
    assert written(tmp_path / "calls.parquet", desk) == expected(desk, ".parquet")
    monkeypatch.delattr(os, "posix_fallocate")
    assert written(tmp_path / "calls.parquet", desk) == expected(desk, ".parquet")


def test_without_its_library_parquet_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"this needs pyarrow; install it with: pip install 'callsim\[traffic\]'"):
        writer(str(tmp_path / "calls.parquet"), dialect("plivo").call_records())


# -- spreadsheets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("+15550100009", "+15550100009"), ("+1 (555) 010-0009", "+1 (555) 010-0009"), ("sip:anna@app.test", "sip:anna@app.test"),
        ("", ""), (None, None), (-1, -1), ("0003*210", "0003*210"),
        ("=1+1", "'=1+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("+A1", "'+A1"),
        ("+1\n=1", "'+1\n=1"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula_and_every_number_stays_as_it_is(cell: Any, shown: Any) -> None:
    assert harmless(cell) == shown


def test_parquet_needs_no_apostrophes(tmp_path: Path) -> None:
    desk = Desk("plivo")
    call = desk.place("anna", "completed")
    record = {**desk.speaks.call_records().record(call), "to_number": "=1"}
    for ending, shown in ((".csv", "'=1"), (".parquet", "=1")):
        with writer(str(tmp_path / f"calls{ending}"), desk.speaks.call_records()) as file:
            file.write(record)
        assert rows(tmp_path / f"calls{ending}")[0]["to_number"] == shown


def test_lines_and_groups_are_few_enough_to_be_held() -> None:
    assert records.LINES <= records.GROUP <= 100_000
