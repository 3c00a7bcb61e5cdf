"""Matrikelnummer with its ejerlav: «matr.nr. 12a Sengeløse By, Sengeløse»."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_NUMBER = r"\d{1,4}(?:[ -]?[a-zæøå]{1,3}(?![\p{L}]))?(?:[ ]?(?:,|og)[ ]\d{1,4}[ ]?[a-zæøå]{0,2}(?![\p{L}])){0,3}"
_KIND = r"(?:by|ejerlav|sogn|hovedgård|hgd\.?|mark|marker|markjorder|overdrev|bygrunde|købstads?|jorder|skov|præstegård|hede)"
_U = r"(?-i:(?:Skt\.|Sct\.|Sdr\.|Nr\.|St\.|Ll\.|Gl\.|Vr\.|Ø\.)[ ]?[A-ZÆØÅ]|[A-ZÆØÅ])"


class MatrikelRecognizer(DanishRecognizer):
    """Cadastral numbers."""

    entity = "MATRIKEL"
    of_digits = True
    of_words = frozenset({"number after ejerlav"})
    rules = (
        rule(
            "word",
            rf"\bmatr(?:ikel|ikl)?(?:en)?[ .-]{{0,2}}(?:n(?:umme)?re?t?|nummer(?:et)?|numrene)?\.?(?:[ ]er)?[ :]{{0,3}}(?P<x>{_NUMBER}(?:,?[ ](?:{_U}[\p{{L}}.-]+|{_KIND}(?!\p{{L}}))(?:,?[ ](?:{_U}[\p{{L}}.-]+|{_KIND}(?!\p{{L}}))){{0,5}})?)",
            0.95,
            group="x",
        ),
        rule(
            "words lower",
            rf"\bmatr(?:ikel)?[ .-]{{0,2}}(?:n(?:umme)?re?t?|nummer(?:et)?)?\.?[ :]{{0,3}}(?P<x>{_NUMBER},?[ ](?:[\p{{L}}.-]+[ ]){{1,3}}{_KIND}(?:,?[ ][\p{{L}}-]+(?=[.,;\n]|$))?)(?!\p{{L}})",
            0.96,
            group="x",
        ),
        rule(
            "ejerlav",
            rf"(?<![\w.])\d{{1,4}}[ ]?[a-zæøå]{{0,3}}[ ,]{{1,2}}(?:{_U}[\p{{L}}-]+[ ]){{1,3}}(?:By|Ejerlav|Markjorder|Bygrunde|Overdrev|Hovedgård),?[ ]{_U}[\p{{L}}-]+",
            0.8,
            case=True,
        ),
        rule(
            "number after ejerlav",
            rf"\bejerlav(?:et)?[ ](?P<x>{_U}[\p{{L}}-]+(?:[ ]{_U}[\p{{L}}-]+){{0,3}}(?:,?[ ](?:matr\w*\.?[ ]?(?:nr\.?)?[ ]?)?{_NUMBER})?)",
            0.8,
            group="x",
        ),
    )
