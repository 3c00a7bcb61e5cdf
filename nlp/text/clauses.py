"""Cuts a redacted text into clauses: the unit that is scored, shown as evidence and quoted.

Sentences end at . ! ? … and at line ends; longer ones are cut at semicolons, dashes, colons and at
commas or conjunctions that open a new clause. Placeholders, abbreviations, paragraphs («§ 19.»),
ordinals and decimals are not cut. Text without any punctuation is cut at conjunctions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ABBREVIATIONS = frozenset(
    "f.eks bl.a m.m m.v mv mm osv ca nr tlf kl d dr hr fr stk pkt jf evt inkl ekskl vedr ang pga p.g.a iht i.h.t "
    "ift i.f.t mht m.h.t mvh vh kh st sal art kap afs bek lbk incl f.x fx dvs d.v.s o.l o.lign og.lign e.l bl.a. "
    "s.u t.o.m tv th min max maks gl sdr vg sagsnr j.nr jnr afd ass mdr md hhv resp alm cpr sct skt prof etc "
    "cirka b.la kr".split()
)
_BREAK = re.compile(
    r"(?<![.!?…])[.!?…]+[\"»”')\]]*(?=\s|$|[A-ZÆØÅ])|\n+|[;•]|\s[-–—]{1,2}\s|:(?=\s)"
)
_SOFT = re.compile(
    r",\s+(?=(?:og|men|så|for|fordi|selv\s?om|selvom|selv\s+om|da|når|hvis|mens|hvorefter|hvor|hvilket|uden|eller|indtil|"
    r"altså|alligevel|bare|ikke|jeg|vi|han|hun|de|det|der|som|ingen|intet|aldrig|nu|heller)\b)"
    r"|\s+(?=(?:men|fordi|selvom|hvorefter|og\s+(?:jeg|vi|han|hun|de|det|der|så|nu|ingen|da|ikke|hele|den|min|mit|"
    r"kommunen|efter|har|fik|blev|aldrig|heller)|så\s+(?:jeg|vi|nu|fik|blev|sagde|har))\b)",
    re.IGNORECASE,
)
_LONG = 10
"""Words from which a sentence is cut at softer places."""
_SHORTEST = 4
"""Words that a piece must have to stand alone."""
_RUN_ON = 34
"""Words from which text without punctuation is cut anywhere a conjunction stands."""
_HARD_RUN = re.compile(
    r"\s+(?=(?:og|men|så|fordi|for|da|når|hvis|selvom|at|der|som|jeg|vi|de)\s)", re.IGNORECASE
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, order=True)
class Clause:
    """``[start, end)`` of the text, without space at the edges."""

    start: int
    end: int
    sentence: int = 0
    """Which sentence it belongs to, counted from 0."""


def clauses(text: str) -> list[Clause]:
    """The clauses of a text in order; together they hold every word.

    >>> t = "Vi søgte i maj. De svarede bl.a. ikke [PERSON 1]!"
    >>> [t[c.start:c.end] for c in clauses(t)]
    ['Vi søgte i maj.', 'De svarede bl.a. ikke [PERSON 1]!']
    """
    found: list[Clause] = []
    for number, (start, end) in enumerate(sentences(text)):
        found += [Clause(s, e, number) for s, e in _pieces(text, start, end)]
    return found


def sentences(text: str) -> list[tuple[int, int]]:
    """Sentences as ranges without space at the edges."""
    ranges: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(text):
        if not _ends(text, match):
            continue
        start = _add(ranges, text, start, match.end())
    _add(ranges, text, start, len(text))
    return ranges


def _ends(text: str, match: re.Match[str]) -> bool:
    """False for full stops of abbreviations, numbers and ordinals."""
    mark = match[0]
    if not mark.startswith(".") or mark.startswith(".."):
        return True
    before = re.search(r"(\S+)$", text[max(0, match.start() - 24) : match.start()])
    word = before[1].lower().strip("(\"'»«") if before else ""
    if (
        word in _ABBREVIATIONS
        or re.fullmatch(r"(?:\w\.)*\w", word)
        and len(word) < 2
        and not word.isdigit()
    ):
        return False
    follows = text[match.end() : match.end() + 2].strip()
    return not (word[-1:].isdigit() and len(word) <= 3 and follows[:1].islower())


def _add(ranges: list[tuple[int, int]], text: str, start: int, end: int) -> int:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if _WORD.search(piece):
        ranges.append((start + left, start + len(piece.rstrip())))
    elif ranges and piece.strip():
        ranges[-1] = (ranges[-1][0], start + len(piece.rstrip()))
    return end


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence cut where it is long and a new clause begins."""
    words = len(_WORD.findall(text, start, end))
    if words < _LONG:
        return [(start, end)]
    cut = _cut(text, start, end, _SOFT)
    return [
        piece
        for s, e in cut
        for piece in (
            _cut(text, s, e, _HARD_RUN) if len(_WORD.findall(text, s, e)) > _RUN_ON else [(s, e)]
        )
    ]


def _cut(text: str, start: int, end: int, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Cut at every match that leaves enough words on both sides."""
    pieces: list[tuple[int, int]] = []
    least = _SHORTEST if pattern is _SOFT else 14
    for match in pattern.finditer(text, start, end):
        left = len(_WORD.findall(text, start, match.start()))
        right = len(_WORD.findall(text, match.end(), end))
        if left >= least and right >= _SHORTEST:
            pieces.append((start, _trimmed(text, start, match.start())))
            start = match.end()
    pieces.append((start, end))
    return pieces


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " ,\t\n":
        end -= 1
    return end
