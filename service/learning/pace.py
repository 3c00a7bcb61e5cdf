"""How far a training is, told in a file that anybody may look at, and how long each step took.

A step weighs what it took the last time that a training of this installation was finished. Before
the first one it weighs what it took on the shipped corpus (``_USUAL``).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from models.releases.disk import replace_file

READ, PART, WHOLE, SETTLE, MEASURE, JUDGE = "read", "part", "whole", "settle", "measure", "judge"
_USUAL = {READ: 0.4, PART: 17.4, WHOLE: 23.1, SETTLE: 1.6, MEASURE: 0.4, JUDGE: 6.2}
"""Seconds of each step, measured with 130 confirmed submissions; only their ratios matter."""
_PHASES = {
    READ: "Læser teksterne",
    PART: "Lærer: del {}",
    WHOLE: "Lærer: det hele",
    SETTLE: "Lærer: grænserne",
    MEASURE: "Måler på de låste tekster",
    JUDGE: "Holder den op mod modellen i brug",
}
_END = "Færdig"
_LEAST = 0.01
"""Part of the whole work below which its pace says nothing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is."""

    phase: str
    """In Danish, as the page says it."""
    percent: int
    seconds_left: int | None
    """A guess from the pace of this run; None while there is none."""
    resumed: int = 0
    """Pieces that were taken over from a run that was broken off."""


def steps(parts: int) -> tuple[str, ...]:
    """The names of all steps of a training whose cross-validation has so many parts.

    >>> steps(2)
    ('read', 'part 1', 'part 2', 'whole', 'settle', 'measure', 'judge')
    """
    learned = (f"{PART} {number}" for number in range(1, parts + 1))
    return (READ, *learned, WHOLE, SETTLE, MEASURE, JUDGE)


def weights(names: tuple[str, ...], measured: Mapping[str, float]) -> dict[str, float]:
    """What each step weighs: its seconds of the last training, if that had the same steps."""
    if set(measured) == set(names) and sum(measured.values()) > 0:
        return {name: measured[name] for name in names}
    return {name: _USUAL[name.split()[0]] for name in names}


@dataclass(slots=True)
class Pace:
    """Is told when a step is over, and writes how far the whole is."""

    path: Path
    weights: Mapping[str, float]
    clock: Callable[[], float] = time.monotonic
    seconds: dict[str, float] = field(default_factory=dict)
    """What each finished step took in this run; a step that was taken over took nothing."""
    resumed: int = 0
    _since: float = 0.0
    _taken_over: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """The first step begins."""
        self._since = self.clock()
        self._write()

    def did(self, step: str, *, was_there: bool = False) -> Progress:
        """A step is over; ``was_there`` when a run that was broken off had done it."""
        moment = self.clock()
        self.seconds[step] = round(moment - self._since, 3)
        self._since = moment
        if was_there:
            self._taken_over.add(step)
            self.resumed += 1
        return self._write()

    @property
    def progress(self) -> Progress:
        """As it is told."""
        left = self._left()
        total = sum(self.weights.values())
        ahead = sum(self.weights[name] for name in left)
        return Progress(
            _phase(left[0]) if left else _END,
            round(100 * (1 - ahead / total)),
            self._seconds_left(ahead, total),
            self.resumed,
        )

    def _left(self) -> list[str]:
        """The steps behind the last one that is over: few writers make fewer parts than planned."""
        names = list(self.weights)
        over = [place for place, name in enumerate(names) if name in self.seconds]
        return names[over[-1] + 1 :] if over else names

    def _seconds_left(self, ahead: float, total: float) -> int | None:
        """What was taken over cost no time in this run: it is no part of its pace."""
        own = [name for name in self.seconds if name not in self._taken_over]
        worked = sum(self.weights[name] for name in own)
        if worked < _LEAST * total:
            return None
        return round(ahead / worked * sum(self.seconds[name] for name in own))

    def _write(self) -> Progress:
        progress = self.progress
        replace_file(self.path, json.dumps(asdict(progress), ensure_ascii=False).encode())
        return progress


def _phase(step: str) -> str:
    name, _, number = step.partition(" ")
    return _PHASES[name].format(number)
