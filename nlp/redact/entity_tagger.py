"""A spaCy component that finds entities by tagging tokens, with a probability for each.

spaCy's own ``ner`` gives no score and reads a text with a state machine. This one asks for every
token: how likely is it to be part of a person, a place, an institution …? That is faster, and the
probability allows what a redactor needs: a lower bar for masking than one half.

It is spaCy's ``Tagger`` (same network, same training) with BIO tags, decoded into ``doc.ents``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.pipeline.tagger import Tagger
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab
from thinc.api import Model

from nlp.text.lexicon import is_ordinary

Scores = npt.NDArray[np.float32]
"""One row a token, one column a tag; rows sum to one."""

OUTSIDE = "O"
NAME_BAR = 0.15
"""The same for a capitalised word that is a name as well as an ordinary word («Storm»)."""
UNKNOWN_BAR = 0.03
"""What «not outside» must reach for a word that is in no Danish word list."""


def tags_for(types: Sequence[str]) -> list[str]:
    """The tags of the given entity types: O, then B and I of each."""
    return [OUTSIDE, *(f"{prefix}-{name}" for name in types for prefix in "BI")]


class EntityTagger(Tagger):
    """Tags tokens and keeps the probabilities. ``bar`` is what masking asks for."""

    def __init__(
        self, vocab: Vocab, model: Model[Any, Any], name: str = "entities", *, bar: float = 0.5
    ):
        super().__init__(vocab, model, name, overwrite=True)
        self.cfg["bar"] = bar

    def predict(self, docs: Iterable[Doc]) -> list[Scores]:
        """Probabilities for each document, shape (tokens, tags)."""
        docs = list(docs)
        if not any(len(doc) for doc in docs):
            return [np.zeros((0, len(self.labels)), dtype=np.float32) for _ in docs]
        return list(self.model.predict(docs))

    def set_annotations(self, docs: Sequence[Doc], batch: Sequence[Scores]) -> None:
        """Write entities and their scores (``doc.user_data["entity_scores"]``)."""
        for doc, scores in zip(docs, batch, strict=True):
            found = decode(scores, self.labels, bars(doc, scores, self.cfg["bar"]))
            doc.user_data["entity_scores"] = [score for _, _, _, score in found]
            doc.set_ents([Span(doc, start, end, label=label) for start, end, label, _ in found])


def bars(doc: Doc, scores: Scores, bar: float) -> Scores:
    """What each token needs to be taken: little for a word that Danish does not know."""
    needed = np.full(len(doc), bar, dtype=np.float32)
    if len(doc):
        inside = 1.0 - scores[:, 0]
        for index in np.flatnonzero((inside >= UNKNOWN_BAR) & (inside < bar)).tolist():
            token = doc[index]
            if token.is_alpha and not is_ordinary(token.text):
                needed[index] = UNKNOWN_BAR
            elif token.is_title and set(token.lang_) & {"f", "l"}:
                needed[index] = NAME_BAR
    return needed


def decode(
    scores: Scores, tags: Sequence[str], bar: float | Scores
) -> list[tuple[int, int, str, float]]:
    """Token ranges with type and score. A token is taken when «not outside» reaches ``bar``."""
    if not len(scores):
        return []
    inside = 1.0 - scores[:, 0]
    hits = np.flatnonzero(inside >= bar)
    best = scores[:, 1:].argmax(axis=1)
    found: list[tuple[int, int, str, float]] = []
    for token in hits.tolist():
        tag = tags[1 + int(best[token])]
        prefix, _, label = tag.partition("-")
        score = float(inside[token])
        if found and found[-1][1] == token and found[-1][2] == label and prefix == "I":
            start, _, _, lowest = found[-1]
            found[-1] = (start, token + 1, label, min(lowest, score))
        else:
            found.append((token, token + 1, label, score))
    return found


@Language.factory("entity_tagger", default_config={"bar": 0.5})
def make_entity_tagger(
    nlp: Language, name: str, model: Model[Any, Any], bar: float
) -> EntityTagger:
    """Register with spaCy, so that a saved pipeline can be loaded."""
    return EntityTagger(nlp.vocab, model, name, bar=bar)
