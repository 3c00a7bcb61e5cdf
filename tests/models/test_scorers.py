"""Scorers: what stands unevenly weighs more, margins become chances, order is kept."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from models.classifier.scorers import Scorer, Sigmoid, fit_scorer, fit_sigmoid, unevenness

RNG = np.random.default_rng(7)
WEIGHTS = st.floats(-4, 4).map(lambda value: round(value, 3))


def rows_of(*rows: tuple[float, ...]) -> sp.csr_matrix:
    return sp.csr_matrix(np.array(rows, dtype=np.float32))


@pytest.mark.parametrize(
    ("rows", "truth", "most", "least"),
    [
        # feature 0 only among positives, feature 1 everywhere, feature 2 only among negatives
        (((1, 1, 0), (1, 1, 0), (0, 1, 1), (0, 1, 1)), (1, 1, 0, 0), {0, 2}, 1),
        # twice as many negatives: feature 1 is still even
        (((1, 1, 0), (0, 1, 1), (0, 1, 1)), (1, 0, 0), {0, 2}, 1),
    ],
)
def test_uneven_features_weigh_more(rows, truth, most, least):
    scale = unevenness(rows_of(*rows), np.array(truth))
    assert (scale >= 1).all()
    assert np.argmin(scale) == least
    assert {int(i) for i in np.argsort(scale)[-2:]} == most


def test_a_feature_that_nobody_has_is_left_alone():
    scale = unevenness(rows_of((1, 0), (1, 0), (1, 0), (1, 0)), np.array([1, 0, 1, 0]))
    assert scale == pytest.approx([1, 1], abs=0.2)


def test_it_learns_and_says_so_with_the_right_sign():
    truth = RNG.integers(0, 2, (200, 3))
    rows = sp.csr_matrix(np.hstack([truth, 1 - truth, RNG.random((200, 4))]).astype(np.float32))
    scores = fit_scorer(rows, truth, C=0.5).scores(rows)
    assert ((scores > 0) == truth).mean() > 0.98


@pytest.mark.parametrize(("value", "sign"), [(0, -1), (1, 1)])
def test_a_label_that_never_varies_is_a_constant(value, sign):
    scorer = fit_scorer(rows_of((1, 0), (0, 1)), np.array([[value, 0], [value, 1]]), C=1.0)
    assert not scorer.coef[0].any()
    assert scorer.intercept[0] == sign * 6
    assert scorer.coef[1].any()


def test_the_same_twice():
    truth, rows = RNG.integers(0, 2, (60, 2)), sp.random(60, 40, 0.3, "csr", np.float32, rng=3)
    one, two = fit_scorer(rows, truth, C=1.0), fit_scorer(rows, truth, C=1.0)
    assert np.array_equal(one.coef, two.coef)
    assert np.array_equal(one.intercept, two.intercept)


def test_margins_become_chances():
    """Margins whose true chance is known: 2 · margin - 1 in log-odds."""
    margins = RNG.normal(0, 1.5, (20_000, 1))
    marks = (RNG.random((20_000, 1)) < expit(2 * margins - 1)).astype(int)
    sigmoid = fit_sigmoid(margins, marks)
    assert sigmoid.slope[0] == pytest.approx(2, abs=0.1)
    assert sigmoid.offset[0] == pytest.approx(-1, abs=0.1)


@pytest.mark.parametrize(
    ("margins", "marks"),
    [
        ([-2.0, -1.0, 1.0, 2.0], [1, 1, 0, 0]),  # the wrong way round
        ([-2.0, -1.0, 1.0, 2.0], [0, 0, 0, 0]),  # never
        ([-2.0, -1.0, 1.0, 2.0], [1, 1, 1, 1]),  # always
    ],
)
def test_margins_that_say_nothing_are_left_as_they_are(margins, marks):
    sigmoid = fit_sigmoid(np.array(margins)[:, None], np.array(marks)[:, None])
    assert (sigmoid.slope[0], sigmoid.offset[0]) == (1, 0)


@given(st.lists(WEIGHTS, min_size=4, max_size=4), st.floats(0.1, 5), st.floats(-3, 3))
def test_a_scorer_through_a_sigmoid_is_the_sigmoid_of_its_scores(weights, slope, offset):
    scorer = Scorer(np.array([weights[:3]]), np.array([weights[3]]))
    sigmoid = Sigmoid(np.array([slope]), np.array([offset]))
    rows = rows_of((1, 0, 0), (0.5, 0.5, 0), (0, 0, 0), (1, 1, 1))
    assert scorer.through(sigmoid).scores(rows) == pytest.approx(sigmoid.of(scorer.scores(rows)))
