"""A copy of the database while it is in use, and the way back.

SQLite's own backup copies page by page, with what stands in the write-ahead log; a plain file copy
would miss that. PostgreSQL has its own programs, which are called when they are there.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

from service.batch.inputs import WrongUse

_TABLES = ("alembic_version", "submission", "decision", "audit")


def backup(address: str, target: Path) -> None:
    """Copy the database of an address into a new file. Raises WrongUse."""
    if target.exists():
        raise WrongUse(f"{target} is already there; nothing was written")
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        _copy(_sqlite_file(url), target)
        target.chmod(0o600)
    else:
        _run("pg_dump", url, "--format=custom", f"--file={target}")


def restore(address: str, source: Path, *, replace: bool) -> None:
    """Put a backup in the place of the database. Raises WrongUse and leaves it as it was."""
    if not source.is_file():
        raise WrongUse(f"there is no file {source}")
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        _restore_sqlite(url, source, replace=replace)
    elif not replace:
        raise WrongUse("this replaces everything in the database; say --replace if that is meant")
    else:
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        _run("pg_restore", url, *options, str(source))


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


def _check(source: Path) -> None:
    """Raise WrongUse unless the file is a whole database of ours."""
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as file:
            whole = file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            names = {row[0] for row in file.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError:
        raise WrongUse(f"{source.name} is no SQLite database") from None
    if not whole or not names.issuperset(_TABLES):
        raise WrongUse(f"{source.name} is damaged or no backup of Retsspor")


def _run(program: str, url: URL, *arguments: str) -> None:
    """Call a program of PostgreSQL. The password goes by the environment: others see arguments."""
    found = shutil.which(program)
    if found is None:
        raise WrongUse(f"{program} is not installed; it comes with PostgreSQL's client programs")
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
