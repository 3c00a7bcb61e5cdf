"""A reading as JSON, in the format of ``retsspor tag``: offsets count in the redacted text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field

from nlp.types import Entity, Reading


class EntityOut(BaseModel):
    """A placeholder in the redacted text."""

    start: int
    end: int
    type: str


class EvidenceOut(BaseModel):
    """A passage of the redacted text that speaks for a label."""

    start: int
    end: int


class SuggestionOut(BaseModel):
    """What the model proposes for one label."""

    label: str
    probability: Annotated[float, Field(ge=0, le=1)]
    suggested: bool
    evidence: list[EvidenceOut]


class ExcerptOut(BaseModel):
    """A short anonymous quotation for a label."""

    label: str
    text: str


class VersionsOut(BaseModel):
    """Which redactor and which classifier made it."""

    redactor: str
    classifier: str


class ReadingOut(BaseModel):
    """A submission after it was read: redacted text, six suggestions, excerpts."""

    id: str
    text: str
    entities: list[EntityOut]
    suggestions: list[SuggestionOut]
    excerpts: list[ExcerptOut]
    versions: VersionsOut


def entities_out(entities: Iterable[Entity]) -> list[EntityOut]:
    """The placeholders, as they are written out."""
    return [EntityOut(start=one.start, end=one.end, type=one.type) for one in entities]


def reading_out(identifier: str, reading: Reading) -> ReadingOut:
    """A reading as it is written out."""
    return ReadingOut(
        id=identifier,
        text=reading.redacted.text,
        entities=entities_out(reading.redacted.entities),
        suggestions=[
            SuggestionOut(
                label=one.label,
                probability=round(one.probability, 4),
                suggested=one.suggested,
                evidence=[EvidenceOut(start=e.start, end=e.end) for e in one.evidence],
            )
            for one in reading.suggestions
        ],
        excerpts=[ExcerptOut(label=one.label, text=one.text) for one in reading.excerpts],
        versions=VersionsOut(
            redactor=reading.versions.redactor, classifier=reading.versions.classifier
        ),
    )
