"""Does what comes in now look like what came before? By hand, by deal, and on the page."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sqlalchemy import update

from models import corpora
from nlp.types import LABELS
from service.clock import now
from service.db.tables import Role, Submission
from service.learning import drift as module
from service.learning.drift import (
    BEFORE,
    FEWEST,
    RECENT,
    Observed,
    Standing,
    apart,
    drift,
    drift_until,
    risen,
    shift,
    word_counts,
)
from service.review.decisions import Choice
from service.review.service import decide
from training_data.areas import AREAS

MOMENT = now()
COUNTS = arrays.arrays(float, (12, 4), elements=st.integers(0, 5).map(float))


def seen(examples, *, area="", scores=(), values=()):
    return [Observed(MOMENT, e.text, area or e.area, scores, values) for e in examples]


@pytest.fixture(scope="module")
def written():
    examples = corpora.examples()
    order = np.random.default_rng(2).permutation(len(examples))
    return [examples[place] for place in order]


@given(COUNTS)
@settings(max_examples=30)
def test_a_distance_is_a_distance(counts):
    one, other = counts[:6].sum(axis=0)[None], counts[6:].sum(axis=0)[None]
    ones = np.ones(1)
    if not one.any() or not other.any():
        return
    amount = apart(one, other, ones, ones)
    assert 0 <= amount[0] <= 1 + 1e-9
    assert amount == pytest.approx(apart(other, one, ones, ones))
    assert apart(one, one * 3, ones, ones)[0] == pytest.approx(0, abs=1e-9)


def test_two_mixtures_by_hand():
    halves, whole = np.array([[1.0, 1.0]]), np.array([[4.0, 0.0]])
    # H(3/4, 1/4) - (H(1/2, 1/2) + H(1)) / 2
    assert apart(halves, whole, np.ones(1), np.ones(1))[0] == pytest.approx(0.811278 - 0.5)


def test_a_mean_that_rises():
    found = risen(np.array([[2.0]]), np.array([[9.0]]), np.array([4.0]), np.array([3.0]))
    assert found.tolist() == [2.5]


def test_words_keep_no_order_no_length_and_no_names():
    counts = word_counts(["Vi venter og venter.", "venter VENTER vi og", "[PERSON 1] venter", ""])
    assert counts.shape == (4, module.BUCKETS)
    assert counts[0] == pytest.approx(counts[1])
    assert (counts[2] > 0).sum() == 1
    assert counts.sum(axis=1) == pytest.approx([1, 1, 1, 0])


def test_rows_and_submissions_must_agree():
    with pytest.raises(ValueError, match="3 rows, 2 submissions"):
        shift(np.ones((3, 1)), np.array([True, False]), apart)


def test_the_same_writers_are_as_before(written):
    found = drift(seen(written[:300]), seen(written[300:500]))
    measures = (found.words, found.lengths, found.areas)
    assert {one.standing for one in measures} == {Standing.SAME}
    assert found.loss.standing is Standing.TOO_FEW
    assert found.before.submissions == 300
    assert sum(found.recent.areas) == pytest.approx(1)


def test_false_alarms_are_as_rare_as_stated(written):
    """Hundred deals of one corpus: each measure alarms once in a hundred, give or take."""
    counts = np.array([[len(e.text.split())] for e in written[:160]], dtype=float)
    rng = np.random.default_rng(4)
    flags = [rng.permutation(np.arange(160) < 60) for _ in range(100)]
    alarms = [shift(counts, flag, risen).standing is Standing.CHANGED for flag in flags]
    assert sum(alarms) <= 5


@pytest.mark.parametrize("measure", ["words", "lengths", "areas", "loss"])
def test_each_measure_sees_its_own_change(written, measure):
    before = seen(written[:200], scores=(0.1, 0.8), values=(False, True))
    changed = {
        "words": [Observed(MOMENT, e.text + " ydelseskontoret rykker igen" * 3, e.area) for e in written[200:320]],
        "lengths": [Observed(MOMENT, " ".join(e.text.split()[:18]), e.area) for e in written[200:320]],
        "areas": seen(written[200:320], area=AREAS[1]),
        "loss": seen(written[200:320], scores=(0.1, 0.8), values=(True, True)),
    }[measure]  # fmt: skip
    found = drift(before, changed)
    assert getattr(found, measure).standing is Standing.CHANGED


def test_loss_is_one_sided(written):
    before = seen(written[:80], scores=(0.4,), values=(False,))
    better = seen(written[80:160], scores=(0.1,), values=(False,))
    found = drift(before, better)
    assert found.loss.amount < 0
    assert found.loss.standing is Standing.SAME
    assert found.recent.reading.loss == pytest.approx(-np.log(0.9))


@pytest.mark.parametrize(("before", "recent"), [(0, 0), (0, 80), (80, 0), (80, FEWEST - 1)])
def test_too_few_say_nothing(written, before, recent):
    found = drift(seen(written[:before]), seen(written[before : before + recent]))
    assert found.words.standing is found.areas.standing is Standing.TOO_FEW


def test_the_periods_are_read_from_the_database(both, keep_text, person, reader):
    """One now, one in the year before, one too old, one test, one excluded."""
    references = [keep_text(both, f"Vi har ventet i {n} måneder nu.") for n in range(4)]
    keep_text(both, "Kun en prøve.", is_test=True)
    anna = person(both, "anna")
    decide(both, reader, references[0], Choice(frozenset({"frister"})), anna, revision=0)
    decide(both, reader, references[3], Choice(frozenset(), exclusion="spam"), anna, revision=0)
    moment = now()
    with both.write() as session:
        for reference, age in zip(references[1:3], (RECENT, RECENT + BEFORE), strict=True):
            old = moment - age - timedelta(days=1)
            session.execute(
                update(Submission).where(Submission.public_id == reference).values(received_at=old)
            )
    with both.read() as session:
        found = drift_until(session, now() + timedelta(seconds=1))
    assert (found.before.submissions, found.recent.submissions) == (1, 1)
    assert found.recent.reading.decided == 1
    assert found.recent.reading.confirmed == 1.0
    assert 0 < found.recent.reading.expected < len(LABELS)


def test_analysts_see_the_page_and_others_do_not(sign_in, database, keep_text):
    keep_text(database)
    page = sign_in(Role.ANALYST).http.get("/aendringer")
    assert page.status_code == 200
    assert "for få" in page.text
    assert sign_in(Role.REVIEWER).http.get("/aendringer").status_code == 403
