"""The whole evaluation: load, measure, write. The only module here that writes files.

``retsspor evaluate`` calls ``evaluate``. What is written: ``<part>.json``, ``<part>.md`` and plots,
and the card of the model that was measured.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from evaluation import (
    cards,
    learning_tables,
    measure_labels,
    measure_redaction,
    measure_speed,
    plots,
    tables,
)
from evaluation.baselines import Finder, OurFinder, naive_stack, stock_presidio
from evaluation.contenders import Maker
from evaluation.encoder import EncoderRegression, EncoderUnavailable, load_encoder
from evaluation.public_data import has_public_data
from evaluation.texts import BENCHMARK, redaction_texts, second_readings, submissions
from models import corpora
from models.classifier.corpus import bank_arrays
from models.manifest import SHIPPED, read_manifest
from models.reader import load_redactor, load_suggester
from models.train import classifier_parameters, settings
from nlp.pipeline import DanishReader
from nlp.redact.engine import DanishRedactor
from training_data.names import own_groups

PARTS = ("redaction", "labels", "speed")
ASKED_FOR = ("learning",)
"""Parts that take long and are measured only when they are named."""
TABLES: Mapping[str, Callable[[tables.Json], str]] = {
    "redaction": tables.redaction,
    "labels": tables.labels,
    "speed": tables.speed,
    "learning": learning_tables.learning,
}
RESULTS = Path(__file__).parent / "results"
CARDS = Path(__file__).parents[1] / "docs" / "model-cards"
CARD_OF = {"redaction": "redactor", "labels": "classifier"}
"""The part that measures a model → the model."""
Progress = Callable[[str], None]

_LETTERS, _LETTERS_FULL = 25, 60
_FUZZ, _FUZZ_FULL = 2_000, 20_000


def evaluate(
    *,
    parts: Sequence[str] = PARTS,
    output: Path = RESULTS,
    public_data: Path | None = None,
    progress: Progress = lambda line: None,
    full: bool = False,
    encoder: Path | None = None,
    models: Path = SHIPPED,
) -> dict[str, Any]:
    """Measure the chosen parts and write them to ``output``; gives the same figures back.

    ``full`` adds what takes minutes: learning curve, ablation, comparison, long hostile texts.
    ``public_data`` adds the naive stack, ``encoder`` a sentence-transformers model. Raises
    ValueError for a part that there is none of, ModelDamaged for models that cannot be trusted.
    """
    known = (*PARTS, *ASKED_FOR)
    if unknown := sorted(set(parts) - set(known)):
        raise ValueError(f"no part is called {', '.join(unknown)}; parts: {', '.join(known)}")
    redactor = load_redactor(models / "redactor")
    others, notes = _others(public_data, parts, progress)
    todo: dict[str, Callable[[], dict[str, Any]]] = {
        "redaction": partial(_redaction, redactor, others, progress),
        "labels": partial(_labels, redactor, models, full, encoder, progress),
        "speed": partial(_speed, models, others, full, progress),
        "learning": partial(_learning, progress),
    }
    results: dict[str, Any] = {}
    for part in known:
        if part in parts:
            result = todo[part]()
            if part == "labels" and not full:
                result = _with_trials(result, output)
            left_out = notes if part in ("redaction", "speed") else []
            result["notes"] = [*result.get("notes", ()), *left_out]
            write(part, result, output)
            write_card(part, result, models, card_folder(output))
            results[part] = result
    return results


def _others(
    public_data: Path | None, parts: Sequence[str], progress: Progress
) -> tuple[list[Finder], list[str]]:
    """What our redactor is compared with, and a sentence on what was left out."""
    if not {"redaction", "speed"} & set(parts):
        return [], []
    found: list[Finder] = [stock_presidio()]
    if public_data is None:
        return found, ["The naive stack is left out: it is trained from --public-data PATH."]
    if not has_public_data(public_data):
        return found, ["The naive stack is left out: the folder given holds no danplus news."]
    progress("training the naive stack on public news")
    return [*found, naive_stack(public_data)], []


def _redaction(
    redactor: DanishRedactor, others: Sequence[Finder], progress: Progress
) -> dict[str, Any]:
    found = measure_redaction.measure(
        OurFinder(redactor), others, redaction_texts(), own_groups(), progress=progress
    )
    return {"versions": {"redactor": redactor.version}, **found}


def _labels(
    redactor: DanishRedactor, models: Path, full: bool, encoder: Path | None, progress: Progress
) -> dict[str, Any]:
    items, classifier = submissions(), load_suggester(models / "classifier")
    fresh = submissions(BENCHMARK / "fresh")
    found = measure_labels.measure(
        redactor,
        classifier,
        items,
        fresh=fresh,
        promises=classifier.classifier.promises(),
        second=second_readings(),
        progress=progress,
    )
    versions = {"redactor": redactor.version, "classifier": classifier.version}
    result: dict[str, Any] = {"versions": versions, **found}
    if not full:
        return result
    extra, notes = _encoder(encoder)
    configured = settings("classifier")
    result["trials"] = measure_labels.trials(
        classifier_parameters(configured),
        bank_arrays(corpora.clause_bank()),
        corpora.examples(),
        corpora.examples(redacted=False),
        items,
        redactor,
        extra,
        progress=progress,
    )
    return {**result, "notes": notes}


def _with_trials(result: dict[str, Any], output: Path) -> dict[str, Any]:
    """The trials of an earlier full run of the same classifier are kept: they take half an hour."""
    try:
        earlier = json.loads((output / "labels.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return result
    if (
        "trials" not in earlier
        or earlier["versions"]["classifier"] != result["versions"]["classifier"]
    ):
        return result
    note = "The trials are of an earlier run with `--full`, of the same classifier."
    return {**result, "trials": earlier["trials"], "notes": [*result.get("notes", ()), note]}


def _encoder(path: Path | None) -> tuple[dict[str, Maker], list[str]]:
    """The encoder as a contender, or a sentence on why not."""
    if path is None:
        return {}, ["The sentence encoder is left out: it is given by --encoder PATH."]
    try:
        loaded = load_encoder(path)
    except EncoderUnavailable as why:
        return {}, [f"The sentence encoder is left out: {why}"]
    return {"sentence encoder + LR": lambda: EncoderRegression(loaded)}, []


def _speed(
    models: Path, others: Sequence[Finder], full: bool, progress: Progress
) -> dict[str, Any]:
    # Hostile texts are no Danish: the reader that is timed does not refuse them.
    tolerant = load_redactor(models / "redactor", require_danish=False)
    classifier = load_suggester(models / "classifier")
    found = measure_speed.measure(
        DanishReader(tolerant, classifier),
        others,
        [item.text for item in redaction_texts() if not item.hard_negative],
        count=_LETTERS_FULL if full else _LETTERS,
        fuzz_length=_FUZZ_FULL if full else _FUZZ,
        progress=progress,
    )
    versions = {"redactor": tolerant.version, "classifier": classifier.version}
    return {"versions": versions, **found}


def _learning(progress: Progress) -> dict[str, Any]:
    # cleanlab, which the list of doubtful decisions is compared with, comes with the extra «train».
    from evaluation import measure_learning

    parameters = classifier_parameters(settings("classifier"))
    return measure_learning.measure(corpora.examples(), parameters, progress=progress)


def write(part: str, result: dict[str, Any], output: Path) -> None:
    """One part as JSON, Markdown and plots."""
    output.mkdir(parents=True, exist_ok=True)
    _save(output / f"{part}.json", json.dumps(result, ensure_ascii=False, indent=1))
    _save(output / f"{part}.md", TABLES[part](result))
    if part == "redaction":
        _save(output / "redaction_mistakes.md", tables.mistakes(result))
    if part == "labels":
        bins = result["scores"]["all"]["calibration"]["bins"]
        _save(output / "calibration.svg", plots.calibration(bins))
        if "trials" in result:
            curve = plots.learning_curve(result["trials"]["learning_curve"])
            _save(output / "learning_curve.svg", curve)
    if part == "learning":
        _save(output / "learning.svg", plots.orders(result["order"]["streams"]))
    if part == "speed":
        grown = result["growth"]
        _save(output / "length.svg", plots.length(grown["lengths"], grown["milliseconds"]))


def card_folder(output: Path) -> Path:
    """The cards in the documents tell of the figures in the project; others lie beside theirs."""
    return CARDS if output == RESULTS else output / "model-cards"


def write_card(part: str, result: dict[str, Any], models: Path, folder: Path) -> None:
    """The card of the model that a part measures, if there is one.

    Not among the model's own files: its manifest is sealed before anything is measured.
    """
    kind = CARD_OF.get(part)
    if kind is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    _save(folder / f"{kind}.md", getattr(cards, kind)(read_manifest(models / kind), result))


def _save(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
