"""How long a report takes with very many confirmed submissions: counting, disclosure control, all.

Rows are made inside the database, so that a million take a minute: each stands for a submission
that one person confirmed, with labels, an area, a municipality and a time from a fixed sequence of
pseudo-random numbers. One in ten is by somebody who wrote before.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from joblib import cpu_count
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.batch.inputs import WrongUse
from service.bench.queue import version
from service.clock import now
from service.db.engine import Database
from service.db.tables import Account, Role, Submission
from service.db.upgrade import upgrade
from service.disclosure.control import disclose
from service.disclosure.types import Refusal, Rule
from service.reports.build import build_report
from service.reports.counting import count_confirmed
from service.reports.document import Order
from service.reports.publish import read_material
from service.security.accounts import create
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES

MOST_COUNTING, MOST_ALL = 2.0, 5.0
"""The goals, in seconds, with 1,000,000 confirmed submissions on PostgreSQL."""
_MADE_BY = "bench report"
_BATCH = 100_000
_PRIME = 2**31 - 1
_PERCENT = (62, 41, 50, 34, 21, 31)
"""How many of a hundred have each label."""
_UNTIL = datetime(2026, 6, 30, 22, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReportRun:
    """Seconds of each part; the best of ``rounds``, after one that warms the caches."""

    made: str
    database: str
    rows: int
    cores: int
    load: float
    python: str
    rounds: int
    counting: float
    disclosure: float
    whole: float
    """Reading everything a report is made of, disclosure control, and writing it down."""
    shown: int
    hidden: int

    @property
    def name(self) -> str:
        return f"{self.database.split()[0].lower()} {self.rows}"


def bench_report(
    address: str,
    rows: int,
    *,
    rounds: int = 3,
    progress: Callable[[int], None] = lambda stored: None,
) -> ReportRun:
    """Fill the database of an address up to ``rows``, and measure. Raises WrongUse."""
    database = Database(address)
    try:
        upgrade(database)
        fill_confirmed(database, rows, progress)
        load = round(os.getloadavg()[0], 1)
        timed = [_once(database) for _ in range(rounds + 1)][1:]
        last = timed[-1]
        return ReportRun(
            made=now().isoformat(timespec="seconds"),
            database=version(database),
            rows=rows,
            cores=cpu_count(),
            load=load,
            python=platform.python_version(),
            rounds=rounds,
            counting=round(min(one.counting for one in timed), 2),
            disclosure=round(min(one.disclosure for one in timed), 2),
            whole=round(min(one.whole for one in timed), 2),
            shown=last.shown,
            hidden=last.hidden,
        )
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class _Once:
    counting: float
    disclosure: float
    whole: float
    shown: int
    hidden: int


def _once(database: Database) -> _Once:
    rule = Rule(5)
    with database.read() as session:
        started = time.perf_counter()
        counts = count_confirmed(session, until=_UNTIL)
        counted = time.perf_counter()
        found = disclose(counts, rule)
        disclosed = time.perf_counter()
    if isinstance(found, Refusal):
        raise WrongUse(f"these rows cannot be reported on: {found.english}")
    order = Order("Måling", date(2026, 6, 30))
    with database.read() as session:
        began = time.perf_counter()
        build_report(read_material(session, order), order)
        whole = time.perf_counter() - began
    cells = [cell for row in (*found.area_labels, *found.place_labels) for cell in row.cells]
    shown = sum(cell.count is not None for cell in cells)
    return _Once(counted - started, disclosed - counted, whole, shown, len(found.hidden))


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────
def fill_confirmed(
    database: Database, total: int, progress: Callable[[int], None] = lambda stored: None
) -> None:
    """Add confirmed submissions until there are ``total``. Raises WrongUse in a database of
    somebody's."""
    with database.write() as session:
        stored = session.scalar(select(func.count()).select_from(Submission)) or 0
        versions = set(session.scalars(select(Submission.redactor_version).distinct().limit(2)))
        if versions - {_MADE_BY} or stored > total:
            raise WrongUse("a measurement needs a database of its own, or its own of before")
        if session.scalar(select(Account.id).where(Account.name == _MADE_BY)) is None:
            create(session, _MADE_BY, Role.REVIEWER)
    for first in range(stored + 1, total + 1, _BATCH):
        last = min(first + _BATCH - 1, total)
        with database.write() as session:
            _insert(session, first, last)
        progress(last)
    if total > stored:
        _settle(database)


