"""Every address × every role × another's object; every form from elsewhere. By the list of routes.

Who may do what is written down by hand. A route that is not here fails a test.

``who``: the roles that are let in (an administrator always is); None for everybody.
``object``: whose object an address with a reference in it is:

* ``own``         a sender's own only; staff see all, for reading is their task
* ``staff``       any submission, for those of the roles
* ``capability``  whoever holds the reference (80 random bits or more); it shows no text
* ``public``      published for everybody
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from service.db.tables import Account, AuditEntry, Role, Submission
from service.security import accounts

SENDER, REVIEWER, ANALYST, ADMIN = (
    Role.SENDER,
    Role.REVIEWER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True)
class Rule:
    who: frozenset[Role] | None
    object: str = ""
    is_before_session: bool = False
    """A form that proves by its own cookie or by nothing that it is ours: there is no session."""

    def lets_in(self, role: Role | None) -> bool:
        return self.who is None or role is ADMIN or role in self.who


def to(*roles: Role, object: str = "") -> Rule:
    return Rule(frozenset(roles), object)


EVERYBODY = Rule(None)
KNOCKING = Rule(None, is_before_session=True)

RULES: dict[tuple[str, str], Rule] = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/health"): EVERYBODY,
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/ready"): EVERYBODY,
    ("GET", "/metrics"): EVERYBODY,  # 404 without its own token: tests of service.operations
    ("GET", "/indsend"): EVERYBODY,
    ("POST", "/indsend"): KNOCKING,
    ("GET", "/indsend/kvittering/{public_id}"): Rule(None, "capability"),
    ("GET", "/login"): EVERYBODY,
    ("POST", "/login"): KNOCKING,
    ("GET", "/login/engang/{token}"): Rule(None, "capability"),
    ("POST", "/login/engang/{token}"): Rule(None, "capability", is_before_session=True),
    ("GET", "/login/engang/{token}/oidc"): Rule(None, "capability"),
    ("GET", "/login/oidc"): EVERYBODY,
    ("GET", "/login/oidc/svar"): EVERYBODY,
    ("POST", "/logud"): to(*Role),
    # ── reading and deciding ──
    ("GET", "/gennemgang"): to(REVIEWER),
    ("POST", "/gennemgang/naeste"): to(REVIEWER),
    ("GET", "/gennemgang/{public_id}"): to(REVIEWER, object="staff"),
    ("POST", "/gennemgang/{public_id}"): to(REVIEWER, object="staff"),
    ("POST", "/gennemgang/{public_id}/tag"): to(REVIEWER, object="staff"),
    ("POST", "/gennemgang/{public_id}/forny"): to(REVIEWER, object="staff"),
    ("POST", "/gennemgang/{public_id}/slip"): to(REVIEWER, object="staff"),
    ("POST", "/gennemgang/{public_id}/videre"): to(REVIEWER, object="staff"),
    ("POST", "/gennemgang/{public_id}/personlig"): to(REVIEWER, object="staff"),
    ("POST", "/gennemgang/{public_id}/staar"): to(REVIEWER, object="staff"),
    ("POST", "/gennemgang/{public_id}/fortryd"): to(REVIEWER, object="staff"),
    ("GET", "/tal"): to(REVIEWER, ANALYST),
    ("GET", "/enighed"): to(ANALYST),
    ("GET", "/aendringer"): to(ANALYST),
    # ── models ──
    ("GET", "/modeller"): to(),
    ("POST", "/modeller/traening"): to(),
    ("POST", "/modeller/traening/afbryd"): to(),
    ("POST", "/modeller/brug"): to(),
    ("POST", "/modeller/tilbage"): to(),
    ("POST", "/modeller/tilbagetraek"): to(),
    # ── reports ──
    ("GET", "/rapporter"): EVERYBODY,
    ("GET", "/rapporter/rapport.css"): EVERYBODY,
    ("GET", "/rapporter/ny"): to(ANALYST),
    ("POST", "/rapporter/ny"): to(ANALYST),
    ("POST", "/rapporter/uddrag/{excerpt_id}"): to(ANALYST, object="staff"),
    ("GET", "/rapporter/{slug}"): Rule(None, "public"),
    ("GET", "/rapporter/{slug}/{version}"): Rule(None, "public"),
    ("GET", "/rapporter/{slug}/{version}/{name}"): Rule(None, "public"),
    ("GET", "/metode"): EVERYBODY,
    ("GET", "/anonymitet"): EVERYBODY,
    # ── programs ──
    ("POST", "/api/submissions"): to(SENDER),
    ("POST", "/api/submissions/csv"): to(SENDER),
    ("POST", "/api/redactions"): to(SENDER),
    ("GET", "/api/submissions"): to(SENDER),
    ("GET", "/api/submissions/{public_id}"): to(SENDER, REVIEWER, ANALYST, object="own"),
    ("GET", "/api/submissions/{public_id}/history"): to(REVIEWER, object="staff"),
    ("POST", "/api/submissions/{public_id}/decisions"): to(REVIEWER, object="staff"),
    ("POST", "/api/submissions/{public_id}/maskings"): to(REVIEWER, object="staff"),
    ("POST", "/api/submissions/{public_id}/undo"): to(REVIEWER, object="staff"),
    ("POST", "/api/submissions/{public_id}/stands"): to(REVIEWER, object="staff"),
    ("PUT", "/api/submissions/{public_id}/claim"): to(REVIEWER, object="staff"),
    ("DELETE", "/api/claims"): to(REVIEWER),
    ("GET", "/api/queue"): to(REVIEWER),
    ("POST", "/api/queue/next"): to(REVIEWER),
    ("GET", "/api/doubts"): to(REVIEWER),
    ("GET", "/api/counts"): to(REVIEWER, ANALYST),
    ("GET", "/api/agreement"): to(ANALYST),
    ("GET", "/api/reports"): to(*Role),
    ("GET", "/api/decisions"): to(ANALYST),
    ("POST", "/api/decisions"): to(REVIEWER),
}


def filled(path: str, reference: str) -> str:
    """The address with an object in it."""
    for name, value in {
        "{public_id}": reference,
        "{token}": "x" * 43,
        "{excerpt_id}": "1",
        "{slug}": "2026-05-01",
        "{version}": "1",
        "{name}": "rapport.json",
    }.items():
        path = path.replace(name, value)
    return path


WRITING = [one for one in RULES if one[0] != "GET"]
STARTS_A_PROCESS = "/modeller/traening"
_FORM = {"text": "Vi har ventet længe på svar.", "revision": "0", "label": "frister"}


@pytest.fixture
def browsers(sign_in, client):
    """A browser of each role, and one of nobody's (None)."""
    return {role: sign_in(role) for role in Role} | {None: None}


