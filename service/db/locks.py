"""Let one transaction at a time through a narrow place.

SQLite has one writer anyhow (``BEGIN IMMEDIATE``). On PostgreSQL an advisory lock is held until the
transaction ends; what other transactions committed before is visible once it is ours.
"""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session


class Lock(IntEnum):
    """The narrow places. Any numbers, the same in every process."""

    AUDIT = 7_262_801
    SIGN_IN = 7_262_802
    REPORT = 7_262_803
    UPGRADE = 7_262_804
    TIDY = 7_262_805
    DOUBT = 7_262_806


def alone(session: Session, lock: Lock) -> None:
    """Wait until no other transaction holds the lock, then hold it to the end of this one."""
    alone_on(session.connection(), lock)


def alone_on(connection: Connection, lock: Lock) -> None:
    """The same for a connection with a transaction of its own."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": int(lock)})
