"""Targets under atheris: ``python -m service.bench.fuzzing.guided FOLDER SEED NAME=RUNS…``.

Atheris (libFuzzer for Python) watches which lines an input reaches and keeps what reaches new ones.
Our code is instrumented as it is imported, so nothing of it may be imported before; that takes half
a minute, so it is done once and each target gets a fork. A fork writes ``FOLDER/NAME/found.json``
and, of what broke or was slow, the inputs.
"""

from __future__ import annotations

import json
import os
import sys
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import atheris

_OURS = ["nlp", "models", "training_data", "service"]
_SLOWEST_SECONDS = 30


def main(folder: Path, seed: int, runs: dict[str, int]) -> int:
    """Fuzz the targets, one after the other; how many of the forks did not come to their end."""
    with atheris.instrument_imports(include=_OURS):
        targets = import_module("service.bench.fuzzing.targets")
        words = import_module("service.bench.fuzzing.seeds").WORDS
    failed = 0
    for name, count in runs.items():
        home = folder / name
        home.mkdir(parents=True, exist_ok=True)
        child = os.fork()
        if child == 0:
            fuzz(targets.target(name, home), words, home, seed, count)
        _, status = os.waitpid(child, 0)
        failed += os.waitstatus_to_exitcode(status) != 0
    return failed


def fuzz(target: Any, words: tuple[str, ...], folder: Path, seed: int, runs: int) -> None:
    """Feed that many inputs, then write what was found. Does not come back."""
    tally = import_module("service.bench.fuzzing.tally").Tally(target.run)

    def feed(content: bytes) -> None:
        if tally.count < runs:
            tally.feed(content)
            if tally.count == runs:
                write(tally, folder)

    arguments = [
        *(sys.argv[0], f"-atheris_runs={runs + 1}", f"-seed={seed}", "-rss_limit_mb=0"),
        *(f"-max_len={target.longest}", f"-timeout={_SLOWEST_SECONDS}", "-verbosity=0"),
        f"-dict={dictionary(folder, words)}",
        str(corpus(folder, target.seeds)),
    ]
    atheris.Setup(arguments, feed)
    atheris.Fuzz()


def corpus(folder: Path, seeds: tuple[bytes, ...]) -> Path:
    """The seeds as files, as libFuzzer wants them."""
    home = folder / "corpus"
    home.mkdir(parents=True, exist_ok=True)
    for one in seeds:
        (home / sha256(one).hexdigest()[:16]).write_bytes(one)
    return home


def dictionary(folder: Path, words: tuple[str, ...]) -> Path:
    """Pieces for mutations, in libFuzzer's form: quoted, bytes in hexadecimal."""
    path = folder / "words.dict"
    lines = (
        "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "replace")) for word in words
    )
    path.write_text("\n".join(f'"{line}"' for line in lines) + "\n", encoding="ascii")
    return path


def write(tally: Any, folder: Path) -> None:
    """The counts as JSON; the inputs that broke something, or were slowest, as files."""
    slowest = tally.slowest()
    for number, content in enumerate(tally.broken.values()):
        (folder / f"broken-{number}").write_bytes(content)
    if slowest is not None:
        (folder / "slowest").write_bytes(slowest.content)
    found = {
        "inputs": tally.count,
        "seconds": round(tally.seconds, 1),
        "outcomes": dict(sorted(tally.outcomes.items())),
        "broken": sorted(tally.broken),
        "slowest_times": round(slowest.times, 1) if slowest else None,
        "slowest_outcome": slowest.outcome if slowest else None,
        "slowest_bytes": slowest.length if slowest else None,
        "slowest_microseconds": round(slowest.microseconds, 1) if slowest else None,
    }
    (folder / "found.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    wanted = (one.rpartition("=") for one in sys.argv[3:])
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), {name: int(n) for name, _, n in wanted}))
