"""Back up, lose everything, restore: on both kinds of database."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

import pytest
from sqlalchemy import func, make_url, select, text
from typer.testing import CliRunner

from nlp.types import LABELS, RawText, Reading, Redacted, Suggestion, Versions
from service.batch.backup import backup, restore
from service.batch.inputs import WrongUse
from service.batch.manifest import Facts, beside, read
from service.cli import app
from service.db import audit
from service.db.engine import Database
from service.db.tables import Account, AuditEntry, Role, Source, Submission
from service.db.upgrade import upgrade
from service.intake.fields import Draft
from service.intake.repository import Incoming
from service.intake.repository import add as add_row
from service.learning.withdraw import withdraw
from service.operations.after_restore import since, to_mask_again, withdraw_again
from service.operations.drill import differing, drill
from service.secrets import new_submitter
from service.security.accounts import create
from service.security.sealing import sealer_of
from service.settings import Settings


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request, tmp_path):
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path / 'data' / 'retsspor.sqlite3'}"


@pytest.fixture
def database(address):
    database = Database(address)
    upgrade(database)
    add(database, "anna")
    yield database
    database.close()


def add(database, name):
    with database.write() as session:
        create(session, name, Role.REVIEWER)


def keep(database) -> str:
    """A submission, as a reader might have read it; gives its reference."""
    versions = Versions("r1", "c1")
    suggestions = tuple(Suggestion(label, 0.1, False, ()) for label in LABELS)
    reading = Reading(Redacted("Ingen har spurgt os.", ()), suggestions, (), versions)
    draft = Draft(RawText(""), "handicap", is_test=False)
    with database.write() as session:
        return add_row(session, Incoming(draft, reading, Source.FORM, new_submitter(), None), "x")


def names(database):
    with database.read() as session:
        assert audit.first_broken(session) is None
        return sorted(session.scalars(select(Account.name)))


def test_there_and_back(address, database, tmp_path):
    backup(address, tmp_path / "copy")
    add(database, "bo")
    assert names(database) == ["anna", "bo"]
    database.close()
    restore(address, tmp_path / "copy", replace=True)
    assert names(database) == ["anna"]
    add(database, "carl")  # triggers, keys and sequences are whole
    assert names(database) == ["anna", "carl"]


def test_a_copy_is_whole_while_somebody_writes(address, database, tmp_path):
    with database.write() as session:
        create(session, "halvvejs", Role.ANALYST)
        backup(address, tmp_path / "copy")
    database.close()
    restore(address, tmp_path / "copy", replace=True)
    assert names(database) == ["anna"]


def test_nothing_is_replaced_unasked(address, database, tmp_path):
    backup(address, tmp_path / "copy")
    with pytest.raises(WrongUse, match="already there"):
        backup(address, tmp_path / "copy")
    with pytest.raises(WrongUse, match="--replace"):
        restore(address, tmp_path / "copy", replace=False)
    assert names(database) == ["anna"]


@pytest.mark.parametrize("content", [b"", b"no database at all, only text", b"SQLite format 3\x00"])
def test_other_files_are_not_restored(address, database, tmp_path, content):
    (tmp_path / "copy").write_bytes(content)
    with pytest.raises(WrongUse):
        restore(address, tmp_path / "copy", replace=True, unverified=True)
    assert names(database) == ["anna"]


def test_somebody_else_s_database_is_not_restored(tmp_path):
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE note (text)")
    other.close()
    with pytest.raises(WrongUse, match="no backup of Retsspor"):
        restore(f"sqlite:///{tmp_path / 'db'}", tmp_path / "other", replace=True, unverified=True)
    assert not (tmp_path / "db").exists()


def test_a_missing_file_or_database(tmp_path):
    with pytest.raises(WrongUse, match="no file"):
        restore(f"sqlite:///{tmp_path / 'db'}", tmp_path / "missing", replace=True)
    with pytest.raises(WrongUse, match="no database"):
        backup(f"sqlite:///{tmp_path / 'db'}", tmp_path / "copy")


def test_a_missing_program_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    address = "postgresql+psycopg://anna:hemmelig@127.0.0.1/x"
    with pytest.raises(WrongUse, match="pg_dump is not installed") as told:
        backup(address, tmp_path / "copy")
    assert "hemmelig" not in str(told.value)
    assert not (tmp_path / "copy").exists()


# ── the manifest ─────────────────────────────────────────────────────────────────────────────────
def test_a_copy_is_for_its_owner_and_says_what_is_in_it(address, database, tmp_path):
    made = backup(address, tmp_path / "copy")
    assert {oct(one.stat().st_mode & 0o777) for one in tmp_path.glob("copy*")} == {"0o600"}
    assert [one.name for one in sorted(tmp_path.glob("copy*"))] == ["copy", "copy.json"]
    assert made == read(tmp_path / "copy")
    assert made.kind == make_url(address).get_backend_name()
    assert (made.facts.rows["account"], made.facts.rows["submission"]) == (1, 0)
    assert made.bytes == (tmp_path / "copy").stat().st_size
    assert "anna" not in beside(tmp_path / "copy").read_text()


def test_what_is_counted_is_what_is_copied(address, database, tmp_path):
    """Rows that others add while the copy is made are in both or in neither."""
    with database.write() as session:
        create(session, "halvvejs", Role.ANALYST)
        session.flush()
        made = backup(address, tmp_path / "copy")
    assert made.facts.rows["account"] == 1


def altered(change):
    def alter(copy):
        path = beside(copy)
        content = json.loads(path.read_text())
        change(content)
        path.write_text(json.dumps(content))

    return alter


def flip(copy):
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)


def cut(copy):
    copy.write_bytes(copy.read_bytes()[:-100])


REFUSED = [
    (flip, "is damaged"),
    (cut, "is damaged"),
    (lambda copy: beside(copy).unlink(), "is missing: nothing says"),
    (lambda copy: beside(copy).write_text("{"), "is no manifest"),
    (lambda copy: beside(copy).write_text('{"program": "retsspor"}'), "is no manifest"),
    (altered(lambda found: found.update(program="other")), "is no backup of Retsspor"),
    (altered(lambda found: found.update(kind="oracle")), "is a backup of oracle"),
    (altered(lambda found: found["facts"].update(layout="9999")), "layout 9999, and this version"),
]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("spoil", "why"), REFUSED)
def test_what_is_not_the_backup_is_refused(address, database, tmp_path, spoil, why):
    backup(address, tmp_path / "copy")
    add(database, "bo")
    spoil(tmp_path / "copy")
    with pytest.raises(WrongUse, match=why):
        restore(address, tmp_path / "copy", replace=True)
    assert names(database) == ["anna", "bo"]


def test_a_damaged_dump_is_refused_too(address, database, tmp_path):
    backup(address, tmp_path / "copy")
    add(database, "bo")
    flip(tmp_path / "copy")
    with pytest.raises(WrongUse, match="is damaged"):
        restore(address, tmp_path / "copy", replace=True)
    assert names(database) == ["anna", "bo"]


def test_without_a_manifest_a_later_layout_is_seen_in_the_file(tmp_path):
    address = f"sqlite:///{tmp_path / 'db'}"
    database = Database(address)
    upgrade(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.forget()
    database.close()
    (tmp_path / "copy").write_bytes((tmp_path / "db").read_bytes())
    with pytest.raises(WrongUse, match="layout 9999"):
        restore(address, tmp_path / "copy", replace=True, unverified=True)


# ── what a backup does not know ──────────────────────────────────────────────────────────────────
def test_what_was_withdrawn_since_is_withdrawn_again(database, address, tmp_path):
    settings = Settings(var=tmp_path, database_url=address)
    sealer = sealer_of(settings)
    gone, masked, stays = (keep(database) for _ in range(3))
    made = backup(address, tmp_path / "copy")
    withdraw(database, sealer, gone, actor="test")
    with database.write() as session:
        audit.record(session, actor="x", action="mask", subject=masked)
    known = since(address, made)
    database.close()
    restore(address, tmp_path / "copy", replace=True)
    assert withdraw_again(database, sealer, known) == 1
    with database.read() as session:
        assert set(session.scalars(select(Submission.public_id))) == {masked, stays}
        actions = Counter(session.scalars(select(AuditEntry.action)))
    assert actions["withdraw"] == 1
    assert to_mask_again(database, known) == [masked]
    assert withdraw_again(database, sealer, known) == 0


def test_nothing_is_known_where_there_is_no_database(tmp_path):
    known = since(f"sqlite:///{tmp_path / 'db'}", None)
    assert not known.withdrawn | known.masked
    assert list(tmp_path.iterdir()) == []


# ── the drill ────────────────────────────────────────────────────────────────────────────────────
def test_a_drill_restores_elsewhere_and_leaves_nothing(database, address, tmp_path):
    keep(database)
    before = databases(database)
    done = drill(Settings(var=tmp_path / "var", database_url=address))
    assert done.differences == ()
    assert done.rows == 10  # an account, a submission with six suggestions, two audit lines
    assert min(done.backup_seconds, done.restore_seconds, done.check_seconds) > 0
    assert list((tmp_path / "var").iterdir()) == []
    assert databases(database) == before
    assert names(database) == ["anna"]


def databases(database) -> int:
    if database.is_sqlite:
        return 1
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(text("pg_database")))


def test_a_drill_says_what_did_not_come_back():
    was = Facts("0009", {"account": 2, "submission": 5}, "7:" + "0" * 64)
    is_ = Facts("0009", {"account": 2, "submission": 4}, "6:" + "0" * 64)
    told = list(differing(was, is_))
    assert told[0] == "submission: 5 rows were backed up, 4 came back"
    assert told[1].startswith("audit trail: was 7:")
    assert len(told) == 2


@pytest.mark.postgres
def test_a_drill_never_takes_the_database_itself(postgres_url, tmp_path):
    settings = Settings(var=tmp_path, database_url=postgres_url)
    with pytest.raises(WrongUse, match="the database itself"):
        drill(settings, scratch=postgres_url)
    assert list(tmp_path.iterdir()) == []


# ── as they are typed ────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def run(monkeypatch, tmp_path):
    """The command line on an installation of its own."""
    monkeypatch.setenv("RETSSPOR_VAR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)

    def typed(*words: str):
        return CliRunner().invoke(app, ["db", *words])

    return typed


def test_the_commands_end_to_end(run, tmp_path):
    assert run("upgrade").exit_code == 0
    told = run("backup", "copy")
    assert told.exit_code == 0
    assert "the audit trail ends at 0:" in told.output
    drilled = run("drill")
    assert drilled.exit_code == 0
    assert [line.split()[0] for line in drilled.stdout.splitlines()] == [
        "backup",
        "restore",
        "check",
    ]
    assert "0 texts and 0 quotations would be deleted" in run("tidy", "--dry-run").output
    assert run("tidy").exit_code == 0
    flip(tmp_path / "copy")
    refused = run("restore", "copy", "--replace")
    assert refused.exit_code == 2
    assert "is damaged" in refused.output
    flip(tmp_path / "copy")
    assert run("restore", "copy", "--replace").exit_code == 0
    beside(tmp_path / "copy").unlink()
    assert run("restore", "copy", "--replace").exit_code == 2
    assert run("restore", "copy", "--replace", "--unverified").exit_code == 0


def test_a_restore_deletes_again_what_is_past_its_time(run, tmp_path):
    """Withdrawn and masked after the backup: one goes again, the other is named."""
    run("upgrade")
    settings = Settings(var=tmp_path / "var")
    database = Database(settings.address)
    gone, masked = keep(database), keep(database)
    assert run("backup", "copy").exit_code == 0
    withdraw(database, sealer_of(settings), gone, actor="test")
    with database.write() as session:
        audit.record(session, actor="x", action="mask", subject=masked)
    database.close()
    told = run("restore", "copy", "--replace").output
    assert "1 withdrawn since the backup, and now again" in told
    assert f"Personal words stand again in {masked}" in told
    assert gone not in told
    database = Database(settings.address)
    with database.read() as session:
        assert set(session.scalars(select(Submission.public_id))) == {masked}
    database.close()
