"""How far long work is and how long it will take, where nobody watches a bar: one line a minute."""

from __future__ import annotations

import time
from collections.abc import Callable


class Minutes:
    """Says now and then how much is done and how much time is left, by the pace of this run."""

    def __init__(
        self,
        total: int | None,
        say: Callable[[str], None],
        *,
        done: int = 0,
        every: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._say = say
        self._before = done
        self._every = every
        self._clock = clock
        self._begun = self._last = clock()

    def told(self, done: int) -> None:
        """``done`` of the total is finished, counted from the very beginning."""
        moment = self._clock()
        if moment - self._last < self._every:
            return
        self._last = moment
        new = done - self._before
        if not self._total:
            self._say(f"{done} done")
        elif new > 0:
            left = (self._total - done) / new * (moment - self._begun)
            self._say(f"{done / self._total:.0%} done, {duration(left)} left")


def duration(seconds: float) -> str:
    """Seconds as a person would say them.

    >>> duration(40), duration(95), duration(3 * 3600 + 20 * 60)
    ('less than a minute', '2 minutes', '3 h 20 min')
    """
    minutes = round(seconds / 60)
    if seconds < 60:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} minutes"
    return f"{minutes // 60} h {minutes % 60:02} min"
