"""Sign in, sign in once by a link, sign out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.db import audit
from service.db.tables import Account, Role
from service.intake.body import Form
from service.pages.contexts import OneTimePage, SignInPage
from service.pages.render import Pages
from service.review.claims import give_back
from service.secrets import new_secret
from service.security import attempts
from service.security.accounts import use_one_time, with_password
from service.security.origin import need_token, way_back
from service.security.sessions import COOKIE, close_session, open_session
from service.settings import Settings
from service.web import (
    DatabaseDep,
    MaybeVisitor,
    PagesDep,
    PublicForm,
    SettingsDep,
    StaffForm,
    client_address,
    is_local_http,
)

router = APIRouter(include_in_schema=False)

_FORM_COOKIE = "retsspor_login"
_WRONG = "Navn eller adgangskode er forkert."
_SPENT = "Linket er brugt eller udløbet. Bed om et nyt."
HOMES = {
    Role.REVIEWER: "/gennemgang",
    Role.ADMINISTRATOR: "/gennemgang",
    Role.ANALYST: "/tal",
    Role.SENDER: "/indsend",
}


def _with_token(
    request: Request, pages: Pages, template: str, page: SignInPage | OneTimePage, status: int = 200
) -> HTMLResponse:
    """A page whose form proves by a cookie that it is ours, before there is a session."""
    response = pages.answer(template, page, status=status)
    response.set_cookie(
        _FORM_COOKIE,
        page.form_token,
        max_age=3600,
        path="/login",
        httponly=True,
        samesite="lax",
        secure=not is_local_http(request),
    )
    return response


def _need_login_token(request: Request, form: Form) -> None:
    need_token(request.cookies.get(_FORM_COOKIE, ""), form.get("csrf"))


def _signed_in(request: Request, secret: str, target: str, settings: Settings) -> Response:
    response = RedirectResponse(target, status_code=303)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=not is_local_http(request),
    )
    response.delete_cookie(_FORM_COOKIE, path="/login")
    return response


def _home(account: Account) -> str:
    return HOMES[Role(account.role)]


@router.get("/login")
def sign_in_form(request: Request, pages: PagesDep, til: str = "") -> HTMLResponse:
    """Name and password."""
    page = SignInPage(way_back(til), new_secret(), "")
    return _with_token(request, pages, "sign_in.html", page)


@router.post("/login")
def sign_in(
    request: Request,
    form: PublicForm,
    pages: PagesDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Check the password; too many failures for a name or an address have to wait."""
    _need_login_token(request, form)
    name, address = form.get("navn").strip(), client_address(request)
    with database.read() as session:
        attempts.check(session, name, address, most=settings.sign_in_attempts)
        account = with_password(session, name, form.get("adgangskode"))
    if account is None:
        with database.write() as session:
            attempts.record_failure(session, name, address)
        page = SignInPage(way_back(form.get("til")), new_secret(), _WRONG)
        return _with_token(request, pages, "sign_in.html", page, status=401)
    with database.write() as session:
        secret = open_session(session, account, hours=settings.session_hours)
        audit.record(session, actor=account.name, action="sign in", subject=account.name)
    return _signed_in(request, secret, way_back(form.get("til")) or _home(account), settings)


@router.get("/login/engang/{token}")
def one_time_form(request: Request, pages: PagesDep) -> HTMLResponse:
    """A button. Looking at the link does not spend it: mail scanners look at links too."""
    return _with_token(request, pages, "one_time.html", OneTimePage(new_secret()))


@router.post("/login/engang/{token}")
def one_time(
    token: str,
    request: Request,
    form: PublicForm,
    pages: PagesDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Spend the link."""
    _need_login_token(request, form)
    address = client_address(request)
    with database.read() as session:
        attempts.check(session, f"engang:{address}", address, most=settings.sign_in_attempts)
    with database.write() as session:
        account = use_one_time(session, token)
        if account is None:
            attempts.record_failure(session, f"engang:{address}", address)
        else:
            secret = open_session(session, account, hours=settings.session_hours)
            audit.record(session, actor=account.name, action="sign in once", subject=account.name)
    if account is None:
        page = SignInPage("", new_secret(), _SPENT)
        return _with_token(request, pages, "sign_in.html", page, status=401)
    return _signed_in(request, secret, _home(account), settings)


@router.post("/logud")
def sign_out(
    request: Request, _form: StaffForm, visitor: MaybeVisitor, database: DatabaseDep
) -> Response:
    """Close the session; its cookie opens nothing any more, and what was being read is free."""
    if visitor is not None:
        give_back(database, visitor.account_id)
    with database.write() as session:
        close_session(session, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(COOKIE)
    return response
