"""Who gets in, what a forged form can do (nothing), and what every answer carries."""

from __future__ import annotations

import re
import sqlite3
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from service.clock import now
from service.db.tables import Account, AuditEntry, Role, SignInAttempt, Token, WebSession
from service.errors import TooManyAttempts
from service.security import accounts, attempts
from service.security.sessions import COOKIE, visitor

PASSWORD = "en lang adgangskode"
REVIEW = {Role.REVIEWER, Role.ADMINISTRATOR}
FIGURES = REVIEW | {Role.ANALYST}


def form_token(page):
    return re.search(r'name="csrf" value="([^"]+)"', page)[1]


def sign_in(client, name, password, **more):
    token = form_token(client.get("/login").text)
    return client.post("/login", data={"csrf": token, "navn": name, "adgangskode": password} | more)


def make(database, role=Role.REVIEWER, name="anna", password=PASSWORD):
    with database.write() as session:
        return accounts.create(session, name, role, password=password)


def link(database, name="anna"):
    with database.write() as session:
        account = session.scalar(select(Account).where(Account.name == name))
        return f"/login/engang/{accounts.one_time_link(session, account, hours=1)}"


@pytest.mark.parametrize("path", ["/gennemgang", f"/gennemgang/{'0' * 26}", "/tal"])
def test_strangers_are_sent_to_sign_in_and_back(client, path):
    answer = client.get(path)
    assert (answer.url.path, answer.url.params["til"]) == ("/login", path)


@pytest.mark.parametrize("role", list(Role))
def test_roles(sign_in, role):
    browser = sign_in(role).http
    assert browser.get("/gennemgang").status_code == (200 if role in REVIEW else 403)
    assert browser.get("/tal").status_code == (200 if role in FIGURES else 403)


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "forkert"), ("bo", PASSWORD), ("", ""), ("anna", ""), ("anna\x00", "x")],
)
def test_wrong_passwords(client, database, name, password):
    make(database)
    answer = sign_in(client, name, password)
    assert answer.status_code == 401
    assert COOKIE not in client.cookies


def test_an_account_without_password_cannot_use_one(client, database):
    make(database, password=None)
    assert sign_in(client, "anna", "").status_code == 401


def test_a_closed_account_is_out_at_once(client, database):
    make(database)
    sign_in(client, "anna", PASSWORD)
    assert client.get("/gennemgang").url.path == "/gennemgang"
    with database.write() as session:
        session.execute(update(Account).values(active=False))
    assert client.get("/gennemgang").url.path == "/login"


def test_guessing_is_slowed_down_for_the_name_but_not_for_others(client, database, settings):
    make(database)
    make(database, name="bo")
    for _ in range(settings.sign_in_attempts):
        assert sign_in(client, "anna", "forkert").status_code == 401
    assert sign_in(client, "anna", PASSWORD).status_code == 429
    assert sign_in(client, "bo", PASSWORD).status_code == 200


def test_guesses_at_the_same_moment_are_counted_one_by_one(both, settings):
    """All of them ask before the first has failed; no more than the limit may go on."""
    barrier = threading.Barrier(12)

    def guess(_number: int) -> bool:
        barrier.wait()
        try:
            with both.write() as session:
                attempts.begin(session, "anna", "192.0.2.1", most=5)
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(guess, range(12))) == 5


def test_a_right_password_is_no_failure(client, database):
    make(database)
    for _ in range(3):
        assert sign_in(client, "anna", PASSWORD).status_code == 200
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_an_office_is_slowed_down_as_a_whole(client, database, settings):
    make(database)
    most = settings.sign_in_attempts * attempts.ADDRESS_FACTOR
    for number in range(most):
        with database.write() as session:
            attempts.begin(session, f"name {number}", "testclient", most=settings.sign_in_attempts)
    assert sign_in(client, "anna", PASSWORD).status_code == 429


@pytest.mark.parametrize(
    ("failures", "told"), [(1, True), (100, True), (101, False), (199, False), (200, True)]
)
def test_in_a_flood_one_failure_in_a_hundred_is_told(failures, told):
    assert attempts.Attempt((1,), failures).is_told is told


