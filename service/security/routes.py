"""Sign in, sign in once by a link, sign out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.db import audit
from service.errors import NotAllowed
from service.pages.contexts import OneTimePage
from service.review.claims import give_back
from service.secrets import new_secret
from service.security import attempts
from service.security.accounts import use_one_time, with_password
from service.security.entering import (
    enter,
    need_login_token,
    record_failed,
    sign_in_page,
    welcome,
    with_token,
)
from service.security.sessions import COOKIE, close_session
from service.settings import Settings
from service.web import (
    DatabaseDep,
    MaybeVisitor,
    PagesDep,
    PublicForm,
    SettingsDep,
    StaffForm,
    client_address,
)

router = APIRouter(include_in_schema=False)

_WRONG = "Navn eller adgangskode er forkert."
_SPENT = "Linket er brugt eller udløbet. Bed om et nyt."


def _need_local(settings: Settings) -> None:
    if not settings.local_sign_in:
        raise NotAllowed(f"Her logger man kun ind med {settings.oidc_name}.")


@router.get("/login")
def sign_in_form(
    request: Request, pages: PagesDep, settings: SettingsDep, til: str = ""
) -> HTMLResponse:
    """Name and password, and the provider where there is one."""
    return sign_in_page(request, pages, settings, target=til)


@router.post("/login")
def sign_in(
    request: Request,
    form: PublicForm,
    pages: PagesDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Check the password; too many failures for a name or an address have to wait."""
    need_login_token(request, form)
    _need_local(settings)
    name, target = form.get("navn").strip(), form.get("til")
    with database.write() as session:
        attempt = attempts.begin(
            session, name, client_address(request), most=settings.sign_in_attempts
        )
    with database.read() as session:
        account = with_password(session, name, form.get("adgangskode"))
    with database.write() as session:
        if account is None:
            record_failed(session, attempt, way="password", reason="wrong")
        else:
            hours = settings.session_hours
            secret = enter(session, request, account, attempt, action="sign in", hours=hours)
    if account is None:
        return sign_in_page(request, pages, settings, target=target, error=_WRONG, status=401)
    return welcome(request, account, secret, target, settings)


@router.get("/login/engang/{token}")
def one_time_form(
    token: str, request: Request, pages: PagesDep, settings: SettingsDep
) -> HTMLResponse:
    """A button. Looking at the link does not spend it: mail scanners look at links too."""
    page = OneTimePage(
        form_token=new_secret(),
        has_link=settings.local_sign_in,
        provider=settings.oidc_name if settings.oidc_issuer else "",
        provider_path=f"/login/engang/{token}/oidc",
    )
    return with_token(request, pages, "one_time.html", page)


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
    need_login_token(request, form)
    _need_local(settings)
    with database.write() as session:
        attempt = attempts.begin(
            session, "", client_address(request), most=settings.sign_in_attempts
        )
    with database.write() as session:
        account = use_one_time(session, token)
        if account is None:
            record_failed(session, attempt, way="link", reason="spent or unknown")
        else:
            hours = settings.session_hours
            secret = enter(session, request, account, attempt, action="sign in once", hours=hours)
    if account is None:
        return sign_in_page(request, pages, settings, error=_SPENT, status=401)
    return welcome(request, account, secret, "", settings)


@router.post("/logud")
def sign_out(
    request: Request, _form: StaffForm, visitor: MaybeVisitor, database: DatabaseDep
) -> Response:
    """Close the session; its cookie opens nothing any more, and what was being read is free."""
    if visitor is not None:
        give_back(database, visitor.account_id)
    with database.write() as session:
        close_session(session, request.cookies.get(COOKIE, ""))
        if visitor is not None:
            audit.record(session, actor=visitor.name, action="sign out", subject=visitor.name)
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(COOKIE)
    return response
