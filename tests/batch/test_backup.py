"""Back up, lose everything, restore: on both kinds of database."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import select

from service.batch.backup import backup, restore
from service.batch.inputs import WrongUse
from service.db import audit
from service.db.engine import Database
from service.db.tables import Account, Role
from service.db.upgrade import upgrade
from service.security.accounts import create


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
        restore(address, tmp_path / "copy", replace=True)
    assert names(database) == ["anna"]


def test_somebody_else_s_database_is_not_restored(tmp_path):
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE note (text)")
    other.close()
    with pytest.raises(WrongUse, match="no backup of Retsspor"):
        restore(f"sqlite:///{tmp_path / 'db'}", tmp_path / "other", replace=True)
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
