"""Trains the Danish entity recognizer: a small spaCy pipeline over the text written here.

``train`` is pure but for its progress callback: blocks in, pipeline out. The pipeline that it gives
has an empty vocabulary: what it read in training (also public names, used by path) stays out of the
files that are shipped; only weights remain.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Adam, fix_random_seed

from nlp.redact.entity_tagger import OUTSIDE, tags_for
from nlp.redact.name_class import NameClasses, install
from nlp.types import Span
from training_data import noise
from training_data.names import NameGroup
from training_data.swap import swap

TAGGER = "entity_tagger"
"""The component that is trained, by its name in the pipeline."""


@dataclass(frozen=True, slots=True)
class NerText:
    """A text with its personal data, ready to be learned from."""

    text: str
    spans: tuple[Span, ...]
    silent: frozenset[str] = frozenset()
    """Types that this source does not mark: their absence teaches nothing."""


@dataclass(frozen=True, slots=True)
class NerSlots:
    """What may be put into marked slots."""

    groups: Sequence[NameGroup]
    places: Sequence[str]


def build_pipeline(settings: dict[str, Any], classes: NameClasses) -> Language:
    """A blank Danish pipeline with an untrained recognizer."""
    nlp = spacy.blank("da")
    install(nlp, classes)
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": settings["width"],
        "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "LANG"],
        "rows": settings["rows"],
        "include_static_vectors": False,
    }
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": settings["width"],
        "depth": settings["depth"],
        "window_size": 1,
        "maxout_pieces": settings["maxout_pieces"],
    }
    nlp.add_pipe(
        TAGGER,
        config={
            "bar": settings["bar"],
            "name_bar": settings["name_bar"],
            "unknown_bar": settings["unknown_bar"],
            "capital": settings["capital"],
            "model": {
                "@architectures": "spacy.Tagger.v2",
                "normalize": True,
                "tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode},
            },
        },
    )
    return nlp


def damaged(
    item: NerText, settings: dict[str, Any], slots: NerSlots, rng: random.Random
) -> tuple[str, list[Span]]:
    """One text as it is learned from this time: other names, and perhaps other spelling."""
    text, spans = swap(
        item.text, item.spans, slots.groups, slots.places, rng, share=settings["swap_share"]
    )
    if rng.random() < settings["misspelt_share"]:
        text, spans = noise.misspelt(text, spans, rng, rate=rng.choice((0.01, 0.02, 0.04)))
    if rng.random() < settings["glued_share"]:
        text, spans = noise.glued(text, spans, rng)
    if rng.random() < settings["unpunctuated_share"]:
        text, spans = noise.unpunctuated(text, spans)
    if rng.random() < settings["ascii_share"]:
        text, spans = noise.ascii_letters(text, spans)
    return _other_case(text, spans, settings, rng)


def _other_case(
    text: str, spans: list[Span], settings: dict[str, Any], rng: random.Random
) -> tuple[str, list[Span]]:
    """One change of case at most, by the shares of the settings."""
    changes: list[tuple[float, Callable[[], tuple[str, list[Span]]]]] = [
        (settings["lower_share"], lambda: noise.lower(text, spans)),
        (settings["upper_share"], lambda: noise.upper(text, spans)),
        (settings["names_lower_share"], lambda: noise.names_lower(text, spans)),
        (settings["part_lower_share"], lambda: noise.in_part(text, spans, rng, str.lower)),
        (settings["part_upper_share"], lambda: noise.in_part(text, spans, rng, str.upper)),
    ]
    chance = rng.random()
    for share, change in changes:
        if chance < share:
            return change()
        chance -= share
    return text, spans


def example(
    nlp: Language, text: str, spans: Sequence[Span], item: NerText, labels: set[str]
) -> Example:
    """A spaCy example. Spans grow to whole tokens; a source's silent types count as unknown."""
    doc = nlp.make_doc(text)
    tags = [OUTSIDE] * len(doc)
    taken: set[int] = set()
    for span in sorted(spans, key=lambda s: s.start - s.end):
        found = doc.char_span(span.start, span.end, label=span.type, alignment_mode="expand")
        if found is None or taken & set(range(found.start, found.end)):
            continue
        taken |= set(range(found.start, found.end))
        if span.type in item.silent:
            tags[found.start : found.end] = [""] * len(found)
        elif span.type in labels:
            tags[found.start : found.end] = [f"B-{span.type}"] + [f"I-{span.type}"] * (
                len(found) - 1
            )
    reference = Doc(
        nlp.vocab,
        words=[token.text for token in doc],
        spaces=[bool(token.whitespace_) for token in doc],
        tags=tags,
    )
    return Example(doc, reference)


def epochs(
    items: Sequence[NerText], nlp: Language, settings: dict[str, Any], slots: NerSlots
) -> Iterator[tuple[int, list[Example]]]:
    """Batches of every epoch, each text damaged anew."""
    rng = random.Random(settings["seed"])
    labels = set(settings["labels"])
    for epoch in range(settings["epochs"]):
        order = list(items)
        rng.shuffle(order)
        batch: list[Example] = []
        count = 0
        for item in order:
            text, spans = damaged(item, settings, slots, rng)
            made = example(nlp, text, spans, item, labels)
            batch.append(made)
            count += len(made.reference)
            if count >= min(settings["batch_words"], settings["batch_words"] // 4 * (epoch + 1)):
                yield epoch, batch
                batch, count = [], 0
        if batch:
            yield epoch, batch


def train(
    items: Sequence[NerText],
    settings: dict[str, Any],
    slots: NerSlots,
    classes: NameClasses,
    *,
    progress: Callable[[int, float], None] = lambda epoch, loss: None,
) -> Language:
    """A trained pipeline with an empty vocabulary. Same input and settings, same weights."""
    fix_random_seed(settings["seed"])
    nlp = build_pipeline(settings, classes)
    labels = set(settings["labels"])
    sample = [example(nlp, item.text, item.spans, item, labels) for item in items[:10]]
    tagger = nlp.get_pipe(TAGGER)
    tagger.initialize(lambda: sample, nlp=nlp, labels=tags_for(settings["labels"]))  # type: ignore[attr-defined]
    optimizer = Adam(settings["learning_rate"], L2=0.01, L2_is_weight_decay=True, use_averages=True)
    total: dict[int, float] = {}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r".*W030.*")  # damaged text crosses tokens
        for epoch, batch in epochs(items, nlp, settings, slots):
            losses = nlp.update(batch, sgd=optimizer, drop=settings["dropout"])
            total[epoch] = total.get(epoch, 0.0) + losses[TAGGER]
            optimizer.learn_rate *= 0.99995
            progress(epoch, total[epoch])
    with nlp.use_params(optimizer.averages):
        return with_weights(weights(nlp), settings, classes)


def weights(nlp: Language) -> bytes:
    """What the recognizer of a pipeline has learned, and no word that it read."""
    learned: bytes = nlp.get_pipe(TAGGER).to_bytes(exclude=["vocab"])  # type: ignore[attr-defined]
    return learned


def with_weights(learned: bytes, settings: dict[str, Any], classes: NameClasses) -> Language:
    """A fresh pipeline that has learned this: no word that was read in training is in it."""
    fresh = build_pipeline(settings, classes)
    fresh.get_pipe(TAGGER).from_bytes(learned, exclude=["vocab"])  # type: ignore[attr-defined]
    return fresh
