"""Kørekortnummer: eight digits, known only by the word before them."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule


class LicenceRecognizer(DanishRecognizer):
    """Numbers of driving licences."""

    entity = "LICENCE"
    of_digits = True
    rules = (
        rule(
            "word",
            r"\bkørekort(?:et|ets)?[ .-]{0,2}(?:n(?:umme)?re?t?|nummer(?:et)?|id)?\.?(?:[ ](?:er|har|med|på|lyder))?(?:[ ](?:nr\.?|nummer))?[ :=]{0,3}(?P<x>\d(?:[ .-]?\d){6,9})(?!\d)",
            0.97,
            group="x",
        ),
        rule(
            "words between",
            r"\bkørekort\w*[^\d\n]{1,30}(?P<x>\d{8}|\d\d[ ]\d\d[ ]\d\d[ ]\d\d|\d{4}[ -]\d{4})(?!\d)",
            0.92,
            group="x",
        ),
        rule(
            "foreign",
            r"\bkoerekort\w*[^\d\n]{0,30}(?P<x>\d(?:[ .-]?\d){6,9})(?!\d)",
            0.92,
            group="x",
        ),
    )
