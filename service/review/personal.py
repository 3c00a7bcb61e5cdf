"""Take personal words out of a submission for good: the text, its notes and its quotations.

The words go out of every row that held them, in one transaction; what is kept is a masking (type,
places, shape). A hash of the text with the words in it goes too: whoever guesses a name could
check the guess with it. What was suggested and decided stays as it was said, and offsets into the
old text are moved through the maskings when they are shown (``evidence_of``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from service.clock import now
from service.db import audit
from service.db.engine import Database
from service.db.tables import (
    Action,
    Decision,
    ExcerptRow,
    Masking,
    Review,
    Submission,
    SuggestionRow,
)
from service.intake.repository import entities_as_rows, text_hash, urgency
from service.review.claims import need_free
from service.review.decisions import Reviewer, repeated_review
from service.review.masking import Masked, Personal, Place, mask, moved, pattern, withheld
from service.review.repository import latest_review, locked, redacted_of, same_text
from service.review.service import repeat_on_submission

CONTEXT = 120
"""Characters on each side of a place that a test case takes along."""


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What became of the words."""

    revision: int
    places: int
    excerpts: int
    """Quotations that were withdrawn because they held the words."""
    twins: tuple[str, ...]
    """Other submissions that had the same text, and hold the words still."""


def take_out(
    database: Database, public_id: str, personal: Personal, reviewer: Reviewer, *, revision: int
) -> TakenOut:
    """Replace the words everywhere in a submission. Raises BadFields and changes nothing then."""
    with database.write() as session:
        submission = locked(session, public_id, revision)
        need_free(session, submission, reviewer.account_id)
        masked = mask(redacted_of(submission), personal)
        before = latest_review(session, submission)
        twins = tuple(same_text(session, submission))
        words = pattern(personal)
        session.add(_masking(submission, masked, personal, reviewer))
        session.flush()  # from here on the triggers let its texts be changed
        excerpts = _withdraw_excerpts(session, submission, words, masked.placeholder)
        _clear_notes(session, submission, words, masked.placeholder)
        _clear_hashes(session, submission)
        _replace_text(submission, masked)
        review = repeated_review(submission, reviewer, before, Action.MASK)
        if before is None:
            review.state = submission.state
        session.add(review)
        repeat_on_submission(submission, review)
        audit.record(
            session,
            actor=reviewer.name,
            action=Action.MASK.value,
            subject=submission.public_id,
            revision=review.revision,
            type=personal.type,
            places=len(masked.places),
            excerpts=excerpts,
        )
    database.forget()
    return TakenOut(review.revision, len(masked.places), excerpts, twins)


def _masking(
    submission: Submission, masked: Masked, personal: Personal, reviewer: Reviewer
) -> Masking:
    return Masking(
        submission_id=submission.id,
        revision=submission.revision + 1,
        type=personal.type,
        placeholder=masked.placeholder,
        places=[{"start": p.start, "end": p.end, "shape": p.shape} for p in masked.places],
        redactor_version=submission.redactor_version,
        masked_by=reviewer.account_id,
        masked_at=now(),
    )


def _withdraw_excerpts(
    session: Session, submission: Submission, words: re.Pattern[str], placeholder: str
) -> int:
    rows = session.scalars(
        select(ExcerptRow).where(
            ExcerptRow.submission_id == submission.id, ExcerptRow.withdrawn_at.is_(None)
        )
    )
    held = [row for row in rows if withheld(row.text, words, placeholder) is not None]
    for row in held:
        row.text, row.withdrawn_at = "", now()
    return len(held)


def _clear_notes(
    session: Session, submission: Submission, words: re.Pattern[str], placeholder: str
) -> None:
    for review in session.scalars(select(Review).where(Review.submission_id == submission.id)):
        note = withheld(review.note, words, placeholder)
        if note is not None:
            review.note = note


def _clear_hashes(session: Session, submission: Submission) -> None:
    session.execute(
        update(Decision).where(Decision.submission_id == submission.id).values(text_sha256="")
    )


def _replace_text(submission: Submission, masked: Masked) -> None:
    redacted = masked.redacted
    submission.text = redacted.text
    submission.text_sha256 = text_hash(redacted.text)
    submission.entities = entities_as_rows(redacted.entities)
    submission.possible = entities_as_rows(redacted.possible)
    submission.urgency = urgency(submission.uncertainty, is_doubtful=bool(redacted.possible))


def evidence_of(submission: Submission, suggestion: SuggestionRow) -> list[tuple[int, int]]:
    """Where the evidence of a suggestion stands in the text as it is now."""
    return [_through(one["start"], one["end"], submission.maskings) for one in suggestion.evidence]


def passage_of(submission: Submission, excerpt: ExcerptRow) -> tuple[int, int] | None:
    """Where a reviewer's passage stands in the text as it is now.

    None for the model's quotations, for those that were withdrawn, and for those that were kept
    before places were.
    """
    start, end = excerpt.passage_start, excerpt.passage_end
    if start is None or end is None or excerpt.withdrawn_at is not None:
        return None
    later = [one for one in submission.maskings if one.masked_at >= excerpt.added_at]
    return _through(start, end, later)


def _through(start: int, end: int, maskings: Sequence[Masking]) -> tuple[int, int]:
    for one in maskings:
        start, end = moved(start, end, _places(one), len(one.placeholder))
    return start, end


def _places(masking: Masking) -> list[Place]:
    return [Place(**one) for one in masking.places]


@dataclass(frozen=True, slots=True)
class Missed:
    """A place that the redactor missed, without the words: a test case and an example to learn.

    Retraining puts an invented value of the same type and shape between ``before`` and ``after``.
    """

    type: str
    shape: str
    before: str
    after: str
    redactor_version: str


def missed(session: Session) -> Iterator[Missed]:
    """Every place that reviewers had to take out, oldest first.

    The surroundings are cut from the text as it is now, so a later masking reaches them too.
    """
    rows = session.scalars(select(Masking).order_by(Masking.id).execution_options(yield_per=500))
    for masking in rows:
        submission = session.get_one(
            Submission, masking.submission_id, options=[joinedload(Submission.maskings)]
        )
        yield from _missed(submission, masking)


def _missed(submission: Submission, masking: Masking) -> Iterator[Missed]:
    maskings = [one for one in submission.maskings if one.revision >= masking.revision]
    for place in _places(masking):
        start, end = _through(place.start, place.end, maskings)
        yield Missed(
            type=masking.type,
            shape=place.shape,
            before=submission.text[max(start - CONTEXT, 0) : start],
            after=submission.text[end : end + CONTEXT],
            redactor_version=masking.redactor_version,
        )
