"""Sign in at a provider: a real one, in a process of its own, that can be told to do wrong."""

from __future__ import annotations

import importlib.util
import logging
import re
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import httpx
import hypothesis
import pytest
import structlog
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import delete, func, select, update

from service import logs
from service.app import create_app
from service.db import audit
from service.db.engine import Database
from service.db.tables import Account, AuditEntry, Role, SignInAttempt, Token, WebSession
from service.secrets import fingerprint
from service.security import accounts
from service.security.oidc import Reason, provider_of
from service.security.sessions import COOKIE
from service.settings import Settings

with warnings.catch_warnings():  # it only asks for another HTTP library than the locked one
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = Path(__file__).parent
SITE = "http://localhost"
SUBJECT = "person-1"
EMAIL = "anna@centret.example"
VERIFIED = {"email": EMAIL, "email_verified": True}


def load_provider():
    spec = importlib.util.spec_from_file_location("oidc_provider", HERE / "oidc_provider.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["oidc_provider"] = module
    spec.loader.exec_module(module)
    return module


PROVIDER = load_provider()


@contextmanager
def process(*command: str, ready: str) -> Iterator[None]:
    """Another program, from the moment it answers on an address until the tests are done."""
    with subprocess.Popen([sys.executable, "-W", "ignore", *command]) as running:
        try:
            for _ in range(200):
                try:
                    httpx.get(ready)
                    break
                except httpx.TransportError:
                    assert running.poll() is None, "the provider ended"
                    time.sleep(0.05)
            yield
        finally:
            running.kill()


@dataclass(frozen=True)
class OtherSide:
    """The provider as the tests talk to it, beside the browser."""

    origin: str

    @property
    def issuer(self) -> str:
        return f"{self.origin}/tenant"

    def script(self, fault: str = "", **claims: object) -> None:
        """Say who sits before the browser, and what goes wrong from now on."""
        told = {"fault": fault, "claims": claims}
        assert httpx.put(f"{self.origin}/script", json=told).is_success

    def seen(self) -> list[str]:
        return httpx.get(f"{self.origin}/seen").json()


@pytest.fixture(scope="module")
def free_ports() -> Callable[[], int]:
    """Ports of this machine that nobody listens on."""

    def free() -> int:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            return int(listener.getsockname()[1])

    return free


@pytest.fixture(scope="module")
def running(free_ports) -> Iterator[OtherSide]:
    port = free_ports()
    origin = f"http://127.0.0.1:{port}"
    with process(str(HERE / "oidc_provider.py"), str(port), ready=f"{origin}/seen"):
        yield OtherSide(origin)


@pytest.fixture
def provider(running) -> OtherSide:
    running.script()
    return running


def settings_for(issuer: str, var: Path, **changes: object) -> Settings:
    parts = {
        "var": var,
        "blind_percent": 0,
        "public_address": SITE,
        "oidc_issuer": issuer,
        "oidc_client_id": PROVIDER.CLIENT_ID,
        "oidc_client_secret": PROVIDER.CLIENT_SECRET,
        "oidc_name": "Prøven",
        "oidc_email_domains": "centret.example, hus.example",
    }
    return Settings(**(parts | changes))


@pytest.fixture
def with_provider(tmp_path, provider) -> Callable[..., Settings]:
    """Settings with the provider in them; keywords change some."""

    def make(**changes: object) -> Settings:
        parts = {"oidc_issuer": provider.issuer, "var": tmp_path / "var"} | changes
        return settings_for(parts.pop("oidc_issuer"), parts.pop("var"), **parts)

    return make


@pytest.fixture
def app(with_provider, reader) -> FastAPI:
    return create_app(with_provider(), reader)


@dataclass(frozen=True)
class Standing:
    """A service that stands through many tests, and a browser that was never there before."""

    http: httpx.Client
    database: Database


@pytest.fixture(scope="module")
def standing_app(running, reader, tmp_path_factory) -> Iterator[FastAPI]:
    """With a person who may come in, an account that waits for its address, and the boss's."""
    app = create_app(settings_for(running.issuer, tmp_path_factory.mktemp("standing")), reader)
    with TestClient(app, base_url=SITE):
        make(app.state.database, bound_to=key_of(running))
        make(app.state.database, EMAIL)
        make(app.state.database, "chef@centret.example", Role.ADMINISTRATOR)
        yield app


@pytest.fixture
def standing(standing_app, provider, browse) -> Standing:
    database = standing_app.state.database
    with database.write() as session:
        session.execute(delete(SignInAttempt))
        session.execute(delete(WebSession))
    return Standing(browse(standing_app), database)


def go(client: httpx.Client, start: str = "/login/oidc") -> str:
    """Leave for the provider; the address with which it sends the browser back."""
    leaving = client.get(start, follow_redirects=False)
    assert leaving.status_code == 303, leaving.text
    return httpx.get(leaving.headers["location"]).headers["location"].removeprefix(SITE)


def sign_in(client: httpx.Client, start: str = "/login/oidc") -> httpx.Response:
    return client.get(go(client, start), follow_redirects=False)


def make(database: Database, name="anna", role=Role.REVIEWER, *, bound_to=None) -> int:
    with database.write() as session:
        account = accounts.create(session, name, role)
        if bound_to:
            account.identity = bound_to
        return account.id


def key_of(provider: OtherSide, subject: str = SUBJECT) -> str:
    return fingerprint(f"{provider.issuer}\n{subject}")


def invite(database: Database, name="anna") -> str:
    with database.write() as session:
        account = session.scalar(select(Account).where(Account.name == name))
        return f"/login/engang/{accounts.one_time_link(session, account, hours=1)}/oidc"


def trail(database: Database, action: str) -> list[dict[str, object]]:
    with database.read() as session:
        assert audit.first_broken(session) is None
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == action))
        return [{"actor": one.actor, "subject": one.subject, **one.detail} for one in found]


