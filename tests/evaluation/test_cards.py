"""A card tells what was measured of the model that is shipped, and nothing else."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import yaml

from evaluation import cards
from evaluation.figures import plain
from evaluation.measure_promises import kept
from evaluation.measure_readers import agreement, readings
from evaluation.run import CARD_OF, CARDS, RESULTS, card_folder, write_card
from evaluation.texts import SecondReading
from models.classifier.promises import NO_PROMISE, Promise
from models.manifest import SHIPPED, read_manifest
from nlp.types import LABELS

KINDS = [(part, kind) for part, kind in CARD_OF.items()]


def measured(part):
    return json.loads((RESULTS / f"{part}.json").read_text(encoding="utf-8"))


def front(card):
    """The YAML on top."""
    assert card.startswith("---\n")
    return yaml.safe_load(card.split("---\n")[1])


@pytest.mark.parametrize(("part", "kind"), KINDS)
def test_the_committed_card_is_of_the_shipped_model_and_the_committed_figures(part, kind):
    """When this fails: ``retsspor evaluate redaction labels``, and commit what it writes."""
    manifest, result = read_manifest(SHIPPED / kind), measured(part)
    card = (CARDS / f"{kind}.md").read_text(encoding="utf-8")
    assert f"| version | `{manifest.version}` |" in card
    assert result["versions"][kind] == manifest.version
    assert card.rstrip() == getattr(cards, kind)(manifest, result).rstrip()


@pytest.mark.parametrize(
    ("kind", "part", "name", "figure"),
    [
        ("classifier", "labels", "macro-F1", ("scores", "locked", "macro_f1", "value")),
        ("classifier", "labels", "F1 of andre", ("scores", "locked", "by_label", "andre", "f1", "value")),
        ("classifier", "labels", "expected calibration error", ("scores", "locked", "calibration", "ece")),
        ("redactor", "redaction", "entities wholly masked", ("finders", "Retsspor", "locked", "entities", "share")),
        ("redactor", "redaction", "person mentions masked", ("finders", "Retsspor", "locked", "by_type", "PERSON", "share")),
    ],
)  # fmt: skip
def test_the_index_of_a_committed_card_holds_the_committed_figures(kind, part, name, figure):
    told = front((CARDS / f"{kind}.md").read_text(encoding="utf-8"))
    (model,) = told["model-index"]
    (results,) = model["results"]
    assert results["task"]["type"] == told["pipeline_tag"]
    assert results["dataset"]["split"] == "locked"
    (metric,) = [m for m in results["metrics"] if m["name"] == name]
    wanted = measured(part)
    for key in figure:
        wanted = wanted[key]
    assert metric["value"] == wanted


@pytest.mark.parametrize(("part", "kind"), KINDS)
def test_a_card_has_what_the_hub_asks_for(part, kind):
    told = front((CARDS / f"{kind}.md").read_text(encoding="utf-8"))
    assert (told["language"], told["license"]) == ("da", "mit")
    assert told["tags"]
    assert told["datasets"]
    headings = re.findall(r"^## (.+)$", (CARDS / f"{kind}.md").read_text("utf-8"), re.MULTILINE)
    for heading in ("Intended use", "Training data and settings", "Measured", "Limits"):
        assert heading in headings


@pytest.mark.parametrize(("part", "kind"), KINDS)
def test_figures_of_another_version_make_no_card(part, kind):
    other = replace(read_manifest(SHIPPED / kind), version="000000000000")
    with pytest.raises(ValueError, match="run retsspor evaluate"):
        getattr(cards, kind)(other, measured(part))


def test_promises_and_the_second_reader_stand_in_the_card():
    manifest, result = read_manifest(SHIPPED / "classifier"), measured("labels")
    truth = np.eye(6, dtype=bool)
    ids = list("abcdef")
    second = {name: SecondReading(name, (LABELS[i],), ()) for i, name in enumerate(ids)}
    read = readings(ids, truth, truth, second)
    made = [Promise(50, 0.123, 0.9, 0.95)] * 5 + [Promise(9, None, 0.9, 0.95)]
    result["promises"] = plain(kept(made, {"all": (truth, truth * 0.5)}))
    result["readers"] = agreement({"all": read}, read)
    card = cards.classifier(manifest, result)
    assert card.count("| 50 | 0.123 | mindst 90 % af de sande") == 5
    assert card.count(NO_PROMISE) == 1
    assert "## Beside a second reader" in card
    assert "| together | 6 | 1.000 | 1.000 | 1.000 | 1.000 | 0 | – |" in card


def test_a_card_without_them_says_that_nothing_is_promised():
    result = measured("labels")
    for name in ("promises", "readers"):
        result.pop(name, None)
    card = cards.classifier(read_manifest(SHIPPED / "classifier"), result)
    assert "None: this version was measured before promises were made." in card
    assert "second reader" not in card


def test_cards_are_written_beside_figures_that_are_not_the_project_s(tmp_path):
    assert card_folder(RESULTS) == CARDS
    folder = card_folder(tmp_path)
    for part in ("redaction", "labels", "speed"):
        write_card(part, measured(part), SHIPPED, folder)
    assert sorted(p.name for p in folder.iterdir()) == ["classifier.md", "redactor.md"]
    assert folder.parent == tmp_path


@pytest.mark.parametrize(
    "value",
    [
        {"a": "no", "b": ["1.0", 1.0, None, True], "c": {"d": [{"e": "æ: #ø", "f": [[1], ["-"]]}]}},
        {"quote": 'she said "hej"\n', "colon": "a: b", "dash": "- x"},
    ],
)
def test_what_is_written_as_yaml_is_read_back(value):
    assert yaml.safe_load("\n".join(cards.yaml_lines(value))) == value
