"""Signed-in browsers: a random cookie, of which the server keeps only the hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.clock import now
from service.db.tables import Account, Role, WebSession
from service.secrets import fingerprint, new_secret

COOKIE = "retsspor_session"
LONGEST = timedelta(hours=72)
"""No session is longer (``session_hours``): one that a wrong clock opened in the future is none."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is looking at a page."""

    account_id: int
    name: str
    role: Role
    csrf: str

    def may(self, *roles: Role) -> bool:
        """True for one of the roles, and for an administrator."""
        return self.role is Role.ADMINISTRATOR or self.role in roles


def open_session(session: Session, account: Account, *, hours: int, instead_of: str = "") -> str:
    """A new session; returns the secret for the cookie.

    The session that this browser had before ends, and whatever a stranger may have put into its
    cookie stays without a meaning. Sessions that ran out are cleared.
    """
    close_session(session, instead_of)
    session.execute(delete(WebSession).where(WebSession.expires_at <= now()))
    secret = new_secret()
    session.add(
        WebSession(
            token_hash=fingerprint(secret),
            account_id=account.id,
            csrf=new_secret(),
            created_at=now(),
            expires_at=now() + timedelta(hours=hours),
        )
    )
    return secret


def visitor(session: Session, secret: str) -> Visitor | None:
    """Who this cookie belongs to, or None."""
    found = session.execute(
        select(Account.id, Account.name, Account.role, WebSession.csrf)
        .join(WebSession, WebSession.account_id == Account.id)
        .where(
            WebSession.token_hash == fingerprint(secret),
            WebSession.expires_at > (moment := now()),
            WebSession.expires_at <= moment + LONGEST,
            Account.active,
        )
    ).one_or_none()
    return None if found is None else Visitor(found[0], found[1], Role(found[2]), found[3])


def close_session(session: Session, secret: str) -> None:
    """Sign out: the secret opens nothing any more."""
    session.execute(delete(WebSession).where(WebSession.token_hash == fingerprint(secret)))


def close_all_sessions(session: Session, account: Account) -> None:
    """Sign an account out of every browser."""
    session.execute(delete(WebSession).where(WebSession.account_id == account.id))
