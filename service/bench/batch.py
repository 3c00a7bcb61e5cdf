"""A large file through ``retsspor tag``, killed in the middle: does memory stay flat, is all there?

The command runs as anybody would type it, in processes of its own. Memory is what Linux says of
each process, twice a second. In the middle all of them get SIGKILL; then the same command runs
again, and every row must stand in the output once, in order.
"""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from service.batch.inputs import Kind, WrongUse
from service.bench.conditions import Conditions, conditions, keep_part, short_texts
from service.bench.processes import Seen, Series, watched

ROWS = 20_000
MOST_MB = 600
_TARGET = 200_000
_LONG = 5_000
_BAD = 997
"""Every so many rows one has no text, and must be named by its number."""


@dataclass(frozen=True, slots=True)
class BatchRun:
    """One file."""

    conditions: Conditions
    kind: str
    rows: int
    bad: int
    seconds: float
    """Of both runs together, loading and what was done twice included."""
    rows_per_second: float
    killed_at: int
    """Rows that were kept when the processes were killed."""
    lost: int
    repeated: int
    out_of_order: int
    unnamed: int
    """Bad rows that were not named by number, and good ones that were."""
    peak_mb: float
    """The most of one worker."""
    main_mb: float
    """The most of the process that hands out and writes."""
    growth_mb: float | None
    """Megabytes that a worker gained for 10,000 rows of the file, over the second half of its life.

    None, as below, for a file so short that loading the models is most of it."""
    core_seconds: float
    """Processor time of all processes, for a row."""
    hours_for_target: float | None
    """What 200,000 rows would take at this pace: calculated, not measured."""

    @property
    def is_clean(self) -> bool:
        """True when all rows are there once, and memory kept within its bound."""
        wrong = (self.lost, self.repeated, self.out_of_order, self.unnamed)
        return not any(wrong) and self.peak_mb <= MOST_MB


def bench_batch(kind: Kind, folder: Path, *, rows: int = ROWS, jobs: int = 2) -> BatchRun:
    """Write a file of a kind, tag it with a break in the middle, and look at what came of it."""
    folder.mkdir(parents=True, exist_ok=True)
    begun, began = conditions(), time.monotonic()
    source, target = folder / f"batch.{kind.value}", folder / f"batch-{kind.value}.jsonl"
    bad = write_rows(source, kind, rows)
    run = _Run(source.resolve(), target.resolve(), jobs)
    first = run.until(rows // 2)
    kept = run.rows_kept()
    second = run.until(None)
    return _judged(begun, kind, rows, bad, kept, [first, second], target, time.monotonic() - began)


def write_rows(path: Path, kind: Kind, rows: int) -> set[int]:
    """A file of invented submissions; gives the numbers of the rows that cannot be read."""
    texts = short_texts()
    table = [(str(n), "" if n % _BAD == 0 else texts[n % len(texts)]) for n in range(1, rows + 1)]
    if kind is Kind.PARQUET:
        columns = dict(zip(("id", "text"), zip(*table, strict=True), strict=True))
        pq.write_table(pa.table(columns), path, row_group_size=5_000)
        return {number for number, (_, text) in enumerate(table, start=1) if not text}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "text"))
        writer.writerows(table)
    return set(_empty_lines(table))


def _empty_lines(table: Sequence[tuple[str, str]]) -> Iterator[int]:
    """The lines on which rows without a text begin, in a CSV file with a header."""
    line = 2
    for _, text in table:
        if not text:
            yield line
        line += 1 + text.count("\n")


@dataclass(frozen=True, slots=True)
class _Watched:
    """What one run of the command was seen to do."""

    main: int
    seconds: float
    said: str
    series: Series


@dataclass(frozen=True, slots=True)
class _Run:
    """The command, and what it leaves."""

    source: Path
    target: Path
    jobs: int

    def until(self, rows: int | None) -> _Watched:
        """Run it to the end, or kill all of its processes when so many rows are kept."""
        command = [sys.executable, "-m", "service.cli", "tag", str(self.source)]
        command += ["-o", str(self.target), "--jobs", str(self.jobs)]
        var = str(self.target.parent / "var")
        environment = {"PATH": os.defpath, "PYTHONUTF8": "1", "RETSSPOR_VAR": var}
        log, began = self.target.with_suffix(".log"), time.monotonic()
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, env=environment, stderr=file, start_new_session=True
            )
            with watched(process.pid) as series:
                while process.poll() is None:
                    if rows is not None and self.rows_kept() >= rows:
                        os.killpg(process.pid, signal.SIGKILL)
                        process.wait()
                        break
                    time.sleep(0.5)
        if rows is None and process.returncode not in (0, 1):
            raise WrongUse(f"the command ended with {process.returncode}; see {log.name}")
        said = log.read_text(encoding="utf-8")
        return _Watched(process.pid, time.monotonic() - began, said, series)

    def rows_kept(self) -> int:
        """Rows of the parts that stand in the journal."""
        folder = self.target.with_name(f"{self.target.name}.unfinished")
        try:
            *_, last = (folder / "journal.jsonl").read_bytes().splitlines()[1:]
            with (folder / "lines.jsonl").open("rb") as lines:
                return lines.read(json.loads(last)["size"]).count(b"\n")
        except (OSError, ValueError, KeyError):  # not begun, or in the middle of a line
            return 0


