"""Confirmed submissions made by hand: every test says what it needs and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from nlp.types import LABELS
from service.disclosure.types import Disclosed, Figure, Pair, Table, label_pairs
from service.reports.aggregate import aggregate
from service.reports.build import Material, Place, municipality_order
from service.reports.build import written as write_down
from service.reports.document import Order, Report
from service.reports.types import ConfirmedSubmission
from training_data.areas import AREAS

RECEIVED = datetime(2026, 4, 30, 12, tzinfo=UTC)


@pytest.fixture
def submission() -> Callable[..., ConfirmedSubmission]:
    """Makes one submission, reviewed and counting unless said otherwise."""
    made = iter(range(1_000_000))

    def make(*labels: str, **other: object) -> ConfirmedSubmission:
        number = next(made)
        values: dict[str, object] = {
            "public_id": f"p{number}",
            "submitter": f"s{number}",
            "received_at": RECEIVED,
            "area": "børn og familie",
            "municipality": None,
            "labels": labels,
            "excerpts": (),
            "reviewed_at": RECEIVED,
            "excluded": None,
        }
        return ConfirmedSubmission(**{**values, **other})  # type: ignore[arg-type]

    return make


@pytest.fixture
def disclosed() -> Callable[..., Disclosed]:
    """Makes figures: a total, and counts for the six labels in order; missing ones are 0."""

    def make(total: int | None, *counts: int | None, **other: object) -> Disclosed:
        known = dict(zip(LABELS, counts, strict=False))
        values: dict[str, object] = {
            "minimum": 5,
            "total": total,
            "labels": tuple(Figure(label, known.get(label, 0)) for label in LABELS),
            "pairs": tuple(Pair(*pair, None) for pair in label_pairs()),
            "areas": Table((), None, ()),
            "municipalities": Table((), None, ()),
            "several_municipalities": False,
            "tests": 0,
            "excluded": 0,
            "waiting": 0,
        }
        return Disclosed(**{**values, **other})  # type: ignore[arg-type]

    return make


@pytest.fixture
def written() -> Callable[..., Report]:
    """Writes the report of given figures, with no submission behind it."""
    nothing = aggregate([], until=RECEIVED, areas=AREAS, municipalities=municipality_order())

    def make(figures: Disclosed, order: Order, **place: object) -> Report:
        material = Material(nothing, RECEIVED)
        return write_down(figures, material, order, Place(**place)).report  # type: ignore[arg-type]

    return make
