"""Ids in request lines, written back as the names a scenario gives them: nobody reads a UUID."""

from __future__ import annotations

from callsim.motion import Motion
from callsim.scenario.references import ACCOUNT, REQUEST_UUID


class Shortener:
    """Knows every id of a world's calls and multiparty calls, and the reference that stands for it."""

    def __init__(self, simulation: Motion) -> None:
        dialect, switch = simulation.dialect, simulation.switch
        self._names = {dialect.account_id("default"): f"${ACCOUNT}"}
        for mpc in switch.mpcs.values():
            self._names[dialect.mpc_id(mpc)] = f"${mpc.key}"
        for call in reversed(switch.calls.values()):  # of several legs with one id the first has it
            self._names[dialect.request_id(call)] = f"${call.name}.{REQUEST_UUID}"
            self._names[dialect.call_id(call)] = f"${call.name}"

    def line(self, line: str) -> str:
        """A request line with `$references` in the place of ids."""
        method, space, target = line.partition(" ")
        path, mark, query = target.partition("?")
        return f"{method}{space}" + "/".join(map(self._segment, path.split("/"))) + mark + query

    def _segment(self, segment: str) -> str:
        kind, line, rest = segment.partition("_")
        if line and rest in self._names:
            return f"{kind}_{self._names[rest]}"
        return self._names.get(segment, segment)