def _judged(
    begun: Conditions,
    kind: Kind,
    rows: int,
    bad: set[int],
    kept: int,
    runs: Sequence[_Watched],
    target: Path,
    seconds: float,
) -> BatchRun:
    with target.open(encoding="utf-8") as lines:
        ids = [int(json.loads(line)["id"]) for line in lines]
    wanted = [n for n in range(1, rows + 1) if n % _BAD]
    times = Counter(ids)
    named = {int(number) for number in re.findall(r"^row (\d+): ", runs[-1].said, re.MULTILINE)}
    workers = [seen for run in runs for seen in _workers(run)]
    at_work = sum(run.seconds for run in runs)
    pace = rows / at_work
    is_long = rows >= _LONG
    return BatchRun(
        conditions=begun,
        kind=kind.value,
        rows=rows,
        bad=len(bad),
        seconds=round(seconds, 1),
        rows_per_second=round(pace, 1),
        killed_at=kept,
        lost=len(set(wanted) - set(ids)),
        repeated=sum(many - 1 for many in times.values()),
        out_of_order=int(ids != sorted(ids)),
        unnamed=len(named ^ bad),
        peak_mb=round(max(one.megabytes for seen in workers for one in seen), 1),
        main_mb=round(max(one.megabytes for run in runs for one in run.series[run.main]), 1),
        growth_mb=round(max(map(_growth, workers)) / pace * 10_000, 2) if is_long else None,
        core_seconds=round(sum(map(_worked, runs)) / rows, 4),
        hours_for_target=round(_TARGET / pace / 3600, 2) if is_long else None,
    )


def _workers(run: _Watched) -> Iterator[Sequence[Seen]]:
    """The processes that read texts: others are small."""
    for process, seen in run.series.items():
        if process != run.main and max(one.megabytes for one in seen) > 100:
            yield seen


def _worked(run: _Watched) -> float:
    return sum(seen[-1].worked for seen in run.series.values())


def _growth(seen: Sequence[Seen]) -> float:
    """Megabytes a second over the second half."""
    half = seen[len(seen) // 2 :]
    if len(half) < 3:
        return 0.0
    return float(np.polyfit([one.at for one in half], [one.megabytes for one in half], 1)[0])


def write_batch(run: BatchRun, output: Path) -> str:
    """Put a run beside those of before, in ``batch.json`` and ``batch.md``; gives the table."""
    table = batch_table(keep_part(output / "batch.json", f"{run.kind} {run.rows}", asdict(run)))
    (output / "batch.md").write_text(table, encoding="utf-8")
    return table


def batch_table(runs: dict[str, Any]) -> str:
    """The runs as Markdown."""
    lines = [
        "# A large file",
        "",
        "`retsspor bench batch ROWS`: invented submissions of about 70 words through `retsspor tag",
        f"--jobs 2`. Every {_BAD}th row has no text. In the middle all processes get SIGKILL, then",
        "the same command runs again. Goal: nothing lost or repeated, each bad row named, at most",
        f"{MOST_MB} MB a worker. «Growth» is what a worker gains for 10,000 rows of the file, over",
        f"the second half of its life. Hours for {_TARGET:,} rows are calculated from the pace.",
        "",
        "| file | rows | kept when killed | lost | repeated | out of order | wrongly named "
        "| worker MB | main MB | growth MB | core ms a row | rows/s | hours for 200,000 |",
        f"| --- |{' ---: |' * 12}",
    ]
    for run in runs.values():
        cells = (
            *(run["kind"], f"{run['rows']:,}", f"{run['killed_at']:,}", run["lost"]),
            *(run["repeated"], run["out_of_order"], run["unnamed"]),
            *(f"{run[name]:.0f}" for name in ("peak_mb", "main_mb")),
            _or_dash(run["growth_mb"]),
            *(f"{run['core_seconds'] * 1000:.1f}", f"{run['rows_per_second']:.1f}"),
            _or_dash(run["hours_for_target"]),
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    lines += ["", f"«–»: fewer than {_LONG:,} rows, of which loading the models is most."]
    made = [f"- {name}: {Conditions(**run['conditions'])}" for name, run in runs.items()]
    return "\n".join([*lines, "", *made, ""])


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