def _insert(session: Session, first: int, last: int) -> None:
    dialect = session.get_bind().dialect.name
    numbers = {
        "postgresql": "SELECT i FROM "
        "generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS made(i)",
        "sqlite": "WITH RECURSIVE n(i) AS "
        "(SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last) SELECT i FROM n",
    }[dialect]
    moment = {
        "postgresql": "CAST(:start AS timestamptz) + {} * interval '1 minute'",
        "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :start, '+' || ({}) || ' minutes')",
    }[dialect]
    received = moment.format(f"({_drawn(1)} % 1280000)")
    settings = {"first": first, "last": last, "start": "2024-01-01 00:00:00", "by": _MADE_BY}
    yes, no = ("true", "false") if dialect == "postgresql" else ("1", "0")
    session.execute(
        text(f"""
        INSERT INTO submission (id, public_id, text, text_sha256, entities, possible, area,
            municipality, received_at, stored_at, is_test, state, revision, uncertainty, submitter,
            source, redactor_version, classifier_version)
        SELECT i, 'B' || i, '', 'x', '[]', '[]', {_area()}, {_place()}, {received}, {received},
            {no}, 'reviewed', 1, 0.5,
            's' || (CASE WHEN {_drawn(2)} % 10 = 0 THEN {_drawn(3)} % i + 1 ELSE i END), 'api',
            :by, :by
        FROM ({numbers}) AS numbers
        """),
        settings,
    )
    session.execute(
        text(f"""
        INSERT INTO review (id, submission_id, revision, action, state, subtags, note, reviewer_id,
            decided_at)
        SELECT i, i, 1, 'decide', 'reviewed', '[]', '', (SELECT min(id) FROM account), {received}
        FROM ({numbers}) AS numbers
        """),
        settings,
    )
    for place, (label, percent) in enumerate(zip(LABELS, _PERCENT, strict=True)):
        session.execute(
            text(f"""
            INSERT INTO decision (id, review_id, submission_id, revision, label, value, kind,
                score, threshold, model_version, text_sha256, reviewer_id, decided_at)
            SELECT i * 6 + {place}, i, i, 1, '{label}',
                CASE WHEN {_drawn(10 + place)} % 100 < {percent} THEN {yes} ELSE {no} END,
                'accepted', 0.5, 0.5, :by, 'x', (SELECT min(id) FROM account), {received}
            FROM ({numbers}) AS numbers
            """),
            settings,
        )


def _drawn(number: int) -> str:
    """The n-th pseudo-random number of row ``i``, 0 to 2,147,483,646: Lehmer's generator, seeded by
    the row, with a multiplier of its own."""
    return f"(CAST(i AS bigint) * {48_271 * 7_919 * (2 * number + 1) % _PRIME} % {_PRIME})"


def _area() -> str:
    whens = (
        f"WHEN {_drawn(4)} % 100 < {(place + 1) * 12} THEN '{name}'"
        for place, name in enumerate(AREAS)
    )
    return f"CASE {' '.join(whens)} ELSE NULL END"


def _place() -> str:
    """The n-th municipality has a share of about 1/n."""
    names = " ".join(f"WHEN {i} THEN '{one.name}'" for i, one in enumerate(MUNICIPALITIES))
    drawn = f"({_drawn(5)} % ({_drawn(6)} % {len(MUNICIPALITIES)} + 2))"
    return f"CASE {drawn} {names} ELSE NULL END"


def _settle(database: Database) -> None:
    """As after a night: statistics are up to date, and rows can be read from the index alone."""
    statement = "ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


# ── writing ──────────────────────────────────────────────────────────────────────────────────────
def write_report(run: ReportRun, folder: Path) -> str:
    """Put a run beside those that were measured before, in ``report.json`` and ``report.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "report.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept[run.name] = asdict(run)
    file.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")
    table = report_table(kept)
    (folder / "report.md").write_text(table, encoding="utf-8")
    return table


def report_table(runs: dict[str, Any]) -> str:
    """The runs as Markdown."""
    lines = [
        "# A report over very many submissions",
        "",
        "`retsspor bench report`: confirmed submissions of `service/bench/report.py`. Seconds,",
        "the best of some rounds after one that warms the caches. Counting is `count_confirmed`,",
        "control is `disclose`, the whole also reads excerpts, fingerprint and earlier reports and",
        f"writes the report. Goals with 1,000,000 on PostgreSQL: counting ≤ {MOST_COUNTING:g} s,",
        f"the whole ≤ {MOST_ALL:g} s. Load: processes that wanted a core when the run began.",
        "",
        "| database | submissions | counting | control | whole | cells shown | hidden | load |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for _, run in sorted(runs.items()):
        lines.append(
            f"| {run['database']} | {run['rows']:,} | {run['counting']:.2f} "
            f"| {run['disclosure']:.2f} | {run['whole']:.2f} | {run['shown']} | {run['hidden']} "
            f"| {run['load']:g} |"
        )
    return "\n".join([*lines, ""])
