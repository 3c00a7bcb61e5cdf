"""The gate refuses what is worse, lets through what is not, and says when it cannot tell."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.gate import Read, Rules, Verdict, compare, log_loss, prequential, worst
from evaluation.leaks import leaks, telling_words
from evaluation.sequential import watch, worse
from nlp.types import LABELS

QUICK = Rules(resamples=400)


def truth_of(texts: int, share: float = 0.3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((texts, len(LABELS))) < share


def reader_of(truth: np.ndarray, misses: float, surplus: float, seed: int) -> Read:
    """Misses a share of the true labels and adds a share of the others."""
    chance = np.random.default_rng(seed).random(truth.shape)
    said = np.where(truth, chance >= misses, chance < surplus)
    return Read(said, np.where(said, 0.8, 0.2))


def test_a_model_passes_against_itself():
    truth = truth_of(300)
    one = reader_of(truth, 0.2, 0.1, 1)
    found = compare(truth, one, one, QUICK)
    assert found.verdict is Verdict.PASSED
    assert {f.difference for f in found.findings} == {0.0}
    assert len(found.findings) == 2 + 2 * len(LABELS)


@pytest.mark.parametrize(
    ("misses", "surplus", "verdict"),
    [
        (0.05, 0.05, Verdict.PASSED),  # clearly better
        (0.45, 0.10, Verdict.FAILED),  # misses more of every label
        (0.20, 0.40, Verdict.FAILED),  # finds as much, suggests far too much
    ],
)
def test_better_passes_and_worse_does_not(misses, surplus, verdict):
    truth = truth_of(600)
    champion = reader_of(truth, 0.2, 0.1, 1)
    assert compare(truth, champion, reader_of(truth, misses, surplus, 2), QUICK).verdict is verdict


def test_one_label_that_got_worse_is_enough_to_refuse():
    truth = truth_of(600)
    champion = reader_of(truth, 0.1, 0.05, 1)
    said = champion.suggested.copy()
    said[np.flatnonzero(truth[:, 3])[::3], 3] = False
    found = compare(truth, champion, Read(said, champion.probabilities), QUICK)
    failed = {(f.measure, f.label) for f in found.findings if f.verdict is Verdict.FAILED}
    assert ("recall", LABELS[3]) in failed
    assert {label for _, label in failed} <= {LABELS[3], ""}


@pytest.mark.parametrize(("positives", "verdict"), [(19, "kan ikke afgøres"), (20, "består")])
def test_few_true_cases_cannot_be_judged(positives, verdict):
    truth = truth_of(300)
    truth[:, 2] = np.arange(300) < positives
    one = reader_of(truth, 0.1, 0.05, 1)
    found = compare(truth, one, one, QUICK)
    said = {f.verdict.value for f in found.findings if f.label == LABELS[2]}
    assert said == {verdict}
    assert found.verdict.value == verdict


def test_surer_and_wrong_costs_log_loss():
    truth = truth_of(400)
    champion = reader_of(truth, 0.2, 0.1, 1)
    bold = Read(champion.suggested, np.where(champion.suggested, 0.999, 0.001))
    found = compare(truth, champion, bold, QUICK)
    assert next(f for f in found.findings if f.measure == "log-loss").verdict is Verdict.FAILED


def test_no_text_decides_nothing():
    none = np.zeros((0, len(LABELS)), dtype=bool)
    read = Read(none, none.astype(float))
    assert compare(none, read, read).verdict is Verdict.UNDECIDED


def test_shapes_must_fit():
    truth = truth_of(10)
    read = reader_of(truth, 0.1, 0.1, 1)
    with pytest.raises(ValueError, match="shape"):
        compare(truth, read, Read(read.suggested[:5], read.probabilities[:5]))


@given(st.lists(st.sampled_from(list(Verdict)), max_size=6))
def test_the_worst_verdict_counts(verdicts):
    found = worst(verdicts)
    assert (found is Verdict.PASSED) == (bool(verdicts) and set(verdicts) == {Verdict.PASSED})
    assert (found is Verdict.FAILED) == (Verdict.FAILED in verdicts)


def test_the_prequential_loss_is_the_mean_so_far():
    truth, given_ = truth_of(50), np.full((50, len(LABELS)), 0.3)
    along = prequential(truth, given_)
    assert along[-1] == pytest.approx(log_loss(truth, given_).mean())
    assert along[9] == pytest.approx(log_loss(truth[:10], given_[:10]).mean())


# ── the sequential test ──────────────────────────────────────────────────────────────────────────
def test_a_false_alarm_is_as_rare_as_stated():
    """Watched after every one of 1,000 texts, 400 times, with losses that are equal on average."""
    rng = np.random.default_rng(5)
    alarms = 0
    for _ in range(400):
        champion, former = rng.beta(1, 8, 1000), rng.beta(1, 8, 1000)
        alarms += worse(champion, former, alpha=0.05).alarm_at is not None
    assert alarms <= 0.05 * 400


def test_losses_at_the_edge_of_the_hypothesis_raise_no_more_alarms():
    """Coins have the most spread that is possible; this is where a wrong test would show it."""
    rng = np.random.default_rng(6)
    values = (rng.random((400, 1000)) < 0.3).astype(float)
    alarms = sum(watch(row, allowed=0.3, alpha=0.05).alarm_at is not None for row in values)
    assert 0 < alarms <= 0.05 * 400 + 2 * np.sqrt(400 * 0.05 * 0.95)


def test_a_rise_is_found():
    """Brier losses of 0.17 instead of 0.11: found within 400 texts nearly always."""
    rng = np.random.default_rng(7)
    found = [worse(rng.beta(1, 5, 400), rng.beta(1, 8, 400)).alarm_at for _ in range(50)]
    assert sum(one is not None for one in found) >= 45


@given(st.lists(st.floats(0, 1), max_size=60), st.floats(0.05, 0.95))
def test_wealth_is_never_lost_beyond_nought(values, allowed):
    found = watch(values, allowed=allowed)
    assert found.wealth > 0
    assert found.highest >= 1
    assert found.observations == len(values)


@pytest.mark.parametrize("value", [-0.01, 1.01])
def test_a_loss_beyond_the_bounds_is_refused(value):
    with pytest.raises(ValueError, match="between 0 and 1"):
        watch([value], allowed=0.5)


# ── leaks ────────────────────────────────────────────────────────────────────────────────────────
def ordinary(word: str) -> bool:
    return word in {"sagsbehandleren", "kommunen"}


def test_telling_words_are_those_that_no_list_holds():
    texts = ["Sagsbehandleren [PERSON 1] kendte Qvistorpp-Zeldin, sagde kommunen. Bo."]
    assert telling_words(texts, ordinary) == {"qvistorpp-zeldin", "kendte"}


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("a.json", json.dumps({"words": ["Qvistorpp"]}).encode(), 1),
        ("b.txt", b"QVISTORPP", 1),
        ("model", b"\x00\x01qvistorpp\xff\x00", 1),
        ("c.txt", "Østerbjærgh".encode(), 1),
        ("d.json", b'{"bits": 18}', 0),  # near misses
        ("e.txt", b"qvistor pp", 0),
    ],
)
def test_a_word_is_found_in_any_file(tmp_path, name, content, count):
    (tmp_path / name).write_bytes(content)
    assert len(leaks(tmp_path, ["qvistorpp", "østerbjærgh"])) == count


def test_a_word_is_found_in_a_packed_array(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", vocabulary=np.array(["Qvistorpp", "andet"]))
    found = leaks(tmp_path, ["qvistorpp"])
    assert {one.what for one in found} == {
        "an array of something else than numbers",
        "words that were learned from",
    }


def test_letters_kept_as_numbers_are_found(tmp_path):
    codes = np.frombuffer("qvistorpp".encode("utf-32-le"), dtype=np.uint32)
    np.savez_compressed(tmp_path / "a.npz", codes=codes)
    assert [one.file for one in leaks(tmp_path, ["qvistorpp"])] == ["a.npz:codes.npy"]


def test_an_array_of_objects_is_refused_without_being_opened(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        np.save(tmp_path / "o.npy", np.array([{}]), allow_pickle=True)
        archive.write(tmp_path / "o.npy", "o.npy")
    (tmp_path / "o.npy").unlink()
    assert [one.file for one in leaks(tmp_path, [])] == ["a.npz:o"]


def test_a_word_that_the_shipped_model_holds_was_not_learned_here(tmp_path):
    for name in ("shipped", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "names.json").write_text('["Qvistorpp"]')
    assert leaks(tmp_path / "new", ["qvistorpp"])
    assert not leaks(tmp_path / "new", ["qvistorpp"], known=[tmp_path / "shipped"])
