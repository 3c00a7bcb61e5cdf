"""Programs send one submission as JSON or many as a file."""

from __future__ import annotations

import gzip
import json

import pytest
from sqlalchemy import func, select

from nlp.errors import RedactionFailed
from nlp.types import LABELS
from service.db.tables import Role, Submission

TEXT = "Jeg hedder Mette Ravnsborg, cpr 140642-6123. Vi har ventet på svar i syv måneder."


def count(database):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission))


def test_the_answer_has_the_format_of_tag(client, as_sender):
    sent = {"id": "sag-7", "text": TEXT, "area": "ældre", "municipality": "Århus", "is_test": False}
    answer = client.post("/api/submissions", json=sent, headers=as_sender)
    assert answer.status_code == 201
    body = answer.json()
    assert list(body) == ["id", "text", "entities", "suggestions", "excerpts", "versions"]
    assert body["id"] == "sag-7"
    assert [one["label"] for one in body["suggestions"]] == list(LABELS)
    assert set(body["suggestions"][0]) == {"label", "probability", "suggested", "evidence"}
    for entity in body["entities"]:
        assert body["text"][entity["start"] : entity["end"]].startswith("[")
    assert "140642" not in answer.text
    kept = client.get(answer.headers["location"], headers=as_sender).json()
    assert (kept["municipality"], kept["area"], kept["state"]) == ("Aarhus", "ældre", "new")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 400, None),
        (b"{", 400, None),
        (b"\xe6", 400, None),
        (b"[" * 100_000, 400, None),
        (b'["x"]', 400, None),
        (b"{}", 422, "text"),
        (b'{"text": ""}', 422, "text"),
        (b'{"text": 1}', 422, "text"),
        (b'{"text": null}', 422, "text"),
        (b'{"text": "\\ud800"}', 422, "text"),
        (b'{"text": "a\\u0000b"}', 422, "text"),
        (b'{"text": "' + b"x" * 20_001 + b'"}', 422, "text"),
        (b'{"text": "x", "navn": "y"}', 422, "navn"),
        (b'{"text": "x", "area": "sport"}', 422, "area"),
        (b'{"text": "x", "area": 1}', 422, "area"),
        (b'{"text": "x", "municipality": "Atlantis"}', 422, "municipality"),
        (b'{"text": "x", "received_at": "i dag"}', 422, "received_at"),
        (b'{"text": "x", "received_at": "2999-01-01T00:00:00Z"}', 422, "received_at"),
        (b'{"text": "x", "is_test": "ved ikke"}', 422, "is_test"),
        (b'{"text": "x", "id": "Mette Testesen"}', 422, "id"),
        (b'{"text": "x", "id": "x-140642-6123"}', 422, "id"),
    ],
)
def test_bad_json_is_refused_by_field(client, as_sender, database, body, status, field):
    headers = as_sender | {"content-type": "application/json"}
    answer = client.post("/api/submissions", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    if field:
        assert field in [one["field"] for one in answer.json()["errors"]]
    assert count(database) == 0


def test_all_problems_are_told_at_once(client, as_sender):
    sent = {"area": "sport", "municipality": "Atlantis", "received_at": "i går"}
    errors = client.post("/api/submissions", json=sent, headers=as_sender).json()["errors"]
    assert {one["field"] for one in errors} == {"text", "area", "municipality", "received_at"}


def test_a_big_body_is_refused_before_it_is_read(client, as_sender):
    headers = as_sender | {"content-type": "application/json"}
    answer = client.post("/api/submissions", content=b"x" * 1_000_001, headers=headers)
    assert answer.status_code == 413


def test_failed_redaction_is_503_and_keeps_nothing(client, app, as_sender, database, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RedactionFailed("names", "TimeoutError")

    monkeypatch.setattr(app.state.reader, "read", fail)
    answer = client.post("/api/submissions", json={"text": TEXT}, headers=as_sender)
    assert answer.status_code == 503
    assert "Intet er gemt" in answer.json()["detail"]
    assert count(database) == 0


CSV = f"""id,text,area,municipality
1,"{TEXT}",jobcenter,Kolding
2,"åbent anførselstegn,jobcenter,Kolding
3,Ingen har spurgt os før afgørelsen om vores søn.,sport,Kolding
4,Kommunen har stadig ikke svaret på min ansøgning om hjælp.,handicap,Vejle
"""


def test_a_file_goes_on_behind_broken_rows(client, as_sender, database):
    headers = as_sender | {"content-type": "text/csv"}
    body = client.post("/api/submissions/csv", content=CSV.encode(), headers=headers).json()
    assert (body["received"], body["refused"]) == (2, 2)
    assert [one["row"] for one in body["errors"]] == [3, 4]
    assert body["errors"][1]["errors"][0]["field"] == "area"
    assert count(database) == 2


def test_jsonl_too(client, as_sender, database):
    lines = [json.dumps({"text": TEXT}), "{", json.dumps({"text": TEXT, "is_test": True})]
    headers = as_sender | {"content-type": "application/x-ndjson"}
    answer = client.post("/api/submissions/csv", content="\n".join(lines).encode(), headers=headers)
    assert answer.json()["received"] == 2
    assert answer.json()["errors"][0]["row"] == 2


def test_a_row_that_cannot_be_redacted_is_listed(client, app, as_sender, database, monkeypatch):
    read = app.state.reader.read

    def sometimes(raw, **more):
        if len(raw) == len(TEXT):
            raise RedactionFailed("names", "TimeoutError")
        return read(raw, **more)

    monkeypatch.setattr(app.state.reader, "read", sometimes)
    headers = as_sender | {"content-type": "text/csv"}
    body = client.post("/api/submissions/csv", content=CSV.encode(), headers=headers).json()
    assert [one["row"] for one in body["errors"]] == [2, 3, 4]
    assert count(database) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/submissions"), ("POST", "/api/submissions/csv"), ("GET", "/api/submissions/x")],
)
def test_a_token_is_needed(client, method, path):
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_an_analyst_may_not_send(client, bearer):
    answer = client.post("/api/submissions", json={"text": TEXT}, headers=bearer(Role.ANALYST))
    assert answer.status_code == 403


def test_a_sender_sees_own_submissions_only(client, as_sender, bearer, database):
    client.post("/indsend", data={"text": TEXT, "handling": "send"})
    with database.read() as session:
        public_id = session.scalar(select(Submission.public_id))
    path = f"/api/submissions/{public_id}"
    assert client.get(path, headers=as_sender).status_code == 404
    assert client.get(path, headers=bearer(Role.REVIEWER)).status_code == 200


def test_the_description_names_every_field(client):
    schema = client.get("/openapi.json").json()["components"]["schemas"]["SubmissionIn"]
    assert set(schema["properties"]) == {
        "id", "text", "area", "municipality", "received_at", "is_test"
    }  # fmt: skip


def test_a_refusal_is_numbered_and_repeats_nothing(client, as_sender):
    first, second = (
        client.post("/api/submissions", json={"text": TEXT, "area": "sport"}, headers=as_sender)
        for _ in range(2)
    )
    assert list(first.json()) == ["type", "title", "status", "detail", "instance", "errors"]
    assert first.json()["instance"].startswith("urn:uuid:")
    assert first.json()["instance"] != second.json()["instance"]
    assert "sport" not in first.text


@pytest.mark.parametrize("value", ["0", "101", "mange", "1e3", ""])
def test_a_parameter_is_refused_without_being_repeated(client, as_sender, value):
    answer = client.get("/api/submissions", params={"limit": value}, headers=as_sender)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in answer.json()["errors"]] == ["limit"]
    assert "mange" not in answer.text