def ask(client, browsers, bearers, role, method, path, **more):
    """Ask as a role would: pages with a session, the API with a token."""
    if path.startswith("/api/"):
        headers = bearers.get(role, {})
        body = None if method == "GET" else {}
        return client.request(method, path, headers=headers, json=body, follow_redirects=False)
    http = client if role is None else browsers[role].http
    token = {"csrf": browsers[role].csrf} if role is not None else {}
    data = None if method == "GET" else _FORM | token | more
    return http.request(method, path, data=data, follow_redirects=False)


def is_refused(answer) -> bool:
    """Sent to sign in, or told that it may not."""
    to_login = answer.status_code == 303 and answer.headers["location"].startswith("/login")
    return to_login or answer.status_code in (401, 403)


def test_every_route_has_a_rule_and_every_rule_a_route(routes):
    assert set(routes) - {("GET", "/openapi.json"), ("HEAD", "/openapi.json")} == set(RULES)


def test_every_address_of_an_object_says_whose_it_is():
    missing = [path for (_, path), rule in RULES.items() if "{" in path and not rule.object]
    assert missing == []


def test_every_role_at_every_address(client, database, browsers, bearer, keep_text):
    bearers = {role: bearer(role) for role in Role}
    reference = keep_text(database)
    wrong = []
    for (method, path), rule in RULES.items():
        if rule.is_before_session or path == "/logud":  # signing out ends what the test needs
            continue
        for role in (None, *Role):
            if path == STARTS_A_PROCESS and rule.lets_in(role):
                continue  # tests/service/test_learning_server.py starts one, and waits for it
            address = filled(path, reference)
            answer = ask(client, browsers, bearers, role, method, address)
            if rule.who is not None and is_refused(answer) is rule.lets_in(role):
                wrong.append((method, path, role, answer.status_code))
            if answer.status_code >= 500:
                wrong.append((method, path, role, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize(
    ("method", "path"), [one for one, rule in RULES.items() if rule.object == "own"]
)
def test_a_sender_cannot_reach_another_s_object(client, database, as_two, method, path):
    mine, theirs = as_two
    sent = {"text": "Vi har ventet på svar fra kommunen i syv måneder."}
    reference = client.post("/api/submissions", json=sent, headers=theirs).json()["id"]
    reference = client.get("/api/submissions", headers=theirs).json()["items"][0]["reference"]
    address = filled(path, reference)
    assert client.request(method, address, headers=theirs).status_code == 200
    answer = client.request(method, address, headers=mine)
    unknown = client.request(method, filled(path, "0" * 26), headers=mine)
    assert answer.status_code == unknown.status_code == 404
    told = [{k: v for k, v in one.json().items() if k != "instance"} for one in (answer, unknown)]
    assert told[0] == told[1]  # not even that it exists


@pytest.fixture
def as_two(database):
    """Two senders."""

    def headers(name):
        with database.write() as session:
            account = accounts.create(session, name, Role.SENDER)
            return {"Authorization": f"Bearer {accounts.api_token(session, account)}"}

    return headers("avis"), headers("forening")


def test_another_s_list_and_key_stay_apart(client, as_two):
    """The same Idempotency-Key and the same own id are two submissions for two senders."""
    sent = {"text": "Vi har ventet på svar fra kommunen i syv måneder.", "id": "sag-1"}
    key = {"Idempotency-Key": "den-samme"}
    for headers in as_two:
        done = client.post("/api/submissions", json=sent, headers=headers | key)
        assert done.status_code == 201
        assert len(client.get("/api/submissions", headers=headers).json()["items"]) == 1


@pytest.mark.parametrize(
    "path",
    [
        path
        for method, path in RULES
        if method == "GET" and "capability" in RULES[method, path].object
    ],
)
def test_what_a_reference_opens_shows_no_text(client, database, keep_text, path):
    reference = keep_text(database, "[PERSON 1] har ventet på et ganske særligt svar.")
    answer = client.get(filled(path, reference), follow_redirects=False)
    assert "særligt" not in answer.text


# ── forms from elsewhere ─────────────────────────────────────────────────────────────────────────


def rows(database) -> tuple[int, ...]:
    with database.read() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Submission, Account, AuditEntry)
        )


