"""How a recognizer is tested: it reads a text as the engine would give it, alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nlp.redact.recognizers.base import DanishRecognizer
from nlp.redact.spans import disjoint
from nlp.text.normalise import fold, normalise
from nlp.types import Span

Find = Callable[[str], list[str]]


@pytest.fixture
def find_with() -> Callable[[DanishRecognizer], Find]:
    """Gives a function: text → the pieces that the recognizer would have masked, in order."""

    def prepared(recognizer: DanishRecognizer) -> Find:
        def find(text: str) -> list[str]:
            read = fold(normalise(text).text)
            spans = disjoint(
                Span(r.start, r.end, r.entity_type, r.score, recognizer.name)
                for r in recognizer.analyze(read, recognizer.supported_entities)
            )
            return [read[span.start : span.end] for span in spans]

        return find

    return prepared
