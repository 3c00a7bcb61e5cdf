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
    AuditEntry,
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
from service.review.decisions import Choice, Reviewer
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


def test_the_migrations_make_what_the_code_expects(both):
    with both.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_no_table_has_a_place_for_raw_text():
    names = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.c
    }
    assert not {name for name in names if "raw" in name or "original" in name or "address" in name}


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


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "en anden"},
        {"action": "andet"},
        {"at": "2020-01-01T00:00:00+00:00"},
        {"previous": "0" * 64},
        {"detail": {"source": "andet"}},
    ],
)
def test_a_changed_line_breaks_the_chain(embedded, change):
    for _ in range(3):
        keep(embedded)
    with embedded.read() as session:
        lines = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
        assert audit.first_broken(session) is None
        for name, value in change.items():
            setattr(lines[1], name, value)
        assert audit.chained(lines[1]) != lines[1].hash


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
