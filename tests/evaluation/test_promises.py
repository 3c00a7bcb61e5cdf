"""What became of a promise, counted by hand."""

import numpy as np
import pytest

from evaluation.measure_promises import kept
from evaluation.tables import promises
from models.classifier.promises import NO_PROMISE, Promise
from nlp.types import LABELS


@pytest.fixture
def found():
    """The first label is promised from .5, the second from .2, the others not at all."""
    made = [Promise(40, 0.5, 0.9, 0.95), Promise(30, 0.2, 0.9, 0.95)]
    made += [Promise(9, None, 0.9, 0.95)] * 4
    truth = np.zeros((4, 6), dtype=bool)
    truth[:3, 0] = truth[3, 1] = truth[0, 5] = True
    shares = np.full((4, 6), 0.3)
    shares[:, 0] = [0.5, 0.9, 0.49, 0.7]
    empty = np.zeros((0, 6), dtype=bool), np.zeros((0, 6))
    return kept(made, {"all": (truth, shares), "none": empty})


def test_recall_and_surplus_are_counted_from_the_threshold_on(found):
    first, second = (found["by_label"][label]["parts"]["all"] for label in LABELS[:2])
    assert (first["recall"]["hits"], first["recall"]["total"], first["surplus"]) == (2, 3, 0.25)
    assert (second["recall"]["hits"], second["recall"]["total"], second["surplus"]) == (1, 1, 0.75)


def test_together_are_the_labels_that_carry_a_promise(found):
    together = found["together"]["all"]
    assert (together["recall"]["hits"], together["recall"]["total"]) == (3, 4)
    assert together["surplus"] == 1.0


def test_nothing_is_counted_where_nothing_is_promised(found):
    other = found["by_label"]["andre"]
    assert (other["positives"], other["threshold"], other["words"]) == (9, None, NO_PROMISE)
    assert other["parts"]["all"]["recall"]["share"] is None
    assert other["parts"]["all"]["surplus"] is None
    assert found["together"]["none"]["recall"]["total"] == 0
    assert found["together"]["none"]["surplus"] is None


def test_no_promise_at_all_is_a_table_too():
    none = kept(
        [Promise(0, None, 0.9, 0.95)] * 6, {"all": (np.ones((2, 6), bool), np.ones((2, 6)))}
    )
    assert none["together"]["all"]["recall"]["total"] == 0
    assert promises(none).count(NO_PROMISE) == 6


def test_the_table_has_a_row_a_label_and_says_it_in_words(found):
    lines = promises(found).splitlines()
    assert len(lines) == 2 + len(LABELS) + 1
    assert "| sagsoplysning | 40 | 0.500 | mindst 90 % af de sande" in lines[2]
    assert "66.7 %" in lines[2]
    assert lines[7].startswith(f"| andre | 9 | – | {NO_PROMISE} | – | – |")
