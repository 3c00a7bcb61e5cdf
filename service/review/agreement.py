"""How well two readers agree, label by label, on what both read without seeing each other.

Krippendorff's alpha: 1 is full agreement, 0 is what chance would give. Intervals come from
drawing the doubly read submissions anew. Below ``FEWEST`` of them no figure is given: it would
tell of chance only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from evaluation.figures import Estimate, estimate
from evaluation.labels import krippendorff_alpha
from nlp.types import LABELS
from service.db.tables import Action, Decision, Review, State, Submission

FEWEST = 20
RESAMPLES = 1000

Values = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pair:
    """One submission as two people read it: the labels each set; None if it should not count."""

    first: frozenset[str] | None
    second: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """One label. ``alpha`` is None where nothing can be said: too few, or always the same."""

    label: str
    both: int
    """Both set it."""
    one: int
    """One set it, the other did not."""
    alpha: Estimate | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """All labels, over the submissions that both counted."""

    pairs: int
    """Submissions that two people read."""
    compared: int
    """Of these, both said that the submission counts."""
    waiting: int
    """Submissions that wait for a second reader."""
    disputed: int
    """Submissions whose two readings differ and are not settled."""
    labels: tuple[LabelAgreement, ...]

    @property
    def is_enough(self) -> bool:
        return self.compared >= FEWEST


def agreement(session: Session) -> Agreement:
    """What is known at this moment."""
    found = pairs(session)
    compared = [(p.first, p.second) for p in found if p.first is not None and p.second is not None]
    states = _pending(session)
    return Agreement(
        pairs=len(found),
        compared=len(compared),
        waiting=states.get(State.SECOND.value, 0),
        disputed=states.get(State.DISPUTED.value, 0),
        labels=tuple(
            _label_agreement(
                label,
                np.array([label in first for first, _ in compared], dtype=bool),
                np.array([label in second for _, second in compared], dtype=bool),
            )
            for label in LABELS
        ),
    )


def pairs(session: Session) -> list[Pair]:
    """Every submission with a second reading that was not undone, and what stood before it."""
    before, second, undone = aliased(Review), aliased(Review), aliased(Review)
    query = (
        select(before, second)
        .join(
            before,
            (before.submission_id == second.submission_id)
            & (before.revision == second.revision - 1),
        )
        .outerjoin(
            undone,
            (undone.submission_id == second.submission_id)
            & (undone.revision == second.revision + 1)
            & (undone.action == Action.UNDO.value),
        )
        .where(second.action == Action.SECOND.value, undone.id.is_(None))
        .order_by(second.id)
    )
    rows = session.execute(query).all()
    labels = _labels(session, [review.id for row in rows for review in row])
    return [Pair(_said(one, labels), _said(other, labels)) for one, other in rows]


def _pending(session: Session) -> dict[str, int]:
    states = (State.SECOND.value, State.DISPUTED.value)
    query = select(Submission.state, func.count()).where(Submission.state.in_(states))
    return {state: count for state, count in session.execute(query.group_by(Submission.state))}


def _said(review: Review, labels: Mapping[int, set[str]]) -> frozenset[str] | None:
    return None if review.exclusion else frozenset(labels[review.id])


def _labels(session: Session, reviews: Sequence[int]) -> Mapping[int, set[str]]:
    """Review → the labels that it set."""
    found: dict[int, set[str]] = defaultdict(set)
    for start in range(0, len(reviews), 500):
        query = select(Decision.review_id, Decision.label).where(
            Decision.review_id.in_(reviews[start : start + 500]), Decision.value
        )
        for review_id, label in session.execute(query):
            found[review_id].add(label)
    return found


def _label_agreement(label: str, first: Values, second: Values) -> LabelAgreement:
    return LabelAgreement(
        label=label,
        both=int((first & second).sum()),
        one=int((first != second).sum()),
        alpha=alpha(first, second) if len(first) >= FEWEST else None,
    )


def alpha(first: Values, second: Values, *, seed: int = 1) -> Estimate | None:
    """Krippendorff's alpha with its 95 % bootstrap interval; the same for the same readings."""
    value = krippendorff_alpha(first, second)
    if value is None:
        return None
    drawn = np.random.default_rng(seed).integers(0, len(first), (RESAMPLES, len(first)))
    resampled = [krippendorff_alpha(first[rows], second[rows]) for rows in drawn]
    return estimate(value, [float("nan") if one is None else one for one in resampled])
