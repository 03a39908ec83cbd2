"""What exploring found, for people: what holds in every order, the shortest orders in which something does not, a summary."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rich.text import Text

from callsim.dialects import rulebook
from callsim.explore import Bound
from callsim.report import text
from callsim.report.grid import Cell, grid, line
from callsim.report.text import VERDICTS, paragraph
from callsim.report.visible import cut, visible
from callsim.scenario.explored import Explored, Finding, Happening, Linearizable
from callsim.scenario.values import format_duration
from callsim.scenario.wording import listed

LAW = "law"
MARK = ">"
MOST_FINDINGS, MOST_ORDERS, MOST_MESSAGES = 200, 5, 20
MOST_STEPS = 100
"""So many steps of an order are shown from its beginning, and as many from its end."""
_LARGEST, _LONGEST_SAID = 10**15, 300
_MORE = {Bound.STATES: "; --max-states allows more", Bound.MEMORY: "; --max-memory allows more"}


def verdict(explored: Explored) -> str:
    """In one word. What fails in some order fails, even if not every order was tried."""
    if explored.failures or (explored.complete and not _comes_about(explored)):
        return "FAILS"
    return "holds" if explored.complete else "UNDECIDED"


def _comes_about(explored: Explored) -> bool:
    """Whether all that must come about in some order does: each alternative, and the answers of all clients together."""
    return not explored.unreached and (explored.linearizable is None or explored.linearizable.yes)


def told(explored: Explored, width: int) -> Iterator[Text]:
    """One case in full: what was tried, what holds, the shortest orders in which something does not, the verdict."""
    yield from text.heading(explored.case, explored.assume, width)
    yield from paragraph(Text(_tried(explored)), width)
    yield from _table(explored, width)
    yield from _failing(explored, width)
    if explored.linearizable is not None:
        yield from _together(explored.linearizable, explored, width)
    yield from _beside(explored, width)
    yield _concluded(explored)
    yield from text.relies_on(rulebook(explored.case.vendor, explored.assume), explored.relied_on, width)
    yield line()


def figure(number: int) -> str:
    """A number as people read it; what has more digits than anybody counts is told roughly."""
    return f"{number:,}" if number < _LARGEST else f"about 10^{math.floor(math.log10(number))}"


def _several(number: int, what: str) -> str:
    return f"{figure(number)} {what}{'s' if number != 1 else ''}"


# -- what was tried ------------------------------------------------------------------------------------------------


def _tried(explored: Explored) -> str:
    if not explored.complete:
        many = "not every order"
    else:
        many = "no end of orders" if explored.orders is None else _several(explored.orders, "order")
    return f"{many} {_of_what(explored.window)}: {_several(explored.states, 'distinct state')}, depth {figure(explored.depth)}"


def _of_what(window: int | None) -> str:
    if window is None:
        return "of all that happens, times forgotten"
    return f"of what happens at most {format_duration(window)} apart" if window else "of what happens at the same instant"


def _table(explored: Explored, width: int) -> Iterator[Text]:
    """One line for each expectation and property; callsim's own laws share one as long as they hold."""
    shown = [one for one in explored.findings if one.kind != LAW or not one.holds]
    rows = [_row(one, explored) for one in shown[:MOST_FINDINGS]]
    if not any(one.kind == LAW for one in shown):
        rows.append(_row(Finding("callsim's", "own laws", None, True), explored))
    yield from grid(rows, width, flexible=(2,))
    left = shown[MOST_FINDINGS:]
    if left:
        fail = sum(not one.holds for one in left)
        yield _more(f"{figure(len(left))} more, of which {figure(fail)} FAIL")


def _row(one: Finding, explored: Explored) -> list[Cell]:
    place = f"{one.place.line}:{one.place.column}" if one.place is not None else ""
    style = "green" if one.holds else "red"
    return [Cell(Text(_how_often(one, explored), style)), Cell(Text(place, "dim")), Cell(Text(_about(one)))]


def _how_often(one: Finding, explored: Explored) -> str:
    every, failing = explored.orders, one.failing
    if one.holds and not explored.complete:
        return "holds so far"
    if every is None or failing is None:
        return "holds in every order" if one.holds else "FAILS in some order"
    word, all_of = ("holds", every) if one.holds else ("FAILS", failing)
    if all_of < every:
        return f"{word} in {figure(all_of)} of {figure(every)} orders"
    return f"{word} in all {figure(every)} orders" if every > 1 else f"{word} in the only order"


def _about(one: Finding) -> str:
    return cut(f"{one.kind} {one.subject}", _LONGEST_SAID)


# -- what does not hold --------------------------------------------------------------------------------------------


def _failing(explored: Explored, width: int) -> Iterator[Text]:
    """The shortest orders, each once with all that fails in it."""
    together: dict[tuple[Happening, ...], list[Finding]] = {}
    for one in explored.failures:
        together.setdefault(one.shortest, []).append(one)
    for order, findings in list(together.items())[:MOST_ORDERS]:
        whose, fail = _briefly([_about(one) for one in findings]), "fail" if len(findings) > 1 else "fails"
        yield line()
        yield from paragraph(Text(f"the shortest order in which {whose} {fail}:", "bold"), width)
        yield from _steps(order, width, marked=True)
        yield from map(_message, findings[:MOST_MESSAGES])
        if len(findings) > MOST_MESSAGES:
            yield _more(f"{len(findings) - MOST_MESSAGES} more")
    if len(together) > MOST_ORDERS:
        yield _more(f"{len(together) - MOST_ORDERS} orders more")


