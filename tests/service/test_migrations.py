"""Every migration down and up again with data in it, on both databases: what is lost is written here.

A new migration needs no line in this file as long as it loses nothing on its way back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Float,
    Integer,
    MetaData,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from nlp.interfaces import Reader
from service.clock import now
from service.db import audit
from service.db.engine import Database
from service.db.tables import Account, Base, Role, Submission
from service.db.types import Utc
from service.db.upgrade import config, downgrade, upgrade
from service.review.claims import claim_one
from service.review.decisions import Choice, Reviewer
from service.review.masking import Personal
from service.review.personal import take_out
from service.review.service import decide, undo
from service.security import accounts
from service.security.sessions import open_session

REVISIONS = [one.revision for one in ScriptDirectory.from_config(config()).walk_revisions()]
"""The newest first."""

LOSES: dict[str, dict[str, set[str]]] = {
    "0008": {"doubt": {"*"}, "doubt_answer": {"*"}, "submission": {"gain", "place", "doubt"}},
    "0007": {"beside": {"*"}, "withdrawal": {"*"}},
    "0005": {"report": {"*"}, "report_quotation": {"*"}, "excerpt_approval": {"*"}},
    "0004": {"idempotency_key": {"*"}, "excerpt": {"passage_start", "passage_end"}},
    "0003": {"account": {"identity"}},
    "0002": {
        "claim": {"*"},
        "masking": {"*"},
        "decision": {"kind"},
        "review": {"action", "state"},
        "submission": {"state"},
        "excerpt": {"withdrawn_at"},
    },
}
"""Revision → table → columns that do not survive its way back; ``*`` is the whole table.

0008 places are found again without regard to what was decided, doubts by the next training;
0007 what a second classifier said, and who took back what; 0005 published reports; 0004 keys
against sending twice, and where a passage stood; 0003 who a person is at the sign-in provider;
0002 claims, maskings, second readings (they become plain decisions) and blind ones (they become
accepted, added or rejected).
"""

Rows = dict[str, dict[Any, dict[str, Any]]]


def rows_of(database: Database) -> Rows:
    """Table → primary key → row, as the database has it at this revision."""
    found = MetaData()
    found.reflect(database.engine)
    with database.engine.connect() as connection:
        return {
            table.name: {
                tuple(row[one.name] for one in table.primary_key): dict(row)
                for row in connection.execute(select(table)).mappings()
            }
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }


def without(rows: Rows, lost: dict[str, set[str]]) -> Rows:
    """The rows without what may be lost."""
    return {
        table: {
            key: {name: value for name, value in row.items() if name not in lost.get(table, ())}
            for key, row in found.items()
        }
        for table, found in rows.items()
        if "*" not in lost.get(table, ())
    }


@pytest.fixture
def filled(both: Database, reader: Reader, keep_text: Callable[..., str]) -> Database:
    """Something in every table that the desk writes to."""
    with both.write() as session:
        anna, bo = (
            Reviewer(accounts.create(session, name, Role.REVIEWER, password=secret).id, name)
            for name, secret in (("anna", "en lang adgangskode"), ("bo", None))
        )
        account = accounts.create(session, "program", Role.SENDER)
        accounts.api_token(session, account)
        accounts.one_time_link(session, account, hours=1)
        open_session(session, account, hours=1)
        session.execute(update(Account).values(identity=Account.name))
    one, two, three, four = (
        keep_text(both, "Ingen har spurgt Villads om noget.", excerpt="Ingen har spurgt Villads")
        for _ in range(4)
    )
    yes = Choice(frozenset({"frister"}), passages={"frister": "Ingen har spurgt"}, note="se her")
    ask = Choice(frozenset(), wants_second=True)
    decide(both, reader, one, yes, anna, revision=0, blind_percent=100)
    undo(both, one, anna, revision=1)
    take_out(both, two, Personal("Villads", "PERSON"), anna, revision=0)
    decide(both, reader, two, ask, anna, revision=1)
    decide(both, reader, two, yes_without_passage(), bo, revision=2)
    decide(both, reader, three, ask, bo, revision=0)
    claim_one(both, four, anna.account_id, minutes=5)
    with both.write() as session:
        session.execute(update(Submission).values(gain=9.0, place=0.99999, doubt=0.5))
        for table in Base.metadata.sorted_tables:
            if session.execute(select(table)).first() is None:
                session.execute(insert(table).values(made_up(session, table)))
    return both


def yes_without_passage() -> Choice:
    return Choice(frozenset({"begrundelse"}), seconds=12)


MADE_UP = {JSON: [], Boolean: True, Utc: now(), Float: 0.5, Integer: 1}


def made_up(session: Session, table: Table) -> dict[str, Any]:
    """A row for a table that nothing above writes to."""
    row = {}
    for column in table.columns:
        kinds = (value for kind, value in MADE_UP.items() if isinstance(column.type, kind))
        row[column.name] = next(kinds, "x")
        for key in column.foreign_keys:
            row[column.name] = session.scalar(select(key.column).limit(1))
    return row


def test_every_row_comes_back(filled: Database) -> None:
    """Down to the first layout and up again, one revision after the other."""
    assert all(rows_of(filled).values()), "a table has no row to lose"
    for newer, older in zip(REVISIONS, REVISIONS[1:], strict=False):
        before, lost = rows_of(filled), LOSES.get(newer, {})
        downgrade(filled, older)
        upgrade(filled, newer)
        after = rows_of(filled)
        assert without(after, lost) == without(before, lost), newer
        for table, columns in lost.items():  # a line that hides nothing would hide a fault
            assert all(changed(before[table], after[table], one) for one in columns), newer
        downgrade(filled, older)
    upgrade(filled)
    with filled.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    with filled.read() as session:
        assert audit.first_broken(session) is None


def changed(before: dict[Any, dict[str, Any]], after: dict[Any, Any], column: str) -> bool:
    """True when some row has lost what stood in a column (``*``: the row itself)."""
    if column == "*":
        return bool(before) and not after
    return any(row[column] != after[key][column] for key, row in before.items())
