"""Strict headers on every answer: each route, static files, refusals, errors that nobody foresaw."""

from __future__ import annotations

import re

import pytest

from service.db.tables import Role
from service.security.headers import POLICY

ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-permitted-cross-domain-policies": "none",
}
PUBLISHED = ("/rapporter", "/rapporter/2026-05-01/1", "/metode", "/anonymitet")


def need_guarded(answer, *, may_be_kept: bool = False) -> None:
    where = f"{answer.request.method} {answer.request.url} {answer.status_code}"
    for name, value in ALWAYS.items():
        assert answer.headers.get(name) == value, f"{where}: {name}"
    assert "camera=()" in answer.headers["permissions-policy"], where
    assert "server" not in answer.headers, where
    assert "x-powered-by" not in answer.headers, where
    assert "access-control-allow-origin" not in answer.headers, where
    kept = answer.headers["cache-control"]
    assert kept == ("public, max-age=3600" if may_be_kept else "no-store"), where
    for cookie in answer.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie or "Max-Age=0" in cookie, where
        assert re.search("samesite=(lax|strict)", cookie, re.IGNORECASE), where


def test_the_policy_is_strict():
    parts = dict(one.split(" ", 1) for one in POLICY.split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["frame-ancestors"] == "'none'"
    assert parts["base-uri"] == "'none'"
    assert parts["form-action"] == "'self'"
    for value in parts.values():
        assert not re.search(r"unsafe|\*|https?:|data:|blob:", value)


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_every_route_and_method_is_guarded(client, sign_in, bearer, routes, role):
    """As nobody and as an administrator; every method, the ones that are not there among them."""
    http = client if role is None else sign_in(role).http
    headers = {} if role is None else bearer(role)
    for path in sorted({path for _, path in routes}):
        address = re.sub(r"\{[^}]+\}", "1", path)
        for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE"):
            if method == "POST" and role is not None:
                continue  # tests of access send them; here they would do things
            sent = headers if path.startswith("/api/") else {}
            need_guarded(http.request(method, address, headers=sent, follow_redirects=False))


@pytest.mark.parametrize("path", ["/static/retsspor.css", "/static/icon.svg", "/static/nothing.js"])
def test_static_files_are_guarded(client, path):
    need_guarded(client.get(path), may_be_kept=True)


def test_an_error_that_nobody_foresaw_is_guarded(app, client, bearer, monkeypatch):
    headers = bearer(Role.SENDER)
    monkeypatch.setattr(app.state, "reader", None)
    sent = {"text": "Vi har ventet på svar fra kommunen."}
    answer = client.post("/api/redactions", json=sent, headers=headers)
    assert answer.status_code == 500
    assert "ventet" not in answer.text
    need_guarded(answer)
    answer = client.post("/indsend", data=sent)
    assert answer.status_code == 500
    assert "ventet" not in answer.text
    need_guarded(answer)


def test_search_engines_find_what_is_published_and_nothing_else(client):
    for path in PUBLISHED:
        assert "x-robots-tag" not in client.get(path, follow_redirects=False).headers, path
    for path in ("/indsend", "/login", "/login/engang/x", "/gennemgang", "/rapporter/ny", "/api/x"):
        found = client.get(path, follow_redirects=False).headers["x-robots-tag"]
        assert found == "noindex, nofollow", path


def test_over_tls_browsers_are_told_to_stay_there(app, database, browse):
    client = browse(app, base_url="https://retsspor.example")
    for path in ("/indsend", "/static/retsspor.css", "/api/x", "/nowhere"):
        assert "max-age=31536000" in client.get(path).headers["strict-transport-security"]
    assert "strict-transport-security" not in browse(app).get("/indsend").headers
