"""Look up what a review page needs."""

from __future__ import annotations

from sqlalchemy import ScalarSelect, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from nlp.types import Entity, Redacted
from service.db.tables import READINGS, Action, Review, Submission
from service.errors import AlreadyDecided, NotAllowed, NotHere


def submission_of(session: Session, public_id: str) -> Submission:
    """A submission with its suggestions and excerpts. Raises NotHere."""
    found = session.scalar(
        select(Submission)
        .where(Submission.public_id == public_id)
        .options(
            selectinload(Submission.suggestions),
            selectinload(Submission.excerpts),
            selectinload(Submission.maskings),
        )
    )
    if found is None:
        raise NotHere("Indsendelsen findes ikke.")
    return found


def locked(session: Session, public_id: str, revision: int) -> Submission:
    """The submission, held until the transaction ends. Raises when it has moved on."""
    submission = session.scalar(
        select(Submission).where(Submission.public_id == public_id).with_for_update()
    )
    if submission is None:
        raise NotHere("Indsendelsen findes ikke.")
    need_text(submission)
    if submission.revision != revision:
        raise AlreadyDecided(submission.revision)
    return submission


def need_text(submission: Submission) -> None:
    """Raise NotAllowed when the text is deleted: what was decided on it stands for good."""
    if submission.text_deleted_at is not None:
        raise NotAllowed("Teksten er slettet, fordi dens tid var gået. Vurderingen står fast.")


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


def first_reader(submission_id: InstrumentedAttribute[int] | int) -> ScalarSelect[int]:
    """Who gave the reading that a second one is to be compared with."""
    return (
        select(Review.reviewer_id)
        .where(Review.submission_id == submission_id, Review.action == Action.DECIDE.value)
        .order_by(Review.revision.desc())
        .limit(1)
        .scalar_subquery()
    )


def gave_first(session: Session, submission_id: int, account_id: int) -> bool:
    """True for the first reader."""
    return session.scalar(select(first_reader(submission_id))) == account_id


def was_read(session: Session, submission_id: int) -> bool:
    """True when anybody decided, even if it was undone: the suggestions may have been seen."""
    readings = (Review.submission_id == submission_id, Review.action.in_(READINGS))
    return bool(session.scalar(select(exists().where(*readings))))


def undoable(session: Session, account_id: int) -> tuple[str, int] | None:
    """A reviewer's latest decision that still stands: public id and revision."""
    found = session.execute(
        select(Submission.public_id, Submission.revision)
        .join(Review, Review.submission_id == Submission.id)
        .where(
            Review.reviewer_id == account_id,
            Review.action.in_(READINGS),
            Review.revision == Submission.revision,
            Submission.text_deleted_at.is_(None),
        )
        .order_by(Review.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def same_text(session: Session, submission: Submission) -> list[str]:
    """Other submissions with exactly this redacted text: perhaps duplicates."""
    if not submission.text_sha256:  # the text is deleted, as are others
        return []
    return list(
        session.scalars(
            select(Submission.public_id)
            .where(Submission.text_sha256 == submission.text_sha256, Submission.id != submission.id)
            .order_by(Submission.id)
            .limit(5)
        )
    )
