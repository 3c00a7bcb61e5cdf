"""Look up what a review page needs."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from nlp.types import Entity, Redacted
from service.db.tables import Action, Review, Submission
from service.errors import NotHere


def submission_of(session: Session, public_id: str) -> Submission:
    """A submission with its suggestions and excerpts. Raises NotHere."""
    found = session.scalar(
        select(Submission)
        .where(Submission.public_id == public_id)
        .options(selectinload(Submission.suggestions), selectinload(Submission.excerpts))
    )
    if found is None:
        raise NotHere("Indsendelsen findes ikke.")
    return found


def redacted_of(submission: Submission) -> Redacted:
    """The text with its placeholders, as the language code knows it."""
    return Redacted(
        submission.text,
        tuple(Entity(**one) for one in submission.entities),
        possible=tuple(Entity(**one, possible=True) for one in submission.possible),
    )


def latest_review(session: Session, submission: Submission) -> Review | None:
    """The review that stands."""
    return session.scalar(
        select(Review)
        .where(Review.submission_id == submission.id, Review.revision == submission.revision)
        .options(joinedload(Review.reviewer), selectinload(Review.decisions))
    )


def history(session: Session, submission: Submission) -> list[Review]:
    """All reviews of a submission, the latest first."""
    return list(
        session.scalars(
            select(Review)
            .where(Review.submission_id == submission.id)
            .order_by(Review.revision.desc())
            .options(joinedload(Review.reviewer), selectinload(Review.decisions))
        )
    )


def undoable(session: Session, account_id: int) -> tuple[str, int] | None:
    """A reviewer's latest decision that still stands: public id and revision."""
    found = session.execute(
        select(Submission.public_id, Submission.revision)
        .join(Review, Review.submission_id == Submission.id)
        .where(
            Review.reviewer_id == account_id,
            Review.action == Action.DECIDE.value,
            Review.revision == Submission.revision,
        )
        .order_by(Review.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def same_text(session: Session, submission: Submission) -> list[str]:
    """Other submissions with exactly this redacted text: perhaps duplicates."""
    return list(
        session.scalars(
            select(Submission.public_id)
            .where(Submission.text_sha256 == submission.text_sha256, Submission.id != submission.id)
            .order_by(Submission.id)
            .limit(5)
        )
    )
