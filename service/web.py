"""What routes ask for: database, reader, visitor, form. Everything comes from the app's state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from nlp.interfaces import Reader
from service.db.engine import Database
from service.db.tables import Account, Role
from service.errors import NotAllowed, NotSignedIn
from service.intake.body import Form, need_type, parse_form, read_body
from service.pages.render import Pages
from service.security.accounts import with_api_token
from service.security.origin import need_own_origin, need_token
from service.security.sessions import COOKIE, Visitor, visitor
from service.settings import Settings

FORM_TYPE = "application/x-www-form-urlencoded"


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _reader(request: Request) -> Reader:
    reader: Reader = request.app.state.reader
    return reader


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


def _maybe_visitor(request: Request) -> Visitor | None:
    """Who is signed in; looks, never writes."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    with _database(request).read() as session:
        return visitor(session, secret)


SettingsDep = Annotated[Settings, Depends(_settings)]
DatabaseDep = Annotated[Database, Depends(_database)]
ReaderDep = Annotated[Reader, Depends(_reader)]
PagesDep = Annotated[Pages, Depends(_pages)]
MaybeVisitor = Annotated[Visitor | None, Depends(_maybe_visitor)]


def signed_in(*roles: Role) -> Callable[[Visitor | None], Visitor]:
    """A dependency: the visitor, if one of the roles (or an administrator)."""

    def check(found: MaybeVisitor) -> Visitor:
        if found is None:
            raise NotSignedIn
        if not found.may(*roles):
            raise NotAllowed("Din rolle giver ikke adgang hertil.")
        return found

    return check


def bearer(*roles: Role) -> Callable[[Request], Account]:
    """A dependency for the API: the account behind the bearer token, if one of the roles."""

    def check(request: Request) -> Account:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise NotSignedIn("Send et token i Authorization: Bearer.")
        with _database(request).read() as session:
            account = with_api_token(session, secret.strip())
        if account is None:
            raise NotSignedIn("Tokenet kendes ikke.")
        if Role(account.role) not in {*roles, Role.ADMINISTRATOR}:
            raise NotAllowed("Tokenets rolle giver ikke adgang hertil.")
        return account

    return check


async def _form(request: Request) -> Form:
    need_own_origin(request)
    need_type(request, FORM_TYPE)
    return parse_form(await read_body(request, _settings(request).max_body_bytes))


async def _staff_form(request: Request) -> Form:
    """A form of somebody who is signed in: the session's token is needed."""
    form = await _form(request)
    found = await run_in_threadpool(_maybe_visitor, request)
    if found is None:
        raise NotSignedIn
    need_token(found.csrf, form.get("csrf"))
    return form


PublicForm = Annotated[Form, Depends(_form)]
StaffForm = Annotated[Form, Depends(_staff_form)]
ReviewerDep = Annotated[Visitor, Depends(signed_in(Role.REVIEWER))]
AnalystDep = Annotated[Visitor, Depends(signed_in(Role.ANALYST))]
AdministratorDep = Annotated[Visitor, Depends(signed_in(Role.ADMINISTRATOR))]
StaffDep = Annotated[Visitor, Depends(signed_in(Role.REVIEWER, Role.ANALYST))]


def client_address(request: Request) -> str:
    """Where a request comes from, for counting failed sign-ins only."""
    return request.client.host if request.client else "-"


def is_local_http(request: Request) -> bool:
    """True on this machine without TLS: the only place where a cookie may go unencrypted."""
    return request.url.scheme == "http" and request.url.hostname in {
        "localhost",
        "127.0.0.1",
        "::1",
    }
