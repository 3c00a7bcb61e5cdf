"""How long the queue takes to open, and whether a long queue is slower than a short one.

The page is asked for over HTTP, from ``retsspor serve`` in a process of its own, one request at a
time; the query alone is timed in this process. Both ask the same questions: each order, filters
that fit many rows or hardly any, pages from anywhere in the list. Questions are shuffled, so that
no kind of page profits from the one before.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx
import numpy as np
from joblib import cpu_count
from sqlalchemy import func, select, text

from nlp.types import LABELS, Reading
from service.bench.rows import SEED, fill
from service.bench.server import Served, ServiceDown, served, signed_in, ways_in
from service.clock import now
from service.db.engine import Database
from service.db.tables import Role, State, Submission
from service.db.upgrade import upgrade
from service.review import queue
from service.review.queue import Filters, Viewer
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES

MOST_MS, MOST_TIMES = 50.0, 2.0
"""The goals: p95 of the page, and at most so many times that of the shortest queue."""
ROUNDS = 40
_NAMES = tuple(one.name for one in MUNICIPALITIES)
_ORDERS = tuple(queue.ORDERS)
_TAKE = "take the next one"


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the queue that somebody may ask for."""

    kind: str
    filters: Filters
    after: str = ""

    @property
    def address(self) -> str:
        return f"/gennemgang{self.filters.query(efter=self.after)}"


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one kind of page takes: the whole page over HTTP, and the query alone."""

    kind: str
    asked: int
    page_p50_ms: float
    page_p95_ms: float
    query_p50_ms: float
    query_p95_ms: float


@dataclass(frozen=True, slots=True)
class QueueRun:
    """One length of queue on one database, with what its numbers depend on."""

    made: str
    database: str
    rows: int
    cores: int
    load: float
    """What else the machine was doing: processes waiting for a core when the run began."""
    python: str
    timings: tuple[Timing, ...]
    """The first is all kinds together; the last takes the next submission instead of looking."""

    @property
    def name(self) -> str:
        return f"{self.database.split()[0].lower()} {self.rows}"


def bench_queue(
    address: str,
    readings: Sequence[Reading],
    rows: int,
    folder: Path,
    *,
    progress: Callable[[int], None] = lambda stored: None,
    rounds: int = ROUNDS,
) -> QueueRun:
    """Fill the database of an address up to ``rows`` submissions, and measure. Raises WrongUse."""
    database = Database(address)
    try:
        upgrade(database)
        fill(database, readings, rows, progress)
        load = round(os.getloadavg()[0], 1)
        with served(address, folder) as service:
            timings = _timings(database, service, rounds)
        return QueueRun(
            made=now().isoformat(timespec="seconds"),
            database=version(database),
            rows=rows,
            cores=cpu_count(),
            load=load,
            python=platform.python_version(),
            timings=timings,
        )
    finally:
        database.close()


def questions(database: Database, random: Random, rounds: int) -> list[Question]:
    """So many of every kind, in any order."""
    deep = iter(_anywhere(database, random, rounds * 2))
    asked = [one for _ in range(rounds) for one in _one_of_each(random, deep)]
    random.shuffle(asked)
    return asked


def _one_of_each(random: Random, deep: Iterator[str]) -> Iterator[Question]:
    order = random.choice(_ORDERS)
    area, name, label = random.choice(AREAS), random.choice(_NAMES), random.choice(LABELS)
    yield Question("first page", Filters())
    yield Question("other orders", Filters(order=random.choice(("lærerige", "usikre", "nyeste"))))
    yield Question("from anywhere in the list", Filters(order=order), next(deep))
    yield Question("an area", Filters(order, area=area))
    yield Question("a municipality", Filters(order, municipality=name))
    yield Question("a label", Filters(order, label=label))
    yield Question("area and municipality", Filters(order, area=area, municipality=name))
    yield Question("municipality and label", Filters(order, municipality=name, label=label))
    yield Question(
        "area, municipality and label, decided",
        Filters(order, "vurderede", area=area, municipality=name, label=label),
    )
    yield Question("waiting for a second reading", Filters(order, "anden"))
    yield Question("all states", Filters(order, "alle"))
    yield Question(
        "all states, an area, from anywhere", Filters(order, "alle", area=area), next(deep)
    )


def _anywhere(database: Database, random: Random, many: int) -> list[str]:
    """References of submissions from anywhere among those that wait for a decision."""
    with database.read() as session:
        last = session.scalar(select(func.max(Submission.id))) or 0
        picked = [random.randint(1, last) for _ in range(many * 8)]
        found = session.scalars(
            select(Submission.public_id).where(
                Submission.id.in_(picked), Submission.state == State.NEW.value
            )
        )
        references = list(found)
    return [random.choice(references) for _ in range(many)]


def _timings(database: Database, service: Served, rounds: int) -> tuple[Timing, ...]:
    asked = questions(database, Random(SEED), rounds)
    (way,) = ways_in(database, ["bench-0"], Role.REVIEWER)
    client, csrf = signed_in(service, way)
    for one in asked[:20]:  # a first connection, a first template, a first statement
        client.get(one.address)
    pages = [_milliseconds(partial(_page, client, one)) for one in asked]
    queries = [_milliseconds(partial(_query, database, one)) for one in asked]
    takes = [_milliseconds(partial(_take, client, csrf)) for _ in range(rounds)]
    client.close()
    kinds = [one.kind for one in asked]
    named = [
        _timing(kind, _of_kind(kind, kinds, pages), _of_kind(kind, kinds, queries))
        for kind in sorted(set(kinds))
    ]
    return (_timing("all pages", pages, queries), *named, _timing(_TAKE, takes))


def _of_kind(kind: str, kinds: list[str], times: list[float]) -> list[float]:
    return [time for one, time in zip(kinds, times, strict=True) if one == kind]


def _page(client: httpx.Client, question: Question) -> None:
    _need(client.get(question.address), 200)


def _take(client: httpx.Client, csrf: str) -> None:
    answer = client.post("/gennemgang/naeste", data={"csrf": csrf}, follow_redirects=False)
    _need(answer, 303)


def _need(answer: httpx.Response, status: int) -> None:
    if answer.status_code != status:
        raise ServiceDown(f"the service answered {answer.status_code}")


def _query(database: Database, question: Question) -> None:
    with database.read() as session:
        queue.page(
            session, question.filters, Viewer(1, 10), after=question.after, most=queue.PAGE + 1
        )


def _milliseconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _timing(kind: str, pages: list[float], queries: Sequence[float] = ()) -> Timing:
    page = np.quantile(pages, (0.5, 0.95)).round(2)
    query = np.quantile(queries, (0.5, 0.95)).round(2) if queries else (0.0, 0.0)
    return Timing(kind, len(pages), *page.tolist(), *map(float, query))


def version(database: Database) -> str:
    """Kind and version of a database."""
    if database.is_sqlite:
        with database.read() as session:
            return f"SQLite {session.scalar(text('SELECT sqlite_version()'))}"
    with database.read() as session:
        return f"PostgreSQL {session.scalar(text('SHOW server_version'))}".split(" (")[0]


def write_queue(run: QueueRun, folder: Path) -> str:
    """Put a run beside those that were measured before, in ``queue.json`` and ``queue.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "queue.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept[run.name] = json.loads(json.dumps(asdict(run)))
    runs = {name: kept[name] for name in sorted(kept, key=_by_size)}
    file.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    table = queue_table(runs)
    (folder / "queue.md").write_text(table, encoding="utf-8")
    return table


