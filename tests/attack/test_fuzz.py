"""What fuzzing found, for ever; the fuzzer itself; and structured inputs drawn by Hypothesis.

The long run is a command: `retsspor bench fuzz`. Its properties are the ones used here.
"""

from __future__ import annotations

import io
import json
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.classifier import store
from models.classifier.store import ARRAYS, SETTINGS
from models.manifest import NAME, read_manifest
from models.reader import SHIPPED
from models.releases.store import POINTER, ReleaseStore
from nlp.errors import ModelDamaged
from nlp.text.clauses import sentences
from nlp.text.normalise import fold, normalise
from nlp.types import RawText
from service.bench import fuzz
from service.bench.fuzzing import files, guided, language, pump, targets, tokens
from service.bench.fuzzing.canaries import canary, with_canary
from service.bench.fuzzing.tally import Broken, Tally

WORDS = st.sampled_from(
    "jeg har ventet på svar fra kommunen min søn er syg de ringede ikke Mette Holm Ødis 12 3.".split()
)
NOISE = st.text(max_size=30) | st.sampled_from(
    ["\u200b", "&#1;", "&oslash;", "\r\n", "e\u0301", "\u0660"]
)
TEXTS = st.lists(WORDS | NOISE, max_size=30).map(" ".join)


# ── found by the fuzzer, and mended ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("entity", ["&#1;", "&#x0B;", "&#xFDD0;", "&#1114111;"])
def test_an_entity_that_names_no_character_is_dropped(entity):
    """It was an IndexError, and the submission was answered with 500."""
    read = normalise(f"Svar{entity} nu")
    assert read.text == "Svar nu"
    assert read.original(4, 5) == (4 + len(entity), 5 + len(entity))


def test_a_small_minus_is_a_hyphen():
    """It became a minus that no rule for CPR numbers knows."""
    assert fold("140642\u208b6123") == "140642-6123"


def test_a_parquet_file_with_a_name_that_is_not_utf8_is_no_parquet_file():
    """It was a UnicodeDecodeError, answered with 500."""
    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["a"], "labels": [["frister"]]}), out)
    broken = out.getvalue().replace(b"labels", b"l\xffbels")
    assert files.RUNS["parquet"](broken) in {"NotText", "BadFields"}


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [1]}',
        b'{"choices": ["ab"]}',
        b'{"choices": [{"number": 1}]}',
        b'{"choices": [{"number": "1", "redactor": 1, "classifier": 2, "at": 0, "by": 0, "why": 0}]}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_pointer_is_told_as_damaged(tmp_path, content):
    """It was an AttributeError or a UnicodeDecodeError, and the service did not start."""
    (tmp_path / POINTER).write_bytes(content)
    found = ReleaseStore(tmp_path)
    with pytest.raises(ModelDamaged):
        found.choices()
    assert found.usable().number == 0


@pytest.mark.parametrize("files", [1, ["a"], {"a": 1}, None])
def test_a_manifest_with_members_of_another_kind_is_damaged(tmp_path, files):
    made = json.loads((SHIPPED / "classifier" / NAME).read_text(encoding="utf-8"))
    (tmp_path / NAME).write_text(json.dumps(made | {"files": files}), encoding="utf-8")
    with pytest.raises(ModelDamaged):
        read_manifest(tmp_path)


def arrays_of(**arrays) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=True, **arrays)
    return out.getvalue()


class Loaded:
    """Would say so if anything ever unpacked it."""

    seen: list[str] = []

    def __reduce__(self):
        return (Loaded.seen.append, ("loaded",))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04" + b"\x00" * 40,
        b"\x80\x04N.",  # a pickle
        arrays_of(idf=np.arange(3))[:-30],
        arrays_of(columns=np.array([Loaded()], dtype=object)),
        arrays_of(columns=np.zeros(1 << 28, dtype=np.uint8)),  # 256 kB that say they are 256 MB
    ],
    ids=["empty", "no zip", "pickle", "cut off", "objects", "large"],
)
def test_arrays_that_are_no_arrays_are_damaged(tmp_path, monkeypatch, content):
    """BadZipFile and EOFError came through; an object array was always refused."""
    monkeypatch.setattr(store, "MOST_BYTES", 1 << 27)
    (tmp_path / SETTINGS).write_bytes((SHIPPED / "classifier" / SETTINGS).read_bytes())
    (tmp_path / ARRAYS).write_bytes(content)
    with pytest.raises(ModelDamaged):
        store.load(tmp_path)
    assert Loaded.seen == []


@pytest.fixture(scope="module")
def ordinary(reader) -> float:
    return pump.ordinary(reader, targets.seeds.texts()[:40])


@pytest.mark.parametrize(
    ("before", "unit"),
    [
        ("", "Aa-"),  # institutions: a word was looked through again from each of its letters
        ("** 12 ", "@"),  # a CPR number half hidden
    ],
)
def test_what_was_steep_is_read_in_time(reader, ordinary, before, unit):
    """Twenty thousand characters took the limit of a pattern, and were refused with 503."""
    found = pump.at_full_length(reader, unit, before, ordinary)
    assert not found.is_bad, found


