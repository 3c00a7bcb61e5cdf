"""Accounts, passwords and the secrets handed out for them. No account exists until one is made."""

from __future__ import annotations

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.clock import now
from service.db import audit
from service.db.locks import Lock, alone
from service.db.tables import Account, Role, Token
from service.secrets import fingerprint, new_secret
from service.security.sessions import close_all_sessions

SHORTEST_PASSWORD = 12
_ONE_TIME = "engang"
_API = "api"
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(new_secret())  # checked when a name is unknown, so that timing says nothing


def create(session: Session, name: str, role: Role, *, password: str | None = None) -> Account:
    """A new account. Without a password it can sign in by one-time links only."""
    account = Account(
        name=name,
        role=role.value,
        password_hash=hash_password(password) if password is not None else None,
        active=True,
        created_at=now(),
    )
    session.add(account)
    session.flush()
    audit.record(session, actor="system", action="account", subject=name, role=role.value)
    return account


def hash_password(password: str) -> str:
    """argon2id. Raises ValueError for a short password."""
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password needs at least {SHORTEST_PASSWORD} characters")
    return _hasher.hash(password)


def with_password(session: Session, name: str, password: str) -> Account | None:
    """The active account that this name and password open, or None. Takes as long either way."""
    account = _active(session, name)
    expected = account.password_hash if account and account.password_hash else _NOBODY
    try:
        _hasher.verify(expected, password)
    except (VerificationError, InvalidHashError):
        return None
    return account if expected is not _NOBODY else None


def _active(session: Session, name: str) -> Account | None:
    if "\0" in name:  # PostgreSQL takes no such text, not even to look for it
        return None
    return session.scalar(select(Account).where(Account.name == name, Account.active))


def set_password(session: Session, account: Account, password: str) -> None:
    """A new password. Whoever was signed in with the old one is signed out."""
    account.password_hash = hash_password(password)
    close_all_sessions(session, account)


def take_back(session: Session, account: Account) -> None:
    """End every session, and make every link and API token that was handed out worthless."""
    close_all_sessions(session, account)
    session.execute(delete(Token).where(Token.account_id == account.id))


def unbind(session: Session, account: Account) -> None:
    """Forget who the person is at the provider; sessions that began there end."""
    account.identity = None
    close_all_sessions(session, account)


def close(session: Session, account: Account) -> None:
    """Close an account for good: nobody gets in, and the person at the provider is forgotten."""
    account.active = False
    account.password_hash = None
    account.identity = None
    take_back(session, account)


def of_identity(session: Session, identity: str) -> Account | None:
    """The account that is bound to a person at the provider."""
    return session.scalar(select(Account).where(Account.identity == identity))


def bind(session: Session, account: Account, identity: str) -> bool:
    """Bind an account to a person at the provider; False when either is bound otherwise."""
    alone(session, Lock.SIGN_IN)
    taken = of_identity(session, identity)
    if taken is not None:
        return taken.id == account.id
    done = session.scalar(
        update(Account)
        .where(Account.id == account.id, Account.identity.is_(None))
        .values(identity=identity)
        .returning(Account.id)
    )
    return done is not None


def one_time_link(session: Session, account: Account, *, hours: int) -> str:
    """A secret that signs in once."""
    return _issue(session, account, _ONE_TIME, hours)


def api_token(session: Session, account: Account) -> str:
    """A bearer token for programs; valid until the account is closed."""
    return _issue(session, account, _API, None)


def _issue(session: Session, account: Account, purpose: str, hours: int | None) -> str:
    secret = new_secret()
    expires = now() + timedelta(hours=hours) if hours is not None else None
    session.add(
        Token(
            account_id=account.id,
            purpose=purpose,
            token_hash=fingerprint(secret),
            created_at=now(),
            expires_at=expires,
        )
    )
    return secret


def use_one_time(session: Session, secret: str) -> Account | None:
    """Spend a one-time secret: the update is the check, so two at once cannot both win."""
    spent = session.execute(
        update(Token)
        .where(
            Token.token_hash == fingerprint(secret),
            Token.purpose == _ONE_TIME,
            Token.used_at.is_(None),
            Token.expires_at > now(),
        )
        .values(used_at=now())
        .returning(Token.account_id)
    ).scalar()
    if spent is None:
        return None
    return session.scalar(select(Account).where(Account.id == spent, Account.active))


def with_api_token(session: Session, secret: str) -> Account | None:
    """The active account behind a bearer token."""
    return session.scalar(
        select(Account)
        .join(Token, Token.account_id == Account.id)
        .where(Token.token_hash == fingerprint(secret), Token.purpose == _API, Account.active)
    )