def error_of(answer: httpx.Response) -> str:
    found = re.search(r'role="alert">([^<]+)', answer.text)
    return found[1] if found else ""


def identity(database: Database, name="anna") -> str | None:
    with database.read() as session:
        return session.scalar(select(Account.identity).where(Account.name == name))


# ── the way in ───────────────────────────────────────────────────────────────────────────────────
def test_an_invitation_binds_once_and_then_the_person_just_comes(client, database, provider):
    make(database)
    start = invite(database)
    page = client.get(start.removesuffix("/oidc")).text
    assert f'href="{start}"' in page
    assert identity(database) is None  # looking at the link binds nothing
    answer = sign_in(client, start)
    assert (answer.status_code, answer.headers["location"]) == (303, "/gennemgang")
    assert identity(database) == key_of(provider)
    assert trail(database, "bind") == [{"actor": "anna", "subject": "anna", "by": "invitation"}]
    client.cookies.clear()
    assert sign_in(client).headers["location"] == "/gennemgang"
    assert "anna" in client.get("/gennemgang").text
    assert len(trail(database, "sign in by provider")) == 2
    assert len(trail(database, "bind")) == 1


def test_an_administrator_comes_by_invitation(client, database):
    make(database, "chef", Role.ADMINISTRATOR)
    assert sign_in(client, invite(database, "chef")).status_code == 303


def test_one_goes_where_one_was_going_and_nowhere_else(client, database, provider):
    make(database, bound_to=key_of(provider))
    page = client.get("/tal").text
    start = re.search(r'href="(/login/oidc[^"]*)"', page)[1]
    assert sign_in(client, start).headers["location"] == "/tal"
    elsewhere = sign_in(client, "/login/oidc?til=//elsewhere.example")
    assert elsewhere.headers["location"] == "/gennemgang"


def test_the_request_carries_what_it_must_and_no_secret(client, provider):
    location = client.get("/login/oidc", follow_redirects=False).headers["location"]
    query = httpx.URL(location).params
    assert location.startswith(f"{provider.issuer}/authorize?p=policy&")
    assert query["response_type"] == "code"
    assert query["redirect_uri"] == f"{SITE}/login/oidc/svar"
    assert query["code_challenge_method"] == "S256"
    assert len({query["state"], query["nonce"], query["code_challenge"]}) == 3
    assert PROVIDER.CLIENT_SECRET not in location
    again = httpx.URL(client.get("/login/oidc", follow_redirects=False).headers["location"]).params
    for name in ("state", "nonce", "code_challenge"):
        assert again[name] != query[name]


def test_where_the_answer_goes_is_not_made_of_the_request(app, browse, database):
    """A forged Host must not lead a code elsewhere."""
    client = browse(app, base_url="http://elsewhere.example")
    location = client.get("/login/oidc", follow_redirects=False).headers["location"]
    assert httpx.URL(location).params["redirect_uri"] == f"{SITE}/login/oidc/svar"


