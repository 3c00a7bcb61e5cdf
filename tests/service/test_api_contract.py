"""What the API says of itself, and that it keeps to it: against a real server, by schemathesis."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import jsonschema_rs
import pytest
import uvicorn

from service.app import create_app
from service.clock import now
from service.db.tables import ReportRow, Role
from service.errors import ServiceError
from service.parameters import cursor_to
from service.security import accounts

TESTS = Path(__file__).parents[1]
SECONDS = 10
PROBLEM = "application/problem+json"


@pytest.fixture
def description(app):
    return app.openapi()


def operations(description):
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def contents(description):
    """Every media type of every body and answer, with where it stands."""
    for name, operation in operations(description):
        bodies = {"body": operation.get("requestBody", {})} | operation["responses"]
        for status, one in bodies.items():
            for media, content in one.get("content", {}).items():
                yield f"{name} {status} {media}", status, media, content


def examples(content):
    named = [one["value"] for one in content.get("examples", {}).values()]
    return named + ([content["example"]] if "example" in content else [])


def test_every_operation_has_a_name_a_summary_and_words(description):
    found = dict(operations(description))
    names = [one["operationId"] for one in found.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z][A-Za-z]+", name) for name in names)
    assert [name for name, one in found.items() if not one["summary"]] == []
    assert [name for name, one in found.items() if not one["description"]] == []


def test_every_operation_tells_who_is_let_in(description):
    assert description["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert description["security"] == [{"bearer": []}]
    for name, one in operations(description):
        assert {"401", "403"} <= set(one["responses"]), name
        reads = one.get("parameters", []) and any(p["in"] == "query" for p in one["parameters"])
        assert not (reads or "requestBody" in one) or "422" in one["responses"], name


def test_every_body_and_answer_has_an_example_that_fits(description):
    """Bytes and whole files are shown by their beginning, or not at all."""
    for where, status, media, content in contents(description):
        shown = examples(content)
        is_file = "csv" in media or "json" not in media or "/decisions 200" in where
        assert shown or is_file, where
        schema = content["schema"] | {"components": description["components"]}
        for one in shown:
            assert jsonschema_rs.is_valid(schema, one), f"{where}: {one}"
        if status.isdecimal() and int(status) >= 400:
            assert media == PROBLEM, where


def test_nothing_points_nowhere(description):
    for found in re.findall(r"'\$ref': '([^']+)'", str(description)):
        assert found.startswith("#/components/schemas/")
        assert found.rpartition("/")[2] in description["components"]["schemas"]


def test_problems_are_told_in_the_documents():
    """Each ``type`` that a program may meet has its line in docs/api.md."""

    def kinds(base):
        return {base, *(one for sub in base.__subclasses__() for one in kinds(sub))}

    told = (TESTS.parent / "docs" / "api.md").read_text(encoding="utf-8")
    slugs = {one.slug for one in kinds(ServiceError) if one.__module__ == "service.errors"}
    assert [slug for slug in sorted(slugs) if f"`{slug}`" not in told] == []


def test_every_operation_is_told_in_the_documents(description):
    told = (TESTS.parent / "docs" / "api.md").read_text(encoding="utf-8")
    missing = [one["operationId"] for _, one in operations(description)]
    assert [name for name in missing if f"`{name}`" not in told] == []


# ── a real server ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def served(app) -> Iterator[str]:
    """The application on a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)


@dataclass(frozen=True)
class Run:
    """One schemathesis against the server, as one role (or as nobody)."""

    role: Role | None
    returncode: int
    said: str


