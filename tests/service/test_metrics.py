"""Figures for Prometheus: right, behind a token, and never a word of anybody in a label."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPMethod

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families as families

from nlp.errors import RedactionFailed
from nlp.types import RawText, Versions
from service.app import create_app
from service.db.engine import Database
from service.db.tables import Role, State
from service.operations.log_lines import recognizer_names
from service.operations.metrics import SECONDS, MeasuredReader, Metrics, Outcome, Work
from service.operations.standing import Standing
from service.review.claims import claim_one
from service.review.decisions import Choice
from service.review.service import decide
from service.settings import Settings

TOKEN = "et-token-til-prometheus-paa-32-tegn-eller-flere"
CANARIES = (
    "Torbjørgine",
    "torbjorgine@hvidsand.example",
    "140642-6123",
    "83417702",
    "hemmelig-vej",
    TOKEN,
)
LETTER = (
    "Jeg hedder Torbjørgine Hvidsandsø, mit cpr er 140642-6123, og kommunen har ikke svaret på "
    "vores ansøgning i ni måneder."
)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(var=tmp_path / "var", blind_percent=0, metrics_token=TOKEN)


def figures(client: httpx.Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Name and labels → value, as Prometheus reads them."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in families(answer.text)
        for one in family.samples
    }


def value(found, name: str, **labels: str) -> float | None:
    return found.get((name, tuple(sorted(labels.items()))))


# ── who may look ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer æ"]
)
def test_without_the_token_nobody_looks(client, header):
    headers = {} if header is None else {"Authorization": header.encode()}
    assert client.get("/metrics", headers=headers).status_code == 401


def test_without_a_setting_there_is_no_such_page(tmp_path, reader, browse):
    with browse(create_app(Settings(var=tmp_path / "other"), reader)) as client:
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


# ── what they say ────────────────────────────────────────────────────────────────────────────────
def test_requests_are_counted_by_pattern_and_status(client):
    for path in ("/indsend", "/indsend", "/login/engang/hemmelig-vej", "/nowhere", "/nowhere/else"):
        client.get(path)
    found = figures(client)
    told = {"method": "GET", "route": "/indsend", "status": "200"}
    assert value(found, "retsspor_requests_total", **told) == 2
    assert value(found, "retsspor_request_seconds_count", route="/indsend") == 2
    assert value(found, "retsspor_request_seconds_bucket", route="/indsend", le="10.0") == 2
    lost = {"method": "GET", "route": "-", "status": "404"}
    assert value(found, "retsspor_requests_total", **lost) == 2


def test_texts_are_counted_by_what_became_of_them(client, as_sender):
    for words in (LETTER, LETTER, "   ", "This letter is in English and nobody here reads it."):
        client.post("/api/submissions", json={"text": words}, headers=as_sender)
    client.post("/api/redactions", json={"text": LETTER}, headers=as_sender)
    found = figures(client)
    count = {
        (work, outcome): value(found, "retsspor_texts_total", work=work, outcome=outcome) or 0
        for work in Work
        for outcome in Outcome
    }
    assert count[Work.READ, Outcome.DONE] == 2
    assert count[Work.READ, Outcome.REFUSED] == 1  # an empty field never gets as far
    assert count[Work.REDACT, Outcome.DONE] == 1
    assert value(found, "retsspor_text_seconds_count", work="read") == 3
    seconds = value(found, "retsspor_text_seconds_sum", work="read")
    assert seconds is not None
    assert 0 < seconds < 60


@pytest.mark.parametrize(
    ("part", "told"), [("CprRecognizer", "CprRecognizer"), ("engine", "engine"), ("Mette", "?")]
)
def test_a_failing_part_of_the_redactor_is_named(part, told):
    metrics = Metrics()
    with pytest.raises(RedactionFailed), metrics.of_text(Work.READ):
        raise RedactionFailed(part, "TimeoutError")
    assert f'retsspor_redactor_failures_total{{recognizer="{told}"}} 1.0' in text_of(metrics)
    assert 'retsspor_texts_total{outcome="failed",work="read"} 1.0' in text_of(metrics)


def test_an_error_that_nobody_foresaw_counts_as_a_failure():
    metrics = Metrics()
    with pytest.raises(ValueError, match="Mette"), metrics.of_text(Work.REDACT):
        raise ValueError("Mette")
    assert 'retsspor_texts_total{outcome="failed",work="redact"} 1.0' in text_of(metrics)


def text_of(metrics: Metrics) -> str:
    return metrics.exposition().decode()


def test_the_queue_the_claims_and_the_models(client, database, reader, keep_text, person):
    anna = person(database, "anna")
    one, two, *_ = (keep_text(database) for _ in range(4))
    decide(database, reader, one, Choice(frozenset()), anna, revision=0)
    claim_one(database, two, anna.account_id, minutes=5)
    found = figures(client)
    queue = {state: value(found, "retsspor_submissions", state=state) for state in State}
    assert queue == {"new": 3, "second": 0, "disputed": 0, "reviewed": 1}
    assert value(found, "retsspor_claims") == 1
    assert (value(found, "retsspor_oldest_waiting_seconds") or -1) >= 0
    versions: Versions = reader.versions
    labels = {"redactor": versions.redactor, "classifier": versions.classifier}
    assert value(found, "retsspor_model_info", **labels) == 1
    assert value(found, "retsspor_database_up") == 1
    assert value(found, "retsspor_training_running") == 0
    assert value(found, "retsspor_database_connections", use="busy") is not None


def test_a_database_that_is_away_is_a_figure_too(both, reader, tmp_path):
    standing = Standing(both, reader, Settings(var=tmp_path))
    both.close()
    if both.is_sqlite:
        (tmp_path / "both.sqlite3").unlink()
        (tmp_path / "both.sqlite3").mkdir()
    else:
        gone = both.engine.url.set(port=1).render_as_string(hide_password=False)
        standing = Standing(Database(gone), reader, Settings(var=tmp_path))
    told = {metric.name: metric.samples for metric in standing.collect()}
    assert told["retsspor_database_up"][0].value == 0
    assert "retsspor_submissions" not in told
    assert "retsspor_model_info" in told


def test_the_database_is_not_asked_each_time(embedded, reader, tmp_path, monkeypatch):
    standing = Standing(embedded, reader, Settings(var=tmp_path))
    asked: list[int] = []
    ask = standing._ask
    monkeypatch.setattr(standing, "_ask", lambda: asked.append(1) or ask())
    for _ in range(5):
        list(standing.collect())
    assert len(asked) == 1


# ── the contract ─────────────────────────────────────────────────────────────────────────────────
def allowed(app: FastAPI, reader) -> dict[str, set[str]]:
    """Label → every value that it may ever have."""
    return {
        "method": {*HTTPMethod, "other"},
        "route": {*patterns(app.routes), "-"},
        "status": {str(code) for code in range(100, 600)},
        "work": set(Work),
        "outcome": set(Outcome),
        "recognizer": recognizer_names() | {"?"},
        "state": set(State),
        "use": {"busy", "idle"},
        "redactor": {reader.versions.redactor},
        "classifier": {reader.versions.classifier},
        "le": {str(one) for one in SECONDS} | {"+Inf"},
    }


def patterns(routes) -> Iterator[str]:
    """The pattern of every address; those of a router stand in it."""
    for one in routes:
        inner = getattr(one, "original_router", None)
        if inner is None:
            yield one.path
        else:
            yield from patterns(inner.routes)


def asked_of_everything(client: httpx.Client, sender: dict[str, str]) -> Iterator[httpx.Response]:
    """Canaries by every way that something can come in: path, query, header, body, method."""
    for path in ("/", "/api/submissions/", "/gennemgang/", "/rapporter/", "/login/engang/"):
        for canary in CANARIES:
            yield client.get(f"{path}{canary}")
            yield client.get(path, params={"efter": canary, "kommune": canary})
    yield client.request("TORBJØRGINE".encode().decode("latin-1")[:3] + "X", "/indsend")
    yield client.post("/indsend", data={"text": LETTER, "navn": "Torbjørgine"})
    yield client.post("/login", data={"navn": "Torbjørgine", "adgangskode": "hemmelig-vej"})
    yield client.post("/api/submissions", json={"text": LETTER, "id": "83417702"}, headers=sender)
    yield client.post("/api/submissions", content=LETTER.encode(), headers=sender)
    yield client.get("/api/queue", headers={"Authorization": "Bearer hemmelig-vej"})


def test_no_label_ever_holds_a_word_of_anybody(
    app, client, reader, as_sender, sign_in: Callable[..., object]
):
    sign_in(Role.REVIEWER, "Torbjørgine")
    answers = [one.status_code for one in asked_of_everything(client, as_sender)]
    assert len(answers) > 60
    known = allowed(app, reader)
    exposition = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert not any(canary.lower() in exposition.lower() for canary in CANARIES)
    for family in families(exposition):
        for sample in family.samples:
            for label, said in sample.labels.items():
                assert said in known[label], (sample.name, label)


def test_the_number_of_series_is_bounded(client):
    """A stranger who goes on asking for strange addresses by strange methods adds no more."""

    def ask(number: int) -> None:
        client.get(f"/{number}")
        client.get(f"/login/engang/{number}")
        client.request(f"X{number}", "/")

    ask(0)
    figures(client), figures(client)  # being looked at is counted too
    before = len(figures(client))
    for number in range(1, 60):
        ask(number)
    assert len(figures(client)) == before


def test_every_figure_has_a_name_of_ours_and_says_what_it_is(app):
    metrics: Metrics = app.state.metrics
    found: list[Metric] = list(families(text_of(metrics)))
    assert len(found) > 10
    for family in found:
        assert family.name.startswith(("retsspor_", "process_"))
        assert family.documentation


def test_a_raw_text_never_reaches_the_figures(reader, tmp_path):
    """The reader that is measured gets it; the figures are told the work and how it ended only."""
    metrics = Metrics()
    measured = MeasuredReader(reader, metrics)
    reading = measured.read(RawText(LETTER))
    assert reading.versions == measured.versions
    assert "Torbj" not in text_of(metrics)
