"""The notation in which the corpus is written by hand.

A file holds blocks. A block starts with a header line ``@ id | field | field …`` and runs to the
next header. Inside the text, personal data and evidence are marked where they stand::

    @ anna-001 | børn og familie | Kolding
    Min søn {PERSON:Mikkel} på {AGE:9 år} … <fri>vi har ventet i syv måneder</fri>

``{TYPE:text}`` is personal data (types of ``nlp.types.ENTITIES``); ``<fri>…</fri>`` is evidence for
a label, ``<and:aktindsigt>…</and>`` with a sub-tag. Evidence may be nested; personal data may not.
A block without evidence carries no label. The notation is removed by ``parse``; offsets refer to
the plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.types import ENTITIES, LABELS, Span

TAGS: dict[str, str] = dict(zip(("sag", "par", "beg", "fri", "kla", "and"), LABELS, strict=True))
"""Short tag in the notation → label."""

_MARK = re.compile(
    r"\{(?P<type>[A-Z_]+):(?P<value>[^{}]*)\}"
    r"|<(?P<open>sag|par|beg|fri|kla|and)(?::(?P<sub>[^<>]+))?>"
    r"|</(?P<close>sag|par|beg|fri|kla|and)>"
)
_STRAY = re.compile(r"[{}]|</?(?:sag|par|beg|fri|kla|and)\b")


class MarkupError(ValueError):
    """The notation is broken; names the block and what is wrong."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Evidence for a label: ``[start, end)`` of the plain text, with an optional sub-tag."""

    start: int
    end: int
    label: str
    subtag: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One text as written: plain text, header fields, personal data and evidence."""

    id: str
    fields: tuple[str, ...]
    text: str
    spans: tuple[Span, ...]
    evidence: tuple[Marked, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that have evidence, in the order of ``LABELS``."""
        found = {mark.label for mark in self.evidence}
        return tuple(label for label in LABELS if label in found)


def parse(source: str, *, block: str = "?") -> tuple[str, tuple[Span, ...], tuple[Marked, ...]]:
    """Plain text, personal data and evidence of one marked text.

    Raises MarkupError for unknown types, unclosed or crossed tags and stray braces.

    >>> text, spans, marks = parse("Min søn {PERSON:Bo}: <fri>intet svar</fri>")
    >>> text, spans[0].start, marks[0].label
    ('Min søn Bo: intet svar', 8, 'frister')
    """
    plain: list[str] = []
    length = 0
    spans: list[Span] = []
    marks: list[Marked] = []
    stack: list[tuple[str, int, str]] = []
    position = 0
    for match in _MARK.finditer(source):
        between = source[position : match.start()]
        plain.append(between)
        length += len(between)
        position = match.end()
        if match["type"]:
            if match["type"] not in ENTITIES or not match["value"].strip():
                raise MarkupError(f"{block}: bad slot {match[0]!r}")
            spans.append(Span(length, length + len(match["value"]), match["type"]))
            plain.append(match["value"])
            length += len(match["value"])
        elif match["open"]:
            stack.append((match["open"], length, match["sub"] or ""))
        else:
            index = next(
                (i for i in reversed(range(len(stack))) if stack[i][0] == match["close"]), None
            )
            if index is None:
                raise MarkupError(f"{block}: </{match['close']}> was never opened")
            tag, start, sub = stack.pop(index)
            if start == length:
                raise MarkupError(f"{block}: empty <{tag}>")
            marks.append(Marked(start, length, TAGS[tag], sub))
    plain.append(source[position:])
    if stack:
        raise MarkupError(f"{block}: <{stack[-1][0]}> is not closed")
    text = "".join(plain)
    if stray := _STRAY.search(text):
        raise MarkupError(f"{block}: stray {stray[0]!r}")
    return text, tuple(spans), tuple(sorted(marks, key=lambda mark: (mark.start, mark.end)))


def blocks(source: str) -> Iterator[Block]:
    """The blocks of one file, in order. Text before the first header is a comment."""
    parts = re.split(r"(?m)^@ (?=\S)", source)
    for part in parts[1:]:
        header, _, body = part.partition("\n")
        identifier, *fields = (field.strip() for field in header.split("|"))
        text, spans, marks = parse(body.strip("\n"), block=identifier)
        if not text.strip():
            raise MarkupError(f"{identifier}: no text")
        yield Block(identifier, tuple(fields), text, spans, marks)


def read(path: Path) -> list[Block]:
    """All blocks of a file. Raises MarkupError naming the block."""
    return list(blocks(path.read_text(encoding="utf-8")))
