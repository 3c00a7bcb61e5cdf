"""Many reviewers at once while a model is trained: is anything lost, doubled or half-written?

``retsspor serve`` runs in a process of its own, a training in another one, and every reviewer is a
thread with its own browser. Afterwards the diaries of the reviewers are held against the database.
The service can be killed in the middle (SIGKILL) and started again: what it said must hold.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
from joblib import cpu_count
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from nlp.types import LABELS, Reading
from service.bench.people import Act, Diary, Person
from service.bench.queue import version
from service.bench.rows import fill
from service.bench.server import Served, served, ways_in
from service.clock import now
from service.db import audit
from service.db.engine import Database
from service.db.tables import READINGS, Action, Review, Submission
from service.db.upgrade import upgrade

PEOPLE = 20
_TRAIN = (
    "import sys; from pathlib import Path; from models.train import train_classifier; "
    "train_classifier(Path(sys.argv[1]))"
)
_DESK = "desk-"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does."""

    people: int = PEOPLE
    seconds: float = 60
    per_minute: float = 0
    """Decisions of one person a minute; 0 is as fast as the service lets them."""
    trains: bool = True
    kills: bool = False
    """Kill the service once, in the middle."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the database says of the diaries. All but ``kept`` and ``unanswered`` must be nought."""

    kept: int
    """Acts that the service said it had kept."""
    unanswered: int
    """Acts that got no answer, because the service was killed."""
    lost: int
    """Kept by the diary, missing or different in the database."""
    doubled: int
    """Two diaries that made the same revision of a submission."""
    unexplained: int
    """Acts in the database that nobody sent."""
    halves: int
    """Reviews without a decision for each label, and gaps in the history of a submission."""
    broken_trail: int

    @property
    def is_clean(self) -> bool:
        """True when nothing is wrong."""
        wrong = (self.lost, self.doubled, self.unexplained, self.halves, self.broken_trail)
        return not any(wrong)


@dataclass(frozen=True, slots=True)
class ReviewersRun:
    """A run, its verdict, and how long people waited."""

    made: str
    database: str
    cores: int
    load: float
    """What else the machine was doing: processes waiting for a core when the run began."""
    python: str
    plan: Plan
    trainings: int
    """Trainings begun; one was always under way."""
    verdict: Verdict
    locked: int
    """«database is locked» in the log of the service."""
    failures: int
    """Answers with a status of 500 or more."""
    conflicts: int
    """409: another was faster, and the person was told."""
    decisions_per_second: float
    wait_p50_ms: float
    wait_p95_ms: float

    @property
    def name(self) -> str:
        how = f"{self.plan.per_minute:g} a minute" if self.plan.per_minute else "full speed"
        return f"{self.database.split()[0]}, {how}{', killed once' if self.plan.kills else ''}"

    @property
    def is_clean(self) -> bool:
        """True when the goal is reached."""
        return self.verdict.is_clean and not self.locked and not self.failures


def bench_reviewers(
    address: str, readings: Sequence[Reading], plan: Plan, folder: Path, *, rows: int = 20_000
) -> ReviewersRun:
    """Let people decide for a while, then count. The database gets ``rows`` submissions."""
    database = Database(address)
    try:
        upgrade(database)
        fill(database, readings, rows)
        before, load = _last_review(database), round(os.getloadavg()[0], 1)
        with served(address, folder) as service:
            skipped = service.log.stat().st_size
            diaries, trainings = _day(database, service, plan, folder)
            log = service.log.read_bytes()[skipped:]
        with database.read() as session:
            verdict = verdict_on(session, diaries, before)
        return _run(database, plan, diaries, verdict, trainings, log, load)
    finally:
        database.close()


def _day(database: Database, service: Served, plan: Plan, folder: Path) -> tuple[list[Diary], int]:
    """The reviewers' diaries, and how many trainings were begun."""
    names = [f"{_DESK}{n}" for n in range(plan.people)]
    stop = Event()
    people = [
        Person(service, way, name, stop, plan.per_minute)
        for name, way in zip(names, ways_in(database, names), strict=True)
    ]
    with ThreadPoolExecutor(plan.people) as pool, training(folder, runs=plan.trains) as begun:
        list(pool.map(Person.enter, people))
        at_work = [pool.submit(person.work) for person in people]
        try:
            for part in range(2):
                _wait(plan.seconds / 2, begun)
                if plan.kills and part == 0:
                    service.kill()
                    service.start()
        finally:
            stop.set()
        return [one.result() for one in at_work], begun()


def _wait(seconds: float, tick: Any) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        tick()
        time.sleep(0.2)


@contextmanager
def training(folder: Path, *, runs: bool) -> Iterator[Any]:
    """A training that is always under way; the function begins the next and says how many began."""
    processes: list[subprocess.Popen[bytes]] = []

    def keep_going() -> int:
        if runs and (not processes or processes[-1].poll() is not None):
            command = [sys.executable, "-c", _TRAIN, str(folder / "classifier")]
            processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        return len(processes)

    try:
        yield keep_going
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _last_review(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.max(Review.id))) or 0


