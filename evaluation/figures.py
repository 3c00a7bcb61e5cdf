"""Shares with their uncertainty. A share without an interval is a rumour."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

Z95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % score interval of a share; (0, 1) when nothing was counted.

    Holds near 0 and 1, where the textbook interval collapses to a point.

    >>> [round(edge, 3) for edge in wilson(99, 100)]
    [0.946, 0.998]
    """
    if not 0 <= hits <= total:
        raise ValueError(f"hits lie between 0 and the total, not {hits} of {total}")
    if total == 0:
        return 0.0, 1.0
    share, square = hits / total, Z95 * Z95
    centre = (share + square / (2 * total)) / (1 + square / total)
    reach = Z95 * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    reach /= 1 + square / total
    low = 0.0 if hits == 0 else max(0.0, centre - reach)
    high = 1.0 if hits == total else min(1.0, centre + reach)
    return low, high


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``total``."""

    hits: int
    total: int

    @property
    def share(self) -> float | None:
        """None when nothing was counted: not every benchmark holds every type."""
        return self.hits / self.total if self.total else None

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.hits + other.hits, self.total + other.total)

    def to_json(self) -> dict[str, float | int | None]:
        """Counts, share and interval."""
        low, high = wilson(self.hits, self.total)
        return {
            "hits": self.hits,
            "total": self.total,
            "share": None if self.share is None else round(self.share, 5),
            "low": round(low, 5),
            "high": round(high, 5),
        }


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the 95 % interval of its bootstrap."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """Rounded to what the data can tell."""
        parts = {"value": self.value, "low": self.low, "high": self.high}
        return {name: round(part, 4) for name, part in parts.items()}


def estimate(value: float, resampled: Sequence[float]) -> Estimate:
    """The figure with the middle 95 % of its resampled values (NaN left out)."""
    known = [number for number in resampled if not math.isnan(number)]
    if not known:
        return Estimate(value, value, value)
    low, high = np.percentile(known, [2.5, 97.5])
    return Estimate(value, float(low), float(high))


def plain(value: Any) -> Any:
    """Dataclasses, arrays and figures as what JSON knows; floats to five places.

    >>> plain({"recall": Rate(1, 2), "odd": (1, 2.0000001)})["odd"]
    [1, 2.0]
    """
    if isinstance(value, Rate | Estimate):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return round(value, 5)
    return value
