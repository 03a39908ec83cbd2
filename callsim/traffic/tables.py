"""Results as arrays and tables, for notebooks: numpy by replication and batch, pyarrow, and from there pandas or polars if present."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from callsim.errors import MissingExtra, UsageError
from callsim.traffic.intervals import Estimate
from callsim.traffic.results import Results
from callsim.traffic.tally import COUNTS, TIMES

if TYPE_CHECKING:
    import numpy
    import pyarrow

_INTERVAL = ("value", "low", "high", "by", "samples")


def arrays(found: Results) -> dict[str, numpy.ndarray[Any, Any]]:
    """What was counted, by name: a row for each replication, a column for each batch. Counts are calls, times milliseconds; how
    calls ended is there as `cause NAME` and `code NAME`. Raises MissingExtra."""
    try:
        import numpy
    except ImportError:
        raise MissingExtra("numpy", "traffic") from None
    return {name: numpy.array(rows, dtype=numpy.int64) for name, rows in _by_batch(found).items()}


def _by_batch(found: Results) -> dict[str, list[list[int]]]:
    tallies = found.tallies
    by_name: dict[str, list[list[int]]] = {name: [tally.counts[name] for tally in tallies] for name in COUNTS}
    by_name |= {name: [tally.times[name] for tally in tallies] for name in TIMES}
    for kind, endings in (("cause", found.causes), ("code", found.codes)):
        for each in endings:
            every = (tally.causes if kind == "cause" else tally.codes for tally in tallies)
            nothing = [0] * tallies[0].batches
            by_name[f"{kind} {each.name}"] = [seen.get(each.name, nothing) for seen in every]
    return by_name


def figures(found: Results) -> pyarrow.Table:
    """A row for each figure: name, unit, value, low and high end of its interval, by what that was found, from how many samples."""
    rows = [{"name": each.name, "title": each.title, "unit": each.unit, **_estimate(each.estimate)} for each in found.figures]
    return _table(rows, ("name", "title", "unit", *_INTERVAL))


def endings(found: Results) -> pyarrow.Table:
    """A row for each way calls ended: `of` is cause or code, `count` how many there were, `value` their share of all."""
    rows = [
        {"of": kind, "name": each.name, "count": each.count, "basis": each.basis and str(each.basis), **_estimate(each.estimate)}
        for kind, some in (("cause", found.causes), ("code", found.codes)) for each in some
    ]  # fmt: skip
    return _table(rows, ("of", "name", "count", "basis", *_INTERVAL))


def batches(found: Results) -> pyarrow.Table:
    """A row for each batch of each replication, `begins` in seconds from the beginning of the replication, and all of `arrays`."""
    counted, rows = _by_batch(found), []
    for place, tally in enumerate(found.tallies):
        for batch in range(tally.batches):
            begins = (found.plan.warm_up + batch * tally.length) / 1000
            sums = {name: each[place][batch] for name, each in counted.items()}
            rows.append({"replication": tally.replication, "batch": batch, "begins": begins, **sums})
    return _table(rows, ("replication", "batch", "begins", *counted))


def points(several: Sequence[tuple[Mapping[str, str], Results]]) -> pyarrow.Table:
    """A row for each figure of each point of a sweep; what is varied there has a column each, numbers where all of it are."""
    names = list(dict.fromkeys(name for values, _ in several for name in values))
    numbers = {name: all(_is_number(values.get(name, "")) for values, _ in several) for name in names}
    rows = [
        {**{name: float(values[name]) if numbers[name] else values.get(name) for name in names},
         "name": each.name, "unit": each.unit, **_estimate(each.estimate)}
        for values, found in several for each in found.figures
    ]  # fmt: skip
    return _table(rows, (*names, "name", "unit", *_INTERVAL))


def as_pandas(table: pyarrow.Table) -> Any:
    """A table as a DataFrame of pandas. Raises UsageError without it."""
    _need("pandas")
    return table.to_pandas()


def as_polars(table: pyarrow.Table) -> Any:
    """A table as a DataFrame of polars. Raises UsageError without it."""
    return _need("polars").from_arrow(table)


def _need(library: str) -> Any:
    from importlib import import_module

    try:
        return import_module(library)
    except ImportError:
        raise UsageError(f"this needs {library}; install it with: pip install {library}") from None


def _estimate(found: Estimate) -> dict[str, Any]:
    return {"value": found.value, "low": found.low, "high": found.high, "by": found.how, "samples": found.samples}


_KINDS = {"count": "int64", "samples": "int64", "value": "float64", "low": "float64", "high": "float64"}
_TEXTS = ("name", "title", "unit", "of", "basis", "by")


def _table(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> pyarrow.Table:
    try:
        import pyarrow
    except ImportError:
        raise MissingExtra("pyarrow", "traffic") from None
    kinds = {**_KINDS, **dict.fromkeys(_TEXTS, "string")}
    columns = [pyarrow.array([row[name] for row in rows], kinds.get(name)) for name in names]
    return pyarrow.Table.from_arrays(columns, names=list(names))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