def examined(
    url: str, folder: Path, public_id: str, role: Role | None, headers, seconds: int = SECONDS
) -> Run:
    """Every check and every phase, the stateful one among them, for some seconds."""
    home = folder / f"{role.value if role else 'nobody'}-{seconds}"
    home.mkdir()
    known = (TESTS / "schemathesis.toml").read_text(encoding="utf-8")
    config = home / "schemathesis.toml"
    config.write_text(f'{known}\n[parameters]\n"path.public_id" = "{public_id}"\n')
    sent = [part for name, value in headers.items() for part in ("--header", f"{name}: {value}")]
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"),
        *(f"{url}/openapi.json", *sent, "--max-time", str(seconds), "--no-color"),
        "--generation-database=none",
    ]
    done = subprocess.run(
        command,
        cwd=home,
        env=os.environ | {"SCHEMATHESIS_HOOKS": str(TESTS / "schemathesis_hooks.py")},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    return Run(role, done.returncode, done.stdout + done.stderr)


def test_the_service_does_what_its_description_says(served, app, bearer_of, keep_text, tmp_path):
    """As an administrator, to the last operation. docs/api.md: how to run it for longer."""
    public_id = keep_text(app.state.database)
    headers = bearer_of(app, Role.ADMINISTRATOR)
    count = len(list(operations(app.openapi())))
    for seconds in (SECONDS, 6 * SECONDS):  # a busy machine gets more time
        run = examined(served, tmp_path, public_id, Role.ADMINISTRATOR, headers, seconds)
        assert run.returncode == 0, run.said[-6_000:]
        if f"Tested: {count}" in run.said:
            return
    raise AssertionError("not every operation was reached")


def test_it_does_so_for_every_other_role_and_for_nobody(
    served, app, bearer_of, keep_text, tmp_path
):
    """At once, as far as they come in the time."""
    public_id = keep_text(app.state.database)
    roles = (Role.SENDER, Role.REVIEWER, Role.ANALYST)
    headers = {role: bearer_of(app, role) for role in roles} | {None: {}}
    with ThreadPoolExecutor(len(headers)) as pool:
        runs = pool.map(
            lambda role: examined(served, tmp_path, public_id, role, headers[role], SECONDS // 2),
            headers,
        )
        assert [(one.role, one.said[-4_000:]) for one in runs if one.returncode] == []


@pytest.fixture
def bearer_of():
    def headers(app, role):
        with app.state.database.write() as session:
            account = accounts.create(session, f"program-{role.value}", role)
            return {"Authorization": f"Bearer {accounts.api_token(session, account)}"}

    return headers


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/submissions", "GET, POST"),
        ("GET", "/api/submissions/csv", "POST"),
        ("PUT", "/api/decisions", "GET, POST"),
        ("POST", "/api/counts", "GET"),
        ("GET", "/api/submissions/01KT5Q3H6ZJ8W4M2N7R9V0XBCD/claim", "PUT"),
    ],
)
def test_another_method_is_told_which_there_are(client, bearer, method, path, allowed):
    answer = client.request(method, path, headers=bearer(Role.ADMINISTRATOR))
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.headers["content-type"] == PROBLEM


# ── the desk through the API ─────────────────────────────────────────────────────────────────


def pages_of(client: httpx.Client, path: str, headers: dict[str, str], **query: str):
    """Every item of a list, page by page."""
    cursor: dict[str, str] = {}
    while True:
        page = client.get(path, params=query | cursor, headers=headers).json()
        yield from page["items"]
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


@pytest.mark.parametrize("order", ["mulige", "usikre", "nyeste"])
def test_the_queue_page_by_page_is_the_whole_queue(client, bearer, database, keep_text, order):
    headers = bearer(Role.REVIEWER)
    kept = {keep_text(database, f"Vi har ventet i {n} måneder.") for n in range(7)}
    seen = [
        one["reference"] for one in pages_of(client, "/api/queue", headers, limit="3", order=order)
    ]
    assert len(seen) == 7
    assert set(seen) == kept
    first = client.get("/api/queue", params={"limit": "7", "order": order}, headers=headers)
    assert [one["reference"] for one in first.json()["items"]] == seen


