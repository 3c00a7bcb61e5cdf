"""IP-adresse, version 4 and 6."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule, words

_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_HEX = r"[0-9a-f]{1,4}"


class IpRecognizer(DanishRecognizer):
    """Addresses of machines. Numbering of sections and versions is left alone."""

    entity = "IP"
    of_digits = True
    veto = words(r"(?:version|v\.?|kapitel|kap\.?|afsnit|punkt|pkt\.?|bilag|§)\s?$")
    rules = (
        rule(
            "version 4",
            rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?:/\d\d?|:\d{{2,5}})?(?!\w|\.\d)",
            0.9,
        ),
        rule(
            "spaced",
            rf"\bip\b[^\n\d]{{0,20}}(?P<x>(?:{_OCTET}[ ]?\.[ ]?){{3}}{_OCTET})(?!\w)",
            0.9,
            group="x",
        ),
        rule("version 6", rf"(?<![\w:])(?:{_HEX}:){{7}}{_HEX}(?![\w:])", 0.95),
        rule(
            "version 6 short",
            rf"(?<![\w:])(?:{_HEX}:){{1,6}}(?::{_HEX}){{1,6}}(?:/\d{{1,3}})?(?![\w:])",
            0.9,
        ),
    )
