"""Words that are still personal: where they stand, and the text with a placeholder instead. Pure.

A reviewer names the words once; every occurrence goes, in the genitive too. Of a person's name
each part goes as well where it stands alone, under the same number. What is kept
of the words is their shape («Xxxxx Xxxxxx»), never themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlp.redact.spans import PLACEHOLDER, PLACEHOLDERS
from nlp.text.lexicon import is_ordinary
from nlp.types import ENTITIES, Entity, Redacted
from service.errors import BadFields, FieldProblem

LONGEST = 100
MOST_WORDS = 8
_CASE_MATTERS = 2
"""Words this short are looked for as they are written: «Bo» is not «bo»."""
_SENTENCE_WORDS = 4

_PERSON = re.compile(r"\[PERSON (\d{1,4})\]")
_SENTENCE_END = re.compile(r"\s*(?:[.!?…]|\n|$)")
_SENTENCE_START = re.compile(r"(?:^|[.!?…\n])\s*$")


@dataclass(frozen=True, slots=True, repr=False)
class Personal:
    """Words that a reviewer found personal. No repr: they must not outlive the request."""

    words: str
    type: str
    person: int | None = None
    """The number of a person who stands in the text already; None makes a new one."""


@dataclass(frozen=True, slots=True)
class Place:
    """``[start, end)`` of the text as it was, and the shape of what stood there."""

    start: int
    end: int
    shape: str


@dataclass(frozen=True, slots=True)
class Masked:
    """The text without the words."""

    redacted: Redacted
    placeholder: str
    places: tuple[Place, ...]


def tidy(words: str) -> str:
    """The words on one line, without the marks that a selection often takes along."""
    return " ".join(words.split()).strip(' ,;:.!?…"»«”“()')


def mask(redacted: Redacted, personal: Personal) -> Masked:
    """The text with every occurrence replaced. Raises BadFields when that cannot be."""
    words = tidy(personal.words)
    _check(words, personal, redacted)
    found = _occurrences(redacted, pattern(personal))
    if not found:
        raise _bad("ord", "not in the text", _why_not(words, redacted))
    if _is_sentence(redacted.text, words, found[0]):
        raise _bad("ord", "a sentence", "Vælg kun de personlige ord, ikke hele sætningen.")
    placeholder = _placeholder(redacted.text, personal)
    places = tuple(Place(*one, shape(redacted.text[slice(*one)])) for one in found)
    return Masked(_replaced(redacted, places, placeholder, personal.type), placeholder, places)


def pattern(personal: Personal) -> re.Pattern[str]:
    """Finds the words as words of their own: «Bo» is not looked for in «bolig»."""
    words = tidy(personal.words).split()
    ways = [_alone(r"\s+".join(map(re.escape, words)), small=len("".join(words)))]
    if personal.type == "PERSON" and len(words) > 1:
        ways += [_part(one) for one in words if len(one) > _CASE_MATTERS]
    return re.compile("|".join(filter(None, ways)))


def _part(name: str) -> str:
    """A first name or surname alone; one that is an ordinary word too only with a capital."""
    if not is_ordinary(name.lower()):
        return _alone(re.escape(name), small=len(name))
    return _alone(f"(?:{re.escape(name)}|{re.escape(name.upper())})", small=0) * name[0].isupper()


def _alone(words: str, *, small: int) -> str:
    folded = f"(?i:{words})" if small > _CASE_MATTERS else words
    return rf"(?<!\w){folded}(?:['’]?[sS](?!\w)|(?<=[sxz])['’](?!\w)|(?!\w))"


def withheld(text: str, words: re.Pattern[str], placeholder: str) -> str | None:
    """A note or quotation without the words, or None when it does not hold them."""
    kept = [match.span() for match in PLACEHOLDER.finditer(text)]
    found = [one.span() for one in words.finditer(text) if not _overlaps(one.span(), kept)]
    if not found:
        return None
    for start, end in reversed(found):
        text = text[:start] + placeholder + text[end:]
    return text


def shape(words: str) -> str:
    """Capitals, small letters and digits as ``X``, ``x`` and ``0``; the rest as it is.

    >>> shape("Åse Berg-Hansen"), shape("83 41 77 02")
    ('Xxx Xxxx-Xxxxxx', '00 00 00 00')
    """
    return "".join(_stand_in(one) for one in words)


def _stand_in(one: str) -> str:
    if one.isdigit():
        return "0"
    if one.isalpha():
        return "X" if one.isupper() else "x"
    return " " if one.isspace() else one


def moved(start: int, end: int, places: Sequence[Place], length: int) -> tuple[int, int]:
    """A range of the text as it was, in the text as it is; it grows to whole placeholders.

    >>> moved(0, 9, [Place(4, 9, "Xxxxx")], 10)
    (0, 14)
    """
    return _moved(start, places, length, is_end=False), _moved(end, places, length, is_end=True)


def _moved(offset: int, places: Sequence[Place], length: int, *, is_end: bool) -> int:
    shift = 0
    for place in places:
        if place.end <= offset:
            shift += length - (place.end - place.start)
        elif place.start < offset:
            return place.start + shift + (length if is_end else 0)
    return offset + shift


def persons(text: str) -> tuple[int, ...]:
    """The numbers of the people in a text."""
    return tuple(sorted({int(number) for number in _PERSON.findall(text)}))


def _check(words: str, personal: Personal, redacted: Redacted) -> None:
    if personal.type not in ENTITIES:
        raise _bad("type", "unknown", "Vælg, hvad ordene er.")
    is_new = personal.person is None
    if not is_new and (personal.type != "PERSON" or personal.person not in persons(redacted.text)):
        raise _bad("type", "unknown", "Den person findes ikke i teksten.")
    if not any(one.isalnum() for one in words):
        raise _bad("ord", "missing", "Skriv eller markér de personlige ord.")
    if "[" in words or "]" in words:
        raise _bad(
            "ord", "a placeholder", "En pladsholder er allerede anonym. Vælg ordene uden den."
        )
    if len(words) > LONGEST or len(words.split()) > MOST_WORDS:
        raise _bad(
            "ord",
            "too long",
            f"Vælg kun de personlige ord (højst {MOST_WORDS} ord og {LONGEST} tegn ad gangen).",
        )


def _bad(field: str, english: str, danish: str) -> BadFields:
    return BadFields([FieldProblem(field, english, f"{danish} Intet er ændret.")])


def _why_not(words: str, redacted: Redacted) -> str:
    """Why no occurrence was found; says nothing of the words."""
    holders = " ".join(redacted.text[e.start : e.end] for e in redacted.entities)
    if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", holders):
        return "En pladsholder er allerede anonym."
    if words.casefold() in redacted.text.casefold():
        return "Ordene er kun en del af et længere ord. Vælg hele ordet."
    return "Ordene står ikke i teksten. Skriv dem præcis, som de står."


def _occurrences(redacted: Redacted, words: re.Pattern[str]) -> list[tuple[int, int]]:
    taken = [(one.start, one.end) for one in redacted.entities]
    found = (match.span() for match in words.finditer(redacted.text))
    return [one for one in found if not _overlaps(one, taken)]


def _overlaps(one: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(one[0] < end and start < one[1] for start, end in others)


def _is_sentence(text: str, words: str, place: tuple[int, int]) -> bool:
    """True for words that fill a sentence and read like one; a name or an address does not."""
    small = [one for one in words.split() if one[0].islower()]
    return (
        len(words.split()) >= _SENTENCE_WORDS
        and len(small) > 1
        and not any(one.isdigit() for one in words)
        and _SENTENCE_START.search(text[: place[0]]) is not None
        and _SENTENCE_END.match(text, place[1]) is not None
    )


def _placeholder(text: str, personal: Personal) -> str:
    if personal.type != "PERSON":
        return f"[{PLACEHOLDERS[personal.type]}]"
    number = personal.person or max(persons(text), default=0) + 1
    return f"[PERSON {number}]"


def _replaced(
    redacted: Redacted, places: Sequence[Place], placeholder: str, type_: str
) -> Redacted:
    text = redacted.text
    for place in reversed(places):
        text = text[: place.start] + placeholder + text[place.end :]
    length = len(placeholder)
    added = [Entity(*moved(one.start, one.end, places, length), type_) for one in places]
    kept = [
        Entity(*moved(one.start, one.end, places, length), one.type) for one in redacted.entities
    ]
    possible = [
        Entity(*moved(start, end, places, length), one.type, possible=True)
        for one in redacted.possible
        for start, end in _rest(redacted.text, one, places)
    ]
    entities = tuple(sorted((*kept, *added), key=lambda one: one.start))
    return Redacted(text, entities, redacted.profile, tuple(possible))


def _rest(text: str, one: Entity, places: Sequence[Place]) -> Iterator[tuple[int, int]]:
    """What is left of a doubtful passage beside the places."""
    start = one.start
    for place in places:
        if place.start < one.end and start < place.end:
            yield from _worth(text, start, min(place.start, one.end))
            start = place.end
    yield from _worth(text, start, one.end)


def _worth(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    if start < end:
        yield start, end
