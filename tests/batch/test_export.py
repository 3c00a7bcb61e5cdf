"""What goes out: confirmed rows only, and no cell that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.types import LABELS
from service.batch.export import Exported, as_csv, plain_cell, safe_cell, write_export
from service.reports.types import ConfirmedSubmission

WHEN = datetime(2026, 5, 1, tzinfo=UTC)


def row(public_id="A", **changes):
    fields = {
        "public_id": public_id,
        "submitter": "opaque-key",
        "received_at": WHEN,
        "area": "handicap",
        "municipality": None,
        "labels": ("frister", "andre"),
        "excerpts": (("frister", "intet svar"), ("frister", "i et år"), ("andre", "=1+1")),
        "reviewed_at": WHEN,
        "excluded": None,
    }
    return ConfirmedSubmission(**(fields | changes))


ROWS = [Exported(row(), "[PERSON 1] har ventet."), Exported(row("B", municipality="Kolding"))]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+45 12", "'+45 12"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("\r\n=1", "'\r\n=1"),
        ("1=1", "1=1"),
        ("«=1»", "«=1»"),
        ("", ""),
    ],
)
def test_formulas(cell, expected):
    assert safe_cell(cell) == expected


@given(st.text())
def test_no_cell_begins_like_a_formula(text):
    safe = safe_cell(text)
    assert safe.endswith(text)
    assert not safe.strip().startswith(("=", "+", "-", "@", "|", "%"))


@given(st.text(alphabet="'=+-@|%＝ \t\r\nab"))
def test_what_was_made_safe_can_be_undone(text):
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("cell", ["'citat'", "'", "", "a'=1", "''", "' a"])
def test_an_apostrophe_of_the_text_stays(cell):
    assert safe_cell(cell) == cell
    assert plain_cell(cell) == cell


def test_csv(tmp_path):
    assert write_export(ROWS, tmp_path / "out.csv") == 2
    content = (tmp_path / "out.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert [first[label] for label in LABELS] == ["0", "0", "0", "1", "0", "1"]
    assert (first["excerpt frister"], first["excerpt andre"]) == ("intet svar … i et år", "'=1+1")
    assert (first["text"], second["text"]) == ("[PERSON 1] har ventet.", "")
    assert (first["municipality"], second["municipality"]) == ("", "Kolding")


def test_jsonl_and_parquet_hold_the_same(tmp_path):
    write_export(ROWS, tmp_path / "out.jsonl")
    write_export(ROWS, tmp_path / "out.parquet")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [{"text": None} | line for line in lines] == [
        {"text": None} | line for line in pq.read_table(tmp_path / "out.parquet").to_pylist()
    ]
    assert lines[1]["labels"] == ["frister", "andre"]


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.parquet"])
def test_the_key_of_the_sender_stays(tmp_path, name):
    write_export(ROWS, tmp_path / name)
    assert b"opaque-key" not in (tmp_path / name).read_bytes()


def test_nothing_confirmed_makes_an_empty_file(tmp_path):
    assert write_export([], tmp_path / "out.parquet") == 0
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0
    assert as_csv([]).startswith("id,received_at")
