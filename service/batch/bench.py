"""How fast it is: words a second of ``redact`` and ``tag`` beside bare tokenisation, same run.

One process, texts of ``training_data/demo.jsonl``, models loaded before the clock starts. The
figure that travels between machines is the ratio to spaCy's blank Danish tokeniser.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import spacy
from joblib import cpu_count

from nlp.interfaces import Reader
from nlp.types import RawText
from service.clock import now

_NAMES = ("spaCy blank(da), tokens only", "redact", "tag")


@dataclass(frozen=True, slots=True)
class Speed:
    """What one way of reading managed. ``share`` is its speed as a share of bare tokenisation."""

    name: str
    words_per_second: float
    milliseconds_per_text: float
    share: float


@dataclass(frozen=True, slots=True)
class Bench:
    """A run, with what its numbers depend on."""

    made: str
    texts: int
    words: int
    rounds: int
    cores: int
    python: str
    spacy: str
    redactor: str
    classifier: str
    speeds: tuple[Speed, ...]


def texts_of(path: Path) -> list[str]:
    """The texts of a JSONL file, which must be invented: they are held as they are."""
    with path.open(encoding="utf-8") as lines:
        return [str(json.loads(line)["text"]) for line in lines]


def bench(reader: Reader, texts: Sequence[str], *, rounds: int = 3) -> Bench:
    """The median of some rounds; in each, all ways read all texts, one after the other."""
    tokenizer = spacy.blank("da")
    ways: tuple[Callable[[str], object], ...] = (
        tokenizer,
        lambda text: reader.redact(RawText(text)),
        lambda text: reader.read(RawText(text)),
    )
    for way in ways:
        way(texts[0])
    runs = [[_seconds(way, texts) for way in ways] for _ in range(rounds)]
    seconds = [median(run[index] for run in runs) for index in range(len(ways))]
    words = sum(len(text.split()) for text in texts)
    return Bench(
        made=now().isoformat(timespec="seconds"),
        texts=len(texts),
        words=words,
        rounds=rounds,
        cores=cpu_count(),
        python=platform.python_version(),
        spacy=version("spacy"),
        redactor=reader.versions.redactor,
        classifier=reader.versions.classifier,
        speeds=tuple(
            Speed(
                name=name,
                words_per_second=round(words / took, 1),
                milliseconds_per_text=round(1000 * took / len(texts), 3),
                share=round(seconds[0] / took, 4),
            )
            for name, took in zip(_NAMES, seconds, strict=True)
        ),
    )


def _seconds(way: Callable[[str], object], texts: Sequence[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        way(text)
    return time.perf_counter() - start


def table(result: Bench) -> str:
    """The run as Markdown."""
    lines = [
        "| | words a second | ms a text | of bare tokenisation |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {one.name} | {one.words_per_second:,.0f} | {one.milliseconds_per_text:.2f} "
            f"| {one.share:.1%} |"
            for one in result.speeds
        ),
        "",
        f"{result.texts} texts, {result.words} words, median of {result.rounds} rounds, "
        f"one process; Python {result.python}, spaCy {result.spacy}, redactor {result.redactor}, "
        f"classifier {result.classifier}.",
    ]
    return "\n".join(lines) + "\n"


def write_bench(result: Bench, folder: Path) -> None:
    """``speed.json`` and ``speed.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(result), ensure_ascii=False, indent=1)
    (folder / "speed.json").write_text(text + "\n", encoding="utf-8")
    (folder / "speed.md").write_text(table(result), encoding="utf-8")
