"""What was played, for people: the story of each scenario, its verdict and what that stands on, and a summary of many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich.text import Text

from callsim.dialects import dialect_class
from callsim.model import ActionState, CallState, MpcState
from callsim.motion import Motion
from callsim.report.grid import Cell, grid, line
from callsim.report.telling import Line, story
from callsim.report.visible import visible
from callsim.rules import Rulebook
from callsim.scenario.loading import Case
from callsim.scenario.playing import Played
from callsim.scenario.values import format_duration

WIDE = 112
STEP, DEEPEST = 2, 8
MOST_LINES = 2_000
VERDICTS = {"holds": "bold green", "FAILS": "bold red", "UNDECIDED": "bold yellow"}
_SEVERAL = {"holds": "hold", "FAILS": "FAIL", "UNDECIDED": "UNDECIDED"}
BASES = {"documented": "green", "observed": "cyan", "disputed": "yellow", "assumed": "magenta"}
_KINDS = {"request": "bold", "command": "bold", "refusal": "yellow", "warning": "yellow"}


def verdict(played: Played) -> str:
    """In one word."""
    if played.failures:
        return "FAILS"
    return "holds" if played.complete else "UNDECIDED"


def told(played: Played, width: int) -> Iterator[Text]:
    """One scenario in full: its title, its story, how it ended, its verdict."""
    yield from heading(played.case, played.assume, width)
    yield from _story(played, width)
    yield from _end(played, width)
    yield from judged(played, width)
    yield line()


def heading(case: Case, assume: Mapping[str, str], width: int) -> Iterator[Text]:
    """What a case is called, where it is, and what is assumed for it."""
    title = Text.assemble((visible(case.spec.title), "bold"), "  ", (dialect_class(case.vendor).vendor.title, "cyan"))
    yield from paragraph(title, width)
    yield line(visible(name(case)), style="dim")
    for id, value in assume.items():
        yield line(f"assuming {visible(id)}={visible(value)}", style="magenta")


def name(case: Case) -> str:
    """The file, and the case if there are several."""
    return case.file + (f" [{case.case}]" if case.case else "")


# -- the story -----------------------------------------------------------------------------------------------------


def _story(played: Played, width: int) -> Iterator[Text]:
    yield from story_told(list(story(played.simulation)), width)


def story_told(lines: Sequence[Line], width: int) -> Iterator[Text]:
    """The lines of a story, or of a part of one, as columns."""
    rows: list[list[Cell]] = []
    for time, together in groupby(lines[:MOST_LINES], key=lambda told: told.at):
        for number, told in enumerate(together):
            start = [Cell(Text(format_duration(time) if not number else "", "cyan")), Cell(Text(visible(told.who)))]
            rows += _wide(told, start) if width >= WIDE else _narrow(told, start)
    yield from grid(rows, width, flexible=(2, 3) if width >= WIDE else (2,), right=(0,))
    if len(lines) > MOST_LINES:
        yield line(f"... and {len(lines) - MOST_LINES} lines more; --trace writes them all", style="dim")


def _wide(told: Line, start: list[Cell]) -> Iterator[list[Cell]]:
    rule, basis = Cell(Text(told.rule, "dim")), Cell(Text(told.basis, BASES.get(told.basis, "")))
    yield [*start, Cell(sentence(told), _indent(told)), rule, basis]


def _narrow(told: Line, start: list[Cell]) -> Iterator[list[Cell]]:
    """Where there is no room for rule and basis, they stand below."""
    yield [*start, Cell(sentence(told), _indent(told))]
    if told.rule:
        under = Text.assemble((told.rule, "dim"), "  ", (told.basis, BASES.get(told.basis, "")))
        yield [Cell(Text()), Cell(Text()), Cell(under, _indent(told) + STEP)]


def _indent(told: Line) -> int:
    return STEP * min(told.depth, DEEPEST)


def sentence(told: Line) -> Text:
    """What happened, what moved, and why, in one line."""
    parts = [(visible(told.what), _KINDS.get(told.kind, ""))]
    if told.move:
        joint = "  " if told.kind in ("request", "refusal", "command") else ": "
        parts += [(joint, ""), (visible(told.move), "blue" if told.kind == "change" else "bold")]
    if told.cause:
        parts += [(", ", ""), (visible(told.cause), "yellow")]
    if told.words:
        parts.append((f" ({visible(told.words)})", "italic"))
    return Text.assemble(*parts)


# -- the end -------------------------------------------------------------------------------------------------------


def _end(played: Played, width: int) -> Iterator[Text]:
    still = ", ".join(still_running(played.simulation))
    when = f"at {format_duration(played.simulation.now)}"
    if not played.complete:
        yield line(f"{when} a bound was hit: more happened than callsim waits for", style="yellow")
    if still:
        why = "as until says" if played.case.spec.until is not None else "nothing more is due but time limits"
        yield from paragraph(Text(f"still running {when} ({why}): {visible(still)}", "yellow"), width)


def still_running(simulation: Motion) -> Iterator[str]:
    """What is up when the play ends, with what runs on it."""
    for call in simulation.switch.calls.values():
        if call.state is not CallState.COMPLETED:
            actions = [action.kind for action in call.actions if action.state is ActionState.RUNNING]
            yield f"{call.name} {call.state}" + (f" ({', '.join(actions)})" if actions else "")
    for mpc in simulation.switch.mpcs.values():
        if mpc.state is not MpcState.ENDED:
            yield f"{mpc.key} {mpc.state}"


def judged(played: Played, width: int) -> Iterator[Text]:
    """Every expectation that did not hold, the verdict, and what it relies on."""
    for failure in played.failures:
        # Never broken into several lines: it is what editors and grep look for.
        yield line(f"{visible(failure.place)}: {visible(failure.message)}", style="red")
    word, several = verdict(played), len(played.failures)
    how_many = f"  {several} expectation{'s' if several > 1 else ''} did not hold" if several else ""
    yield line((word, VERDICTS[word]), how_many)
    yield from relies_on(played.simulation.dialect.rulebook, played.relied_on, width)


def paragraph(text: Text, width: int) -> Iterator[Text]:
    """The lines of a longer text."""
    return grid([[Cell(text)]], width, flexible=(0,))


def relies_on(book: Rulebook, ids: Iterable[str], width: int) -> Iterator[Text]:
    """What is disputed or assumed and had its say: `relies on: plivo.kick.cause=4030 (disputed)`."""
    relies = ", ".join(f"{id}={book.chosen(id)} ({book.assumptions[id].kind})" for id in ids)
    yield from paragraph(Text(f"relies on: {visible(relies) or 'nothing disputed or assumed'}", "dim"), width)


# -- many ----------------------------------------------------------------------------------------------------------


def summary(plays: Sequence[Played], width: int) -> Iterator[Text]:
    """One row for each file whose scenarios came out alike, one for each scenario of any other; and the sum."""
    headings = ["verdict", "vendor", "scenario", "relies on"]
    rows = [[Cell(Text(heading, "bold")) for heading in headings]]
    for _, some in groupby(plays, key=lambda played: played.case.file):
        several = list(some)
        alike = len({verdict(played) for played in several}) == 1
        rows += [_summary_row(several)] if alike else [_summary_row([played]) for played in several]
    shown = len(headings) - (width < WIDE)
    yield from grid([row[:shown] for row in rows], width, flexible=(2, 3)[: shown - 2])
    yield line()
    yield counted(plays)


def _summary_row(plays: Sequence[Played]) -> list[Cell]:
    word = verdict(plays[0])
    several = f" ({len(plays)} cases)" if len(plays) > 1 else ""
    what = plays[0].case.file + several if several else name(plays[0].case)
    vendors = ", ".join(dict.fromkeys(played.case.vendor for played in plays))
    relied = ", ".join(dict.fromkeys(id for played in plays for id in played.relied_on))
    cells = (Text(word, VERDICTS[word]), Text(vendors), Text(visible(what)), Text(visible(relied), "dim"))
    return [Cell(cell) for cell in cells]


def counted(plays: Sequence[Played]) -> Text:
    """How many hold, fail, are undecided."""
    return tallied([verdict(played) for played in plays]) if plays else line("no scenario was played")


def tallied(words: Sequence[str]) -> Text:
    """How many scenarios there are of each verdict."""
    parts: list[str | tuple[str, str]] = [f"{len(words)} scenario{'s' if len(words) != 1 else ''}"]
    for number, (word, style) in enumerate((word, style) for word, style in VERDICTS.items() if word in words):
        count = words.count(word)
        parts += [", " if number else ": ", (f"{count} {word if count == 1 else _SEVERAL[word]}", style)]
    return line(*parts)
