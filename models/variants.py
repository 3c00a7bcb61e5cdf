"""Both entity recognizers, trained at the same time: each has a process of its own.

A process reads the texts itself and answers with weights alone; the lines it reports on the way
come through a queue.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ALL_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from queue import Empty
from typing import Any

from spacy.language import Language

from models import corpora
from models.ner import NerText, train, weights, with_weights
from nlp.redact.name_class import NameClasses

_PATIENCE = 1.0
"""Seconds between looks at whether a process has ended."""

Settings = dict[str, Any]
Progress = Callable[[str], None]


def train_variants(
    variants: Mapping[str, Settings],
    classes: NameClasses,
    public: Path | None,
    progress: Progress,
    extra: Sequence[NerText] = (),
) -> dict[str, Language]:
    """Variant → trained pipeline. ``extra`` are texts beside the corpus, with invented names.

    An error in one is raised here; the other is waited for.
    """
    context = multiprocessing.get_context("spawn")
    with (
        context.Manager() as manager,
        ProcessPoolExecutor(len(variants), mp_context=context) as pool,
    ):
        lines = manager.Queue()
        running = {
            name: pool.submit(_weights, name, settings, public, list(extra), lines)
            for name, settings in variants.items()
        }
        _relay(lines, list(running.values()), progress)
        return {
            name: with_weights(future.result(), variants[name], classes)
            for name, future in running.items()
        }


def _relay(lines: Any, running: list[Future[bytes]], progress: Progress) -> None:
    """Pass lines on until every process has ended."""
    while wait(running, timeout=0, return_when=ALL_COMPLETED).not_done or not lines.empty():
        try:
            progress(lines.get(timeout=_PATIENCE))
        except Empty:
            continue


def _weights(
    name: str, settings: Settings, public: Path | None, extra: list[NerText], lines: Any
) -> bytes:
    """Train one variant. Runs in a process of its own."""
    texts = [*corpora.ner_texts(public if settings["news"] else None), *extra]
    told = _by_epoch(lines.put, name, settings["epochs"])
    classes = corpora.name_classes()
    pipeline = train(texts, settings, corpora.slots(public), classes, progress=told)
    return weights(pipeline)


def _by_epoch(progress: Progress, name: str, epochs: int) -> Callable[[int, float], None]:
    """Says once an epoch how far the training is."""
    seen = -1

    def told(epoch: int, loss: float) -> None:
        nonlocal seen
        if epoch != seen:
            seen = epoch
            progress(f"{name}: epoch {epoch + 1} of {epochs}")

    return told
