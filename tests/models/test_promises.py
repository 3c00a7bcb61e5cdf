"""A promise is kept as often as it says, and none is made on too little."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapie.risk_control import MultiLabelClassificationController
from scipy.stats import binom, norm
from scipy.stats import t as student

from models.classifier.promises import (
    NO_PROMISE,
    Promise,
    effective_size,
    miss_bound,
    promised_threshold,
)

DRAWS = 400


@st.composite
def answers(draw):
    """Truth, probabilities with ties, and the writer of each text."""
    size = draw(st.integers(1, 120))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    truth = rng.random(size) < draw(st.sampled_from([0.0, 0.3, 0.9, 1.0]))
    return truth, np.round(rng.random(size), 2), rng.integers(0, draw(st.integers(1, 12)), size)


@pytest.mark.parametrize("size", [29, 45, 46, 60, 100, 400])
def test_the_threshold_is_the_order_statistic_that_the_binomial_law_allows(size):
    """As many misses as at most one draw in twenty would show if a tenth were missed."""
    probabilities = np.random.default_rng(size).permutation(np.arange(1, size + 1)) / (size + 1)
    allowed = int(np.flatnonzero(binom.cdf(np.arange(size), size, 0.1) <= 0.05)[-1])
    found = promised_threshold(np.ones(size), probabilities)
    assert found == np.sort(probabilities)[allowed]


@pytest.mark.parametrize(
    ("positives", "recall", "confidence", "promised"),
    [
        (0, 0.9, 0.95, False),
        (28, 0.9, 0.95, False),
        (29, 0.9, 0.95, True),
        (44, 0.9, 0.99, True),
        (43, 0.9, 0.99, False),
        (58, 0.95, 0.95, False),
        (59, 0.95, 0.95, True),
    ],
)
def test_too_few_examples_promise_nothing(positives, recall, confidence, promised):
    truth = np.r_[np.ones(positives), np.zeros(100)]
    probabilities = np.linspace(0.9, 0.1, len(truth))
    found = promised_threshold(truth, probabilities, recall=recall, confidence=confidence)
    assert np.isnan(found) != promised
    if promised:
        assert found == probabilities[:positives].min()  # just enough: not one may be missed


@given(answers())
def test_what_is_promised_holds_where_it_was_counted(case):
    truth, probabilities, _ = case
    found = promised_threshold(truth, probabilities)
    if not np.isnan(found):
        assert (probabilities[truth] >= found).mean() >= 0.9
        assert found in probabilities[truth]


@given(answers())
def test_texts_without_the_label_change_no_promise(case):
    truth, probabilities, writers = case
    alone = promised_threshold(truth[truth], probabilities[truth], writers=writers[truth])
    together = promised_threshold(truth, probabilities, writers=writers)
    assert np.array_equal(alone, together, equal_nan=True)


@given(answers())
def test_writers_make_a_promise_more_careful_never_less(case):
    truth, probabilities, writers = case
    alone = promised_threshold(truth, probabilities)
    careful = promised_threshold(truth, probabilities, writers=writers)
    assert np.isnan(alone) == np.isnan(careful)
    assert np.isnan(alone) or careful <= alone


@settings(max_examples=30)
@given(answers(), st.floats(0.5, 0.94))
def test_less_confidence_promises_no_less(case, confidence):
    truth, probabilities, _ = case
    sure = promised_threshold(truth, probabilities, confidence=0.95)
    less = promised_threshold(truth, probabilities, confidence=confidence)
    assert np.isnan(sure) or less >= sure


# ── is it kept? ──────────────────────────────────────────────────────────────────────────────────
def broken(seed, *, writers, texts, spread, careful):
    """The share of draws in which less than 90 % of all texts to come would be named.

    Each text's score is normal around that of its writer, so the recall to come is known exactly.
    """
    rng = np.random.default_rng(seed)
    names = np.repeat(np.arange(writers), texts)
    count = 0
    for _ in range(DRAWS):
        scores = 2 + rng.normal(0, spread, writers)[names] + rng.normal(0, 1, len(names))
        threshold = promised_threshold(
            np.ones(len(names)), norm.cdf(scores), writers=names if careful else None
        )
        to_come = norm.sf(norm.ppf(threshold), 2, np.sqrt(1 + spread**2))
        count += to_come < 0.9
    return count / DRAWS


SLACK = 2.6 * np.sqrt(0.05 * 0.95 / DRAWS)
"""Monte-Carlo error of a share of .05: passed by chance in one case of two hundred."""


@pytest.mark.parametrize(("writers", "texts"), [(30, 1), (60, 1), (200, 1), (450, 1)])
@pytest.mark.parametrize("careful", [False, True])
def test_a_promise_is_broken_in_one_draw_of_twenty_at_most(writers, texts, careful):
    share = broken(5, writers=writers, texts=texts, spread=0.0, careful=careful)
    assert share <= 0.05 + SLACK


def test_a_promise_is_not_kept_by_naming_everything():
    """Near the stated rate with many texts: the bound is exact, not merely safe."""
    share = broken(6, writers=450, texts=1, spread=0.0, careful=False)
    assert share >= 0.05 / 2 - SLACK / 2
    assert share > 0


@pytest.mark.parametrize(
    ("writers", "texts", "spread"), [(9, 60, 0.0), (9, 60, 0.3), (20, 15, 0.5), (9, 12, 0.3)]
)
def test_it_is_kept_for_new_writers_too_when_they_differ_a_little(writers, texts, spread):
    share = broken(7, writers=writers, texts=texts, spread=spread, careful=True)
    assert share <= 0.05 + SLACK


def test_counting_texts_of_few_writers_as_strangers_breaks_it():
    """Why writers are counted, and how far that helps when they differ much."""
    case = {"writers": 9, "texts": 60, "spread": 0.6}
    assert broken(8, **case, careful=False) > 0.2
    assert broken(8, **case, careful=True) < 0.13


# ── the same elsewhere ───────────────────────────────────────────────────────────────────────────
class Given:
    """A classifier that says what it is told."""

    def predict_proba(self, told):
        return np.asarray(told)[..., None] * [-1, 1] + [1, 0]


@pytest.mark.parametrize("bound", ["hoeffding", "bernstein"])
@pytest.mark.parametrize("size", [600, 3000])
def test_mapie_s_controller_agrees_and_is_never_bolder(size, bound):
    """Its bounds hold for any loss, ours for a miss or none: exact, so a little higher."""
    rng = np.random.default_rng(size)
    probabilities = norm.cdf(rng.normal(1.2, 1, size))
    controller = MultiLabelClassificationController(
        predict_function=Given().predict_proba,
        risk="recall",
        method="rcps",
        target_level=0.9,
        confidence_level=0.95,
        rcps_bound=bound,
    )
    controller.calibrate(probabilities[:, None], np.ones((size, 1), dtype=int))
    theirs = float(np.ravel(controller.best_predict_param)[0])
    ours = promised_threshold(np.ones(size), probabilities)
    step = 0.01  # of their grid
    assert theirs - step <= ours
    assert ours - theirs < 0.12
    assert (probabilities >= ours).mean() >= 0.9


# ── pieces ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("misses", "size", "bound"),
    [
        # Clopper and Pearson: 1 - .05**(1/n) for no miss; binom.cdf(misses, size, bound) is .05
        (0, 10, 0.2589),
        (0, 29, 0.0981),
        (1, 10, 0.3942),
        (5, 100, 0.1023),
        (10, 10, 1.0),
    ],
)
def test_the_bound_is_that_of_clopper_and_pearson(misses, size, bound):
    missed = np.arange(size) < misses
    found = miss_bound(missed, confidence=0.95)
    assert found == pytest.approx(bound, abs=1e-4)
    if misses < size:
        assert binom.cdf(misses, size, found) == pytest.approx(0.05)


def test_the_effective_size_by_hand():
    """Ten writers of ten texts, one misses all: the variance is eleven times the binomial one."""
    writers = np.repeat(np.arange(10), 10)
    few = student.ppf(0.95, 99) / student.ppf(0.95, 9)
    found = effective_size(writers == 0, writers, confidence=0.95)
    assert found == pytest.approx(9 * few**2)


@pytest.mark.parametrize(
    ("missed", "writers"),
    [([0, 0, 0, 0], [1, 1, 2, 2]), ([1, 0, 0, 0], [1, 1, 1, 1]), ([1, 0, 1, 0], [1, 1, 2, 2])],
    ids=["no miss", "one writer", "all alike"],
)
def test_where_writers_do_not_differ_every_text_counts(missed, writers):
    assert effective_size(np.array(missed, bool), np.array(writers), confidence=0.95) == 4


@pytest.mark.parametrize(
    ("truth", "given_", "options", "error"),
    [
        ([1, 0], [0.5], {}, "shapes"),
        ([[1]], [[0.5]], {}, "shapes"),
        ([1], [0.5], {"writers": np.array(["a", "b"])}, "shapes"),
        ([1], [0.5], {"recall": 1.0}, "within 0 and 1"),
        ([1], [0.5], {"confidence": 0.0}, "within 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused(truth, given_, options, error):
    with pytest.raises(ValueError, match=error):
        promised_threshold(np.array(truth), np.array(given_), **options)


def test_a_promise_in_words():
    assert Promise(28, None, 0.9, 0.95).words == NO_PROMISE == "for få eksempler til at love noget"
    assert "mindst 95 %" in Promise(60, 0.1, 0.95, 0.9).words
    assert "90 % sikkerhed" in Promise(60, 0.1, 0.95, 0.9).words