def test_failures_are_in_the_trail_without_what_was_typed(client, database):
    make(database)
    sign_in(client, "min hemmelige kode", "forkert")
    token = form_token(client.get("/login/engang/forkert").text)
    client.post("/login/engang/forkert", data={"csrf": token})
    sign_in(client, "anna", PASSWORD)
    with database.read() as session:
        lines = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    told = [(one.actor, one.action, one.subject, one.detail) for one in lines[1:]]
    assert told == [
        ("-", "sign in failed", "password", {"reason": "wrong", "failures": 1}),
        ("-", "sign in failed", "link", {"reason": "spent or unknown", "failures": 2}),
        ("anna", "sign in", "anna", {}),
    ]


def test_a_refusal_takes_as_long_whoever_it_is(both):
    """Work of the processor, not the clock: other programs must not decide this test."""
    make(both)
    make(both, name="bo", password=None)
    make(both, name="carl")
    with both.write() as session:
        session.execute(update(Account).where(Account.name == "carl").values(active=False))

    def work(name: str) -> float:
        with both.read() as session:
            started = time.process_time()
            assert accounts.with_password(session, name, "en forkert adgangskode") is None
            return time.process_time() - started

    names = ("anna", "bo", "carl", "ukendt", "ukendt\x00")
    found = {name: [work(name) for _ in range(3)] for name in names}
    known, *others = (statistics.median(found[name]) for name in names)
    assert all(0.6 < other / known < 1.6 for other in others)


def test_signing_in_ends_the_session_that_was_there(client, database):
    make(database)
    make(database, name="bo")
    sign_in(client, "anna", PASSWORD)
    before = client.cookies[COOKIE]
    sign_in(client, "bo", PASSWORD)
    after = client.cookies[COOKIE]
    assert before != after
    with database.read() as session:
        assert visitor(session, before) is None
        assert visitor(session, after).name == "bo"


def test_a_planted_cookie_becomes_no_session(client, database):
    make(database)
    client.cookies.set(COOKIE, "planted", domain="localhost.local", path="/")
    sign_in(client, "anna", PASSWORD)
    assert client.cookies[COOKIE] != "planted"
    with database.read() as session:
        assert visitor(session, "planted") is None


def test_a_new_password_signs_out_everywhere(client, database):
    make(database)
    sign_in(client, "anna", PASSWORD)
    with database.write() as session:
        anna = session.scalar(select(Account))
        accounts.set_password(session, anna, "en anden adgangskode")
    assert client.get("/gennemgang").url.path == "/login"
    assert sign_in(client, "anna", PASSWORD).status_code == 401
    assert sign_in(client, "anna", "en anden adgangskode").status_code == 200


def test_guessing_is_forgotten_after_a_while(client, database, settings):
    make(database)
    for _ in range(settings.sign_in_attempts):
        sign_in(client, "anna", "forkert")
    with database.write() as session:
        session.execute(
            update(SignInAttempt).values(at=now() - attempts.WINDOW - timedelta(seconds=1))
        )
    assert sign_in(client, "anna", PASSWORD).status_code == 200


@pytest.mark.parametrize("password", ["", "kort", "elleve tegn"])
def test_short_passwords_are_refused(password):
    with pytest.raises(ValueError, match="12"):
        accounts.hash_password(password)


def test_passwords_and_secrets_are_kept_as_hashes(client, database):
    make(database)
    path = link(database)
    sign_in(client, "anna", PASSWORD)
    with database.read() as session:
        assert session.scalar(select(Account.password_hash)).startswith("$argon2id$")
        kept = {
            *session.scalars(select(Token.token_hash)),
            *session.scalars(select(WebSession.token_hash)),
        }
    assert path.rsplit("/", 1)[1] not in kept
    assert client.cookies[COOKIE] not in kept


def test_a_one_time_link_works_once_and_not_by_looking(client, database):
    make(database)
    path = link(database)
    for _ in range(3):
        token = form_token(client.get(path).text)
    assert client.post(path, data={"csrf": token}).url.path == "/gennemgang"
    client.cookies.clear()
    token = form_token(client.get(path).text)
    assert client.post(path, data={"csrf": token}).status_code == 401


def test_an_old_one_time_link(client, database):
    make(database)
    path = link(database)
    with database.write() as session:
        session.execute(update(Token).values(expires_at=now() - timedelta(seconds=1)))
    token = form_token(client.get(path).text)
    assert client.post(path, data={"csrf": token}).status_code == 401


