"""How fast it is: words a second of ``redact`` and ``tag`` beside bare tokenisation, same run.

One process, texts of ``training_data/demo.jsonl``, models loaded before the clock starts. The
figure that travels between machines is the ratio to spaCy's blank Danish tokeniser.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import spacy
from joblib import cpu_count

from evaluation.speed import Pace, pace
from nlp.interfaces import Reader
from nlp.types import RawText
from service.clock import now

BARE = "spaCy blank(da), tokens only"


@dataclass(frozen=True, slots=True)
class Bench:
    """A run, with what its numbers depend on."""

    made: str
    rounds: int
    cores: int
    python: str
    spacy: str
    redactor: str
    classifier: str
    paces: dict[str, Pace]

    def share(self, name: str) -> float:
        """Speed as a share of bare tokenisation."""
        return self.paces[name].words_per_second / self.paces[BARE].words_per_second


def texts_of(path: Path) -> list[str]:
    """The texts of a JSONL file, which must be invented: they are held as they are."""
    with path.open(encoding="utf-8") as lines:
        return [str(json.loads(line)["text"]) for line in lines]


def bench(reader: Reader, texts: Sequence[str], *, rounds: int = 3) -> Bench:
    """Each way reads all texts in some rounds; the best time of each text counts."""
    paces = {
        BARE: pace(spacy.blank("da"), texts, rounds=rounds),
        "redact": pace(lambda text: reader.redact(RawText(text)), texts, rounds=rounds),
        "tag": pace(lambda text: reader.read(RawText(text)), texts, rounds=rounds),
    }
    return Bench(
        made=now().isoformat(timespec="seconds"),
        rounds=rounds,
        cores=cpu_count(),
        python=platform.python_version(),
        spacy=version("spacy"),
        redactor=reader.versions.redactor,
        classifier=reader.versions.classifier,
        paces=paces,
    )


def table(result: Bench) -> str:
    """The run as Markdown."""
    some = result.paces[BARE]
    lines = [
        "| | words a second | ms a text, median | of bare tokenisation |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {name} | {one.words_per_second:,.0f} | {one.p50_ms:.2f} "
            f"| {result.share(name):.1%} |"
            for name, one in result.paces.items()
        ),
        "",
        f"{some.texts} texts, {some.words} words, best of {result.rounds} rounds, one process; "
        f"Python {result.python}, spaCy {result.spacy}, redactor {result.redactor}, "
        f"classifier {result.classifier}.",
    ]
    return "\n".join(lines) + "\n"


def write_bench(result: Bench, folder: Path) -> None:
    """``bench.json`` and ``bench.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    shares = {name: round(result.share(name), 4) for name in result.paces}
    text = json.dumps(asdict(result) | {"shares": shares}, ensure_ascii=False, indent=1)
    (folder / "bench.json").write_text(text + "\n", encoding="utf-8")
    (folder / "bench.md").write_text(table(result), encoding="utf-8")
