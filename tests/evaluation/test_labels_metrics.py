"""Figures about labels against hand counts, against scikit-learn, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import brier_score_loss, f1_score

from evaluation.figures import Rate
from evaluation.labels import (
    by_key,
    calibration,
    cheapest_f1_thresholds,
    confusion,
    evidence_score,
    f1_by_label,
    krippendorff_alpha,
    macro_f1,
    score,
    token_f1,
    tokens,
)

yes_no = arrays.arrays(bool, st.tuples(st.integers(1, 12), st.just(6)))


@st.composite
def answers(draw):
    truth = draw(yes_no)
    return truth, draw(arrays.arrays(bool, truth.shape))


def rows(*texts: str) -> np.ndarray:
    """«100000» is a text with the first label."""
    return np.array([[c == "1" for c in text] for text in texts])


def test_every_figure_counted_by_hand():
    truth = rows("110000", "100000", "000001", "000000")
    given_ = rows("100000", "110000", "000000", "000000")
    scores = score(truth, given_, given_ * 0.8 + 0.1)
    assert scores.recall == Rate(2, 4)
    assert scores.exact == Rate(1, 4)
    assert scores.surplus.value == pytest.approx(0.25)
    assert scores.by_label["sagsoplysning"].f1.value == 1.0
    assert scores.by_label["partshøring"].precision == Rate(0, 1)
    assert scores.by_label["partshøring"].f1.value == 0.0
    assert scores.by_label["andre"].recall == Rate(0, 1)
    assert scores.macro_f1.value == pytest.approx(1 / 6)


def test_the_order_of_labels_is_the_project_s():
    scores = score(rows("010000"), rows("010000"), np.full((1, 6), 0.5))
    assert list(scores.by_label) == [
        "sagsoplysning", "partshøring", "begrundelse", "frister", "klagevejledning", "andre",
    ]  # fmt: skip
    assert scores.by_label["partshøring"].positives == 1


@given(answers())
def test_macro_f1_is_scikit_learn_s(case):
    truth, given_ = case
    theirs = f1_score(truth, given_, average="macro", zero_division=0.0)
    assert macro_f1(truth, given_) == pytest.approx(theirs)


@settings(max_examples=25)
@given(answers())
def test_intervals_hold_between_0_and_1_and_are_repeatable(case):
    truth, given_ = case
    one, two = (score(truth, given_, given_.astype(float)) for _ in range(2))
    assert one == two
    assert 0 <= one.macro_f1.low <= one.macro_f1.high <= 1


@settings(max_examples=25)
@given(yes_no)
def test_the_truth_itself_is_perfect(truth):
    scores = score(truth, truth, truth.astype(float))
    assert scores.recall.hits == scores.recall.total
    assert scores.surplus.value == 0
    assert scores.exact.hits == len(truth)
    assert scores.calibration.ece == 0
    assert not confusion(truth, truth).any()


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="shapes differ"):
        score(rows("100000"), rows("100000", "100000"), np.zeros((1, 6)))


@pytest.mark.parametrize(
    ("truth", "given_", "ece"),
    [
        ([1, 1, 0, 0], [1.0, 1.0, 0.0, 0.0], 0.0),
        ([1, 0, 1, 0], [0.5, 0.5, 0.5, 0.5], 0.0),
        ([1, 1, 1, 1], [0.75, 0.75, 0.75, 0.75], 0.25),
        ([0, 0], [0.99, 0.01], 0.5),
        ([1, 0], [0.05, 0.15], 0.55),  # two bins, .95 and .15 off
    ],
)
def test_calibration_error_by_hand(truth, given_, ece):
    found = calibration(np.array([truth], dtype=bool), np.array([given_]))
    assert found.ece == pytest.approx(ece)


@given(
    yes_no.flatmap(
        lambda t: st.tuples(st.just(t), arrays.arrays(float, t.shape, elements=st.floats(0, 1)))
    )
)
def test_calibration_is_bounded_and_brier_is_scikit_learn_s(case):
    truth, given_ = case
    found = calibration(truth, given_)
    assert 0 <= found.ece <= 1
    assert sum(b.count for b in found.bins) == truth.size
    if truth.any() and not truth.all():
        assert found.brier == pytest.approx(brier_score_loss(truth.ravel(), given_.ravel()))


@pytest.mark.parametrize("wrong", [-0.01, 1.01])
def test_a_probability_beyond_its_bounds_is_refused(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibration(np.array([[True]]), np.array([[wrong]]))


def test_confusion_tells_which_label_stood_in_for_which():
    truth = rows("100000", "100000", "000001", "010000")
    given_ = rows("010000", "000000", "000001", "110000")
    table = confusion(truth, given_)
    assert table[0, 1] == 1  # missed the first, said the second
    assert table[0, 0] == 1  # missed, nothing instead
    assert table.sum() == 2  # a surplus beside a right label is no confusion


@given(answers())
def test_confusion_counts_each_lonely_miss_once(case):
    truth, given_ = case
    missed, wrong = truth & ~given_, given_ & ~truth
    lonely = missed & ~wrong.any(axis=1, keepdims=True)
    assert (np.diag(confusion(truth, given_)) == lonely.sum(axis=0)).all()


@pytest.mark.parametrize(
    ("gold", "shown", "expected"),
    [
        ([(0, 19)], [(0, 19)], 1.0),
        ([(0, 19)], [], 0.0),
        ([], [], 1.0),
        ([], [(0, 5)], 0.0),
        ([(0, 5)], [(6, 9)], 0.0),
        ([(0, 9)], [(6, 16)], 0.5),
        ([(0, 9)], [(0, 5), (6, 9)], 1.0),
        ([(4, 7)], [(0, 9)], 1.0),  # part of a word is the word
    ],
)
def test_evidence_is_compared_word_by_word(gold, shown, expected):
    assert token_f1("ingen har spurgt os", gold, shown) == pytest.approx(expected)


def test_a_range_that_only_touches_a_word_does_not_take_it():
    assert tokens("ingen har", [(5, 6)]) == set()
    assert tokens("ingen har", [(5, 7)]) == {6}


def test_missed_labels_weigh_in_the_strict_evidence_score_only():
    found = evidence_score([1.0, 0.5, None, None])
    assert (found.when_suggested, found.of_all, found.pairs) == (0.75, 0.375, 4)
    assert evidence_score([]).of_all == evidence_score([None]).when_suggested == 0.0


@given(
    yes_no.flatmap(
        lambda t: st.tuples(st.just(t), arrays.arrays(float, t.shape, elements=st.floats(0, 1)))
    )
)
def test_no_other_threshold_is_better_than_the_tuned_one(case):
    truth, given_ = case
    best = cheapest_f1_thresholds(truth, given_)
    ours = f1(truth, given_ >= best)
    for row in given_:
        # Halfway between two floats that are next to each other is one of them.
        exact = np.isclose(best, given_).any(axis=0)
        assert ((ours >= f1(truth, given_ >= row) - 1e-9) | exact).all()


def f1(truth, suggested):
    return f1_by_label(truth, suggested, np.ones((1, len(truth))))[0]


def test_parts_are_measured_by_the_labels_that_occur_in_them():
    truth = rows("100000", "000000", "010000")
    given_ = rows("100000", "100000", "000000")
    parts = by_key(["a", "b", "b"], truth, given_)
    assert parts["a"]["macro_f1"] == 1.0
    assert parts["b"]["macro_f1"] == 0.0
    assert parts["b"]["surplus"] == 0.5
    assert by_key(["c"], rows("000000"), rows("000000"))["c"]["micro_f1"] is None


@pytest.mark.parametrize(
    ("one", "other", "alpha"),
    [
        # Krippendorff 2011, «Computing Krippendorff's Alpha-Reliability»: sections A and B
        ("0100000010", "1110010000", 0.095),
        ("aabbdcccedda", "babbbccceddd", 0.692),
        # by hand: 1 - (2n - 1) * disagreements / (zeros * ones)
        ("01", "01", 1.0),
        ("01", "10", -0.5),
        ("0011", "0111", 1 - 7 * 1 / (3 * 5)),
        ("0000000001", "0000000000", 0.0),
        # one value alone: nothing could have disagreed
        ("0000", "0000", None),
        ("1", "1", None),
        ("", "", None),
    ],
)
def test_alpha_by_hand(one, other, alpha):
    found = krippendorff_alpha(np.array(list(one)), np.array(list(other)))
    assert found == (None if alpha is None else pytest.approx(alpha, abs=5e-4))


@given(answers())
def test_alpha_is_the_same_from_both_sides_and_one_for_the_same(case):
    one, other = case
    found = krippendorff_alpha(one, other)
    assert found == krippendorff_alpha(other, one)
    assert found is None or -1 <= found <= 1
    if found is not None:
        assert (found == 1) == (one == other).all()


def test_alpha_needs_the_same_texts():
    with pytest.raises(ValueError, match="shapes differ"):
        krippendorff_alpha(np.zeros(3), np.zeros(4))
