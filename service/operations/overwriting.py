"""What was deleted must be gone from the files of the database too, not only from its answers.

SQLite writes zeros over freed bytes (``secure_delete``), but earlier pages stand in the write-ahead
log until that is emptied. PostgreSQL leaves old rows in their pages, and a plain VACUUM only frees
the room for others: the tables that hold words are written anew (VACUUM FULL), which locks each for
as long as that takes. What was copied away before is out of reach: backups, archives of the log.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.db import audit, away
from service.db.engine import Database
from service.db.tables import AuditEntry

WITH_WORDS = ("submission", "excerpt", "review")
BESIDE_THEM = ("decision", "suggestion", "beside", "masking", "idempotency_key")
DELETES = ("tidy", "mask", "withdraw")
"""Lines of the audit trail after which something is to be overwritten."""
_DONE = "overwrite"
_TRIES, _PAUSE = 10, 0.5
_LOCK_TIMEOUT = "10s"


def is_pending(session: Session) -> bool:
    """True when something was deleted or masked since the files were last gone over."""
    return _last(session, *DELETES) > _last(session, _DONE)


def overwrite(database: Database, *, actor: str) -> bool:
    """Go over the files, and say so in the audit trail.

    False when somebody was reading all the while (SQLite): then it is tried again another day.
    Raises DatabaseAway when a table stayed locked for ten seconds (PostgreSQL).
    """
    with away.told(writes=True):
        done = _empty_log(database) if database.is_sqlite else _write_anew(database)
    if done:
        with database.write() as session:
            audit.record(session, actor=actor, action=_DONE, subject="database")
    return done


def _last(session: Session, *actions: str) -> int:
    found = session.scalar(select(func.max(AuditEntry.id)).where(AuditEntry.action.in_(actions)))
    return found or 0


def _empty_log(database: Database) -> bool:
    """Give free pages back to the disk, and cut the write-ahead log to nothing."""
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA query_only = OFF")  # it may have been lent for reading before
        driver.executescript("PRAGMA incremental_vacuum")  # `execute` would free one page only
        for _ in range(_TRIES):
            driver.execute("PRAGMA busy_timeout = 1000")
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                break
            time.sleep(_PAUSE)
        connection.invalidate()  # its time-out is not what the others expect
    return not busy


def _write_anew(database: Database) -> bool:
    with database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
        for table in BESIDE_THEM:
            alone.execute(text(f"VACUUM (ANALYZE) {table}"))
        for table in WITH_WORDS:
            alone.execute(text(f"VACUUM (FULL, ANALYZE) {table}"))
        connection.invalidate()  # nobody else gets the time-out
    return True
