"""The simulations of learning: small ones, to the end, and their parts by hand."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from evaluation import (
    learning_tables,
    measure_learning,
    simulate_gate,
    simulate_noise,
    simulate_order,
)
from evaluation.gate import Rules
from evaluation.labels import macro_f1
from evaluation.measure_learning import Size
from evaluation.orders import GAIN, STORED, UNCERTAIN, Stored
from evaluation.run import write
from evaluation.simulate_order import (
    AS_WRITTEN,
    DEVELOPMENT,
    KEPT,
    RANDOM,
    RARE,
    UNEVEN,
    Plan,
    Point,
    needed,
    reached,
    read,
    stream,
)
from models import corpora
from models.learning.prepared import prepare
from nlp.types import LABELS

SETTINGS = {"bits": 10, "families": ("stems",), "folds": 2, "miss_cost": 4.0}
SMALL = Size(
    plan=Plan(start=20, batch=8, end=36, short=36, seeds=1, held_back=8),
    noise_seeds=1,
    challengers=3,
    gate_texts=(120,),
    rules=Rules(resamples=100),
    loss=0.01,
)


@pytest.fixture(scope="module")
def examples():
    return corpora.examples()[::8]


@pytest.fixture(scope="module")
def texts(examples):
    return prepare(examples, SETTINGS)


@pytest.fixture(scope="module")
def measured(examples):
    said = []
    found = measure_learning.measure(examples, SETTINGS, size=SMALL, progress=said.append)
    return found, said


def test_everything_is_simulated_written_and_rendered(measured, tmp_path):
    found, said = measured
    write("learning", found, tmp_path)
    again = json.loads((tmp_path / "learning.json").read_text(encoding="utf-8"))
    report = (tmp_path / "learning.md").read_text(encoding="utf-8")
    assert learning_tables.learning(again).rstrip() == report.rstrip()
    assert "errors on the page's list" in report
    for heading in ("Which next", "Doubtful decisions", "The gate", f"Stream {UNEVEN}"):
        assert f"# {heading}" in report
    for name in (AS_WRITTEN, UNEVEN):
        orders = again["order"]["streams"][name]["orders"]
        assert list(orders) == [RANDOM, UNCERTAIN, GAIN, STORED]
        for order in (UNCERTAIN, GAIN, STORED):
            assert [p["confirmed"] for p in orders[order]["points"]] == [20, 28, 36]
        assert [p["confirmed"] for p in orders[RANDOM]["points"]] == [20, 36]
        first = {json.dumps(one["points"][0]) for one in orders.values()}
        assert len(first) == 1  # all orders begin with the same texts
    assert [row["kind"] for row in again["noise"]] == list(simulate_noise.KINDS)
    assert [row["way"] for row in again["gate"]] == list(simulate_gate.WAYS)
    assert len(again["goals"]) == 2 + 3 + 2
    assert len(said) == 1 + 2 + 3 + 2
    drawing = (tmp_path / "learning.svg").read_text(encoding="utf-8")
    ET.fromstring(drawing)
    assert GAIN in drawing


# ── Which next ───────────────────────────────────────────────────────────────────────────────────


def test_the_uneven_stream_has_fewer_of_the_rare_and_weighs_the_test_alike(texts):
    rare = texts.labels[:, [LABELS.index(label) for label in RARE]].any(axis=1)
    whole = stream(texts, AS_WRITTEN, ["a", "b"], 0)
    uneven = stream(texts, UNEVEN, ["a", "b"], 0)
    assert set(texts.origins[whole.test]) == {"a", "b"}
    assert not set(texts.origins[whole.waiting]) & {"a", "b"}
    assert (whole.weight == 1).all()
    assert (uneven.weight == np.where(rare[uneven.test], KEPT, 1)).all()
    assert set(uneven.waiting) < set(whole.waiting)
    share = rare[uneven.waiting].sum() / rare[whole.waiting].sum()
    assert share == pytest.approx(KEPT, abs=0.12)
    assert (~rare[uneven.waiting]).sum() == (~rare[whole.waiting]).sum()


@pytest.mark.parametrize("order", simulate_order.ORDERS)
def test_a_stream_that_runs_dry_ends(texts, order):
    whole = stream(texts, AS_WRITTEN, ["a", "b"], 0)
    few = type(whole)(whole.waiting[:24], whole.test, whole.weight)
    plan = Plan(start=16, batch=6, end=900, short=900)
    words = np.arange(len(texts))
    points = list(read(texts, words, few, order, SETTINGS, plan, 0))
    assert points[-1].confirmed == 24
    assert points[-1].words == words[few.waiting].sum()
    again = list(read(texts, words, few, order, SETTINGS, plan, 0))
    assert again == points


def test_the_stored_queue_gives_places_once_and_to_what_has_come_in(texts):
    class Sure:
        """Gives every text the same chances, and counts what it is asked about."""

        asked = 0

        def rows_proba(self, rows):
            self.asked += len(rows)
            return np.tile(np.linspace(0.1, 0.5, len(LABELS)), (len(rows), 1))

    model, waiting = Sure(), np.arange(100)
    queue = Stored(texts, waiting, np.random.default_rng(0), 3)
    confirmed = np.arange(100, 120)
    first = queue.take(model, confirmed, 10)
    assert (len(first), model.asked) == (10, 30)
    read = [*first, *queue.take(model, confirmed, 10), *queue.take(model, confirmed, 10)]
    assert model.asked == 90
    read += [*queue.take(model, confirmed, 10), *queue.take(model, confirmed, 70)]
    assert model.asked == 100  # the stream has run dry, the queue has not
    assert sorted(read) == list(range(100))
    assert not len(queue.take(model, confirmed, 10))


def test_writers_of_the_development_are_never_held_back(measured):
    found, _ = measured
    # Eight writers are left, and all are held back at once: one run.
    assert found["writers"] - len(DEVELOPMENT) == SMALL.plan.held_back
    assert found["order"]["streams"][AS_WRITTEN]["runs"] == 1


def points(*pairs):
    return [Point(confirmed, f1, 0.3, confirmed * 80) for confirmed, f1 in pairs]


def test_labels_needed_by_hand():
    random = [points((100, 0.5), (200, 0.6), (300, 0.7))] * 2
    other = [points((100, 0.5), (150, 0.7), (200, 0.65))] * 2
    rows = needed(random, other)["at"]
    assert [row["share"] for row in rows] == [1.0, 0.625, 0.5]
    assert all(row["low"] == row["share"] == row["high"] for row in rows)


def test_a_figure_that_is_not_reached_has_no_share():
    random = [points((100, 0.5), (200, 0.9))]
    (_, last) = needed(random, [points((100, 0.5), (150, 0.6))])["at"]
    assert (last["share"], last["low"], last["high"]) == (None, None, None)


@pytest.mark.parametrize(
    ("goal", "count"), [(0.4, 100), (0.5, 100), (0.55, 120), (0.6, 140), (0.61, np.inf)]
)
def test_reached(goal, count):
    # A curve that falls back has been there.
    found = reached(np.array([100, 140, 180]), np.array([0.5, 0.6, 0.58]), goal)
    assert found == pytest.approx(count)


# ── Doubtful decisions ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", simulate_noise.KINDS)
def test_wrong_is_exactly_what_differs(texts, kind):
    made = simulate_noise.KINDS[kind](texts, np.random.default_rng(3))
    assert (made.wrong == (made.labels != texts.labels)).all()
    assert set(np.unique(made.labels)) == {0, 1}
    # A label that somebody set has a passage, one that nobody set has none.
    for text in range(len(texts)):
        own = made.marks[texts.starts[text] : texts.starts[text + 1]]
        assert not own[:, made.labels[text] == 0].any()
        added = (made.labels[text] == 1) & (texts.labels[text] == 0)
        assert own[:, added].any(axis=0).all()


def test_a_fifth_is_made_wrong(texts):
    flipped = simulate_noise.flipped(texts, np.random.default_rng(1)).wrong
    assert flipped.mean() == pytest.approx(0.2, abs=0.02)
    missing = simulate_noise.missing(texts, np.random.default_rng(1)).wrong
    assert not missing[texts.labels == 0].any()
    assert missing.sum() / texts.labels.sum() == pytest.approx(0.2, abs=0.05)


def test_neighbours_come_in_pairs():
    pairs = simulate_noise.NEIGHBOURS
    assert set(pairs) == set(LABELS)
    assert all(pairs[pairs[label]] == label != pairs[label] for label in LABELS)


# ── The gate ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def population():
    rng = np.random.default_rng(1)
    truth = rng.random((4000, 6)) < 0.25
    odds = np.where(truth, 1.2, -2.2) + rng.standard_normal(truth.shape)
    return truth, 1 / (1 + np.exp(-odds)), np.full(6, 0.3)


@pytest.mark.parametrize("way", simulate_gate.WAYS)
def test_a_disturbed_model_is_worse_by_what_was_asked(population, way):
    truth, chances, thresholds = population
    noise = simulate_gate.WAYS[way](np.random.default_rng(1), truth.shape)
    bad = simulate_gate.disturbed(truth, chances, thresholds, noise)
    lost = macro_f1(truth, chances >= thresholds) - macro_f1(truth, bad.suggested)
    assert lost == pytest.approx(simulate_gate.LOSS, abs=0.0011)
    assert (bad.suggested == (bad.probabilities >= thresholds)).all()


def test_a_disturbance_that_cannot_be_found_is_an_error(population):
    truth, chances, thresholds = population
    with pytest.raises(ValueError, match="no disturbance"):
        simulate_gate.disturbed(truth, chances, thresholds, np.zeros(truth.shape))


def test_the_gate_tells_better_from_worse(population):
    rows = simulate_gate.simulate(
        *population, challengers=8, sizes=(800,), rules=Rules(resamples=300), progress=len
    )
    for row in rows:
        assert row["worse"]["passed"]["hits"] == 0
        assert row["better"]["passed"]["hits"] >= 4
        assert row["worse"]["passed"]["total"] == 8
