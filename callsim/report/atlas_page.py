"""The atlas as one page that needs nothing else: a table to choose from, and behind each cell its rules, sources and scenarios."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib import resources
from typing import Any

from callsim.atlas.cells import Cell
from callsim.atlas.proofs import Proof, Proofs
from callsim.atlas.stating import plain_state
from callsim.dialects import dialect_class, rulebook
from callsim.provenance import Kind
from callsim.report.atlas import HEADINGS, counted, words
from callsim.report.visible import visible
from callsim.report.wording import says
from callsim.rules import AnyRow

TITLE = "The atlas of hanging up"
_ABOUT = (
    "What every way to end something comes to, for each vendor, in each state, by whomever: found by running the rules of "
    "callsim. A click on an operation tells on whose word."
)
_UNPROVED = "No scenario here teaches this rule; `callsim run` with --coverage tells which use it."
_NO_FOLDER = "Scenarios that teach this rule are in the folder scenarios of the project: callsim explain ID names them."
_COLUMNS = ("vendor", "world", *HEADINGS)
_WIDTHS = (6, 9, 10, 6, 10, 8, 10, 8, 11, 12, 10)
"""Of each column, in hundredths of the page: a table that has not to be measured is drawn at once, however long it is."""


def page(cells: Sequence[Cell], about: Mapping[tuple[str, str], str], assume: Mapping[str, str], proofs: Proofs) -> str:
    """The whole page. All that people wrote in it is text, whatever it looks like."""
    script = _file("atlas_page.js")
    parts = {
        "TITLE": escape(TITLE), "ABOUT": escape(_assumed(assume)), "CHOICES": "\n".join(_choices(cells)), "COUNT": escape(counted(cells)),
        "WIDTHS": "".join(f'<col style="width: {width}%">' for width in _WIDTHS),
        "HEADINGS": "".join(f'<th scope="col">{escape(heading)}</th>' for heading in _COLUMNS),
        "ROWS": "\n".join(_row(number, cell, about) for number, cell in enumerate(cells)),
        "DATA": _data(cells, assume, proofs), "SCRIPT": script,
        "HASH": f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
    }  # fmt: skip
    text = _file("atlas_page.html")
    first, *rest = text.split("@@")
    # What has been filled in is never looked at again: a name may hold anything.
    return first + "".join(parts[part] if number % 2 == 0 else part for number, part in enumerate(rest))


def _file(name: str) -> str:
    return (resources.files("callsim.report") / name).read_text(encoding="utf-8")


def _assumed(assume: Mapping[str, str]) -> str:
    said = ", ".join(f"{id}={value}" for id, value in assume.items())
    return _ABOUT + (f" Assumed otherwise: {visible(said)}." if said else "")


def _choices(cells: Sequence[Cell]) -> Iterator[str]:
    facets: dict[str, list[str]] = {
        "vendor": [cell.vendor for cell in cells], "world": [_world(cell) for cell in cells],
        "state": [plain_state(cell.state) for cell in cells], "by": [cell.by for cell in cells],
        "basis": [kind for kind in Kind if any(cell.basis == kind for cell in cells)],
    }  # fmt: skip
    for name, values in facets.items():
        options = "".join(f"<option>{escape(visible(value))}</option>" for value in dict.fromkeys(values))
        yield f'<label>{name.capitalize()} <select name="{name}"><option value="">all</option>{options}</select></label>'


def _world(cell: Cell) -> str:
    """The world, whoever of its subjects looks."""
    return cell.world.partition(": ")[0]


def _row(number: int, cell: Cell, about: Mapping[tuple[str, str], str]) -> str:
    facets = {
        "number": str(number), "vendor": cell.vendor, "world": _world(cell), "state": plain_state(cell.state), "by": cell.by,
        "basis": cell.basis,
    }  # fmt: skip
    data = " ".join(f'data-{name}="{escape(visible(value))}"' for name, value in facets.items())
    title = escape(visible(about.get((cell.vendor, _world(cell)), "")))
    state, by, operation, *rest, stands = [escape(visible(word)) for word in words(cell)]
    name = escape(dialect_class(cell.vendor).vendor.title)
    told = "".join(f"<td>{each}</td>" for each in (state, by, f'<button type="button" aria-expanded="false">{operation}</button>', *rest))
    world = escape(visible(cell.world))
    return f'<tr {data}><td>{name}</td><td title="{title}">{world}</td>{told}<td class="{cell.basis}">{stands}</td></tr>'


# -- what a click tells --------------------------------------------------------------------------------------------


def _data(cells: Sequence[Cell], assume: Mapping[str, str], proofs: Proofs) -> str:
    known: dict[str, int] = {}
    texts: list[Proof] = []
    rules: dict[str, dict[str, Any]] = {}
    for vendor in dict.fromkeys(cell.vendor for cell in cells):
        book = rulebook(vendor, {id: value for id, value in assume.items() if id in rulebook(vendor).assumptions})
        used = dict.fromkeys(rule for cell in cells if cell.vendor == vendor for rule in cell.rules)
        rules[vendor] = {
            id: _rule(book.rows[id], list(_numbered(proofs.of(vendor, id), known, texts))) for id in used
        }  # fmt: skip
    data = {
        "cells": [_of_cell(cell) for cell in cells], "rules": rules, "unproved": _UNPROVED if proofs.found else _NO_FOLDER,
        "proofs": [{"path": visible(each.path), "title": visible(each.title), "text": each.text} for each in texts],
    }  # fmt: skip
    # In a script nothing is escaped but this: so no text can end it.
    plain = json.dumps(data, separators=(",", ":"))
    return plain.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _numbered(proofs: Iterable[Proof], known: dict[str, int], texts: list[Proof]) -> Iterator[int]:
    """The numbers of scenarios, each of which stands in the page once."""
    for proof in proofs:
        if proof.path not in known:
            known[proof.path] = len(texts)
            texts.append(proof)
        yield known[proof.path]


def _rule(row: AnyRow, proofs: Sequence[int]) -> dict[str, Any]:
    return {
        "says": says(row), "why": row.why, "basis": str(row.basis.kind), "assumption": row.basis.assumption,
        "evidence": [{"source": each.source, "seen": each.seen, "says": each.says} for each in row.basis.evidence],
        "proofs": list(proofs),
    }  # fmt: skip


def _of_cell(cell: Cell) -> dict[str, Any]:
    data = cell.as_data()
    return {"vendor": cell.vendor, "body": data["body"], "callbacks": data["callbacks"], "rules": list(cell.rules)}
