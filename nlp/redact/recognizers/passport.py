"""Pasnummer: nine digits, or letters and six to eight; and the machine-readable zone (ICAO 9303)."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_WORD = r"\b(?:rejse|fremmed|konvention\w*|nød|flygtninge)?pas(?:set|sets|s|nr|nummer(?:et)?|no)?\b"
_NO_PREFIX = r"(?!(?:er|nr|no|på|og|i|til|fra|ca|kl|med|har|den|det|af|se|så|for|om|pas|id)\b)"
_END = r"(?![\p{L}\d]|[ ]?(?:kr|kroner|dkk|år|dage|måneder|gange)\b)"


class PassportRecognizer(DanishRecognizer):
    """Passport and travel document numbers, by the word before them."""

    entity = "PASSPORT"
    of_digits = True
    of_words = frozenset({"machine readable"})
    rules = (
        rule(
            "word",
            r"\b(?:rejse|fremmed|konvention\w*)?pas(?:set|sets)?[ .-]{0,2}(?:n(?:umme)?re?t?|nummer(?:et)?|no)?\.?(?:[ ](?:er|har|med|på|lyder))?(?:[ ](?:nr\.?|nummer))?[ :=]{0,3}(?P<x>[a-z]{0,2}[ ]?\d(?:[ .-]?\d){6,9}[a-z]?)(?![\p{L}\d])",
            0.95,
            group="x",
        ),
        # letters first, in any grouping: P 4417823 · FE 881 204 · NOA 778-120 · c2280417
        rule(
            "letters first",
            rf"{_WORD}[^\d]{{1,30}}?(?<![\p{{L}}\d])(?P<x>{_NO_PREFIX}\p{{L}}{{1,3}}[ -]?\d(?:[ .-]?\d){{5,8}}\p{{L}}?){_END}",
            0.9,
            group="x",
        ),
        # letters among the digits: C01X00T47
        rule(
            "mixed",
            rf"{_WORD}[^\d]{{1,30}}?(?<![\p{{L}}\d])(?P<x>(?=[a-z]{{0,3}}\d)(?=(?:[a-z]*\d){{4}})[a-z\d]{{6,10}}){_END}",
            0.9,
            group="x",
        ),
        rule(
            "words between",
            rf"{_WORD}[^\d]{{1,30}}?(?P<x>\d{{9}}|\d{{3}}[ ]\d{{3}}[ ]\d{{3}}){_END}",
            0.9,
            group="x",
        ),
        rule(
            "travel document",
            rf"\b(?:rejsedokument|rejselegitimation|opholdskort|opholdstilladelse|visum|asylkort|id-?kort)\w*[^\d\n]{{0,20}}?(?<![\p{{L}}\d])(?P<x>{_NO_PREFIX}[a-z]{{0,3}}[ ]?\d{{6,9}}){_END}",
            0.85,
            group="x",
        ),
        rule(
            "second",
            r"\bpas(?:set|nr|nummer)?\b[^\n]{0,60}\b(?:og|,|samt)[ ](?P<x>(?-i:[A-Z]{1,2})\d{6,8})(?![\p{L}\d])",
            0.85,
            group="x",
        ),
        rule(
            "machine readable",
            r"P<[A-Z]{3}[A-Z<]{20,39}\n?(?:[A-Z0-9<]{30,44})?",
            0.95,
            anchor="P<",
        ),
    )
