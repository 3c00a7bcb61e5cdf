"""Everything that is fuzzed, by name, and which share of the inputs it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from service.bench.fuzzing import files, language, models, seeds, tokens, web

Run = Callable[[bytes], str]
_TEXT, _FILE = 4_096, 8_192


@dataclass(frozen=True, slots=True)
class Target:
    """One function of bytes; its answer names what became of them, and it raises when broken."""

    run: Run
    seeds: tuple[bytes, ...]
    longest: int


SHARES = {
    "normalise": 120_000,
    "recognizers": 120_000,
    "redactor": 8_000,
    "excerpts": 4_000,
    "form": 125_000,
    "body": 125_000,
    "csv": 80_000,
    "jsonl": 80_000,
    "json": 80_000,
    "decision lines": 50_000,
    "decision csv": 50_000,
    "parquet": 15_000,
    "addresses": 125_000,
    "token": 6_000,
    "pointer": 8_000,
    "manifest": 8_000,
    "arrays": 6_000,
    "web": 4_000,
}
"""Inputs of a whole run: many where one costs microseconds, fewer where it costs milliseconds."""


def target(name: str, folder: Path) -> Target:
    """Build a target; the models are loaded only where they are needed."""
    if name in files.RUNS:
        return Target(files.RUNS[name], files.SEEDS[name], _FILE)
    return _MAKERS[name](folder)


def _of(run: Run, of: Iterable[bytes], longest: int = _TEXT) -> Target:
    return Target(run, tuple(of), longest)


def _letters(before: int) -> Iterable[bytes]:
    return language.letters(seeds.texts(), before=before)


def _normalise(_folder: Path) -> Target:
    return _of(language.normalising, _letters(0))


def _recognizers(_folder: Path) -> Target:
    found = language.all_recognizers(language.whole_redactor())
    every = (number.to_bytes(1) + seed for number in range(len(found)) for seed in _letters(0))
    return _of(language.recognizing(found), every)


def _redactor(_folder: Path) -> Target:
    return _of(language.redacting(language.whole_redactor()), _letters(2))


def _excerpts(_folder: Path) -> Target:
    return _of(language.excerpting(language.whole_reader()), _letters(4))


def _token(_folder: Path) -> Target:
    return _of(tokens.identifying, tokens.seeds(), _FILE)


def _pointer(folder: Path) -> Target:
    return _of(models.pointer(folder), models.pointer_seeds())


def _manifest(folder: Path) -> Target:
    return _of(models.manifest(folder), models.manifest_seeds(), _FILE)


def _arrays(folder: Path) -> Target:
    return _of(models.arrays(folder), models.array_seeds(), _FILE)


def _web(folder: Path) -> Target:
    bodies = tuple(one for name in ("body", "csv", "json", "form") for one in files.SEEDS[name])
    return _of(web.asking(language.whole_reader(), folder), web.seeds(bodies))


_MAKERS: dict[str, Callable[[Path], Target]] = {
    "normalise": _normalise,
    "recognizers": _recognizers,
    "redactor": _redactor,
    "excerpts": _excerpts,
    "token": _token,
    "pointer": _pointer,
    "manifest": _manifest,
    "arrays": _arrays,
    "web": _web,
}