def test_a_cursor_belongs_to_its_filters(client, bearer, database, keep_text):
    headers = bearer(Role.REVIEWER)
    for _ in range(3):
        keep_text(database)
    cursor = client.get("/api/queue?limit=1", headers=headers).json()["next"]
    path = f"/api/queue?limit=1&cursor={cursor}"
    assert client.get(path, headers=headers).status_code == 200
    for other in (f"{path}&order=nyeste", f"{path}&area=handicap"):
        assert client.get(other, headers=headers).status_code == 400
    unknown = cursor_to("01KT5Q3H6ZJ8W4M2N7R9V0XBCD", of="queue")
    answer = client.get(f"/api/queue?cursor={unknown}", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:retsspor:ukendt-markoer")


@pytest.mark.parametrize(
    "query", ["order=x", "state=x", "area=sport", "municipality=Atlantis", "label=x", "area="]
)
def test_unknown_filters_are_refused(client, bearer, query):
    answer = client.get(f"/api/queue?{query}", headers=bearer(Role.REVIEWER))
    assert answer.status_code == 422
    assert "Atlantis" not in answer.text


def test_a_blind_reading_shows_no_suggestion_in_the_queue(
    settings, reader, browse, keep_text, bearer_of
):
    app = create_app(settings.model_copy(update={"blind_percent": 100}), reader)
    with browse(app) as client:
        keep_text(app.state.database, suggested=("frister",))
        headers = bearer_of(app, Role.REVIEWER)
        (one,) = client.get("/api/queue", headers=headers).json()["items"]
    assert (one["is_blind"], one["suggested"]) == (True, [])


def test_notes_history_and_second_opinion(client, bearer, database, keep_text, reviewer):
    path = f"/api/submissions/{keep_text(database)}"
    headers = bearer(Role.REVIEWER)
    choice = {
        "labels": ["andre"],
        "subtags": ["tone"],
        "note": "Ring til Mette Ravnsborg i kommunen.",
        "second_opinion": True,
    }
    done = client.post(f"{path}/decisions", json=choice, headers=headers | {"If-Match": '"0"'})
    assert (done.status_code, done.json()["subtags"]) == (201, ["tone"])
    assert "Ravnsborg" not in done.text
    assert done.json()["note"].startswith("Ring til")
    (line,) = client.get(f"{path}/history", headers=headers).json()["items"]
    assert (line["action"], line["state"], line["labels"]) == ("decide", "second", ["andre"])
    second = bearer(Role.ADMINISTRATOR)
    assert client.get(f"{path}/history", headers=second).json() == {"items": []}
    hidden = client.get(path, headers=second).json()
    assert (hidden["note"], hidden["subtags"], hidden["decisions"]) == ("", [], [])


def test_a_note_of_a_megabyte_is_refused(client, bearer, database, keep_text):
    path = f"/api/submissions/{keep_text(database)}/decisions"
    headers = bearer(Role.REVIEWER) | {"If-Match": '"0"'}
    for size, status in ((1_001, 422), (990_000, 422), (1_000_001, 413)):
        body = {"labels": [], "note": "x" * size}
        assert client.post(path, json=body, headers=headers).status_code == status
    sent = client.post(path, json={"labels": [], "note": "a\x00b"}, headers=headers)
    assert sent.status_code == 422


def test_senders_see_no_notes(client, as_sender, bearer):
    text = "Vi har ventet på svar fra kommunen i syv måneder."
    path = client.post("/api/submissions", json={"text": text}, headers=as_sender).headers[
        "location"
    ]
    headers = bearer(Role.REVIEWER) | {"If-Match": '"0"'}
    note = {"labels": ["frister"], "note": "Vi har ringet til kommunen om sagen."}
    assert client.post(f"{path}/decisions", json=note, headers=headers).status_code == 201
    assert client.get(path, headers=as_sender).json()["note"] == ""
    assert client.get(f"{path}/history", headers=as_sender).status_code == 403


def test_figures(client, bearer, database, keep_text):
    path = f"/api/submissions/{keep_text(database)}/decisions"
    headers = bearer(Role.REVIEWER)
    client.post(path, json={"labels": ["frister"]}, headers=headers | {"If-Match": '"0"'})
    counts = client.get("/api/counts", headers=headers).json()
    assert (counts["received"], counts["confirmed"]["labels"]["frister"]) == (1, 1)
    assert [one["name"] for one in counts["areas"]] == ["handicap"]
    assert client.get("/api/agreement", headers=headers).status_code == 403
    found = client.get("/api/agreement", headers=bearer(Role.ANALYST)).json()
    assert (found["pairs"], found["is_enough"]) == (0, False)
    assert all(one["alpha"] is None for one in found["labels"])


def test_published_reports_are_listed_with_their_files(client, bearer, database, as_sender):
    assert client.get("/api/reports", headers=as_sender).json() == {"items": []}
    row = ReportRow(
        slug="2026-05-01",
        version=1,
        title="Prøve",
        as_of="2026-05-01",
        published_at=now(),
        data_fingerprint="0" * 64,
        sha256="1" * 64,
        content="{}",
    )
    with database.write() as session:
        session.add(row)
    (one,) = client.get("/api/reports", headers=as_sender).json()["items"]
    assert (one["slug"], one["version"], one["sha256"]) == ("2026-05-01", 1, "1" * 64)
    assert one["files"]["json"] == "/rapporter/2026-05-01/1/rapport.json"
