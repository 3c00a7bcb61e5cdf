"""Slow down guessing: tries to sign in are counted by name and by address, kept as hashes.

A try is counted before it is looked at, and taken back when it was right: a hundred guesses sent at
the same moment are a hundred tries, not one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.clock import now
from service.db.locks import Lock, alone
from service.db.tables import SignInAttempt
from service.errors import TooManyAttempts
from service.secrets import fingerprint

WINDOW = timedelta(minutes=15)
ADDRESS_FACTOR = 5
"""An office shares one address, so it may fail more often than one name."""
_EVERYBODY = fingerprint("everybody")
_TOLD_ONE_BY_ONE = 100


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that was counted. ``failures`` is how many failed lately, this one included."""

    ids: tuple[int, ...]
    failures: int

    @property
    def is_told(self) -> bool:
        """Whether its failure gets a line in the audit trail: in a flood one in a hundred."""
        return self.failures <= _TOLD_ONE_BY_ONE or self.failures % _TOLD_ONE_BY_ONE == 0


def check(session: Session, name: str, address: str, *, most: int) -> None:
    """Raise TooManyAttempts when this name or address failed too often lately.

    Without a name (at a provider, by a link) only the address counts.
    """
    for key, limit in _limits(name, address, most).items():
        if _count(session, key) >= limit:
            raise TooManyAttempts


def begin(session: Session, name: str, address: str, *, most: int) -> Attempt:
    """Check, and count a try."""
    alone(session, Lock.SIGN_IN)
    session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now() - WINDOW))
    check(session, name, address, most=most)
    keys = (*_limits(name, address, most), _EVERYBODY)
    rows = [SignInAttempt(key=key, at=now()) for key in keys]
    session.add_all(rows)
    session.flush()
    return Attempt(tuple(row.id for row in rows), _count(session, _EVERYBODY))


def forgive(session: Session, attempt: Attempt) -> None:
    """The try was right: it does not count."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(attempt.ids)))


def _limits(name: str, address: str, most: int) -> dict[str, int]:
    limits = {fingerprint(f"address:{address}"): most * ADDRESS_FACTOR}
    if name:
        limits[fingerprint(f"name:{name.casefold()}")] = most
    return limits


def _count(session: Session, key: str) -> int:
    """How often a key failed lately."""
    since = now() - WINDOW
    found = select(func.count()).select_from(SignInAttempt)
    return session.scalar(found.where(SignInAttempt.key == key, SignInAttempt.at > since)) or 0
