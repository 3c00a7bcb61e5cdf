"""Parquet: the same fields and refusals as a JSON line, and only the asked rows are read."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nlp.errors import NotText
from service.batch.inputs import Kind
from service.batch.parquet import parquet_rows, row_count
from service.batch.parts import whole
from service.errors import BadFields
from service.intake.rows import Row

WHEN = datetime(2026, 5, 1, 10, tzinfo=UTC)


def read(path, start=0, stop=10**9):
    rows = parquet_rows(path, start, min(stop, row_count(path)), limit=40)
    return [one.draft if isinstance(one, Row) else str(one) for one in rows]


def written(tmp_path, table, **options):
    path = tmp_path / "in.parquet"
    pq.write_table(table, path, **options)
    return path


def test_all_fields(tmp_path):
    frame = pd.DataFrame(
        {
            "id": [7],
            "text": pd.Categorical(["ord"]),
            "area": ["handicap"],
            "municipality": ["kbh"],
            "received_at": [pd.Timestamp(WHEN)],
            "is_test": [True],
        },
        index=pd.Index(["række"]),
    )
    frame.to_parquet(tmp_path / "in.parquet")
    (draft,) = read(tmp_path / "in.parquet")
    assert (draft.raw.reveal(), draft.external_id, draft.area) == ("ord", "7", "handicap")
    assert draft.municipality.name == "København"
    assert (draft.received_at, draft.is_test) == (WHEN, True)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("area", None, None),
        ("area", float("nan"), None),
        ("received_at", date(2026, 5, 1), None),
        ("received_at", datetime(2026, 5, 1), None),
        ("text", None, "row 1: text: is missing"),
        ("text", "", "row 1: the text is empty"),
        ("text", "x" * 41, "row 1: the text has 41 characters, the limit is 40"),
        ("text", 7, "row 1: text: must be text"),
        ("text", b"bytes", "row 1: text: must be text"),
        ("is_test", 2, "row 1: is_test: must be true or false"),
        ("id", True, "row 1: id: must be text"),
        ("municipality", "Atlantis", "row 1: municipality: is not a Danish municipality"),
    ],
)
def test_values(tmp_path, column, value, expected):
    (found,) = read(written(tmp_path, pa.table({"text": ["ord"]} | {column: [value]})))
    assert found == expected if expected else not isinstance(found, str)


def test_bytes_that_are_no_letters_are_refused_alone(tmp_path):
    raw = pa.array([b"en", b"Torbj\xf8rgine", b"tre"], pa.binary()).view(pa.string())
    first, second, third = read(written(tmp_path, pa.table({"text": raw})))
    assert (first.raw.reveal(), third.raw.reveal()) == ("en", "tre")
    assert second == "row 2: is not UTF-8 text"


def test_only_the_rows_of_the_range_are_read(tmp_path):
    """The second block is damaged: who reads the first does not notice, nor learns what it held."""
    texts = [f"Torbjørgine nummer {number}" for number in range(20)]
    path = written(tmp_path, pa.table({"text": texts}), row_group_size=10, compression="zstd")
    content = bytearray(path.read_bytes())
    with pq.ParquetFile(path) as file:
        chunk = file.metadata.row_group(1).column(0)
        place = chunk.dictionary_page_offset or chunk.data_page_offset
    content[place : place + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    path.write_bytes(content)
    assert [one.raw.reveal() for one in read(path, 3, 6)] == texts[3:6]
    *good, bad = read(path, 8, 20)
    assert [one.raw.reveal() for one in good] == texts[8:10]
    assert bad.endswith("cannot be read from the file, nor what follows up to row 20")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"text\nen\n", b"PAR1" + b"\x00" * 50 + b"PAR1"])
def test_other_files_are_refused_whole(tmp_path, content):
    path = tmp_path / "in.parquet"
    path.write_bytes(content)
    with pytest.raises(NotText):
        row_count(path)
    assert [str(one) for one in whole(path, Kind.PARQUET, limit=40)] == [
        "row 1: the input is no Parquet file"
    ]


@pytest.mark.parametrize("columns", [{"id": ["1"]}, {"text": ["en"], "navn": ["Torbjørgine"]}])
def test_columns(tmp_path, columns):
    path = written(tmp_path, pa.table(columns))
    with pytest.raises(BadFields):
        row_count(path)
    (row,) = whole(path, Kind.PARQUET, limit=40)
    assert str(row).startswith("row 1: ")
    assert "Torbjørgine" not in str(row)
