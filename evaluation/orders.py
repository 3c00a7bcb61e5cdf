"""Ways to choose what is read next, as the simulation of reading orders needs them.

``Pool`` has everything before it from the start and judges all of it again with each new
classifier: the best that an order can do. ``Stored`` is the queue of the service: submissions come
in little by little, each is given its place once, by the classifier of that moment and against
those that came before it, and keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.learning.prepared import Prepared, RowClassifier
from models.learning.selection import (
    DRAWS,
    KNOWN,
    LATEST,
    by_lot,
    closeness,
    expected_gain,
    how_common,
    place,
    varied,
)

Rows = npt.NDArray[np.int64]
Random = np.random.Generator

UNCERTAIN, GAIN, STORED = "nearest threshold", "expected gain", "expected gain, stored"


class Order(Protocol):
    """Chooses what is read next."""

    def take(self, classifier: RowClassifier, confirmed: Rows, most: int) -> Rows:
        """At most so many rows of the texts that nobody has read; fewer when they run out."""


class Lots:
    """Whatever comes."""

    def __init__(self, waiting: Rows, rng: Random) -> None:
        self._waiting = rng.permutation(waiting)

    def take(self, classifier: RowClassifier, confirmed: Rows, most: int) -> Rows:
        """The next of a shuffled list."""
        chosen, self._waiting = self._waiting[:most], self._waiting[most:]
        return chosen


Choice = Callable[[RowClassifier, Prepared, Rows, Rows, int], Rows]
"""Chooses among the rows that wait, from (classifier, texts, waiting, confirmed, how many)."""


class Pool:
    """Everything waits from the start, and is judged again each time; a fixed share by lot."""

    def __init__(self, texts: Prepared, waiting: Rows, rng: Random, choose: Choice) -> None:
        self._texts, self._waiting, self._rng, self._choose = texts, waiting, rng, choose

    def take(self, classifier: RowClassifier, confirmed: Rows, most: int) -> Rows:
        """The lots of a batch, then what the order chooses from the rest."""
        drawn = self._rng.permutation(self._waiting)[: by_lot(most)]
        rest = np.setdiff1d(self._waiting, drawn)
        chosen = rest[:0]
        if len(rest) and most > len(drawn):
            chosen = self._choose(classifier, self._texts, rest, confirmed, most - len(drawn))
        self._waiting = np.setdiff1d(rest, chosen)
        return np.concatenate([drawn, chosen])


def by_closeness(
    classifier: RowClassifier, texts: Prepared, waiting: Rows, confirmed: Rows, most: int
) -> Rows:
    """Nearest to a threshold first."""
    near = closeness(classifier.rows_proba(texts.chosen(waiting)), classifier.thresholds_)
    return waiting[np.argsort(-near, kind="stable")[:most]]


def by_gain(
    classifier: RowClassifier, texts: Prepared, waiting: Rows, confirmed: Rows, most: int
) -> Rows:
    """The most valuable, unlike what was read and each other."""
    rows = texts.chosen(waiting)
    gains = expected_gain(classifier.rows_proba(rows), texts.labels[confirmed].mean(axis=0))
    return waiting[varied(rows.text_rows, texts.text_rows[confirmed], gains, most)]


CHOICES: Mapping[str, Choice] = {UNCERTAIN: by_closeness, GAIN: by_gain}


class Stored:
    """The service's queue: ``arriving`` texts come in for each one that is read."""

    def __init__(self, texts: Prepared, waiting: Rows, rng: Random, arriving: int) -> None:
        self._texts, self._rng, self._arriving = texts, rng, arriving
        self._coming = rng.permutation(waiting)
        self._places: dict[int, float] = {}
        self._gains: list[float] = []

    def take(self, classifier: RowClassifier, confirmed: Rows, most: int) -> Rows:
        """The first of the queue, after some more have come in."""
        self._come_in(classifier, confirmed, most * self._arriving)
        first = sorted(self._places, key=lambda row: -self._places[row])[:most]
        for row in first:
            del self._places[row]
        return np.array(first, dtype=np.int64)

    def _come_in(self, classifier: RowClassifier, confirmed: Rows, many: int) -> None:
        rows, self._coming = self._coming[:many], self._coming[many:]
        if not len(rows):
            return
        latest = confirmed[-LATEST:]
        common = how_common(self._texts.labels[latest].sum(axis=0), len(latest))
        gains = expected_gain(classifier.rows_proba(self._texts.chosen(rows)), common)
        for row, gain in zip(rows.tolist(), gains.tolist(), strict=True):
            draw, position = int(self._rng.integers(DRAWS)), float(self._rng.random())
            known = sorted(self._gains[-KNOWN:])
            self._places[row] = place(gain, known, draw, position)
            self._gains.append(gain)
