"""Mark passages in a text. Passages may nest and overlap; everything is escaped.

The text is cut at every border, so that each piece has one set of marks and HTML stays well
formed however passages cross. Behind the last piece of a passage stands the label's number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from markupsafe import Markup, escape

from nlp.types import LABELS, Entity


@dataclass(frozen=True, slots=True)
class Passage:
    """``[start, end)`` that speaks for a label."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one set of marks."""

    text: str
    labels: tuple[str, ...] = ()
    entity: str = ""
    possible: bool = False
    ends: tuple[str, ...] = field(default=())
    """Labels of which a passage ends here."""


def pieces(
    text: str,
    entities: Iterable[Entity] = (),
    passages: Iterable[Passage] = (),
    possible: Iterable[Entity] = (),
) -> list[Piece]:
    """The text cut at every border. Joined again, it is the same text.

    >>> [piece.text for piece in pieces("abcd", passages=[Passage(1, 3, "frister")])]
    ['a', 'bc', 'd']
    """
    entities, passages, possible = list(entities), list(passages), list(possible)
    borders = {0, len(text)}
    ranges = [(one.start, one.end) for one in (*entities, *possible)]
    for border in chain(*ranges, *((one.start, one.end) for one in passages)):
        borders.add(min(max(border, 0), len(text)))
    cuts = sorted(borders)
    return [
        _piece(text, start, end, entities, passages, possible)
        for start, end in zip(cuts, cuts[1:], strict=False)
    ]


def _piece(
    text: str,
    start: int,
    end: int,
    entities: Sequence[Entity],
    passages: Sequence[Passage],
    possible: Sequence[Entity],
) -> Piece:
    covering = {one.label for one in passages if one.start <= start and end <= one.end}
    ending = {one.label for one in passages if one.end == end and one.start < one.end}
    entity = next((one.type for one in entities if one.start <= start and end <= one.end), "")
    return Piece(
        text=text[start:end],
        labels=tuple(label for label in LABELS if label in covering),
        entity=entity,
        possible=any(one.start <= start and end <= one.end for one in possible),
        ends=tuple(label for label in LABELS if label in ending),
    )


def mark_placeholders(text: str, entities: Iterable[Entity]) -> Markup:
    """The text as HTML with its placeholders marked."""
    return Markup("").join(_html(pieces(text, entities)))


def mark(
    text: str,
    entities: Iterable[Entity],
    passages: Iterable[Passage],
    possible: Iterable[Entity] = (),
) -> Markup:
    """The text as HTML with placeholders and evidence marked."""
    return Markup("").join(_html(pieces(text, entities, passages, possible)))


def _html(parts: Iterable[Piece]) -> Iterator[Markup]:
    for piece in parts:
        content = escape(piece.text)
        if piece.entity:
            content = Markup('<span class="placeholder">{}</span>').format(content)
        elif piece.possible:
            content = Markup('<span class="possible" title="Måske personligt">{}</span>').format(
                content
            )
        if piece.labels:
            content = _evidence(content, piece.labels)
        yield content
        for label in piece.ends:
            yield Markup('<sup class="mark-number label-{0}">{0}</sup>').format(_number(label))


def _evidence(content: Markup, labels: tuple[str, ...]) -> Markup:
    classes = " ".join(f"label-{_number(label)}" for label in labels)
    return Markup('<mark class="evidence {}" data-labels="{}" title="{}">{}</mark>').format(
        classes, " ".join(labels), ", ".join(labels), content
    )


def _number(label: str) -> int:
    return LABELS.index(label) + 1
