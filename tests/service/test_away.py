"""When the database, its disk, memory or the clock cannot be relied on: what is said, what is kept."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import typer
from joblib.externals.loky.process_executor import TerminatedWorkerError
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from service.batch.terminal import FAULT, told
from service.bench.faults_load import is_clear
from service.clock import now
from service.db import away
from service.db.engine import Database
from service.db.tables import Claim, Role, SignInAttempt, Submission, WebSession
from service.db.upgrade import LayoutTooNew, upgrade
from service.errors import DatabaseAway, InDoubt, Taken
from service.review.claims import claim_next, claim_one, holder
from service.review.queue import Filters, Viewer
from service.security import accounts
from service.security.sessions import open_session, visitor


# ── what was kept already ────────────────────────────────────────────────────────────────────────
def test_after_something_was_kept_nobody_says_that_nothing_was(tmp_path):
    """A file of rows: the first is kept, then the database goes."""

    def work(keeps: bool) -> type[DatabaseAway]:
        database = Database(f"sqlite:///{tmp_path / uuid4().hex}")
        upgrade(database)
        if keeps:
            with database.write() as session:
                session.add(SignInAttempt(key="x", at=now()))
        with pytest.raises(DatabaseAway) as found, database.write():
            raise OperationalError("", {}, full())
        database.close()
        return type(found.value)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(_alone, work, False).result() is DatabaseAway
        assert pool.submit(_alone, work, True).result() is InDoubt


def _alone(work, *arguments):
    return Context().run(work, *arguments)


def full() -> sqlite3.OperationalError:
    return sqlite_error(sqlite3.SQLITE_FULL)


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("Torbjørgine")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("cause", "reading", "writing"),
    [
        (sqlite_error(sqlite3.SQLITE_FULL), True, True),
        (sqlite_error(sqlite3.SQLITE_IOERR | 10 << 8), True, True),  # an extended code
        (sqlite_error(sqlite3.SQLITE_BUSY), True, True),
        (sqlite_error(sqlite3.SQLITE_READONLY), False, True),  # reading, it is our own mistake
        (sqlite_error(sqlite3.SQLITE_ERROR), False, False),  # no such table
        (sqlite_error(sqlite3.SQLITE_CONSTRAINT), False, False),
        (psycopg.errors.DiskFull(), True, True),
        (psycopg.errors.AdminShutdown(), True, True),
        (psycopg.errors.TooManyConnections(), True, True),
        (psycopg.errors.LockNotAvailable(), True, True),
        (psycopg.OperationalError(), True, True),  # no server said so: it was not reached
        (psycopg.errors.UniqueViolation(), False, False),
        (psycopg.errors.UndefinedTable(), False, False),
        (psycopg.errors.InvalidPassword(), False, False),  # waiting would not help
        (psycopg.ProgrammingError(), False, False),
    ],
    ids=lambda one: f"{type(one).__name__}{getattr(one, 'sqlite_errorcode', '')}",
)
def test_which_errors_mean_that_the_database_is_away(cause, reading, writing):
    error = OperationalError("", {}, cause)
    assert (away.is_away(error, writes=False), away.is_away(error, writes=True)) == (
        reading,
        writing,
    )


# ── disks ────────────────────────────────────────────────────────────────────────────────────────
READ_ONLY = """
import sys
from pathlib import Path
from service.clock import now
from service.db.engine import Database
from service.db.tables import SignInAttempt
from service.errors import DatabaseAway

folder = Path(sys.argv[1])
files = [*folder.glob("kept*"), folder]

def permit(write):
    for one in files:
        one.chmod((one.stat().st_mode | 0o200) if write else (one.stat().st_mode & ~0o222))

def keep():
    try:
        with database.write() as session:
            session.add(SignInAttempt(key="x", at=now()))
        return "kept"
    except DatabaseAway as error:
        return type(error).__name__

database = Database(f"sqlite:///{folder / 'kept.sqlite3'}")
permit(False)
said = [keep()]
permit(True)
print(*said, keep())
"""


def test_a_disk_that_was_read_only_is_written_again_without_a_restart(tmp_path):
    """The connection of before stays read-only for ever: it must be given up."""
    obeying = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root obeys no permissions, and setpriv is not installed")
    folder = tmp_path / "disk"
    database = Database(f"sqlite:///{folder / 'kept.sqlite3'}")
    upgrade(database)
    database.close()
    done = subprocess.run(
        [*(obeying if os.geteuid() == 0 else []), sys.executable, "-c", READ_ONLY, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["DatabaseAway kept"], done.stderr


FULL = """
import resource, sys
from service.clock import now
from service.db.engine import Database
from service.db.tables import SignInAttempt
from service.errors import DatabaseAway

