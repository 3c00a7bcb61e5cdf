"""Counting: what counts, what does not, and in whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.types import LABELS
from service.disclosure.types import UNKNOWN, Group, label_pairs
from service.reports.aggregate import aggregate, wilson
from training_data.areas import AREAS

MUNICIPALITIES = ("Kolding", "Vejle")


def count(submissions, until):
    return aggregate(submissions, until=until, areas=AREAS, municipalities=MUNICIPALITIES)


@pytest.fixture
def until(submission):
    return submission().received_at


def test_only_confirmed_submissions_that_are_not_excluded_count(submission, until):
    counts = count(
        [
            submission("frister", municipality="Kolding"),
            submission("frister", "andre", area="handicap"),
            submission("frister", reviewed_at=None),
            submission("frister", excluded="test"),
            submission("frister", excluded="test", reviewed_at=None),
            submission("frister", excluded="trukket tilbage"),
            submission("frister", received_at=until + timedelta(seconds=1)),
        ],
        until,
    )
    assert counts.total.submissions == 2
    assert (counts.waiting, counts.tests, counts.excluded.submissions) == (1, 2, 1)
    assert counts.having(["frister"]).submissions == 2
    assert counts.having(["frister"], ["andre"]).submissions == 1
    assert counts.tally(Group(areas=("handicap",))).submissions == 1
    assert counts.tally(Group(areas=("jobcenter",))).submissions == 0
    assert counts.tally(Group(places=("Kolding",))).submissions == 1
    assert counts.tally(Group(places=(UNKNOWN,))).submissions == 1


def test_somebody_who_writes_five_times_is_one_person(submission, until):
    counts = count([submission("frister", submitter="a") for _ in range(5)], until)
    assert (counts.total.submissions, counts.total.size) == (5, 1)
    assert counts.tally(Group(areas=("børn og familie",))).size == 1


def test_a_submission_without_labels_counts_in_the_total_only(submission, until):
    counts = count([submission()], until)
    assert counts.total.submissions == 1
    assert all(counts.having([label]).submissions == 0 for label in LABELS)


def test_the_areas_keep_their_order(submission, until):
    assert count([submission(area="andet")], until).census.areas == AREAS


def test_there_are_fifteen_pairs():
    assert len(set(label_pairs())) == 15


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_wilson_gives_the_textbook_values(k, n, low, high):
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_contains_the_share_and_mirrors(case):
    count, total = case
    low, high = wilson(count, total)
    assert 0 <= low <= count / total + 1e-12
    assert count / total - 1e-12 <= high <= 1
    mirror = wilson(total - count, total)
    assert (1 - high, 1 - low) == pytest.approx(mirror, abs=1e-9)


@pytest.mark.parametrize(("count", "total"), [(1, 0), (-1, 3), (4, 3)])
def test_wilson_refuses_what_is_no_share(count, total):
    with pytest.raises(ValueError, match="no share"):
        wilson(count, total)
