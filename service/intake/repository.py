"""Rows for a submission that was read. Only redacted text reaches this module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.releases.reader import BESIDE, Beside
from nlp.types import Entity, Evidence, Reading, Suggestion
from service.clock import now
from service.db import audit
from service.db.tables import (
    BesideRow,
    ExcerptRow,
    Exclusion,
    Origin,
    Source,
    State,
    Submission,
    SuggestionRow,
)
from service.errors import BadCursor
from service.intake.fields import Draft
from service.review.blind import draw
from service.review.order import Before, before, worth
from service.secrets import new_public_id


@dataclass(frozen=True, slots=True)
class Incoming:
    """Everything that is kept of a submission."""

    draft: Draft
    reading: Reading
    source: Source
    submitter: str
    account_id: int | None


def add(session: Session, incoming: Incoming, actor: str) -> str:
    """Add a submission with its suggestions and excerpts; returns its public id."""
    row = _submission(incoming, before(session))
    row.suggestions = [_suggestion(one, incoming) for one in incoming.reading.suggestions]
    row.excerpts = [
        ExcerptRow(label=one.label, text=one.text, origin=Origin.MODEL, added_at=row.stored_at)
        for one in incoming.reading.excerpts
    ]
    session.add(row)
    beside = incoming.reading.facts.get(BESIDE)
    if isinstance(beside, Beside):
        session.flush()  # its rows need the number of the submission
        session.add_all(_beside(one, row.id, beside.version) for one in beside.suggestions)
    audit.record(
        session, actor=actor, action="receive", subject=row.public_id, source=incoming.source.value
    )
    return row.public_id


def submitter_of(session: Session, public_id: str) -> str | None:
    """The sender's opaque key of an earlier submission."""
    if not public_id:
        return None
    return session.scalar(select(Submission.submitter).where(Submission.public_id == public_id))


def exists(session: Session, public_id: str) -> bool:
    """True when a submission with this reference was kept."""
    return submitter_of(session, public_id) is not None


def sent_page(session: Session, account_id: int, *, behind: str, most: int) -> list[Submission]:
    """What an account has sent, the newest first, behind a reference. Raises BadCursor."""
    query = select(Submission).where(Submission.sent_by == account_id)
    if behind:
        row = session.scalar(
            select(Submission.id).where(
                Submission.public_id == behind, Submission.sent_by == account_id
            )
        )
        if row is None:
            raise BadCursor
        query = query.where(Submission.id < row)
    return list(session.scalars(query.order_by(Submission.id.desc()).limit(most)))


def uncertainty(suggestions: Iterable[Suggestion]) -> float:
    """Smallest distance of a probability from its threshold; 1 when there are none."""
    return min((abs(one.probability - one.threshold) for one in suggestions), default=1.0)


def urgency(uncertainty: float, *, is_doubtful: bool) -> float:
    """The larger, the sooner it should be read: doubts about personal data outweigh all else.

    >>> urgency(1.0, is_doubtful=True) >= urgency(0.0, is_doubtful=False)
    True
    """
    return 1 - uncertainty + is_doubtful


def text_hash(text: str) -> str:
    """SHA-256 of a redacted text: which version of it a decision was made on."""
    return sha256(text.encode("utf-8")).hexdigest()


def _submission(incoming: Incoming, known: Before) -> Submission:
    draft, reading = incoming.draft, incoming.reading
    stored_at, public_id = now(), new_public_id()
    unsure = uncertainty(reading.suggestions)
    drawn = draw(public_id)
    found = worth(reading.suggestions, known, draw=drawn, public_id=public_id)
    return Submission(
        public_id=public_id,
        text=reading.redacted.text,
        text_sha256=text_hash(reading.redacted.text),
        entities=entities_as_rows(reading.redacted.entities),
        possible=entities_as_rows(reading.redacted.possible),
        area=draft.area,
        municipality=draft.municipality.name if draft.municipality else None,
        received_at=draft.received_at or stored_at,
        stored_at=stored_at,
        is_test=draft.is_test,
        state=State.NEW,
        exclusion=Exclusion.TEST if draft.is_test else None,
        revision=0,
        uncertainty=unsure,
        urgency=urgency(unsure, is_doubtful=bool(reading.redacted.possible)),
        gain=found.gain,
        place=found.place,
        draw=drawn,
        submitter=incoming.submitter,
        source=incoming.source,
        external_id=draft.external_id,
        sent_by=incoming.account_id,
        redactor_version=reading.versions.redactor,
        classifier_version=reading.versions.classifier,
    )


def _beside(one: Suggestion, submission_id: int, version: str) -> BesideRow:
    return BesideRow(
        submission_id=submission_id,
        classifier_version=version,
        label=one.label,
        probability=one.probability,
        threshold=one.threshold,
        suggested=one.suggested,
    )


def _suggestion(one: Suggestion, incoming: Incoming) -> SuggestionRow:
    return SuggestionRow(
        label=one.label,
        probability=one.probability,
        threshold=one.threshold,
        suggested=one.suggested,
        sure=one.sure,
        evidence=[_evidence(evidence) for evidence in one.evidence],
        classifier_version=incoming.reading.versions.classifier,
    )


def entities_as_rows(entities: Iterable[Entity]) -> list[dict[str, Any]]:
    """Entities as they are kept."""
    return [{"start": one.start, "end": one.end, "type": one.type} for one in entities]


def _evidence(one: Evidence) -> dict[str, Any]:
    return {"start": one.start, "end": one.end, "probability": round(one.probability, 4)}