def test_an_api_token_is_no_sign_in_link(client, database):
    account = make(database)
    with database.write() as session:
        path = f"/login/engang/{accounts.api_token(session, account)}"
    token = form_token(client.get(path).text)
    assert client.post(path, data={"csrf": token}).status_code == 401


def test_sign_out_ends_the_session_on_the_server(reviewer):
    cookie = reviewer.http.cookies[COOKIE]
    reviewer.post("/logud")
    reviewer.http.cookies.set(COOKIE, cookie)
    assert reviewer.http.get("/gennemgang").url.path == "/login"


def test_a_session_that_ran_out(reviewer, database):
    with database.write() as session:
        session.execute(update(WebSession).values(expires_at=now()))
    assert reviewer.http.get("/gennemgang").url.path == "/login"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "http://localhost.elsewhere.example"},
    ],
)
@pytest.mark.parametrize("path", ["/indsend", "/login", "/logud", "/gennemgang/x"])
def test_forms_of_other_sites_are_refused(reviewer, path, headers):
    data = {"csrf": reviewer.csrf, "text": "Vi har ventet længe.", "revision": "0"}
    assert reviewer.http.post(path, data=data, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"origin": "null"}, {"sec-fetch-site": "same-origin"}])
def test_own_forms_pass(reviewer, headers):
    answer = reviewer.http.post("/logud", data={"csrf": reviewer.csrf}, headers=headers)
    assert answer.url.path == "/login"


@pytest.mark.parametrize("token", ["", "x", "å"])
def test_staff_forms_need_the_session_s_token(reviewer, sign_in, token):
    other = sign_in(Role.ANALYST)
    for given in (token, other.csrf):
        assert reviewer.http.post("/logud", data={"csrf": given}).status_code == 403


def test_the_sign_in_form_needs_its_own_token(client, database):
    make(database)
    data = {"navn": "anna", "adgangskode": PASSWORD, "csrf": "x"}
    assert client.post("/login", data=data).status_code == 403


@pytest.mark.parametrize(
    "target",
    [
        "//elsewhere.example",
        "https://elsewhere.example",
        "/\\elsewhere.example",
        "tal",
        "/\r\nX: y",
    ],
)
def test_sign_in_leads_nowhere_else(client, database, target):
    make(database)
    assert sign_in(client, "anna", PASSWORD, til=target).url.path == "/gennemgang"


def test_sign_in_leads_where_one_was_going(client, database):
    make(database)
    assert sign_in(client, "anna", PASSWORD, til="/tal").url.path == "/tal"


@pytest.mark.parametrize(
    ("base", "is_secure"),
    [
        ("http://localhost", False),
        ("https://retsspor.example", True),
        ("http://retsspor.example", True),
    ],
)
def test_the_cookie(app, database, browse, base, is_secure):
    make(database)
    client = browse(app, base_url=base, follow_redirects=False)
    page = client.get("/login")
    pre = page.headers["set-cookie"]
    answer = client.post(
        "/login",
        data={"csrf": form_token(page.text), "navn": "anna", "adgangskode": PASSWORD},
        headers={"cookie": pre.split(";")[0]},
    )
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert ("Secure" in cookie) is is_secure


@pytest.mark.parametrize(
    "path", ["/indsend", "/login", "/nowhere", "/api/submissions/x", "/healthz"]
)
def test_every_answer_is_guarded(client, path):
    headers = client.get(path).headers
    assert "'unsafe" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_static_files_may_be_kept(client):
    assert "max-age" in client.get("/static/retsspor.css").headers["cache-control"]


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/%2e%2e/app.py"])
def test_static_files_only(client, path):
    assert client.get(path).status_code == 404


def test_looking_never_writes(reviewer, settings):
    """No GET may take the write lock: hold it, then look at everything."""
    path = Path(settings.var) / "retsspor.sqlite3"
    with sqlite3.connect(path, isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")
        for page in ("/indsend", "/gennemgang", "/tal", "/rapporter", "/healthz", "/login"):
            assert reviewer.http.get(page).status_code == 200
        holder.execute("ROLLBACK")
