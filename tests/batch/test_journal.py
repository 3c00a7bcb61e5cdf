"""A run that was broken off at any moment goes on: no row lost, none twice, nothing half-written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from models.releases.pinned import pinned
from models.releases.store import ReleaseStore
from nlp.types import LABELS
from service.batch import worker
from service.batch.inputs import Kind
from service.batch.journal import CannotGoOn, Work, unfinished, work_on
from service.batch.pace import Minutes
from service.batch.worker import Done
from service.cli import app
from service.security.sealing import Sealer

WORK = Work("sealed", "jsonl", 20_000, (32, 1 << 18), "redactor 1 and classifier 2", "1")
SECRET = "Torbjørgine Hvidsandsø"


def line(number: int) -> str:
    fields = {"id": f"r{number}", "text": "Æ" * (number % 7), "entities": [], "excerpts": []}
    suggestions = [
        {"label": one, "probability": 0.5, "suggested": True, "evidence": []} for one in LABELS
    ]
    versions = {"redactor": "1", "classifier": "2"}
    return json.dumps(fields | {"suggestions": suggestions, "versions": versions})


def parts(sizes: list[int]) -> list[Done]:
    """Finished parts of so many rows; every fifth row was refused."""
    found, row = [], 0
    for size in sizes:
        rows = range(row + 1, row + size + 1)
        row += size
        lines = tuple(line(one) for one in rows if one % 5)
        refused = tuple((one, "the text is empty") for one in rows if one % 5 == 0)
        found.append(Done(row, lines, refused))
    return found


def go_on(target: Path, everything: list[Done], *, most: int = 1_000) -> list[tuple[int, str]]:
    """Work on until so many more parts are finished, or all; what earlier runs refused."""
    with unfinished(target, WORK) as kept:
        left = [one for one in everything if one.stop > kept.standing.stop]
        for done in left[:most]:
            kept.keep(done)
        if most >= len(left):
            kept.finish(target)
        return list(kept.standing.refused)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=6),
    breaks=st.lists(
        st.tuples(st.integers(0, 3), st.floats(0, 1), st.binary(max_size=40)), max_size=4
    ),
    suffix=st.sampled_from([".jsonl", ".parquet"]),
)
def test_whatever_breaks_it_off_the_result_is_the_same(tmp_path_factory, sizes, breaks, suffix):
    """Each run ends after some parts, in the middle of a line of the journal or of the lines."""
    folder = tmp_path_factory.mktemp("runs")
    target, everything = folder / f"out{suffix}", parts(sizes)
    for most, share, torn in breaks:
        if target.exists():
            break
        go_on(target, everything, most=most)
        left = folder / f"out{suffix}.unfinished"
        if not left.exists():
            break
        tear(left / "journal.jsonl", share)
        with (left / "lines.jsonl").open("ab") as lines:
            lines.write(torn)
    if not target.exists():
        go_on(target, everything)
    expected = [json.loads(one) for done in everything for one in done.lines]
    if suffix == ".parquet":
        assert pq.read_table(target).to_pylist() == expected
    else:
        assert [json.loads(one) for one in target.read_text().splitlines()] == expected
    assert [path.name for path in folder.iterdir()] == [target.name]


def tear(journal: Path, share: float) -> None:
    """Cut its last line somewhere, as a crash would."""
    content = journal.read_bytes()
    last = content.rstrip(b"\n").rfind(b"\n") + 1
    journal.write_bytes(content[: last + round(share * (len(content) - last))])


def test_what_was_refused_before_is_told_again(tmp_path):
    everything = parts([6, 6])
    assert go_on(tmp_path / "out.jsonl", everything, most=1) == []
    assert go_on(tmp_path / "out.jsonl", everything) == [(5, "the text is empty")]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"input": "another"}, "the input is another one"),
        ({"kind": "csv"}, "of another kind"),
        ({"limit": 100}, "RETSSPOR_MAX_CHARACTERS"),
        ({"models": "redactor 1 and classifier 3"}, "other models are in use now"),
        ({"program": "2"}, "another version of the program"),
        ({"cut": (8, 100)}, "another version of the program"),
    ],
)
def test_other_work_is_refused_and_changes_nothing(tmp_path, other, why):
    target = tmp_path / "out.jsonl"
    go_on(target, parts([3, 3]), most=1)
    before = {
        path.name: path.read_bytes() for path in (tmp_path / "out.jsonl.unfinished").iterdir()
    }
    fields = {name: getattr(WORK, name) for name in WORK.__slots__}
    with pytest.raises(CannotGoOn, match=why), unfinished(target, Work(**(fields | other))):
        pass
    after = {path.name: path.read_bytes() for path in (tmp_path / "out.jsonl.unfinished").iterdir()}
    assert after == before
    with unfinished(target, Work(**(fields | other)), anew=True) as kept:
        assert kept.standing.stop == kept.standing.size == 0
    assert (tmp_path / "out.jsonl.unfinished" / "lines.jsonl").read_bytes() == b""


def test_two_runs_at_once_are_refused(tmp_path):
    target = tmp_path / "out.jsonl"
    with (
        unfinished(target, WORK),
        pytest.raises(CannotGoOn, match="another run is at it"),
        unfinished(target, WORK),
    ):
        pass


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("lines.jsonl", b"", "lines of it are missing"),
        ("journal.jsonl", b"\x00\x00\n", "its journal is damaged"),
        ("journal.jsonl", b'{"Torbj": 1}\n', "the input is another one"),
    ],
)
def test_damage_is_refused(tmp_path, name, content, why):
    target = tmp_path / "out.jsonl"
    go_on(target, parts([3, 3]), most=1)
    (tmp_path / "out.jsonl.unfinished" / name).write_bytes(content)
    with pytest.raises(CannotGoOn, match=why), unfinished(target, WORK):
        pass


def test_a_break_while_the_result_is_put_in_place(tmp_path):
    """The lines are under their name, the folder is still there."""
    target = tmp_path / "out.jsonl"
    go_on(target, parts([3]), most=0)
    with unfinished(target, WORK) as kept:
        kept.keep(parts([3])[0])
    folder = tmp_path / "out.jsonl.unfinished"
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write('{"whole": true}\n')
    (folder / "lines.jsonl").rename(target)
    assert go_on(target, parts([3])) == []
    assert len(target.read_text().splitlines()) == 3
    assert not folder.exists()


def test_the_fingerprint_needs_the_key(tmp_path):
    path = tmp_path / "in.jsonl"

    def sealed(text: str, key: bytes) -> Work:
        path.write_text(text)
        return work_on(path, Kind.JSONL, models, limit=100, sealer=Sealer(key))

    models = pinned(ReleaseStore(tmp_path / "models"))
    one = sealed("en\n", b"one")
    assert one == sealed("en\n", b"one")
    assert one.models == models.choice.names
    assert one.input != sealed("en\n", b"two").input
    assert one.input != sealed("to\n", b"one").input


# ── real processes ───────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("RETSSPOR_VAR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def source(home):
    """Four parts of short texts, in CSV, with rows that must be refused."""
    rows = [
        f'r{number},"{SECRET} fik intet svar, selvom fristen var {number} dage."\n'
        if number % 40
        else f"r{number},\n"
        for number in range(110)
    ]
    path = home / "in.csv"
    path.write_text("id,text\n" + "".join(rows))
    return path


@pytest.mark.slow
def test_sigkill_and_the_same_command_again(home, source, reader, monkeypatch):
    """Killed in the middle; then the same lines stand in OUT as when nothing had happened."""
    command = [sys.executable, "-m", "service.cli", "tag", str(source), "-o", "out.jsonl"]
    process = subprocess.Popen([*command, "--jobs", "1"], start_new_session=True)
    journal = home / "out.jsonl.unfinished" / "journal.jsonl"
    while not (journal.exists() and journal.read_bytes().count(b"\n") >= 3):
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (home / "out.jsonl").exists()
    kept = b"".join(path.read_bytes() for path in journal.parent.iterdir())
    assert b"Torbj" not in kept
    assert b"Hvidsands" not in kept

    monkeypatch.setattr(worker, "_load", lambda limit, models: reader)
    read = count_reads(monkeypatch)
    again = CliRunner().invoke(app, ["tag", "in.csv", "-o", "out.jsonl", "--jobs", "1"])
    assert len(read) <= 3
    undisturbed = CliRunner().invoke(app, ["tag", "in.csv", "-o", "whole.jsonl", "--jobs", "1"])
    assert (home / "out.jsonl").read_bytes() == (home / "whole.jsonl").read_bytes()
    assert again.exit_code == undisturbed.exit_code == 1
    assert again.stderr.splitlines() == undisturbed.stderr.splitlines()
    assert again.stderr.splitlines()[0] == "row 2: the text is empty"
    assert again.stderr.splitlines()[-1] == "3 rows refused"
    assert not journal.parent.exists()


def count_reads(monkeypatch) -> list[int]:
    """The parts that are read from now on, by the number of their first row."""
    read: list[int] = []
    before = worker.read_part

    def reading(part, limit, reader):
        read.append(part.row)
        return before(part, limit, reader)

    monkeypatch.setattr(worker, "read_part", reading)
    return read


def test_another_input_is_refused_by_the_command(home, source):
    target = home / "out.jsonl"
    with unfinished(target, WORK):
        pass
    done = CliRunner().invoke(app, ["tag", "in.csv", "-o", "out.jsonl"])
    assert done.exit_code == 2
    assert done.stderr.startswith(
        "Error: out.jsonl.unfinished holds work that was broken off, but "
    )
    assert "--anew" in done.stderr
    assert "Torbj" not in done.stderr


# ── how long it takes ────────────────────────────────────────────────────────────────────────────
def test_a_line_a_minute():
    said: list[str] = []
    moments = iter([0.0, 10.0, 60.0, 61.0, 180.0, 7_380.0])
    minutes = Minutes(1_000, said.append, done=400, clock=lambda: next(moments))
    for done in (410, 460, 461, 580, 700):
        minutes.told(done)
    assert said == [
        "46% done, 9 minutes left",
        "58% done, 7 minutes left",
        "70% done, 2 h 03 min left",
    ]
