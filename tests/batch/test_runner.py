"""One process, several processes, a Dask cluster: the same lines in the same order."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.releases.pinned import Pinned, pinned
from models.releases.store import ReleaseStore
from service.batch import worker
from service.batch.inputs import Kind, WrongUse
from service.batch.runner import tag_file
from service.demo import SUBMISSIONS
from service.intake.service import OneAtATime

LIMIT = 20_000
PLACES = ("på mødet", "i brevet", "i telefonen", "hos kommunen")


@pytest.fixture
def shipped(reader, monkeypatch, tmp_path) -> Pinned:
    """The shipped models; this process reads with the reader that the tests share."""
    monkeypatch.setattr(worker, "_load", lambda limit, models: reader)
    return pinned(ReleaseStore(tmp_path / "none"))


@pytest.fixture
def file(tmp_path):
    """More than three parts, with rows that must be refused."""
    rows = []
    for number in range(110):
        text = f"Mikkel Ravnsborg fik intet svar {PLACES[number % 4]}, selvom fristen var {number} dage."
        rows.append({"id": f"r{number}", "text": "" if number % 40 == 7 else text})
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


@pytest.fixture
def promoted(installed) -> Pinned:
    """Other versions than the shipped ones are in use, which say the same."""
    return pinned(installed)


def as_read_by(models: Pinned, found):
    """The same lines and refusals with the versions of these models."""
    lines, refused = found
    versions = {kind: models.choice.of(kind).version for kind in ("redactor", "classifier")}
    changed = [{**json.loads(line), "versions": versions} for line in lines]
    return [json.dumps(line, ensure_ascii=False) for line in changed], refused


def told(results):
    found = list(results)
    lines = [line for done in found for line in done.lines]
    return lines, [refused for done in found for refused in done.refused]


def check(lines, refused):
    assert [json.loads(line)["id"] for line in lines] == [
        f"r{number}" for number in range(110) if number % 40 != 7
    ]
    assert refused == [(row, "the text is empty") for row in (8, 48, 88)]
    assert "Ravnsborg" not in "".join(lines)


def test_one_process(file, shipped):
    check(*told(tag_file(file, Kind.JSONL, shipped, limit=LIMIT, jobs=1)))


@pytest.mark.slow
def test_two_processes_say_the_same_by_the_version_in_use(file, shipped, promoted):
    """And with the processes warm: stopping early stops them."""
    alone = told(tag_file(file, Kind.JSONL, shipped, limit=LIMIT, jobs=1))
    assert told(tag_file(file, Kind.JSONL, promoted, limit=LIMIT, jobs=2)) == as_read_by(
        promoted, alone
    )
    results = tag_file(file, Kind.JSONL, promoted, limit=LIMIT, jobs=2)
    assert len(next(results).lines) == 31
    results.close()
    with pytest.raises(StopIteration):
        next(results)


@pytest.mark.dask
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_dask_cluster_says_the_same(file, shipped, promoted, reader, monkeypatch):
    """Over TCP, with workers in threads: that a new process loads its models is tested above."""
    from distributed import LocalCluster

    asked: list[Pinned] = []
    shared = OneAtATime(reader)  # as a worker's own: pipelines must not be entered twice at once
    monkeypatch.setattr(worker, "_load", lambda limit, models: asked.append(models) or shared)
    alone = told(tag_file(file, Kind.JSONL, shipped, limit=LIMIT, jobs=1))
    asked.clear()
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        protocol="tcp://",
        dashboard_address=None,
    ) as cluster:
        address = cluster.scheduler_address
        assert address.startswith("tcp://")
        assert told(tag_file(file, Kind.JSONL, promoted, limit=LIMIT, dask=address)) == alone
    assert set(asked) == {promoted}
    assert all(models is not promoted for models in asked)


@pytest.mark.dask
def test_a_cluster_that_is_not_there(file, monkeypatch, shipped):
    monkeypatch.setattr("service.batch.runner.PATIENCE", 1)
    with pytest.raises(WrongUse, match="no Dask scheduler"):
        list(tag_file(file, Kind.JSONL, shipped, limit=LIMIT, dask="tcp://127.0.0.1:1"))


def test_csv_and_parquet_say_what_jsonl_says(tmp_path, file, shipped):
    rows = [json.loads(line) for line in file.read_text().splitlines()][:5]
    csv, parquet = tmp_path / "in.csv", tmp_path / "in.parquet"
    csv.write_text("id,text\n" + "".join(f'{row["id"]},"{row["text"]}"\n' for row in rows))
    pq.write_table(pa.Table.from_pylist(rows), parquet)
    expected, _ = told(tag_file(file, Kind.JSONL, shipped, limit=LIMIT, jobs=1))
    for path, kind in ((csv, Kind.CSV), (parquet, Kind.PARQUET)):
        assert told(tag_file(path, kind, shipped, limit=LIMIT))[0] == expected[:5]


def test_a_file_that_cannot_be_used_is_one_refused_row(tmp_path, shipped):
    path = tmp_path / "in.csv"
    path.write_text("id,navn\n1,Mikkel Ravnsborg\n")
    lines, ((row, why),) = told(tag_file(path, Kind.CSV, shipped, limit=LIMIT))
    assert (lines, row) == ([], 1)
    assert why.startswith("the column text is missing; there is a column that is not one of id,")


def test_the_demo_has_no_refused_row(shipped):
    _lines, refused = told(tag_file(SUBMISSIONS, Kind.JSONL, shipped, limit=LIMIT, jobs=1))
    assert refused == []
