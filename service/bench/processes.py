"""What running processes take, memory and processor time, as Linux tells it in ``/proc``."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


def resident(process: int) -> float:
    """Megabytes that a process has in memory now. Raises OSError when it has ended."""
    return _status(process, "VmRSS")


def peak(process: int) -> float:
    """The most that it ever had, in megabytes. Raises OSError when it has ended."""
    return _status(process, "VmHWM")


def _status(process: int, name: str) -> float:
    for line in (_PROC / str(process) / "status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(f"process {process} has no memory left")


def worked(process: int) -> float:
    """Seconds that a processor worked for it. Raises OSError when it has ended."""
    stat = (_PROC / str(process) / "stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]  # the name before may hold anything
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def children(process: int) -> list[int]:
    """The processes that a process began, and those that these began."""
    found: list[int] = []
    for file in (_PROC / str(process) / "task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, file.read_text().split()):
                found += [child, *children(child)]
    return found


def worked_by_all(process: int) -> float:
    """Of a process and those under it, as far as they have not ended."""
    total = 0.0
    for one in (process, *children(process)):
        with suppress(OSError):
            total += worked(one)
    return total


@dataclass(frozen=True, slots=True)
class Seen:
    """A process at one moment."""

    at: float
    """Seconds since the beginning."""
    megabytes: float
    worked: float
    """Processor seconds so far."""


Series = dict[int, list[Seen]]
"""Process → what was seen of it, in order."""


@contextmanager
def watched(process: int, *, every: float = 0.5) -> Iterator[Series]:
    """What a process and its children take, over time, while the block lasts."""
    series: Series = defaultdict(list)
    stop, began = threading.Event(), time.monotonic()

    def look() -> None:
        while not stop.wait(every):
            for one in (process, *children(process)):
                with suppress(OSError):
                    series[one].append(Seen(time.monotonic() - began, resident(one), worked(one)))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield series
    finally:
        stop.set()
        thread.join()
