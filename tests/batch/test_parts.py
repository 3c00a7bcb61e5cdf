"""A file cut into parts reads exactly as the whole, however it is cut and whatever is broken in it."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.batch.inputs import Kind
from service.batch.lines import Placed, bounded, longest
from service.batch.parts import Part, rows_of, split, total, whole
from service.intake.rows import Row

LIMIT = 60
SECRET = "Torbjørgine Hvidsandsø"


def told(rows):
    """What became of each row, comparable."""
    return [
        (one.row, one.draft.raw.reveal(), one.draft.external_id)
        if isinstance(one, Row)
        else (one.row, str(one), None)
        for one in rows
    ]


def in_parts(path: Path, kind: Kind, rows: int):
    parts = list(split(path, kind, limit=LIMIT, rows=rows))
    return parts, told(row for part in parts for row in rows_of(part, limit=LIMIT))


def seamless(parts: list[Part], end: int) -> bool:
    """Each part begins where the one before stopped."""
    stops = [part.stop for part in parts]
    return [part.start for part in parts][1:] == stops[:-1] and stops[-1:] in ([], [end])


cells = st.text(st.sampled_from('abæø ",;\n\r\u2028=é\x00'), max_size=12)
csv_lines = st.one_of(
    st.builds(
        lambda text, one: f'{one},"{text.replace(chr(34), chr(34) * 2)}"', cells, st.integers(1, 9)
    ),
    st.builds(lambda text: f"7,{text}", cells),  # quotation marks as they come
    st.sampled_from(
        ["", " ", '"', '8,"open', 'x"y', "1,2,3", '9,"over\nto\nlines"', "5," + "å" * 90]
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(csv_lines, max_size=12),
    rows=st.integers(1, 5),
    end=st.sampled_from(["\n", "\r\n"]),
    tail=st.sampled_from([b"", b"\n", b"3,\xe6\n"]),
)
def test_csv(tmp_path, lines, rows, end, tail):
    path = tmp_path / "in.csv"
    path.write_bytes(end.join(["id,text", *lines]).encode() + b"\n" + tail)
    parts, found = in_parts(path, Kind.CSV, rows)
    assert found == told(whole(path, Kind.CSV, limit=LIMIT))
    assert all(part.stop > part.start for part in parts)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.one_of(
            st.builds(lambda text: json.dumps({"text": text}).encode(), cells),
            st.builds(lambda text: json.dumps({"text": text, "id": "a"}).encode(), cells),
            st.sampled_from([b"", b"  ", b"{", b"[1]", b"\xff", b'{"text": "en", "navn": "x"}']),
        ),
        max_size=12,
    ),
    rows=st.integers(1, 5),
)
def test_jsonl(tmp_path, lines, rows):
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n".join(lines))
    parts, found = in_parts(path, Kind.JSONL, rows)
    assert found == told(whole(path, Kind.JSONL, limit=LIMIT))
    assert seamless(parts, total(path, Kind.JSONL))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(0, 40), group=st.integers(1, 15), rows=st.integers(1, 12))
def test_parquet(tmp_path, count, group, rows):
    path = tmp_path / "in.parquet"
    texts = pa.table(
        {"text": pa.array([f"ord {n}" if n % 5 else None for n in range(count)], pa.string())}
    )
    pq.write_table(texts, path, row_group_size=group)
    parts, found = in_parts(path, Kind.PARQUET, rows)
    assert found == told(whole(path, Kind.PARQUET, limit=LIMIT))
    assert [row for row, *_ in found] == list(range(1, count + 1))
    assert seamless(parts, count)


def test_a_part_holds_no_text_and_travels(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(f'text\n"{SECRET}"\n{SECRET}\n')
    for part in split(path, Kind.CSV, limit=LIMIT, rows=1):
        assert "Torbj" not in repr(part)
        assert SECRET.encode() not in pickle.dumps(part)
        assert pickle.loads(pickle.dumps(part)) == part


def test_a_part_is_small_even_when_rows_are_long(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes((json.dumps({"text": "x" * 40_000}) + "\n").encode() * 40)
    parts = list(split(path, Kind.JSONL, limit=50_000, rows=1_000))
    assert len(parts) > 4
    assert max(part.stop - part.start for part in parts) < 400_000


@pytest.mark.parametrize(
    ("content", "most", "expected"),
    [
        (b"", 4, []),
        (b"\n", 4, [(b"\n", 1)]),
        (b"abc\n", 4, [(b"abc\n", 4)]),
        (b"abcd\n", 4, [(b"abcd", 5)]),
        (b"abcdefghi", 4, [(b"abcd", 9)]),
        (b"abcdefg\nh\n", 4, [(b"abcd", 8), (b"h\n", 2)]),
    ],
)
def test_long_lines_are_not_held(tmp_path, content, most, expected):
    path = tmp_path / "in"
    path.write_bytes(content)
    with path.open("rb") as file:
        assert list(bounded(file, most)) == expected


def test_places_of_lines_are_forgotten_when_they_are_passed(tmp_path):
    path = tmp_path / "in"
    path.write_bytes(b"en\nto\n\ntre\n")
    with path.open("rb") as file:
        placed = Placed(file, 100)
        assert list(placed) == [b"en\n", b"to\n", b"\n", b"tre\n"]
        assert [placed.start_of(number) for number in (1, 2, 2, 4)] == [0, 3, 3, 7]
        assert placed.end == 11


def test_a_line_beyond_all_reason_is_refused_alone(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"text": "' + b"x" * longest(LIMIT) + b'"}\n{"text": "to"}\n')
    (first, second) = told(whole(path, Kind.JSONL, limit=LIMIT))
    assert first[0] == 1
    assert f"{LIMIT} characters" in first[1]
    assert second == (2, "to", None)
