"""What breaks, broken for real: a selection of `retsspor bench faults` that takes seconds."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import numpy as np
import psycopg
import pytest
from sqlalchemy import func, select, text

from service.app import create_app
from service.bench import faults_disk
from service.bench.faults import FAULTS, Outcome, write_faults
from service.bench.faults_judge import found_in
from service.bench.faults_load import CANARIES, is_clear
from service.bench.faults_postgres import Cluster, cluster
from service.bench.faults_types import CannotRun, Place
from service.db import audit
from service.db.engine import Database
from service.db.postgres import Patience
from service.db.tables import Role, Submission
from service.db.upgrade import bring_up_to_date
from service.errors import DatabaseAway, InDoubt, NotRedacted
from service.security import accounts
from service.settings import Settings

LETTER = "Kommunen har ikke svaret på vores ansøgning i ni måneder. Ingen har spurgt os."


# ── the service, whole ───────────────────────────────────────────────────────────────────────────
@pytest.mark.slow
def test_no_room_on_the_disk_under_a_service_at_work(tmp_path):
    """Programs and people at work; no file may grow for a while; nothing is lost, all are told."""
    if shutil.which("prlimit") is None:
        pytest.skip("prlimit is not installed")
    found = faults_disk.small_files(Place(tmp_path, np.random.default_rng(1), seconds=1.5))
    assert found.is_clean, found
    assert found.told > 0
    assert found.standing.confirmed > 3
    assert max(found.recovery) < 20


# ── PostgreSQL away ──────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server of our own: the one that other tests share must not be broken."""
    folder = Path(tempfile.mkdtemp(prefix="retsspor-faults-"))
    try:
        with cluster(folder) as found:
            yield found
    except CannotRun as error:
        if os.environ.get("RETSSPOR_REQUIRE_ALL") == "1":
            raise
        pytest.skip(str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place(server: Cluster) -> str:
    """A fresh database on it."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(server.address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.address.rpartition("/")[0] + f"/{name}"


@pytest.mark.postgres
def test_a_database_that_goes_away_and_comes_back(server, place, reader, browse, tmp_path):
    settings = Settings(var=tmp_path, database_url=place)
    bring_up_to_date(place)
    database = Database(place)
    with database.write() as session:
        token = accounts.api_token(session, accounts.create(session, "p", Role.SENDER))
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
    with browse(create_app(settings, reader)) as client:

        def send() -> httpx.Response:
            return client.post("/api/submissions", json={"text": LETTER}, headers=headers)

        assert client.get("/rapporter").status_code == 200
        server.stop("immediate")
        try:
            program, page = send(), client.get("/rapporter")
            form = client.post("/indsend", data={"text": LETTER, "handling": "send"})
        finally:
            server.start()
        assert is_clear(program)
        assert program.json()["type"] == "urn:retsspor:database-vaek"
        assert "Intet er gemt" in program.json()["detail"]
        assert is_clear(page)
        assert "<h1>Tjenesten kan ikke nås lige nu</h1>" in page.text
        assert form.status_code == 503
        assert LETTER in form.text  # nobody writes a letter twice
        assert send().status_code == 201
        assert send().status_code == 201
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1
        assert audit.first_broken(session) is None
    database.close()


@pytest.mark.postgres
def test_a_silent_database_is_not_waited_for(server, place):
    """Frozen: connections stay open and nothing answers, which no limit of the server ends."""
    database = Database(place, Patience(connect=2, ping=0.5, statement=1))
    with database.read() as session:
        session.execute(text("SELECT 1"))
    postmaster, children = server.processes()
    for one in (postmaster, *children):
        os.kill(one, signal.SIGSTOP)
    started = time.monotonic()
    try:
        with pytest.raises(DatabaseAway), database.read() as session:
            session.execute(text("SELECT 1"))
        waited = time.monotonic() - started
    finally:
        for one in (*children, postmaster):
            os.kill(one, signal.SIGCONT)
    assert waited < 8
    with database.read() as session:
        assert session.scalar(text("SELECT 1")) == 1
    database.close()


@pytest.mark.postgres
def test_limits_of_a_web_request(place):
    database = Database(place, Patience(statement=1))
    with pytest.raises(DatabaseAway), database.write() as session:
        session.execute(text("SELECT pg_sleep(5)"))
    unlimited = Database(place)
    with unlimited.read() as session:
        assert session.scalar(text("SHOW statement_timeout")) == "0"
    for one in (database, unlimited):
        one.close()


SLOW_COMMIT = """
CREATE TABLE slow (n int);
CREATE FUNCTION wait() RETURNS trigger AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END'
  LANGUAGE plpgsql;
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION wait();
"""


@pytest.mark.postgres
@pytest.mark.parametrize(("at_commit", "error"), [(True, InDoubt), (False, DatabaseAway)])
def test_only_a_commit_without_an_answer_is_in_doubt(place, at_commit, error):
    database = Database(place)
    with database.write() as session:
        session.execute(text(SLOW_COMMIT))

    def end_it() -> None:
        time.sleep(0.5)
        with psycopg.connect(place.replace("+psycopg", ""), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'retsspor' AND state <> 'idle'"
            )

    def write() -> None:
        with database.write() as session:
            session.execute(text("INSERT INTO slow VALUES (1)"))
            if not at_commit:
                session.execute(text("SELECT pg_sleep(2)"))

    with ThreadPoolExecutor(2) as pool:  # each with a context of its own, as requests have
        written, ended = pool.submit(write), pool.submit(end_it)
        ended.result()
        with pytest.raises(DatabaseAway) as found:
            written.result()
    assert type(found.value) is error
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM slow")) == 0
    database.close()


@pytest.mark.postgres
def test_services_that_start_at_once_bring_the_layout_up_one_after_the_other(place):
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(bring_up_to_date, [place] * 3))
    database = Database(place)
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    database.close()


# ── the bench itself ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("Hun hedder Torbjørgine".encode(), ["Torbjørgine"]),
        ("HVIDSANDSø".encode(), ["Hvidsandsø"]),
        ("140642-6123".encode("utf-16-le"), ["140642-6123"]),
        ("Torbjørgine".encode("utf-32-le"), ["Torbjørgine"]),
        (b"navn=Torbj%C3%B8rgine", ["Torbjørgine"]),
        (rb'{"navn": "Torbj\xf8rgine"}', ["Torbjørgine"]),
        (b"x" * ((1 << 22) - 4) + b"1406426123", ["1406426123"]),  # across two pieces
        (b"140642-612 Torbj", []),
    ],
)
def test_the_search_sees_every_spelling(tmp_path, content, found):
    file = tmp_path / "file"
    file.write_bytes(content)
    assert found_in(file) == found
    assert set(found) <= set(CANARIES)


@pytest.mark.parametrize(
    ("status", "headers", "body", "clear"),
    [
        (503, {"retry-after": "5"}, {"type": "urn:retsspor:database-vaek"}, True),
        (503, {"retry-after": "5"}, {"type": "urn:retsspor:uvist"}, True),
        (503, {}, {"type": "urn:retsspor:database-vaek"}, False),
        (503, {"retry-after": "5"}, {"type": f"urn:retsspor:{NotRedacted.slug}"}, False),
        (500, {"retry-after": "5"}, {"type": "urn:retsspor:database-vaek"}, False),
    ],
)
def test_what_counts_as_a_clear_refusal(status, headers, body, clear):
    answer = httpx.Response(status, headers=headers, json=body)
    answer.headers["content-type"] = "application/problem+json"
    assert is_clear(answer) is clear


def test_outcomes_stand_beside_each_other(tmp_path):
    def outcome(number: int, **changed: object) -> Outcome:
        fault = FAULTS[number]
        facts = {
            **dict.fromkeys(("confirmed", "lost", "doubled", "half", "unexplained"), 0),
            **dict.fromkeys(("leaked", "told", "silent"), 0),
            **{"made": "", "rounds": 2, "seed": 1, "seconds": 60.0, "cores": 2, "load": 0.5},
            **{"python": "3.11", "unclear": {}, "recovery": [1.0, 3.0, 2.0], "also": []},
        }
        return Outcome(name=fault.name, database=fault.database, how=fault.how, **facts | changed)

    write_faults([outcome(1)], tmp_path)
    table = write_faults([outcome(0, cannot="no root", recovery=[])], tmp_path)
    assert "| 2.0, 3.0 |  |" in table
    assert "| not run: no root |" in table
    assert table.index(FAULTS[0].how) < table.index(FAULTS[1].how)
    assert outcome(0).is_clean
    for name in ("lost", "doubled", "half", "unexplained", "leaked"):
        assert not outcome(0, **{name: 1}).is_clean
    assert not outcome(0, unclear={"500 page": 1}).is_clean
    assert not outcome(0, also=["not recovered"]).is_clean
