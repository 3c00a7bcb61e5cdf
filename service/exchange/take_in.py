"""Records into the database: each is a new decision of a named person, or is refused and listed.

Nothing that stands is changed, and nothing newer is overruled: a record that was made on an older
version than the one that stands is refused. The same file twice adds nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy.orm import Session

from nlp.errors import RedactionFailed
from nlp.interfaces import Reader
from service.db import audit
from service.db.engine import Database
from service.db.tables import Exclusion, State, Submission
from service.errors import (
    AlreadyDecided,
    BadFields,
    FieldProblem,
    NotAllowed,
    NotHere,
    ServiceError,
    Taken,
)
from service.exchange.records import Passage, Record
from service.exchange.standing import record as record_that_stands
from service.intake.rows import RefusedRow
from service.intake.service import NOT_REDACTED
from service.review.decisions import Choice, Reviewer
from service.review.personal import evidence_of
from service.review.repository import latest_review, submission_of
from service.review.service import decide


class Fate(StrEnum):
    """What became of a record."""

    DECIDED = "decided"
    """A new decision was added."""
    UNCHANGED = "unchanged"
    """Exactly this stands already."""
    EMPTY = "empty"
    """It holds no decision: a task that nobody has answered."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A record with its row; None for a row without a decision."""

    row: int
    record: Record | None


AnyRecord = Numbered | RefusedRow
Outcome = Fate | tuple[FieldProblem, ...]


def take_in_all(
    database: Database,
    reader: Reader,
    records: Iterable[AnyRecord],
    reviewer: Reviewer,
    *,
    blind_percent: int,
) -> Iterator[tuple[int, Outcome]]:
    """What became of each row. Goes on after a refusal; the end is told to the audit trail."""
    counts = dict.fromkeys([*Fate, "refused"], 0)
    try:
        for one in records:
            outcome = _outcome(database, reader, one, reviewer, blind_percent)
            counts[outcome if isinstance(outcome, Fate) else "refused"] += 1
            yield one.row, outcome
    finally:
        with database.write() as session:
            audit.record(
                session,
                actor=reviewer.name,
                action="import",
                subject="decisions",
                decided=counts[Fate.DECIDED],
                unchanged=counts[Fate.UNCHANGED],
                refused=counts["refused"],
            )


def _outcome(
    database: Database, reader: Reader, one: AnyRecord, reviewer: Reviewer, blind_percent: int
) -> Outcome:
    if isinstance(one, RefusedRow):
        return one.problems
    if one.record is None:
        return Fate.EMPTY
    try:
        return take_in(database, reader, one.record, reviewer, blind_percent=blind_percent)
    except BadFields as error:
        return error.problems
    except NotHere:
        return (_problem("id", "is not known here", "Referencen kendes ikke her."),)
    except AlreadyDecided:
        return (_NEWER,)
    except (Taken, NotAllowed) as error:
        return (FieldProblem("", _ENGLISH[type(error)], error.detail),)
    except RedactionFailed:
        return (NOT_REDACTED,)


_ENGLISH: dict[type[ServiceError], str] = {
    Taken: "another person reads the submission now",
    NotAllowed: "the second reading must be another person's than the first",
}


def _problem(field: str, english: str, danish: str) -> FieldProblem:
    return FieldProblem(field, f"{field}: {english}", danish)


_NEWER = _problem(
    "revision",
    "a newer decision stands on the submission; it was not overruled",
    "Der står en nyere vurdering. Den er ikke ændret.",
)


def take_in(
    database: Database, reader: Reader, record: Record, reviewer: Reviewer, *, blind_percent: int
) -> Fate:
    """Add the decision that a record holds.

    Raises NotHere, BadFields (a place that is not in the text, another text), AlreadyDecided (a
    newer decision stands), Taken, NotAllowed, RedactionFailed.
    """
    with database.read() as session:
        submission = submission_of(session, record.reference)
        placed = _placed(record, submission)
        if _stands(session, placed, submission):
            return Fate.UNCHANGED
        if submission.revision > record.revision:
            raise AlreadyDecided(submission.revision)
        choice = _choice(placed, submission)
    decide(
        database,
        reader,
        record.reference,
        choice,
        reviewer,
        revision=submission.revision,
        blind_percent=blind_percent,
    )
    return Fate.DECIDED


def _placed(record: Record, submission: Submission) -> Record:
    """The record with its passages where they stand in the text. Raises BadFields."""
    problems = []
    if record.text is not None and record.text.split() != submission.text.split():
        problems.append(_problem("text", "is another than here", "Teksten er en anden her."))
    passages = [_found(one, submission.text) for one in record.passages]
    pointed = [_found(one, submission.text) for one in record.evidence]
    if None in passages or None in pointed:
        problems.append(
            _problem("passages", "one is not in the text", "Et uddrag står ikke i teksten.")
        )
    if any(one is not None and not _is_evidence(one, submission) for one in pointed):
        problems.append(
            _problem(
                "evidence",
                "one is not the model's; quotations belong under uddrag",
                "Et sted er ikke modellens. Vælg citater under uddrag.",
            )
        )
    if problems:
        raise BadFields(problems)
    return replace(record, passages=tuple(one for one in passages if one is not None))


def _found(passage: Passage, text: str) -> Passage | None:
    """The passage with its place, without space around it; None when the text does not hold it."""
    words = passage.text.strip()
    start = text.find(words) if passage.start is None else _counted(passage, text)
    if not words or start is None or start < 0:
        return None
    start = text.index(words, start)
    return Passage(passage.label, words, start, start + len(words))


def _counted(passage: Passage, text: str) -> int | None:
    """Where a passage begins in code points; older Label Studios counted UTF-16 units."""
    assert passage.start is not None
    assert passage.end is not None
    if text[passage.start : passage.end] == passage.text:
        return passage.start
    units = text.encode("utf-16-le")
    cut = units[2 * passage.start : 2 * passage.end].decode("utf-16-le", "replace")
    if cut != passage.text:
        return None
    return len(units[: 2 * passage.start].decode("utf-16-le"))


def _is_evidence(passage: Passage, submission: Submission) -> bool:
    places = [
        place
        for suggestion in submission.suggestions
        if suggestion.label == passage.label
        for place in evidence_of(submission, suggestion)
    ]
    return any(submission.text[slice(*place)].strip() == passage.text for place in places)


def _stands(session: Session, record: Record, submission: Submission) -> bool:
    """True when the record says exactly what stands already."""
    review = latest_review(session, submission)
    if review is None or submission.state != State.REVIEWED:
        return False
    before = record_that_stands(submission, review)
    return (
        record.labels == before.labels
        and record.exclusion == before.exclusion
        and record.subtags == before.subtags
        and record.passages == before.passages
        and record.note in (None, before.note)
    )


def _choice(record: Record, submission: Submission) -> Choice:
    """The decision. What the sender called a test stays one without being said again."""
    is_said = record.exclusion == Exclusion.TEST and submission.is_test
    exclusion = Exclusion(record.exclusion) if record.exclusion and not is_said else None
    if exclusion is not None and (record.labels or record.passages):
        raise BadFields(
            [
                _problem(
                    "exclusion",
                    "what never counts has no labels",
                    "Det, der ikke tæller med, har ingen mærker.",
                )
            ]
        )
    return Choice(
        labels=frozenset(record.labels),
        exclusion=exclusion,
        subtags=record.subtags,
        note=record.note or "",
        passages={one.label: one.text for one in record.passages},
        places={
            one.label: (one.start, one.end)
            for one in record.passages
            if one.start is not None and one.end is not None
        },
        seconds=record.seconds,
    )
