"""Is this Danish? The promises of redaction hold for Danish text only.

Counts short, frequent words. Short texts get the benefit of the doubt; text that is plainly in
another language, or no language, does not.
"""

from __future__ import annotations

import re

from nlp.text.lexicon import is_ordinary

_WORD = re.compile(r"[^\W\d_]+")
_FREQUENT = frozenset(
    "jeg er det ikke at og i på en et min de vi har der med til for af som den så men om var fra mig han hun "
    "du kan skal vil blev bliver fik får siden nu når hvor hvad hvorfor mine mit vores os dem ham hende være "
    "efter eller også kun uden ingen intet noget nogen bare havde sagde siger ville skulle kunne paa".split()
)
_FOREIGN = (
    frozenset(
        "the and you is are this that was were have has with my they not your from would och inte jag är att som "
        "det ett ikkje eg ich und nicht das ist der die ein mit sie wir les des une est pas pour que los las".split()
    )
    - _FREQUENT
)
_FEWEST = 6
"""Texts with fewer words are taken as they are: too little to judge."""


def looks_danish(text: str) -> bool:
    """False for text of six words or more that is hardly Danish.

    >>> looks_danish("Jeg har ikke hørt fra dem siden jul"), looks_danish("I have not heard from them since May")
    (True, False)
    """
    words = [word.lower() for word in _WORD.findall(text[:4000])]
    if len(words) < _FEWEST:
        return True
    frequent = sum(word in _FREQUENT for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    if frequent >= 0.12 * len(words) and frequent > foreign:
        return True
    if foreign >= max(3, frequent):
        return False
    ordinary = sum(is_ordinary(word) for word in words[:200])
    return ordinary >= 0.45 * min(200, len(words))
