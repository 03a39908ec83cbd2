"""What callsim prints, held against files. CALLSIM_REGENERATE_GOLDEN=1 writes them anew: read the difference before committing."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
COMMANDS = {
    "help": "--help",
    "help-run": "run --help",
    "run-cancelled": "run worlds/cancelled.yaml",
    "run-room": "run worlds/room.yaml",
    "run-room-narrow": "run worlds/room.yaml",
    "run-fails": "run worlds/fails.yaml",
    "run-queued-side-by-side": "run worlds/queued.yaml",
    "run-several": "run worlds/cancelled.yaml worlds/fails.yaml worlds/kicked.yaml",
    "run-as-another-vendor": "run worlds/cancelled.yaml --as plivo",
    "run-assuming": "run worlds/kicked.yaml --assume plivo.kick.cause=4020",
    "run-list": "run worlds --list",
    "run-coverage": "run worlds/queued.yaml worlds/kicked.yaml --coverage",
    "run-json": "run worlds/kicked.yaml --format json",
    "run-junit": "run worlds/cancelled.yaml worlds/fails.yaml --format junit",
    "help-explore": "explore --help",
    "explore-answered": "explore races/answered.yaml",
    "explore-answered-narrow": "explore races/answered.yaml --window 1s",
    "explore-any": "explore races/clients.yaml --any",
    "explore-several": "explore races --max-states 1000",
    "explore-json": "explore races/answered.yaml --format json",
    "why-cleo": "why worlds/room.yaml cleo",
    "why-anna": "why worlds/room.yaml anna",
    "explain-rule": "explain call.hang_up.queued.api --scenarios worlds",
    "explain-assumption": "explain plivo.kick.cause --scenarios worlds",
    "help-sweep": "sweep --help",
    "help-traffic": "traffic --help",
    "traffic-few": "traffic traffic/few.yaml",
    "traffic-few-narrow": "traffic traffic/few.yaml --replications 1 --workers 1",
    "traffic-several": "traffic traffic/several.yaml --workers 1",
    "traffic-json": "traffic traffic/few.yaml --workers 1 --format json",
    "help-learn": "learn --help",
    "help-atlas": "atlas --help",
    "atlas-ringing": "atlas --worlds atlas.yaml --state ringing -k hang_up",
    "atlas-md": "atlas --worlds atlas.yaml --world room --basis documented -k stop --format md",
    "atlas-json": "atlas --worlds atlas.yaml --world lone --vendor plivo -k cancel --state queued --format json",
    "atlas-csv": "atlas --worlds atlas.yaml --world lone --vendor tryvox -k reject --format csv",
    "atlas-diff": "atlas --worlds atlas.yaml --diff plivo tryvox -k hang_up",
    "atlas-diff-assume": "atlas --worlds atlas.yaml --diff-assume plivo.kick.cause=4020",
    "graph-call": "graph call",
    "graph-call-tryvox": "graph call --vendor tryvox",
    "rules-disputed": "rules --basis disputed --vendor voipnow --format md",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_callsim_prints_what_it_printed(callsim, name: str) -> None:
    result = callsim(*shlex.split(COMMANDS[name]), width=72 if name.endswith("narrow") else 120)
    printed = f"$ callsim {COMMANDS[name]}\n{result.output}=> {result.exit_code}\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("CALLSIM_REGENERATE_GOLDEN"):
        path.write_text(printed, encoding="utf-8")
    assert printed == path.read_text(encoding="utf-8")


def test_every_golden_file_has_its_command() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(COMMANDS)
