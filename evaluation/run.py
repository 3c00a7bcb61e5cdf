"""The whole evaluation: load, measure, write. The only module here that writes files.

``retsspor evaluate`` calls ``evaluate``. What is written: ``<part>.json``, ``<part>.md`` and plots.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from evaluation import measure_labels, measure_redaction, measure_speed, plots, tables
from evaluation.baselines import Finder, OurFinder, naive_stack, stock_presidio
from evaluation.contenders import Maker
from evaluation.encoder import EncoderRegression, EncoderUnavailable, load_encoder
from evaluation.public_data import has_public_data
from evaluation.texts import redaction_texts, submissions
from models import corpora
from models.classifier.corpus import bank_arrays
from models.reader import SHIPPED, load_reader, load_redactor
from models.train import settings
from nlp.pipeline import DanishReader
from training_data.names import own_groups

PARTS = ("redaction", "labels", "speed")
RESULTS = Path(__file__).parent / "results"
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
    if unknown := sorted(set(parts) - set(PARTS)):
        raise ValueError(f"no part is called {', '.join(unknown)}; parts: {', '.join(PARTS)}")
    reader = load_reader(models)
    others, notes = _others(public_data, parts, progress)
    todo: dict[str, Callable[[], dict[str, Any]]] = {
        "redaction": partial(_redaction, reader, others, progress),
        "labels": partial(_labels, reader, full, encoder, progress),
        "speed": partial(_speed, reader, models, others, full, progress),
    }
    results: dict[str, Any] = {}
    for part in PARTS:
        if part in parts:
            result = {"versions": _versions(reader), **todo[part]()}
            if part != "labels":
                result["notes"] = [*result.get("notes", ()), *notes]
            write(part, result, output)
            results[part] = result
    return results


def _versions(reader: DanishReader) -> dict[str, str]:
    return {"redactor": reader.versions.redactor, "classifier": reader.versions.classifier}


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
    reader: DanishReader, others: Sequence[Finder], progress: Progress
) -> dict[str, Any]:
    return measure_redaction.measure(
        OurFinder(reader.redactor), others, redaction_texts(), own_groups(), progress=progress
    )


def _labels(
    reader: DanishReader, full: bool, encoder: Path | None, progress: Progress
) -> dict[str, Any]:
    items = submissions()
    result = measure_labels.measure(reader.redactor, reader.classifier, items, progress=progress)
    if not full:
        return result
    extra, notes = _encoder(encoder)
    configured = settings("classifier")
    result["trials"] = measure_labels.trials(
        {**configured, "families": tuple(configured["families"])},
        bank_arrays(corpora.clause_bank()),
        corpora.examples(),
        corpora.examples(redacted=False),
        items,
        reader.redactor,
        extra,
        progress=progress,
    )
    return {**result, "notes": notes}


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
    reader: DanishReader, models: Path, others: Sequence[Finder], full: bool, progress: Progress
) -> dict[str, Any]:
    tolerant = load_redactor(models / "redactor", require_danish=False)
    return measure_speed.measure(
        reader,
        OurFinder(tolerant),
        others,
        [item.text for item in redaction_texts() if not item.hard_negative],
        count=_LETTERS_FULL if full else _LETTERS,
        fuzz_length=_FUZZ_FULL if full else _FUZZ,
        progress=progress,
    )


def write(part: str, result: dict[str, Any], output: Path) -> None:
    """One part as JSON, Markdown and plots."""
    output.mkdir(parents=True, exist_ok=True)
    _save(output / f"{part}.json", json.dumps(result, ensure_ascii=False, indent=1))
    _save(output / f"{part}.md", getattr(tables, part)(result))
    if part == "redaction":
        _save(output / "redaction_mistakes.md", tables.mistakes(result))
    if part == "labels":
        bins = result["scores"]["all"]["calibration"]["bins"]
        _save(output / "calibration.svg", plots.calibration(bins))
        if "trials" in result:
            curve = plots.learning_curve(result["trials"]["learning_curve"])
            _save(output / "learning_curve.svg", curve)
    if part == "speed":
        grown = result["growth"]
        _save(output / "length.svg", plots.length(grown["lengths"], grown["milliseconds"]))


def _save(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
