"""Whole lines or nothing, also when somebody presses Ctrl-C."""

from __future__ import annotations

import io
import json
import os
import signal

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.types import LABELS
from service.batch.outputs import LineOutput, ParquetOutput, Stop, stoppable, writing

TAGGED = {
    "id": "a",
    "text": "Jeg har ventet på [PERSON 1].",
    "entities": [{"start": 18, "end": 28, "type": "PERSON"}],
    "suggestions": [
        {
            "label": label,
            "probability": 0.25,
            "suggested": False,
            "evidence": [{"start": 0, "end": 14}],
        }
        for label in LABELS
    ],
    "excerpts": [{"label": "frister", "text": "Jeg har ventet"}],
    "versions": {"redactor": "1", "classifier": "2"},
}


@given(st.lists(st.lists(st.dictionaries(st.text(), st.text()).map(json.dumps))))
def test_lines_come_out_as_they_went_in(batches):
    stream = io.BytesIO()
    output = LineOutput(stream, keep_open=True)
    for lines in batches:
        output.write(lines)
    output.close()
    assert stream.getvalue().decode().splitlines() == [line for lines in batches for line in lines]


@pytest.mark.parametrize("count", [0, 1, 2_000, 4_500])
def test_parquet_holds_what_json_holds(tmp_path, count):
    line = json.dumps(TAGGED, ensure_ascii=False)
    output = ParquetOutput(tmp_path / "out.parquet")
    for start in range(0, count, 700):
        output.write([line] * min(700, count - start))
    output.close()
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.num_rows == count
    assert table.slice(0, 1).to_pylist() == [TAGGED] * min(count, 1)


def interrupt(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)


def held(stop: Stop, *acts) -> None:
    with stop.held():
        for act in acts:
            act()


def test_stop_waits_while_it_is_held():
    stop, seen = Stop(), []
    with pytest.raises(KeyboardInterrupt):
        held(stop, stop.ask, lambda: seen.append("whole"))
    assert seen == ["whole"]
    with pytest.raises(KeyboardInterrupt):
        stop.ask()
    held(stop, lambda: seen.append("again"))
    assert seen == ["whole", "again"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_real_signals(number):
    before, seen = signal.getsignal(number), []
    with stoppable() as stop:
        with pytest.raises(KeyboardInterrupt):
            held(stop, lambda: interrupt(number), lambda: seen.append("whole"))
        with pytest.raises(KeyboardInterrupt):
            interrupt(number)
    assert seen == ["whole"]
    assert signal.getsignal(number) is before


def write_and_stop(target) -> None:
    with writing(str(target)) as write:
        write([json.dumps(TAGGED)] * 3)
        interrupt()


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet"])
def test_what_was_written_before_ctrl_c_can_be_read(tmp_path, name):
    target = tmp_path / name
    with pytest.raises(KeyboardInterrupt):
        write_and_stop(target)
    if name.endswith("jsonl"):
        assert [json.loads(line) for line in target.read_text().splitlines()] == [TAGGED] * 3
    else:
        assert pq.read_table(target).to_pylist() == [TAGGED] * 3


def test_a_run_that_cannot_start_leaves_the_earlier_result(tmp_path):
    target = tmp_path / "out.jsonl"
    target.write_text("earlier\n")
    with pytest.raises(ZeroDivisionError), writing(str(target)):
        raise ZeroDivisionError
    assert target.read_text() == "earlier\n"


def test_no_rows_make_an_empty_file(tmp_path):
    with writing(str(tmp_path / "out.jsonl")):
        pass
    assert (tmp_path / "out.jsonl").read_bytes() == b""
