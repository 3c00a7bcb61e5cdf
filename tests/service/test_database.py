"""Both databases: the layout, what cannot be changed, and many writers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from nlp.types import LABELS, Excerpt, RawText, Reading, Redacted, Suggestion, Versions
from service.clock import now
from service.db import audit
from service.db.engine import Database
from service.db.tables import (
    Account,
    Base,
    Decision,
    Review,
    Role,
    SignInAttempt,
    Source,
    Submission,
)
from service.db.upgrade import downgrade, upgrade
from service.errors import AlreadyDecided
from service.intake.fields import Draft
from service.intake.repository import Incoming, add
from service.review.blind import draw
from service.review.decisions import Choice, Reviewer
from service.review.masking import Personal
from service.review.personal import take_out
from service.review.service import decide
from service.secrets import new_public_id, new_submitter
from service.security.accounts import create


def keep(database: Database) -> str:
    suggestions = tuple(Suggestion(label, 0.9, True) for label in LABELS)
    excerpts = (Excerpt("frister", "intet svar"),)
    reading = Reading(Redacted("intet svar", ()), suggestions, excerpts, Versions("r", "c"))
    with database.write() as session:
        draft = Draft(RawText(""))
        return add(session, Incoming(draft, reading, Source.FORM, new_submitter(), None), "test")


def tables(engine: Engine) -> set[str]:
    found = inspect(engine)
    return {*found.get_table_names(), *found.get_view_names()} - {"alembic_version"}


def test_up_down_and_up_again(address):
    database = Database(address)
    upgrade(database)
    upgrade(database)
    keep(database)
    assert tables(database.engine) == {*Base.metadata.tables, "confirmed"}
    downgrade(database)
    assert tables(database.engine) == set()
    upgrade(database)
    keep(database)
    database.close()


FIRST_LAYOUT = """
INSERT INTO account VALUES (101, 'anna', 'sagsgennemgang', NULL, true, '{at}');
INSERT INTO submission (id, public_id, text, text_sha256, entities, possible, received_at, stored_at,
  is_test, state, revision, uncertainty, submitter, source, redactor_version, classifier_version)
VALUES (101, '01M857M649C9AQGZRB2ZM6JVCM', 'intet svar', 'h', '[]', '[]', '{at}', '{at}', false,
  'reviewed', 1, 0.25, 's', 'form', 'r', 'c'),
 (102, '01M857M649C9AQGZRB2ZM6JVCN', 'Bo venter', 'h', '[]', '[{{"start": 0, "end": 2, "type": "PERSON"}}]',
  '{at}', '{at}', false, 'new', 0, 0.5, 's', 'form', 'r', 'c');
