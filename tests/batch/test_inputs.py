"""What is read from where, and what is said about what cannot be."""

from __future__ import annotations

import io

import pytest

from service.batch.inputs import Kind, WrongUse, kind_of, stream_rows
from service.batch.lines import longest
from service.batch.parts import whole
from service.intake.rows import Row

LIMIT = 40
SECRET = "Torbjørgine"


def read(content: bytes):
    return [
        one.draft.raw.reveal() if isinstance(one, Row) else str(one)
        for one in stream_rows(io.BytesIO(content), limit=LIMIT)
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"text": "en"}\n{"text": "to"}\n', ["en", "to"]),
        (b'\n\n {"text": "en"}\n', ["en"]),
        (b'\xef\xbb\xbf{"text": "en"}\n', ["en"]),
        (b'{"text": "en"}', ["en"]),
        (b'{"text": \n{"text": "to"}\n', ["row 1: is not one JSON object in UTF-8", "to"]),
        ("Kære kommune\nhvad nu\n".encode(), ["Kære kommune\nhvad nu"]),
        (b"Hej\r\n", ["Hej"]),
        (b"\xef\xbb\xbfHej", ["Hej"]),
        (b'Hej\n{"text": "to"}\n', ['Hej\n{"text": "to"}']),  # a letter that quotes JSON
        (b"{vi fik afslag}\n", ["{vi fik afslag}"]),
        (b'"{"\n', ['"{"']),
        (b"", ["row 1: the text is empty"]),
        (b" \n\t\n", ["row 1: the text is empty"]),
        (b"x" * 41, ["row 1: the text has 41 characters, the limit is 40"]),
        (
            b"x" * longest(LIMIT),
            ["row 1: the text has more than 40 characters, which is the limit"],
        ),
        ("blåbær".encode("latin-1"), ["row 1: the input is not UTF-8 text"]),
        ("blåbær".encode("utf-16"), ["row 1: the input is not UTF-8 text"]),
        (b"PAR1\x00\x01\x02", ["row 1: the input is binary"]),
        (b"hej\x00", ["row 1: the input is binary"]),
    ],
)
def test_standard_input(content, expected):
    assert read(content) == expected


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"id": "1"}', "text: is missing"),
        ('{"text": 7}', "text: must be text"),
        ('{"text": ""}', "the text is empty"),
        ('{"text": "hej", "navn": "Torbjørgine"}', "navn: is not a known field"),
        ('{"text": "hej", "Torbjørgine": 1}', "?: is not a known field"),
        (
            '{"text": "hej", "municipality": "Torbjørgine"}',
            "municipality: is not a Danish municipality",
        ),
        ('{"text": "hej", "area": "Torbjørgine"}', "area: is not one of the eight areas"),
        ('{"text": "hej", "received_at": "Torbjørgine"}', "received_at: is not an ISO 8601 time"),
        ('{"text": "hej", "is_test": "Torbjørgine"}', "is_test: must be true or false"),
        ('{"text": "hej", "id": "140642-6123"}', "id: must be 1-64 letters"),
        ('{"text": "Torbjørgine"', "is not one JSON object in UTF-8"),
        ('["Torbjørgine"]', "is not one JSON object in UTF-8"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(line, why):
    first, second, third = read(f'{{"text": "en"}}\n{line}\n{{"text": "tre"}}\n'.encode())
    assert (first, third) == ("en", "tre")
    assert second.startswith(f"row 2: {why}")
    assert SECRET not in second


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.jsonl", Kind.JSONL),
        ("a.CSV", Kind.CSV),
        ("a.b.parquet", Kind.PARQUET),
        ("a.txt", Kind.TEXT),
    ],
)
def test_kinds_go_by_the_suffix(tmp_path, name, kind):
    (tmp_path / name).touch()
    assert kind_of(tmp_path / name) is kind


@pytest.mark.parametrize("name", ["a", "a.json", "a.xlsx", "jsonl", "missing.csv"])
def test_other_files_are_wrong_use(tmp_path, name):
    if "missing" not in name:
        (tmp_path / name).touch()
    with pytest.raises(WrongUse):
        kind_of(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"id,area\n1,x\n", "the column text is missing"),
        (b"text,text\n1,2\n", "a column stands twice"),
        ("text,Torbjørgine\n1,2\n".encode(), "there is a column that is not one of"),
        (b"\xff\xfet\x00e\x00x\x00t\x00", "the input is not UTF-8 text"),
        (b"PK\x03\x04\x00\x00text", "the input is binary"),
    ],
)
def test_a_header_that_cannot_be_used_is_row_1(tmp_path, content, why):
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    (row,) = whole(path, Kind.CSV, limit=LIMIT)
    assert str(row).startswith(f"row 1: {why}")
    assert SECRET not in str(row)