database = Database(f"sqlite:///{sys.argv[1]}")

def keep(many):
    kept = 0
    for n in range(many):
        with database.write() as session:
            session.add_all(SignInAttempt(key="x" * 64, at=now()) for _ in range(50))
        kept += 50
    return kept

kept = keep(1)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, resource.RLIM_INFINITY))
try:
    while True:
        kept += keep(1)
except DatabaseAway as error:
    what = type(error).__name__
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
kept += keep(1)
with database.read() as session:
    connection = session.connection()
    there = connection.exec_driver_sql("SELECT count(*) FROM sign_in_attempt").scalar()
    whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
print(what, there == kept, whole)
"""


def test_a_full_disk_takes_back_the_whole_transaction(tmp_path):
    file = tmp_path / "full.sqlite3"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    database.close()
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # InDoubt, as the same program had kept something before.
    assert done.stdout.splitlines()[-1:] == ["InDoubt True ok"], done.stderr


@pytest.mark.parametrize("forbids", [True, False])
def test_no_core_dump(tmp_path, forbids):
    """Where the system would write dumps into the folder, ours leave none."""
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() != "core":
        pytest.skip("dumps go elsewhere on this machine")
    forbidding = "from service.dumps import no_dumps; no_dumps();" if forbids else ""
    code = f"import os; {forbidding} os.abort()"
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("dumps are forbidden to all that these tests start")
    command = ["prlimit", "--core=unlimited", sys.executable, "-c", code]
    subprocess.run(command, cwd=tmp_path, check=False, timeout=60)
    assert bool(list(tmp_path.glob("core*"))) is not forbids


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MemoryError(), 503),
        (RuntimeError("can't start new thread"), 503),
        (RuntimeError("Torbjørgine"), 500),  # anything else stays a fault of the program
    ],
)
def test_no_memory_is_told(app, browse, error, status):
    @app.get("/hungry", include_in_schema=False)
    @app.get("/api/hungry", include_in_schema=False)
    def hungry() -> None:
        raise error

    with browse(app) as client:
        page, program = client.get("/hungry"), client.get("/api/hungry")
    assert (page.status_code, program.status_code) == (status, status)
    assert (is_clear(page), is_clear(program)) == (status == 503, status == 503)


def test_a_worker_that_was_ended_is_told(capsys):
    with pytest.raises(typer.Exit) as found, told():
        raise TerminatedWorkerError("Torbjørgine")
    said = capsys.readouterr().err
    assert "the same command goes on from there" in said
    assert "Torbjørgine" not in said
    assert found.value.exit_code == FAULT


# ── versions and clocks ──────────────────────────────────────────────────────────────────────────
def test_an_older_version_says_that_the_layout_is_too_new(both):
    with both.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LayoutTooNew, match=r"has layout 9999.*start the newer version"):
        upgrade(both)


@pytest.mark.parametrize(("ahead", "is_free"), [(3.9, False), (4.1, True), (24 * 400, True)])
def test_a_claim_of_a_wrong_clock_locks_nobody_out(both, keep_text, person, ahead, is_free):
    public_id, anna, bo = keep_text(both), person(both, "anna"), person(both, "bo")
    claim_one(both, public_id, anna.account_id, minutes=20)
    with both.write() as session:
        session.execute(update(Claim).values(expires_at=now() + timedelta(hours=ahead)))
    with both.read() as session:
        held = holder(session, session.scalar(select(Submission.id)))
        assert (held is None) is is_free
    viewer = Viewer(bo.account_id)
    assert (claim_next(both, Filters(), viewer, minutes=20) == public_id) is is_free
    if not is_free:
        with pytest.raises(Taken):
            claim_one(both, public_id, bo.account_id, minutes=20)


@pytest.mark.parametrize(("ahead", "stands"), [(71.9, True), (72.1, False), (-0.1, False)])
def test_a_session_of_a_wrong_clock_ends(embedded, ahead, stands):
    with embedded.write() as session:
        secret = open_session(session, accounts.create(session, "anna", Role.REVIEWER), hours=10)
    with embedded.write() as session:
        session.execute(update(WebSession).values(expires_at=now() + timedelta(hours=ahead)))
    with embedded.read() as session:
        assert (visitor(session, secret) is not None) is stands
