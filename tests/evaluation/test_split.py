"""The locked third is a third, stable, and the same whatever else is in the benchmark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.split import apart, locked
from evaluation.texts import MarkedText, redaction_texts, submissions


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [("r-001", False), ("r-004", True), ("r-002", False), ("r-005", False), ("e-001", False)],
)
def test_an_id_is_locked_for_good(identifier, expected):
    assert locked(identifier) is expected


@given(st.lists(st.text(max_size=12), unique=True))
def test_every_text_is_in_one_part_and_keeps_its_order(identifiers):
    items = [MarkedText(name, "x", ()) for name in identifiers]
    open_texts, locked_texts = apart(items)
    assert sorted(open_texts + locked_texts, key=items.index) == items
    assert [i for i in items if i in open_texts] == open_texts
    assert all(locked(i.id) for i in locked_texts)


@pytest.mark.parametrize("items", [redaction_texts(), submissions()], ids=["redaction", "labels"])
def test_about_a_third_is_locked(items):
    _, away = apart(items)
    assert 0.28 < len(away) / len(items) < 0.39
