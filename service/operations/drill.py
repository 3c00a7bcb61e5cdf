"""A restore that is tried before it is needed: back up, restore elsewhere, compare, measure."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from service.batch.backup import backup, restore
from service.batch.inputs import WrongUse
from service.batch.manifest import Facts, facts_of
from service.db import audit
from service.db.audit import Head
from service.db.engine import Database
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Drilled:
    """How a drill went. Seconds are of the clock on the wall."""

    bytes: int
    rows: int
    backup_seconds: float
    restore_seconds: float
    check_seconds: float
    differences: tuple[str, ...]
    """What is not as it was when it was backed up; empty when all is well."""

    def lines(self) -> Iterator[str]:
        """As the command says it."""
        yield f"backup   {self.backup_seconds:8.1f} s   {self.bytes / 1e6:,.1f} MB"
        yield f"restore  {self.restore_seconds:8.1f} s   {self.rows:,} rows"
        yield f"check    {self.check_seconds:8.1f} s   every table counted, every audit line read"


def drill(settings: Settings, *, scratch: str = "") -> Drilled:
    """Back up, restore into a database that is dropped again, and compare. Raises WrongUse.

    ``scratch`` is the address of an empty PostgreSQL database, for an account that may make none.
    The copy lies in VAR meanwhile, readable for its owner only.
    """
    folder = settings.var / f"drill-{uuid4().hex}"
    folder.mkdir(parents=True, mode=0o700)
    try:
        with _scratch(make_url(settings.address), folder, scratch) as target:
            return _drill(settings.address, folder / "copy", target)
    finally:
        shutil.rmtree(folder)


def _drill(address: str, copy: Path, target: str) -> Drilled:
    started = time.monotonic()
    made = backup(address, copy)
    backed_up = time.monotonic()
    restore(target, copy, replace=True)
    restored = time.monotonic()
    differences = tuple(_differences(made.facts, target))
    return Drilled(
        bytes=made.bytes,
        rows=sum(made.facts.rows.values()),
        backup_seconds=backed_up - started,
        restore_seconds=restored - backed_up,
        check_seconds=time.monotonic() - restored,
        differences=differences,
    )


def _differences(before: Facts, address: str) -> Iterator[str]:
    database = Database(address)
    try:
        with database.read() as session:
            after = facts_of(session.connection())
            broken = audit.first_broken(session, [Head.parse(before.trail)])
    finally:
        database.close()
    yield from differing(before, after)
    if broken is not None:
        yield f"audit trail: broken at line {broken.number}, {broken.why}"


def differing(before: Facts, after: Facts) -> Iterator[str]:
    """What a restored database has otherwise than the one that was backed up."""
    for table in sorted(before.rows.keys() | after.rows.keys()):
        was, is_ = before.rows.get(table, 0), after.rows.get(table, 0)
        if was != is_:
            yield f"{table}: {was} rows were backed up, {is_} came back"
    for name, one, other in (
        ("layout", before.layout, after.layout),
        ("audit trail", before.trail, after.trail),
    ):
        if one != other:
            yield f"{name}: was {one}, is {other}"


@contextmanager
def _scratch(url: URL, folder: Path, scratch: str) -> Iterator[str]:
    """The address of an empty database, gone afterwards unless it was given."""
    if url.get_backend_name() == "sqlite":
        yield f"sqlite:///{(folder / 'restored.sqlite3').resolve()}"
    elif scratch:
        yield _need_other(url, scratch)
    else:
        with _made(url) as made:
            yield made


def _need_other(url: URL, scratch: str) -> str:
    other = make_url(scratch)
    if (other.host, other.port, other.database) == (url.host, url.port, url.database):
        raise WrongUse("--scratch is the database itself; a drill would replace it")
    return scratch


@contextmanager
def _made(url: URL) -> Iterator[str]:
    name = f"retsspor_drill_{uuid4().hex[:12]}"
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        try:
            connection.execute(text(f"CREATE DATABASE {name}"))
        except DBAPIError:
            raise WrongUse(
                "this account may not create databases; make an empty one and give its address "
                "with --scratch"
            ) from None
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
