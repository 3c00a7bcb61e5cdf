"""What a report is made of: confirmed submissions, never text that was not approved.

The web service builds these values from its tables; everything in ``service.reports`` counts them
and knows no database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConfirmedSubmission:
    """One submission as a person confirmed it.

    ``submitter`` is an opaque key of the sender: two submissions with the same key count as one
    person in disclosure control. ``labels`` are in the order of ``nlp.types.LABELS``. ``excerpts``
    are ``(label, text)`` in the ``publication`` profile. ``reviewed_at`` is None while nobody has
    confirmed it; ``excluded`` names why it never counts («test», «trukket tilbage», …).
    """

    public_id: str
    submitter: str
    received_at: datetime
    area: str
    municipality: str | None
    labels: tuple[str, ...]
    excerpts: tuple[tuple[str, str], ...]
    reviewed_at: datetime | None
    excluded: str | None


LONGEST = 240
"""Characters of a quotation."""


@dataclass(frozen=True, slots=True)
class Quotable:
    """An excerpt that could be quoted, with what decides on it. ``approved`` None: no word yet."""

    excerpt_id: int
    label: str
    text: str
    submitter: str
    area: str
    municipality: str | None
    approved: bool | None
