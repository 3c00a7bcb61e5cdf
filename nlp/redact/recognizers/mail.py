"""E-mailadresse, also written so that machines should not see it («navn (at) firma punktum dk»)."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_LOCAL = r"[\w][\w.+%&'=-]{0,63}"
_HOST = r"(?:[\w](?:[\w-]{0,62})\.)+\p{L}{2,18}"
_SUFFIX = r"(?:dk|com|org|net|eu|nu|se|no|de|pl|uk|gl|fo|info|example|test)(?!\w)"
_SPOKEN = r"(?:punktum|punkt|prik|dot|bindestreg|underscore|streg)"
_TOLD = rf"(?:[\w+-]{{1,40}}[ ]{_SPOKEN}[ ]){{0,3}}"
_AT = r"(?:at|a|ad|æt|snabel(?:[ -]?a)?|alfa|@)"
_BRACKETED_AT = (
    rf"(?:[(\[{{<*#][ ]?{_AT}[ ]?[)\]}}>*#](?:a?[ ])?|_at_|-at-|snabel[ -]?a(?=[ ])(?:[ ]a)?)"
)
_DOT = (
    rf"(?:[ ]?[(\[{{][ ]?(?:{_SPOKEN}|[.d])[ ]?[)\]}}][ ]?|[ -]{_SPOKEN}[ -]|{_SPOKEN}(?={_SUFFIX})|"
    rf"[ ]?[.,](?=\w)|[ ]?\.[ ]?(?={_SUFFIX}))"
)


class EmailRecognizer(DanishRecognizer):
    """Mail addresses. Own pattern: Presidio's own asks a suffix list that it tries to download."""

    entity = "EMAIL"
    reach = 120
    rules = (
        rule("plain", rf"(?<![\w.+%-]){_LOCAL}@{{1,2}}{_HOST}(?![\w])", 1.0, anchor="@"),
        rule(
            "spaced",
            rf"(?<![\w.+%-]){_LOCAL}(?:[ ]{{1,3}}@[ ]{{1,3}}|@[ ]{{0,3}}\n?){_HOST}(?![\w])",
            0.9,
            anchor="@",
        ),
        # mette . holm @ firma . dk · kim,lund@postkassen,dk · mette@firma dk
        rule(
            "spaced dot",
            rf"(?<![\w.+%-])(?:\w[\w+-]{{0,30}}(?:[ ]\.[ ]?|,)){{0,3}}{_LOCAL}[ ]{{0,3}}@[ ]{{0,3}}"
            rf"[\w-]{{1,40}}(?:[ ]?[.,]{{1,2}}[ ]?[\w-]{{2,40}}){{0,2}}(?:[ ]?[.,]{{1,2}}[ ]?|[ ]){_SUFFIX}",
            0.9,
            anchor="@",
        ),
        rule(
            "brackets",
            rf"(?<![\w.+%-]){_TOLD}{_LOCAL}[ ]{{0,2}}{_BRACKETED_AT}[ ]{{0,2}}[\w-]{{1,40}}(?:{_DOT}[\w-]{{2,40}}){{1,3}}",
            0.95,
            anchor=rf"{_BRACKETED_AT}[ ]{{0,2}}[\w-]{{1,40}}{_DOT}",
        ),
        rule(
            "at",
            rf"(?<![\w.+%-]){_TOLD}[\w.+-]{{2,64}}[ ]at[ ][\w-]{{2,40}}(?:[ ](?:punktum|dot|prik)[ ][\w-]{{2,18}}){{1,3}}",
            0.9,
            anchor=r"[ ]at[ ][\w-]{2,40}[ ](?:punktum|dot|prik)",
        ),
        rule(
            "no suffix",
            r"(?<![\w.+%-])[\w][\w.+-]{1,63}@[\w-]{2,40}(?![\w.])",
            0.6,
            anchor="@",
        ),
    )
