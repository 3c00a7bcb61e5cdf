"""Text as people send it → text that can be read, with an exact map back to the original.

Two steps. ``normalise`` may change the length (HTML entities, CRLF, zero-width characters, combining
letters) and keeps, for every character it gives, the range of the original it came from. ``fold``
keeps the length (dashes, spaces, digits of other scripts, look-alike letters) and is what the
recognizers read; the reader of the redacted text sees the normalised text, not the folded one.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LETTER = "[A-Za-zÆØÅæøåÉé]"
_GLUED = re.compile(
    rf"(?<={_LETTER}),(?={_LETTER}{_LETTER}|\d)|(?<=[)\"»]),(?={_LETTER}|\d)"
    r"|(?<=[a-zæøå][a-zæøå])\.(?=[A-ZÆØÅ][a-zæøå])"
    r"|(?:(?<=[Tt]lf)|(?<=\bmob)|(?<=\breg)|(?<=\b[NnKk][rl])|(?<=\b[dD]))\.(?=\d)"
)
"""Commas and full stops after which a space was forgotten."""
_REACH = 80
_LAST_WORD = re.compile(r"\S*\Z")
_FIRST_WORD = re.compile(r"\S{0,80}")
_ODD = re.compile(
    "[&\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f" + "".join(map(re.escape, sorted(_INVISIBLE))) + "]"
    "|[\\u0300-\\u036f\\u20d0-\\u20ff]"
)
"""What needs a second look; all else is read as it stands, which costs nothing."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """Readable text and, for each of its characters, ``[starts[i], ends[i])`` of the original."""

    text: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text that ``[start, end)`` of ``text`` came from."""
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> Normalised:
    """NFC, entities decoded, line ends as LF, invisible characters removed; offsets kept.

    >>> normalise("S&oslash;r\\u00aden\\r\\n").text
    'Søren\\n'
    """
    if not _ODD.search(text) and unicodedata.is_normalized("NFC", text):
        return _spaced(Normalised(text, range(len(text)), range(1, len(text) + 1)))
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece, start, end in _compose(_visible(_decoded(text))):
        for character in piece:
            characters.append(character)
            starts.append(start)
            ends.append(end)
    return _spaced(Normalised("".join(characters), tuple(starts), tuple(ends)))


def _spaced(read: Normalised) -> Normalised:
    """With the space that was forgotten after a comma or full stop: «Jensen,78 år», «tlf.84123456».

    The space came from nowhere: its range of the original is empty.
    """
    places = [match.end() for match in _GLUED.finditer(read.text) if not _is_link(read.text, match)]
    if not places:
        return read
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    before = 0
    for place in [*places, len(read.text)]:
        parts.append(read.text[before:place])
        starts += read.starts[before:place]
        ends += read.ends[before:place]
        if place < len(read.text):
            parts.append(" ")
            starts.append(read.ends[place - 1])
            ends.append(read.ends[place - 1])
        before = place
    return Normalised("".join(parts), tuple(starts), tuple(ends))


def _is_link(text: str, match: re.Match[str]) -> bool:
    """True inside a mail or web address or a file name, where nothing was forgotten."""
    before = text[max(0, match.start() - _REACH) : match.start()]
    word = _LAST_WORD.search(before)[0] + _FIRST_WORD.match(text, match.end())[0]  # type: ignore[index]
    return any(sign in word for sign in ("@", "://", "www.", "_"))


_Piece = tuple[str, int, int]


def _decoded(text: str) -> list[_Piece]:
    """Characters with their ranges; an HTML entity counts as the character that it names."""
    pieces: list[_Piece] = []
    position = 0
    for match in _ENTITY.finditer(text):
        pieces += [(text[i], i, i + 1) for i in range(position, match.start())]
        decoded = html.unescape(match[0])
        if decoded == match[0]:
            pieces += [(text[i], i, i + 1) for i in range(match.start(), match.end())]
        elif decoded:  # «&#1;» names no character at all
            pieces.append((decoded, match.start(), match.end()))
        position = match.end()
    pieces += [(text[i], i, i + 1) for i in range(position, len(text))]
    return pieces


def _visible(pieces: list[_Piece]) -> list[_Piece]:
    """Without invisible characters; CRLF and CR become LF, other controls a space."""
    shown: list[_Piece] = []
    for index, (piece, start, end) in enumerate(pieces):
        if piece in _INVISIBLE:
            continue
        if piece == "\r":
            follows = index + 1 < len(pieces) and pieces[index + 1][0] == "\n"
            if not follows:
                shown.append(("\n", start, end))
        elif piece in "\n\t":
            shown.append((piece, start, end))
        elif unicodedata.category(piece[0]) == "Cc":
            shown.append((" ", start, end))
        else:
            shown.append((piece, start, end))
    return shown


def _compose(pieces: list[_Piece]) -> list[_Piece]:
    """Base letters joined with the combining marks that follow (NFC), ranges united."""
    composed: list[_Piece] = []
    for piece, start, end in pieces:
        if composed and unicodedata.combining(piece[0]):
            base, first, _ = composed[-1]
            composed[-1] = (unicodedata.normalize("NFC", base + piece), first, end)
        else:
            composed.append((unicodedata.normalize("NFC", piece), start, end))
    return composed


_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00ac\u2043\u2e3a"
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u00b4": "'", "`": "'", "\u02bc": "'"}
_LOOKALIKES = dict(
    zip(
        "АВЕКМНОРСТУХІЈЅаеорсухіјѕԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧορνιαӨөӕӔ",
        "ABEKMHOPCTYXIJSaeopcyxijsdhqwABEZHIKMNOPTYXopviaØøæÆ",
        strict=True,
    )
)
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """The same number of characters, written the plain way, for the recognizers to read.

    Look-alike letters are folded only in words that also hold Latin letters or digits: a word that
    is wholly Cyrillic or Greek stays what it is.

    >>> fold("01\\u066090\\u20131234\\u00a0Mіkkel")
    '01090-1234 Mikkel'
    """
    if text.isascii():
        return text
    folded = text.translate({ord(c): _plain(c) for c in set(text) if not c.isascii()})
    return folded if _LOOKALIKES.keys().isdisjoint(folded) else _WORD.sub(_unmasked, folded)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character.isascii():
        return character
    if character in _DASHES:
        return "-"
    if character in _QUOTES:
        return _QUOTES[character]
    if character.isdigit() and unicodedata.category(character) in ("Nd", "No"):
        return str(unicodedata.digit(character))
    if unicodedata.category(character) == "Zs":
        return " "
    wide = unicodedata.normalize("NFKC", character)
    if len(wide) != 1 or wide == character:
        return character
    return _plain(wide)  # the small minus «₋» becomes a minus, and that a hyphen


def _unmasked(match: re.Match[str]) -> str:
    word = match[0]
    mixed = any(c.isascii() or c in "æøåÆØÅ" for c in word)
    if not mixed:
        return word
    return "".join(_LOOKALIKES.get(character, character) for character in word)
