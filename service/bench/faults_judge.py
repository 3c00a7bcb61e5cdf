"""After a fault: what the diaries say against what is there, and whether raw text is anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.bench.faults_load import CANARIES, Load, Sender
from service.bench.reviewers import verdict_on
from service.db.engine import Database
from service.db.tables import Account, AuditEntry, Submission, SuggestionRow

_CHUNK, _OVERLAP = 1 << 22, 256


@dataclass(frozen=True, slots=True)
class Standing:
    """What is wrong. All but ``confirmed`` must be nought."""

    confirmed: int
    """Submissions and decisions that the service said it had kept."""
    lost: int
    doubled: int
    unexplained: int
    """In the database, though the service said that nothing was kept."""
    half: int
    """Submissions without six suggestions or a line of the trail, reviews without decisions."""
    broken_trail: int


def standing(address: str, load: Load) -> Standing:
    """Hold everybody's diary against a database that nothing else was written to."""
    database = Database(address)
    try:
        with database.read() as session:
            reviews = verdict_on(session, load.diaries, 0)
            sent = [_sent(session, one) for one in load.senders]
            return Standing(
                confirmed=reviews.kept + sum(len(one.kept) for one in load.senders),
                lost=reviews.lost + sum(one.lost for one in sent),
                doubled=reviews.doubled + sum(one.doubled for one in sent),
                unexplained=reviews.unexplained,
                half=reviews.halves + _half(session),
                broken_trail=reviews.broken_trail,
            )
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class _Sent:
    lost: int
    doubled: int


def _sent(session: Session, sender: Sender) -> _Sent:
    """Each confirmed reference once; beside them no more than what got no answer at the end."""
    query = select(Submission.public_id).join(Account, Account.id == Submission.sent_by)
    found = set(session.scalars(query.where(Account.name == sender.name)))
    kept = Counter(sender.kept)
    more = len(found - kept.keys()) - sender.unanswered
    return _Sent(
        lost=len(kept.keys() - found),
        doubled=max(0, more) + sum(times - 1 for times in kept.values()),
    )


def _half(session: Session) -> int:
    """Submissions of which a part is missing, and lines of the trail without a submission."""
    suggestions = (
        select(func.count())
        .select_from(SuggestionRow)
        .where(SuggestionRow.submission_id == Submission.id)
        .scalar_subquery()
    )
    whole = set(session.scalars(select(Submission.public_id).where(suggestions == len(LABELS))))
    everything = set(session.scalars(select(Submission.public_id)))
    told = set(session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "receive")))
    return len(everything - whole) + len(everything ^ told)


def leaks(folders: Iterable[Path]) -> list[str]:
    """Files below these folders that hold a canary: database, log, temporary file, core dump."""
    return [
        f"{path.name}: {canary}"
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for canary in found_in(path)
    ]


def found_in(path: Path) -> list[str]:
    """The canaries in a file, in whatever way they may have been written."""
    found = set()
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(_CHUNK):
            piece = (before + chunk).lower()
            found |= {name for name, ways in _WAYS.items() if any(way in piece for way in ways)}
            before = chunk[-_OVERLAP:]
    return sorted(found)


def dumps(folders: Iterable[Path]) -> int:
    """Core dumps below these folders."""
    return sum(path.name.startswith("core") for one in folders for path in one.rglob("core*"))


def _spellings(words: str) -> Sequence[bytes]:
    ways = (
        words.encode(),
        words.encode("latin-1"),
        words.encode("utf-16-le"),
        words.encode("utf-32-le"),  # as Python keeps some texts in memory
        quote(words).encode(),
        words.encode("unicode_escape"),
    )
    return [one.lower() for one in ways]


_WAYS = {one: _spellings(one) for one in CANARIES}
