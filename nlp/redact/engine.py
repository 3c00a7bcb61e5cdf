"""The redactor: Presidio's analyzer with Danish recognizers, and decisions for the whole document.

    raw → normalise → fold → Presidio (recognizers + entity tagger) → second look → same person, same
    number → placeholders

The only module that builds a Presidio engine. Everything fails closed: an exception anywhere refuses
the document. The text is read inside a memory zone, so that spaCy forgets the words it saw.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from presidio_analyzer.analyzer_engine import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.recognizer_registry import RecognizerRegistry
from presidio_analyzer.recognizer_result import RecognizerResult
from spacy.language import Language
from spacy.tokens import Doc

from nlp.errors import (
    EmptyText,
    NotDanish,
    NotText,
    RedactionFailed,
    RetssporError,
    TextTooLong,
    UnknownEntity,
)
from nlp.redact.artifacts import TextArtifacts
from nlp.redact.known import known_spans
from nlp.redact.letters import letters
from nlp.redact.name_class import NameClasses
from nlp.redact.people import number_people
from nlp.redact.recognizers.landmarks import Landmarks
from nlp.redact.recognizers.registry import recognizers
from nlp.redact.second_look import institutions, lengthened, look_again, spread, streets
from nlp.redact.spans import KEPT_IN_STORAGE, disjoint, replace
from nlp.redact.storage import cut_for_storage
from nlp.text.case import lowered, without_case
from nlp.text.danish import looks_danish
from nlp.text.lexicon import is_listed
from nlp.text.normalise import Normalised, fold, normalise
from nlp.types import ENTITIES, Entity, Profile, RawText, Redacted, Span

LIMIT = 20_000
"""Characters that a submission may have, unless the settings say otherwise."""

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_ENDLESS = re.compile(r"\S{200}")
_PIECES = re.compile(r"\S{1,200}\s*|\s+")


def artifacts(doc: Doc, language: str, scores: list[float] | None = None) -> NlpArtifacts:
    """A document in Presidio's form; without scores Presidio gives its default."""
    return NlpArtifacts(
        entities=list(doc.ents),
        tokens=doc,
        tokens_indices=[token.idx for token in doc],
        lemmas=[],
        nlp_engine=None,
        language=language,
        scores=scores,
    )


