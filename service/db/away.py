"""When the database cannot be used: which errors mean that, and what is known of the last write.

A full disk, a server that is gone and a lock that is held too long are no faults of the program.
They become ``DatabaseAway`` (nothing was kept) or ``InDoubt`` (the answer to COMMIT never came, or
an earlier step of the same request is kept already). Everything else stays what it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import psycopg
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from service.errors import DatabaseAway, InDoubt

log = structlog.get_logger()

_SETTLED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY})
"""SQLite took the transaction back, also when it was being committed."""
_STALE = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
    }
)
"""The connection remembers a file that was read-only or broken: only a new one can do better."""
_SQLITE = _SETTLED | _STALE | {sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL}
_POSTGRES = ("08", "53", "57P", "58")
"""Classes of SQLSTATE: no connection, no disk or memory, shutting down, trouble with files."""
_POSTGRES_STATES = frozenset({"25006", "25P03", "40001", "40P01", "55P03", "57014"})
"""Read-only server, idle for too long, beaten by another write, time-outs of lock and statement."""

_kept: ContextVar[bool] = ContextVar("kept", default=False)
"""True once something was committed in this request (a thread's context begins anew with each)."""


def note_kept() -> None:
    """From now on a failure of the same request cannot say that nothing was kept."""
    _kept.set(True)


@contextmanager
def told(*, writes: bool, commits: bool = False) -> Iterator[None]:
    """Errors of a database that cannot be used become DatabaseAway or InDoubt.

    ``writes``: a refusal to write means a read-only disk, not a fault of ours. ``commits``: the
    block is the COMMIT.
    """
    try:
        yield
    except (DBAPIError, NoFreeConnection, sqlite3.Error) as error:
        if not is_away(error, writes=writes):
            raise
        cause = _cause(error)
        code = getattr(cause, "sqlite_errorname", None)
        log.error("the database cannot be used", error=type(cause).__name__, code=code)
        unsure = writes and (_kept.get() or (commits and not _is_settled(error)))
        raise InDoubt() if unsure else DatabaseAway() from None


def is_away(error: Exception, *, writes: bool) -> bool:
    """True when the database, its disk or its connections are at fault, not the statement."""
    if isinstance(error, NoFreeConnection) or getattr(error, "connection_invalidated", False):
        return True
    cause = _cause(error)
    if isinstance(cause, sqlite3.Error):
        code = _sqlite_code(cause)
        # ``query_only`` refuses with the same code: on a session for reading that is our mistake.
        is_ours = code == sqlite3.SQLITE_READONLY and not writes
        return code in _SQLITE and not is_ours
    state = getattr(cause, "sqlstate", None)
    if state is None:  # no server said so: it was not reached, or went silent
        return isinstance(cause, psycopg.OperationalError)
    return state.startswith(_POSTGRES) or state in _POSTGRES_STATES


def is_stale(error: BaseException | None) -> bool:
    """True when the connection itself must go, because it cannot recover."""
    return isinstance(error, sqlite3.Error) and _sqlite_code(error) in _STALE


def _is_settled(error: Exception) -> bool:
    """True when the database itself said that the transaction was taken back."""
    cause = _cause(error)
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause) in _SETTLED
    return not getattr(error, "connection_invalidated", False)


def _cause(error: Exception) -> Exception:
    """The driver's error. Its message quotes values: only its type and code may be told."""
    cause: Exception = getattr(error, "orig", None) or error
    return cause


def _sqlite_code(error: sqlite3.Error) -> int:
    """The primary result code; the upper bits only say more about the same."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
