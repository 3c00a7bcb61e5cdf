"""Kørekortnummer: eight digits, known only by the word before them; foreign ones of any form."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_WORD = r"\b(?:kørekort|koerekort|førerbevis|førekort|körkort|führerschein)"
_NOT_YEARS = r"(?!(?:199|20[0-3])\d[ ]?-[ ]?(?:199|20[0-3])\d(?!\d))"
_END = r"(?![\p{L}\d]|[ ]?(?:kr|kroner|dkk|,-)\b)"


class LicenceRecognizer(DanishRecognizer):
    """Numbers of driving licences."""

    entity = "LICENCE"
    of_digits = True
    rules = (
        rule(
            "word",
            rf"{_WORD}(?:et|ets)?[ .-]{{0,2}}(?:n(?:umme)?re?t?|nummer(?:et)?|id)?\.?(?:[ ](?:er|har|med|på|lyder))?(?:[ ](?:nr\.?|nummer))?[ :=]{{0,3}}(?P<x>{_NOT_YEARS}\d(?:[ .-]?\d){{6,9}}){_END}",
            0.97,
            group="x",
        ),
        rule(
            "words between",
            rf"{_WORD}\w*[^\d]{{1,30}}?(?P<x>{_NOT_YEARS}\d(?:[ ./-]?\d){{6,12}}){_END}",
            0.92,
            group="x",
        ),
        # DAM-117204 · 04417/15/0803 · B072RRE2I55
        rule(
            "foreign",
            rf"{_WORD}\w*[^\d]{{0,30}}?(?<![\p{{L}}\d-])(?P<x>{_NOT_YEARS}(?!(?:nr|no|er|på|fra|af|i|kat|til|ca|klasse)\b)(?:\p{{L}}{{1,5}}[-/ ]?)?\d(?:[ ./-]?\p{{L}}{{0,3}}\d){{4,12}}\p{{L}}{{0,2}}){_END}(?<!\d[./]\d{{3}})",
            0.9,
            group="x",
        ),
    )
