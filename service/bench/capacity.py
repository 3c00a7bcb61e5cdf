"""What a server carries and what ten million submissions cost, calculated from what was measured.

Nothing here is measured: each line of the table says from which figure and which assumption it
comes. Measured are ``bench``, ``batch``, ``scale`` and ``reviewers`` of the same folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.batch.inputs import WrongUse
from service.bench.conditions import kept_parts

_DAY, _HOUR = 86_400, 3_600


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What nobody measured. Put in others to plan for another place."""

    busy: float = 0.5
    """Share of its time that a server may be at work, so that nobody waits."""
    working_hours: float = 8.0
    decisions_a_minute: float = 4.0
    """Of one reviewer who reads."""
    large: int = 10_000_000
    """Submissions of the large plan."""
    large_cores: int = 32
    """Cores of the cluster that reads them."""
    core_hour: float = 0.05
    """Euro for an hour of a rented core, memory included."""
    gigabyte_month: float = 0.10
    """Euro for a gigabyte of disk for a month."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures that the plan rests on."""

    core_seconds: float
    """For one submission of about 70 words through ``tag``, models loaded."""
    worker_mb: float
    letter_ms: float
    """Processor time of the service for one letter of about 200 words, read and kept."""
    decisions_a_second: float
    """Of reviewers who do not pause, at one service."""
    bytes_a_row: float
    """On PostgreSQL where it was measured, else on SQLite, indexes included."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the plan and how it comes about."""

    what: str
    value: str
    how: str


def measured(folder: Path) -> Measured:
    """From the results of a folder. Raises WrongUse when a part was never measured."""
    batches, scale, reviewers, bench = (
        kept_parts(folder / f"{name}.json") for name in ("batch", "scale", "reviewers", "bench")
    )
    clients, spread = bench.get("clients"), bench.get("spread")
    if not (batches and scale and reviewers and clients and spread):
        raise WrongUse("the plan needs bench spread, clients, scale, batch and reviewers first")
    batch = max(batches.values(), key=_rows)
    on_postgres = [run for name, run in scale.items() if name.startswith("postgresql")]
    store = max(on_postgres or scale.values(), key=_rows)
    full = [run for run in reviewers.values() if not run["plan"]["per_minute"]]
    return Measured(
        core_seconds=spread["two"]["core_ms"] / 1000,
        worker_mb=batch["peak_mb"],
        letter_ms=clients["busy"]["core_ms"],
        decisions_a_second=min(run["decisions_per_second"] for run in full),
        bytes_a_row=store["megabytes"] * 1e6 / store["rows"],
    )


def _rows(run: dict[str, Any]) -> int:
    return int(run["rows"])


def plan(figures: Measured, assumed: Assumptions) -> Iterator[Line]:
    """What follows."""
    letters = _DAY * assumed.busy / (figures.letter_ms / 1000)
    yield Line(
        "letters a day, one service on one core",
        f"{_round(letters):,}",
        f"{assumed.busy:.0%} of a day / {figures.letter_ms:.0f} core ms a letter of 200 words",
    )
    reviewers = figures.decisions_a_second * 60 / assumed.decisions_a_minute * assumed.busy
    yield Line(
        "reviewers at once, one service",
        f"{_round(reviewers):,}",
        f"{figures.decisions_a_second:g} decisions a second, {assumed.decisions_a_minute:g} a "
        f"minute of each, {assumed.busy:.0%} busy",
    )
    decisions = reviewers * assumed.decisions_a_minute * 60 * assumed.working_hours
    yield Line(
        "decisions of these in a working day",
        f"{_round(decisions):,}",
        f"{assumed.working_hours:g} hours without a pause",
    )
    core_hours = assumed.large * figures.core_seconds / _HOUR
    yield Line(
        f"core hours for {assumed.large:,} submissions",
        f"{_round(core_hours):,}",
        f"{figures.core_seconds * 1000:.1f} core ms a submission of 70 words, measured",
    )
    yield Line(
        f"hours on {assumed.large_cores} cores",
        f"{core_hours / assumed.large_cores:.1f}",
        "if two processes are twice one; the measured factor is in bench.md",
    )
    yield Line(
        f"memory of {assumed.large_cores} workers",
        f"{assumed.large_cores * figures.worker_mb / 1000:.1f} GB",
        f"{figures.worker_mb:.0f} MB each at most, measured",
    )
    disk = assumed.large * figures.bytes_a_row / 1e9
    yield Line(
        "disk of the database",
        f"{_round(disk):,} GB",
        f"{figures.bytes_a_row:,.0f} bytes a submission with decisions and indexes, measured",
    )
    yield Line(
        "money for reading them once",
        f"{core_hours * assumed.core_hour:.0f} €",
        f"assumption: {assumed.core_hour:.2f} € a core hour",
    )
    yield Line(
        "money for keeping them a year",
        f"{disk * assumed.gigabyte_month * 12:.0f} €",
        f"assumption: {assumed.gigabyte_month:.2f} € a gigabyte and month",
    )


def _round(value: float) -> int:
    """Two digits that mean something.

    >>> _round(123456), _round(7.4)
    (120000, 7)
    """
    digits = max(0, len(str(int(value))) - 2)
    return int(round(value, -digits))


def write_plan(folder: Path, assumed: Assumptions | None = None) -> str:
    """``capacity.md`` beside the results that it is calculated from; gives the table."""
    lines = [
        "# Capacity, calculated",
        "",
        "`retsspor bench capacity`, from `bench.json`, `batch.json`, `scale.json` and",
        "`reviewers.json` of this folder (largest run of each) and the assumptions that are named.",
        "",
        "| | | from |",
        "| --- | ---: | --- |",
        *(f"| {one.what} | {one.value} | {one.how} |" for one in plan(
            measured(folder), assumed or Assumptions()
        )),
        "",
    ]  # fmt: skip
    table = "\n".join(lines)
    (folder / "capacity.md").write_text(table, encoding="utf-8")
    return table
