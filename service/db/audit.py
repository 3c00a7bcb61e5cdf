"""The audit trail: who did what when, each line chained to the one before by its hash.

Lines are numbered 1, 2, 3 … without a gap. The hash of a line covers what it says and the hash of
the line before, so nothing before a line can be changed, taken out, put in or moved without that
line's hash being wrong. What the chain alone cannot show is that its last lines are gone, or that
somebody wrote all of it anew; for that a head (``number:hash``) is kept elsewhere and compared.

Details hold ids, labels and numbers, never text of a submission.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Self

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from service.clock import now
from service.db.locks import Lock, alone
from service.db.tables import AuditEntry

START = "0" * 64
_HEAD = re.compile(r"(0|[1-9][0-9]{0,17}):([0-9a-f]{64})")
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a trail: the number of its last line, and that line's hash."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def parse(cls, words: str) -> Self:
        """``number:hash`` as ``str`` writes it. Raises ValueError for anything else."""
        found = _HEAD.fullmatch(words.strip())
        if found is None:
            raise ValueError("a head is NUMBER:HASH, as `retsspor audit head` prints it")
        return cls(int(found[1]), found[2])


@dataclass(frozen=True, slots=True)
class Broken:
    """The first line that is not as it was written, and what gives it away."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands in the database. A value may be of any type after tampering."""

    number: int
    at: Any
    actor: Any
    action: Any
    subject: Any
    detail: Any
    """JSON text, unread: after tampering it may be none."""
    previous: Any
    hash: Any

    def as_json(self) -> str:
        """One object, with the detail as it stands."""
        return json.dumps(asdict(self), ensure_ascii=False, default=repr)


def record(
    session: Session, *, actor: str, action: str, subject: str, **detail: str | int | bool | None
) -> None:
    """Add a line within the running transaction, so that it stands or falls with the act.

    Other writers wait for that transaction to end; make this one of its last steps.
    """
    alone(session, Lock.AUDIT)
    last = head(session)
    at = now().isoformat()
    entry = AuditEntry(
        id=last.number + 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail=dict(detail),
        previous=last.hash,
        hash=chained(last.hash, at, actor, action, subject, detail),
    )
    session.add(entry)
    session.flush()


def head(session: Session) -> Head:
    """The end of the trail; ``0:000…`` when nothing was written yet."""
    last = session.execute(
        select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    ).one_or_none()
    return Head(0, START) if last is None else Head(last.id, last.hash)


def chained(
    previous: str, at: str, actor: str, action: str, subject: str, detail: Mapping[str, Any]
) -> str:
    """The hash of a line: SHA-256, in hexadecimal, of its facts as JSON with sorted keys."""
    facts = [previous, at, actor, action, subject, detail]
    canonical = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def first_broken(session: Session, heads: Sequence[Head] = ()) -> Broken | None:
    """The first line that is not as it was written, or None when all are.

    ``heads`` were kept elsewhere: the trail must still hold each of them. Reads the whole trail
    once, some lines at a time.
    """
    kept = _by_number(heads)
    last = Head(0, START)
    if not kept.get(0, {START}) <= {START}:
        return Broken(0, "the head 0 that was kept is not the start of a trail")
    with closing(lines(session)) as walk:
        for line in walk:
            why = _what_is_wrong(line, last, kept)
            if why is not None:
                return Broken(line.number, why)
            last = Head(line.number, line.hash)
    if max(kept, default=0) > last.number:
        why = f"the trail ends at line {last.number}: this line and all after it were cut off"
        return Broken(last.number + 1, why)
    return None


def _by_number(heads: Sequence[Head]) -> dict[int, set[str]]:
    kept: dict[int, set[str]] = {}
    for one in heads:
        kept.setdefault(one.number, set()).add(one.hash)
    return kept


def _what_is_wrong(line: Line, last: Head, kept: Mapping[int, set[str]]) -> str | None:
    if line.number != last.number + 1:
        return f"it follows line {last.number}: lines between them were taken out"
    if line.previous != last.hash:
        return "it does not belong after the line before: one was taken out, put in or moved"
    if _hash_of(line) != line.hash:
        return "what it says was changed"
    if not kept.get(line.number, set()) <= {line.hash}:
        return "it is not the line whose head was kept: the trail was written anew"
    return None


def _hash_of(line: Line) -> str | None:
    """The hash that the line's content calls for; None for content nobody could have recorded."""
    try:
        detail = json.loads(line.detail)
        return chained(line.previous, line.at, line.actor, line.action, line.subject, detail)
    except (TypeError, ValueError, RecursionError):  # not JSON, not text
        return None


def lines(session: Session, *, after: int | None = None) -> Generator[Line, None, None]:
    """The trail in order, from the line after a number; also lines that nobody may have numbered.

    Close it if you stop before its end: on PostgreSQL a cursor waits on the server.
    """
    columns = (
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor,
        AuditEntry.action,
        AuditEntry.subject,
        cast(AuditEntry.detail, String),
        AuditEntry.previous,
        AuditEntry.hash,
    )
    query = select(*columns).order_by(AuditEntry.id)
    if after is not None:
        query = query.where(AuditEntry.id > after)
    with session.execute(query.execution_options(yield_per=_AT_ONCE)) as rows:
        for row in rows:
            yield Line(*row)
