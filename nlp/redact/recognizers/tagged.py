"""What the trained entity tagger found, as a Presidio recognizer."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.recognizer_result import RecognizerResult

from nlp.redact.recognizers.base import DanishRecognizer

TYPES = ("PERSON", "PLACE", "INSTITUTION", "ADDRESS", "KOMMUNE", "AGE", "DATE")
_EDGE = regex.compile(r"^[\s\p{P}]+|[\s,;:!?\"»«/]+$")
_PLACEHOLDER = regex.compile(r"\[[A-ZÆØÅ-]{2,14}(?: \d+)?\]")


class TaggedEntityRecognizer(DanishRecognizer):
    """Persons, places, institutions and more by the trained pipeline."""

    entity = "PERSON"

    @classmethod
    def entities(cls) -> list[str]:
        """All types the pipeline was trained for."""
        return list(TYPES)

    def find(self, text: str, artifacts: NlpArtifacts | None) -> Iterator[RecognizerResult]:
        """Entities of the pipeline, trimmed of punctuation at the edges."""
        if artifacts is None:
            raise ValueError("the tagged recognizer needs the pipeline's artifacts")
        for entity, score in zip(artifacts.entities, artifacts.scores, strict=True):
            piece = text[entity.start_char : entity.end_char]
            lead = _EDGE.match(piece)
            start = entity.start_char + (lead.end() if lead else 0)
            end = entity.start_char + len(regex.sub(r"[\s,;:!?\"»«/(\[]+$", "", piece))
            if start < end and not _PLACEHOLDER.search(text[max(0, start - 8) : end + 8]):
                yield self.result(start, end, max(0.5, min(0.95, float(score))), type=entity.label_)
