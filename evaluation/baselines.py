"""What one gets without this project: stock Presidio, and what one would build in an afternoon.

Both are measured by the same code as our redactor. The naive stack is trained on the spot from
public data that is handed in by path; nothing of it is kept.
"""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import spacy
import tldextract
from presidio_analyzer import analyzer_engine, predefined_recognizers
from presidio_analyzer.entity_recognizer import EntityRecognizer
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.pattern import Pattern
from presidio_analyzer.pattern_recognizer import PatternRecognizer
from presidio_analyzer.predefined_recognizers.generic.email_recognizer import EmailRecognizer
from presidio_analyzer.recognizer_registry import RecognizerRegistry
from presidio_analyzer.recognizer_result import RecognizerResult
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import fix_random_seed

from evaluation.public_data import NewsSentence, cased_names, news
from nlp.interfaces import Redactor
from nlp.redact.engine import DanishNlpEngine, artifacts
from nlp.types import RawText, Span

OUR_TYPES: Mapping[str, str] = {
    "PERSON": "PERSON",
    "LOCATION": "PLACE",
    "ORGANIZATION": "INSTITUTION",
    "CPR": "CPR",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "URL": "URL",
    "IP_ADDRESS": "IP",
    "IBAN_CODE": "ACCOUNT",
    "CREDIT_CARD": "ACCOUNT",
    "CRYPTO": "ACCOUNT",
    "MAC_ADDRESS": "IP",
    "DATE_TIME": "DATE",
    "MEDICAL_LICENSE": "LICENCE",
    "NRP": "PLACE",
}
"""Presidio's name of a type → ours. A type that is not listed counts as a case number: a number."""
BATCH = 32
"""Sentences in one update of the naive recognizer."""
_NAME = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")


class Finder(Protocol):
    """Anything that marks personal data in a text."""

    name: str

    def find(self, text: str) -> list[Span]:
        """Spans in code points of the text; they may overlap."""


class OurFinder:
    """The redactor of this project, listing every type (``publication`` profile)."""

    def __init__(self, redactor: Redactor, name: str = "Retsspor"):
        self.redactor = redactor
        self.name = name

    def find(self, text: str) -> list[Span]:
        """Raises as the redactor does: a refused document is counted apart."""
        return self.redactor.find(RawText(text))


class PresidioFinder:
    """A Presidio engine behind the same method."""

    def __init__(self, analyzer: Any, name: str):
        self.analyzer = analyzer
        self.name = name

    def find(self, text: str) -> list[Span]:
        """All findings above Presidio's default score (0)."""
        return [
            Span(r.start, r.end, OUR_TYPES.get(r.entity_type, "CASE_NO"), float(r.score))
            for r in self.analyzer.analyze(text, "da")
            if r.start < r.end
        ]


def stock_presidio() -> PresidioFinder:
    """Presidio as it comes, told that the language is Danish: blank pipeline, no download."""
    return PresidioFinder(_engine(spacy.blank("da"), ()), "stock Presidio")


def naive_stack(public_data: Path, *, epochs: int = 6) -> PresidioFinder:
    """Presidio with a CPR pattern, a small recognizer trained on news, and a list of names."""
    sentences = news(public_data)
    nlp = train_news_ner(sentences, epochs=epochs)
    cpr = PatternRecognizer(
        supported_entity="CPR",
        patterns=[Pattern("cpr", r"\b\d{6}[- ]?\d{4}\b", 0.8)],
        supported_language="da",
    )
    names = NameListRecognizer(cased_names(public_data, sentences))
    return PresidioFinder(_engine(nlp, (cpr, names)), "naive stack")


class NameListRecognizer(EntityRecognizer):
    """Every capitalised word that is on the list."""

    def __init__(self, names: frozenset[str]):
        self.names = names
        super().__init__(supported_entities=["PERSON"], supported_language="da", name="name list")

    def load(self) -> None:
        """The list is handed in."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Neighbouring names are separate findings; that does not matter to any figure."""
        found = (match for match in _NAME.finditer(text) if self._listed(match[0]))
        return [RecognizerResult("PERSON", match.start(), match.end(), 0.6) for match in found]

    def _listed(self, word: str) -> bool:
        return word in self.names or (word.endswith("s") and word[:-1].rstrip("'") in self.names)


def _engine(nlp: Language, extra: Sequence[EntityRecognizer]) -> Any:
    registry = RecognizerRegistry(supported_languages=["da"])
    registry.load_predefined_recognizers(languages=["da"])
    registry.recognizers = [_presidio_s_own(recognizer) for recognizer in registry.recognizers]
    for recognizer in extra:
        registry.add_recognizer(recognizer)
    # The one engine that is not ours: it is what ours is compared with.
    return analyzer_engine.AnalyzerEngine(
        registry=registry,
        nlp_engine=PlainNlpEngine(nlp),
        supported_languages=["da"],
        log_decision_process=False,
    )


def _presidio_s_own(recognizer: EntityRecognizer) -> EntityRecognizer:
    """The recognizer that Presidio meant.

    It looks its recognizers up by class name among all subclasses in the process, in no order: with
    ours imported, its «DateRecognizer» may be ours, and the baseline as good as what it is compared
    with.
    """
    name = type(recognizer).__name__
    if name in ("EmailRecognizer", OfflineEmailRecognizer.__name__):
        return OfflineEmailRecognizer(supported_language="da")
    if type(recognizer).__module__.startswith("presidio_analyzer."):
        return recognizer
    own: EntityRecognizer = getattr(predefined_recognizers, name)(supported_language="da")
    return own


class PlainNlpEngine(DanishNlpEngine):
    """Any spaCy pipeline: ours insists on its own tagger, which the baselines do not have."""

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Tokens and entities; Presidio gives entities without a score its default."""
        return artifacts(self.nlp(text), language)


class OfflineEmailRecognizer(EmailRecognizer):
    """Presidio's own, with the suffix list that tldextract ships: its own would be downloaded.

    The reserved suffixes are added, since the invented addresses of the benchmark end in them.
    """

    suffixes = tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, extra_suffixes=("example", "test", "invalid")
    )

    def validate_result(self, pattern_text: str) -> bool:
        """True when the address ends in a known suffix, as Presidio has it."""
        return self.suffixes(pattern_text).fqdn != ""


def train_news_ner(sentences: Sequence[NewsSentence], *, epochs: int, seed: int = 1) -> Language:
    """spaCy's own small entity recognizer with its default network, trained on the news."""
    fix_random_seed(seed)
    rng = random.Random(seed)
    nlp = spacy.blank("da")
    nlp.add_pipe("ner")
    examples = [_example(nlp, sentence) for sentence in sentences]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spaCy warns of sentences without entities
        optimizer = nlp.initialize(lambda: examples)
        for _ in range(epochs):
            rng.shuffle(examples)
            for start in range(0, len(examples), BATCH):
                nlp.update(examples[start : start + BATCH], sgd=optimizer, drop=0.15)
    return nlp


def _example(nlp: Language, sentence: NewsSentence) -> Example:
    words = list(sentence.words)
    return Example(
        Doc(nlp.vocab, words=words), Doc(nlp.vocab, words=words, ents=list(sentence.tags))
    )