def test_the_session_is_a_new_one(client, database, provider):
    make(database, bound_to=key_of(provider))
    client.cookies.set(COOKIE, "planted", domain="localhost.local", path="/")
    sign_in(client)
    first = client.cookies[COOKIE]
    assert first != "planted"
    sign_in(client)
    second = client.cookies[COOKIE]
    assert second != first
    client.cookies.clear()
    client.cookies.set(COOKIE, first)
    assert client.get("/gennemgang").url.path == "/login"
    with database.read() as session:
        assert session.scalars(select(WebSession.token_hash)).all() == [fingerprint(second)]


@pytest.mark.parametrize("fault", ["new key", "keys of the future", "answer names its issuer"])
def test_what_a_provider_may_do(standing, provider, fault):
    sign_in(standing.http)
    provider.script(fault)
    assert sign_in(standing.http).status_code == 303


def test_the_subject_counts_and_not_the_address(standing, provider):
    provider.script(email="new@elsewhere.example", email_verified=False)
    assert sign_in(standing.http).status_code == 303


# ── a verified address ───────────────────────────────────────────────────────────────────────────
def test_a_verified_address_binds_the_account_of_that_name(client, database, provider):
    make(database, EMAIL)
    provider.script(email="Anna@Centret.example", email_verified=True)
    assert sign_in(client).status_code == 303
    assert identity(database, EMAIL) == key_of(provider)
    assert trail(database, "bind")[0]["by"] == "address"
    provider.script(sub="person-2", **VERIFIED)  # the address was given to somebody else
    client.cookies.clear()
    assert error_of(sign_in(client)).startswith(Reason.UNKNOWN.danish)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({}, Reason.UNKNOWN),
        ({"email": EMAIL}, Reason.EMAIL),
        ({"email": EMAIL, "email_verified": False}, Reason.EMAIL),
        ({"email": EMAIL, "email_verified": "true"}, Reason.EMAIL),  # a string is no promise
        ({"email": EMAIL, "email_verified": 1}, Reason.EMAIL),
        ({"email": "bo@centret.example", "email_verified": True}, Reason.UNKNOWN),
        ({"email": "anna@sub.centret.example", "email_verified": True}, Reason.UNKNOWN),
        ({"email": "anna@centret.example.evil.example", "email_verified": True}, Reason.UNKNOWN),
        ({"email": "anna@centret.example@evil.example", "email_verified": True}, Reason.UNKNOWN),
        ({"email": "centret.example", "email_verified": True}, Reason.UNKNOWN),
        ({"email": [EMAIL], "email_verified": True}, Reason.UNKNOWN),
        ({"email": "chef@centret.example", "email_verified": True}, Reason.UNKNOWN),
    ],
)
def test_other_addresses_bind_nothing_and_make_no_account(standing, provider, claims, reason):
    provider.script(sub="person-2", **claims)
    assert_refused(standing, sign_in(standing.http), reason)
    assert identity(standing.database, EMAIL) is None
    assert identity(standing.database, "chef@centret.example") is None
    with standing.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 3


def test_without_domains_no_address_binds(with_provider, reader, browse, provider):
    app = create_app(with_provider(oidc_email_domains=""), reader)
    with browse(app) as client:
        make(app.state.database, EMAIL)
        provider.script(**VERIFIED)
        assert error_of(sign_in(client)) == Reason.UNKNOWN.danish


