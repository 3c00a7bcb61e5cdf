"""A database as large as wanted, filled with invented submissions that look like real ones.

The texts of ``training_data/demo.jsonl`` are read once by the shipped models. Every stored row is
one of these readings with its chances shaken, at a place and time of its own: few municipalities
and areas have many submissions, many have few. The same seed gives the same rows, and a database
that was filled before only grows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.orm import Session

from nlp.interfaces import Reader
from nlp.types import LABELS, RawText, Reading
from service.batch.inputs import WrongUse
from service.db.engine import Database
from service.db.tables import (
    Account,
    Action,
    Base,
    Decision,
    Exclusion,
    Review,
    Role,
    Source,
    State,
    Submission,
    SuggestionRow,
)
from service.demo import SUBMISSIONS
from service.intake.repository import entities_as_rows, text_hash, urgency
from service.review.blind import draw
from service.review.decisions import kind_of
from service.review.order import position
from service.security.accounts import create
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES

SEED = 20_260_501
BATCH = 10_000
SHARES = {State.NEW: 0.3, State.SECOND: 0.01, State.DISPUTED: 0.005, State.REVIEWED: 0.685}
"""Of all submissions, how many stand where."""
NOT_GIVEN = 0.1
"""Share without area, and share without municipality."""
EXCLUDED = 0.05
"""Share of the decided that do not count."""
CHANGED = 0.1
"""Share of suggestions that a person decides otherwise."""
START, DAYS = datetime(2024, 1, 1, tzinfo=UTC), 850
MADE_BY = "bench"
"""Stands where the redactor's version would: only such a database is ever filled."""
_PEOPLE = 20
_NAMES = tuple(one.name for one in MUNICIPALITIES)
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Row = dict[str, Any]


def readings(reader: Reader) -> list[Reading]:
    """What the shipped models make of the invented texts."""
    with SUBMISSIONS.open(encoding="utf-8") as lines:
        return [reader.read(RawText(json.loads(line)["text"])) for line in lines]


def fill(
    database: Database,
    readings: Sequence[Reading],
    total: int,
    progress: Callable[[int], None] = lambda stored: None,
) -> None:
    """Add submissions until there are ``total``. Raises WrongUse in a database of somebody's."""
    with database.write() as session:
        stored = _stored(session, total)
        people = _people(session)
    for first in range(stored + 1, total + 1, BATCH):
        last = min(first + BATCH, total + 1)
        with database.write() as session:
            _hurry(session)
            for one in _inserts(readings, people, range(first, last)):
                _add(session, one)
        progress(last - 1)
    _settle(database)


def _hurry(session: Session) -> None:
    """SQLite: room for the indexes, fewer copies out of the log, while this connection fills."""
    if session.get_bind().dialect.name == "sqlite":
        for pragma in ("cache_size = -2000000", "wal_autocheckpoint = 100000"):
            session.connection().exec_driver_sql(f"PRAGMA {pragma}")


def _add(session: Session, one: _Insert) -> None:
    driver = session.connection().connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        session.execute(insert(one.table), one.rows)
        return
    columns = ", ".join(one.rows[0])
    copying = f"COPY {one.table.__tablename__} ({columns}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(copying.encode()) as copy:
        for row in one.rows:
            copy.write_row([_cell(value) for value in row.values()])


def _cell(value: Any) -> Any:
    """As PostgreSQL's driver wants it."""
    if isinstance(value, StrEnum):
        return value.value
    return Jsonb(value) if isinstance(value, list) else value


def _stored(session: Session, total: int) -> int:
    versions = set(session.scalars(select(Submission.redactor_version).distinct().limit(2)))
    stored = session.scalar(select(func.count()).select_from(Submission)) or 0
    if versions - {MADE_BY} or stored > total:
        raise WrongUse(
            "a measurement needs a database of its own: an empty one, or its own of before"
        )
    return stored


def _people(session: Session) -> list[int]:
    found = list(session.scalars(select(Account.id).where(Account.name.startswith("bench-"))))
    return found or [create(session, f"bench-{n}", Role.REVIEWER).id for n in range(_PEOPLE)]


@dataclass(frozen=True, slots=True)
class _Insert:
    table: type[Base]
    rows: list[Row]


def _inserts(readings: Sequence[Reading], people: Sequence[int], ids: range) -> Iterator[_Insert]:
    """The rows of some submissions, in the order of the tables' references."""
    submissions: list[Row] = []
    suggestions: list[Row] = []
    reviews: list[Row] = []
    decisions: list[Row] = []
    for number in ids:
        random = Random(SEED + number)
        reading = random.choice(readings)
        suggested = _suggestions(random, reading, number)
        submission = _submission(random, reading, suggested, number)
        submissions.append(submission)
        suggestions += suggested
        if submission["revision"]:
            review = _review(random, submission, random.choice(people))
            reviews.append(review)
            decisions += _decisions(random, review, suggested)
    yield _Insert(Submission, submissions)
    yield _Insert(SuggestionRow, suggestions)
    if reviews:
        yield _Insert(Review, reviews)
    if decisions:
        yield _Insert(Decision, decisions)


