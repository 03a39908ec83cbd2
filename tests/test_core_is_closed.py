"""The core asks nothing of the machine it runs on: its list stands in pyproject.toml, beside what it must not import."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACT = "The core has no clock, socket, file or chance"
OUTSIDE = {"__init__", "__main__", "atlas", "cli", "learn", "report", "scenario", "server", "simulation", "testing", "traffic"}
"""Who drives the core, and may look outside."""
ASKED = {"open", "input", "print", "breakpoint", "eval", "exec", "compile", "__import__", "id", "hash"}
"""Built-in functions whose answer, or effect, is not the same everywhere."""
ASKED_OF = {"now", "today", "utcnow", "fromtimestamp", "localtime", "astimezone"}
"""The same for methods of dates."""


def core() -> list[str]:
    house = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    [found] = [each for each in house["contracts"] if each["name"] == CONTRACT]
    return [module.removeprefix("callsim.") for module in found["source_modules"]]


def files() -> Iterator[Path]:
    for module in core():
        folder = ROOT / "callsim" / module
        yield from sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def test_every_module_is_of_the_core_or_drives_it() -> None:
    there = {path.stem for path in (ROOT / "callsim").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert there == set(core()) | OUTSIDE


@pytest.mark.parametrize("path", list(files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_asks_nothing_of_its_machine(path: Path) -> None:
    assert list(asked(ast.parse(path.read_text(encoding="utf-8")))) == []


def asked(tree: ast.AST) -> Iterator[str]:
    """What a module calls that answers differently elsewhere, or does something there."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.FunctionDef(name="__hash__"):
                continue  # No hash is ever told or put in order by.
            case ast.Call(func=ast.Name(id=name)) if name in ASKED:
                yield f"line {node.lineno}: {name}"
            case ast.Call(func=ast.Attribute(attr=name)) if name in ASKED_OF:
                yield f"line {node.lineno}: .{name}"
        yield from asked(node)


@pytest.mark.parametrize("line", ["open('x')", "date.today()", "datetime.now(UTC)", "print(1)", "hash('x')"])
def test_asking_is_noticed(line: str) -> None:
    assert len(list(asked(ast.parse(f"def f():\n    return {line}\n")))) == 1