# ── who is refused ───────────────────────────────────────────────────────────────────────────────
FAULTS = {
    "wrong nonce": Reason.NONCE,
    "no nonce": Reason.NONCE,
    "wrong audience": Reason.AUDIENCE,
    "two audiences": Reason.AUDIENCE,
    "two audiences, for another": Reason.AUDIENCE,
    "token of another issuer": Reason.ISSUER,
    "answer of another issuer": Reason.ISSUER,
    "expired": Reason.EXPIRED,
    "not valid yet": Reason.TOKEN,
    "without an end": Reason.TOKEN,
    "without a subject": Reason.TOKEN,
    "subject is a number": Reason.TOKEN,
    "subject is endless": Reason.TOKEN,
    "another access token": Reason.TOKEN,
    "no ID token": Reason.TOKEN,
    "no token at all": Reason.SIGNATURE,
    "alg none": Reason.SIGNATURE,
    "signed with the client secret": Reason.SIGNATURE,
    "signed with the public key": Reason.SIGNATURE,
    "signed by a stranger": Reason.SIGNATURE,
    "changed after signing": Reason.SIGNATURE,
    "access denied": Reason.CANCELLED,
    "unknown client": Reason.MISCONFIGURED,
    "no keys": Reason.UNREACHABLE,
    "token endpoint fails": Reason.UNREACHABLE,
    "token endpoint is a page": Reason.UNREACHABLE,
    "token endpoint leads elsewhere": Reason.UNREACHABLE,
}
DISCOVERY_FAULTS = {
    "discovery of another": Reason.ISSUER,
    "discovery without keys": Reason.MISCONFIGURED,
    "keys without TLS": Reason.MISCONFIGURED,
    "token endpoint without TLS": Reason.MISCONFIGURED,
    "discovery fails": Reason.UNREACHABLE,
    "discovery is a page": Reason.UNREACHABLE,
    "discovery is a list": Reason.UNREACHABLE,
    "discovery is endless": Reason.UNREACHABLE,
    "discovery leads elsewhere": Reason.UNREACHABLE,
}


def assert_refused(standing, answer, reason):
    """Said in Danish, written down without a name, and nobody is in."""
    assert answer.status_code == reason.status
    assert error_of(answer).startswith(reason.danish)
    assert COOKIE not in standing.http.cookies
    line = trail(standing.database, "sign in failed")[-1]
    told = {"actor": "-", "subject": "provider", "reason": reason.word, "failures": 1}
    assert line == told
    with standing.database.read() as session:
        assert session.scalar(select(func.count()).select_from(WebSession)) == 0


@pytest.mark.parametrize(("fault", "reason"), FAULTS.items())
def test_an_answer_out_of_order_is_refused(standing, provider, fault, reason):
    provider.script(fault)
    assert_refused(standing, sign_in(standing.http), reason)
    assert "elsewhere" not in provider.seen()


@pytest.mark.parametrize(("fault", "reason"), DISCOVERY_FAULTS.items())
def test_a_document_out_of_order_is_refused(standing, provider, fault, reason):
    provider.script(fault)
    answer = standing.http.get("/login/oidc", follow_redirects=False)
    assert_refused(standing, answer, reason)
    assert "elsewhere" not in provider.seen()


def test_every_reason_is_tested_and_said_in_danish():
    tested = {*FAULTS.values(), *DISCOVERY_FAULTS.values()}
    elsewhere = {Reason.STATE, Reason.CODE, Reason.EMAIL, Reason.UNKNOWN}
    elsewhere |= {Reason.INVITATION, Reason.BOUND}
    assert tested | elsewhere == set(Reason)
    assert len({one.danish for one in Reason}) == len(Reason)


def test_a_provider_that_is_down(with_provider, reader, browse, free_ports):
    nobody = f"http://127.0.0.1:{free_ports()}"
    app = create_app(with_provider(oidc_issuer=nobody), reader)
    with browse(app) as client:
        answer = client.get("/login/oidc", follow_redirects=False)
        assert_refused(Standing(client, app.state.database), answer, Reason.UNREACHABLE)
        assert client.get("/login").status_code == 200


@pytest.mark.parametrize("state", ["", "x", "å", "0" * 64])
def test_a_forged_state_asks_the_provider_nothing(standing, provider, state):
    code = httpx.URL(go(standing.http)).params["code"]
    provider.script()
    path = f"/login/oidc/svar?code={code}&state={state}"
    assert_refused(standing, standing.http.get(path, follow_redirects=False), Reason.STATE)
    assert provider.seen() == []


def test_an_answer_in_another_browser(standing, standing_app, browse):
    """Somebody's own code, slipped to another: they would be signed in as that somebody."""
    path = go(standing.http)
    other = Standing(browse(standing_app), standing.database)
    assert_refused(other, other.http.get(path, follow_redirects=False), Reason.STATE)
    go(other.http)
    assert other.http.get(path, follow_redirects=False).status_code == Reason.STATE.status


