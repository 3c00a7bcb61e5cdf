"""Invented personal data that must never come out again, whole and well delimited.

Nobody's: the CPR numbers are of dates that cannot be (years 30 to 57 with a seventh digit of 5 to
8), the phones begin as no phone in use does, the domain ends in ``.example``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

_MONTHS = 12
_DAYS = 28


@dataclass(frozen=True, slots=True)
class Canary:
    """A detail and the words it is told with. It has leaked when ``traces`` find it."""

    kind: str
    detail: str
    told: str

    @property
    def traces(self) -> tuple[str, ...]:
        """The detail as written, and its digits alone."""
        digits = re.sub(r"\D", "", self.detail)
        return (self.detail, digits) if len(digits) >= 8 else (self.detail,)

    def is_in(self, text: str) -> bool:
        """True when a text holds it in the clear, whatever the letters' case."""
        folded = text.casefold()
        return any(trace.casefold() in folded for trace in self.traces)


def canary(number: int) -> Canary:
    """The canary of a number: always the same one, and each number another.

    >>> canary(1) == canary(1), canary(1).is_in(canary(1).told), canary(1).is_in("[CPR]")
    (True, True, False)
    """
    drawn = int.from_bytes(sha256(number.to_bytes(8)).digest()[:12])
    return (_cpr, _phone, _mail)[number % 3](drawn)


def _cpr(drawn: int) -> Canary:
    drawn, day = divmod(drawn, _DAYS)
    drawn, month = divmod(drawn, _MONTHS)
    drawn, year = divmod(drawn, 28)
    drawn, century = divmod(drawn, 4)
    serial = f"{5 + century}{drawn % 1000:03}"
    detail = f"{1 + day:02}{1 + month:02}{30 + year:02}-{serial}"
    return Canary("cpr", detail, f"Mit cpr er {detail}.")


def _phone(drawn: int) -> Canary:
    start = (83, 84, 85, 95)[drawn % 4]
    pairs = [(drawn >> shift) % 100 for shift in (8, 20, 32)]
    detail = " ".join([str(start), *(f"{pair:02}" for pair in pairs)])
    return Canary("phone", detail, f"Ring på tlf. {detail}.")


def _mail(drawn: int) -> Canary:
    name = "".join("bcdfghjklmnprstv"[drawn >> shift & 15] for shift in range(0, 32, 4))
    detail = f"{name}@hvidsand{drawn % 997}.example"
    return Canary("e-mail", detail, f"Skriv til {detail} i morgen.")


def with_canary(text: str, number: int) -> tuple[str, Canary]:
    """The text with a canary between two of its words, as sentences of its own."""
    found = canary(number)
    gaps = [match.start() for match in re.finditer(r"\s", text)] or [len(text)]
    place = gaps[number // 3 % len(gaps)]
    return f"{text[:place]}. {found.told} {text[place:]}", found
