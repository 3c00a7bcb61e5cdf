"""CVR-nummer, SE-nummer, P-nummer, EAN of a party: the numbers of businesses (CVR-loven)."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule


class CvrRecognizer(DanishRecognizer):
    """Business numbers: only by the word, for the digits alone look like a phone."""

    entity = "CVR"
    of_digits = True
    rules = (
        rule(
            "word",
            r"\b(?:cvr|se|c\.v\.r\.?)[ .-]{0,2}(?:n(?:umme)?re?t?|nummer(?:et)?|no)?[ .:=/]{0,3}(?:er[ ]|på[ ]|var[ ])?(?:DK[ -]?)?(?P<x>\d(?:[ .-]?\d){7})(?!\d)",
            0.97,
            group="x",
        ),
        rule(
            "country",
            r"(?<!\w)(?-i:DK)[ -]?(?P<x>\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?\d{2})(?![\d ]*\d)",
            0.75,
            group="x",
        ),
        rule(
            "words between",
            r"\bcvr\w*[^\d\n]{1,25}(?P<x>\d{8}|\d\d[ ]\d\d[ ]\d\d[ ]\d\d|\d{4}[ -]\d{4})(?!\d)",
            0.9,
            group="x",
        ),
        rule(
            "after",
            r"(?<!\d)(?P<x>\d{8}|\d\d[ ]\d\d[ ]\d\d[ ]\d\d)[ ]?\(?(?:cvr|er[ ](?:vores[ ]|mit[ ]|deres[ ]|firmaets[ ])?cvr)",
            0.9,
            group="x",
        ),
    )
