"""A copy of the database while it is in use, and the way back.

SQLite's own backup copies page by page, with what stands in the write-ahead log; a plain file copy
would miss that. PostgreSQL has its own programs, which are called when they are there. A copy is
readable for its owner only, and has a manifest beside it that a restore is checked against.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from service.batch import manifest
from service.batch.inputs import WrongUse
from service.batch.manifest import Facts, Manifest

_TABLES = ("alembic_version", "submission", "decision", "audit")


def backup(address: str, target: Path) -> Manifest:
    """Copy the database of an address into a new file. Raises WrongUse and leaves no half of it."""
    for path in (target, manifest.beside(target)):
        if path.exists():
            raise WrongUse(f"{path} is already there; nothing was written")
    url = make_url(address)
    copy = _copy_sqlite if _is_sqlite(url) else _dump
    try:
        target.touch(mode=0o600)  # before the first byte is in it
        return manifest.write(target, _kind(url), copy(url, target))
    except BaseException:
        target.unlink(missing_ok=True)
        manifest.beside(target).unlink(missing_ok=True)
        raise


def restore(
    address: str, source: Path, *, replace: bool, unverified: bool = False
) -> Manifest | None:
    """Put a backup in the place of the database; gives its manifest.

    Raises WrongUse for a backup that is damaged, foreign or of a later version, and leaves the
    database as it was. ``unverified`` takes one without a manifest too.
    """
    if not source.is_file():
        raise WrongUse(f"there is no file {source}")
    url = make_url(address)
    is_known = not unverified or manifest.beside(source).exists()
    made = manifest.check(source, _kind(url)) if is_known else None
    if _is_sqlite(url):
        _restore_sqlite(url, source, replace=replace)
    elif not replace:
        raise WrongUse("this replaces everything in the database; say --replace if that is meant")
    else:
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        _run("pg_restore", url, *options, str(source))
    return made


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _kind(url: URL) -> str:
    return url.get_backend_name()


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────
def _copy_sqlite(url: URL, target: Path) -> Facts:
    _copy(_sqlite_file(url), target)
    with read_only(target) as connection:
        return manifest.facts_of(connection)


def _restore_sqlite(url: URL, source: Path, *, replace: bool) -> None:
    target = Path(url.database or "")
    _check(source)
    if target.exists() and not replace:
        raise WrongUse(f"{target} is already there; say --replace if it is to be replaced")
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy(source, target)


def _sqlite_file(url: URL) -> Path:
    path = Path(url.database or "")
    if not path.is_file():
        raise WrongUse(f"there is no database {path}")
    return path


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target, timeout=15)) as there,
    ):
        here.backup(there)


@contextmanager
def read_only(file: Path) -> Iterator[Connection]:
    """A connection to a file that nobody writes to; it leaves nothing beside it."""
    address = f"{file.resolve().as_uri()}?immutable=1"
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool
    )
    with engine.connect() as connection:
        yield connection


def _check(source: Path) -> None:
    """Raise WrongUse unless the file is a whole database of ours, of a layout that we know."""
    address = f"{source.resolve().as_uri()}?immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as file:
            whole = file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            names = {row[0] for row in file.execute("SELECT name FROM sqlite_master")}
            if not whole or not names.issuperset(_TABLES):
                raise WrongUse(f"{source.name} is damaged or no backup of Retsspor")
            layout = file.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        raise WrongUse(f"{source.name} is no SQLite database") from None
    manifest.need_known(layout[0] if layout else None, source)


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────
def _dump(url: URL, target: Path) -> Facts:
    """Dump what one moment saw, and count what that very moment saw."""
    _need("pg_dump")  # before the server is asked for anything
    engine = create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        moment = connection.scalar(text("SELECT pg_export_snapshot()"))
        facts = manifest.facts_of(connection)
        _run("pg_dump", url, "--format=custom", f"--snapshot={moment}", f"--file={target}")
    return facts


def _need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise WrongUse(f"{program} is not installed; it comes with PostgreSQL's client programs")
    return found


def _run(program: str, url: URL, *arguments: str) -> None:
    """Call a program of PostgreSQL. The password goes by the environment: others see arguments."""
    found = _need(program)
    where = {
        "PATH": os.defpath,
        "PGHOST": url.host or "",
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    environment = {name: value for name, value in where.items() if value}
    database = (f"--dbname={url.database}",) if program == "pg_restore" else ()
    done = subprocess.run(
        [found, *database, *arguments], env=environment, capture_output=True, check=False
    )
    if done.returncode:
        raise WrongUse(f"{program} failed with exit code {done.returncode}; nothing was changed")
