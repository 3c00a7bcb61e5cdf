"""What Presidio hands from recognizer to recognizer about one text, with more of ours in it."""

from __future__ import annotations

from presidio_analyzer.nlp_engine import NlpArtifacts
from spacy.tokens import Doc

from nlp.redact.recognizers.landmarks import Landmarks


class TextArtifacts(NlpArtifacts):
    """What is known of one text: the recognizers ask where its digits and words stand."""

    def __init__(self, doc: Doc, language: str, scores: list[float] | None, landmarks: Landmarks):
        super().__init__(
            entities=list(doc.ents),
            tokens=doc,
            tokens_indices=[],
            lemmas=[],
            nlp_engine=None,
            language=language,
            scores=scores,
        )
        self.landmarks = landmarks
