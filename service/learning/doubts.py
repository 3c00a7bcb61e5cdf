"""The list of decisions worth a second look, made anew after each training.

A training leaves what it thought of every confirmed submission before it had learned from it
(``models.releases.unseen``). Here that becomes rows: for each submission the labels where model and
people differ, and on the submission how much speaks against it, so that the list is an order of the
queue. Numbers and references, no text.

What is never on it: the blind share, which no training learns from, so that there is no letter
about it; what was decided otherwise since; what somebody has looked at again and found right; and
what was withdrawn, whose rows are gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from models.learning.noise import contradicted, doubts
from models.releases import unseen
from models.releases.unseen import Unseen
from nlp.errors import ModelDamaged
from nlp.types import LABELS
from service.db.engine import Database
from service.db.locks import Lock, alone
from service.db.tables import Decision, Doubt, DoubtAnswer, Kind, State, Submission
from service.learning.collect import reference_hash
from service.security.sealing import Sealer

MOST = 500
"""Submissions on the list: more than anybody looks at before the next training."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A decision that was learned from, and the probability that speaks against it."""

    label: str
    value: bool
    probability: float
    suspicion: float


class Standing(NamedTuple):
    """A submission whose decisions count, as it stands now."""

    id: int
    revision: int


def renew(database: Database, home: Path, sealer: Sealer) -> int | None:
    """Make the list from what the latest training left; how many submissions it holds.

    ``home`` is the folder of the releases. None when there is nothing new. Raises ModelDamaged for
    a letter that cannot be read, and throws it away.
    """
    letters = unseen.waiting(home)
    if not letters:
        return None
    try:
        letter = unseen.read(letters[-1])
    except ModelDamaged:
        _throw_away(letters)
        raise
    with database.read() as session:
        rows = _rows(session, contradictions(letter), sealer)
    _replace(database, rows, letters[-1].stem)
    _throw_away(letters)
    return len(rows)


def _throw_away(letters: Iterable[Path]) -> None:
    for letter in letters:  # another process may be as far
        letter.unlink(missing_ok=True)


def contradictions(letter: Unseen) -> dict[str, list[Contradiction]]:
    """Reference → the decisions about it that are in doubt; the most doubtful reference first."""
    taken = contradicted(letter.decided, letter.probabilities)
    found: dict[str, list[Contradiction]] = defaultdict(list)
    for one in doubts(letter.decided, letter.probabilities):
        if taken[one.text, one.label]:
            found[letter.references[one.text]].append(
                Contradiction(LABELS[one.label], one.decided, one.probability, one.suspicion)
            )
    return dict(found)


def _rows(
    session: Session, found: Mapping[str, list[Contradiction]], sealer: Sealer
) -> dict[Standing, list[Contradiction]]:
    """The doubts that are still in place, at most ``MOST`` submissions, the worst first."""
    known = _known(session, found, sealer)
    ids = [one.id for one in known.values()]
    standing, answered = _decided(session, ids), _answered(session, ids)
    rows: dict[Standing, list[Contradiction]] = {}
    for reference, contradicting in found.items():
        one = known.get(reference)
        if one is None:
            continue
        kept = [
            each
            for each in contradicting
            if (one.id, each.label, each.value) in standing
            and (one.id, each.label, each.value) not in answered
        ]
        if kept:
            rows[one] = kept
        if len(rows) == MOST:
            break
    return rows


def _known(session: Session, references: Collection[str], sealer: Sealer) -> dict[str, Standing]:
    """Keyed hash → submission, of those that still count."""
    rows = session.execute(
        select(Submission.public_id, Submission.id, Submission.revision)
        .where(
            Submission.state == State.REVIEWED.value,
            Submission.exclusion.is_(None),
            Submission.is_test.is_(False),
            Submission.text_deleted_at.is_(None),
        )
        .execution_options(yield_per=_CHUNK)
    )
    hashed = ((reference_hash(sealer, row[0]), Standing(row[1], row[2])) for row in rows)
    return {reference: one for reference, one in hashed if reference in references}


Said = tuple[int, str, bool]
"""Submission, label, yes or no."""


def _decided(session: Session, ids: list[int]) -> set[Said]:
    """The decisions that stand and were made with the suggestions in sight."""
    return {
        (row[0], row[1], row[2])
        for some in _chunks(ids)
        for row in session.execute(
            select(Decision.submission_id, Decision.label, Decision.value)
            .join(Submission, Submission.id == Decision.submission_id)
            .where(
                Decision.submission_id.in_(some),
                Decision.revision == Submission.revision,
                Decision.kind != Kind.UNSEEN.value,
            )
        )
    }


def _answered(session: Session, ids: list[int]) -> set[Said]:
    """What somebody has looked at again and found right."""
    columns = DoubtAnswer.submission_id, DoubtAnswer.label, DoubtAnswer.value
    return {
        (row[0], row[1], row[2])
        for some in _chunks(ids)
        for row in session.execute(select(*columns).where(DoubtAnswer.submission_id.in_(some)))
    }


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _replace(
    database: Database, rows: Mapping[Standing, list[Contradiction]], version: str
) -> None:
    """The new list for the old one. What moved on in the meantime is left out."""
    with database.write() as session:
        alone(session, Lock.DOUBT)
        session.execute(delete(Doubt))
        session.execute(update(Submission).where(Submission.doubt.is_not(None)).values(doubt=None))
        for one, contradicting in sorted(rows.items()):
            marked = session.scalar(
                update(Submission)
                .where(
                    Submission.id == one.id,
                    Submission.revision == one.revision,
                    Submission.state == State.REVIEWED.value,
                )
                .values(doubt=max(each.suspicion for each in contradicting))
                .returning(Submission.id)
            )
            if marked is not None:
                session.execute(insert(Doubt), list(_values(one.id, contradicting, version)))


def _values(
    submission_id: int, contradicting: Iterable[Contradiction], version: str
) -> Iterator[dict[str, object]]:
    for one in contradicting:
        yield {
            "submission_id": submission_id,
            "label": one.label,
            "value": one.value,
            "probability": one.probability,
            "suspicion": one.suspicion,
            "classifier_version": version,
        }