class DanishNlpEngine(NlpEngine):
    """Presidio's view of our pipelines: tokens, entities with scores, and no download ever.

    ``caseless`` reads, in lower case, the texts in which capitals mean nothing; without it ``nlp``
    reads them all.
    """

    def __init__(self, nlp: Language, caseless: Language | None = None):
        self.nlp = nlp
        self.caseless = caseless

    def load(self) -> None:
        """The pipeline is handed in loaded."""

    def is_loaded(self) -> bool:
        """Always: a redactor without its pipeline cannot be built."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Tokens and entities of one text."""
        doc = self.read(text)
        # Without the tagger there are no scores: fail, do not read on.
        return TextArtifacts(doc, language, doc.user_data["entity_scores"], Landmarks(text))

    def read(self, text: str) -> Doc:
        """The document; its offsets are those of the text, its letters perhaps lower case."""
        if self.caseless is not None and without_case(text):
            return self.caseless(tokenised(self.caseless, lowered(text)))
        return self.nlp(tokenised(self.nlp, text))

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,
        n_process: int = 1,
        **options: Any,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Texts one by one with their artifacts."""
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        """From spaCy's list."""
        return bool(self.nlp.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        """From spaCy's table."""
        return bool(self.nlp.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        """Entities come from the recognizers."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Danish."""
        return ["da"]


def tokenised(nlp: Language, text: str) -> Doc:
    """The tokens of a text, in time that grows with its length.

    spaCy peels «((((((» one sign at a time and looks at the rest each time: twenty thousand take
    minutes. Runs without a space are therefore cut; offsets stay what they are.
    """
    if not _ENDLESS.search(text):
        return nlp.make_doc(text)
    tokens = [token for piece in _PIECES.findall(text) for token in nlp.make_doc(piece)]
    spaces = [bool(token.whitespace_) for token in tokens]
    return Doc(nlp.vocab, words=[token.text for token in tokens], spaces=spaces)


class DanishAnalyzer(AnalyzerEngine):
    """Presidio's engine. Our recognizers read their own context: what Presidio would do with lemmas,
    which are not there, is left out, since it takes longer than many a recognizer.
    """

    def _enhance_using_context(
        self, text: str, raw_results: list[RecognizerResult], *args: Any, **kwargs: Any
    ) -> list[RecognizerResult]:
        return raw_results


def build_analyzer(
    nlp: Language,
    classes: NameClasses,
    municipalities: Sequence[str],
    caseless: Language | None = None,
) -> DanishAnalyzer:
    """Presidio for Danish: no download, no decision trace, no English recognizer.

    Raises UnknownEntity for a type of ``ENTITIES`` that no recognizer finds.
    """
    registry = RecognizerRegistry(
        recognizers=recognizers(classes, tuple(municipalities)), supported_languages=["da"]
    )
    supported = {entity for each in registry.recognizers for entity in each.supported_entities}
    for entity in ENTITIES:
        if entity not in supported:  # Presidio would ignore it in silence
            raise UnknownEntity(entity)
    return DanishAnalyzer(
        registry=registry,
        nlp_engine=DanishNlpEngine(nlp, caseless),
        supported_languages=["da"],
        log_decision_process=False,
    )


class DanishRedactor:
    """Finds and hides personal data in Danish text. See ``nlp.interfaces.Redactor``."""

    def __init__(
        self,
        nlp: Language,
        *,
        version: str,
        caseless: Language | None = None,
        classes: NameClasses | None = None,
        municipalities: Sequence[str] = (),
        limit: int = LIMIT,
        require_danish: bool = True,
    ):
        self.nlp = nlp
        self.caseless = caseless
        self.version = version
        self.classes = classes or NameClasses()
        self.analyzer = build_analyzer(nlp, self.classes, municipalities, caseless)
        self.limit = limit
        self.require_danish = require_danish
        is_listed("")  # the word list is read now, not while the first text waits

    def find(self, raw: RawText, *, profile: Profile = Profile.PUBLICATION) -> list[Span]:
        """Disjoint spans in code points of the ORIGINAL text, in order. Raises as ``redact``."""
        normalised = self._readable(raw)
        spans, _ = self._decide(normalised.text, ())
        kept = KEPT_IN_STORAGE if profile is Profile.STORAGE else frozenset()
        return [
            Span(*normalised.original(s.start, s.end), s.type, s.score, s.recognizer)
            for s in spans
            if s.type not in kept
        ]

    def redact(
        self,
        raw: RawText,
        *,
        profile: Profile = Profile.STORAGE,
        known: Sequence[RawText] = (),
    ) -> Redacted:
        """The text with placeholders. Raises BadText or RedactionFailed; nothing is kept then."""
        text = self._readable(raw).text
        spans, possible = self._decide(text, known)
        if profile is Profile.STORAGE:
            spans = cut_for_storage(text, spans)
        return _with_possible(
            replace(text, spans, person_names(text, spans), profile), text, spans, possible
        )

    def _readable(self, raw: RawText) -> Normalised:
        text = raw.reveal()
        if len(text) > self.limit:
            raise TextTooLong(len(text), self.limit)
        if _NO_TEXT.search(text):
            raise NotText("binary")
        normalised = normalise(text)
        if not normalised.text.strip():
            raise EmptyText()
        if self.require_danish and not looks_danish(normalised.text):
            raise NotDanish()
        return normalised

    def _decide(self, text: str, known: Sequence[RawText]) -> tuple[list[Span], list[Span]]:
        """What is masked and what only may be personal, in offsets of the readable text."""
        try:
            return self._decided(fold(text), known)
        except RetssporError:
            raise
        except Exception as error:
            # The cause may hold the text: only where and what kind is told on.
            raise RedactionFailed("engine", type(error).__name__) from None

    def _decided(self, folded: str, known: Sequence[RawText]) -> tuple[list[Span], list[Span]]:
        with ExitStack() as zones:
            for pipeline in filter(None, (self.nlp, self.caseless)):
                zones.enter_context(pipeline.memory_zone())
            results = self.analyzer.analyze(folded, "da")
            found = [_span(result) for result in results]
            found += known_spans(folded, known)
            sure = disjoint(found)
            sure = disjoint([*sure, *lengthened(folded, sure, self.classes)])
            sure = disjoint(
                [*sure, *streets(folded, sure), *institutions(folded, sure), *letters(folded)]
            )
            sure = disjoint([*sure, *spread(folded, sure)])
            more, possible = look_again(folded, sure, self.classes)
            return disjoint([*sure, *more]), possible


def _span(result: RecognizerResult) -> Span:
    name = result.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY]
    return Span(result.start, result.end, result.entity_type, float(result.score), str(name))


def person_names(text: str, spans: Sequence[Span]) -> dict[Span, str]:
    """«[PERSON 1]» for every person: the same person has the same number through the document."""
    people = [span for span in spans if span.type == "PERSON"]
    numbers = number_people([text[s.start : s.end] for s in people], taken=_numbers_in(text))
    return {span: f"[PERSON {number}]" for span, number in zip(people, numbers, strict=True)}


def _numbers_in(text: str) -> set[int]:
    """Numbers of placeholders that the text came with."""
    pieces = text.split("[PERSON ")[1:]
    return {int(piece.split("]")[0]) for piece in pieces if piece.split("]")[0].isdigit()}


def _with_possible(
    redacted: Redacted, text: str, spans: Sequence[Span], possible: Sequence[Span]
) -> Redacted:
    """The redacted text with what may be personal, moved to its offsets."""
    moved = []
    for doubt in possible:
        shift = sum(
            (entity.end - entity.start) - (span.end - span.start)
            for span, entity in zip(spans, redacted.entities, strict=True)
            if span.end <= doubt.start
        )
        start, end = doubt.start + shift, doubt.end + shift
        if redacted.text[start:end] == text[doubt.start : doubt.end]:
            moved.append(Entity(start, end, doubt.type, possible=True))
    return Redacted(redacted.text, redacted.entities, redacted.profile, tuple(moved))
