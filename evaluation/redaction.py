"""How well a redactor hides personal data. Pure: texts, gold and found spans in, figures out.

The strict view of every figure: an entity is found only when all of its letters and digits are
masked, whatever the type given; a person only when all mentions are (the rule of the Text
Anonymization Benchmark, since one readable mention gives the person away). The price is measured as
strictly: a word that was personal to nobody and lost a character counts as over-masked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluation.figures import Rate
from nlp.redact.people import number_people
from nlp.types import ENTITIES, Span

GROUPS: Mapping[str, tuple[str, ...]] = {
    "direct identifiers": (
        "CPR", "PHONE", "EMAIL", "URL", "USERNAME", "IP", "ADDRESS", "CASE_NO", "ACCOUNT", "CVR",
        "PLATE", "PASSPORT", "LICENCE", "MATRIKEL",
    ),
    "person": ("PERSON",),
    "place and institution": ("PLACE", "INSTITUTION"),
    "date": ("DATE",),
    "publication only": ("KOMMUNE", "AGE"),
}  # fmt: skip
"""What is promised together. The last group is readable for staff, and hidden in publications."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Scored:
    """A benchmark text beside what a redactor found in it."""

    id: str
    text: str
    gold: tuple[Span, ...]
    found: tuple[Span, ...]
    hard_negative: bool = False


@dataclass(frozen=True, slots=True)
class RedactionScores:
    """Everything counted over some texts."""

    texts: int
    entities: Rate
    """Entities of all types that are wholly masked."""
    by_type: Mapping[str, Rate]
    by_group: Mapping[str, Rate]
    people: Rate
    """Persons of whom every mention is masked."""
    clean_texts: Rate
    """Texts with personal data in which nothing of it is left."""
    precision: Rate
    """Found spans that touch something personal."""
    precision_by_type: Mapping[str, Rate]
    character_precision: Rate
    over_masked: Rate
    """Ordinary words that lost a character, over all texts."""
    over_masked_negatives: Rate
    """The same on the hard negatives."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One entity left readable, or one ordinary word masked. Only of open, invented texts."""

    id: str
    kind: str
    type: str
    value: str


def coverage(length: int, spans: Iterable[Span]) -> bytearray:
    """1 for every character that lies in a span."""
    mask = bytearray(length)
    for span in spans:
        stop = min(span.end, length)
        mask[span.start : stop] = b"\x01" * max(0, stop - span.start)
    return mask


def is_masked(text: str, span: Span, mask: bytearray) -> bool:
    """True when no letter or digit of the span is left (no character, if it has none of them)."""
    places = range(span.start, span.end)
    telling = [i for i in places if text[i].isalnum()] or list(places)
    return all(mask[i] for i in telling)


def score(items: Sequence[Scored]) -> RedactionScores:
    """Every figure over these texts."""
    hits: Counter[tuple[str, str]] = Counter()
    totals: Counter[tuple[str, str]] = Counter()
    for item in items:
        for measure, key, hit in _facts(item):
            hits[measure, key] += hit
            totals[measure, key] += 1

    def rate(measure: str, key: str = "") -> Rate:
        return Rate(hits[measure, key], totals[measure, key])

    def united(measure: str, keys: Iterable[str]) -> Rate:
        return sum((rate(measure, key) for key in keys), Rate(0, 0))

    return RedactionScores(
        texts=len(items),
        entities=united("entity", ENTITIES),
        by_type={name: rate("entity", name) for name in ENTITIES},
        by_group={group: united("entity", names) for group, names in GROUPS.items()},
        people=rate("person"),
        clean_texts=rate("text"),
        precision=united("span", ENTITIES),
        precision_by_type={name: rate("span", name) for name in ENTITIES},
        character_precision=rate("character"),
        over_masked=united("word", ("", "negative")),
        over_masked_negatives=rate("word", "negative"),
    )


def _facts(item: Scored) -> Iterator[tuple[str, str, bool]]:
    """(measure, key, hit) for everything in one text that counts."""
    masked, gold = coverage(len(item.text), item.found), coverage(len(item.text), item.gold)
    found = [is_masked(item.text, span, masked) for span in item.gold]
    for span, hit in zip(item.gold, found, strict=True):
        yield "entity", span.type, hit
    if found:
        yield "text", "", all(found)
    yield from (("person", "", hit) for hit in people_masked(item))
    for span in item.found:
        yield "span", span.type, any(gold[span.start : span.end])
    for index, character in enumerate(item.text):
        if masked[index] and character.isalnum():
            yield "character", "", bool(gold[index])
    kind = "negative" if item.hard_negative else ""
    for start, end in ordinary_words(item.text, gold):
        yield "word", kind, any(masked[start:end])


def people_masked(item: Scored) -> list[bool]:
    """For every person of a text: is every mention masked?

    >>> text = "Bo Holm kom. Bo gik."
    >>> gold = (Span(0, 7, "PERSON"), Span(13, 15, "PERSON"))
    >>> people_masked(Scored("a", text, gold, (Span(0, 7, "PERSON"),)))
    [False]
    """
    mask = coverage(len(item.text), item.found)
    mentions = [span for span in item.gold if span.type == "PERSON"]
    numbers = number_people([item.text[span.start : span.end] for span in mentions])
    whole: dict[int, bool] = {}
    for span, number in zip(mentions, numbers, strict=True):
        whole[number] = whole.get(number, True) and is_masked(item.text, span, mask)
    return list(whole.values())


def ordinary_words(text: str, gold: bytearray) -> Iterator[tuple[int, int]]:
    """Words that share no character with personal data."""
    for match in _WORD.finditer(text):
        if not any(gold[match.start() : match.end()]):
            yield match.start(), match.end()


def mistakes(items: Iterable[Scored]) -> list[Mistake]:
    """What was left readable and what was masked for nothing. Give it open texts only."""
    found: list[Mistake] = []
    for item in items:
        masked, gold = coverage(len(item.text), item.found), coverage(len(item.text), item.gold)
        found += [
            Mistake(item.id, "left readable", span.type, item.text[span.start : span.end])
            for span in item.gold
            if not is_masked(item.text, span, masked)
        ]
        found += [
            Mistake(item.id, "masked for nothing", span.type, item.text[span.start : span.end])
            for span in item.found
            if not any(gold[span.start : span.end])
        ]
    return found
