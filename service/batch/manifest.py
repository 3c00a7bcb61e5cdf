"""What lies beside a backup: what it is, whether it is whole, and what must be in it once restored.

``<backup>.json`` holds the SHA-256 of the file, the layout of the database, its rows table by table
and the end of its audit trail. It says nothing of what any row holds.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.orm import Session

from service.batch.inputs import WrongUse
from service.clock import now
from service.db import audit
from service.db.tables import Base
from service.db.upgrade import config

PROGRAM = "retsspor"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is in a database."""

    layout: str
    rows: dict[str, int]
    """Table → number of rows."""
    trail: str
    """The end of the audit trail, ``number:hash``."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup and what is in it."""

    program: str
    kind: str
    """``sqlite`` or ``postgresql``: neither goes into the other."""
    made_at: str
    bytes: int
    sha256: str
    facts: Facts


def facts_of(connection: Connection) -> Facts:
    """Count what is in a database, within the transaction of a connection. Raises WrongUse."""
    layout = MigrationContext.configure(connection).get_current_revision()
    there = set(inspect(connection).get_table_names())
    if layout is None or "audit" not in there:
        raise WrongUse("this is no database of Retsspor")
    with Session(connection) as session:
        rows = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name in there
        }
        return Facts(layout, rows, str(audit.head(session)))


def beside(backup: Path) -> Path:
    """Where the manifest of a backup lies."""
    return backup.with_name(f"{backup.name}.json")


def write(backup: Path, kind: str, facts: Facts) -> Manifest:
    """Measure a finished backup and write its manifest, readable for its owner only."""
    size = backup.stat().st_size
    made = Manifest(PROGRAM, kind, now().isoformat(), size, digest(backup), facts)
    path = beside(backup)
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(made), indent=1), encoding="utf-8")
    return made


def read(backup: Path) -> Manifest:
    """The manifest of a backup. Raises WrongUse when there is none that can be read."""
    path = beside(backup)
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        made = Manifest(**{**found, "facts": Facts(**found["facts"])})
    except FileNotFoundError:
        raise WrongUse(
            f"{path.name} is missing: nothing says whether {backup.name} is whole. "
            "Put it back beside the backup, or say --unverified"
        ) from None
    except (ValueError, TypeError, KeyError):
        raise WrongUse(f"{path.name} is no manifest of a backup") from None
    if made.program != PROGRAM:
        raise WrongUse(f"{backup.name} is no backup of Retsspor")
    return made


def check(backup: Path, kind: str) -> Manifest:
    """Raise WrongUse unless a backup is whole, of this kind, and not of a later version."""
    made = read(backup)
    if made.kind != kind:
        raise WrongUse(f"{backup.name} is a backup of {made.kind}; this database is {kind}")
    need_known(made.facts.layout, backup)
    if backup.stat().st_size != made.bytes or digest(backup) != made.sha256:
        raise WrongUse(f"{backup.name} is damaged: it is not the file that was backed up")
    return made


def need_known(layout: str | None, backup: Path) -> None:
    """Raise WrongUse for a layout that a later version made."""
    script = ScriptDirectory.from_config(config())
    known = [one.revision for one in script.walk_revisions()]
    if layout not in known:
        raise WrongUse(
            f"{backup.name} has layout {layout}, and this version of Retsspor knows them up to "
            f"{known[0]}: restore it with the version that made it, or a later one"
        )


def digest(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