def test_a_long_run_of_marks_ends_one_sentence():
    started = time.thread_time()
    found = sentences("Hvad er det" + "?" * 20_000 + "x. Svar nu!")
    assert len(found) == 2
    assert time.thread_time() - started < 1


# ── structured inputs ────────────────────────────────────────────────────────────────────────────


@settings(max_examples=150)
@given(TEXTS)
def test_normalising_keeps_places(text):
    assert language.normalising(text.encode("utf-8", "replace")) == "read"


@settings(max_examples=60)
@given(TEXTS, st.integers(0, 65_535))
def test_a_whole_canary_never_comes_out(reader, text, number):
    run = language.redacting(reader.redactor)
    assert run(number.to_bytes(2) + text.encode("utf-8", "replace"))


@settings(max_examples=20)
@given(TEXTS, st.integers(0, 65_535), st.integers(0, 255), st.integers(0, 255))
def test_no_quotation_holds_a_canary(reader, text, number, start, length):
    content = number.to_bytes(2) + bytes([start, length]) + text.encode("utf-8", "replace")
    assert language.excerpting(reader)(content) in {"quoted", "not given", "NotText"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "text", "labels", "passages", "note", "result", "value"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from(["id", "text", "area", "municipality", "received_at", "is_test", "x"]), JSON
    )
)
def test_any_json_is_read_or_refused(fields):
    files.RUNS["body"](json.dumps(fields).encode())
    files.RUNS["decision lines"](json.dumps(fields).encode())
    files.RUNS["json"](json.dumps([{"data": fields, "annotations": [fields]}]).encode())


@settings(max_examples=60)
@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=6), st.sampled_from(",;\t"))
def test_any_csv_is_read_or_refused(rows, delimiter):
    lines = [delimiter.join(row) for row in [["id", "text"], *rows]]
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    assert files.RUNS["csv"](content) in {"rows", "nothing", "BadFields", "NotText"}


@settings(max_examples=25)
@given(st.binary(max_size=60), st.integers(0, 3_000))
def test_nobody_else_comes_out_of_a_token(content, place):
    seed = next(tokens.seeds()) if place % 5 == 0 else b"{}"
    place %= len(seed)
    tokens.identifying(seed[:place] + content + seed[place:])


# ── the fuzzer itself ────────────────────────────────────────────────────────────────────────────


def test_a_tally_finds_what_breaks_and_what_is_slow():
    def run(content: bytes) -> str:
        if content.startswith(b"x"):
            raise Broken("it broke")
        for _ in range(200_000 if content == b"y" * 100 else 200):
            pass
        return "read"

    tally = Tally(run)
    for number in range(200):
        tally.feed(b"a" * (64 + number % 60))
    for content in (b"xxx", b"x", b"y" * 100):
        tally.feed(content)
    assert (tally.count, list(tally.broken.values())) == (203, [b"x"])
    slowest = tally.slowest()
    assert slowest.content == b"y" * 100
    assert slowest.times > 10


def test_a_leak_is_told(reader):
    class Blind:
        def redact(self, raw, *, profile):
            return reader.redact(RawText("Vi har ventet på svar.")).__class__(raw.reveal(), ())

        def find(self, raw, *, profile):
            return []

    with pytest.raises(Broken, match="leaked"):
        language.redacting(Blind())(b"\x00\x01abc def")


@pytest.mark.parametrize("number", range(30))
def test_a_canary_stands_whole_in_its_text(number):
    text, found = with_canary("Vi har ventet længe.", number)
    assert found.is_in(text)
    assert found == canary(number)
    assert not found.is_in("Vi har ventet længe.")


@pytest.mark.parametrize("name", ["form", "body", "csv", "jsonl", "json", "decision lines", "decision csv", "parquet", "addresses", "token", "pointer", "manifest", "arrays", "normalise"])  # fmt: skip
def test_every_seed_is_good_for_its_target(tmp_path, name):
    target = targets.target(name, tmp_path)
    assert {target.run(seed) for seed in target.seeds}
    assert len(list(guided.corpus(tmp_path, target.seeds).iterdir())) == len(set(target.seeds))


def test_the_shares_make_a_million():
    assert sum(fuzz.shares(1_000_000).values()) >= 1_000_000
    assert set(fuzz.SHARES) == {*files.RUNS, *targets._MAKERS}


def test_a_pattern_that_backtracks_is_found():
    import re

    bad = re.compile(r"(?:a+)+b|x\s*$")
    found = [one for one in pump.pump("bad", re.compile(r"\s+$"), []) if one.is_steep]
    assert any(one.unit.isspace() for one in found)
    assert "a" in pump.units(bad, ["aab"])
    places = pump.patterns()
    assert "nlp.text.normalise._ENTITY" in places
    assert any("CprRecognizer" in place for place in places)
    assert len(places) > 300
