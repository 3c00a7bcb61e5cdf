"""Who is who in one document: mentions of the same person get the same number.

Names are compared without case, genitive and small typing errors. A first name or surname alone
belongs to the full name that holds it; initials belong to the name that they begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*\.?")


def tokens(name: str) -> tuple[str, ...]:
    """The parts of a name, lower case, without genitive and full stops.

    >>> tokens("Mikkel Holms"), tokens("J.K.")
    (('mikkel', 'holm'), ('j', 'k'))
    """
    found = [token.rstrip(".").lower() for token in _TOKEN.findall(name)]
    return tuple(bare(token) if i == len(found) - 1 else token for i, token in enumerate(found))


def bare(token: str) -> str:
    """A token without the genitive. «Jens» and «Lars» keep their s: ``same`` allows for it."""
    for ending in ("'s", "'"):
        if token.endswith(ending):
            return token[: -len(ending)]
    return token[:-1] if len(token) > 3 and token.endswith("s") and token[-2] not in "s" else token


def same(one: str, other: str) -> bool:
    """True when two name parts may be the same: equal, genitive, or one typing error apart."""
    if one[:1] != other[:1]:
        return False
    if one == other or bare(one) == other or one == bare(other):
        return True
    return min(len(one), len(other)) >= 5 and within_one_edit(one, other)


def within_one_edit(one: str, other: str) -> bool:
    """True for a distance of at most one insertion, deletion, change or swap of neighbours."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    first = next(
        (i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short)
    )
    if len(short) < len(long):
        return short[first:] == long[first + 1 :]
    if short[first + 1 :] == long[first + 1 :]:
        return True
    swapped = short[first + 1 : first + 2] == long[first : first + 1]
    back = long[first + 1 : first + 2] == short[first : first + 1]
    return swapped and back and short[first + 2 :] == long[first + 2 :]


@dataclass(slots=True)
class Person:
    """A person in this document and the ways they were named."""

    number: int
    forms: list[tuple[str, ...]] = field(default_factory=list)

    def fits(self, name: tuple[str, ...]) -> bool:
        """True when a mention may be this person."""
        return any(_agree(name, form) for form in self.forms)


def _agree(name: tuple[str, ...], form: tuple[str, ...]) -> bool:
    if not name or not form:
        return False
    if _one_letter(name) and _one_letter(form):
        return name[0][0] == form[0][0]
    if len(name) > 1 and len(form) > 1 and not (_are_initials(name) or _are_initials(form)):
        return same(name[0], form[0]) and same(name[-1], form[-1])
    short, long = sorted((name, form), key=len)
    if _are_initials(short):
        letters = "".join(short)
        return (
            len(long) >= len(letters) > 1
            and letters == "".join(part[0] for part in long)[: len(letters)]
        )
    if len(short) == 1 and len(short[0]) in (2, 3) and _initials_of(long) == short[0]:
        return True
    return len(short) == 1 and any(same(short[0], part) for part in long)


def _one_letter(name: tuple[str, ...]) -> bool:
    """True for «B» and «Bs»: who is called by one letter is the same person by the same letter."""
    return len(name) == 1 and (len(name[0]) == 1 or (len(name[0]) == 2 and name[0][1] == "s"))


def _initials_of(name: tuple[str, ...]) -> str:
    return "".join(part[0] for part in name)


def _are_initials(name: tuple[str, ...]) -> bool:
    return all(len(part) == 1 for part in name)


def number_people(names: Sequence[str], *, taken: Iterable[int] = ()) -> list[int]:
    """A number for each mention, in order; the same person has the same number.

    >>> number_people(["Mikkel Holm", "Lone", "Mikkels", "M.H.", "mikel"])
    [1, 2, 1, 1, 1]
    """
    used = set(taken)
    split = [tokens(name) for name in names]
    people: list[Person] = []
    owner: dict[int, Person] = {}
    # Full names first, so that a first name that stands before its full name finds it.
    for index in sorted(
        range(len(split)), key=lambda i: (len(split[i]) < 2 or _are_initials(split[i]), i)
    ):
        person = next((p for p in people if p.fits(split[index])), None)
        if person is None:
            person = Person(0)
            people.append(person)
        person.forms.append(split[index])
        owner[index] = person
    number = 0
    for index in range(len(split)):
        person = owner[index]
        if person.number == 0:
            number += 1
            while number in used:
                number += 1
            person.number = number
    return [owner[index].number for index in range(len(split))]
