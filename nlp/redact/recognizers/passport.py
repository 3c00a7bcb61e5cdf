"""Pasnummer: nine digits, or a letter and eight; and the machine-readable zone (ICAO 9303)."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule


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
        rule(
            "words between",
            r"\bpas(?:set|nr|nummer)?\b[^\d\n]{1,30}?(?P<x>(?-i:[A-Z]{0,2})\d{9}|(?-i:[A-Z]{1,2})\d{6,8}(?-i:[A-Z])?)(?![\p{L}\d])",
            0.9,
            group="x",
        ),
        rule(
            "travel document",
            r"\b(?:rejsedokument|rejselegitimation|opholdskort|opholdstilladelse)\w*[^\d\n]{0,20}?(?P<x>[a-z]{0,2}\d{7,9})(?!\d)",
            0.85,
            group="x",
        ),
        rule(
            "second",
            r"\bpas(?:set|nr|nummer)?\b[^\n]{0,60}\b(?:og|,|samt)[ ](?P<x>(?-i:[A-Z]{1,2})\d{6,8})(?![\p{L}\d])",
            0.85,
            group="x",
        ),
        rule("machine readable", r"P<[A-Z]{3}[A-Z<]{20,39}\n?(?:[A-Z0-9<]{30,44})?", 0.95),
    )
