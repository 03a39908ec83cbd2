"""What was played, for people: the story of each scenario, its verdict and what that stands on, and a summary of many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from callsim.dialects import dialect_class
from callsim.model import ActionState, CallState, MpcState
from callsim.report.telling import Line, story
from callsim.report.visible import visible
from callsim.scenario.playing import Played
from callsim.scenario.values import format_duration
from callsim.simulation import Simulation

WIDE = 112
MOST_LINES = 2_000
VERDICTS = {"holds": "bold green", "FAILS": "bold red", "UNDECIDED": "bold yellow"}
BASES = {"documented": "green", "observed": "cyan", "disputed": "yellow", "assumed": "magenta"}
_KINDS = {"request": "bold", "command": "bold", "refusal": "yellow", "warning": "yellow"}


def verdict(played: Played) -> str:
    """In one word."""
    if played.failures:
        return "FAILS"
    return "holds" if played.complete else "UNDECIDED"


def told(played: Played, width: int) -> RenderableType:
    """One scenario in full: its title, its story, how it ended, its verdict."""
    return Group(*_head(played), _story(played, width), *_end(played), *judged(played), Text())


def _head(played: Played) -> Iterator[Text]:
    case = played.case
    title = Text(visible(case.spec.title), style="bold")
    title.append(f"  {dialect_class(case.vendor).vendor.title}", "not bold cyan")
    yield title
    yield Text(visible(name(played)), style="dim")
    for id, value in played.assume.items():
        yield Text(f"assuming {visible(id)}={visible(value)}", style="magenta")


def name(played: Played) -> str:
    """The file, and the case if there are several."""
    return played.case.file + (f" [{played.case.case}]" if played.case.case else "")


# -- the story -----------------------------------------------------------------------------------------------------


def _story(played: Played, width: int) -> RenderableType:
    lines = list(story(played.simulation))
    table = Table.grid(padding=(0, 2, 0, 0), expand=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=None)
    wide = width >= WIDE
    if wide:
        table.add_column(overflow="fold", max_width=(width - 30) // 2)
        table.add_column(no_wrap=True)
    for time, together in groupby(lines[:MOST_LINES], key=lambda line: line.at):
        for number, line in enumerate(together):
            table.add_row(*_row(line, format_duration(time) if not number else "", wide))
    if len(lines) <= MOST_LINES:
        return table
    return Group(table, Text(f"... and {len(lines) - MOST_LINES} lines more; --trace writes them all", style="dim"))


def _row(line: Line, time: str, wide: bool) -> list[RenderableType]:
    what = _what(line)
    rule, basis = Text(visible(line.rule), style="dim"), Text(line.basis, style=BASES.get(line.basis, ""))
    start: list[RenderableType] = [Text(time, style="cyan"), Text(visible(line.who))]
    indent = (0, 0, 0, 2 * min(line.depth, 8))
    if wide:
        return [*start, Padding(what, indent), rule, basis]
    under = Text.assemble(rule, "  ", basis) if line.rule else None
    return [*start, Padding(Group(what, Padding(under, (0, 0, 0, 2))) if under else what, indent)]


def _what(line: Line) -> Text:
    text = Text(visible(line.what), style=_KINDS.get(line.kind, ""))
    if line.move:
        joint = "  " if line.kind in ("request", "refusal", "command") else ": "
        text.append(joint).append(visible(line.move), style="not bold blue" if line.kind == "change" else "")
    if line.cause:
        text.append(", ", "not bold").append(visible(line.cause), style="not bold yellow")
    if line.words:
        text.append(f" ({visible(line.words)})", style="not bold italic")
    return text


# -- the end -------------------------------------------------------------------------------------------------------


def _end(played: Played) -> Iterator[Text]:
    still = ", ".join(still_running(played.simulation))
    when = f"at {format_duration(played.simulation.now)}"
    if not played.complete:
        yield Text(f"{when} a bound was hit: more happened than callsim waits for", style="yellow")
    if still:
        why = "as until says" if played.case.spec.until is not None else "nothing more is due but time limits"
        yield Text(f"still running {when} ({why}): {visible(still)}", style="yellow")


def still_running(simulation: Simulation) -> Iterator[str]:
    """What is up when the play ends, with what runs on it."""
    for call in simulation.switch.calls.values():
        if call.state is not CallState.COMPLETED:
            actions = [action.kind for action in call.actions if action.state is ActionState.RUNNING]
            yield f"{call.name} {call.state}" + (f" ({', '.join(actions)})" if actions else "")
    for mpc in simulation.switch.mpcs.values():
        if mpc.state is not MpcState.ENDED:
            yield f"{mpc.key} {mpc.state}"


def judged(played: Played) -> Iterator[Text]:
    """Every expectation that did not hold, the verdict, and what it relies on."""
    for failure in played.failures:
        # Never broken into lines: it is what editors and grep look for.
        line = f"{visible(failure.place)}: {visible(failure.message)}"
        yield Text(line, style="red", no_wrap=True, overflow="ignore")
    word = verdict(played)
    several = len(played.failures)
    sum_ = f"  {several} expectation{'s' if several > 1 else ''} did not hold" if several else ""
    yield Text(word, style=VERDICTS[word]).append(sum_, "not bold")
    relies = ", ".join(relied_on(played))
    yield Text(f"relies on: {visible(relies) or 'nothing disputed or assumed'}", style="dim")


def relied_on(played: Played) -> Iterator[str]:
    """What is disputed or assumed and had its say: `plivo.kick.cause=4030 (disputed)`."""
    book = played.simulation.dialect.rulebook
    for id in played.relied_on:
        yield f"{id}={book.chosen(id)} ({book.assumptions[id].kind})"


# -- many ----------------------------------------------------------------------------------------------------------


def summary(plays: Sequence[Played], width: int) -> RenderableType:
    """One row for each scenario, and the sum."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("verdict", no_wrap=True)
    table.add_column("vendor", no_wrap=True)
    table.add_column("scenario", overflow="fold")
    table.add_column("time", justify="right", no_wrap=True)
    if width >= WIDE:
        table.add_column("relies on", overflow="fold", style="dim")
    for played in plays:
        word = verdict(played)
        row = [
            Text(word, style=VERDICTS[word]), Text(visible(played.case.vendor)), Text(visible(name(played))),
            Text(format_duration(played.simulation.now)), Text(visible(", ".join(played.relied_on))),
        ]  # fmt: skip
        table.add_row(*row[: len(table.columns)])
    return Group(table, Text(), counted(plays))


def counted(plays: Sequence[Played]) -> Text:
    """How many hold, fail, are undecided."""
    words = [verdict(played) for played in plays]
    text = Text(f"{len(words)} scenario{'s' if len(words) != 1 else ''}: ")
    parts = [Text(f"{words.count(word)} {word}", style=style) for word, style in VERDICTS.items() if words.count(word)]
    return text.append_text(Text(", ").join(parts) if parts else Text("none was played"))
