"""Decide on a submission, and undo. Both add a review; neither changes what was there.

Whoever decides says which revision they looked at. When another revision stands by then, nothing
is kept and AlreadyDecided tells so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.errors import BadText
from nlp.interfaces import Reader
from nlp.types import RawText, Redacted
from service.db import audit
from service.db.engine import Database
from service.db.tables import (
    READINGS,
    Action,
    ExcerptRow,
    Origin,
    Review,
    State,
    Submission,
)
from service.errors import BadFields, FieldProblem, NotAllowed, NotHere
from service.review.blind import is_blind
from service.review.claims import need_free, need_other_reader, release
from service.review.decisions import (
    Choice,
    Reviewer,
    check,
    decided_review,
    decisions,
    repeated_review,
)
from service.review.doubted import answer_by_deciding
from service.review.repository import latest_review, locked, redacted_of, was_read


def decide(
    database: Database,
    reader: Reader,
    public_id: str,
    choice: Choice,
    reviewer: Reviewer,
    *,
    revision: int,
    blind_percent: int = 0,
) -> int:
    """Keep a decision for each label; returns the new revision.

    What the decision is follows from the state: the first, a second one, or the one that settles.
    """
    check(choice)
    note = _safe_note(reader, choice.note)
    excerpts = _chosen_excerpts(database, reader, public_id, choice)
    with database.write() as session:
        submission = locked(session, public_id, revision)
        need_free(session, submission, reviewer.account_id)
        need_other_reader(session, submission, reviewer.account_id)
        is_unseen = _is_unseen(session, submission, blind_percent)
        before = latest_review(session, submission)
        review = decided_review(submission, reviewer, choice, note, before)
        session.add(review)
        if choice.exclusion is None:
            chosen = _kept_excerpts(before) | _add_excerpts(session, review, excerpts)
            review.decisions = decisions(
                submission, review, choice, chosen, excerpts, is_unseen=is_unseen
            )
        answer_by_deciding(session, submission, review, reviewer)
        repeat_on_submission(submission, review)
        release(session, submission.id)
        _audit(session, submission, review, reviewer)
    return review.revision


def undo(database: Database, public_id: str, reviewer: Reviewer, *, revision: int) -> int:
    """Put back what stood before one's own latest decision, as a new revision."""
    with database.write() as session:
        submission = locked(session, public_id, revision)
        need_free(session, submission, reviewer.account_id)
        latest = latest_review(session, submission)
        is_own = latest is not None and latest.reviewer_id == reviewer.account_id
        if latest is None or not is_own or latest.action not in READINGS:
            raise NotAllowed("Du kan kun fortryde din egen seneste vurdering.")
        before = session.scalar(
            select(Review).where(
                Review.submission_id == submission.id, Review.revision == revision - 1
            )
        )
        review = repeated_review(submission, reviewer, before, Action.UNDO)
        if before is None:
            review.state = State.NEW
        session.add(review)
        repeat_on_submission(submission, review)
        _audit(session, submission, review, reviewer)
    return review.revision


def _is_unseen(session: Session, submission: Submission, blind_percent: int) -> bool:
    """True when the person decides without having seen what the model said."""
    is_first = submission.state != State.SECOND
    return is_blind(submission, blind_percent) and not (
        is_first and was_read(session, submission.id)
    )


def _safe_note(reader: Reader, note: str) -> str:
    """A note goes through redaction too: reviewers quote."""
    if not note.strip():
        return ""
    try:
        return reader.redact(RawText(note.strip())).text
    except BadText:
        problem = FieldProblem(
            "note", "unreadable", "Noten skal være på dansk og uden personoplysninger."
        )
    raise BadFields([problem])


def _chosen_excerpts(
    database: Database, reader: Reader, public_id: str, choice: Choice
) -> dict[str, _Quotation]:
    """The quotations a person chose. Raises BadFields for a passage that is not in the text."""
    wanted = {
        label: p.strip()
        for label, p in choice.passages.items()
        if label in choice.labels and p.strip()
    }
    if not wanted or choice.exclusion is not None:
        return {}
    with database.read() as session:
        submission = session.scalar(select(Submission).where(Submission.public_id == public_id))
        if submission is None:
            raise NotHere
        redacted = redacted_of(submission)
    return {
        label: _quotation(reader, label, redacted, passage, choice.places.get(label))
        for label, passage in wanted.items()
    }


@dataclass(frozen=True, slots=True)
class _Quotation:
    """An anonymous quotation, and where in the text its passage stands."""

    text: str
    start: int
    end: int


def _quotation(
    reader: Reader, label: str, redacted: Redacted, passage: str, place: tuple[int, int] | None
) -> _Quotation:
    """The anonymous quotation for a passage; refused when there is none."""
    start, end = place or _first_place(redacted.text, passage)
    if start < 0 or redacted.text[start:end].strip() != passage:
        what = f"Uddraget for {label} står ikke ordret i teksten."
        raise BadFields([FieldProblem("passages", "not in the text", what)])
    excerpt = reader.excerpt(label, redacted, start, end)
    if not excerpt.text:
        what = f"Uddraget for {label} kan ikke gengives anonymt. Vælg et andet sted."
        raise BadFields([FieldProblem("passages", "not anonymous", what)])
    start = redacted.text.index(passage, start)  # without the space that a place may take along
    return _Quotation(excerpt.text, start, start + len(passage))


def _first_place(text: str, passage: str) -> tuple[int, int]:
    start = text.find(passage)
    return start, start + len(passage)


def _kept_excerpts(before: Review | None) -> dict[str, int]:
    """Quotations that were chosen earlier and still stand."""
    decisions = before.decisions if before else []
    return {one.label: one.excerpt_id for one in decisions if one.excerpt_id is not None}


def _add_excerpts(
    session: Session, review: Review, excerpts: Mapping[str, _Quotation]
) -> dict[str, int]:
    rows = [
        ExcerptRow(
            submission_id=review.submission_id,
            label=label,
            text=excerpt.text,
            origin=Origin.REVIEWER,
            added_by=review.reviewer_id,
            added_at=review.decided_at,
            passage_start=excerpt.start,
            passage_end=excerpt.end,
        )
        for label, excerpt in excerpts.items()
    ]
    session.add_all(rows)
    session.flush()
    return {row.label: row.id for row in rows}


def repeat_on_submission(submission: Submission, review: Review) -> None:
    """What the queue needs to know without a join. A new act is no longer what was doubted."""
    submission.revision = review.revision
    submission.state = review.state
    submission.exclusion = review.exclusion
    submission.doubt = None


def _audit(session: Session, submission: Submission, review: Review, reviewer: Reviewer) -> None:
    audit.record(
        session,
        actor=reviewer.name,
        action=str(review.action),
        subject=submission.public_id,
        revision=review.revision,
        labels=",".join(one.label for one in review.decisions if one.value),
        exclusion=str(review.exclusion) if review.exclusion else None,
    )
