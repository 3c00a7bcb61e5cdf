"""What stands in the database as records: reviewed submissions, one batch after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from nlp.types import LABELS
from service.db.tables import ExcerptRow, Exclusion, Review, State, Submission
from service.exchange.records import Passage, Record
from service.review.personal import passage_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """A submission with the record of what stands on it; None while nobody has decided."""

    submission: Submission
    record: Record | None


def standing(session: Session, *, waiting: bool = False) -> Iterator[Standing]:
    """Everything that is confirmed, in the order of arrival; with ``waiting`` also what is new.

    Second readings that are open and readings that differ are left out: nothing stands there. So
    is what its sender wants back: its text leaves no more.
    """
    states = [State.REVIEWED.value, *([State.NEW.value] if waiting else [])]
    last = 0
    while found := _batch(session, states, last):
        reviews = _reviews(session, found)
        for submission in found:
            review = reviews.get((submission.id, submission.revision))
            is_decided = submission.state == State.REVIEWED and review is not None
            yield Standing(
                submission, record(submission, review) if is_decided and review else None
            )
        last = found[-1].id
        session.expunge_all()  # or a large database would pile up in memory


def _batch(session: Session, states: list[str], last: int) -> Sequence[Submission]:
    return session.scalars(
        select(Submission)
        .where(
            Submission.id > last,
            Submission.state.in_(states),
            or_(Submission.exclusion.is_(None), Submission.exclusion != Exclusion.WITHDRAWN.value),
        )
        .order_by(Submission.id)
        .limit(BATCH)
        .options(
            selectinload(Submission.suggestions),
            selectinload(Submission.excerpts),
            selectinload(Submission.maskings),
        )
    ).all()


def _reviews(session: Session, found: Sequence[Submission]) -> dict[tuple[int, int], Review]:
    query = (
        select(Review)
        .join(Submission, Submission.id == Review.submission_id)
        .where(
            Review.submission_id.in_([one.id for one in found]),
            Review.revision == Submission.revision,
        )
        .options(selectinload(Review.decisions))
    )
    return {(one.submission_id, one.revision): one for one in session.scalars(query)}


def record(submission: Submission, review: Review) -> Record:
    """What a review says, ready to travel."""
    excerpts = {one.id: one for one in submission.excerpts}
    confirmed = {one.label: one for one in review.decisions if one.value}
    chosen = [
        excerpts[decision.excerpt_id]
        for label in LABELS
        if (decision := confirmed.get(label)) and decision.excerpt_id in excerpts
    ]
    return Record(
        reference=submission.public_id,
        revision=submission.revision,
        labels=tuple(label for label in LABELS if label in confirmed),
        exclusion=review.exclusion,
        subtags=tuple(review.subtags),
        note=review.note,
        passages=tuple(filter(None, (_passage(submission, one) for one in chosen))),
        text=None if submission.text_deleted_at else submission.text,
        seconds=review.seconds,
    )


def _passage(submission: Submission, excerpt: ExcerptRow) -> Passage | None:
    """Where a chosen quotation stands now; None when it was withdrawn or the place is not known."""
    place = passage_of(submission, excerpt)
    if place is None:
        return None
    start, end = place
    return Passage(excerpt.label, submission.text[start:end], start, end)