INSERT INTO suggestion VALUES (101, 101, 'frister', 0.9, 0.5, true, true, '[]', 'c');
INSERT INTO excerpt VALUES (101, 101, 'frister', 'Intet svar.', 'model', NULL, '{at}');
INSERT INTO review VALUES (101, 101, 1, 'decide', 'reviewed', NULL, '[]', 'en note', 101, '{at}', 5);
INSERT INTO decision
VALUES (101, 101, 101, 1, 'frister', true, 'accepted', 0.9, 0.5, 'c', 'h', 101, '{at}', 5, 101);
"""


def run_all(database: Database, script: str) -> None:
    with database.engine.begin() as connection:
        for statement in script.format(at="2026-05-01 12:00:00.000000").split(";"):
            if statement.strip():
                connection.exec_driver_sql(statement.replace("%", "%%"))


def rows(database: Database, query: str) -> list[tuple]:
    with database.engine.begin() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_data_of_the_first_layout_comes_along_and_goes_back(address, reader):
    """What stood in 0001 stands in 0002; what only 0002 can say is said as 0001 could."""
    database = Database(address)
    upgrade(database, "0001")
    run_all(database, FIRST_LAYOUT)
    upgrade(database)
    ids = ("01M857M649C9AQGZRB2ZM6JVCM", "01M857M649C9AQGZRB2ZM6JVCN")
    assert rows(database, "SELECT urgency, draw FROM submission ORDER BY id") == [
        (0.75, draw(ids[0])),
        (1.5, draw(ids[1])),
    ]
    with database.write() as session:
        bo = Reviewer(_second_account(session), "bo")
        anna = Reviewer(101, "anna")
    take_out(database, ids[1], Personal("Bo", "PERSON"), anna, revision=0)
    ask = Choice(frozenset(), wants_second=True)
    decide(database, reader, ids[0], ask, anna, revision=1, blind_percent=100)
    decide(database, reader, ids[0], Choice(frozenset({"frister"})), bo, revision=2)
    asked = Choice(frozenset(), wants_second=True)
    decide(database, reader, ids[1], asked, anna, revision=1, blind_percent=100)
    assert rows(database, "SELECT state FROM submission ORDER BY id") == [
        ("disputed",),
        ("second",),
    ]
    downgrade(database, "0001")
    assert rows(database, "SELECT state, text FROM submission ORDER BY id") == [
        ("reviewed", "intet svar"),
        ("reviewed", "[PERSON 1] venter"),
    ]
    assert set(rows(database, "SELECT DISTINCT action FROM review")) == {("decide",)}
    assert ("unseen",) not in rows(database, "SELECT kind FROM decision")
    assert rows(database, "SELECT text FROM excerpt") == [("Intet svar.",)]
    with (
        pytest.raises(DBAPIError, match="cannot be changed"),
        database.engine.begin() as connection,
    ):
        connection.exec_driver_sql("UPDATE review SET note = 'x'")
    upgrade(database)
    assert rows(database, "SELECT urgency FROM submission ORDER BY id") == [(0.75,), (0.5,)]
    assert tables(database.engine) == {*Base.metadata.tables, "confirmed"}
    database.close()


def _second_account(session) -> int:
    account = Account(name="bo", role="sagsgennemgang", active=True, created_at=now())
    session.add(account)
    session.flush()
    return account.id


def test_the_migrations_make_what_the_code_expects(both):
    with both.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_no_table_has_a_place_for_raw_text():
    columns = [column for table in Base.metadata.tables.values() for column in table.c]
    words = {word for column in columns for word in column.name.split("_")}
    assert not words & {"raw", "original", "address", "words"}


@pytest.mark.parametrize("table", ["suggestion", "excerpt", "review", "decision", "audit"])
def test_what_was_said_cannot_be_changed(both, reader, table):
    public_id = keep(both)
    with both.write() as session:
        anna = Reviewer(create(session, "anna", Role.REVIEWER).id, "anna")
    decide(both, reader, public_id, Choice(frozenset({"frister"})), anna, revision=0)
    with pytest.raises(DBAPIError, match="cannot be changed"), both.write() as session:
        session.execute(text(f"UPDATE {table} SET id = id + 1000"))


def test_the_audit_trail_cannot_be_shortened(both):
    keep(both)
    with pytest.raises(DBAPIError, match="cannot be changed"), both.write() as session:
        session.execute(text("DELETE FROM audit"))


def test_a_session_for_reading_cannot_write(both):
    with both.read() as session:
        session.add(SignInAttempt(key="x", at=now()))
        with pytest.raises(DBAPIError):
            session.flush()


def test_a_failed_write_leaves_nothing(both):
    def fail() -> None:
        with both.write() as session:
            session.add(SignInAttempt(key="x", at=now()))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with both.read() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_moments_come_back_in_utc(both):
    moment = now()
    with both.write() as session:
        session.add(SignInAttempt(key="x", at=moment))
    with both.read() as session:
        assert session.scalar(select(SignInAttempt.at)) == moment


def test_many_at_once_lose_and_double_nothing(both, reader):
    """Twelve people decide on the same twenty submissions: each gets one winner per revision."""
    ids = [keep(both) for _ in range(20)]
    with both.write() as session:
        people = [Reviewer(create(session, f"p{n}", Role.REVIEWER).id, f"p{n}") for n in range(12)]

    def work(reviewer: Reviewer) -> int:
        won = 0
        for public_id in ids:
            try:
                decide(both, reader, public_id, Choice(frozenset()), reviewer, revision=0)
                won += 1
            except AlreadyDecided:
                pass
        return won

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(work, people)) == len(ids)
    with both.read() as session:
        assert session.scalar(select(func.count()).select_from(Review)) == len(ids)
        assert session.scalar(select(func.count()).select_from(Decision)) == len(ids) * 6
        assert set(session.scalars(select(Submission.revision))) == {1}
        assert audit.first_broken(session) is None


def test_public_ids_are_sorted_by_time_and_unique():
    ids = [new_public_id() for _ in range(2_000)]
    assert len(set(ids)) == len(ids)
    assert all(len(one) == 26 and one.isalnum() for one in ids)
    assert [one[:10] for one in ids] == sorted(one[:10] for one in ids)
