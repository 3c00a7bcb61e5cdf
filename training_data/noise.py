"""Damage that people do to text without changing what it says: case, typing, spaces, letters.

Every function keeps the spans in step with the text. Used to train on, and (with other seeds and on
other texts) to make the perturbed twins of the benchmark.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

from nlp.types import Span

Marked = tuple[str, list[Span]]

_NEIGHBOURS = dict(
    pair.split(":")
    for pair in (
        "a:sq b:vn c:xv d:sf e:wr f:dg g:fh h:gj i:uo j:hk k:jl l:kø m:n n:bm o:ip p:oå r:et s:ad "
        "t:ry u:yi v:cb y:tu æ:lø ø:æl å:p"
    ).split()
)


def lower(text: str, spans: Sequence[Span]) -> Marked:
    """All lower case."""
    return _same_length(text, text.lower(), spans)


def upper(text: str, spans: Sequence[Span]) -> Marked:
    """ALL CAPS."""
    return _same_length(text, text.upper(), spans)


def names_lower(text: str, spans: Sequence[Span]) -> Marked:
    """Names, places and institutions without their capitals, in a text that has others."""
    changed = list(text)
    for span in spans:
        if span.type in ("PERSON", "PLACE", "INSTITUTION"):
            changed[span.start : span.end] = map(_lower_letter, text[span.start : span.end])
    return "".join(changed), list(spans)


def in_part(
    text: str, spans: Sequence[Span], rng: random.Random, change: Callable[[str], str]
) -> Marked:
    """Some neighbouring words in other case: «HVORFOR SVARER I IKKE», or a pasted message."""
    start, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    part = change(text[start:end])
    if len(part) != end - start:
        return text, list(spans)
    return text[:start] + part + text[end:], list(spans)


def unpunctuated(text: str, spans: Sequence[Span]) -> Marked:
    """Commas and full stops outside of personal data are gone."""
    inside = {i for span in spans for i in range(span.start, span.end)}
    return _rewrite(
        text, spans, (" " if c in ",.;:!?" and i not in inside else c for i, c in enumerate(text))
    )


def ascii_letters(text: str, spans: Sequence[Span]) -> Marked:
    """ae, oe, aa for æ, ø, å."""
    table = {"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"}
    return _rewrite(text, spans, (table.get(c, c) for c in text))


def misspelt(text: str, spans: Sequence[Span], rng: random.Random, *, rate: float = 0.02) -> Marked:
    """Letters doubled, dropped, swapped with a neighbouring key; digits are left alone."""

    def damaged() -> Iterable[str]:
        for character in text:
            if not character.isalpha() or rng.random() >= rate:
                yield character
                continue
            kind = rng.random()
            if kind < 0.35:
                yield ""
            elif kind < 0.65:
                yield character * 2
            else:
                near = _NEIGHBOURS.get(character.lower(), character)
                other = rng.choice(near)
                yield other.upper() if character.isupper() else other

    return _rewrite(text, spans, damaged())


def glued(text: str, spans: Sequence[Span], rng: random.Random, *, rate: float = 0.5) -> Marked:
    """The space after a full stop or comma is missing now and then."""

    def characters() -> Iterable[str]:
        for index, character in enumerate(text):
            missing = (
                character == " " and index and text[index - 1] in ".,!?" and rng.random() < rate
            )
            yield "" if missing else character

    return _rewrite(text, spans, characters())


def unicode_tricks(text: str, spans: Sequence[Span], rng: random.Random) -> Marked:
    """Soft hyphens, zero-width and no-break spaces, other dashes and digits, combining letters."""
    combining = {"å": "a\u030a", "Å": "A\u030a", "é": "e\u0301", "ö": "o\u0308", "ü": "u\u0308"}

    def characters() -> Iterable[str]:
        for character in text:
            chance = rng.random()
            if character == " " and chance < 0.15:
                yield "\u00a0"
            elif character == "-" and chance < 0.5:
                yield rng.choice("\u2010\u2011\u2013\u2212")
            elif character.isdigit() and chance < 0.08:
                yield chr(0xFF10 + int(character))
            elif character in combining and chance < 0.5:
                yield combining[character]
            elif character.isalpha() and chance < 0.02:
                yield character + rng.choice("\u00ad\u200b\u200d")
            else:
                yield character

    return _rewrite(text, spans, characters())


def lookalikes(
    text: str, spans: Sequence[Span], rng: random.Random, *, rate: float = 0.1
) -> Marked:
    """Some Latin letters become Cyrillic ones that look the same."""
    table = dict(zip("aeopcxyiABEKMHOPCTX", "аеорсхуіАВЕКМНОРСТХ", strict=True))
    return _rewrite(
        text, spans, (table[c] if c in table and rng.random() < rate else c for c in text)
    )


NOISES: dict[str, Callable[[str, Sequence[Span], random.Random], Marked]] = {
    "lower": lambda text, spans, rng: lower(text, spans),
    "upper": lambda text, spans, rng: upper(text, spans),
    "misspelt": lambda text, spans, rng: misspelt(text, spans, rng),
    "glued": lambda text, spans, rng: glued(text, spans, rng),
    "unicode": lambda text, spans, rng: unicode_tricks(text, spans, rng),
    "lookalike": lambda text, spans, rng: lookalikes(text, spans, rng),
}
"""Name → damage, for the perturbed twins."""


def _lower_letter(letter: str) -> str:
    lowered = letter.lower()
    return lowered if len(lowered) == 1 else letter


def _same_length(text: str, changed: str, spans: Sequence[Span]) -> Marked:
    if len(text) != len(changed):  # letters whose capital is two letters: one by one
        return _rewrite(text, spans, map(str.upper, text))
    return changed, list(spans)


def _rewrite(text: str, spans: Sequence[Span], replaced: Iterable[str]) -> Marked:
    """The text with each character replaced by a (maybe empty) string, spans moved along."""
    places = [0]
    parts: list[str] = []
    for part in replaced:
        parts.append(part)
        places.append(places[-1] + len(part))
    moved = [
        Span(places[s.start], places[s.end], s.type)
        for s in spans
        if places[s.start] < places[s.end]
    ]
    return "".join(parts), moved
