"""Digits told in words: «femogfirs tolv fyrre nul syv» is 85 12 40 07. Pure."""

from __future__ import annotations

import regex

_UNITS: dict[str, int] = {
    "nul": 0, "en": 1, "et": 1, "én": 1, "ét": 1, "een": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5,
    "seks": 6, "sex": 6, "syv": 7, "syw": 7, "otte": 8, "åtte": 8, "ni": 9,
}  # fmt: skip
_TEENS: dict[str, int] = {
    "ti": 10, "elleve": 11, "ellve": 11, "elve": 11, "tolv": 12, "tål": 12, "tretten": 13,
    "fjorten": 14, "femten": 15, "seksten": 16, "sejsten": 16, "sytten": 17, "søtten": 17,
    "atten": 18, "nitten": 19,
}  # fmt: skip
_TENS: dict[str, int] = {
    "tyve": 20, "tredive": 30, "tredve": 30, "fyrre": 40, "førre": 40, "fyrretyve": 40,
    "halvtreds": 50, "halvtres": 50, "halvtredsindstyve": 50, "tres": 60, "treds": 60,
    "tresindstyve": 60, "halvfjerds": 70, "halvfjers": 70, "halvfjerdsindstyve": 70, "firs": 80,
    "firsindstyve": 80, "halvfems": 90, "halvfemsindstyve": 90,
}  # fmt: skip
_SMALL = _UNITS | _TEENS | _TENS


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


NUMBER_WORD = rf"(?:(?:{_any(_UNITS)})[ -]?og[ -]?(?:{_any(_TENS)})|{_any(_SMALL)})(?!\p{{L}})"
"""A Danish number word from 0 to 99, also in dialect and with «og» apart."""

_BETWEEN = (
    r"(?:[ ]?[,.;:/-]?[ \n]{0,2}(?:(?:bindestreg|tankestreg|skråstreg|streg|minus|mellemrum|komma|punktum|og[ ]så|så|og)"
    r"[ ,.]{1,2}){0,2})"
)
PAIR = rf"(?<!\p{{L}})(?=[aefhnostå])(?:{NUMBER_WORD})[ ,.;:/\n-]{{1,3}}(?:(?:streg|bindestreg)[ ])?(?=[aefhnostå]){NUMBER_WORD}"
"""Two number words in a row: where a run may be."""

RUN = rf"(?<!\p{{L}}){NUMBER_WORD}(?:{_BETWEEN}(?:{NUMBER_WORD}|(?<!\d)(?:\d{{1,2}}|\d{{4}})(?![\p{{L}}\d]|[.,]\d))){{1,15}}"
"""Number words after each other, with a numeral among them at most here and there."""

_ONE = regex.compile(rf"{NUMBER_WORD}|\d{{1,4}}", regex.IGNORECASE)


def numbers(told: str) -> list[int]:
    """The numbers of a run, in order.

    >>> numbers("tolv nul fire halvtreds, toogfirs")
    [12, 0, 4, 50, 82]
    """
    return [_value(match[0].lower()) for match in _ONE.finditer(told)]


def _value(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word in _SMALL:
        return _SMALL[word]
    unit, _, ten = regex.sub(r"[ -]", "", word).partition("og")
    return _UNITS[unit] + _TENS[ten]


def is_counting(values: list[int]) -> bool:
    """True for «en, to, tre, fire»: somebody counts, nobody tells a number."""
    steps = {after - before for before, after in zip(values, values[1:], strict=False)}
    return len(values) > 2 and len(steps) == 1 and steps != {0}
