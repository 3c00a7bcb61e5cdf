"""The audit trail: who did what when, each line chained to the one before by its hash.

Details hold ids, labels and numbers, never text of a submission.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.clock import now
from service.db.tables import AuditEntry

START = "0" * 64
_LOCK = 7_262_801  # any number, the same in every process: PostgreSQL's advisory lock


def record(
    session: Session, *, actor: str, action: str, subject: str, **detail: str | int | bool | None
) -> None:
    """Add a line within the running transaction, so that it stands or falls with the act."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=now().isoformat(),
        actor=actor,
        action=action,
        subject=subject,
        detail=dict(detail),
        previous=last or START,
        hash="",
    )
    entry.hash = chained(entry)
    session.add(entry)
    session.flush()


def chained(entry: AuditEntry) -> str:
    """The hash of a line with its predecessor's."""
    facts: list[str | Mapping[str, Any]] = [
        entry.previous,
        entry.at,
        entry.actor,
        entry.action,
        entry.subject,
        entry.detail,
    ]
    canonical = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def first_broken(session: Session) -> int | None:
    """The id of the first line that does not fit its predecessor, or None when all do."""
    previous = START
    for entry in session.scalars(
        select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)
    ):
        if entry.previous != previous or entry.hash != chained(entry):
            return entry.id
        previous = entry.hash
    return None
