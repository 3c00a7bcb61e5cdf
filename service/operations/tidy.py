"""The daily tidying: by ``retsspor db tidy``, and by the service itself at ``tidy_hour``."""

from __future__ import annotations

import asyncio
import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from nlp.errors import RetssporError
from service.clock import now
from service.db.engine import Database
from service.db.locks import Lock
from service.db.tables import AuditEntry
from service.learning.jobs import AlreadyRunning
from service.learning.work import jobs_of
from service.logs import places
from service.operations.overwriting import is_pending, overwrite
from service.operations.retention import Gone, delete_expired, delete_texts, past_their_time
from service.settings import Settings

log = structlog.get_logger()

ACTOR = "oprydning"
DRIFT = timedelta(hours=1)
"""The clock may differ so much from the time that really went by while the service slept."""
SILENCE = timedelta(days=60)
"""Without a line in the audit trail for so long, the clock is not believed."""


class ClockDoubtful(RetssporError):
    """The clock may have jumped ahead: by it nothing may be deleted, for that cannot be undone."""

    def __init__(self) -> None:
        super().__init__("the clock may have jumped; see if it is right, then run it by hand")


def would_go(database: Database, settings: Settings) -> Gone:
    """What a tidying now would delete. Changes nothing."""
    with database.read() as session:
        return past_their_time(session, now(), settings.retention_months)


def tidy(database: Database, settings: Settings, *, actor: str = ACTOR) -> Gone | None:
    """Delete what is past its time, and overwrite it; None when another process is at it."""
    with only_one(database) as is_ours:
        if not is_ours:
            return None
        moment = now()
        expired = delete_expired(database, moment)
        gone = delete_texts(database, moment, settings.retention_months, actor=actor)
        if gone.texts:
            _forget_pieces(settings)
        with database.read() as session:
            is_due = is_pending(session)
        if is_due:
            overwrite(database, actor=actor)
        return Gone(gone.texts, gone.excerpts, expired)


@contextmanager
def only_one(database: Database) -> Iterator[bool]:
    """True for one process at a time; the system lets go of the lock when the process dies."""
    with (_file_lock if database.is_sqlite else _server_lock)(database) as is_ours:
        yield is_ours


@contextmanager
def _file_lock(database: Database) -> Iterator[bool]:
    """Every process of an embedded database runs on its machine."""
    path = Path(database.engine.url.database or "").with_suffix(".tidy")
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _server_lock(database: Database) -> Iterator[bool]:
    with database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        key = {"lock": int(Lock.TIDY)}
        is_ours = bool(alone.scalar(text("SELECT pg_try_advisory_lock(:lock)"), key))
        try:
            yield is_ours
        finally:
            if is_ours:
                alone.execute(text("SELECT pg_advisory_unlock(:lock)"), key)


def _forget_pieces(settings: Settings) -> None:
    """Arrays of a training that was broken off are made of texts, some of which are gone now."""
    jobs = jobs_of(settings)
    if jobs.folder.is_dir():
        with suppress(AlreadyRunning), jobs.running():
            jobs.forget_pieces()


# ── within the service ───────────────────────────────────────────────────────────────────────────
def seconds_until(hour: int, moment: datetime) -> float:
    """From a moment to the next time that a clock in UTC shows this hour.

    >>> seconds_until(2, datetime(2026, 11, 24, 1, 30)), seconds_until(2, datetime(2026, 1, 1, 2))
    (1800.0, 86400.0)
    """
    today = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=today <= moment) - moment).total_seconds()


async def keep_tidy(settings: Settings, tidied: Callable[[], None]) -> None:
    """Tidy once a day. Ends when cancelled; a day on which it fails is made up for by the next."""
    while True:
        began, counted = now(), time.monotonic()
        await asyncio.sleep(seconds_until(settings.tidy_hour, began))
        passed = timedelta(seconds=time.monotonic() - counted)
        if is_plausible(now() - began, passed):
            await run_in_threadpool(tidy_once, settings, tidied)
        else:
            log.error("not tidied", error=ClockDoubtful.__name__)


def is_plausible(by_clock: timedelta, passed: timedelta) -> bool:
    """True when the clock went as far as time did."""
    return abs(by_clock - passed) <= DRIFT


def need_sound_clock(database: Database, moment: datetime) -> None:
    """Raise ClockDoubtful when nobody has done anything for very long, as the clock has it."""
    with database.read() as session:
        last = session.scalar(select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1))
    if last is not None and moment - datetime.fromisoformat(last) > SILENCE:
        raise ClockDoubtful


def tidy_once(settings: Settings, tidied: Callable[[], None]) -> None:
    """Tidy, if the clock can be believed, and write a log line."""
    started = time.monotonic()
    try:
        gone = _by_itself(settings)
    except (RetssporError, SQLAlchemyError, OSError) as error:
        log.error("not tidied", error=type(error).__name__, places=places(error))
        return
    if gone is not None:
        tidied()
        log.info(
            "tidied",
            texts=gone.texts,
            excerpts=gone.excerpts,
            expired=gone.expired,
            milliseconds=round((time.monotonic() - started) * 1000),
        )


def _by_itself(settings: Settings) -> Gone | None:
    """With connections of its own, which wait as long as it takes."""
    database = Database(settings.address)
    try:
        need_sound_clock(database, now())
        return tidy(database, settings)
    finally:
        database.close()