def _more(what: str) -> Text:
    return line(f"... and {what}; --format json has them all", style="dim")


def _briefly(names: Sequence[str], most: int = 3) -> str:
    """The first of several names, and how many more there are."""
    more = [f"{len(names) - most} more"] if len(names) > most else []
    return listed([*names[:most], *more], "and")


def _message(one: Finding) -> Text:
    # Never broken into several lines: it is what editors and grep look for.
    where = f"{one.place}" if one.place is not None else f"{one.kind} {one.subject}"
    return line(f"{visible(where)}: {visible(one.message)}", style="red")


def _steps(order: Sequence[Happening], width: int, marked: bool = False) -> Iterator[Text]:
    """An order, numbered; the step after which something is wrong is marked."""
    if not order:
        yield line("   at the very beginning, before anything has happened", style="dim")
    rows = [_step(number, each, marked and number == len(order)) for number, each in enumerate(order, 1)]
    left = len(order) - 2 * MOST_STEPS
    if left > 0:
        rows[MOST_STEPS:-MOST_STEPS] = [_step("...", Happening(f"{left} steps more; --format json has them all", None))]
    yield from grid(rows, width, flexible=(3, 4), right=(1, 2))


def _step(number: int | str, each: Happening, marked: bool = False) -> list[Cell]:
    time = "" if each.at is None else format_duration(each.at)
    style = "bold red" if marked else ""
    columns = (
        (MARK if marked else " ", style), (str(number), style or "dim"), (time, "cyan"), (visible(each.label), style),
        (visible(each.outcome), style),
    )  # fmt: skip
    return [Cell(Text(*column)) for column in columns]


# -- what must come about in some order ----------------------------------------------------------------------------


def _together(answers: Linearizable, explored: Explored, width: int) -> Iterator[Text]:
    yield line()
    who = listed([visible(client) or "the client without a name" for client in answers.clients], "and")
    if not answers.yes:
        word, style = ("not linearizable: in", "red") if explored.complete else ("not known to be linearizable: so far in", "yellow")
        yield from paragraph(Text(f"{word} no order do {who} get all the answers they expect", style), width)
        return
    often = "" if answers.orders is None else f", {_of(answers.orders, explored.orders)}"
    yield from paragraph(Text(f"linearizable: {who} can get all the answers they expect{often}, first of all in this one:"), width)
    yield from _steps(answers.order, width)


def _of(some: int, all_of: int | None) -> str:
    return f"in {figure(some)} of {_several(all_of, 'order')}" if all_of is not None else f"in {_several(some, 'order')}"


def _beside(explored: Explored, width: int) -> Iterator[Text]:
    """Alternatives that do not come about, and what was not judged."""
    so_far = "" if explored.complete else " so far"
    for each in explored.unreached[:MOST_MESSAGES]:
        said = cut(each.said, _LONGEST_SAID)
        style = "red" if explored.complete else "yellow"
        yield line(f"{visible(each.place)}: no order leads to this alternative{so_far}: {said}", style=style)
    if len(explored.unreached) > MOST_MESSAGES:
        yield _more(f"{len(explored.unreached) - MOST_MESSAGES} more")
    if explored.not_judged:
        places = _briefly([f"{place.line}:{place.column}" for place in explored.not_judged], MOST_MESSAGES)
        yield from paragraph(Text(f"not judged, because times are forgotten: {places}", "yellow"), width)


def _concluded(explored: Explored) -> Text:
    word, wrong = verdict(explored), len(explored.failures)
    parts = []
    if wrong:
        parts.append(f"{_several(wrong, 'expectation')} {'do' if wrong > 1 else 'does'} not hold in every order")
    if explored.unreached and explored.complete:
        parts.append(f"{_several(len(explored.unreached), 'alternative')} in none")
    if not explored.complete:
        parts.append(f"bound: {explored.bound}{_MORE.get(explored.bound, '')}")
    return line((word, VERDICTS[word]), f"  {'; '.join(parts)}" if parts else "")


# -- many ----------------------------------------------------------------------------------------------------------


def summary(several: Sequence[Explored], width: int) -> Iterator[Text]:
    """One row for each case, and the sum."""
    headings = ["verdict", "orders", "states", "vendor", "scenario"]
    rows = [[Cell(Text(heading, "bold")) for heading in headings]]
    rows += [_summary_row(each) for each in several]
    yield from grid(rows, width, flexible=(4,), right=(1, 2))
    yield line()
    yield text.tallied([verdict(each) for each in several])


def _summary_row(explored: Explored) -> list[Cell]:
    word, case = verdict(explored), explored.case
    orders = figure(explored.orders) if explored.orders is not None else str(explored.bound) or "no end"
    words = (Text(word, VERDICTS[word]), Text(orders), Text(figure(explored.states)), Text(case.vendor))
    return [*map(Cell, words), Cell(Text(visible(text.name(case))))]