def test_an_answer_is_good_once(client, database, provider):
    make(database, bound_to=key_of(provider))
    path = go(client)
    kept = dict(client.cookies)
    assert client.get(path, follow_redirects=False).status_code == 303
    assert "retsspor_oidc" not in client.cookies
    client.cookies.clear()
    assert client.get(path, follow_redirects=False).status_code == Reason.STATE.status
    client.cookies.update(kept)  # with the cookie too: now the provider refuses the code
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, error_of(answer)[:7]) == (401, Reason.CODE.danish[:7])


def test_a_code_of_another_sign_in_does_not_fit_the_verifier(client, app, browse, provider):
    other = browse(app)
    code = httpx.URL(go(other)).params["code"]
    own = httpx.URL(go(client)).params["state"]
    answer = client.get(f"/login/oidc/svar?code={code}&state={own}", follow_redirects=False)
    assert error_of(answer).startswith(Reason.CODE.danish)


def test_a_closed_account(client, database, provider):
    make(database, bound_to=key_of(provider))
    with database.write() as session:
        session.execute(update(Account).values(active=False))
    assert error_of(sign_in(client)) == Reason.UNKNOWN.danish


def test_an_invitation_is_spent_by_coming_back_only(client, database, provider):
    make(database)
    start = invite(database)
    provider.script("wrong nonce")
    sign_in(client, start)
    provider.script()
    assert sign_in(client, start).status_code == 303  # the failure did not spend it
    client.cookies.clear()
    assert error_of(sign_in(client, start)).startswith(Reason.INVITATION.danish)


@pytest.mark.parametrize("start", ["/login/engang/x/oidc", "/login/engang/%C3%A5/oidc"])
def test_an_invitation_that_nobody_made(client, database, start):
    assert error_of(sign_in(client, start)).startswith(Reason.INVITATION.danish)


@pytest.mark.parametrize(
    ("bound", "other"), [("somebody else", None), (None, SUBJECT), ("somebody else", SUBJECT)]
)
def test_nobody_is_bound_over(client, database, provider, bound, other):
    """Neither an account to a second person, nor a person to a second account."""
    make(database, bound_to=key_of(provider, bound) if bound else None)
    make(database, "bo", bound_to=key_of(provider, other) if other else None)
    before = identity(database)
    start = invite(database)
    assert error_of(sign_in(client, start)) == Reason.BOUND.danish
    assert identity(database) == before
    with database.read() as session:  # and the invitation is as good as before
        assert session.scalars(select(Token.used_at)).all() == [None]


def test_two_people_who_hold_the_same_invitation(both, with_provider):
    """Two at once, on both databases: one account, one person."""
    make(both)
    with both.write() as session:
        anna = session.scalar(select(Account))
        results = [accounts.bind(session, anna, key) for key in ("a" * 64, "b" * 64, "a" * 64)]
    assert results == [True, False, True]
    assert identity(both) == "a" * 64


# ── limits and settings ──────────────────────────────────────────────────────────────────────────
def test_answers_are_limited_by_address(client, database, with_provider):
    most = with_provider().sign_in_attempts * 5
    for _ in range(most):
        assert client.get("/login/oidc/svar?code=x&state=x").status_code == 400
    assert client.get("/login/oidc/svar?code=x&state=x").status_code == 429
    assert client.get("/login/oidc").status_code == 429
    assert len(trail(database, "sign in failed")) == most


def test_starting_often_is_no_failure(client, database):
    for _ in range(3):
        go(client)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_nothing_of_it_is_there_without_settings(settings, reader, browse):
    with browse(create_app(settings, reader)) as client:
        for path in ("/login/oidc", "/login/oidc/svar?code=x&state=x", "/login/engang/x/oidc"):
            assert client.get(path).status_code == 404
        assert "oidc" not in client.get("/login").text
        assert "oidc" not in client.get("/login/engang/x").text


