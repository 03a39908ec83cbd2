"""`callsim explain`: one rule, a family of rules, an assumption or a sentence: what it says, who says so, what teaches it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from callsim.dialects import DIALECTS, rulebook
from callsim.errors import CallsimError, UsageError
from callsim.provenance import Basis
from callsim.report.text import BASES
from callsim.report.visible import visible
from callsim.report.wording import differing, says
from callsim.rules import AnyRow, Assumption, Rulebook
from callsim.scenario.sentences import PAGES, SENTENCES, TEXTS

FEW = 6
MOST_BYTES = 2 * 1024 * 1024
BASE_NAME = "base"
_ANOTHER = "--scenarios FOLDER names another."


def explained(id: str, vendor: str | None = None, scenarios: Path | None = None) -> Iterator[RenderableType]:
    """Everything there is to say about an id. Raises UsageError, with the nearest ids, if nothing has it."""
    books = _books(vendor)
    taught = [Text(""), *_teaching(id, scenarios)]
    holders = [book for book in books if id in book.assumptions]
    if id in SENTENCES:
        yield Text(f"{id}: {TEXTS[id]}")
        yield Text(f"  {PAGES[id[0]]}")
        yield from taught
    elif holders:
        yield from _assumption(holders[-1].assumptions[id], holders)
        yield from taught
    elif any(book.family(id) for book in books):
        yield from _rules(id, books)
        yield from taught
    else:
        raise UsageError(f"nothing is called {visible(id)!r}{_suggestion(id, books)}")


def _books(vendor: str | None) -> list[Rulebook]:
    if vendor is not None:
        return [rulebook(vendor)]
    return [rulebook(), *(rulebook(each.vendor.name) for each in DIALECTS)]


def _suggestion(id: str, books: Sequence[Rulebook]) -> str:
    near = list(dict.fromkeys(near for book in books for near in book.near(id)))[:3]
    return f"; did you mean {' or '.join(near)}?" if near else "; callsim rules lists every rule"


# -- rules ---------------------------------------------------------------------------------------------------------


def _rules(id: str, books: Sequence[Rulebook]) -> Iterator[RenderableType]:
    ids = list(dict.fromkeys(row.id for book in books for row in book.family(id)))
    if len(ids) > FEW:
        yield Text(f"{len(ids)} rules begin with {id}:")
        for each in ids:
            row = versions(each, books)[0][0]
            yield _indented(Text.assemble((each, "bold"), "  ", says(row), "  ", _basis_word(row.basis)), 2)
        return
    for number, each in enumerate(ids):
        if number:
            yield Text("")
        yield from _rule(versions(each, books))


def versions(id: str, books: Sequence[Rulebook]) -> list[tuple[AnyRow, list[str]]]:
    """Every version of a row, and the books that have it; the base version, if there is one, first."""
    found: list[tuple[AnyRow, list[str]]] = []
    for book in books:
        row = book.rows.get(id)
        if row is None:
            continue
        names = next((names for known, names in found if known == row), None)
        if names is None:
            found.append((row, [book.vendor]))
        else:
            names.append(book.vendor)
    return found


def _rule(found: Sequence[tuple[AnyRow, list[str]]]) -> Iterator[RenderableType]:
    first, names = found[0]
    yield Text(first.id, style="bold")
    yield _indented(Text(f"{first.why}"), 2)
    yield _indented(Text(says(first), style="blue"), 2)
    yield from _basis(first.basis)
    for row, names in found[1:]:
        why = row.why if row.why != first.why else "the same, on another ground" if says(row) == says(first) else ""
        yield _indented(Text.assemble((", ".join(names), "bold"), ": ", why), 2)
        for field, before, after in differing(first, row):
            if field not in ("why", "basis"):
                yield _indented(Text(f"{field}: {before} -> {after}", style="blue"), 4)
        yield from _basis(row.basis, 4)


def _basis(basis: Basis, indent: int = 2) -> Iterator[RenderableType]:
    yield _indented(_basis_word(basis), indent)
    for evidence in basis.evidence:
        yield _indented(Text(str(evidence), style="dim"), indent + 2)


def _basis_word(basis: Basis) -> Text:
    return Text(str(basis), style=BASES[basis.kind])


def _indented(part: RenderableType, by: int) -> RenderableType:
    return Padding(part, (0, 0, 0, by))


# -- assumptions ---------------------------------------------------------------------------------------------------


def _assumption(one: Assumption, books: Sequence[Rulebook]) -> Iterator[RenderableType]:
    yield Text.assemble(
        (one.id, "bold"), f"  {one.kind}", " (reserved: only its default for now)" if one.reserved else ""
    )
    yield _indented(Text(one.question), 2)
    yield _indented(Text(one.reason), 2)
    yield _indented(Text(f"{one.default}  (default)", style="bold"), 2)
    for value in one.choices:
        yield _indented(Text(value, style="bold"), 2)
        yield from () if one.reserved else _changes(one, value, books)
    if one.measure is not None:
        yield _indented(Text(f"or any other duration in milliseconds, such as 80ms: it sets {one.measure}"), 2)
    yield from _standing(one, books)


def _changes(one: Assumption, value: str, books: Sequence[Rulebook]) -> Iterator[RenderableType]:
    """What a choice changes, in the last of the books: base rows change alike in all."""
    book = books[-1]
    other = rulebook(None if book.vendor == BASE_NAME else book.vendor, {one.id: value})
    for id, row in book.rows.items():
        for field, before, after in differing(row, other.rows[id]):
            if field != "why":
                yield _indented(Text(f"{id}: {field} {before} -> {after}", style="blue"), 4)


def _standing(one: Assumption, books: Sequence[Rulebook]) -> Iterator[RenderableType]:
    rows = {row.id: row for book in books for row in book.standing_on(one.id)}
    if not rows:
        return
    yield _indented(Text(f"{len(rows)} rule{'s stand' if len(rows) > 1 else ' stands'} on it:"), 2)
    for row in list(rows.values())[:FEW]:
        yield _indented(Text(f"{row.id}: {row.why}"), 4)
    if len(rows) > FEW:
        yield _indented(Text(f"... and {len(rows) - FEW} more: callsim rules --basis {one.kind}", style="dim"), 4)
    evidence = dict.fromkeys(str(each) for row in rows.values() for each in row.basis.evidence)
    for each in evidence:
        yield _indented(Text(each, style="dim"), 4)


# -- what teaches it -----------------------------------------------------------------------------------------------


def _teaching(id: str, folder: Path | None) -> Iterator[RenderableType]:
    where = folder or Path("scenarios")
    if not where.is_dir():
        if folder is not None:
            raise UsageError(f"{visible(folder)} is no folder of scenarios")
        yield Text(f"There is no folder {where} here to look for what teaches it; {_ANOTHER}", style="dim")
        return
    try:
        found = list(teaching(id, where))
    except CallsimError:
        if folder is not None:
            raise
        yield Text(f"The folder {where} here holds no scenarios; {_ANOTHER}", style="dim")
        return
    if not found:
        yield Text(f"No scenario in {visible(where)} teaches, proves or sets it.", style="dim")
    for path, how, title in found:
        yield Text(f"{how} by {visible(path)}: {visible(title)}")


def teaching(id: str, folder: Path) -> Iterator[tuple[Path, str, str]]:
    """The scenarios below a folder that name an id: path, how (taught, proved, set), title. Unreadable ones are skipped."""
    from callsim.scenario.loading import find, load

    for path in find([folder]):
        if not _mentions(path, id):
            continue
        try:
            spec = load(path)[0].spec
        except (CallsimError, OSError):
            continue
        how = _how(id, spec.teaches, spec.proves, spec.assume)
        if how:
            yield path, how, spec.title


def _how(id: str, teaches: Iterable[str], proves: Iterable[str], assume: Iterable[str]) -> str:
    if any(each == id or each.startswith(f"{id}.") for each in teaches):
        return "taught"
    return "proved" if id in proves else "set" if id in assume else ""


def _mentions(path: Path, id: str) -> bool:
    """Whether a file could name it at all; reading the text is far cheaper than the scenario."""
    try:
        with path.open("rb") as file:
            return id.encode("utf-8", "replace") in file.read(MOST_BYTES)
    except OSError:
        return False
