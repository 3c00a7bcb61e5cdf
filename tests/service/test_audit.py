"""The audit trail: what is done to it shows, whoever writes at the same time, on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service import cli
from service.db import audit
from service.db.audit import START, Broken, Head
from service.db.engine import Database
from service.db.tables import AuditEntry, Role
from service.db.upgrade import downgrade, upgrade
from service.security import accounts

LINES = 8


class Rollback(Exception):
    """Ends a transaction of which nothing shall stay."""


def write(database: Database, count: int = LINES, who: str = "anna") -> None:
    for number in range(count):
        with database.write() as session:
            act(session, number, who)


def act(session: Session, number: int, who: str = "anna") -> None:
    audit.record(
        session, actor=who, action="decide", subject=f"s{number}", labels="frister", revision=number
    )


@contextmanager
def forced(database: Database) -> Iterator[Session]:
    """As somebody who has taken the triggers away; nothing of it stays."""
    try:
        with database.write() as session:
            if database.is_sqlite:
                for event in ("no_update", "no_delete", "at_the_end"):
                    session.execute(text(f"DROP TRIGGER audit_{event}"))
            else:
                session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
            yield session
            raise Rollback
    except Rollback:
        pass


def change(number: int, **values: object) -> Callable[[Session], None]:
    return lambda session: session.execute(
        update(AuditEntry).where(AuditEntry.id == number).values(**values)
    )


def take(*numbers: int) -> Callable[[Session], None]:
    return lambda session: session.execute(delete(AuditEntry).where(AuditEntry.id.in_(numbers)))


def renumber(number: int, new: int) -> Callable[[Session], None]:
    return change(number, id=new)


def put_in(after: int) -> Callable[[Session], None]:
    """A line made as the program would make it, where it does not belong."""

    def do(session: Session) -> None:
        session.execute(update(AuditEntry).where(AuditEntry.id > after).values(id=-AuditEntry.id))
        session.execute(update(AuditEntry).where(AuditEntry.id < 0).values(id=1 - AuditEntry.id))
        session.expire_all()
        previous = session.scalar(select(AuditEntry.hash).where(AuditEntry.id == after))
        facts = (previous, "2026-01-01T00:00:00+00:00", "bo", "decide", "s")
        session.execute(insert(AuditEntry).values(row(after + 1, facts)))

    return do


def row(number: int, facts: tuple[str, str, str, str, str]) -> dict[str, object]:
    previous, at, actor, action, subject = facts
    return {
        "id": number,
        "at": at,
        "actor": actor,
        "action": action,
        "subject": subject,
        "detail": {},
        "previous": previous,
        "hash": audit.chained(*facts, {}),
    }


def exchange(one: int, other: int) -> Callable[[Session], None]:
    return in_turn(renumber(one, -one), renumber(other, one), renumber(-one, other))


def in_turn(*steps: Callable[[Session], None]) -> Callable[[Session], None]:
    def do(session: Session) -> None:
        for step in steps:
            step(session)

    return do


def anew(session: Session, start: int = 1) -> None:
    """The whole trail with another first line, and every hash as it should be."""
    previous = START
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        if entry.id == start:
            entry.actor = "en anden"
        entry.previous = previous
        previous = entry.hash = audit.chained(
            previous, entry.at, entry.actor, entry.action, entry.subject, entry.detail
        )
    session.flush()


TAMPERING = {
    "another actor": (change(3, actor="bo"), 3, "changed"),
    "another action": (change(3, action="undo"), 3, "changed"),
    "another subject": (change(3, subject="s9"), 3, "changed"),
    "another time": (change(3, at="2020-01-01T00:00:00+00:00"), 3, "changed"),
    "another detail": (change(3, detail={"labels": "frister", "revision": 3}), 3, "changed"),
    "no detail": (change(3, detail={}), 3, "changed"),
    "a detail that is no object": (change(3, detail=[1]), 3, "changed"),
    "another hash": (change(3, hash="f" * 64), 3, "changed"),
    "another predecessor": (change(3, previous="f" * 64), 3, "belong"),
    "the first changed": (change(1, actor="bo"), 1, "changed"),
    "the last changed": (change(LINES, actor="bo"), LINES, "changed"),
    "one taken out": (take(3), 4, "taken out"),
    "the first taken out": (take(1), 2, "taken out"),
    "many taken out": (take(3, 4, 5), 6, "taken out"),
    "one taken out, the rest moved up": (
        in_turn(take(7), renumber(LINES, 7)),
        7,
        "belong",
    ),
    "two exchanged": (exchange(3, 4), 3, "belong"),
    "the ends exchanged": (exchange(1, LINES), 1, "belong"),
    "one moved to the end": (renumber(3, LINES + 1), 4, "taken out"),
    "one put in": (put_in(4), 6, "belong"),
    "one put in at the start": (renumber(1, 0), 0, "follows"),
}


def test_every_tampering_shows_at_its_first_line(both):
    write(both)
    with both.read() as session:
        assert audit.first_broken(session) is None
    for name, (tamper, number, why) in TAMPERING.items():
        with forced(both) as session:
            tamper(session)
            broken = audit.first_broken(session)
            assert broken is not None, name
            assert broken.number == number, name
            assert why in broken.why, name
    with both.read() as session:
        assert audit.first_broken(session) is None


@pytest.mark.parametrize("detail", ["{", "", "NaN", '"x"', "[" * 5_000])
def test_a_detail_that_is_no_json(embedded, detail):
    write(embedded)
    with forced(embedded) as session:
        session.execute(text("UPDATE audit SET detail = :detail WHERE id = 5"), {"detail": detail})
        assert audit.first_broken(session) == Broken(5, "what it says was changed")


def test_a_value_of_another_type(embedded):
    write(embedded)
    with forced(embedded) as session:
        session.execute(text("UPDATE audit SET actor = x'00ff' WHERE id = 5"))
        assert audit.first_broken(session) == Broken(5, "what it says was changed")


@examples(max_examples=40)
@given(data=st.data())
def test_any_change_to_any_line_shows_there(filled, data):
    number = data.draw(st.integers(1, LINES))
    column = data.draw(st.sampled_from(["at", "actor", "action", "subject", "previous", "hash"]))
    value = data.draw(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
    with forced(filled) as session:
        before = session.scalar(select(getattr(AuditEntry, column)).where(AuditEntry.id == number))
        change(number, **{column: value})(session)
        broken = audit.first_broken(session)
        assert (broken is None) == (value == before)
        assert broken is None or broken.number == number


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('audit') / 'filled.sqlite3'}")
    upgrade(database)
    write(database)
    yield database
    database.close()


# ── the end ──────────────────────────────────────────────────────────────────────────────────────
def test_a_cut_off_end_shows_by_a_head_that_was_kept(both):
    write(both)
    with both.read() as session:
        end = audit.head(session)
        assert end.number == LINES
        assert audit.first_broken(session, [end, Head(0, START)]) is None
    with forced(both) as session:
        take(LINES - 1, LINES)(session)
        assert audit.first_broken(session) is None  # the chain alone cannot know
        broken = audit.first_broken(session, [end])
        assert broken.number == LINES - 1
        assert "cut off" in broken.why


def test_a_trail_written_anew_shows_by_a_head_that_was_kept(both):
    write(both, 4)
    with both.read() as session:
        middle = audit.head(session)
    write(both, 4)
    with both.read() as session:
        assert audit.first_broken(session, [middle]) is None  # an old head is still good
    with forced(both) as session:
        anew(session)
        assert audit.first_broken(session) is None
        broken = audit.first_broken(session, [middle])
        assert (broken.number, "written anew" in broken.why) == (4, True)
    with forced(both) as session:
        anew(session, start=6)  # only after the head: that the head cannot know
        assert audit.first_broken(session, [middle]) is None


def test_two_heads_of_one_line_cannot_both_be_right(filled):
    with filled.read() as session:
        end = audit.head(session)
        wrong = Head(end.number, "f" * 64)
        for heads in ([end, wrong], [wrong, end]):
            assert audit.first_broken(session, heads).number == end.number
        assert audit.first_broken(session, [Head(0, "f" * 64)]).number == 0


def test_an_empty_trail(embedded):
    with embedded.read() as session:
        assert audit.head(session) == Head(0, START)
        assert audit.first_broken(session, [Head(0, START)]) is None
        assert audit.first_broken(session, [Head(1, "0" * 64)]).number == 1


@given(
    st.builds(Head, st.integers(0, 10**15), st.text("0123456789abcdef", min_size=64, max_size=64))
)
def test_a_head_is_read_as_it_is_written(head):
    assert Head.parse(f" {head}\n") == head


@pytest.mark.parametrize(
    "words", ["", "7", "7:", f"7:{'0' * 63}", f"-1:{'0' * 64}", f"07:{'0' * 64}", f"7:{'G' * 64}"]
)
def test_what_is_no_head(words):
    with pytest.raises(ValueError, match="NUMBER:HASH"):
        Head.parse(words)


# ── writers ──────────────────────────────────────────────────────────────────────────────────────
def may_fail(database: Database, number: int, who: str) -> bool:
    """Every fourth act is taken back after its line was written."""
    try:
        with database.write() as session:
            act(session, number, who)
            if number % 4 == 3:
                raise Rollback
    except Rollback:
        return False
    return True


def assert_whole(database: Database, count: int) -> None:
    with database.read() as session:
        assert audit.first_broken(session) is None
        numbers = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()
        assert numbers == list(range(1, count + 1))


def test_threads_leave_no_gap_and_no_fork(both):
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: may_fail(both, n, f"p{n % 8}"), range(120)))
    assert_whole(both, sum(kept))
    assert sum(kept) == 90


WRITER = """
import sys
from service.db import audit
from service.db.engine import Database