def verdict_on(session: Session, diaries: Sequence[Diary], before: int) -> Verdict:
    """Hold the diaries against the reviews with an id above ``before``."""
    reviews = session.scalars(
        select(Review)
        .where(Review.id > before)
        .options(selectinload(Review.decisions), selectinload(Review.reviewer))
    ).all()
    references: dict[int, str] = dict(
        session.execute(
            select(Submission.id, Submission.public_id).where(
                Submission.id.in_({one.submission_id for one in reviews})
            )
        ).all()
    )
    found = {_act(one, references[one.submission_id]) for one in reviews}
    kept = [act for diary in diaries for act in diary.kept]
    unanswered = [act for diary in diaries for act in diary.unanswered]
    places = Counter((act.public_id, act.revision) for act in kept)
    return Verdict(
        kept=len(kept),
        unanswered=len(unanswered),
        lost=len(set(kept) - found),
        doubled=sum(times - 1 for times in places.values()),
        unexplained=len(found - set(kept) - set(unanswered)),
        halves=sum(_is_half(one) for one in reviews) + _gaps(session, set(references)),
        broken_trail=int(audit.first_broken(session) is not None),
    )


def _act(review: Review, public_id: str) -> Act:
    is_undo = review.action == Action.UNDO
    labels = frozenset(one.label for one in review.decisions if one.value)
    return Act(
        review.reviewer.name,
        public_id,
        review.revision,
        is_undo,
        frozenset() if is_undo else labels,
    )


def _is_half(review: Review) -> bool:
    """A decision for every label, or for none when the submission does not count."""
    wanted = (len(LABELS),) if review.action in READINGS else (0, len(LABELS))
    return len(review.decisions) not in wanted


def _gaps(session: Session, submission_ids: set[int]) -> int:
    """Submissions whose history does not run 1, 2, … up to what stands on them."""
    query = (
        select(func.count(), func.max(Review.revision), Submission.revision)
        .join(Submission, Submission.id == Review.submission_id)
        .where(Submission.id.in_(submission_ids))
        .group_by(Submission.id, Submission.revision)
    )
    return sum(not many == last == standing for many, last, standing in session.execute(query))


def _run(
    database: Database,
    plan: Plan,
    diaries: Sequence[Diary],
    verdict: Verdict,
    trainings: int,
    log: bytes,
    load: float,
) -> ReviewersRun:
    statuses = sum((diary.statuses for diary in diaries), Counter[int]())
    waited = [one for diary in diaries for one in diary.seconds]
    p50, p95 = np.quantile(waited, (0.5, 0.95)) * 1000
    return ReviewersRun(
        made=now().isoformat(timespec="seconds"),
        database=version(database),
        cores=cpu_count(),
        load=load,
        python=platform.python_version(),
        plan=plan,
        trainings=trainings,
        verdict=verdict,
        locked=log.count(b"database is locked"),
        failures=sum(many for status, many in statuses.items() if status >= 500),
        conflicts=statuses[409],
        decisions_per_second=round(len(waited) / plan.seconds, 2),
        wait_p50_ms=round(float(p50), 1),
        wait_p95_ms=round(float(p95), 1),
    )


def write_reviewers(run: ReviewersRun, folder: Path) -> str:
    """Put a run beside those of before, in ``reviewers.json`` and ``reviewers.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "reviewers.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept[run.name] = asdict(run)
    runs = {name: kept[name] for name in sorted(kept)}
    file.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    table = reviewers_table(runs)
    (folder / "reviewers.md").write_text(table, encoding="utf-8")
    return table


def reviewers_table(runs: dict[str, Any]) -> str:
    """The runs as Markdown."""
    return "\n".join([*_HEAD, *(_line(name, run) for name, run in runs.items()), ""])


_HEAD = (
    "# Many reviewers at once",
    "",
    "`retsspor bench reviewers`: people with browsers of their own against `retsspor serve`, while",
    "a classifier is trained on the whole corpus in another process. Afterwards each act that the",
    "service said it had kept is looked for in the database. Goal: nothing lost, doubled, half",
    "written or refused. «Wait» is from sending a decision until the next submission is there.",
    "",
    "| run | people | seconds | acts kept | lost | doubled | half | locked | 5xx | told 409 "
    "| no answer | decisions/s | wait p50 ms | p95 |",
    f"| --- |{' ---: |' * 13}",
)


def _line(name: str, run: dict[str, Any]) -> str:
    plan, verdict = run["plan"], run["verdict"]
    cells = (
        *(name, plan["people"], f"{plan['seconds']:g}", verdict["kept"], verdict["lost"]),
        *(verdict["doubled"] + verdict["unexplained"], verdict["halves"] + verdict["broken_trail"]),
        *(run["locked"], run["failures"], run["conflicts"], verdict["unanswered"]),
        *(run["decisions_per_second"], run["wait_p50_ms"], run["wait_p95_ms"]),
    )
    return f"| {' | '.join(str(one) for one in cells)} |"
