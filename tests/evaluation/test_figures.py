"""Shares, intervals, and what becomes of them in JSON."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.figures import Estimate, Rate, estimate, plain, wilson

counts = st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_agrees_with_the_published_table(hits, total, low, high):
    assert wilson(hits, total) == pytest.approx((low, high), abs=6e-5)


@given(counts)
def test_the_interval_holds_the_share_and_mirrors(case):
    hits, total = case
    low, high = wilson(hits, total)
    assert 0 <= low <= high <= 1
    if total:
        assert low - 1e-12 <= hits / total <= high + 1e-12
    assert wilson(total - hits, total) == pytest.approx((1 - high, 1 - low))


@given(counts)
def test_more_of_the_same_is_surer(case):
    hits, total = case
    low, high = wilson(hits, total)
    narrow_low, narrow_high = wilson(hits * 2, total * 2)
    assert narrow_high - narrow_low <= high - low + 1e-12


@pytest.mark.parametrize(("hits", "total"), [(2, 1), (-1, 3)])
def test_impossible_counts_are_refused(hits, total):
    with pytest.raises(ValueError, match="between 0 and the total"):
        wilson(hits, total)


def test_rates_add_up_and_nothing_has_no_share():
    assert Rate(1, 2) + Rate(0, 3) == Rate(1, 5)
    assert Rate(0, 0).share is None
    assert Rate(0, 0).to_json() == {"hits": 0, "total": 0, "share": None, "low": 0.0, "high": 1.0}


def test_an_estimate_leaves_out_what_could_not_be_computed():
    assert estimate(0.5, [math.nan, 0.4, 0.6]).low == pytest.approx(0.405)
    assert estimate(0.5, [math.nan]) == Estimate(0.5, 0.5, 0.5)


def test_everything_becomes_json():
    value = {"rate": Rate(1, 2), "odd": (np.arange(2), 0.1234567), 3: Estimate(1, 0, 1), "no": None}
    assert json.loads(json.dumps(plain(value))) == {
        "rate": {"hits": 1, "total": 2, "share": 0.5, "low": 0.09453, "high": 0.90547},
        "odd": [[0, 1], 0.12346],
        "3": {"value": 1, "low": 0, "high": 1},
        "no": None,
    }
