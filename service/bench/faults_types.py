"""What a fault is, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.errors import RetssporError
from service.bench.faults_judge import Standing, dumps, leaks, standing
from service.bench.faults_load import Load, at_work
from service.bench.server import Served, served


class CannotRun(RetssporError):
    """The machine lacks what this fault needs: a program, a privilege, the history."""


@dataclass(frozen=True, slots=True)
class Round:
    """One time that something broke."""

    standing: Standing
    recovery: tuple[float, ...]
    """Seconds from the end of the fault until the next thing was confirmed."""
    told: int
    """Clear refusals meanwhile."""
    unclear: dict[str, int]
    """Errors that were not clear, by status and kind."""
    silent: int
    """No connection at all, which only a proxy in front could put into words."""
    leaked: tuple[str, ...]
    dumps: int = 0
    also: tuple[str, ...] = ()
    """Whatever else went wrong, in words."""

    @property
    def is_clean(self) -> bool:
        """True when nothing confirmed was lost and nothing unclear was said."""
        wrong = self.standing
        return not any(
            (
                *(wrong.lost, wrong.doubled, wrong.unexplained, wrong.half, wrong.broken_trail),
                *(self.leaked, self.unclear, self.dumps, self.also),
            )
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a round happens: a folder of its own, a seed of its own, and how long a fault lasts."""

    folder: Path
    rng: np.random.Generator
    seconds: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that breaks, and how it is broken."""

    name: str
    database: str
    how: str
    """The means, for who wants to do the same by hand."""
    run: Callable[[Place], Round]


Break = Callable[[Served, Load], Sequence[float]]
"""Breaks something and mends it; gives the moments (monotonic) from which recovery counts."""


@dataclass(frozen=True, slots=True)
class Site:
    """A service over a database, and everything that it may leave traces in."""

    address: str
    folder: Path
    traces: Sequence[Path] = ()
    """Folders beside its own, as the database server's."""
    before: tuple[str, ...] = ()
    """Words before the command of the service."""


def embedded(place: Place) -> Site:
    """The service on the embedded database."""
    folder = place.folder / "var"
    return Site(f"sqlite:///{folder / 'retsspor.sqlite3'}", folder)


def broken(site: Site, place: Place, breaks: Break) -> Round:
    """A day of work during which something breaks, and what is left of it afterwards."""
    with served(site.address, site.folder, site.before) as service:
        with at_work(site.address, [service], place.rng) as load:
            since = breaks(service, load)
            recovery = tuple(round(load.recovered(one), 2) for one in since)
        return judged(site, load, recovery)


def judged(site: Site, load: Load, recovery: tuple[float, ...], also: Sequence[str] = ()) -> Round:
    """What a round comes to. The service still runs, so that its traces are all there."""
    unclear: Counter[str] = Counter()
    for one in load.answers:
        unclear += one.unclear
    for diary in load.diaries:
        unclear += Counter(
            {f"{status} page": n for status, n in diary.statuses.items() if is_unclear(status)}
        )
    places = (site.folder, *site.traces)
    return Round(
        standing=standing(site.address, load),
        recovery=recovery,
        told=sum(one.told for one in load.answers) + sum(d.statuses[503] for d in load.diaries),
        unclear=dict(unclear),
        silent=sum(one.silent for one in load.answers),
        leaked=tuple(leaks(places)),
        dumps=dumps(places),
        also=tuple(also),
    )


def is_unclear(status: int) -> bool:
    """What a page must never answer, whatever broke. (503 is asked for its words by others.)"""
    return status >= 500 and status != 503
