"""A submission as it is kept, in the format of ``retsspor tag``; offsets in the text of now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.db.tables import Submission
from service.intake.wire import (
    EntityOut,
    EvidenceOut,
    ExcerptOut,
    ReadingOut,
    SuggestionOut,
    VersionsOut,
)
from service.review.personal import evidence_of
from service.review.repository import submission_of


def kept_reading(session: Session, public_id: str) -> ReadingOut:
    """What intake answers: the same for the first request and for each repetition of it."""
    submission = submission_of(session, public_id)
    return ReadingOut(
        id=submission.external_id or submission.public_id,
        text=submission.text,
        entities=entities_of(submission),
        suggestions=suggestions_of(submission),
        excerpts=excerpts_of(submission),
        versions=versions_of(submission),
    )


def entities_of(submission: Submission) -> list[EntityOut]:
    """The placeholders."""
    return [EntityOut(**one) for one in submission.entities]


def suggestions_of(submission: Submission) -> list[SuggestionOut]:
    """What the model said about each label."""
    return [
        SuggestionOut(
            label=one.label,
            probability=round(one.probability, 4),
            suggested=one.suggested,
            evidence=[
                EvidenceOut(start=start, end=end) for start, end in evidence_of(submission, one)
            ],
        )
        for one in submission.suggestions
    ]


def excerpts_of(submission: Submission) -> list[ExcerptOut]:
    """The quotations that were not withdrawn."""
    return [
        ExcerptOut(label=one.label, text=one.text)
        for one in submission.excerpts
        if one.withdrawn_at is None
    ]


def versions_of(submission: Submission) -> VersionsOut:
    """Which redactor and which classifier read it."""
    return VersionsOut(
        redactor=submission.redactor_version, classifier=submission.classifier_version
    )
