"""How long a new submission takes where very many are already: storing alone, and all of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
from sqlalchemy import delete, func, select, text

from evaluation.speed import letters
from nlp.types import RawText, Reading
from service.bench.conditions import Conditions, conditions, letter_texts
from service.bench.queue import version
from service.bench.rows import fill
from service.bench.server import ServiceDown, served
from service.db.engine import Database
from service.db.tables import Account, Base, ExcerptRow, Role, Source, Submission, SuggestionRow
from service.db.upgrade import upgrade
from service.intake.fields import Draft
from service.intake.repository import Incoming, add
from service.secrets import new_submitter
from service.security.accounts import api_token, create

STORED, SENT = 300, 60
_SENDER = "bench-sender"


@dataclass(frozen=True, slots=True)
class IntakeRun:
    """One length on one database."""

    conditions: Conditions
    database: str
    rows: int
    megabytes: float
    """On the disk, indexes included."""
    stored: int
    store_p50_ms: float
    store_p95_ms: float
    """The transaction that keeps a submission that was read."""
    sent: int
    send_p50_ms: float
    send_p95_ms: float
    """A letter of about 200 words through HTTP: read, redacted, labelled, kept."""

    @property
    def name(self) -> str:
        return f"{self.database.split()[0].lower()} {self.rows}"


def bench_intake(
    address: str, readings: Sequence[Reading], rows: int, folder: Path, *, count: int = STORED
) -> IntakeRun:
    """Fill the database of an address up to ``rows``, measure, and take out what was added."""
    database = Database(address)
    try:
        upgrade(database)
        fill(database, readings, rows)
        begun, megabytes = conditions(), _size(database)
        try:
            kept = stores(database, readings, count)
            sends = _sends(database, address, folder)
        finally:
            forget(database, above=rows)
        return IntakeRun(
            begun, version(database), rows, megabytes, len(kept), *_quantiles(kept),
            len(sends), *_quantiles(sends),
        )  # fmt: skip
    finally:
        database.close()


def _size(database: Database) -> float:
    """Megabytes of a database on the disk."""
    statement = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if database.is_sqlite
        else "SELECT pg_database_size(current_database())"
    )
    with database.read() as session:
        return round((session.scalar(text(statement)) or 0) / 1e6, 1)


def stores(database: Database, readings: Sequence[Reading], count: int) -> list[float]:
    """Seconds of so many transactions that keep a submission."""
    found = []
    for number in range(count):
        draft = Draft(RawText(""), "handicap")
        reading = readings[number % len(readings)]
        began = time.perf_counter()
        with database.write() as session:
            add(session, Incoming(draft, reading, Source.API, new_submitter(), None), _SENDER)
        found.append(time.perf_counter() - began)
    return found


def _sends(database: Database, address: str, folder: Path) -> list[float]:
    with database.write() as session:
        account = session.scalar(select(Account).where(Account.name == _SENDER))
        token = api_token(session, account or create(session, _SENDER, Role.SENDER))
    found = []
    headers = {"Authorization": f"Bearer {token}"}
    with (
        served(address, folder) as service,
        httpx.Client(base_url=service.url, headers=headers, timeout=60) as client,
    ):
        for letter in letters(letter_texts(), SENT):
            began = time.perf_counter()
            answer = client.post("/api/submissions", json={"text": letter})
            found.append(time.perf_counter() - began)
            if answer.status_code != 201:
                raise ServiceDown(f"the service answered {answer.status_code}")
    return found[2:]  # the first texts of a new process are slow


def forget(database: Database, *, above: int) -> None:
    """Take out what was measured with, so that the database has the length it is named for."""
    children: tuple[type[Base], ...] = (SuggestionRow, ExcerptRow)
    with database.write() as session:
        for table in children:
            session.execute(delete(table).where(table.__table__.c.submission_id > above))
        session.execute(delete(Submission).where(Submission.id > above))
        left = session.scalar(select(func.count()).select_from(Submission))
    if left != above:
        raise ServiceDown(f"the database has {left} submissions instead of {above}")


def _quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    p50, p95 = (np.quantile(seconds, (0.5, 0.95)) * 1000).round(2).tolist()
    return p50, p95
