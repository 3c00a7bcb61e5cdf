"""Which next, doubtful decisions, and learning from prepared rows."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.classifier.corpus import Example
from models.classifier.estimator import ClauseClassifier
from models.learning.noise import contradicted, doubts, suspicion
from models.learning.prepared import RowClassifier, prepare
from models.learning.selection import (
    RANDOM_PERCENT,
    by_lot,
    closeness,
    expected_gain,
    how_common,
    is_by_lot,
    place,
    share_below,
    varied,
)

SETTINGS = {"bits": 11, "families": ("words", "stems"), "folds": 3}
CHANCES = arrays.arrays(float, (7, 3), elements=st.floats(0, 1))


@pytest.fixture(scope="module")
def examples(small):
    rows = zip(small.texts, small.evidence, small.labels, small.groups, strict=True)
    return [
        Example(str(number), text, evidence, tuple(map(int, labels)), origin)
        for number, (text, evidence, labels, origin) in enumerate(rows)
    ]


@pytest.fixture(scope="module")
def prepared(examples):
    return prepare(examples, SETTINGS)


# ── Prepared rows ────────────────────────────────────────────────────────────────────────────────


def test_rows_teach_what_the_texts_teach(small, prepared):
    by_rows = RowClassifier(**SETTINGS).fit_rows(prepared)
    by_text = ClauseClassifier(**SETTINGS).fit(
        small.texts, small.labels, evidence=small.evidence, groups=small.groups
    )
    given, known = by_rows.rows_proba(prepared), by_text.predict_proba(small.texts)
    # Columns that are left out change the order in which the solver takes its steps.
    assert np.abs(given - known).max() < 0.02
    assert np.abs(by_rows.thresholds_ - by_text.thresholds_).max() < 0.02


def test_chosen_rows_are_those_of_the_texts(prepared):
    some = np.array([5, 2, 2, 40])
    part = prepared.chosen(some)
    assert len(part) == 4
    for row, text in enumerate(some):
        own = slice(prepared.starts[text], prepared.starts[text + 1])
        there = slice(part.starts[row], part.starts[row + 1])
        assert (part.clause_rows[there] != prepared.clause_rows[own]).nnz == 0
        assert (part.marks[there] == prepared.marks[own]).all()
        assert (part.labels[row] == prepared.labels[text]).all()
    assert part.owner.tolist() == np.repeat(range(4), np.diff(part.starts)).tolist()


def test_a_text_without_clauses_has_a_probability(examples):
    silent = Example("x", "", (), (0, 0, 0, 0, 0, 0), "w0")
    texts = prepare([*examples, silent], SETTINGS)
    given = RowClassifier(**SETTINGS).fit_rows(texts).rows_proba(texts)
    assert np.isfinite(given).all()
    assert given[-1].max() < 0.5


# ── Which next ───────────────────────────────────────────────────────────────────────────────────


@given(CHANCES)
def test_gain_rises_with_rarity_and_with_what_may_be_learned(chances):
    common, rare = np.full(3, 0.5), np.full(3, 0.05)
    gain = expected_gain(chances, common)
    assert (gain >= 0).all()
    assert (expected_gain(chances, rare) >= gain).all()
    best = np.e / (1 + np.e)  # where doubt and expectation together are largest
    assert (gain <= expected_gain(np.full((1, 3), best), common) + 1e-9).all()
    ruled_out = expected_gain(chances * 0.01, common)
    assert (ruled_out <= gain + 1e-9).all()


@pytest.mark.parametrize(
    ("chances", "shares"),
    [
        (np.array([[1.2, 0.0]]), np.array([0.5, 0.5])),
        (np.array([[-0.1, 0.0]]), np.array([0.5, 0.5])),
        (np.array([[np.nan, 0.0]]), np.array([0.5, 0.5])),
        (np.array([[0.5, 0.0]]), np.array([0.5])),
        (np.array([0.5, 0.0]), np.array([0.5, 0.5])),
    ],
)
def test_gain_refuses_what_is_no_probability(chances, shares):
    with pytest.raises(ValueError, match=r"probabilities lie|shapes do not fit"):
        expected_gain(chances, shares)


def test_a_label_that_nobody_has_met_is_worth_much_but_not_everything():
    gain = expected_gain(np.array([[0.5, 0.0], [0.0, 0.5]]), np.array([0.0, 0.03]))
    assert gain[0] == pytest.approx(gain[1])


def test_closeness_is_to_the_nearest_threshold():
    found = closeness(np.array([[0.1, 0.9], [0.4, 0.9]]), np.array([0.5, 0.2]))
    assert found == pytest.approx([-0.4, -0.1])


def test_of_twins_one_is_read():
    rows = sp.csr_matrix(np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]))
    gains = np.array([2.0, 2.0, 1.0, 1.0])
    read = sp.csr_matrix((0, 4))
    assert sorted(varied(rows, read, gains, 4)[:2] // 2) == [0, 1]
    # What was read already is covered: the other kind comes first, whatever its gain.
    first = varied(rows, sp.csr_matrix(np.array([[1, 1, 0, 0]] * 9)), gains, 4)[0]
    assert first in (2, 3)


def test_only_the_most_valuable_are_looked_at_for_variety():
    words = np.eye(10, 20)
    words[9] = 1  # says everything, and is worth the least
    gains = np.arange(10, 0, -1).astype(float)
    assert set(varied(sp.csr_matrix(words), sp.csr_matrix((0, 20)), gains, 2)) == {0, 1}


def test_variety_of_few_is_all_of_them():
    rows = sp.csr_matrix(np.ones((3, 2)))
    assert sorted(varied(rows, sp.csr_matrix((0, 2)), np.ones(3), 10)) == [0, 1, 2]


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_share_of_lots_is_a_share(percent):
    with pytest.raises(ValueError, match="between 0 and 100"):
        by_lot(10, percent)


@pytest.mark.parametrize("draw", [-1, 10_000])
def test_a_draw_is_one_of_ten_thousand(draw):
    with pytest.raises(ValueError, match="a draw lies"):
        place(1.0, [], draw, 0.5)


def test_nothing_known_stands_in_the_middle():
    assert place(3.0, [], 9999, 0.9) == 0.5


KNOWN_GAINS = st.lists(st.floats(0, 30), max_size=20).map(sorted)


@given(KNOWN_GAINS, st.floats(0, 40), st.floats(0, 40))
def test_more_gain_is_never_a_lower_place(known, one, other):
    low, high = sorted([one, other])
    assert 0 <= share_below(low, known) <= share_below(high, known) <= 1


@given(KNOWN_GAINS)
def test_a_place_is_the_share_below(known):
    for gain in known:
        found, below = share_below(gain, known), sum(one < gain for one in known)
        assert below <= round(found * (len(known) + 1), 6) <= sum(one <= gain for one in known)


def test_two_gains_beyond_all_that_is_known_are_told_apart():
    assert share_below(5.0, [1.0, 2.0]) < share_below(6.0, [1.0, 2.0]) < 1
    assert share_below(0.1, [1.0, 2.0]) < share_below(0.2, [1.0, 2.0])


def test_how_common_a_label_is_waits_for_evidence():
    none = how_common(np.zeros(3, int), 0)
    assert none.tolist() == [0.25, 0.25, 0.25]
    one = how_common(np.array([1, 0, 0]), 1)
    assert one[0] < 0.3
    assert one[1] > 0.2
    many = how_common(np.array([200, 0, 0]), 200)
    assert many[0] > 0.9
    assert many[1] < 0.05


def test_what_is_read_holds_the_promised_share_of_lots_and_a_fair_sample():
    """However far the queue is read, the lots among it tell the truth about everything."""
    rng = np.random.default_rng(5)
    gains = rng.gamma(2.0, size=20_000)
    hard = gains > np.quantile(gains, 0.7)
    draws, positions = rng.integers(0, 10_000, len(gains)), rng.random(len(gains))
    known = np.sort(gains)[::40].tolist()
    rows = zip(gains, draws.tolist(), positions, strict=True)
    places = np.array([place(gain, known, draw, position) for gain, draw, position in rows])
    drawn = np.array([is_by_lot(draw) for draw in draws.tolist()])
    assert drawn.mean() == pytest.approx(RANDOM_PERCENT / 100, abs=0.01)
    for read in (0.05, 0.2, 0.5):
        first = np.argsort(-places)[: round(read * len(places))]
        assert drawn[first].mean() == pytest.approx(RANDOM_PERCENT / 100, abs=0.03)
        lots = hard[first[drawn[first]]]
        assert lots.mean() == pytest.approx(0.3, abs=3 * (0.21 / len(lots)) ** 0.5)
        assert hard[first[~drawn[first]]].mean() > 0.55


# ── Doubtful decisions ───────────────────────────────────────────────────────────────────────────


@given(CHANCES, arrays.arrays(bool, (7, 3)))
def test_every_decision_stands_on_the_list_once_and_the_worst_first(chances, decided):
    found = list(doubts(decided, chances))
    assert {(d.text, d.label) for d in found} == set(np.ndindex(7, 3))
    assert len(found) == 21
    worst = suspicion(decided, chances)
    order = [worst[d.text, d.label] for d in found]
    assert order == sorted(order, reverse=True)
    for one in found:
        assert one.decided == decided[one.text, one.label]
        assert one.probability == chances[one.text, one.label]


@given(CHANCES, arrays.arrays(bool, (7, 3)))
def test_yes_and_no_are_treated_alike(chances, decided):
    same = suspicion(~decided, 1 - chances)
    assert suspicion(decided, chances) == pytest.approx(same, abs=1e-9)


def test_the_contradicted_decision_comes_first_of_both_kinds():
    decided = np.array([[True]] * 5 + [[False]] * 5)
    chances = np.array([0.9, 0.9, 0.1, 0.8, 0.9, 0.2, 0.1, 0.9, 0.1, 0.2])[:, None]
    assert {d.text for d in list(doubts(decided, chances))[:2]} == {2, 7}


@given(CHANCES, arrays.arrays(bool, (7, 3)))
def test_only_the_contradicted_are_doubted_and_both_answers_alike(chances, decided):
    found, turned = contradicted(decided, chances), contradicted(~decided, 1 - chances)
    for label in range(3):
        yes = decided[:, label]
        if yes.all() or not yes.any():
            assert not found[:, label].any()
            continue
        bars = np.where(yes, chances[~yes, label].mean(), chances[yes, label].mean())
        against = np.where(yes, bars - chances[:, label], chances[:, label] - bars)
        clear = np.abs(against) > 1e-9
        assert (found[clear, label] == (against[clear] > 0)).all()
        assert (turned[clear, label] == found[clear, label]).all()


def test_a_slip_is_doubted_and_what_the_model_agrees_with_is_not():
    decided = np.array([[True]] * 5 + [[False]] * 5)
    chances = np.array([0.9, 0.9, 0.1, 0.8, 0.9, 0.2, 0.1, 0.9, 0.1, 0.2])[:, None]
    assert np.flatnonzero(contradicted(decided, chances)).tolist() == [2, 7]


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="shapes differ"):
        suspicion(np.ones((2, 3), bool), np.ones((3, 2)))
