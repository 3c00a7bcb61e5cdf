"""What the sender told about themself in the form: found again in the text, however it is spelt.

The details live for one document only and are never kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from nlp.redact.people import same
from nlp.types import RawText, Span

_WORD = regex.compile(r"[\p{L}\d]+(?:[-'][\p{L}\d]+)*")
_SHORTEST = 3


def known_spans(text: str, known: Sequence[RawText]) -> list[Span]:
    """Every word of the text that is, within one typing error, a word of the sender's details."""
    details = [raw.reveal() for raw in known]
    if not details:
        return []
    spans = [
        Span(match.start(), match.end(), _type(detail), 1.0, "known")
        for detail in details
        for match in regex.finditer(_alone(detail.strip()), text, regex.IGNORECASE)
        if detail.strip()
    ]
    names = [
        w.lower()
        for d in details
        for w in _WORD.findall(d)
        if len(w) >= _SHORTEST and not w.isdigit()
    ]
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if len(word) >= _SHORTEST and any(same(word, name) for name in names):
            spans.append(Span(match.start(), match.end(), "PERSON", 0.99, "known"))
    return spans


def _alone(detail: str) -> str:
    """A pattern for the detail as words of their own: «Bo» is not looked for in «bolig»."""
    left = r"(?<![\p{L}\d])" if detail[:1].isalnum() else ""
    right = r"(?:'?s)?(?![\p{L}\d])" if detail[-1:].isalnum() else ""
    return left + regex.escape(detail) + right


def _type(detail: str) -> str:
    return "ADDRESS" if any(c.isdigit() for c in detail) else "PERSON"
