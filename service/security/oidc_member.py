"""Which account a person at the provider has here, and how one comes to have it.

An account is made by an administrator, never by a sign-in. It is bound to one person once:

* by an invitation (a one-time link): whoever holds it and signs in at the provider is bound;
* or, only where settings name domains, by a verified address in one of them, when an account of
  exactly that name waits. An administrator's account is never bound by an address: addresses are
  given to others, and providers differ in what they call verified.

From then on only issuer and subject count; a changed address or name changes nothing.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.db import audit
from service.db.tables import Account, Role
from service.security.accounts import bind, of_identity, use_one_time
from service.security.oidc import Identity, Provider, Reason, Refused


def account_of(
    session: Session, provider: Provider, identity: Identity, invitation: str
) -> Account:
    """The active account of a person; binds it if it is the first time. Raises Refused."""
    if invitation:
        return _invited(session, identity, invitation)
    bound = of_identity(session, identity.key)
    if bound is not None and bound.active:
        return bound
    return _by_address(session, provider, identity)


def _invited(session: Session, identity: Identity, invitation: str) -> Account:
    account = use_one_time(session, invitation)
    if account is None:
        raise Refused(Reason.INVITATION)
    _bind(session, account, identity, by="invitation")
    return account


def _by_address(session: Session, provider: Provider, identity: Identity) -> Account:
    _, at, domain = identity.email.rpartition("@")
    if not at or domain not in provider.domains:
        raise Refused(Reason.UNKNOWN)
    if not identity.is_email_verified:
        raise Refused(Reason.EMAIL)
    account = session.scalar(
        select(Account).where(
            Account.name == identity.email,
            Account.active,
            Account.role != Role.ADMINISTRATOR,
            Account.identity.is_(None),
        )
    )
    if account is None:
        raise Refused(Reason.UNKNOWN)
    _bind(session, account, identity, by="address")
    return account


def _bind(session: Session, account: Account, identity: Identity, *, by: str) -> None:
    is_new = account.identity is None
    if not bind(session, account, identity.key):
        raise Refused(Reason.BOUND)
    if is_new:
        audit.record(session, actor=account.name, action="bind", subject=account.name, by=by)
