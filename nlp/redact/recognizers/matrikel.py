"""Matrikelnummer with its ejerlav: «matr.nr. 12a Sengeløse By, Sengeløse»."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_ONE = r"\d{1,4}[ -]?[a-zæøå]{0,3}(?![\p{L}])"
_NUMBER = rf"\d{{1,4}}(?:[ -]?[a-zæøå]{{1,3}}(?![\p{{L}}]))?(?:[ ]?(?:,|og|samt)[ ]{_ONE}){{0,5}}"
_KIND = r"(?:by|ejerlav|sogn|hovedgård|hgd\.?|mark|marker|markjorder|overdrev|bygrunde|købstads?|jorder|skov|præstegård|hede)(?!\p{L})"
_SHORT = r"(?:skt|sct|sdr|nr|ndr|st|ll|gl|vr|øst|ø|v|n|s)\.[ ]?"
_NAME = rf"(?:{_SHORT})?(?-i:[A-ZÆØÅ])[\p{{L}}-]+"
_ANY = rf"(?:{_SHORT})?\p{{L}}[\p{{L}}-]+"
_WORD = r"\bmatr(?:ikel|ikl)?(?:en)?[ .-]{0,2}(?:n(?:umme)?re?t?|nummer(?:et)?|numrene)?\.?(?:[ ]er)?[ :]{0,3}"


class MatrikelRecognizer(DanishRecognizer):
    """Cadastral numbers."""

    entity = "MATRIKEL"
    of_digits = True
    of_words = frozenset({"number after ejerlav"})
    reach = 110
    rules = (
        rule(
            "word",
            rf"{_WORD}(?P<x>{_NUMBER}(?:,?[ ]{_NAME}(?:[ ](?!{_KIND}){_NAME}){{0,2}}(?:[ ]{_KIND}(?:,?[ ]{_NAME}(?:[ ](?-i:[A-ZÆØÅ][a-zæøå])[\p{{L}}-]+)?)?)?)?)",
            0.95,
            group="x",
        ),
        rule(
            "words lower",
            rf"{_WORD}(?P<x>{_NUMBER},?[ ](?:(?!{_KIND})(?P<n>{_ANY})[ ]){{1,3}}{_KIND}(?:,?[ ](?:(?P=n)|{_ANY}(?=[.,;)\n]|$)))?)(?!\p{{L}})",
            0.96,
            group="x",
        ),
        rule(
            "ejerlav",
            rf"(?<![\w.])\d{{1,4}}[ ]?[a-zæøå]{{0,3}}[ ,]{{1,2}}(?i:{_SHORT})?(?:(?-i:[A-ZÆØÅ])[\p{{L}}-]+[ ]){{1,3}}(?:By|Ejerlav|Markjorder|Bygrunde|Overdrev|Hovedgård),?[ ](?i:{_SHORT})?[A-ZÆØÅ][\p{{L}}-]+",
            0.8,
            case=True,
        ),
        rule(
            "repeated",
            rf"\bmatr[^\n]{{5,80}}?(?:,|;|[ ]og|[ ]samt)[ ](?:nr\.?[ ])?(?P<x>{_ONE},?[ ](?:(?!{_KIND})(?P<n>{_ANY})[ ]){{1,3}}{_KIND}(?:,[ ](?:(?P=n)|{_ANY}(?=[.,;)\n]|$)))?)(?!\p{{L}})",
            0.9,
            group="x",
            anchor=r"\bmatr",
        ),
        rule(
            "number after ejerlav",
            rf"\bejerlav(?:et)?[ :]{{1,2}}(?P<x>{_NAME}(?:[ ]{_NAME}){{0,3}}(?:,?[ ](?:matr\w*\.?[ ]?(?:nr\.?)?[ ]?)?{_NUMBER})?)",
            0.8,
            group="x",
            anchor=r"\bejerlav",
        ),
    )
