"""Webadresse. A missing space after a full stop («kommunen.Den») is no address."""

from __future__ import annotations

import regex

from nlp.redact.recognizers.base import DanishRecognizer, Rule, rule

_SURE = "dk|com|org|net|eu|info|gl|fo|io|app|biz|online|example|test|invalid|gov|edu|uk|pl|ly"
_WORDS_TOO = "nu|de|se|no|me|to|at|is|it|be|tv|co"
"""Suffixes that are also Danish words or abbreviations: only with a path or «www» in front."""


_PORTAL = regex.compile(
    r"(?:www\.)?(?:borger|virk|ast|retsinformation|sundhed|ombudsmanden|mitid|e-boks|aula|skat|politi|domstol|"
    r"familieretshuset|datatilsynet|jobnet|udbetalingdanmark|nemkonto|sst|ankestyrelsen)\.dk/?",
    regex.IGNORECASE,
)
"""Front doors of national authorities and platforms: they tell nothing of anybody."""


class UrlRecognizer(DanishRecognizer):
    """Links with and without scheme, profile links, addresses without «www»."""

    entity = "URL"
    rules = (
        rule(
            "scheme",
            r"(?:https?|ftp|hxxps?)[ ]?:[ ]?//[^\s<>\"'()\[\]]*[^\s<>\"'()\[\].,;:!?]",
            1.0,
        ),
        rule("www", r"(?<![\w.])www[.][^\s<>\"'()\[\]]*[^\s<>\"'()\[\].,;:!?]", 1.0),
        rule(
            "host",
            rf"(?<![\w@.-])(?:[\w-]{{1,40}}\.){{1,4}}(?:{_SURE})(?:/[^\s<>\"'()\[\]]*[^\s<>\"'()\[\].,;:!?])?(?![\w@-]|\.\w)/?",
            0.85,
        ),
        rule(
            "path",
            rf"(?<![\w@.-])(?:[\w-]{{1,40}}\.){{1,4}}(?:{_WORDS_TOO})/[^\s<>\"'()\[\]]*[^\s<>\"'()\[\].,;:!?]",
            0.85,
        ),
        rule(
            "profile",
            r"(?<![\w@.])(?:facebook|fb|instagram|insta|linkedin|tiktok|snapchat|twitter|x|youtube|reddit)/[\w.-]{2,60}",
            0.7,
        ),
    )

    def judge(self, each: Rule, match: regex.Match[str], score: float) -> float:
        """«borger.dk» alone is nobody's page."""
        return 0.0 if _PORTAL.fullmatch(match[0]) else score
