"""The classifier keeps scikit-learn's contract as far as it holds for texts."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_checks as checks

from models.classifier import estimator as estimator_module
from models.classifier.documents import cheapest_threshold, summarise
from models.classifier.estimator import ClauseClassifier
from models.classifier.features import ClauseFeatures
from models.classifier.lesson import carried
from models.classifier.promises import NO_PROMISE
from models.classifier.suggester import MOST_EVIDENCE, Suggester
from models.classifier.words import folded
from nlp.text.clauses import Clause
from nlp.types import LABELS, Redacted

QUICK = {"bits": 8, "folds": 2}


@pytest.mark.parametrize("estimator", [ClauseClassifier(), ClauseFeatures()], ids=lambda e: type(e).__name__)  # fmt: skip
@pytest.mark.parametrize(
    "check",
    [
        checks.check_parameters_default_constructible,
        checks.check_get_params_invariance,
        checks.check_set_params,
        checks.check_estimator_repr,
        checks.check_no_attributes_set_in_init,
    ],
    ids=lambda check: check.__name__,
)
def test_scikit_learns_checks(estimator, check):
    check(type(estimator).__name__, estimator)


def test_clone_and_parameters():
    estimator = ClauseClassifier(C=2.0, families=("words",))
    copy = clone(estimator)
    assert copy is not estimator
    assert copy.get_params() == estimator.get_params()
    assert copy.set_params(C=3.0) is copy
    assert estimator.C == 2.0


def test_fit_returns_itself_and_changes_no_parameter(small):
    estimator = ClauseClassifier(**QUICK)
    before = estimator.get_params()
    assert estimator.fit(small.texts, small.labels) is estimator
    assert estimator.get_params() == before


def test_probabilities(fitted, small):
    probabilities = fitted.predict_proba(small.texts)
    assert probabilities.shape == small.labels.shape
    assert probabilities.min() >= 0
    assert probabilities.max() <= 1
    decided = fitted.predict(small.texts)
    assert set(np.unique(decided)) <= {0, 1}
    assert (decided == (probabilities >= fitted.thresholds_)).all()


def test_it_learns(fitted, small):
    assert (fitted.predict(small.texts) == small.labels).mean() > 0.9


def test_the_same_twice(small):
    one, two = (
        ClauseClassifier(**QUICK).fit(small.texts, small.labels, groups=small.groups)
        for _ in range(2)
    )
    for name in (
        "coef_", "intercept_", "document_coef_", "document_intercept_", "thresholds_",
        "promised_thresholds_",
    ):  # fmt: skip
        assert np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True), name


@settings(max_examples=8)
@given(st.permutations(range(12)))
def test_the_order_of_texts_does_not_matter(fitted, small, order):
    mixed = fitted.predict_proba([small.texts[i] for i in order])
    assert np.array_equal(mixed, fitted.predict_proba(small.texts[:12])[order])


def test_a_text_alone_is_a_text_among_others(fitted, small):
    alone = np.vstack([fitted.predict_proba([text]) for text in small.texts[:8]])
    assert np.array_equal(alone, fitted.predict_proba(small.texts[:8]))


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_not_fitted(method):
    with pytest.raises(NotFittedError):
        getattr(ClauseClassifier(), method)(["Hej"])


@pytest.mark.parametrize(
    ("texts", "labels", "error"),
    [
        ([], np.zeros((0, 6)), "at least one text"),
        ([1, 2], np.zeros((2, 6)), "strings"),
        ([None], np.zeros((1, 6)), "strings"),
        ([b"hej"], np.zeros((1, 6)), "strings"),
        (["a", "b"], np.zeros((3, 6)), "shape"),
        (["a", "b"], np.zeros(2), "shape"),
        (["a"], np.full((1, 6), 2), "0 or 1"),
        (["a"], np.full((1, 6), np.nan), "0 or 1"),
        (["a"], np.full((1, 6), 0.5), "0 or 1"),
    ],
)
def test_what_cannot_be_learned_is_refused(texts, labels, error):
    with pytest.raises((TypeError, ValueError), match=error):
        ClauseClassifier(**QUICK).fit(texts, labels)


def test_one_string_is_not_a_list_of_texts(fitted):
    """Its letters would each be taken for a text."""
    with pytest.raises((TypeError, ValueError), match="text"):
        fitted.predict_proba("Vi fik ikke svar")


@pytest.mark.parametrize("texts", [[], [3], [None]])
def test_what_cannot_be_read_is_refused(fitted, texts):
    with pytest.raises((TypeError, ValueError), match="text"):
        fitted.predict_proba(texts)


@pytest.mark.parametrize("text", ["", " ", "…", "!!!", "[PERSON 1]", "a", "\n\n", "😀" * 50])
def test_texts_with_hardly_anything(fitted, text):
    probabilities = fitted.predict_proba([text])
    assert probabilities.shape == (1, len(LABELS))
    assert np.isfinite(probabilities).all()


@pytest.mark.parametrize("given_too", [(), ("evidence",), ("groups",), ("evidence", "groups")])
def test_evidence_and_origins_are_optional(small, given_too):
    extra = {name: getattr(small, name) for name in given_too}
    fitted = ClauseClassifier(**QUICK).fit(small.texts, small.labels, **extra)
    assert fitted.predict_proba(small.texts[:2]).shape == (2, 6)


def test_a_bank_of_clauses_helps_alone(small):
    bank = (["de svarer aldrig", "fint hus"], np.array([[0, 0, 0, 1, 0, 0], [0] * 6]))
    fitted = ClauseClassifier(**QUICK).fit(small.texts, small.labels, bank=bank)
    assert fitted.predict_proba(small.texts[:2]).shape == (2, 6)


def test_one_origin_cannot_be_cut_in_parts(small):
    fitted = ClauseClassifier(**QUICK).fit(small.texts, small.labels, groups=["w"] * 72)
    assert np.isfinite(fitted.predict_proba(small.texts)).all()


@pytest.mark.parametrize("value", [0, 1])
def test_a_label_that_never_varies(small, value):
    """Trap 8: other wrappers fail at zero positives."""
    labels = small.labels.copy()
    labels[:, 2] = value
    fitted = ClauseClassifier(**QUICK).fit(small.texts, labels, groups=small.groups)
    assert (fitted.predict(small.texts)[:, 2] == value).all()


def test_fewer_labels_than_six(small):
    fitted = ClauseClassifier(**QUICK).fit(small.texts, small.labels[:, :2])
    assert fitted.predict_proba(small.texts).shape == (72, 2)


def test_families_can_be_left_out(small):
    for family in ("words", "stems", "pairs", "letters"):
        fitted = ClauseClassifier(bits=8, families=(family,), folds=2).fit(
            small.texts, small.labels
        )
        assert fitted.coef_.shape == (6, 2**8)


@pytest.mark.parametrize("left_out", ["whole_text", "negation"])
def test_other_parts_can_be_left_out(small, left_out):
    complete = ClauseClassifier(**QUICK).fit(small.texts, small.labels)
    without = ClauseClassifier(**QUICK, **{left_out: False}).fit(small.texts, small.labels)
    found = without.predict_proba(small.texts)
    assert np.isfinite(found).all()
    assert not np.array_equal(found, complete.predict_proba(small.texts))


def test_without_the_whole_text_only_clauses_are_asked(small):
    fitted = ClauseClassifier(**QUICK, whole_text=False).fit(small.texts, small.labels)
    assert not fitted.text_coef_.any()
    assert not fitted.document_coef_[:, -1].any()


def test_without_negation_nothing_stands_near_one():
    clause = ["de har ikke hørt mig"]
    marked, plain = (
        ClauseFeatures(bits=12, families=("stems",), negation=negation).fit(clause * 2)
        for negation in (True, False)
    )
    assert marked.transform(clause).nnz == plain.transform(clause).nnz + 4
    assert marked.transform(["hørt mig"]).nnz == plain.transform(["hørt mig"]).nnz


# ── promises ─────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def promising(small):
    """Four times the small data, by other writers: enough of every label to promise something."""
    groups = [f"{writer}{copy}" for copy in range(4) for writer in small.groups]
    return ClauseClassifier(bits=12).fit(
        small.texts * 4, np.tile(small.labels, (4, 1)), evidence=small.evidence * 4, groups=groups
    )


def test_enough_examples_are_promised_about(promising, small):
    assert (promising.promise_positives_ == 4 * small.labels.sum(axis=0)).all()
    assert (promising.promised_thresholds_ > 0).all()
    named = promising.predict_proba(small.texts) >= promising.promised_thresholds_
    assert (named & (small.labels == 1)).sum() / small.labels.sum() >= 0.9
    assert all(p.words.startswith("mindst 90 %") for p in promising.promises())


def test_too_few_are_not(fitted, small):
    assert small.labels.sum(axis=0).max() < 29
    assert np.isnan(fitted.promised_thresholds_).all()
    assert {promise.words for promise in fitted.promises()} == {NO_PROMISE}
    assert [p.positives for p in fitted.promises()] == small.labels.sum(axis=0).tolist()


def test_one_writer_alone_gives_no_promise(small):
    """Every text was learned from: nothing tells how an unseen one would fare."""
    fitted = ClauseClassifier(**QUICK).fit(small.texts * 4, np.tile(small.labels, (4, 1)), groups=["w"] * 288)  # fmt: skip
    assert np.isnan(fitted.promised_thresholds_).all()


def test_what_is_promised_is_a_setting(promising, small):
    groups = [f"{writer}{copy}" for copy in range(4) for writer in small.groups]
    bolder = clone(promising).set_params(promise_recall=0.5, promise_confidence=0.6)
    bolder.fit(
        small.texts * 4, np.tile(small.labels, (4, 1)), evidence=small.evidence * 4, groups=groups
    )
    assert (bolder.promised_thresholds_ >= promising.promised_thresholds_).all()
    assert (bolder.promised_thresholds_ > promising.promised_thresholds_).any()
    assert np.array_equal(bolder.thresholds_, promising.thresholds_)


def test_promises_are_counted_on_writers_that_were_held_back():
    """Each writer has their own words for it: known writers are read well, new ones cannot be."""
    yes, no = "zapu kimo relt borg fusk tylp".split(), "vang drip molt heks snur plyf".split()
    rows = [(number % 6, number // 6 % 2) for number in range(240)]
    texts = [f"Sagen er {(no, yes)[label][writer]}. Hilsen os." for writer, label in rows]
    labels, writers = [[label] for _, label in rows], [str(writer) for writer, _ in rows]
    strangers = ClauseClassifier(bits=12, folds=6).fit(texts, labels, groups=writers)
    friends = ClauseClassifier(bits=12, folds=6).fit(texts, labels)
    assert friends.promised_thresholds_[0] > 0.9
    assert strangers.promised_thresholds_[0] < 0.7


def test_no_regression_behind_a_promise_has_seen_its_writers(small, monkeypatch):
    """The second regression is fitted once for all, and once for each part without that part."""
    seen = []
    fit_documents = estimator_module.fit_documents

    def watched(summaries, labels, weight=None):
        seen.append(len(labels))
        return fit_documents(summaries, labels, weight)

    monkeypatch.setattr(estimator_module, "fit_documents", watched)
    ClauseClassifier(bits=8, folds=3).fit(small.texts, small.labels, groups=small.groups)
    assert seen == [72, 48, 48, 48]  # six writers of twelve texts: two are held back each time


def test_what_cannot_be_ruled_out_is_possible_and_unsure(fitted, small):
    careful = copy.copy(fitted)
    careful.promised_thresholds_ = np.zeros(6)
    for text in small.texts[:12]:
        plain = Suggester(fitted, version="v").suggest(Redacted(text, ()))
        found = Suggester(careful, version="v").suggest(Redacted(text, ()))
        assert not any(s.possible for s in plain)
        for before, after in zip(plain, found, strict=True):
            assert after.possible is not after.suggested
            assert after.sure == (before.sure and not after.possible)
            assert (after.suggested, after.evidence) == (before.suggested, before.evidence)


def test_a_promise_above_the_threshold_takes_no_suggestion_back(fitted, small):
    bold = copy.copy(fitted)
    bold.promised_thresholds_ = np.ones(6)
    for text in small.texts[:12]:
        before, after = (Suggester(c, version="v").suggest(Redacted(text, ())) for c in (fitted, bold))  # fmt: skip
        assert after == before


def test_features_have_a_stable_shape_and_unit_rows():
    features = ClauseFeatures(bits=8).fit(["ikke hørt", "ikke svaret", "hørt"])
    matrix = features.transform(["ikke hørt", "", "qwz"])
    assert matrix.shape == (3, 4 * 2**8)
    assert np.isfinite(matrix.data).all()
    assert np.sqrt(matrix[0].multiply(matrix[0]).sum()) == pytest.approx(np.sqrt(3), abs=1e-5)


def test_one_spelling():
    assert folded("NÅR de ringede") == folded("naar de ringede")
    assert folded("den 12. maj") == folded("den 31. maj")


@pytest.mark.parametrize(
    ("evidence", "marks"),
    [
        (((0, 10, 0),), [[1, 0], [0, 0]]),
        (((0, 20, 1),), [[0, 1], [0, 1]]),
        (((12, 14, 1),), [[0, 0], [0, 1]]),  # a few words of a clause
        ((), [[0, 0], [0, 0]]),
    ],
)
def test_evidence_marks_clauses(evidence, marks):
    assert carried([Clause(0, 10), Clause(10, 20)], evidence, 2).tolist() == marks


def test_summaries_are_finite():
    for logits in ([[0.0, 9.0]], [[-40.0, 40.0], [3.0, -3.0]]):
        assert np.isfinite(summarise(np.array(logits), np.array([0.0, 50.0]))).all()


def test_the_threshold_stays_near_theory():
    truth = np.array([0, 0, 1, 1])
    assert 0.23 < cheapest_threshold(truth, np.array([0.1, 0.2, 0.8, 0.9]), 2.0) < 0.47


def test_suggestions_are_six_in_order_with_evidence_inside(fitted, small):
    for text in small.texts[:20]:
        suggestions = Suggester(fitted, version="v").suggest(Redacted(text, ()))
        assert tuple(s.label for s in suggestions) == LABELS
        for s in suggestions:
            assert s.suggested == (s.probability >= s.threshold) or not s.sure
            assert bool(s.evidence) == s.suggested
            assert len(s.evidence) <= MOST_EVIDENCE
            assert all(0 <= e.start < e.end <= len(text) for e in s.evidence)


def test_evidence_is_the_clause_that_was_written(fitted, small):
    text = "Min søn er syg. Vi har stadig ikke fået svar. Hilsen os."
    (found,) = [s for s in Suggester(fitted, version="v").suggest(Redacted(text, ())) if s.label == "frister"]  # fmt: skip
    assert found.suggested
    best = found.evidence[0]
    assert "ikke fået svar" in text[best.start : best.end]