database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(30):
    try:
        with database.write() as session:
            audit.record(session, actor=sys.argv[2], action="decide", subject=str(number))
            if number % 4 == 3:
                raise KeyError
    except KeyError:
        pass
"""


def test_processes_leave_no_gap_and_no_fork(both, address):
    command = partial(subprocess.Popen, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    writers = [command([sys.executable, "-c", WRITER, address, f"p{n}"]) for n in range(3)]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    assert_whole(both, 3 * 23)
    with both.read() as session:
        found = session.execute(
            select(AuditEntry.actor, func.count()).group_by(AuditEntry.actor)
        ).all()
        assert {actor: count for actor, count in found} == {"p0": 23, "p1": 23, "p2": 23}


# ── the database refuses ─────────────────────────────────────────────────────────────────────────
LAST = f"'{'f' * 64}'"
REFUSED = [
    "UPDATE audit SET actor = 'bo' WHERE id = 3",
    "UPDATE audit SET id = id + 100",
    "DELETE FROM audit WHERE id = 8",
    "DELETE FROM audit",
    f"INSERT INTO audit SELECT 10, at, actor, action, subject, detail, hash, {LAST} FROM audit WHERE id = 8",
    f"INSERT INTO audit SELECT 9, at, actor, action, subject, detail, previous, {LAST} FROM audit WHERE id = 8",
    f"INSERT INTO audit SELECT 0, at, actor, action, subject, detail, previous, {LAST} FROM audit WHERE id = 1",
    "INSERT INTO audit SELECT 9, at, actor, action, subject, detail, hash, hash FROM audit WHERE id = 8",
]
ONLY_POSTGRES = [
    "TRUNCATE audit",
    "INSERT INTO audit SELECT * FROM audit WHERE id = 3"
    " ON CONFLICT (id) DO UPDATE SET actor = 'bo'",
]
ONLY_SQLITE = [
    "REPLACE INTO audit SELECT 3, at, 'bo', action, subject, detail, previous, hash FROM audit WHERE id = 3",
    "REPLACE INTO audit SELECT 9, at, 'bo', action, subject, detail, hash, hash FROM audit WHERE id = 8",
    "UPDATE OR REPLACE audit SET id = 3 WHERE id = 4",
]


def test_a_line_is_added_at_the_end_and_that_is_all(both):
    write(both)
    statements = [*REFUSED, *(ONLY_SQLITE if both.is_sqlite else ONLY_POSTGRES)]
    for statement in statements:
        with pytest.raises(DBAPIError), both.write() as session:
            session.execute(text(statement))
    assert_whole(both, LINES)


# ── size, and what was there before ──────────────────────────────────────────────────────────────
def peak(database: Database) -> int:
    """Most bytes in use while the trail is checked."""
    tracemalloc.start()
    with database.read() as session:
        assert audit.first_broken(session) is None
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def fill(database: Database, until: int) -> None:
    """Many lines in one go, as the program would have written them one by one."""
    with database.write() as session:
        last = audit.head(session)
        rows = []
        for number in range(last.number + 1, until + 1):
            facts = (last.hash, "2026-01-01T00:00:00+00:00", "anna", "decide", f"s{number}")
            rows.append(row(number, facts))
            last = Head(number, str(rows[-1]["hash"]))
        session.execute(insert(AuditEntry), rows)


def test_a_long_trail_needs_no_more_memory_than_a_short_one(both):
    fill(both, 2_000)
    peak(both)  # what is loaded once is loaded
    short = peak(both)
    fill(both, 8_000)
    assert peak(both) < short * 1.3


def test_a_trail_with_gaps_of_an_older_layout_comes_along_and_goes_back(address):
    database = Database(address)
    upgrade(database, "0002")
    previous = START
    with database.engine.begin() as connection:
        for number in (1, 2, 5, 9) if not database.is_sqlite else (1, 2, 3, 4):
            facts = (previous, "2026-01-01T00:00:00+00:00", "anna", "decide", f"s{number}")
            connection.execute(insert(AuditEntry).values(row(number, facts)))
            previous = audit.chained(*facts, {})
    upgrade(database)
    assert_whole(database, 4)
    write(database, 2)
    assert_whole(database, 6)
    downgrade(database, "0002")
    with database.engine.begin() as connection:  # the old program let the database count
        connection.execute(
            text(
                "INSERT INTO audit (at, actor, action, subject, detail, previous, hash)"
                f" SELECT at, actor, action, subject, detail, hash, {LAST} FROM audit WHERE id = 6"
            )
        )
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT MAX(id) FROM audit")) == 7
    database.close()


# ── the commands ─────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def run(tmp_path, monkeypatch) -> Callable[..., object]:
    """Runs a command on a database of its own."""
    monkeypatch.setenv("RETSSPOR_VAR", str(tmp_path / "var"))
    return lambda *words, **more: CliRunner().invoke(cli.app, words, **more)


@pytest.fixture
def here(tmp_path) -> Iterator[Database]:
    """That database."""
    database = Database(f"sqlite:///{tmp_path / 'var' / 'retsspor.sqlite3'}")
    upgrade(database)
    yield database
    database.close()


def test_verify_and_head(run, here):
    write(here)
    end = run("audit", "head").stdout.strip()
    whole = run("audit", "verify", "--head", end)
    assert (whole.exit_code, whole.stdout.strip()) == (0, end)
    assert "8 lines" in whole.stderr
    write(here, 1)
    assert run("audit", "verify", "--head", end, "--head", f"0:{START}").exit_code == 0
    late = run("audit", "verify", "--head", f"10:{'0' * 64}")
    assert (late.exit_code, "Broken at line 10" in late.stderr) == (1, True)
    wrong = run("audit", "verify", "--head", "latest")
    assert (wrong.exit_code, "NUMBER:HASH" in wrong.stderr) == (2, True)
    with here.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET actor = 'bo' WHERE id = 3"))
    broken = run("audit", "verify")
    assert (broken.exit_code, broken.stdout) == (1, "")
    assert "Broken at line 3" in broken.stderr


def test_the_list_is_a_copy_to_keep(run, here):
    write(here, 3)
    lines = [json.loads(line) for line in run("audit", "list").stdout.splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3]
    assert json.loads(lines[0]["detail"]) == {"labels": "frister", "revision": 0}
    assert [line["previous"] for line in lines[1:]] == [line["hash"] for line in lines[:2]]
    assert len(run("audit", "list", "--after", "2").stdout.splitlines()) == 1


def acts(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        assert audit.first_broken(session) is None
        lines = select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)
        return [tuple(line) for line in session.execute(lines)]


def test_what_is_done_to_accounts_is_written_down(run, here):
    password = "en lang adgangskode\nen lang adgangskode\n"
    commands = [
        ("users", "add", "anna", "--role", "sagsgennemgang"),
        ("users", "link", "anna"),
        ("users", "token", "anna"),
        ("users", "password", "anna"),
        ("users", "unbind", "anna"),
        ("users", "sign-out", "anna"),
        ("users", "close", "anna"),
    ]
    for command in commands:
        assert run(*command, input=password).exit_code == 0, command
    assert [action for action, _ in acts(here)] == [
        "account", "link", "token", "password", "unbind", "sign out everywhere", "close account",
    ]  # fmt: skip
    assert {subject for _, subject in acts(here)} == {"anna"}
    for command in commands[1:]:
        assert run(*command, input=password).exit_code == 2  # it is closed
    assert len(acts(here)) == len(commands)


def test_what_is_done_to_the_database_is_written_down(run, here, tmp_path):
    write(here, 2)
    assert run("db", "backup", str(tmp_path / "copy")).exit_code == 0
    assert run("export", "-o", str(tmp_path / "out.csv"), "--text").exit_code == 0
    before = run("audit", "head").stdout.strip()
    assert acts(here)[2:] == [("backup", "database"), ("export", ".csv")]
    here.close()
    assert run("db", "restore", str(tmp_path / "copy"), "--replace").exit_code == 0
    assert acts(here)[2:] == [("restore", "database")]
    with here.read() as session:
        detail = session.scalar(select(AuditEntry.detail).where(AuditEntry.action == "restore"))
    assert detail == {"replaced": before}  # what the trail was that is gone now
    assert run("audit", "verify", "--head", before).exit_code == 1


def test_a_restore_over_what_cannot_be_read(run, here, tmp_path):
    assert run("db", "backup", str(tmp_path / "copy")).exit_code == 0
    here.close()
    for name in ("retsspor.sqlite3", "retsspor.sqlite3-wal", "retsspor.sqlite3-shm"):
        (tmp_path / "var" / name).unlink(missing_ok=True)
    assert run("db", "restore", str(tmp_path / "copy")).exit_code == 0
    assert acts(here) == [("restore", "database")]


def test_a_closed_account_has_nothing_left(embedded):
    with embedded.write() as session:
        account = accounts.create(session, "anna", Role.REVIEWER, password="en lang adgangskode")
        account.identity = "a" * 64
        token = accounts.api_token(session, account)
        link = accounts.one_time_link(session, account, hours=1)
        accounts.close(session, account)
    with embedded.write() as session:
        assert accounts.with_password(session, "anna", "en lang adgangskode") is None
        assert accounts.with_api_token(session, token) is None
        assert accounts.use_one_time(session, link) is None
        assert accounts.of_identity(session, "a" * 64) is None
