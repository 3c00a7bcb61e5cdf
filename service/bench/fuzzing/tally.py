"""What came of many inputs: how many, what broke, and which were slow for their length.

Time is the processor's, of this thread. Inputs are compared with those of their own class: the same
outcome (what is refused at once costs less than what is read) and a length between the same powers
of two. What looks slow is run again, five times, and the least of them counts: a machine that does
something else meanwhile must not make an input slow.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappush, heapreplace

from service.logs import places

MOST_TIMES = 10.0
"""The goal: no input takes more than this many times its class's median, per byte."""
_SUSPECTS = 6
_ENOUGH = 50
"""Inputs that a class needs before it has a median to speak of."""
_AGAIN = 5

Class = tuple[str, int]


class Broken(Exception):
    """Something that must always hold did not. Says what, never with the input."""


@dataclass(frozen=True, slots=True)
class Slowest:
    """The slowest input of a target, measured again."""

    times: float
    outcome: str
    length: int
    microseconds: float
    content: bytes


@dataclass
class Tally:
    """Runs one function on many inputs, and remembers what matters."""

    run: Callable[[bytes], str]
    count: int = 0
    seconds: float = 0.0
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    broken: dict[str, bytes] = field(default_factory=dict)
    """What broke, by error and place → the shortest input that did it."""
    _costs: dict[Class, list[float]] = field(default_factory=lambda: defaultdict(list))
    _suspects: dict[Class, list[tuple[float, bytes]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def feed(self, content: bytes) -> None:
        """Run one input."""
        started = time.thread_time_ns()
        try:
            outcome = self.run(content)
        except Exception as error:
            outcome = "broken"
            self._keep(f"{type(error).__name__} at {' '.join(places(error)[-2:])}", content)
        cost = time.thread_time_ns() - started
        self.count += 1
        self.seconds += cost / 1e9
        self.outcomes[outcome] += 1
        self._weigh((outcome, len(content).bit_length()), cost / max(1, len(content)), content)

    def _keep(self, what: str, content: bytes) -> None:
        before = self.broken.get(what)
        if before is None or len(content) < len(before):
            self.broken[what] = content

    def _weigh(self, of: Class, cost: float, content: bytes) -> None:
        self._costs[of].append(cost)
        suspects = self._suspects[of]
        if len(suspects) < _SUSPECTS:
            heappush(suspects, (cost, content))
        elif cost > suspects[0][0]:
            heapreplace(suspects, (cost, content))

    def slowest(self) -> Slowest | None:
        """The slowest input for its class, after another look; None with too few inputs."""
        found = [
            again
            for of, costs in self._costs.items()
            if len(costs) >= _ENOUGH
            for again in self._again(of, statistics.median(costs))
        ]
        return max(found, key=lambda one: one.times, default=None)

    def _again(self, of: Class, median: float) -> list[Slowest]:
        found = []
        for _, content in self._suspects[of]:
            least = min(self._timed(content) for _ in range(_AGAIN))
            times = least / max(1, len(content)) / median
            found.append(Slowest(times, of[0], len(content), least / 1e3, content))
        return found

    def _timed(self, content: bytes) -> int:
        started = time.thread_time_ns()
        try:
            self.run(content)
        except Exception:
            return 0  # told as broken already
        return time.thread_time_ns() - started
