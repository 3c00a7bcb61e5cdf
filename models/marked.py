"""Places that a redactor missed → texts to learn from and cases that it must pass. Pure.

What a reviewer took out is known by type and shape only («Xxxxx Xxxxxx»), never by its words. In
its place goes an invented value of the same type and shape, drawn from the names that are written
here, and so do invented values for the placeholders around it: a recognizer meets names, not
placeholders. Numbers are impossible ones (CPR) or reserved ones (phones).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from models.ner import NerSlots, NerText
from nlp.redact.spans import PLACEHOLDERS
from nlp.types import Span

VARIANTS = 3
"""Invented values for each missed place."""
_PLACEHOLDER = re.compile(r"\[([A-ZÆØÅ-]+)(?: (\d+))?\]")
_TYPE_OF = {word: type for type, word in PLACEHOLDERS.items()}
_ONSETS = "b br d dr f fl g gr h j k kl l m n p r s sk st t tr v".split()
_VOWELS = "a e i o u y æ ø å".split()
_CODAS = "n r l m s rd nd st k t".split()


@dataclass(frozen=True, slots=True)
class Place:
    """A missed place with its surroundings, which are redacted."""

    type: str
    shape: str
    before: str
    after: str


def cases(places: Iterable[Place], slots: NerSlots, *, variants: int = VARIANTS) -> list[NerText]:
    """Texts with spans, some for each place; the first span of each is the one that was missed.

    The same places give the same texts: what is drawn is decided by the place itself.
    """
    return [_case(place, slots, number) for place in places for number in range(variants)]


def _case(place: Place, slots: NerSlots, number: int) -> NerText:
    facts = "\0".join((place.type, place.shape, place.before, place.after, str(number)))
    rng = random.Random(int.from_bytes(sha256(facts.encode()).digest()[:8]))
    before, spans_before = _filled(place.before, slots, rng)
    value = invented(place.type, place.shape, slots, rng)
    after, spans_after = _filled(place.after, slots, rng)
    start = len(before)
    missed = Span(start, start + len(value), place.type)
    behind = [Span(s.start + missed.end, s.end + missed.end, s.type) for s in spans_after]
    return NerText(before + value + after, (missed, *spans_before, *behind))


def _filled(text: str, slots: NerSlots, rng: random.Random) -> tuple[str, list[Span]]:
    """Invented values where placeholders stand; a placeholder that was cut in half goes."""
    text = re.sub(r"^[^\[\]]*\]|\[[^\[\]]*$", "", text)
    people: dict[str, str] = {}
    parts: list[str] = []
    spans: list[Span] = []
    position = length = 0
    for match in _PLACEHOLDER.finditer(text):
        type = _TYPE_OF.get(match[1])
        if type is None:
            continue
        value = invented(type, _PLAIN.get(type, "Xxxxxx"), slots, rng)
        if type == "PERSON":
            value = people.setdefault(match[2] or "", value)
        parts += [text[position : match.start()], value]
        length += match.start() - position
        spans.append(Span(length, length + len(value), type))
        length += len(value)
        position = match.end()
    return "".join([*parts, text[position:]]), spans


_PLAIN = {
    "PERSON": "Xxxxxx Xxxxxxx", "CPR": "000000-0000", "PHONE": "00 00 00 00", "DATE": "00.00.0000",
    "ADDRESS": "Xxxxxxxxxx 00", "EMAIL": "xxxxx@xxxxx.example", "CASE_NO": "00-000000",
    "ACCOUNT": "0000 0000000000", "CVR": "00000000", "PLATE": "XX 00 000", "AGE": "00",
    "URL": "xxxxxx.example", "USERNAME": "xxxxx00", "IP": "192.0.2.00", "PASSPORT": "000000000",
    "LICENCE": "00000000", "MATRIKEL": "00x", "INSTITUTION": "Xxxxxxxxxxxx",
    "PLACE": "Xxxxxxx", "KOMMUNE": "Xxxxxxx",
}  # fmt: skip
"""How a value of each type mostly looks, for a placeholder whose shape nobody knows."""


def invented(type: str, shape: str, slots: NerSlots, rng: random.Random) -> str:
    """A value of this type and exactly this shape.

    >>> slots = NerSlots([], [])
    >>> value = invented("CPR", "000000-0000", slots, random.Random(1))
    >>> value[4:6] in {str(year) for year in range(30, 58)}, value[7] in "5678"
    (True, True)
    """
    if type == "CPR":
        return _cpr(shape, rng)
    words = re.split(r"(\s+)", shape)
    names = _names(type, slots)
    value = "".join(_word(one, names, rng) for one in words)
    return _reserved(value, rng) if type == "PHONE" else value


def _names(type: str, slots: NerSlots) -> Sequence[str]:
    if type in ("PLACE", "KOMMUNE"):
        return slots.places
    if type == "PERSON":
        return [name for group in slots.groups for name in (*group.first, *group.last)]
    return ()


def _word(shape: str, names: Sequence[str], rng: random.Random) -> str:
    """A name of this shape where there is one, else syllables and digits that fit it."""
    fitting = sorted({name for name in (_cased(n, shape) for n in names) if name})
    return rng.choice(fitting) if fitting else _syllables(shape, rng)


def _cased(name: str, shape: str) -> str:
    """The name in the case of the shape; empty where it does not fit."""
    if len(name) != len(shape) or not all(
        n.isalpha() if s in "Xx" else n == s for n, s in zip(name, shape, strict=True)
    ):
        return ""
    pairs = zip(name, shape, strict=True)
    return "".join(n.upper() if s == "X" else n.lower() if s == "x" else n for n, s in pairs)


def _syllables(shape: str, rng: random.Random) -> str:
    letters = ""
    while len(letters) < len(shape):
        letters += rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(("", rng.choice(_CODAS)))
    made = []
    for letter, kind in zip(letters, shape, strict=False):
        made.append(
            letter.upper() if kind == "X" else letter if kind == "x"
            else str(rng.randint(0, 9)) if kind == "0" else kind
        )  # fmt: skip
    return "".join(made)


def _cpr(shape: str, rng: random.Random) -> str:
    """Digits that nobody has: born in 30 to 57 with a seventh digit of 5 to 8."""
    digits = iter(
        f"{rng.randint(1, 28):02}{rng.randint(1, 12):02}{rng.randint(30, 57)}"
        f"{rng.randint(5, 8)}{rng.randint(0, 999):03}"
    )
    return "".join(next(digits, "0") if kind == "0" else kind for kind in shape)


def _reserved(value: str, rng: random.Random) -> str:
    """The last eight digits begin with a number that is not in use."""
    places = [i for i, character in enumerate(value) if character.isdigit()][-8:]
    if len(places) < 8:
        return value
    head = rng.choice(("83", "84", "85", "95"))
    letters = list(value)
    letters[places[0]], letters[places[1]] = head[0], head[1]
    return "".join(letters)
