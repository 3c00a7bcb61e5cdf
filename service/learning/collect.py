"""What persons confirmed, as examples to learn from and as a stream to measure on. Only looks.

The blind share is for measuring: who decided on it had seen no suggestion. It is never learned
from, and neither is any text by the same sender, or with the same words, as a blind one. So every
version, old or new, can be measured on all of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from evaluation.gate import Truth
from models.classifier.corpus import Evidence, Example
from models.releases.training import Confirmed
from nlp.types import LABELS
from service.db.tables import Decision, Kind, State, Submission, SuggestionRow, Withdrawal
from service.review.personal import evidence_of, passage_of
from service.security.sealing import Sealer

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class BlindText:
    """A text that was decided on without suggestions, with that decision."""

    submission_id: int
    text: str
    labels: tuple[int, ...]
    """One 0 or 1 for each of ``LABELS``."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything that a training needs of the database, read in one go."""

    confirmed: Confirmed
    blind: tuple[BlindText, ...]
    """In the order in which they were decided."""

    @property
    def truth(self) -> Truth:
        """The labels of the blind texts, shape (texts, labels)."""
        return np.array([b.labels for b in self.blind], dtype=bool).reshape(-1, len(LABELS))


def reference_hash(sealer: Sealer, public_id: str) -> str:
    """What stands for a submission in manifests and in the list of those withdrawn."""
    return sealer.seal(b"submission", public_id.encode())


def collect(session: Session, sealer: Sealer, *, weight: float) -> Collected:
    """Confirmed submissions that count, split into those to learn from and those to measure on."""
    first = _first_blind(session)
    counting = list(_counting(session))
    blind = [one for one in counting if one.id in first]
    kept_out = ({one.submitter for one in blind}, {one.text_sha256 for one in blind})
    standing = _standing(session, [one.id for one in counting])
    learned = [
        _example(one, standing[one.id], sealer)
        for one in counting
        if not _is_kept_out(one, *kept_out) and one.id in standing
    ]
    order = sorted(blind, key=lambda one: first[one.id][0])
    facts = {
        "left out for the blind share": len(counting) - len(learned),
        "withdrawn": withdrawn(session),
    }
    return Collected(
        Confirmed(tuple(learned), weight, facts),
        tuple(BlindText(one.id, one.text, first[one.id][1]) for one in order),
    )


def withdrawn(session: Session) -> list[str]:
    """The keyed hashes of every submission that was taken back, sorted."""
    return sorted(session.scalars(select(Withdrawal.reference_hash)))


def _is_kept_out(one: Submission, submitters: set[str], texts: set[str]) -> bool:
    return one.submitter in submitters or one.text_sha256 in texts


def _counting(session: Session) -> Iterable[Submission]:
    """Confirmed and counted, with a text to learn from."""
    return session.scalars(
        select(Submission)
        .where(
            Submission.state == State.REVIEWED.value,
            Submission.exclusion.is_(None),
            Submission.is_test.is_(False),
            Submission.text_deleted_at.is_(None),
        )
        .order_by(Submission.id)
        .options(
            selectinload(Submission.suggestions),
            selectinload(Submission.excerpts),
            selectinload(Submission.maskings),
        )
    )


def _first_blind(session: Session) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Submission → (id of its first blind decision, the labels decided then)."""
    rows = session.scalars(
        select(Decision).where(Decision.kind == Kind.UNSEEN.value).order_by(Decision.id)
    )
    found: dict[int, tuple[int, int, set[str]]] = {}
    for row in rows:
        number, revision, labels = found.setdefault(
            row.submission_id, (row.id, row.revision, set())
        )
        if row.revision == revision and row.value:
            labels.add(row.label)
    return {
        one: (number, tuple(int(label in labels) for label in LABELS))
        for one, (number, _, labels) in found.items()
    }


def _standing(session: Session, ids: Sequence[int]) -> dict[int, list[Decision]]:
    """The decisions of the latest revision of each submission."""
    found: dict[int, list[Decision]] = defaultdict(list)
    for start in range(0, len(ids), _CHUNK):
        query = (
            select(Decision)
            .join(Submission, Submission.id == Decision.submission_id)
            .where(
                Decision.submission_id.in_(ids[start : start + _CHUNK]),
                Decision.revision == Submission.revision,
            )
            .order_by(Decision.id)
        )
        for decision in session.scalars(query):
            found[decision.submission_id].append(decision)
    return found


def _example(submission: Submission, decisions: Sequence[Decision], sealer: Sealer) -> Example:
    true = {one.label: one.excerpt_id for one in decisions if one.value}
    suggestions = {one.label: one for one in submission.suggestions}
    places = [
        (start, end, LABELS.index(label))
        for label, excerpt in true.items()
        for start, end in _evidence(submission, suggestions.get(label), excerpt)
    ]
    evidence: Evidence = tuple(sorted(places, key=lambda place: (place[2], place[:2])))
    return Example(
        id=reference_hash(sealer, submission.public_id),
        text=submission.text,
        evidence=evidence,
        labels=tuple(int(label in true) for label in LABELS),
        origin=f"s-{sealer.seal(b'submitter', submission.submitter.encode())[:16]}",
        area=submission.area or "",
    )


def _evidence(
    submission: Submission, suggestion: SuggestionRow | None, excerpt_id: int | None
) -> list[tuple[int, int]]:
    """The passage that the person chose; else the model's, if it was suggested; else the text."""
    chosen = next((one for one in submission.excerpts if one.id == excerpt_id), None)
    place = passage_of(submission, chosen) if chosen is not None else None
    if place is not None:
        return [place]
    if suggestion is not None and suggestion.suggested and suggestion.evidence:
        return evidence_of(submission, suggestion)
    return [(0, len(submission.text))]
