"""How long a fresh process takes until it is of use, and the memory that it then has.

The program's files are in the memory of the system, as on any machine where it ran before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import Any

import httpx

from service.bench.conditions import Conditions, conditions
from service.bench.processes import peak, worked
from service.bench.server import served

ROUNDS = 5
_WHAT = {
    "help": "`retsspor --help`",
    "redact": "`retsspor redact -`, one short letter, from start to end",
    "serve": "`retsspor serve` until the first page is there",
}
_LETTER = "Kommunen har ikke svaret på min ansøgning om hjælp, selvom fristen var i maj.\n"


@dataclass(frozen=True, slots=True)
class Starts:
    """Seconds, the median of ``rounds``; megabytes, the most that one process had."""

    conditions: Conditions
    rounds: int
    help: float
    help_work: float
    """Processor time, as in all that end so: other work on the machine is no part of it."""
    redact: float
    redact_work: float
    """``retsspor redact -`` with one short letter, from start to end."""
    serve: float
    serve_work: float
    """``retsspor serve`` until its first page is there."""
    serve_mb: float


def bench_start(folder: Path, *, rounds: int = ROUNDS) -> Starts:
    """Start each in turn, some times. The database of the service is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    begun = conditions()
    address = f"sqlite:///{folder.resolve() / 'start.sqlite3'}"
    _serve(address, folder)  # makes the database, and the bytecode of a new installation
    helps = [_run(["--help"], folder) for _ in range(rounds)]
    redacts = [_run(["redact", "-"], folder, _LETTER) for _ in range(rounds)]
    serves = [_serve(address, folder) for _ in range(rounds)]
    return Starts(
        begun,
        rounds,
        *_middle(helps),
        *_middle(redacts),
        *_middle([(seconds, work) for seconds, work, _ in serves]),
        serve_mb=round(max(megabytes for *_, megabytes in serves), 1),
    )


def _middle(times: Sequence[tuple[float, float]]) -> tuple[float, float]:
    seconds, work = (round(median(one), 2) for one in zip(*times, strict=True))
    return seconds, work


def _run(arguments: Sequence[str], folder: Path, stdin: str = "") -> tuple[float, float]:
    """Seconds on the clock, and of a processor."""
    environment = {"PATH": os.defpath, "PYTHONUTF8": "1", "RETSSPOR_VAR": str(folder.resolve())}
    command = [sys.executable, "-m", "service.cli", *arguments]
    began, before = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
    subprocess.run(
        command, input=stdin, env=environment, text=True, check=True, stdout=subprocess.DEVNULL
    )
    after = getrusage(RUSAGE_CHILDREN)
    work = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return time.perf_counter() - began, work


def _serve(address: str, folder: Path) -> tuple[float, float, float]:
    """The same, and megabytes."""
    began = time.perf_counter()
    with served(address, folder) as service:
        httpx.get(service.url, follow_redirects=True, timeout=60).raise_for_status()
        process = service.process.pid
        return time.perf_counter() - began, worked(process), peak(process)


def start_table(run: dict[str, Any]) -> list[str]:
    """A run, as JSON has it, in Markdown."""
    return [
        "## Cold start",
        "",
        "| | seconds | of a processor |",
        "| --- | ---: | ---: |",
        *(
            f"| {what} | {run[name]:.2f} | {run[f'{name}_work']:.2f} |"
            for name, what in _WHAT.items()
        ),
        "",
        f"Median of {run['rounds']} fresh processes. The service then has {run['serve_mb']:.0f} MB "
        f"of memory. {Conditions(**run['conditions'])}",
    ]
