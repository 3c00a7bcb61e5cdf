"""Confirmed submissions made by hand: every test says what it needs and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from service.reports.types import ConfirmedSubmission

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
