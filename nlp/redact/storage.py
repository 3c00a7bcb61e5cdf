"""What the ``storage`` profile keeps readable: municipality, age, and the KLE topic of a case number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.redact.spans import KEPT_IN_STORAGE
from nlp.types import Span

_KLE = re.compile(r"\d\d\.\d\d\.\d\d[-/ ]?")


def cut_for_storage(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans that are masked in ``storage``; of a journal number only the serial."""
    return [_serial(text, span) for span in spans if span.type not in KEPT_IN_STORAGE]


def _serial(text: str, span: Span) -> Span:
    if span.type != "CASE_NO":
        return span
    topic = _KLE.match(text, span.start, span.end)
    if topic is None or topic.end() >= span.end:
        return span
    return Span(topic.end(), span.end, span.type, span.score, span.recognizer)
