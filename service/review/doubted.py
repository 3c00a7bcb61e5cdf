"""Answers to the list of doubtful decisions.

Whoever finds a decision right says so, and it is not asked again; whoever does not opens the
submission and decides anew, or asks for a second reader. Any new decision takes the submission off
the list, and a label that it leaves as it was counts as an answer.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.clock import now
from service.db import audit
from service.db.engine import Database
from service.db.tables import Doubt, DoubtAnswer, Review, State, Submission
from service.errors import NotHere
from service.review.claims import need_free
from service.review.decisions import Reviewer
from service.review.repository import locked


def waiting(session: Session) -> int:
    """How many submissions are on the list."""
    query = select(func.count()).where(
        Submission.state == State.REVIEWED.value, Submission.doubt.is_not(None)
    )
    return session.scalar(query.select_from(Submission)) or 0


def stands(database: Database, public_id: str, reviewer: Reviewer, *, revision: int) -> None:
    """Say that the decision is right as it stands: it leaves the list, and is not asked again.

    Raises AlreadyDecided when another decision stands by now, Taken while another person reads it,
    NotHere when nothing is in doubt (any more).
    """
    with database.write() as session:
        submission = locked(session, public_id, revision)
        need_free(session, submission, reviewer.account_id)
        if submission.doubt is None:
            raise NotHere("Indsendelsen står ikke på listen (længere).")
        found = _doubts(session, submission)
        session.add_all(_answer(one, reviewer) for one in found)
        submission.doubt = None
        audit.record(
            session,
            actor=reviewer.name,
            action="stands",
            subject=public_id,
            labels=",".join(one.label for one in found),
        )


def answer_by_deciding(
    session: Session, submission: Submission, review: Review, by: Reviewer
) -> None:
    """A person decided anew: a label in doubt that they left as it was is answered.

    Called before the submission leaves the list.
    """
    if submission.doubt is None:
        return
    values = {one.label: one.value for one in review.decisions}
    session.add_all(
        _answer(one, by)
        for one in _doubts(session, submission)
        if values.get(one.label) == one.value
    )


def _doubts(session: Session, submission: Submission) -> list[Doubt]:
    return list(session.scalars(select(Doubt).where(Doubt.submission_id == submission.id)))


def _answer(one: Doubt, by: Reviewer) -> DoubtAnswer:
    return DoubtAnswer(
        submission_id=one.submission_id,
        label=one.label,
        value=one.value,
        probability=one.probability,
        classifier_version=one.classifier_version,
        answered_by=by.account_id,
        answered_at=now(),
    )
