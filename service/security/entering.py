"""What every way of signing in shares: the page, the session, the line in the audit trail."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from service.db import audit
from service.db.tables import Account, Role
from service.intake.body import Form
from service.pages.contexts import OneTimePage, SignInPage
from service.pages.render import Pages
from service.secrets import new_secret
from service.security.attempts import Attempt, forgive
from service.security.origin import need_token, way_back
from service.security.sessions import COOKIE, open_session
from service.settings import Settings
from service.web import is_local_http

_FORM_COOKIE = "retsspor_login"
HOMES = {
    Role.REVIEWER: "/gennemgang",
    Role.ADMINISTRATOR: "/gennemgang",
    Role.ANALYST: "/tal",
    Role.SENDER: "/indsend",
}


def with_token(
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


def need_login_token(request: Request, form: Form) -> None:
    """Raise ForgedForm unless the form comes from such a page."""
    need_token(request.cookies.get(_FORM_COOKIE, ""), form.get("csrf"))


def sign_in_page(
    request: Request,
    pages: Pages,
    settings: Settings,
    *,
    target: str = "",
    error: str = "",
    status: int = 200,
) -> HTMLResponse:
    """The page with every way in that the settings leave open."""
    page = SignInPage(
        target=way_back(target),
        form_token=new_secret(),
        error=error,
        has_password=settings.local_sign_in,
        provider=settings.oidc_name if settings.oidc_issuer else "",
    )
    return with_token(request, pages, "sign_in.html", page, status)


def enter(
    session: Session,
    request: Request,
    account: Account,
    attempt: Attempt,
    *,
    action: str,
    hours: int,
) -> str:
    """Start a session in the place of the one this browser had; returns the cookie's secret."""
    forgive(session, attempt)
    before = request.cookies.get(COOKIE, "")
    secret = open_session(session, account, hours=hours, instead_of=before)
    audit.record(session, actor=account.name, action=action, subject=account.name)
    return secret


def record_failed(session: Session, attempt: Attempt, *, way: str, reason: str) -> None:
    """A line in the trail, without a name: what was typed as a name may be a password."""
    if attempt.is_told:
        audit.record(
            session,
            actor="-",
            action="sign in failed",
            subject=way,
            reason=reason,
            failures=attempt.failures,
        )


def welcome(
    request: Request, account: Account, secret: str, target: str, settings: Settings
) -> Response:
    """On to where the person was going, with the session's cookie."""
    home = HOMES[Role(account.role)]
    response = RedirectResponse(way_back(target) or home, status_code=303)
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
