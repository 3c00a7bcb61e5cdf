"""The same request twice is one submission: ``Idempotency-Key``, and a sender's own ``id``.

A key is kept together with its submission, in one transaction: when that fails nothing is kept, and
the same key may be tried again. Two at once both read the text; the second to write finds the key
taken and gives the first one's answer. Kept are keyed hashes, for ``idempotency_hours``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from sqlalchemy import delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.clock import now
from service.db.tables import IdempotencyKey, Source, Submission
from service.errors import BadFields, FieldProblem, KeyReused
from service.security.sealing import Sealer

HEADER = "Idempotency-Key"
PATTERN = r"^[\x21-\x7e]{1,200}$"
_WHOLE = 0
"""The number of the line that stands for the whole request; rows of a file count from 1."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request, or one row of it, under the key that its sender gave."""

    account_id: int
    key_hash: str
    body_hash: str
    hours: int


@dataclass(frozen=True, slots=True)
class Attempts:
    """A request with a key. Each row of a file is an attempt of its own."""

    sealer: Sealer
    account_id: int
    key: bytes
    body_hash: str
    hours: int

    def row(self, number: int) -> Attempt:
        """The attempt of a row."""
        key_hash = self.sealer.seal(b"key", self.key, str(number).encode())
        return Attempt(self.account_id, key_hash, self.body_hash, self.hours)

    def whole(self) -> Attempt:
        """The attempt of the request itself."""
        return self.row(_WHOLE)


def attempts(
    request: Request, body: bytes, account_id: int, sealer: Sealer, *, hours: int
) -> Attempts | None:
    """What the request's key means; None without one. Raises BadFields for a key out of shape."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not re.fullmatch(PATTERN, key):
        what = "Feltet Idempotency-Key skal have 1 til 200 synlige ASCII-tegn."
        raise BadFields([FieldProblem(HEADER, "wrong shape", what)])
    sealed = sealer.seal(b"body", request.url.path.encode(), body)
    return Attempts(sealer, account_id, key.encode("ascii"), sealed, hours)


def earlier(session: Session, attempt: Attempt) -> IdempotencyKey | None:
    """What the key stands for already, if anything. Raises KeyReused for another body."""
    found = session.scalar(
        select(IdempotencyKey).where(
            IdempotencyKey.account_id == attempt.account_id,
            IdempotencyKey.key_hash == attempt.key_hash,
            IdempotencyKey.expires_at > now(),
        )
    )
    if found is not None and found.body_hash != attempt.body_hash:
        raise KeyReused
    return found


def remember(session: Session, attempt: Attempt, public_id: str | None) -> bool:
    """Keep the key within the running transaction; False when another was faster.

    Keys that have run out go first.
    """
    moment = now()
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.expires_at <= moment))
    insert = postgresql.insert if _is_postgres(session) else sqlite.insert
    kept = session.scalar(
        insert(IdempotencyKey)
        .values(
            account_id=attempt.account_id,
            key_hash=attempt.key_hash,
            body_hash=attempt.body_hash,
            public_id=public_id,
            expires_at=moment + timedelta(hours=attempt.hours),
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.id)
    )
    return kept is not None


def received_before(
    session: Session, *, external_id: str | None, source: Source, account_id: int | None
) -> str | None:
    """The submission that a sender's own id belongs to: of the account, else of the source.

    Within a write the id is held until the transaction ends, so that two at once cannot both miss
    each other. (SQLite lets one write at a time.)
    """
    if external_id is None:
        return None
    whose = source.value if account_id is None else str(account_id)
    if _is_postgres(session) and not _is_read_only(session):
        name = f"{whose}:{external_id}"
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
        )
    query = select(Submission.public_id).where(Submission.external_id == external_id)
    if account_id is None:
        query = query.where(Submission.sent_by.is_(None), Submission.source == source.value)
    else:
        query = query.where(Submission.sent_by == account_id)
    return session.scalar(query.order_by(Submission.id).limit(1))


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _is_read_only(session: Session) -> bool:
    options = session.connection().get_execution_options()
    return bool(options.get("postgresql_readonly"))
