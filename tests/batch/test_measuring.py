"""Measurements measure what they say: the judge of a batch, processes, plans and tables."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from nlp.types import LABELS, Reading, Redacted, Suggestion, Versions
from service.batch.inputs import Kind, WrongUse
from service.batch.parts import whole
from service.bench import batch
from service.bench.batch import Seen, write_rows
from service.bench.book import book, write_part
from service.bench.capacity import Assumptions, Measured, plan, write_plan
from service.bench.conditions import Conditions, keep_part, kept_parts
from service.bench.intake import forget, stores
from service.bench.processes import children, peak, resident, watched, worked
from service.bench.report import fill_confirmed, report_table
from service.bench.scale import scale_table, write_scale
from service.bench.speed import BARE, FLOOR, PatientModels, bench_speed, speed_table
from service.db.engine import Database
from service.db.tables import Decision, Submission
from service.db.upgrade import upgrade
from service.intake.rows import RefusedRow
from service.reports.counting import count_confirmed

RESULTS = Path(__file__).parents[2] / "evaluation" / "results"
MADE = Conditions("2026-01-01T00:00:00+00:00", 2, 0.5, "3.11")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request, tmp_path) -> Iterator[Database]:
    """An empty database of both kinds."""
    is_sqlite = request.param == "sqlite"
    address = f"sqlite:///{tmp_path / 'own.sqlite3'}" if is_sqlite else None
    database = Database(address or request.getfixturevalue("postgres_url"))
    upgrade(database)
    yield database
    database.close()


# ── speed ────────────────────────────────────────────────────────────────────────────────────────
def test_speed_of_everything_that_can_be_had(reader, tmp_path):
    models = PatientModels(reader.redactor, reader.classifier)
    run = bench_speed(models, tmp_path, rounds=1, count=1, batches=(2, 8), lengths=(50, 200, 800))
    assert list(run.paces) == [BARE, FLOOR, "stock Presidio", "redact", "tag"]
    assert all(one.words_per_second > 0 for one in run.paces.values())
    assert set(run.batches) == {"2", "8"}
    assert "naive stack is left out" in run.left_out
    table = write_part("speed", asdict(run), tmp_path / "results")
    kept = json.loads((tmp_path / "results" / "bench.json").read_text())
    assert table == "\n".join(speed_table(kept["speed"]))
    assert table in (tmp_path / "results" / "bench.md").read_text()
    assert list(tmp_path.glob("*.jsonl")) == []


def test_goals_are_told_as_they_are():
    waits = {"p50_ms": 50.0, "p95_ms": 70.0, "per_second": 20.0, "core_ms": 45.0}
    paces = {"one": 10.0, "two": 19.0, "dask": 18.0}
    parts = {
        "spread": {"conditions": asdict(MADE), "rows": 100, "rounds": 1}
        | {name: {"per_second": pace, "core_ms": 9.0} for name, pace in paces.items()},
        "clients": {"conditions": asdict(MADE), "clients": 4, "each": 5}
        | {"busy": waits, "calm": waits | {"p95_ms": 59.0}, "two_busy": waits},
    }
    lines = book(parts).splitlines()
    assert "| two processes, times one | 1.90 | ≥ 1.8 | yes |" in lines
    found = [line.split(" | ")[-1] for line in lines if "through HTTP, 4 clients" in line]
    assert found == ["**no** |", "yes |"]
    assert sum("not measured" in line for line in lines) == 5


# ── processes ────────────────────────────────────────────────────────────────────────────────────
def test_a_process_is_seen_with_its_children():
    child = "import sys; held = b'x' * 50_000_000; print('there', flush=True); sys.stdin.read()"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with watched(process.pid, every=0.02) as series:
        process.stdout.readline()
        (inner,) = children(process.pid)
        assert resident(process.pid) < 50 < resident(inner) <= peak(inner) < 100
        assert worked(inner) >= 0
        while not series[inner]:
            pass
    process.communicate()
    assert {process.pid, inner} == set(series)
    assert children(process.pid) == []
    with pytest.raises(OSError, match=str(inner)):
        resident(inner)


# ── batch ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", [Kind.CSV, Kind.PARQUET])
def test_bad_rows_are_where_they_are_said_to_be(tmp_path, kind):
    path = tmp_path / f"in.{kind.value}"
    bad = write_rows(path, kind, 2_000)
    rows = list(whole(path, kind, limit=20_000))
    assert len(rows) == 2_000
    assert {one.row for one in rows if isinstance(one, RefusedRow)} == bad
    assert len(bad) == 2


@pytest.mark.parametrize(
    ("ids", "said", "wrong"),
    [
        ([1, 2, 3, 4], "", {}),
        ([1, 2, 4], "", {"lost": 1}),
        ([1, 2, 3, 3, 4], "", {"repeated": 1}),
        ([1, 3, 2, 4], "", {"out_of_order": 1}),
        ([1, 2, 3, 4], "row 2: the text is empty\n1 row refused\n", {"unnamed": 1}),
    ],
)
def test_the_judge_of_a_batch_sees_what_is_wrong(tmp_path, monkeypatch, ids, said, wrong):
    target = tmp_path / "out.jsonl"
    target.write_text("".join(f'{{"id": "{one}"}}\n' for one in ids))
    seen = {1: [Seen(0, 50, 1)], 2: [Seen(n, 300 + n, n) for n in range(10)], 3: [Seen(0, 20, 0)]}
    run = batch._Watched(main=1, seconds=4.0, said=said, series=seen)
    monkeypatch.setattr(batch, "_LONG", 4)
    found = batch._judged(MADE, Kind.CSV, 4, set(), 2, [run], target, 5.0)
    names = ("lost", "repeated", "out_of_order", "unnamed")
    assert {name: getattr(found, name) for name in names if getattr(found, name)} == wrong
    assert found.is_clean is not bool(wrong)
    assert (found.peak_mb, found.main_mb, found.rows_per_second) == (309, 50, 1.0)
    assert found.core_seconds == pytest.approx((1 + 9 + 0) / 4)
    assert found.growth_mb == pytest.approx(10_000)  # a megabyte a row
    assert not replace(found, peak_mb=601).is_clean
    monkeypatch.setattr(batch, "_LONG", 5)
    short = batch._judged(MADE, Kind.CSV, 4, set(), 2, [run], target, 5.0)
    assert (short.growth_mb, short.hours_for_target) == (None, None)
    assert f"| csv | 4 | 2 | {found.lost} |" in batch.write_batch(found, tmp_path)


# ── scale ────────────────────────────────────────────────────────────────────────────────────────
def reading() -> Reading:
    suggestions = tuple(Suggestion(label, 0.4, False, ()) for label in LABELS)
    return Reading(Redacted("Ingen svarer.", ()), suggestions, (), Versions("r1", "c1"))


def test_what_was_measured_with_is_taken_out_again(database):
    assert len(stores(database, [reading()], 12)) == 12
    forget(database, above=5)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 5
    stores(database, [reading()], 1)


def test_confirmed_rows_are_made_by_the_database(database):
    fill_confirmed(database, 300)
    fill_confirmed(database, 500)
    with database.read() as session:
        by_label = dict(
            session.execute(
                select(Decision.label, func.count()).where(Decision.value).group_by(Decision.label)
            ).all()
        )
        counts = count_confirmed(session, until=datetime(2027, 1, 1, tzinfo=UTC))
    assert set(by_label) == set(LABELS)
    assert all(50 < many < 450 for many in by_label.values())
    assert counts.waiting == 0
    with pytest.raises(WrongUse, match="of its own"):
        fill_confirmed(database, 400)
    with database.write() as session:
        session.execute(
            update(Submission).where(Submission.id == 1).values(redactor_version="a real one")
        )
    with pytest.raises(WrongUse, match="of its own"):
        fill_confirmed(database, 600)


def test_the_table_of_scale_leaves_open_what_was_not_measured():
    queue = {"database": "SQLite 3", "rows": 1_000, "timings": [{"page_p95_ms": 12.0}]}
    table = scale_table({}, {"sqlite 1000": queue}, {})
    assert "| SQLite 3 | 1,000 | – | – | – | – | 12.0 | – | – |" in table.splitlines()


# ── capacity ─────────────────────────────────────────────────────────────────────────────────────
def test_the_plan_is_plain_arithmetic():
    figures = Measured(0.036, 500, 50, 8, 5_000)
    found = {one.what: one.value for one in plan(figures, Assumptions(large_cores=10))}
    assert found["letters a day, one service on one core"] == "860,000"  # 43,200 s / 0.05 s
    assert found["reviewers at once, one service"] == "60"  # 8 x 60 / 4, half of the time
    assert found["decisions of these in a working day"] == "120,000"  # 60 x 4 x 480 = 115,200
    assert found["core hours for 10,000,000 submissions"] == "100"
    assert found["hours on 10 cores"] == "10.0"
    assert found["memory of 10 workers"] == "5.0 GB"
    assert found["disk of the database"] == "50 GB"
    assert found["money for reading them once"] == "5 €"
    assert found["money for keeping them a year"] == "60 €"


def test_a_plan_needs_all_of_its_figures(tmp_path):
    keep_part(tmp_path / "batch.json", "csv 100", {"rows": 100})
    with pytest.raises(WrongUse, match="spread, clients, scale, batch and reviewers"):
        write_plan(tmp_path)
    assert not (tmp_path / "capacity.md").exists()


# ── what is committed ────────────────────────────────────────────────────────────────────────────
def test_tables_in_the_results_are_those_of_their_figures(tmp_path):
    """Nobody wrote a figure by hand."""
    for file in RESULTS.glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    write_scale(tmp_path)
    (tmp_path / "bench.md").write_text(book(kept_parts(tmp_path / "bench.json")))
    (tmp_path / "batch.md").write_text(batch.batch_table(kept_parts(tmp_path / "batch.json")))
    (tmp_path / "report.md").write_text(report_table(kept_parts(tmp_path / "report.json")))
    if (RESULTS / "capacity.md").exists():  # it needs all of the others
        write_plan(tmp_path)
    made = {file.name: file.read_text() for file in tmp_path.glob("*.md")}
    assert made == {name: (RESULTS / name).read_text() for name in made}
    assert {"bench.md", "batch.md", "report.md", "scale.md"} <= set(made)
