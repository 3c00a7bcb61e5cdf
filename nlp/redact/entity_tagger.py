"""A spaCy component that finds entities by tagging tokens, with a probability for each.

spaCy's own ``ner`` gives no score and reads a text with a state machine. This one asks for every
token: how likely is it to be part of a person, a place, an institution …? That is faster, and the
probability allows what a redactor needs: a lower bar for masking than one half.

It is spaCy's ``Tagger`` (same network, same training) with BIO tags, decoded into ``doc.ents``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import regex
from spacy.language import Language
from spacy.pipeline.tagger import Tagger
from spacy.tokens import Doc, Span, Token
from spacy.vocab import Vocab
from thinc.api import Model

from nlp.text.lexicon import is_ordinary, nearly_ordinary

Scores = npt.NDArray[np.float32]
"""One row a token, one column a tag; rows sum to one."""

_WORD = regex.compile(r"\p{L}[\p{L}'-]*")

OUTSIDE = "O"
NEARLY = 0.4
"""What «not outside» must reach for a word that is one slip away from an ordinary one."""
OPENING = 0.22
"""The same for a name that is also a word where a sentence begins: its capital says nothing."""


@dataclass(frozen=True, slots=True)
class Bars:
    """What «not outside» must reach for a token to be taken, by what the word is."""

    word: float = 0.5
    """Any token."""
    name: float = 0.15
    """A name that is also an ordinary word («Storm»); with a capital where ``capital`` says so."""
    unknown: float = 0.03
    """A word that is in no Danish word list."""
    capital: bool = True


def tags_for(types: Sequence[str]) -> list[str]:
    """The tags of the given entity types: O, then B and I of each."""
    return [OUTSIDE, *(f"{prefix}-{name}" for name in types for prefix in "BI")]


class EntityTagger(Tagger):
    """Tags tokens and keeps the probabilities. ``bars`` are what masking asks for."""

    def __init__(
        self, vocab: Vocab, model: Model[Any, Any], name: str = "entities", *, bars: Bars = Bars()
    ):
        super().__init__(vocab, model, name, overwrite=True)
        self.bars = bars

    def predict(self, docs: Iterable[Doc]) -> list[Scores]:
        """Probabilities for each document, shape (tokens, tags)."""
        docs = list(docs)
        if not any(len(doc) for doc in docs):
            return [np.zeros((0, len(self.labels)), dtype=np.float32) for _ in docs]
        return list(self.model.predict(docs))

    def set_annotations(self, docs: Sequence[Doc], batch: Sequence[Scores]) -> None:
        """Write entities and their scores (``doc.user_data["entity_scores"]``)."""
        for doc, scores in zip(docs, batch, strict=True):
            found = decode(scores, self.labels, needed(doc, scores, self.bars))
            doc.user_data["entity_scores"] = [score for _, _, _, score in found]
            doc.set_ents([Span(doc, start, end, label=label) for start, end, label, _ in found])


def needed(doc: Doc, scores: Scores, bars: Bars) -> Scores:
    """What each token needs to be taken: little for a word that Danish does not know."""
    found = np.full(len(doc), bars.word, dtype=np.float32)
    if len(doc):
        inside = 1.0 - scores[:, 0]
        for index in np.flatnonzero((inside >= bars.unknown) & (inside < bars.word)).tolist():
            found[index] = _needed(doc[index], bars)
    return found


def _needed(token: Token, bars: Bars) -> float:
    is_word = bool(_WORD.fullmatch(token.text))
    if is_word and not is_ordinary(token.text):
        listed = set(token.lang_) & {"f", "l", "p"}
        doubtful = token.is_upper and len(token) > 1 and bars.capital  # «SDQ», but also «LBH»
        return NEARLY if not listed and (doubtful or nearly_ordinary(token.text)) else bars.unknown
    if set(token.lang_) & {"f", "l"} and (token.is_title or not bars.capital):
        return OPENING if bars.capital and _opens(token) else bars.name
    return bars.word


def _opens(token: Token) -> bool:
    """True where a capital says nothing, since a sentence begins."""
    return token.i == 0 or token.nbor(-1).is_punct or token.nbor(-1).is_space


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


@Language.factory(
    "entity_tagger",
    default_config={"bar": 0.5, "name_bar": 0.15, "unknown_bar": 0.03, "capital": True},
)
def make_entity_tagger(
    nlp: Language,
    name: str,
    model: Model[Any, Any],
    bar: float,
    name_bar: float,
    unknown_bar: float,
    capital: bool,
) -> EntityTagger:
    """Register with spaCy, so that a saved pipeline can be loaded."""
    return EntityTagger(nlp.vocab, model, name, bars=Bars(bar, name_bar, unknown_bar, capital))