def _suggestions(random: Random, reading: Reading, number: int) -> list[Row]:
    found = []
    for place, one in enumerate(reading.suggestions):
        chance = _shaken(random, one.probability)
        found.append(
            {
                "id": number * len(LABELS) + place,
                "submission_id": number,
                "label": one.label,
                "probability": chance,
                "threshold": one.threshold,
                "suggested": chance >= one.threshold,
                "sure": abs(chance - one.threshold) > 0.15,
                "evidence": [
                    {"start": e.start, "end": e.end, "probability": round(e.probability, 4)}
                    for e in one.evidence
                ],
                "classifier_version": reading.versions.classifier,
            }
        )
    return found


def _shaken(random: Random, probability: float) -> float:
    sure = min(max(probability, 1e-4), 1 - 1e-4)
    return 1 / (1 + math.exp(-math.log(sure / (1 - sure)) - random.gauss(0, 1)))


def _submission(random: Random, reading: Reading, suggested: list[Row], number: int) -> Row:
    public_id = "".join(random.choices(_CROCKFORD, k=26))
    unsure = min(abs(one["probability"] - one["threshold"]) for one in suggested)
    received_at = START + timedelta(days=random.random() * DAYS)
    (state,) = random.choices(list(SHARES), list(SHARES.values()))
    is_out = state is State.REVIEWED and random.random() < EXCLUDED
    redacted = reading.redacted
    return {
        "id": number,
        "public_id": public_id,
        "text": redacted.text,
        "text_sha256": text_hash(f"{redacted.text} {number}"),  # real texts are hardly ever equal
        "entities": entities_as_rows(redacted.entities),
        "possible": entities_as_rows(redacted.possible),
        "area": _uneven(random, AREAS),
        "municipality": _uneven(random, _NAMES),
        "received_at": received_at,
        "stored_at": received_at,
        "is_test": False,
        "state": state,
        "exclusion": random.choice(list(Exclusion)) if is_out else None,
        "revision": _REVISIONS[state],
        "uncertainty": unsure,
        "urgency": urgency(unsure, is_doubtful=bool(redacted.possible)),
        "place": position(public_id),  # as evenly spread as the places of real ones
        "draw": draw(public_id),
        "submitter": f"{random.getrandbits(128):032x}",
        "source": Source.FORM,
        "redactor_version": MADE_BY,
        "classifier_version": reading.versions.classifier,
    }


_REVISIONS = {State.NEW: 0, State.SECOND: 1, State.DISPUTED: 1, State.REVIEWED: 1}


def _uneven(random: Random, names: Sequence[str]) -> str | None:
    """The n-th name has a share of about 1/n; some rows have none."""
    if random.random() < NOT_GIVEN:
        return None
    return names[int(len(names) ** random.random()) - 1]


def _review(random: Random, submission: Row, reviewer_id: int) -> Row:
    return {
        "id": submission["id"],
        "submission_id": submission["id"],
        "revision": 1,
        "action": Action.DECIDE,
        "state": submission["state"],
        "exclusion": submission["exclusion"],
        "subtags": [],
        "note": "",
        "reviewer_id": reviewer_id,
        "decided_at": submission["received_at"] + timedelta(days=30 * random.random()),
        "seconds": random.randrange(5, 90),
    }


def _decisions(random: Random, review: Row, suggested: list[Row]) -> list[Row]:
    if review["exclusion"]:
        return []
    return [
        _decision(review, one, value=one["suggested"] ^ (random.random() < CHANGED))
        for one in suggested
    ]


def _decision(review: Row, suggested: Row, *, value: bool) -> Row:
    return {
        "id": suggested["id"],
        "review_id": review["id"],
        "submission_id": review["submission_id"],
        "revision": review["revision"],
        "label": suggested["label"],
        "value": value,
        "kind": kind_of(suggested=suggested["suggested"], value=value, own_passage=False),
        "score": suggested["probability"],
        "threshold": suggested["threshold"],
        "model_version": suggested["classifier_version"],
        "text_sha256": "",
        "reviewer_id": review["reviewer_id"],
        "decided_at": review["decided_at"],
        "seconds": review["seconds"],
    }


def _settle(database: Database) -> None:
    """PostgreSQL: what its autovacuum would do, and the next free number of each table."""
    if database.is_sqlite:
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in (Submission, SuggestionRow, Review, Decision):
            _number_on(connection, table.__tablename__)
        connection.execute(text("VACUUM ANALYZE"))


def _number_on(connection: Connection, table: str) -> None:
    connection.execute(
        text(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
            f"(SELECT COALESCE(max(id), 1) FROM {table}))"
        )
    )
