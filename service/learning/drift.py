"""Is what comes in now still like what came before? Words, lengths, areas, and how well it is read.

Two periods are compared. Words are counted in hashed stems, so no vocabulary is kept and nobody's
rare word is shown. How far two mixtures lie apart is their Jensen-Shannon distance in bits (Lin,
«Divergence Measures Based on the Shannon Entropy», IEEE Trans. Inf. Theory 37, 1991): 0 is the
same, 1 has nothing in common. A distance is never 0 by chance alone, so it is held against what
dealing the same submissions out to the two periods at random gives; whole submissions are dealt,
since the words of one belong together.

Pure, but for ``observed``, which reads the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.special import entr
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.classifier.words import stem_hashes, tokens_of
from service.db.tables import Action, Decision, Review, Submission
from training_data.areas import AREAS

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RECENT = timedelta(days=90)
BEFORE = timedelta(days=365)
MOST = 1000
"""Submissions of a period that are looked at: drawn by their lot when there are more."""
FEWEST = 50
"""Submissions of each period below which nothing is said."""
DEALS = 500
CONFIDENCE = 0.99
"""Of each of the four measures: with nothing changed, one in twenty-five views shows one."""
BUCKETS = 1024
_LENGTHS = (25, 50, 75, 100, 150, 200, 300, 500)
"""Words at which one class of lengths ends and the next begins."""
_LEAST_CHANCE = 1e-4


class Standing(StrEnum):
    """What is said of a measure, in the words of the page."""

    SAME = "som før"
    CHANGED = "ændret"
    TOO_FEW = "for få"


@dataclass(frozen=True, slots=True)
class Observed:
    """One submission, and what was decided about it."""

    received_at: datetime
    text: str
    """Redacted."""
    area: str
    scores: tuple[float, ...] = ()
    """The probabilities that the first reader's decisions were made beside; none if undecided."""
    values: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the recent submissions lie from those before."""

    amount: float
    usual: float
    """What is seldom exceeded (``1 - CONFIDENCE``) when nothing has changed."""
    before: int
    recent: int

    @property
    def standing(self) -> Standing:
        """Too few of either period say nothing."""
        if min(self.before, self.recent) < FEWEST:
            return Standing.TOO_FEW
        return Standing.CHANGED if self.amount > self.usual else Standing.SAME


@dataclass(frozen=True, slots=True)
class Reading:
    """How well labels were foretold where people decided."""

    decided: int
    """Submissions."""
    expected: float | None
    """Labels a submission, by the probabilities."""
    confirmed: float | None
    """Labels a submission, by the people."""
    loss: float | None
    """Log-loss a label, in nats."""


@dataclass(frozen=True, slots=True)
class Period:
    """One of the two periods in figures."""

    submissions: int
    median_words: float | None
    areas: tuple[float, ...]
    """The share of each of ``AREAS``, of those that name one."""
    reading: Reading


@dataclass(frozen=True, slots=True)
class Drift:
    """Both periods and the four measures."""

    before: Period
    recent: Period
    words: Shift
    lengths: Shift
    areas: Shift
    loss: Shift


def drift(before: Sequence[Observed], recent: Sequence[Observed], *, seed: int = 1) -> Drift:
    """Compare two periods. The same submissions and seed give the same answer."""
    every = [*before, *recent]
    is_recent = np.arange(len(every)) >= len(before)
    known = np.array([one.area in AREAS for one in every], dtype=bool)
    decided = np.array([bool(one.scores) for one in every], dtype=bool)
    losses = np.array([[_loss(one)] for one in every]).reshape(-1, 1)
    return Drift(
        before=_period(before),
        recent=_period(recent),
        words=shift(word_counts([one.text for one in every]), is_recent, apart, seed),
        lengths=shift(_length_counts(every), is_recent, apart, seed),
        areas=shift(_area_counts(every)[known], is_recent[known], apart, seed),
        loss=shift(losses[decided], is_recent[decided], risen, seed),
    )


Distance = Callable[[Matrix, Matrix, Matrix, Matrix], Matrix]
"""Sums over the submissions of each period, shape (deals, columns), and how many these are."""


def shift(counts: Matrix, is_recent: Flags, distance: Distance, seed: int = 1) -> Shift:
    """The distance of the two periods, beside what dealing them out anew gives.

    ``counts`` has a row a submission. Raises ValueError when the lengths differ.
    """
    if len(counts) != len(is_recent):
        raise ValueError(f"{len(counts)} rows, {len(is_recent)} submissions")
    recent = int(is_recent.sum())
    before = len(is_recent) - recent
    if not before or not recent:
        return Shift(0.0, 0.0, before, recent)
    rng = np.random.default_rng(seed)
    dealt = rng.permuted(np.tile(is_recent, (DEALS, 1)), axis=1)
    masks = np.vstack([is_recent, dealt]).astype(np.float64)
    now = masks @ counts
    ago = (1 - masks) @ counts
    amounts = distance(ago, now, np.full(len(masks), float(before)), masks.sum(axis=1))
    return Shift(float(amounts[0]), float(np.quantile(amounts[1:], CONFIDENCE)), before, recent)


def apart(ago: Matrix, now: Matrix, before: Matrix, recent: Matrix) -> Matrix:
    """Jensen-Shannon distance of each row's two mixtures, in bits, shape (deals,).

    >>> nothing = np.ones(1)
    >>> apart(np.array([[3.0, 0.0]]), np.array([[0.0, 5.0]]), nothing, nothing).tolist()
    [1.0]
    """
    one, other = _mixture(ago), _mixture(now)
    both = entr((one + other) / 2).sum(axis=1)
    bits = (both - (entr(one) + entr(other)).sum(axis=1) / 2) / np.log(2)
    return np.asarray(np.maximum(bits, 0.0), dtype=np.float64)


def risen(ago: Matrix, now: Matrix, before: Matrix, recent: Matrix) -> Matrix:
    """By how much the mean has risen, shape (deals,); below 0 when it fell."""
    return np.asarray(now[:, 0] / recent - ago[:, 0] / before, dtype=np.float64)


def _mixture(sums: Matrix) -> Matrix:
    return np.asarray(sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-12))


def word_counts(texts: Sequence[str]) -> Matrix:
    """Stems of each text by bucket, shape (texts, BUCKETS); a text weighs 1 whatever its length."""
    hashes, rows = stem_hashes([tokens_of(text) for text in texts])
    buckets = (hashes % np.uint64(BUCKETS)).astype(np.int64)
    flat = np.bincount(rows * BUCKETS + buckets, minlength=len(texts) * BUCKETS)
    return _mixture(flat.reshape(len(texts), BUCKETS).astype(np.float64))


def _length_counts(every: Sequence[Observed]) -> Matrix:
    lengths = np.array([len(one.text.split()) for one in every], dtype=np.int64)
    return np.eye(len(_LENGTHS) + 1)[np.searchsorted(_LENGTHS, lengths, side="right")]


def _area_counts(every: Sequence[Observed]) -> Matrix:
    places = {area: place for place, area in enumerate(AREAS)}
    found = np.zeros((len(every), len(AREAS)))
    for row, one in enumerate(every):
        if one.area in places:
            found[row, places[one.area]] = 1.0
    return found


def _loss(one: Observed) -> float:
    """Log-loss a label; 0 where nothing was decided (such rows are left out)."""
    if not one.scores:
        return 0.0
    given = np.clip(one.scores, _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    return float(-np.log(np.where(one.values, given, 1 - given)).mean())


def _period(found: Sequence[Observed]) -> Period:
    named = _area_counts(found).sum(axis=0)
    decided = [one for one in found if one.scores]
    return Period(
        submissions=len(found),
        median_words=float(np.median([len(o.text.split()) for o in found])) if found else None,
        areas=tuple((named / max(1.0, named.sum())).tolist()),
        reading=Reading(
            decided=len(decided),
            expected=_mean([sum(one.scores) for one in decided]),
            confirmed=_mean([float(sum(one.values)) for one in decided]),
            loss=_mean([_loss(one) for one in decided]),
        ),
    )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def observed(session: Session, start: datetime, end: datetime) -> list[Observed]:
    """What was received from ``start`` up to ``end`` and counts; at most ``MOST``, by lot."""
    chosen = (
        select(Submission.id)
        .where(Submission.received_at >= start, Submission.received_at < end)
        .where(~Submission.is_test, Submission.exclusion.is_(None))
        .where(Submission.text_deleted_at.is_(None))
        .order_by(Submission.draw, Submission.id)
        .limit(MOST)
    )
    ids = list(session.scalars(chosen))
    rows = select(Submission.id, Submission.received_at, Submission.text, Submission.area).where(
        Submission.id.in_(ids)
    )
    said: dict[int, list[tuple[float, bool]]] = {}
    for one, score, value in session.execute(_first_decisions(ids)):
        said.setdefault(one, []).append((score, value))
    return [
        Observed(
            received_at,
            text,
            area or "",
            tuple(score for score, _ in said.get(one, ())),
            tuple(value for _, value in said.get(one, ())),
        )
        for one, received_at, text, area in session.execute(rows.order_by(Submission.id))
    ]


def _first_decisions(ids: Sequence[int]) -> Select[int, float, bool]:
    """What the first reader said: later acts were made knowing more than the probabilities."""
    return (
        select(Decision.submission_id, Decision.score, Decision.value)
        .join(Review, Review.id == Decision.review_id)
        .where(Decision.submission_id.in_(ids))
        .where(Review.action == Action.DECIDE.value, Review.revision == 1)
        .order_by(Decision.id)
    )


def drift_until(session: Session, moment: datetime) -> Drift:
    """The last ``RECENT`` before a moment, beside the ``BEFORE`` that came ahead of it."""
    turn = moment - RECENT
    return drift(observed(session, turn - BEFORE, turn), observed(session, turn, moment))
