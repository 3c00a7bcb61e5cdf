"""What a report may count: every submission as persons confirmed it, now or at an earlier time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.db.tables import Decision, ExcerptRow, Exclusion, Origin, Review, State, Submission
from service.reports.types import ConfirmedSubmission

_NO_AREA = "andet"


def confirmed_submissions(
    session: Session, *, until: datetime | None = None
) -> list[ConfirmedSubmission]:
    """All submissions received up to ``until``, each with the decisions that stood then.

    Those that nobody had confirmed have ``reviewed_at`` None and no labels; those that never
    count carry the reason in ``excluded``.
    """
    reviews = _standing_reviews(session, until)
    labels = _confirmed_labels(session, until)
    chosen, proposed = _excerpts(session)
    submissions = session.scalars(_received(until))
    return [
        _confirmed(one, reviews.get(one.id), labels[one.id], chosen, proposed[one.id])
        for one in submissions
    ]


def _received(until: datetime | None) -> Select[Submission]:
    query = select(Submission).order_by(Submission.received_at, Submission.id)
    return query if until is None else query.where(Submission.received_at <= until)


def _standing(until: datetime | None) -> Select[int, int]:
    """The last revision of each submission at a time."""
    query = select(Review.submission_id, func.max(Review.revision).label("revision"))
    if until is not None:
        query = query.where(Review.decided_at <= until)
    return query.group_by(Review.submission_id)


def _standing_reviews(session: Session, until: datetime | None) -> dict[int, Review]:
    standing = _standing(until).subquery()
    query = select(Review).join(
        standing,
        (Review.submission_id == standing.c.submission_id)
        & (Review.revision == standing.c.revision),
    )
    return {review.submission_id: review for review in session.scalars(query)}


def _confirmed_labels(
    session: Session, until: datetime | None
) -> Mapping[int, dict[str, int | None]]:
    """Submission → label that was confirmed → the quotation that a person chose, if any."""
    standing = _standing(until).subquery()
    query = (
        select(Decision.submission_id, Decision.label, Decision.excerpt_id)
        .join(
            standing,
            (Decision.submission_id == standing.c.submission_id)
            & (Decision.revision == standing.c.revision),
        )
        .where(Decision.value)
    )
    found: dict[int, dict[str, int | None]] = defaultdict(dict)
    for submission_id, label, excerpt_id in session.execute(query):
        found[submission_id][label] = excerpt_id
    return found


def _excerpts(session: Session) -> tuple[dict[int, str], Mapping[int, list[tuple[str, str]]]]:
    """Quotations by id, and those that the model proposed for each submission."""
    chosen: dict[int, str] = {}
    proposed: dict[int, list[tuple[str, str]]] = defaultdict(list)
    query = select(
        ExcerptRow.id,
        ExcerptRow.submission_id,
        ExcerptRow.label,
        ExcerptRow.text,
        ExcerptRow.origin,
    ).where(ExcerptRow.withdrawn_at.is_(None))
    query = query.order_by(ExcerptRow.id)
    for number, submission_id, label, text, origin in session.execute(query):
        if origin == Origin.MODEL:
            proposed[submission_id].append((label, text))
        else:
            chosen[number] = text
    return chosen, proposed


def _confirmed(
    submission: Submission,
    review: Review | None,
    labels: Mapping[str, int | None],
    chosen: Mapping[int, str],
    proposed: list[tuple[str, str]],
) -> ConfirmedSubmission:
    is_reviewed = review is not None and review.state == State.REVIEWED
    labels = labels if is_reviewed else {}
    return ConfirmedSubmission(
        public_id=submission.public_id,
        submitter=submission.submitter,
        received_at=submission.received_at,
        area=submission.area or _NO_AREA,
        municipality=submission.municipality,
        labels=tuple(label for label in LABELS if label in labels),
        excerpts=tuple(_quotations(labels, chosen, proposed)),
        reviewed_at=review.decided_at if review and is_reviewed else None,
        excluded=_excluded(submission, review),
    )


def _quotations(
    labels: Mapping[str, int | None],
    chosen: Mapping[int, str],
    proposed: list[tuple[str, str]],
) -> list[tuple[str, str]]:
    """For each confirmed label the chosen quotation, else the model's; nothing if withdrawn."""
    found: list[tuple[str, str]] = []
    for label in (label for label in LABELS if label in labels):
        excerpt_id = labels[label]
        if excerpt_id is None:
            found.extend(one for one in proposed if one[0] == label)
        elif excerpt_id in chosen:
            found.append((label, chosen[excerpt_id]))
    return found


def _excluded(submission: Submission, review: Review | None) -> str | None:
    """Why it never counts, if so. What the sender called a test stays one."""
    if review is not None and review.exclusion:
        return review.exclusion
    return Exclusion.TEST.value if submission.is_test else None
