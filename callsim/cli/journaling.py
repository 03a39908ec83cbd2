"""`callsim journal`: what a journal has, in a few lines or as a scenario."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.cli.output import Output
from callsim.errors import UsageError
from callsim.report.visible import visible
from callsim.scenario.values import format_duration
from callsim.scenario.writing import written
from callsim.server.exchange import Office
from callsim.server.history import History, as_scenario, read

_MOST_CALLS = 100


def journal(file: str, scenario: bool, vendor: str | None, world: str | None, output: str | None) -> None:
    """Print what a journal has, or write it as a scenario. Raises UsageError for what is no journal, or is in use."""
    history = read(file, world)
    text = written(as_scenario(history, vendor)) if scenario else "".join(f"{visible(line)}\n" for line in _summary(history, vendor))
    sink = Output(output)
    try:
        sink.write(text)
    finally:
        sink.close()


def _summary(history: History, vendor: str | None) -> Iterator[str]:
    exchange = history.exchange
    if vendor is not None and vendor not in exchange.offices:
        raise UsageError(f"{history.path} knows nothing of {vendor!r}; it has {', '.join(exchange.offices)}")
    count, now = sum(history.inputs.values()), format_duration(exchange.now)
    yield f"{history.path}: {count:,} inputs ({_counted(history)}); it is {now}, and {len(exchange.out)} errands are on their way"
    yield from (f"  {name}: {said}" for name, said in history.about.items())
    for office in exchange.offices.values():
        if vendor in (None, office.vendor):
            yield from _calls(office)


def _counted(history: History) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in history.inputs.items()) or "none yet"


def _calls(office: Office) -> Iterator[str]:
    calls = list(office.world.switch.calls.values())
    yield f"{office.vendor}: {len(calls):,} calls" + (f", the latest {_MOST_CALLS}:" if len(calls) > _MOST_CALLS else ":" if calls else "")
    for call in calls[-_MOST_CALLS:]:
        ending, ended = call.ending, call.ended_at
        end = "" if ending is None or ended is None else f" at {format_duration(ended)}: {ending.cause} by {ending.by}"
        yield f"  {call.name}  {office.dialect.call_id(call)}  {call.placement.from_} to {call.placement.to}  {call.state}{end}"
