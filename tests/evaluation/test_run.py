"""The evaluation as a whole, with the shipped models on a part of the benchmark."""

import json
import xml.etree.ElementTree as ET

import pytest

from evaluation import measure_labels, measure_redaction, measure_speed, plots, tables
from evaluation.baselines import OurFinder, stock_presidio
from evaluation.experiments import redacted_example
from evaluation.goals import Goal, rows
from evaluation.keyword_rules import KeywordRules
from evaluation.run import evaluate, write
from evaluation.split import locked
from evaluation.texts import BENCHMARK, redaction_texts, second_readings, submissions
from models import corpora
from models.classifier.corpus import bank_arrays
from models.classifier.suggester import Suggester
from models.reader import load_redactor
from models.train import fit_classifier
from nlp.errors import NotDanish
from nlp.pipeline import DanishReader
from nlp.types import LABELS
from training_data.names import own_groups


def quiet(line: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def redaction():
    finders = OurFinder(load_redactor()), [stock_presidio()]
    items = redaction_texts()
    return measure_redaction.measure(*finders, items[::30], own_groups()[:2], progress=quiet)


@pytest.fixture(scope="module")
def labels(reader):
    return measure_labels.measure(
        reader.redactor, reader.classifier, submissions()[::8], progress=quiet
    )


def test_redaction_is_measured_written_and_rendered(redaction, tmp_path):
    write("redaction", redaction, tmp_path)
    again = json.loads((tmp_path / "redaction.json").read_text(encoding="utf-8"))
    report = (tmp_path / "redaction.md").read_text(encoding="utf-8")
    assert tables.redaction(again).rstrip() == report.rstrip()
    assert list(again["finders"]) == ["Retsspor", "stock Presidio"]
    ours = again["finders"]["Retsspor"]["all"]["entities"]["share"]
    assert ours > 0.8 > again["finders"]["stock Presidio"]["all"]["entities"]["share"]
    assert set(again["twins"]["Retsspor"]) == {
        "lower", "upper", "misspelt", "glued", "unicode", "lookalike",
    }  # fmt: skip


def test_errors_of_locked_texts_are_never_listed(redaction, labels):
    named = [m["id"] for m in redaction["open_mistakes"]]
    named += [e["id"] for e in labels["open_errors"]]
    named += redaction["finders"]["Retsspor"]["open_refused"]
    assert not any(locked(name) for name in named)


def test_labels_are_measured_written_and_rendered(labels, tmp_path):
    write("labels", labels, tmp_path)
    again = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    assert tables.labels(again).rstrip() == (tmp_path / "labels.md").read_text("utf-8").rstrip()
    assert again["scores"]["all"]["texts"] == len(submissions()[::8])
    assert set(again["by"]) == {"area", "length", "origin"}
    assert set(again["redaction"]) == {"gold placeholders", "our redactor", "raw text"}
    ET.fromstring((tmp_path / "calibration.svg").read_text(encoding="utf-8"))


class Careless:
    """A redactor that finds nothing: quick, and enough to see a whole run."""

    version = "none"

    def find(self, raw, *, profile=None):
        return []


@pytest.fixture(scope="module")
def tiny():
    """A part of the written text, and settings that are learned in a second."""
    chosen = {"bits": 11, "families": ("words", "stems"), "folds": 3, "miss_cost": 3.0}
    return chosen, bank_arrays(corpora.clause_bank()[::60]), corpora.examples()[::20]


@pytest.fixture(scope="module")
def promising(tiny):
    settings, bank, examples = tiny
    return fit_classifier(examples, bank, settings)


def test_promises_and_readers_are_measured_written_and_rendered(promising, tmp_path):
    items, fresh = submissions()[::4], submissions(BENCHMARK / "fresh")[::6]
    found = measure_labels.measure(
        Careless(),
        Suggester(promising, version="tiny"),
        items,
        fresh=fresh,
        promises=promising.promises(),
        second=second_readings(),
        progress=quiet,
    )
    write("labels", found, tmp_path)
    again = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    report = (tmp_path / "labels.md").read_text(encoding="utf-8")
    assert tables.labels(again).rstrip() == report.rstrip()
    assert "## Promises" in report
    assert "## Two readers" in report
    assert list(again["promises"]["together"]) == ["all", "locked", "written last"]
    assert list(again["readers"]["parts"]) == ["all", "locked", "written last"]
    assert again["readers"]["texts"] == len(items) + len(fresh)
    truth = sum(len(set(s.block.labels)) for s in [*items, *fresh])
    assert again["readers"]["together"]["positives"] == truth
    assert again["readers"]["together"]["second"]["f1"] > 0.9
    for label, promise in zip(LABELS, promising.promises(), strict=True):
        row = again["promises"]["by_label"][label]
        assert (row["positives"], row["words"]) == (promise.positives, promise.words)
        assert (row["threshold"] is None) == (promise.threshold is None)
    assert any(row["threshold"] for row in again["promises"]["by_label"].values())


@pytest.mark.slow
def test_a_full_run_on_a_small_sample(tiny, promising, tmp_path):
    """Every trial, to the end, into every table and plot."""
    settings, bank, examples = tiny
    items = submissions()[::8]
    found = measure_labels.measure(
        Careless(), Suggester(promising, version="tiny"), items, progress=quiet
    )
    said = []
    found["trials"] = measure_labels.trials(
        settings,
        bank,
        examples,
        corpora.examples(redacted=False)[::20],
        items,
        Careless(),
        {"key words again": KeywordRules},
        progress=said.append,
    )
    write("labels", found, tmp_path)
    again = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    names = {part: [row["name"] for row in rows] for part, rows in again["trials"].items() if part != "never_redacted"}  # fmt: skip
    assert names["comparison"] == [
        "keyword rules", "TF-IDF + LR, whole text", "TF-IDF + SVC, whole text",
        "spaCy textcat_multilabel", "ours", "key words again",
    ]  # fmt: skip
    assert names["ablation"] == [
        "complete", "without words", "without stems", "without negation",
        "without the words of the whole text", "without the clause bank", "without marked evidence",
    ]  # fmt: skip
    assert names["learning_curve"] == ["10%", "25%", "50%", "75%", "100%"]
    assert len(said) == sum(map(len, names.values())) - 2 + 1  # ours stands in three tables
    report = (tmp_path / "labels.md").read_text(encoding="utf-8")
    for heading in ("Models compared", "Ablation", "Learning curve"):
        assert f"## {heading}" in report
    assert "learned from and read unredacted" in report
    ET.fromstring((tmp_path / "learning_curve.svg").read_text(encoding="utf-8"))


def test_speed_is_measured_written_and_rendered(reader, tmp_path):
    tolerant = DanishReader(load_redactor(require_danish=False), reader.classifier)
    texts = [item.text for item in redaction_texts()[:40]]
    result = measure_speed.measure(
        tolerant,
        [stock_presidio()],
        texts,
        count=2,
        fuzz_length=60,
        lengths=(50, 100, 500, 1_000),
        progress=quiet,
    )
    write("speed", result, tmp_path)
    assert "stock Presidio" in (tmp_path / "speed.md").read_text(encoding="utf-8")
    assert result["fuzz"]["refused"] == 0


def test_an_unknown_part_is_refused_before_anything_is_loaded(tmp_path):
    with pytest.raises(ValueError, match="no part is called taste"):
        evaluate(parts=("labels", "taste"), output=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_refused_submission_has_no_text_and_keeps_its_labels():
    class Refusing:
        version = "x"

        def find(self, raw, *, profile=None):
            raise NotDanish

    item = next(s for s in submissions() if s.block.labels)
    example = redacted_example(item, Refusing())
    assert example.text == ""
    assert any(example.labels)


def test_plots_are_the_same_bytes_every_time():
    bins = [{"probability": 0.2, "frequency": 0.1, "count": 5}]
    assert plots.calibration(bins) == plots.calibration(bins)
    row = {"size": 9, "locked_macro_f1": 0.4, "macro_f1": {"value": 0.5, "low": 0.4, "high": 0.6}}
    curve = plots.learning_curve([row, {**row, "size": 12}])
    ET.fromstring(curve)
    assert "training submissions" in curve


@pytest.mark.parametrize(
    ("goal", "reached"),
    [
        (Goal("recall", 0.99, 0.99), True),
        (Goal("recall", 0.9899, 0.99), False),
        (Goal("error", 0.05, 0.05, most=True), True),
        (Goal("error", 0.0501, 0.05, most=True), False),
        (Goal("nothing", None, 1.0), None),
    ],
)
def test_a_goal_is_reached_at_its_bar(goal, reached):
    assert rows([goal])[0]["reached"] is reached


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, "–"),
        (True, "yes"),
        (False, "**no**"),
        (0.12345, "0.123"),
        ("a|b\nc", "a\\|b c"),
        (3, "3"),
    ],
)
def test_a_table_cell_breaks_no_table(cell, shown):
    assert tables.table(["x"], [[cell]]).splitlines()[-1] == f"| {shown} |"
