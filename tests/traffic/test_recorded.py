"""Arrivals and times from CSV files, and what can be wrong with such a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from callsim import Simulation
from callsim.dialects import VENDORS, dialect
from callsim.errors import InputError
from callsim.far_end import FarEnd
from callsim.model import Placement
from callsim.traffic import csv_files
from callsim.traffic.plan import FATES, Arrived
from callsim.traffic.recorded import arrivals_of, times_of
from callsim.traffic.records import writer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files lie here, so that complaints call them by their names alone."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def arrived(text: str | bytes, fates: tuple[str, ...] = FATES, vendor: str = "plivo") -> tuple[Arrived, ...]:
    Path("f.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return arrivals_of(Path("f.csv"), vendor, fates)


def problems_of(text: str | bytes, fates: tuple[str, ...] = FATES) -> list[str]:
    with pytest.raises(InputError) as caught:
        arrived(text, fates)
    return [str(each) for each in caught.value.problems]


# -- lists of arrivals -------------------------------------------------------------------------------------------------------


def test_of_an_arrival_when_is_known_and_the_rest_perhaps(folder: Path) -> None:
    assert arrived("at\n1.5s\n2\n") == (Arrived(1_500), Arrived(2_000))
    assert arrived("at,to,outcome,rings,answers,talks\n0,+1555,answers,800ms,9,3m\n1,,,,,\n") == (
        Arrived(0, "+1555", "answers", 800, 9_000, 180_000), Arrived(1_000),
    )  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), [("0", 0), ("1.2344", 1_234), ("0.0015", 2), ("1m30s", 90_000), (" 7 ", 7_000), ("250ms", 250)])
def test_a_time_is_a_duration_or_seconds_to_the_nearest_millisecond(folder: Path, written: str, meant: int) -> None:
    assert arrived(f"at\n{written}\n") == (Arrived(meant),)


def test_arrivals_come_in_order_of_time_whatever_that_of_the_file(folder: Path) -> None:
    assert [each.at for each in arrived("at,to\n9,c\n1,a\n5,b\n1,z\n")] == [1_000, 1_000, 5_000, 9_000]
    assert [each.to for each in arrived("at,to\n9,c\n1,a\n5,b\n1,z\n")] == ["a", "z", "b", "c"]


@pytest.mark.parametrize("offset", ["Z", "+00:00", ""])
def test_dates_count_from_the_first(folder: Path, offset: str) -> None:
    text = f"at\n2026-01-01T08:00:02.5{offset}\n2026-01-01 08:00:00{offset}\n2026-01-02T08:00:00{offset}\n"
    assert [each.at for each in arrived(text)] == [0, 2_500, 86_400_000]


def test_dates_of_several_zones_are_one_time(folder: Path) -> None:
    assert [each.at for each in arrived("at\n2026-01-01T08:00:00Z\n2026-01-01T09:00:01+01:00\n")] == [0, 1_000]


def test_columns_may_stand_in_any_order_and_be_ones_own(folder: Path) -> None:
    assert arrived("x-note,talks,at\nhm,5,1\n") == (Arrived(1_000, talks=5_000),)
    assert arrived('talks,x-a,at\r\n5,"a,""b\n\nc",1\r\n\r\n,,2') == (Arrived(1_000, talks=5_000), Arrived(2_000))


def test_a_mark_of_the_byte_order_is_no_matter(folder: Path) -> None:
    assert arrived(b"\xef\xbb\xbfat\n1\n") == (Arrived(1_000),)


MISTAKES = [
    ("", "f.csv:1:1: the file is empty; expected a line that names columns"),
    ("\n\n", "f.csv:3:1: the file is empty; expected a line that names columns"),
    ("at\n", "f.csv:1:1: nothing arrives; expected a row for each arrival"),
    ("time\n1\n", "f.csv:1:1: this lists no arrivals and holds no call records; expected the column at, or to_number, initiation_time, "
     "answer_time, end_time and hangup_cause_code as plivo has them"),
    ("at,outcom\n1,busy\n", "f.csv:1:4: the column 'outcom' is not known here; expected at, to, outcome, rings, answers or talks, or "
     "x-... for your own; did you mean 'outcome'?"),
    ("at,to,at\n1,2,3\n", "f.csv:1:7: the column 'at' stands there twice; expected each once"),
    ("at,to,to\n1,2,3\n", "f.csv:1:7: the column 'to' stands there twice; expected each once"),
    ("at\n-1\n", "f.csv:2:1: '-1' is no time; expected a duration such as 1.5s, or seconds"),
    ("at\nsoon\n", "f.csv:2:1: 'soon' is no time; expected a duration such as 1.5s, or seconds"),
    ("at,to\n,5\n", "f.csv:2:1: nothing says when it arrived; expected a duration such as 1.5s, or seconds, or a date and time"),
    ("at\n1e9\n", "f.csv:2:1: '1e9' is no time; expected a duration such as 1.5s, or seconds"),
    ("at\n99999999999\n", "f.csv:2:1: '99999999999' is no time; expected a duration such as 1.5s, or seconds"),
    ("at\n1\n2026-01-01T08:00:00Z\n", "f.csv:3:1: '2026-01-01T08:00:00Z' is of another kind than the first; expected a duration such as "
     "1.5s, or seconds"),
    ("at\n2026-01-01T08:00:00Z\n1\n", "f.csv:3:1: '1' is of another kind than the first; expected a date and time such as "
     "2026-01-01T08:00:00Z"),
    ("at,to\n2026-01-01T08:00:00Z,\n,5\n", "f.csv:3:1: nothing says when it arrived; expected a date and time such as 2026-01-01T08:00:00Z"),
    ("at\n2026-13-01T08:00:00Z\n", "f.csv:2:1: '2026-13-01T08:00:00Z' is no date and time; expected one such as 2026-01-01T08:00:00Z"),
    ("at,outcome\n1,bussy\n", "f.csv:2:3: 'bussy' is not a known fate; expected answers, busy, rejects, silent, unreachable or fails; did "
     "you mean 'busy'?"),
    ("to,at,talks\n\"a,\"\"b\",1,long\n", "f.csv:2:11: 'long' is no time; expected a duration such as 1.5s, or seconds"),
    ("at,to\n1\n", "f.csv:2:1: 1 field stands here; expected 2, as in the first line"),
    ("at\n1,2,3\n", "f.csv:2:3: 3 fields stand here; expected 1, as in the first line"),
    ("at,to\n1,\"open\n2,x\n", "f.csv:2:1: a quotation mark is never closed in what begins here; expected one more"),
    ("at,to\n1,\"a\"b\n", "f.csv:2:1: something follows a closing quotation mark; expected a comma, "
     "and quotation marks inside a field doubled"),
    ("at,to\n1," + "7" * 201 + "\n", "f.csv:2:3: '" + "7" * 57 + "...' is too long for a number; expected at most 200 characters"),
    ("at,to\n1," + "7" * 70_000 + "\n", "f.csv:2:65537: the line is too long; at most 65,536 characters are read"),
    (b"at\n1\n\xff\n", "f.csv:3:1: the byte 0xff here is not UTF-8; save it as UTF-8"),
    (b"at,to\n1,ab\x00\n", "f.csv:2:5: a NUL has no place in a text file; save it as UTF-8 text"),
    ("at\n1\n".encode("utf-16"), "f.csv:1:1: the byte 0xff here is not UTF-8; save it as UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(folder: Path, text: str | bytes, problem: str) -> None:
    assert problems_of(text) == [problem]


def test_an_inbound_call_has_not_every_fate(folder: Path) -> None:
    (problem,) = problems_of("at,outcome\n1,busy\n", ("answers", "silent"))
    assert problem == "f.csv:2:3: 'busy' is not a known fate; expected answers or silent"


def test_all_bad_rows_are_told_the_first_twenty_with_what_is_wrong(folder: Path) -> None:
    assert [each.split(":")[1] for each in problems_of("at\n" + "x\n1\n" * 20)] == [str(line) for line in range(2, 42, 2)]
    many = problems_of("at\n" + "x\n1\n" * 21)
    assert (len(many), many[-1]) == (21, "f.csv:42:1: 1 more row of this file cannot be used, the last of them here")
    most = problems_of("at\n" + "x\n1\n" * 2_000)
    assert (len(most), most[-1]) == (21, "f.csv:4000:1: 1,980 more rows of this file cannot be used, the last of them here")


def test_what_is_no_file_or_too_large_is_told_without_a_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"^gone\.csv: this cannot be read: No such file"):
        arrivals_of(Path("gone.csv"), "plivo", FATES)
    with pytest.raises(InputError, match=r"^\.: this is no file"):
        arrivals_of(Path(), "plivo", FATES)
    monkeypatch.setattr(csv_files, "MOST_BYTES", 1024**2)
    with pytest.raises(InputError, match=r"^f\.csv: the file is too large; at most 1 MiB are read"):
        arrived("at\n" + "1\n" * 600_000)
    monkeypatch.setattr(csv_files, "MOST_ROWS", 3)
    assert len(arrived("at\n1\n1\n1\n")) == 3
    assert problems_of("at\n1\n1\n1\n1\n") == ["f.csv:5:1: the file holds too many rows; at most 3 are read"]


def test_a_quotation_mark_that_is_never_closed_does_not_take_the_whole_file(folder: Path) -> None:
    assert problems_of('at,to\n1,"' + "x,y\n" * 200_000) == [
        "f.csv:2:1: a quotation mark is never closed in what begins here; expected one more"
    ]


def many(read: Callable[[], Sequence[object]]) -> int:
    """How much is read, or complained of."""
    try:
        return len(read())
    except InputError as error:
        return len(error.problems)


@given(data=st.binary(max_size=200) | st.text(alphabet='at,o"\n\r 1.:-TZ2é\0', max_size=200).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_whatever_a_file_holds_is_read_or_complained_of(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    for content in (data, b"at,to\n" + data, b"talk\n" + data):
        path.write_bytes(content)
        for read in (lambda: arrivals_of(path, "plivo", FATES), lambda: times_of(path, "talk")):
            assert many(read) >= 1


# -- times -------------------------------------------------------------------------------------------------------------------


def test_times_are_those_of_a_column_in_its_order_without_empty_fields(folder: Path) -> None:
    Path("f.csv").write_text("call,talk\na,3m\nb,\nc,12.5\n")
    assert times_of(Path("f.csv"), "talk") == (180_000, 12_500)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("call,talks\n", "f.csv:1:1: there is no column 'talk'; expected 'call' or 'talks'; did you mean 'talks'?"),
        ("talk\n", "f.csv:1:1: the column 'talk' holds no time; expected a duration such as 1.5s, or seconds"),
        ("talk,x\n,1\n", "f.csv:2:1: the column 'talk' holds no time; expected a duration such as 1.5s, or seconds"),
        ("x,talk\na,-5\n", "f.csv:2:3: '-5' is no time; expected a duration such as 1.5s, or seconds"),
    ],
)
def test_a_mistake_in_a_column_is_told_with_its_place(folder: Path, text: str, problem: str) -> None:
    Path("f.csv").write_text(text)
    with pytest.raises(InputError) as caught:
        times_of(Path("f.csv"), "talk")
    assert [str(each) for each in caught.value.problems] == [problem]


# -- call records ------------------------------------------------------------------------------------------------------------


def written(vendor: str, far_ends: list[FarEnd], to: str = "+1555") -> None:
    """Write the call records of some calls, one placed each minute, into f.csv."""
    simulation = Simulation(dialect(vendor))
    for number, far_end in enumerate(far_ends):
        placing = partial(simulation.place, f"c{number}", Placement(to=f"{to}{number}", answer_url="/x"), far_end)
        simulation.at(number * 60_000, placing)
    simulation.run()
    records = writer("f.csv", simulation.dialect.call_records())
    for call in simulation.switch.calls.values():
        records.over(call, simulation.dialect)
    records.close()


FAR_ENDS = [FarEnd(0, 3_000, 60_000), FarEnd(None, busy=0), FarEnd(0, rejects=5_000), FarEnd(0, 2_000, 1_000)]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("asked", VENDORS)
def test_the_call_records_of_any_vendor_tell_how_calls_arrived_at_any(folder: Path, vendor: str, asked: str) -> None:
    written(vendor, FAR_ENDS)
    found = arrivals_of(Path("f.csv"), asked, FATES)
    assert [each.at for each in found] == [0, 60_000, 120_000, 180_000]
    assert [each.fate for each in found][::3] == ["answers", "answers"]
    assert (found[0].rings or 0) + (found[0].answers or 0) == 3_000


def test_a_record_that_cannot_be_read_has_its_place(folder: Path) -> None:
    text = "x,to_number,initiation_time,answer_time,end_time,hangup_cause_code\n1,2,2026-01-01 00:00:00+00:00,then,,4000\n1,2,,,,\n"
    assert problems_of(text) == [
        "f.csv:2:31: answer_time is 'then'; expected a date and time, such as 2026-01-01 00:00:00+00:00",
        "f.csv:3:5: initiation_time is empty; expected when the call began",
    ]


def test_what_a_record_tells_and_an_inbound_call_cannot_be_is_drawn(folder: Path) -> None:
    written("plivo", [FarEnd(None, busy=0)])
    assert [each.fate for each in arrivals_of(Path("f.csv"), "plivo", FATES)] == ["busy"]
    assert [each.fate for each in arrivals_of(Path("f.csv"), "plivo", ("answers", "silent"))] == [None]


@pytest.mark.parametrize("to", ["=1+", "@home", "'quoted", "+1555"])
def test_a_number_is_read_as_it_was_though_spreadsheets_are_kept_from_reckoning_with_it(folder: Path, to: str) -> None:
    written("plivo", [FarEnd(None, busy=0)], to)
    assert [each.to for each in arrivals_of(Path("f.csv"), "plivo", FATES)] == [f"{to}0"]


def test_a_file_is_read_once_for_all_who_ask_until_it_changes(folder: Path) -> None:
    first = arrived("at\n1\n2\n")
    assert arrived("at\n1\n2\n") is first
    assert arrived("at\n1\n3\n") != first
    Path("t.csv").write_text("talk\n1s\n")
    assert times_of(Path("t.csv"), "talk") is times_of(Path("t.csv"), "talk")
