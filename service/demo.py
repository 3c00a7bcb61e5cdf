"""A service to look at: invented submissions, read for real, and one account for each role.

The secrets are made at random and printed once by the command line; nothing is built in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import training_data
from nlp.interfaces import Reader
from service.db.engine import Database
from service.db.tables import Account, Role, Source, Submission
from service.db.upgrade import upgrade
from service.intake.rows import RefusedRow, Row, read_jsonl
from service.intake.service import Received, Sender, receive_rows
from service.security.accounts import api_token, create, one_time_link
from service.settings import Settings

SUBMISSIONS = Path(training_data.__path__[0]) / "demo.jsonl"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """How to get in as one role."""

    name: str
    role: Role
    path: str
    """Where the one-time sign-in is, on the service's address."""
    api_token: str
    """Empty for people; programs have no sign-in page."""


def prepare(
    settings: Settings, reader: Reader, *, progress: Callable[[int], None] = lambda _count: None
) -> list[DemoAccount]:
    """Fill an empty database, and hand out a fresh way in for each role."""
    database = Database(settings.address)
    try:
        upgrade(database)
        if _is_empty(database):
            _fill(database, reader, settings, progress)
        with database.write() as session:
            return [_way_in(session, role, settings) for role in Role]
    finally:
        database.close()


def rows(path: Path, limit: int) -> Iterator[Row | RefusedRow]:
    """The invented submissions."""
    with path.open("rb") as lines:
        yield from read_jsonl(lines, limit=limit)


def _is_empty(database: Database) -> bool:
    with database.read() as session:
        return not session.scalar(select(func.count()).select_from(Submission))


def _fill(
    database: Database, reader: Reader, settings: Settings, progress: Callable[[int], None]
) -> None:
    sender = Sender(Source.DEMO, account_name="demo")
    found = receive_rows(database, reader, rows(SUBMISSIONS, settings.max_characters), sender)
    for count, (row, result) in enumerate(found, start=1):
        if not isinstance(result, Received):
            why = result[0].english if isinstance(result, tuple) else "its id stands twice"
            raise ValueError(f"demo.jsonl, line {row}: {why}")
        progress(count)


def _way_in(session: Session, role: Role, settings: Settings) -> DemoAccount:
    name = f"demo-{role.value}"
    account = session.scalar(select(Account).where(Account.name == name))
    account = account or create(session, name, role)
    link = one_time_link(session, account, hours=settings.one_time_hours)
    token = api_token(session, account) if role is Role.SENDER else ""
    return DemoAccount(name, role, f"/login/engang/{link}", token)
