"""What is past its time is deleted for good: from the tables, the pages, and the database's files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from nlp.types import LABELS
from service.clock import now
from service.db import audit
from service.db.engine import Database
from service.db.tables import (
    AuditEntry,
    Claim,
    Decision,
    ExcerptApproval,
    ExcerptRow,
    IdempotencyKey,
    Masking,
    Review,
    Role,
    SignInAttempt,
    Submission,
    SuggestionRow,
    Token,
    WebSession,
)
from service.db.upgrade import upgrade
from service.errors import NotAllowed
from service.learning.collect import collect
from service.operations.overwriting import is_pending, overwrite
from service.operations.retention import months_before
from service.operations.tidy import is_plausible, only_one, seconds_until, tidy, tidy_once, would_go
from service.review.claims import claim_one
from service.review.decisions import Choice, Reviewer
from service.review.masking import Personal
from service.review.personal import take_out
from service.review.service import decide
from service.security import accounts
from service.security.sealing import sealer_of
from service.security.sessions import open_session
from service.settings import Settings

CANARY = "Torbjørgine ringede til Hvidsandsø"
ONE_KIND = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
"""For what does not depend on the kind of database."""
LETTER = f"[PERSON 1] har ventet på svar i syv måneder. {CANARY}. Ingen har spurgt os."


@pytest.fixture
def rules(both: Database, tmp_path: Path) -> Settings:
    """Settings of the database under test."""
    return Settings(
        var=tmp_path / "var",
        database_url=both.engine.url.render_as_string(hide_password=False),
        retention_months=6,
    )


@pytest.fixture
def decided(
    both: Database, reader, keep_text: Callable[..., str], person: Callable[..., Reviewer]
) -> Callable[..., str]:
    """A submission that was decided on so many days ago, with everything that can hang on it."""
    anna = person(both, "anna")

    def make(days: int, words: str = LETTER) -> str:
        reference = keep_text(both, words, evidence="ventet på svar", excerpt=words[45:75])
        take_out(both, reference, Personal("syv måneder", "AGE"), anna, revision=0)
        choice = Choice(
            frozenset({"frister"}), passages={"frister": "Ingen har spurgt os"}, note="se det her"
        )
        decide(both, reader, reference, choice, anna, revision=1)
        backdate(both, reference, days)
        return reference

    return make


def backdate(database: Database, reference: str, days: int) -> None:
    """As if the reviews had been written then. The triggers are put aside by the owner."""
    moment = now() - timedelta(days=days)
    with database.write() as session:
        one = session.scalar(select(Submission.id).where(Submission.public_id == reference))
        session.execute(update(Submission).where(Submission.id == one).values(external_id="j-17"))
        with unprotected(session, "review"):
            session.execute(
                update(Review).where(Review.submission_id == one).values(decided_at=moment)
            )


class unprotected:  # noqa: N801
    """Without the trigger of a table, as only its owner can be."""

    def __init__(self, session, table: str) -> None:
        self.session, self.table = session, table
        self.is_sqlite = session.get_bind().dialect.name == "sqlite"

    def __enter__(self) -> None:
        if not self.is_sqlite:
            self.session.execute(text(f"ALTER TABLE {self.table} DISABLE TRIGGER USER"))
            return
        name = f"{self.table}_no_update"
        found = "SELECT sql FROM sqlite_master WHERE name = :name"
        self.sql = self.session.scalar(text(found), {"name": name})
        self.session.execute(text(f"DROP TRIGGER {name}"))

    def __exit__(self, *_error: object) -> None:
        if self.is_sqlite:
            self.session.execute(text(self.sql))
        else:
            self.session.execute(text(f"ALTER TABLE {self.table} ENABLE TRIGGER USER"))


def dump(database: Database) -> str:
    """Every value of every table."""
    with database.engine.connect() as connection:
        return "\n".join(
            str(row)
            for table in inspect(database.engine).get_table_names()
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        )


def test_what_was_decided_long_ago_loses_its_words_and_keeps_its_figures(both, rules, decided):
    old, young = decided(200), decided(100, LETTER.replace(CANARY, "Kolding svarede ikke"))
    gone = tidy(both, rules)
    assert (gone.texts, gone.excerpts) == (1, 2)
    assert CANARY not in dump(both)
    with both.read() as session:
        one = session.scalar(select(Submission).where(Submission.public_id == old))
        labels = select(Decision.label).where(
            Decision.submission_id == one.id, Decision.revision == one.revision, Decision.value
        )
        assert (one.area, one.state, one.revision) == ("handicap", "reviewed", 2)
        assert list(session.scalars(labels)) == ["frister"]
        assert (one.text, one.text_sha256, one.entities, one.external_id) == ("", "", [], None)
        for table in (SuggestionRow, Masking, Claim):
            rows = select(func.count()).where(table.submission_id == one.id)
            assert session.scalar(rows) == 0
        assert set(session.scalars(select(Review.note).where(Review.submission_id == one.id))) == {
            ""
        }
        other = session.scalar(select(Submission).where(Submission.public_id == young))
        assert "Kolding" in other.text
        assert len(other.suggestions) == len(LABELS)


@ONE_KIND
def test_an_approved_quotation_stays_and_a_refused_one_goes(both, rules, decided):
    first, second = decided(200), decided(200)
    with both.write() as session:
        account = session.scalar(select(Review.reviewer_id).limit(1))
        for reference, words in ((first, (True,)), (second, (True, False))):
            excerpt = session.scalar(
                select(ExcerptRow.id).join(Submission).where(
                    Submission.public_id == reference, ExcerptRow.origin == "reviewer"
                )
            )  # fmt: skip
            for approved in words:
                session.add(
                    ExcerptApproval(
                        excerpt_id=excerpt, approved=approved, decided_by=account, decided_at=now()
                    )
                )
                session.flush()
    assert tidy(both, rules).excerpts == 3
    with both.read() as session:
        left = select(Submission.public_id, ExcerptRow.text).join(Submission)
        found = session.execute(left.where(ExcerptRow.text != "")).all()
    assert [(one, "spurgt" in words) for one, words in found] == [(first, True)]


@ONE_KIND
def test_what_nobody_decided_on_stays(both, rules, keep_text, person):
    keep_text(both, LETTER)
    with both.write() as session:
        session.execute(update(Submission).values(received_at=now() - timedelta(days=4000)))
    assert tidy(both, rules).texts == 0
    assert CANARY in dump(both)


@ONE_KIND
def test_a_dry_run_counts_the_same_and_deletes_nothing(both, rules, decided):
    for _ in range(3):
        decided(200)
    before = dump(both)
    told = would_go(both, rules)
    assert dump(both) == before
    assert tidy(both, rules) == told
    assert told.texts == 3
    assert would_go(both, rules) == type(told)()


@ONE_KIND
def test_the_audit_trail_says_how_many(both, rules, decided, monkeypatch):
    monkeypatch.setattr("service.operations.retention.BATCH", 2)
    for _ in range(3):
        decided(200)
    tidy(both, rules, actor="command line")
    with both.read() as session:
        lines = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert audit.first_broken(session) is None
    told = [(one.actor, one.detail["texts"]) for one in lines if one.action == "tidy"]
    assert told == [("command line", 2), ("command line", 1)]
    assert lines[-1].action == "overwrite"


def test_expired_rows_go_and_others_stay(both, rules, keep_text, person):
    held, free = keep_text(both), keep_text(both)
    anna, bo = person(both, "anna"), person(both, "bo")
    for reference, who in ((held, anna), (free, bo)):
        claim_one(both, reference, who.account_id, minutes=20)
    with both.write() as session:
        account = accounts.create(session, "program", Role.SENDER)
        accounts.api_token(session, account)
        accounts.one_time_link(session, account, hours=1)
        accounts.use_one_time(session, accounts.one_time_link(session, account, hours=1))
        past = now() - timedelta(minutes=1)
        for _ in range(2):
            open_session(session, account, hours=1)
        session.execute(
            update(WebSession)
            .where(WebSession.token_hash == select(func.min(WebSession.token_hash)).scalar_subquery())
            .values(expires_at=past)
        )  # fmt: skip
        session.execute(
            update(Claim).where(Claim.account_id == bo.account_id).values(expires_at=past)
        )
        for number, when in ((1, past), (2, now() + timedelta(hours=1))):
            session.add(
                IdempotencyKey(
                    account_id=account.id, key_hash=str(number), body_hash="", expires_at=when
                )
            )
        session.add(SignInAttempt(key="x", at=now() - timedelta(hours=1)))
        session.add(SignInAttempt(key="x", at=now()))
    assert tidy(both, rules).expired == 5
    with both.read() as session:
        left = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table))
            for table in (WebSession, Token, Claim, IdempotencyKey, SignInAttempt)
        }
    assert left == {
        "web_session": 1,
        "token": 2,
        "claim": 1,
        "idempotency_key": 1,
        "sign_in_attempt": 1,
    }


def test_words_may_be_emptied_in_their_time_and_nothing_else(both, rules, decided):
    decided(200)
    with both.write() as session:
        session.execute(delete(Masking))  # while one stands, words may be taken out
    refused(both, "review SET note = ''")
    tidy(both, rules)
    for change in (
        "excerpt SET text = 'andre ord'",
        "excerpt SET label = ''",
        "review SET note = 'andre ord'",
        "review SET seconds = 5",
        f"decision SET text_sha256 = '{'0' * 64}'",
        "decision SET value = FALSE",
    ):
        refused(both, change)


def refused(database: Database, change: str) -> None:
    with pytest.raises(DBAPIError, match="cannot be changed"), database.write() as session:
        session.execute(text(f"UPDATE {change}"))


@ONE_KIND
def test_a_decision_on_a_deleted_text_stands_for_good(both, rules, decided, reader, person):
    reference, bo = decided(200), person(both, "bo")
    tidy(both, rules)
    with pytest.raises(NotAllowed):
        decide(both, reader, reference, Choice(frozenset()), bo, revision=2)
    with pytest.raises(NotAllowed):
        take_out(both, reference, Personal("Ingen", "PERSON"), bo, revision=2)
    with pytest.raises(NotAllowed):
        claim_one(both, reference, bo.account_id, minutes=20)


@ONE_KIND
def test_training_is_without_what_was_deleted(both, rules, decided):
    decided(200), decided(100)
    sealer = sealer_of(rules)
    with both.read() as session:
        assert len(collect(session, sealer, weight=1).confirmed.examples) == 2
    pieces = rules.releases / "trainings" / "pieces" / "some-key"
    pieces.mkdir(parents=True)
    tidy(both, rules)
    with both.read() as session:
        assert len(collect(session, sealer, weight=1).confirmed.examples) == 1
    assert not pieces.exists()


def test_one_process_at_a_time(both, rules, decided):
    decided(200)
    with only_one(both) as first:
        assert first
        assert tidy(both, rules) is None
    assert tidy(both, rules).texts == 1


@ONE_KIND
def test_the_service_tidies_by_itself_and_says_so(both, rules, decided):
    decided(200)
    told: list[str] = []
    tidy_once(rules, lambda: told.append("tidied"))
    assert told == ["tidied"]
    assert would_go(both, rules).texts == 0


def test_a_failure_is_a_log_line_and_no_crash(tmp_path):
    lost = Settings(var=tmp_path, database_url=f"sqlite:///{tmp_path}/db/retsspor.sqlite3")
    (tmp_path / "db" / "retsspor.sqlite3").mkdir(parents=True)  # a folder where a file should be
    tidy_once(lost, lambda: pytest.fail("nothing was tidied"))


def test_a_clock_that_jumped_deletes_nothing(
    embedded, tmp_path, reader, keep_text, person, monkeypatch
):
    """It cannot be undone, so a clock that is years ahead is not believed; by hand it is."""
    settings = Settings(var=tmp_path, database_url=str(embedded.engine.url))
    reference = keep_text(embedded, LETTER)
    decide(embedded, reader, reference, Choice(frozenset()), person(embedded, "anna"), revision=0)
    later = now() + timedelta(days=4000)
    monkeypatch.setattr("service.operations.tidy.now", lambda: later)
    tidy_once(settings, lambda: pytest.fail("tidied by a wrong clock"))
    assert CANARY in dump(embedded)
    assert tidy(embedded, settings).texts == 1


@pytest.mark.parametrize(
    ("by_clock", "passed", "expected"),
    [(86_400, 86_400, True), (86_400, 84_000, True), (90_100, 86_400, False), (0, 86_400, False)],
)
def test_the_clock_goes_as_time_does(by_clock, passed, expected):
    assert is_plausible(timedelta(seconds=by_clock), timedelta(seconds=passed)) is expected


# ── the files of the database ────────────────────────────────────────────────────────────────────
def holding(files: list[Path], words: str = CANARY) -> list[str]:
    return sorted(one.name for one in files if words.encode() in one.read_bytes())


def test_sqlite_keeps_nothing_in_its_files(embedded, tmp_path, reader, keep_text, person):
    """The database file, the write-ahead log and whatever else lies beside them."""
    settings = Settings(var=tmp_path, database_url=str(embedded.engine.url), retention_months=1)
    anna, others = person(embedded, "anna"), [keep_text(embedded) for _ in range(20)]
    long = f"{CANARY}. " * 400  # spread over overflow pages
    references = [keep_text(embedded, long, excerpt=CANARY), keep_text(embedded, LETTER)]
    for reference in (*references, *others[:5]):
        decide(embedded, reader, reference, Choice(frozenset()), anna, revision=0)
        backdate(embedded, reference, 40)
    files = lambda: [one for one in tmp_path.rglob("*") if one.is_file()]  # noqa: E731
    assert "embedded.sqlite3-wal" in holding(files())
    assert tidy(embedded, settings).texts == 7
    assert holding(files()) == []
    with embedded.read() as session:
        assert session.scalar(text("PRAGMA freelist_count")) == 0


def test_sqlite_tries_again_when_somebody_was_reading(embedded, tmp_path, monkeypatch, keep_text):
    monkeypatch.setattr("service.operations.overwriting._TRIES", 1)
    settings = Settings(var=tmp_path, database_url=str(embedded.engine.url))
    keep_text(embedded)
    with embedded.write() as session:
        audit.record(session, actor="x", action="withdraw", subject="y")
    with embedded.read() as session:
        session.scalar(select(func.count()).select_from(Submission))
        with embedded.write() as other:
            audit.record(other, actor="x", action="note", subject="y")
        assert not overwrite(embedded, actor="test")
    with embedded.read() as session:
        assert is_pending(session)
    tidy(embedded, settings)
    with embedded.read() as session:
        assert not is_pending(session)


@pytest.mark.postgres
def test_postgres_keeps_nothing_in_its_tables(postgres_url, tmp_path, reader, keep_text, person):
    """The data directory but for its write-ahead log, which is told of in docs/operations.md."""
    settings = Settings(var=tmp_path, database_url=postgres_url, retention_months=1)
    database = Database(settings.address)
    upgrade(database)
    anna = person(database, "anna")
    for words in (LETTER, f"{CANARY}. " * 3):
        reference = keep_text(database, words, excerpt=CANARY)
        decide(database, reader, reference, Choice(frozenset()), anna, revision=0)
        backdate(database, reference, 40)
    checkpoint(database)
    assert holding(data_files(database)) != []
    tidy(database, settings)
    checkpoint(database)
    assert holding(data_files(database)) == []
    database.close()


def checkpoint(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))


def data_files(database: Database) -> list[Path]:
    with database.engine.connect() as connection:
        folder = Path(connection.scalar(text("SHOW data_directory")))
    return [one for one in (folder / "base").rglob("*") if one.is_file()]


# ── when ─────────────────────────────────────────────────────────────────────────────────────────
@given(st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)), st.integers(1, 120))
def test_months_go_back_and_never_too_far(moment, months):
    before = months_before(moment, months)
    days = (moment - before).days
    assert months * 28 <= days <= months * 31
    assert before.time() == moment.time()


@given(st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)), st.integers(0, 23))
def test_the_next_time_is_within_a_day_and_at_the_hour(moment, hour):
    wait = seconds_until(hour, moment)
    then = moment + timedelta(seconds=wait)
    assert 0 < wait <= 86_400
    assert (then.hour, then.minute) == (hour, 0)


# ── pages ────────────────────────────────────────────────────────────────────────────────────────
def test_pages_say_that_the_text_is_deleted(
    client, database, settings, reader, keep_text, reviewer, sign_in, bearer
):
    reference, twin = keep_text(database, LETTER), keep_text(database, LETTER)
    anna = Reviewer(1, reviewer.name)
    for one in (reference, twin):
        decide(database, reader, one, Choice(frozenset({"frister"})), anna, revision=0)
        backdate(database, one, 1000)
    assert tidy(database, settings).texts == 2
    page = reviewer.http.get(f"/gennemgang/{reference}?status=vurderede").text
    assert "Teksten er slettet" in page
    assert "Frister" in page  # in the list of earlier reviews
    assert twin not in page
    assert "Ret vurderingen" not in page
    assert "Fortryd din seneste" not in page
    assert "Teksten er slettet" in reviewer.http.get("/gennemgang?status=vurderede").text
    assert reviewer.post(f"/gennemgang/{reference}", revision="1").status_code == 403
    assert reviewer.post("/gennemgang/naeste?status=vurderede").status_code == 200
    told = client.get(f"/api/submissions/{reference}", headers=bearer(Role.REVIEWER)).json()
    assert (told["is_deleted"], told["text"], told["suggestions"]) == (True, "", [])
    assert [one["label"] for one in told["decisions"] if one["value"]] == ["frister"]