def test_a_packed_body_is_refused_unread(client, as_sender, database):
    packed = gzip.compress(json.dumps({"text": "x" * 10_000_000}).encode())
    headers = as_sender | {"content-type": "application/json", "content-encoding": "gzip"}
    assert client.post("/api/submissions", content=packed, headers=headers).status_code == 415
    assert count(database) == 0


def test_an_unforeseen_error_is_a_problem_too(client, app, as_sender, browse, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError(TEXT)

    monkeypatch.setattr(app.state.reader, "read", fail)
    answer = client.post("/api/submissions", json={"text": TEXT}, headers=as_sender)
    assert (answer.status_code, answer.headers["content-type"]) == (
        500,
        "application/problem+json",
    )
    assert "Mette" not in answer.text


def test_a_preview_keeps_nothing(client, as_sender, database):
    answer = client.post("/api/redactions", json={"text": TEXT}, headers=as_sender)
    assert answer.status_code == 200
    assert "140642" not in answer.text
    for one in answer.json()["entities"]:
        assert answer.json()["text"][one["start"] : one["end"]].startswith("[")
    assert count(database) == 0
    more = client.post("/api/redactions", json={"text": TEXT, "id": "x"}, headers=as_sender)
    assert more.status_code == 422


def test_a_sender_lists_what_it_sent_page_by_page(client, as_sender, bearer, database):
    for number in range(5):
        client.post("/api/submissions", json={"text": TEXT, "id": f"s{number}"}, headers=as_sender)
    client.post("/indsend", data={"text": TEXT, "handling": "send"})
    seen, cursor = [], {}
    while True:
        page = client.get(
            "/api/submissions", params={"limit": "2"} | cursor, headers=as_sender
        ).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == ["s4", "s3", "s2", "s1", "s0"]
    other = client.get("/api/submissions", params=cursor, headers=bearer(Role.ADMINISTRATOR))
    assert other.status_code == 400


@pytest.mark.parametrize(
    "cursor", ["", "x", "æ", "AAAA", "Zm9v" * 20, "01KT5Q3H6ZJ8W4M2N7R9V0XBCD"]
)
def test_a_cursor_that_nobody_gave_out_is_refused(client, as_sender, cursor):
    answer = client.get("/api/submissions", params={"cursor": cursor}, headers=as_sender)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:retsspor:ukendt-markoer"
