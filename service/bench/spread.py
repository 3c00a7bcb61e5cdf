"""How much faster two processes are than one, and two workers of a Dask cluster on this machine.

Loading the models is left out: the clock runs from the first results of warm workers to the last.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from models.releases.pinned import Pinned
from service.batch.inputs import Kind
from service.batch.runner import tag_file
from service.batch.worker import Done
from service.bench.conditions import Conditions, conditions, short_texts
from service.bench.processes import worked_by_all
from service.bench.speed import write_texts

ROWS, ROUNDS = 1_000, 3
_LONGEST = 20_000
_WARM = 8
"""Parts that are read before the clock starts: by then every worker has its models."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast, and what it took."""

    per_second: float
    """Rows."""
    core_ms: float
    """Processor time of all processes for a row."""


@dataclass(frozen=True, slots=True)
class Spread:
    """``tag`` in three ways, the best of ``rounds`` that were measured in turn."""

    conditions: Conditions
    rows: int
    rounds: int
    one: Rate
    two: Rate
    dask: Rate


def bench_spread(models: Pinned, folder: Path, *, rows: int = ROWS, rounds: int = ROUNDS) -> Spread:
    """The same file on one process, two processes, and a cluster of two workers."""
    begun, texts = conditions(), short_texts()
    repeated = [texts[number % len(texts)] for number in range(rows)]
    path = write_texts(repeated, folder / "spread.jsonl")
    tag = partial(tag_file, path, Kind.JSONL, models, limit=_LONGEST)
    with _cluster() as address:
        ways = (partial(tag, jobs=1), partial(tag, jobs=2), partial(tag, dask=address))
        found = [[rate(way()) for way in ways] for _ in range(rounds)]
    path.unlink()
    return Spread(begun, rows, rounds, *map(_best, zip(*found, strict=True)))


def _best(rates: Sequence[Rate]) -> Rate:
    return Rate(max(one.per_second for one in rates), min(one.core_ms for one in rates))


def rate(results: Iterator[Done]) -> Rate:
    """Of a run, once everybody is at work."""
    for _ in islice(results, _WARM):
        pass
    began, before = time.perf_counter(), worked_by_all(os.getpid())
    rows = sum(len(done.lines) + len(done.refused) for done in results)
    took, work = time.perf_counter() - began, worked_by_all(os.getpid()) - before
    return Rate(round(rows / took, 1), round(work / rows * 1000, 2))


@contextmanager
def _cluster() -> Iterator[str]:
    """Two worker processes with a thread each; gives the scheduler's address."""
    from distributed import LocalCluster

    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


def spread_table(run: dict[str, Any]) -> list[str]:
    """A run, as JSON has it, in Markdown."""
    one = run["one"]["per_second"]
    ways = {
        "one process": run["one"],
        "two processes": run["two"],
        "local Dask cluster, 2 workers": run["dask"],
    }
    return [
        "## Several processes",
        "",
        "| | submissions a second | times one process | core ms a submission |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {name} | {way['per_second']:.1f} | {way['per_second'] / one:.2f} "
            f"| {way['core_ms']:.1f} |"
            for name, way in ways.items()
        ),
        "",
        f"{run['rows']:,} submissions of about 70 words, models loaded, best of {run['rounds']} "
        f"rounds. "
        f"{Conditions(**run['conditions'])}",
    ]
