"""One scenario under several vendors in one table: a row for each answer and each end, marked where the vendors differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from callsim.dialects import dialect_class
from callsim.model import Call, MultipartyCall
from callsim.report.grid import Cell, grid, line
from callsim.report.text import VERDICTS, judged, name, paragraph, still_running, verdict
from callsim.report.visible import cut, visible
from callsim.report.wording import in_words
from callsim.scenario.playing import Played
from callsim.scenario.values import format_duration
from callsim.trace import APPLICATION, Told

MARK = "*"
Rows = dict[str, str]


def grouped(plays: Iterable[Played]) -> Iterator[list[Played]]:
    """Plays of one case under several vendors together, all others alone; in order."""
    group: list[Played] = []
    for played in plays:
        if group and _same_case(group[-1], played):
            group.append(played)
            continue
        if group:
            yield group
        group = [played]
    if group:
        yield group


def _same_case(one: Played, other: Played) -> bool:
    return one.case.vendor != other.case.vendor and case_key(one) == case_key(other)


def case_key(played: Played) -> tuple[str, str]:
    """The file and the case, without the vendor that a list of vendors adds to a case's name."""
    return played.case.file, (played.case.case or "").removesuffix(played.case.vendor).strip()


def compared(group: Sequence[Played], width: int) -> Iterator[Text]:
    """The plays of one case, one column for each vendor."""
    columns = [_rows(played) for played in group]
    rows = [_heading(group)]
    for label in dict.fromkeys(label for each in columns for label in each):
        rows.append(_compared(label, [each.get(label, "-") for each in columns]))
    rows.append(_verdicts([verdict(played) for played in group]))
    yield from _head(group, width)
    widest = max(row[1].width for row in rows)
    yield from grid(rows, width, flexible=range(2 if widest <= width // 3 else 1, len(group) + 2))
    differ = any(row[0].text for row in rows)
    yield line(f"{MARK} here they differ" if differ else "they do not differ", style="dim")
    for played in group:
        yield line(visible(name(played.case)), style="dim")
        yield from judged(played, width)
    yield line()


def _heading(group: Sequence[Played]) -> list[Cell]:
    return _row("", "", "", [(dialect_class(played.case.vendor).vendor.title, "bold cyan") for played in group])


def _compared(label: str, cells: Sequence[str]) -> list[Cell]:
    """What each vendor came to. Their own words always differ, so that is not marked."""
    theirs = label.endswith(_THEIR_WORDS)
    marked = len(set(cells)) > 1 and not theirs
    style = "yellow" if marked else "dim" if theirs else ""
    return _row(MARK if marked else "", "yellow", label, [(cell, style) for cell in cells])


def _verdicts(words: Sequence[str]) -> list[Cell]:
    mark = MARK if len(set(words)) > 1 else ""
    return _row(mark, "yellow", "verdict", [(word, VERDICTS[word]) for word in words])


def _row(mark: str, style: str, label: str, cells: Sequence[tuple[str, str]]) -> list[Cell]:
    return [Cell(Text(visible(text), how)) for text, how in ((mark, style), (label, ""), *cells)]


def _head(group: Sequence[Played], width: int) -> Iterator[Text]:
    case = group[0].case
    yield from paragraph(Text(visible(case.spec.title), "bold"), width)
    inner = case_key(group[0])[1]
    yield line(visible(case.file + (f" [{inner}]" if inner else "")), style="dim")


# -- the rows of one column ----------------------------------------------------------------------------------------

_THEIR_WORDS = " in their words"


def _rows(played: Played) -> Rows:
    """What one vendor made of the scenario, by what each row is about."""
    rows: Rows = dict(_answers(played))
    simulation = played.simulation
    for call in simulation.switch.calls.values():
        rows[call.name] = _call(call)
        rows[call.name + _THEIR_WORDS] = in_words(
            simulation.dialect.call_words(call)[0], call.name, simulation.dialect.call_id(call)
        )
    for mpc in simulation.switch.mpcs.values():
        rows[mpc.key] = _mpc(mpc)
    rows["callbacks"] = "; ".join(_callback(told) for told in simulation.entries(Told)) or "none"
    rows["still running"] = "; ".join(still_running(simulation)) or "nothing"
    return rows


def _answers(played: Played) -> Iterator[tuple[str, str]]:
    """The requests of a scenario are the same steps under each vendor, so the line of the step names the row."""
    case = played.case
    said = {case.place("steps", number).line: step for number, step in enumerate(case.spec.steps)}
    for answered in played.responses:
        step = said[answered.line]
        label = f"{format_duration(answered.at_ms)} {cut(f'{step.verb} {step.target}', 60)} (line {answered.line})"
        yield label, f"{answered.status} {answered.outcome}"


def _call(call: Call) -> str:
    ending = call.ending
    return str(call.state) if ending is None else f"{ending.cause} by {ending.who} at {format_duration(ending.at)}"


def _mpc(mpc: MultipartyCall) -> str:
    ended = "" if mpc.ended_at is None else f", {mpc.termination} at {format_duration(mpc.ended_at)}"
    return f"{mpc.state}{ended}"


def _callback(told: Told) -> str:
    return f"{told.kind} of {told.call} to {told.url.removeprefix(APPLICATION)} at {format_duration(told.at)}"
