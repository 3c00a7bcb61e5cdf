"""Slow down guessing: failed sign-ins are counted by name and by address, kept as hashes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.clock import now
from service.db.tables import SignInAttempt
from service.errors import TooManyAttempts
from service.secrets import fingerprint

WINDOW = timedelta(minutes=15)
_ADDRESS_FACTOR = 5
"""An office shares one address, so it may fail more often than one name."""


def _keys(name: str, address: str) -> tuple[str, str]:
    return fingerprint(f"name:{name.casefold()}"), fingerprint(f"address:{address}")


def check(session: Session, name: str, address: str, *, most: int) -> None:
    """Raise TooManyAttempts when this name or this address failed too often lately."""
    for key, limit in zip(_keys(name, address), (most, most * _ADDRESS_FACTOR), strict=True):
        failed = session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(SignInAttempt.key == key, SignInAttempt.at > now() - WINDOW)
        )
        if (failed or 0) >= limit:
            raise TooManyAttempts


def record_failure(session: Session, name: str, address: str) -> None:
    """Count a failure, and forget those that no longer matter."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now() - WINDOW))
    session.add_all(SignInAttempt(key=key, at=now()) for key in _keys(name, address))
