"""A broken row is named by its line; the others are read."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.errors import NotText
from service.errors import BadFields
from service.intake.rows import RefusedRow, read_csv, read_jsonl


def rows(content, read=read_csv, limit=1000):
    """Line → the text that was read, or the field that was refused."""
    found = {}
    for row in read(io.BytesIO(content), limit=limit):
        is_refused = isinstance(row, RefusedRow)
        found[row.row] = row.problems[0].field if is_refused else row.draft.raw.reveal()
    return found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("text\nen\nto\n", {2: "en", 3: "to"}),
        ("\ufefftext\nen\n", {2: "en"}),  # BOM
        ("text;id\nen;1\n", {2: "en"}),  # Danish Excel
        ("text\tid\nen, to\t1\n", {2: "en, to"}),
        ("id,text\r\n1,en\r\n", {2: "en"}),
        ("text,area\nen,jobcenter", {2: "en"}),  # no line end at the end
        ("text\nen\n\n\nto\n", {2: "en", 5: "to"}),
        ('text\n"en ""to"""\n', {2: 'en "to"'}),
        ('text,id\n"en\nto",1\ntre,2\n', {2: "en\nto", 4: "tre"}),
        ('text,id\n"en,1\nto,2\n', {2: "", 3: "to"}),  # never closed
        ('text,id\n"en,1\nto,2\n"tre",3\n', {2: "", 3: "to", 4: "tre"}),  # closed by another row
        ('text,id\n"en"x,1\nto,2\n', {2: "", 3: "to"}),
        ("text,id\nen,1,2\nto,2\n", {2: "", 3: "to"}),
        ("text,id\nen\nto,2\n", {2: "", 3: "to"}),
        ("text,id\n,1\nto,2\n", {2: "text", 3: "to"}),  # empty
        ("text,area\nen,sport\nto,handicap\n", {2: "area", 3: "to"}),
        ("text,municipality\nen,Atlantis\nto,kbh\n", {2: "municipality", 3: "to"}),
        ("text\n" + "x" * 1001 + "\nto\n", {2: "text", 3: "to"}),
        ("text\nen\x00\nto\n", {2: "text", 3: "to"}),
    ],
)
def test_csv(content, expected):
    assert rows(content.encode()) == expected


def test_a_line_that_is_not_utf8_is_refused_alone():
    assert rows("text\nså\nto\n".encode("latin-1")) == {2: "", 3: "to"}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", BadFields),
        (b"id,area\n1,handicap\n", BadFields),
        (b"text,text\n1,2\n", BadFields),
        (b"text,navn\n1,2\n", BadFields),
        (b'"text\n1\n', BadFields),
        (b"\xff\xfet\x00e\x00x\x00t\x00", NotText),
        (b"PK\x03\x04\x00\x00text", NotText),
    ],
)
def test_a_header_that_cannot_be_used(content, error):
    with pytest.raises(error):
        list(read_csv(io.BytesIO(content), limit=100))


def test_jsonl():
    lines = [
        b'{"text": "en"}',
        b"",
        b'{"text"',
        b"[1]",
        b'{"text": "to", "x": 1}',
        b"\xe6",
        b'{"text": "tre"}',
    ]
    expected = {1: "en", 3: "", 4: "", 5: "x", 6: "", 7: "tre"}
    assert rows(b"\n".join(lines), read_jsonl) == expected


def test_messages_hold_nothing_of_the_row():
    content = b'text,area\n"Mette Testesen,1\nMette,Testesen\n'
    refused = list(read_csv(io.BytesIO(content), limit=100))
    assert len(refused) == 2
    assert "Mette" not in str([(str(row), row.problems) for row in refused])
    assert "Testesen" not in str([(str(row), row.problems) for row in refused])


words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), include_characters="\n"
    ),
    min_size=1,
    max_size=30,
).filter(
    lambda text: (
        text.strip(" \n\u200b\ufeff\u2060") and "\ufffe" not in text and "\uffff" not in text
    )
)


@given(st.lists(words, min_size=1, max_size=8))
def test_what_csv_writes_is_read_back(texts):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["text", "is_test"], *([text, "nej"] for text in texts)])
    found = rows(out.getvalue().encode())
    assert [value for value in found.values() if value != "text"] == [
        text for text in texts if found and text != "text" and not _is_refused(text)
    ]


def _is_refused(text):
    return rows(json.dumps({"text": text}).encode(), read_jsonl) == {1: "text"}


@given(st.integers(0, 5), st.sampled_from(['"', '"a"b', 'a"b"c"', '"a,b']))
def test_rows_behind_a_broken_one_are_read(before, broken):
    good = [f"{number},ord nummer {number}" for number in range(6)]
    lines = ["id,text", *good[:before], f"9,{broken}", *good[before:]]
    found = rows("\n".join(lines).encode())
    assert [f"ord nummer {number}" for number in range(6)] == [
        value for value in found.values() if value.startswith("ord")
    ]