def test_local_sign_in_can_be_off(with_provider, reader, browse, provider, token_of):
    app = create_app(with_provider(local_sign_in=False), reader)
    with browse(app) as client:
        database = app.state.database
        with database.write() as session:
            accounts.create(session, "anna", Role.REVIEWER, password="en lang adgangskode")
        assert "adgangskode" not in client.get("/login").text
        start = invite(database)
        link = start.removesuffix("/oidc")
        assert "<button" not in client.get(link).text.split("<main")[1]
        csrf = client.cookies["retsspor_login"]
        forms = {"/login": {"navn": "anna", "adgangskode": "en lang adgangskode"}, link: {}}
        for path, form in forms.items():
            assert client.post(path, data={"csrf": csrf, **form}).status_code == 403
        assert COOKIE not in client.cookies
        assert sign_in(client, start).status_code == 303


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"oidc_client_id": ""}, "RETSSPOR_OIDC_CLIENT_ID"),
        ({"oidc_client_secret": None}, "RETSSPOR_OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": ""}, "RETSSPOR_OIDC_ISSUER"),
        ({"public_address": ""}, "RETSSPOR_PUBLIC_ADDRESS"),
        ({"oidc_client_secret": "hemmelig"}, "16"),
        ({"oidc_issuer": "http://login.example"}, "https"),
        ({"oidc_issuer": "https://login.example?x=1"}, "https"),
        ({"oidc_issuer": "https://user:word@login.example"}, "https"),
        ({"oidc_issuer": "ftp://login.example"}, "https"),
        ({"oidc_issuer": "http://localhost.evil.example"}, "https"),
        ({"public_address": "http://retsspor.example"}, "https"),
    ],
)
def test_half_a_provider_is_refused_without_telling_the_secret(with_provider, changes, told):
    with pytest.raises(ValidationError, match=told) as error:
        with_provider(**changes)
    assert PROVIDER.CLIENT_SECRET not in str(error.value)
    assert "hemmelig" not in str(error.value)


def test_local_sign_in_off_without_a_provider_would_lock_everybody_out(tmp_path):
    with pytest.raises(ValidationError, match="RETSSPOR_OIDC_ISSUER"):
        Settings(var=tmp_path, local_sign_in=False)


def test_there_is_no_secret_by_default(tmp_path, embedded):
    settings = Settings(var=tmp_path)
    assert settings.oidc_client_secret is None
    assert provider_of(settings) is None
    with embedded.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that is logged, as the service sets it up when it is asked to say most."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure("DEBUG", stream := StringIO())
    yield stream
    root.handlers, root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize("fault", ["", "unknown client", "wrong nonce", "token endpoint fails"])
def test_secrets_are_in_no_log(standing, provider, log, fault):
    provider.script(fault, **VERIFIED)
    path = go(standing.http)
    planted = standing.http.cookies["retsspor_oidc"]
    standing.http.get(path, follow_redirects=False)
    assert "/login/oidc/svar" in log.getvalue()
    query = httpx.URL(path).params
    cookie = re.search(r"s=([^&\"]+)", planted)[1]
    secrets = (PROVIDER.CLIENT_SECRET, query["code"], query["state"], cookie, EMAIL, SUBJECT)
    assert [one for one in secrets if one in log.getvalue()] == []


def test_the_cookie_of_the_way_there(app, database, browse):
    """With TLS no other host of the domain can plant it, and no script can read it."""
    with_tls = browse(app, base_url="https://retsspor.example", follow_redirects=False)
    cookie = with_tls.get("/login/oidc").headers["set-cookie"]
    assert cookie.startswith("__Host-retsspor_oidc=")
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert word in cookie
    assert "Domain" not in cookie


@hypothesis.settings(max_examples=40)
@given(query=st.dictionaries(st.sampled_from(["code", "state", "error", "iss"]), st.text()))
def test_any_answer_without_a_question_is_refused(standing_app, query):
    http = TestClient(standing_app, base_url=SITE)
    assert http.get("/login/oidc/svar", params=query).status_code in {400, 429}


# ── a provider that somebody else wrote ──────────────────────────────────────────────────────────
def test_with_a_provider_that_is_not_ours(with_provider, reader, browse, free_ports):
    """oidc-provider-mock, built on Authlib's server: our reading of the rules is not its own."""
    port = free_ports()
    issuer = f"http://localhost:{port}"
    command = ("-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true")
    with process(*command, ready=f"{issuer}/jwks"):
        app = create_app(with_provider(oidc_issuer=issuer, oidc_client_id="retsspor"), reader)
        with browse(app) as client:
            make(app.state.database)
            start = client.get(invite(app.state.database), follow_redirects=False)
            signed = httpx.post(start.headers["location"], data={"sub": "anna-dér"})
            back = signed.headers["location"].removeprefix(SITE)
            answer = client.get(back, follow_redirects=False)
            assert (answer.status_code, answer.headers["location"]) == (303, "/gennemgang")
            assert "anna" in client.get("/gennemgang").text
