"""What a submission is worth to the model, found when it comes in, and its place in the queue.

The place is one number on the submission's own row: the queue walks along an index, however long it
is. What the number needs of others is read in two short questions whose cost does not grow: gains
of the submissions that came just before, and the latest decisions. It is not found again when a new
model is promoted or more is decided; ``evaluation.simulate_order`` measures what that costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.learning import selection
from models.learning.selection import KNOWN, LATEST, Matrix, expected_gain, how_common
from nlp.types import LABELS, Suggestion
from service.db.tables import Decision, Submission
from service.review.blind import TICKETS


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """What is known when a submission comes in."""

    gains: Sequence[float]
    """Of the submissions just before it, rising."""
    common: Matrix
    """How common each label is among the latest decisions, shape (labels,)."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a submission may teach, and where that puts it."""

    gain: float
    place: float


def before(session: Session) -> Before:
    """What the next submission is held against."""
    gains = session.scalars(select(Submission.gain).order_by(Submission.id.desc()).limit(KNOWN))
    latest = (
        select(Decision.label, Decision.value)
        .order_by(Decision.id.desc())
        .limit(LATEST * len(LABELS))
        .subquery()
    )
    rows = session.execute(
        select(latest.c.label, func.count(), func.count().filter(latest.c.value)).group_by(
            latest.c.label
        )
    )
    counts = {label: (texts, positives) for label, texts, positives in rows}
    texts = max((texts for texts, _ in counts.values()), default=0)
    positives = np.array([counts.get(label, (0, 0))[1] for label in LABELS])
    return Before(sorted(gains), how_common(positives, texts))


def worth(suggestions: Sequence[Suggestion], known: Before, *, draw: int, public_id: str) -> Worth:
    """Gain and place of a submission; one without suggestions teaches nothing that is known."""
    by_label = {one.label: one.probability for one in suggestions}
    chances = np.array([[by_label.get(label, 0.0) for label in LABELS]])
    gain = float(expected_gain(chances, known.common)[0])
    return Worth(gain, selection.place(gain, known.gains, draw, position(public_id)))


def position(public_id: str) -> float:
    """Where a submission stands that stands by lot, 0 to 1; says nothing about its draw.

    >>> position("01J0000000000000000000000A") == position("01J0000000000000000000000A")
    True
    """
    drawn = int.from_bytes(sha256(public_id.encode()).digest()[8:16])
    return drawn % TICKETS / TICKETS