def _by_size(name: str) -> tuple[str, int]:
    database, rows = name.split()
    return database, int(rows)


def queue_table(runs: dict[str, Any]) -> str:
    """The runs as Markdown: the goals first, then every kind of page."""
    lines = [*_HEAD, *_goals(runs), ""]
    for run in runs.values():
        lines += [
            f"## {run['database']}, {run['rows']:,} submissions",
            "",
            "| page | asked | p50 ms | p95 ms | query alone p50 | p95 |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            *(_line(one) for one in run["timings"]),
            "",
            f"{run['made'][:10]}, {run['cores']} cores, load {run['load']:g}, "
            f"Python {run['python']}.",
            "",
        ]
    return "\n".join(lines)


_HEAD = (
    "# The queue, short and long",
    "",
    "`retsspor bench queue`: the whole page over HTTP from `retsspor serve`, one request at a",
    "time, and the query alone. Invented submissions (`service/bench/rows.py`): 44 readings by the",
    "shipped models with shaken chances; 30 % wait for a decision, 1 % for a second reading; the",
    "n-th municipality and area has a share of about 1/n. Times belong to the machine, and to what",
    "else it was doing (load: processes that wanted a core when the run began).",
    "",
    "## Goals",
    "",
    "| database | submissions | p95 of all pages, ms (≤ 50) | times the shortest (≤ 2) | reached |",
    "| --- | ---: | ---: | ---: | --- |",
)


def _goals(runs: dict[str, Any]) -> Iterator[str]:
    shortest: dict[str, float] = {}
    for run in runs.values():
        p95 = run["timings"][0]["page_p95_ms"]
        times = p95 / shortest.setdefault(run["database"].split()[0], p95)
        reached = "yes" if p95 <= MOST_MS and times <= MOST_TIMES else "**no**"
        yield f"| {run['database']} | {run['rows']:,} | {p95:.1f} | {times:.2f} | {reached} |"


def _line(one: dict[str, Any]) -> str:
    query = f"{one['query_p50_ms']:.1f} | {one['query_p95_ms']:.1f}"
    return (
        f"| {one['kind']} | {one['asked']} | {one['page_p50_ms']:.1f} | {one['page_p95_ms']:.1f} "
        f"| {'– | –' if one['kind'] == _TAKE else query} |"
    )
