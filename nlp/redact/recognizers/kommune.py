"""Kommune: the municipality by name («Vejle Kommune», «kommunen i Aalborg»)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import regex

from nlp.redact.recognizers.base import DanishRecognizer, Rule, rule

_U = r"(?-i:[A-ZÆØÅ])"
_NAME = rf"(?:Lyngby-Taarbæk|{_U}[\p{{L}}]+(?:-{_U}[\p{{L}}]+)?)"


class KommuneRecognizer(DanishRecognizer):
    """Names of municipalities with the word; in lower case only names that are given."""

    entity = "KOMMUNE"
    reach = 64
    rules: Sequence[Rule] = (
        rule(
            "name first",
            r"(?<![\p{L}-])(?P<x>(?!(?:Hvilken|Hvilke|Hvor|Hele|Hos|Om|Hvad|Både|Vi|Jeg|De|Det|Kære|Hej|Kun|Selv|Efter|Ved|Over|Mod|Da|Så|Her|Nu|Nogen|Nogle|Alle|Flere|Mange|Min|Vores|Den|Denne|Din|Deres|Jeres|Hver|Ingen|En|I|Af|Fra|Til|Og|At|Hos|Som|Er|På|Ny|Gamle|Sidste|Anden|Når|Hvis|Men|For|Enhver|Hvilken|Samme|Egen|Tidligere|Nuværende|Nye|Andre|Ingen|Anden|Hendes|Hans|Sin|Mit|Skriv|Vedr|Tilflytter|Fraflytter)[ ])(?:Aa|Å|\p{Lu})[\p{L}]+(?:[ -](?:og[ ])?\p{Lu}[\p{L}]+)?(?:[ ]|[ ]?\n)[Kk]ommunes?(?![\p{L}]))",
            0.9,
            group="x",
            case=True,
            anchor="[Kk]ommune",
        ),
        rule("kommunen i", rf"\bkommunen?[ ]i[ ]{_NAME}", 0.9, anchor="kommune"),
        rule(
            "north atlantic",
            r"\bkommuneqarfi[kt][ ]\p{L}+|\bkommune[ ](?:kujalleq|qeqertalik)|\b(?:avannaata|qeqqata)[ ]kommuni?a|\b\p{L}+(?:nar|ar)[ ]kommuna(?!\p{L})",
            0.95,
            anchor="kommun[eia]",
        ),
        rule(
            "islands",
            r"(?<![\p{L}])(?:Bornholms?|Læsø|Samsø|Fanø|Ærø|Langelands?|Lollands?|Mors(?:ø)?)[ ](?:regions)?kommunes?",
            0.95,
            anchor="kommune",
        ),
    )

    def __init__(self, names: tuple[str, ...] = (), supported_language: str = "da", **kwargs: Any):
        self.names = names
        if names:
            listed = "|".join(regex.escape(n) for n in sorted(names, key=len, reverse=True))
            self.rules = (
                *self.rules,
                rule(
                    "listed",
                    rf"(?<![\p{{L}}-])(?:{listed})s?(?:[ ]|[ ]?\n)(?:regions)?kommunes?(?!\p{{L}})",
                    0.95,
                    anchor="kommune",
                ),
                rule(
                    "listed after",
                    rf"\bkommunen?[ ]i[ ](?:{listed})(?!\p{{L}})",
                    0.95,
                    anchor="kommune",
                ),
            )
        super().__init__(supported_language=supported_language, **kwargs)
