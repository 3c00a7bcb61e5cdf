"""How fast a text is read, beside what one could have instead, all in one process and one run.

The floor is spaCy's blank tokeniser and the patterns of our own recognizers, without Presidio,
entity tagger, second look, placeholders and labels: what any redactor with these patterns costs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import spacy

from evaluation.baselines import Finder, naive_stack, stock_presidio
from evaluation.public_data import has_public_data
from evaluation.speed import LENGTHS, Growth, Pace, growth, letters, pace
from models.classifier.suggester import Suggester
from models.manifest import SHIPPED
from models.reader import load_redactor, load_suggester
from nlp.pipeline import DanishReader
from nlp.redact.engine import DanishRedactor, artifacts
from nlp.types import RawText
from service.batch.inputs import Kind
from service.batch.parts import split
from service.batch.worker import read_part
from service.bench.conditions import Conditions, conditions, letter_texts, short_texts

BARE, FLOOR, NAIVE = "spaCy blank(da), tokens only", "the same and our patterns", "naive stack"
CLOCK = time.process_time
"""Processor time: what else the machine does in the meantime is no part of it."""
LETTERS = 40
BATCHES = (1, 4, 16, 64, 256)
"""Rows that a worker gets at once."""
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Speed:
    """A run."""

    conditions: Conditions
    rounds: int
    versions: dict[str, str]
    paces: dict[str, Pace]
    length: Growth
    """Of ``tag``."""
    batches: dict[str, float]
    """Rows at once → words a second of ``tag`` in one process."""
    left_out: str
    """What could not be measured, and why; empty when all was."""


def bench_speed(
    models: PatientModels,
    folder: Path,
    *,
    public_data: Path | None = None,
    rounds: int = 3,
    count: int = LETTERS,
    batches: Sequence[int] = BATCHES,
    lengths: Sequence[int] = LENGTHS,
) -> Speed:
    """Each way reads all letters in some rounds; the best time of each letter counts."""
    begun = conditions()
    others, left_out = _others(public_data)
    reader = DanishReader(models.redactor, models.suggester)
    sample = letters(letter_texts(), count)

    def tag(text: str) -> object:
        return reader.read(RawText(text))

    ways: dict[str, Callable[[str], object]] = {
        BARE: spacy.blank("da"),
        FLOOR: floor(models.redactor),
        **{other.name: other.find for other in others},
        "redact": lambda text: reader.redact(RawText(text)),
        "tag": tag,
    }
    return Speed(
        conditions=begun,
        rounds=rounds,
        versions={"spacy": version("spacy"), **asdict(reader.versions)},
        paces={name: pace(way, sample, rounds=rounds, clock=CLOCK) for name, way in ways.items()},
        length=growth(tag, "\n\n".join(sample), lengths=lengths, rounds=rounds, clock=CLOCK),
        batches=_batches(reader, folder, batches),
        left_out=left_out,
    )


@dataclass(frozen=True, slots=True)
class PatientModels:
    """The shipped models; they refuse no text for its language, as what they are compared with."""

    redactor: DanishRedactor
    suggester: Suggester


def patient_models() -> PatientModels:
    """Loaded. Raises ModelDamaged."""
    redactor = load_redactor(SHIPPED / "redactor", require_danish=False)
    return PatientModels(redactor, load_suggester(SHIPPED / "classifier"))


def _others(public_data: Path | None) -> tuple[list[Finder], str]:
    if public_data is None or not has_public_data(public_data):
        why = "The naive stack is left out: it is trained from public data (--public-data FOLDER)."
        return [stock_presidio()], why
    return [stock_presidio(), naive_stack(public_data)], ""


def floor(redactor: DanishRedactor) -> Callable[[str], object]:
    """Tokens, and every recognizer of ours that is made of patterns; no result is put together."""
    nlp = spacy.blank("da")
    found = redactor.analyzer.registry.recognizers
    recognizers = [one for one in found if getattr(one, "rules", ())]

    def work(text: str) -> object:
        tokens = artifacts(nlp(text), "da")
        return [one.analyze(text, one.supported_entities, tokens) for one in recognizers]

    return work


def _batches(reader: DanishReader, folder: Path, sizes: Sequence[int]) -> dict[str, float]:
    texts = short_texts()[: max(sizes)]
    path = write_texts(texts, folder / "batches.jsonl")
    words = sum(len(text.split()) for text in texts)
    found = {}
    for rows in sizes:
        parts = split(path, Kind.JSONL, limit=_LONGEST, rows=rows)
        began = CLOCK()
        for part in parts:
            read_part(part, _LONGEST, reader)
        found[str(rows)] = words / (CLOCK() - began)
    path.unlink()
    return found


def write_texts(texts: Sequence[str], path: Path) -> Path:
    """Invented texts as JSON lines, numbered from 1."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(texts, start=1):
            file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
    return path


def speed_table(run: dict[str, Any]) -> list[str]:
    """A run, as JSON has it, in Markdown."""
    paces, length = run["paces"], run["length"]
    bare = paces[BARE]["words_per_second"]
    some = paces[BARE]
    versions = ", ".join(f"{name} {value}" for name, value in run["versions"].items())
    return [
        "## Words a second",
        "",
        "| | words a second | p50 ms a letter | p95 ms | of bare tokenisation |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {one['words_per_second']:,.0f} | {one['p50_ms']:.2f} "
            f"| {one['p95_ms']:.2f} | {one['words_per_second'] / bare:.1%} |"
            for name, one in paces.items()
        ),
        "",
        f"{some['texts']} letters of about 200 words, {some['words']} words, best of "
        f"{run['rounds']} rounds, one process; processor time. {run['left_out']}".rstrip(),
        "",
        "### Cost against length (tag)",
        "",
        f"| characters |{''.join(f' {n:,} |' for n in length['lengths'])}",
        f"| --- |{' ---: |' * len(length['lengths'])}",
        f"| ms |{''.join(f' {t:.1f} |' for t in length['milliseconds'])}",
        "",
        f"{length['ms_per_1000']:.1f} ms for 1,000 characters and {length['start_ms']:.1f} ms to "
        f"begin with; straight line R² {length['r_squared']:.3f}, exponent of the longer half "
        f"{length['exponent']:.2f}.",
        "",
        "### Cost against batch size (tag, rows that a worker gets at once)",
        "",
        f"| rows |{''.join(f' {n} |' for n in run['batches'])}",
        f"| --- |{' ---: |' * len(run['batches'])}",
        f"| words a second |{''.join(f' {w:,.0f} |' for w in run['batches'].values())}",
        "",
        f"{Conditions(**run['conditions'])} {versions}.",
    ]
