"""What is measured on was not learned from: the benchmark's contract."""

import json
from collections import Counter

import pytest

from evaluation.overlap import near_duplicates, pieces
from evaluation.texts import (
    BENCHMARK,
    SECOND_READER,
    redaction_texts,
    second_readings,
    submissions,
)
from models import corpora
from nlp.types import LABELS
from training_data.areas import AREAS


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Vi har ikke fået svar siden maj", "vi har  ikke\nfået svar siden MAJ", True),
        ("Vi har ikke fået svar siden maj", "Vi har ikke fået svar siden juni", True),
        ("Vi har ikke fået svar siden maj", "Vi har fået svar og er glade for det", False),
        ("Ja", "Ja", True),
        ("Ja", "Nej", False),
    ],
)
def test_a_near_duplicate_is_one_in_spite_of_case_and_space(one, other, found):
    assert bool(list(near_duplicates({"a": one}, [("b", other)]))) is found


def test_an_equal_text_shares_everything():
    assert list(near_duplicates({"a": "samme tekst"}, [("b", "samme tekst")])) == [("a", "b", 1.0)]
    assert len(pieces("")) == 1


def test_no_benchmark_text_is_in_the_training_text():
    measured = {f"redaction/{t.id}": t.text for t in redaction_texts()}
    measured |= {f"submissions/{s.id}": s.block.text for s in submissions()}
    measured |= {f"fresh/{s.id}": s.block.text for s in submissions(BENCHMARK / "fresh")}
    learned = [(b.id, b.text) for b in corpora.blocks("submissions", "letters")]
    learned += [(f"{c.origin}: {c.text}", c.text) for c in corpora.clause_bank()]
    assert [pair[:2] for pair in near_duplicates(measured, learned)] == []


def test_benchmark_ids_are_unique_and_nobody_else_s():
    measured = [t.id for t in redaction_texts()] + [s.id for s in submissions()]
    measured += [s.id for s in submissions(BENCHMARK / "fresh")]
    learned = {b.id for b in corpora.blocks("submissions", "letters")}
    assert [name for name, times in Counter(measured).items() if times > 1] == []
    assert set(measured) & learned == set()


def test_the_benchmark_is_as_large_as_promised():
    texts = redaction_texts()
    assert len(texts) >= 600
    assert sum(t.hard_negative for t in texts) >= 200
    # A few carry one real entity beside what only looks like one.
    assert sum(bool(t.gold) for t in texts if t.hard_negative) <= 10
    held_out = submissions()
    assert {s.block.fields[0] for s in held_out} == set(AREAS)
    positives = Counter(label for s in held_out for label in s.block.labels)
    assert all(positives[label] >= 50 for label in LABELS)


def test_every_evaluation_text_has_exactly_one_second_reading():
    measured = [s.id for s in submissions()] + [s.id for s in submissions(BENCHMARK / "fresh")]
    lines = SECOND_READER.read_text(encoding="utf-8").splitlines()
    ids = [json.loads(line)["id"] for line in lines]
    assert ids == sorted(measured)
    assert set(second_readings()) == set(measured)


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (['{"id": "a", "labels": ["frist"], "unsure": []}'], "a: no label is called frist"),
        (['{"id": "a", "labels": [], "unsure": ["x"]}'], "a: no label is called x"),
        (['{"id": "a", "labels": [], "unsure": []}'] * 2, "a was read twice"),
    ],
)
def test_a_second_reading_that_makes_no_sense_is_refused(tmp_path, lines, error):
    path = tmp_path / "second.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ValueError, match=error):
        second_readings(path)