PAGES = [(method, path) for method, path in WRITING if not path.startswith("/api/")]


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://x.example"}]
)
def test_no_form_of_another_site_does_anything(database, sign_in, keep_text, headers):
    """Even with the right token, which another site cannot know."""
    admin = sign_in(Role.ADMINISTRATOR)
    reference = keep_text(database)
    before = rows(database)
    for method, path in PAGES:
        data = _FORM | {"csrf": admin.csrf}
        address = filled(path, reference)
        answer = admin.http.request(method, address, data=data, headers=headers)
        assert answer.status_code == 403, path
    assert rows(database) == before


def test_no_form_without_the_session_s_token_does_anything(database, sign_in, keep_text):
    """As a browser sends it that tells neither site nor origin."""
    admin, other = sign_in(Role.ADMINISTRATOR), sign_in(Role.REVIEWER)
    reference = keep_text(database)
    before = rows(database)
    for method, path in PAGES:
        if RULES[method, path].is_before_session and path == "/indsend":
            continue  # anybody may send, from anywhere: there is nothing to forge
        for token in ("", "x", other.csrf):
            data = _FORM | {"csrf": token}
            address = filled(path, reference)
            answer = admin.http.request(method, address, data=data, follow_redirects=False)
            assert answer.status_code == 403, path
    assert rows(database) == before


def test_a_session_opens_no_api_and_a_token_no_page(database, sign_in, bearer, client):
    admin = sign_in(Role.ADMINISTRATOR)
    headers = bearer(Role.ADMINISTRATOR)
    for (method, path), rule in RULES.items():
        if rule.who is None or method != "GET" or "{" in path:
            continue
        if path.startswith("/api/"):
            answer = admin.http.get(path)
        else:
            answer = client.get(path, headers=headers, follow_redirects=False)
        assert is_refused(answer), path
