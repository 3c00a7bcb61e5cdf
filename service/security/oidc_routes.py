"""Sign in at the provider: off to it, and back with its answer.

The way there is a link, not a form: it writes nothing, and the policy of our pages lets forms go
nowhere else. The answer comes as a GET, which is how providers send browsers back; it is the one
GET that writes, and it does so only for the browser that holds the cookie of the way there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from service.db.engine import Database
from service.errors import NotHere
from service.pages.render import Pages
from service.secrets import new_secret, same
from service.security import attempts
from service.security.entering import enter, record_failed, sign_in_page, welcome
from service.security.oidc import (
    ANSWER_PATH,
    Identity,
    Provider,
    Reason,
    Refused,
    identify,
    open_http,
    provider_of,
    sign_in_address,
    state_of,
)
from service.security.oidc_member import account_of
from service.security.origin import way_back
from service.settings import Settings
from service.web import DatabaseDep, PagesDep, SettingsDep, client_address, is_local_http

router = APIRouter(include_in_schema=False)

_SECONDS = 600
_WAY = "provider"
_AGAIN = "Begynd forfra."


@dataclass(frozen=True, slots=True, repr=False)
class Pending:
    """A sign-in on its way. It is in the browser's cookie and nowhere else."""

    secret: str
    invitation: str = ""
    """The secret of the one-time link that this sign-in is to bind."""
    target: str = ""

    def cookie(self) -> str:
        """As the value of a cookie."""
        return urlencode({"s": self.secret, "i": self.invitation, "til": self.target})


@dataclass(frozen=True, slots=True, repr=False)
class ProviderAnswer:
    """What the provider put into the address it sent the browser back to."""

    code: str
    state: str
    error: str
    issuer: str


def _provider(settings: SettingsDep) -> Provider:
    found = provider_of(settings)
    if found is None:
        raise NotHere
    return found


def _provider_answer(
    code: str = "", state: str = "", error: str = "", iss: Annotated[str, Query()] = ""
) -> ProviderAnswer:
    return ProviderAnswer(code, state, error, iss)


ProviderDep = Annotated[Provider, Depends(_provider)]
AnswerDep = Annotated[ProviderAnswer, Depends(_provider_answer)]


@router.get("/login/oidc")
def leave(
    request: Request,
    pages: PagesDep,
    database: DatabaseDep,
    settings: SettingsDep,
    provider: ProviderDep,
    til: str = "",
) -> Response:
    """Off to the provider."""
    pending = Pending(new_secret(), target=way_back(til))
    return _leave(request, pages, database, settings, provider, pending)


@router.get("/login/engang/{token}/oidc")
def leave_invited(
    token: str,
    request: Request,
    pages: PagesDep,
    database: DatabaseDep,
    settings: SettingsDep,
    provider: ProviderDep,
) -> Response:
    """The same with an invitation, which is spent when the person comes back."""
    pending = Pending(new_secret(), invitation=token)
    return _leave(request, pages, database, settings, provider, pending)


@router.get(ANSWER_PATH)
def come_back(
    request: Request,
    pages: PagesDep,
    database: DatabaseDep,
    settings: SettingsDep,
    provider: ProviderDep,
    answer: AnswerDep,
) -> Response:
    """Find out who it is, and start a session for their account."""
    pending = _pending(request)
    most, address = settings.sign_in_attempts, client_address(request)
    with database.write() as session:
        attempt = attempts.begin(session, "", address, most=most)
    try:
        identity = _identity(provider, pending, answer)
        with database.write() as session:
            account = account_of(session, provider, identity, pending.invitation)
            secret = enter(
                session,
                request,
                account,
                attempt,
                action="sign in by provider",
                hours=settings.session_hours,
            )
    except Refused as refused:
        with database.write() as session:
            record_failed(session, attempt, way=_WAY, reason=refused.reason.word)
        response = _refusal(request, pages, settings, refused.reason)
    else:
        response = welcome(request, account, secret, pending.target, settings)
    _drop_cookie(request, response)
    return response


def _identity(provider: Provider, pending: Pending, answer: ProviderAnswer) -> Identity:
    """Who came back. Only an answer to this browser's own question is carried any further."""
    if not pending.secret or not same(state_of(pending.secret), answer.state):
        raise Refused(Reason.STATE)
    if answer.issuer not in ("", provider.issuer):  # RFC 9207
        raise Refused(Reason.ISSUER)
    if answer.error or not answer.code:
        raise Refused(Reason.CANCELLED)
    with open_http() as http:
        return identify(http, provider, pending.secret, answer.code)


def _leave(
    request: Request,
    pages: Pages,
    database: Database,
    settings: Settings,
    provider: Provider,
    pending: Pending,
) -> Response:
    most, client = settings.sign_in_attempts, client_address(request)
    with database.read() as session:
        attempts.check(session, "", client, most=most)
    try:
        with open_http() as http:
            address = sign_in_address(http, provider, pending.secret)
    except Refused as refused:
        with database.write() as session:
            attempt = attempts.begin(session, "", client, most=most)
            record_failed(session, attempt, way=_WAY, reason=refused.reason.word)
        return _refusal(request, pages, settings, refused.reason)
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        _cookie_name(request),
        pending.cookie(),
        max_age=_SECONDS,
        httponly=True,
        samesite="lax",  # strict would not come along when the provider sends the browser back
        secure=not is_local_http(request),
    )
    return response


def _refusal(request: Request, pages: Pages, settings: Settings, reason: Reason) -> Response:
    words = reason.danish if reason.status != 401 else f"{reason.danish} {_AGAIN}"
    return sign_in_page(request, pages, settings, error=words, status=reason.status)


def _cookie_name(request: Request) -> str:
    """With TLS a name that browsers let no other host of the domain set."""
    return "retsspor_oidc" if is_local_http(request) else "__Host-retsspor_oidc"


def _pending(request: Request) -> Pending:
    """What the cookie says; without a secret there is no sign-in on its way."""
    fields = dict(parse_qsl(request.cookies.get(_cookie_name(request), "")))
    return Pending(fields.get("s", ""), fields.get("i", ""), way_back(fields.get("til", "")))


def _drop_cookie(request: Request, response: Response) -> None:
    secure = not is_local_http(request)
    response.delete_cookie(_cookie_name(request), httponly=True, samesite="lax", secure=secure)
