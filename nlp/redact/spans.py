"""From overlapping findings to disjoint spans, and from spans to placeholders. Pure.

Rules of order, total so that the order of findings never matters: a finding that contains another
wins; otherwise the surer, then the longer, then the more specific type, then the earlier one. What a
loser covers outside of the winner stays covered: nothing that was found is ever left readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.types import Entity, Profile, Redacted, Span

PLACEHOLDERS: dict[str, str] = {
    "PERSON": "PERSON",
    "CPR": "CPR",
    "PHONE": "TELEFON",
    "EMAIL": "E-MAIL",
    "URL": "WEBADRESSE",
    "USERNAME": "BRUGERNAVN",
    "IP": "IP-ADRESSE",
    "ADDRESS": "ADRESSE",
    "PLACE": "STED",
    "KOMMUNE": "KOMMUNE",
    "INSTITUTION": "INSTITUTION",
    "DATE": "DATO",
    "AGE": "ALDER",
    "CASE_NO": "SAGSNR",
    "ACCOUNT": "KONTO",
    "CVR": "CVR",
    "PLATE": "NUMMERPLADE",
    "PASSPORT": "PASNR",
    "LICENCE": "KØREKORT",
    "MATRIKEL": "MATRIKEL",
}
"""Entity type → the Danish word that stands in brackets in the redacted text."""

PLACEHOLDER = re.compile(r"\[([A-ZÆØÅ-]{2,14})(?: \d+)?\]")
"""A placeholder in a text, ours or the sender's own; its word is the first group."""

KEPT_IN_STORAGE = frozenset({"KOMMUNE", "AGE"})
"""Types that staff may read (``storage`` profile): the municipality and ages."""

_SPECIFIC = (
    "CPR", "EMAIL", "URL", "IP", "CVR", "LICENCE", "PASSPORT", "ACCOUNT", "MATRIKEL", "CASE_NO",
    "PLATE", "PHONE", "DATE", "ADDRESS", "KOMMUNE", "INSTITUTION", "USERNAME", "PERSON", "PLACE", "AGE",
)  # fmt: skip
_RANK = {name: index for index, name in enumerate(_SPECIFIC)}


def _strength(span: Span) -> tuple[float, int, int, int]:
    return (round(span.score, 3), span.end - span.start, -_RANK[span.type], -span.start)


def disjoint(findings: Iterable[Span]) -> list[Span]:
    """Disjoint spans in order of place that cover every found character.

    >>> [(s.start, s.end, s.type) for s in disjoint([Span(0, 9, "PHONE", .5), Span(4, 12, "CPR", .9)])]
    [(0, 4, 'PHONE'), (4, 12, 'CPR')]
    """
    ordered = sorted(
        set(findings), key=lambda s: (s.start, -s.end, _RANK[s.type], -s.score, s.recognizer)
    )
    return sorted(span for heap in _heaps(ordered) for span in _settled(heap))


def _heaps(ordered: Sequence[Span]) -> Iterator[list[Span]]:
    """Findings that hang together: only these need to be compared with each other."""
    heap: list[Span] = []
    end = 0
    for span in ordered:
        if heap and span.start >= end:
            yield heap
            heap = []
        heap.append(span)
        end = max(end, span.end)
    if heap:
        yield heap


def _settled(heap: Sequence[Span]) -> list[Span]:
    """Disjoint spans for findings that hang together: the strongest first."""
    chosen: list[Span] = []
    outer = [span for span in heap if not _swallowed(span, heap)]
    for span in sorted(outer, key=_strength, reverse=True):
        chosen += _uncovered(span, chosen)
    return chosen


def _swallowed(span: Span, others: Sequence[Span]) -> bool:
    """True when another finding contains this one (of two equal ones the stronger stays)."""
    for other in others:
        if other is span or other.start > span.start or other.end < span.end:
            continue
        same = (other.start, other.end) == (span.start, span.end)
        if not same or (_strength(other), other.recognizer) > (_strength(span), span.recognizer):
            return True
    return False


def _uncovered(span: Span, chosen: Sequence[Span]) -> list[Span]:
    """What is left of a span where stronger ones already stand."""
    pieces = [(span.start, span.end)]
    for other in chosen:
        pieces = [
            piece
            for start, end in pieces
            for piece in ((start, min(end, other.start)), (max(start, other.end), end))
            if piece[0] < piece[1]
        ]
    return [Span(start, end, span.type, span.score, span.recognizer) for start, end in pieces]


def replace(text: str, spans: Sequence[Span], names: dict[Span, str], profile: Profile) -> Redacted:
    """The text with placeholders for disjoint spans. ``names`` gives a span's own placeholder."""
    parts: list[str] = []
    entities: list[Entity] = []
    position = length = 0
    for span in spans:
        before = text[position : span.start]
        placeholder = names.get(span) or f"[{PLACEHOLDERS[span.type]}]"
        # Two numbers that stood wall to wall still read as two words.
        glue = " " if parts and not before and position else ""
        parts += [glue, before, placeholder]
        length += len(glue) + len(before)
        entities.append(Entity(length, length + len(placeholder), span.type))
        length += len(placeholder)
        position = span.end
    parts.append(text[position:])
    return Redacted("".join(parts), tuple(entities), profile)
