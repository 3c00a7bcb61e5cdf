"""CVR-nummer, SE-nummer, momsnummer: the numbers of businesses (CVR-loven)."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_EIGHT = r"(?:\d{8}|\d\d[ .]\d\d[ .]\d\d[ .]\d\d|\d{4}[ -]\d{4}|\d\d[ ]\d{3}[ ]\d{3})"


class CvrRecognizer(DanishRecognizer):
    """Business numbers: only by the word, for the digits alone look like a phone."""

    entity = "CVR"
    of_digits = True
    rules = (
        rule(
            "word",
            r"\b(?:cvr|se|c\.v\.r\.?|moms|vat|virksomheds)[ .-]{0,2}(?:n(?:umme)?re?t?|nummer(?:et)?|no)?[ .:=/#]{0,3}(?:er[ ]|på[ ]|var[ ])?(?P<x>(?:DK[ -]?)?\d(?:[ .-]{0,2}\d){7})(?!\d)",
            0.97,
            group="x",
        ),
        rule(
            "country",
            r"(?<!\w)(?P<x>(?-i:DK)[ -]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?\d{2})(?![\d ]*\d)",
            0.75,
            group="x",
        ),
        rule(
            "words between",
            rf"\bcvr\w*[^\d\n]{{1,25}}?(?P<x>(?:DK[ -]?)?{_EIGHT})(?!\d)",
            0.9,
            group="x",
        ),
        rule(
            "second",
            rf"\bcvr\w*[^\d\n]{{1,12}}{_EIGHT}(?:,|[ ]og|[ ]samt|[ ]eller|[ ]?/)[ ]?(?P<x>{_EIGHT})(?!\d)",
            0.9,
            group="x",
        ),
        rule(
            "after",
            rf"(?<!\d)(?P<x>{_EIGHT})[ ]?\(?(?:cvr|er[ ](?:vores[ ]|mit[ ]|deres[ ]|firmaets[ ])?cvr)",
            0.9,
            group="x",
        ),
    )
