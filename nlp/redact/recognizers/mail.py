"""E-mailadresse, also written so that machines should not see it («navn (at) firma punktum dk»)."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_LOCAL = r"[\w][\w.+%&'=-]{0,63}"
_HOST = r"(?:[\w](?:[\w-]{0,62})\.)+\p{L}{2,18}"


class EmailRecognizer(DanishRecognizer):
    """Mail addresses. Own pattern: Presidio's own asks a suffix list that it tries to download."""

    entity = "EMAIL"
    rules = (
        rule("plain", rf"(?<![\w.+%-]){_LOCAL}@{_HOST}(?![\w])", 1.0),
        rule("spaced", rf"(?<![\w.+%-]){_LOCAL}[ ]{{0,2}}@[ ]{{0,2}}{_HOST}(?![\w])", 0.9),
        rule(
            "spaced dot",
            rf"(?<![\w.+%-]){_LOCAL}[ ]?@[ ]?[\w-]{{2,40}}[ ]?\.[ ]?(?:dk|com|org|net|eu|nu|se|no|de|example|test)(?!\w)",
            0.9,
        ),
        rule(
            "words",
            rf"(?<![\w.+%-]){_LOCAL}[ ]?(?:[(\[{{][ ]?(?:at|snabel[ -]?a|alfa|@)[ ]?[)\]}}]|[ ]snabel[ -]?a[ ])(?:a?[ ])?"
            r"[\w-]{2,40}(?:(?:[ ]?[(\[{]?(?:punktum|dot|prik)[)\]}]?[ ]?|\.)[\w-]{2,40}){1,3}",
            0.95,
        ),
        rule(
            "at",
            r"(?<![\w.+%-])[\w.+-]{2,64}[ ]at[ ][\w-]{2,40}(?:[ ](?:punktum|dot|prik)[ ][\w-]{2,18}){1,3}",
            0.9,
        ),
        rule("no suffix", r"(?<![\w.+%-])[\w][\w.+-]{1,63}@[\w-]{2,40}(?![\w.])", 0.6),
    )
