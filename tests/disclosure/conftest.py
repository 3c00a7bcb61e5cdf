"""Counts made by hand, and published ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from service.disclosure.published import Published, published_from
from service.disclosure.types import Disclosed
from service.reports.aggregate import Counts, aggregate
from service.reports.types import ConfirmedSubmission

RECEIVED = datetime(2026, 4, 30, 12, tzinfo=UTC)
AREAS = ("børn og familie", "handicap", "andet")
PLACES = ("Aalborg", "Hjørring", "Kolding", "Vejle")


@pytest.fixture
def made() -> Callable[..., ConfirmedSubmission]:
    """One confirmed submission; the sender is somebody new unless said otherwise."""
    numbers = iter(range(1_000_000))

    def make(*labels: str, **other: object) -> ConfirmedSubmission:
        number = next(numbers)
        values: dict[str, object] = {
            "public_id": f"p{number}",
            "submitter": f"s{number}",
            "received_at": RECEIVED,
            "area": "andet",
            "municipality": None,
            "labels": labels,
            "excerpts": (),
            "reviewed_at": RECEIVED,
            "excluded": None,
        }
        return ConfirmedSubmission(**{**values, **other})  # type: ignore[arg-type]

    return make


@pytest.fixture
def counted() -> Callable[..., Counts]:
    """Counts of submissions, up to a moment."""

    def count(submissions, *, until=RECEIVED, since=None, earlier=(), places=PLACES):
        return aggregate(
            submissions,
            until=until,
            since=since,
            areas=AREAS,
            municipalities=places,
            earlier=earlier,
        )

    return count


@pytest.fixture
def published() -> Callable[..., Published]:
    """What figures tell when they are published."""

    def publish(disclosed: Disclosed, *, version="1.0", until=RECEIVED, taken_at=RECEIVED):
        return published_from(
            disclosed, version=version, since=None, until=until, taken_at=taken_at
        )

    return publish
