"""Numbers told in words, as in transcripts and by people who spell them out.

Ten digits are a CPR, eight a phone number; after the word for it also other lengths. Danish tells
digits in pairs: «tolv nul fire halvtreds, firs fyrre» is 12 04 50 80 40.
"""

from __future__ import annotations

from collections.abc import Iterator

from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.recognizer_result import RecognizerResult

from nlp.redact.recognizers.base import DanishRecognizer, rule, words
from nlp.redact.recognizers.number_words import PAIR, RUN, is_counting, numbers

_CUES = (
    ("CVR", words(r"\bcvr"), range(7, 10)),
    ("ACCOUNT", words(r"konto", r"\breg\b", r"\breg\.", r"\biban", r"dankort", r"\bkort(?:nummer|nr)"), range(4, 21)),
    ("CPR", words(r"cpr", r"person\s?-?n(?:umme)?r", r"sidste fire", r"fire sidste"), range(4, 12)),
    ("CASE_NO", words(r"sags?-?\s?n(?:umme)?r", r"journaln", r"\bj\.?\s?nr"), range(5, 16)),
    ("PHONE", words(r"\bt(?:e)?lf", r"telefon", r"mobil", r"\bring", r"\bnummer", r"træffes"), range(6, 13)),
)  # fmt: skip
"""Type, the words that announce it, and how many digits it then may have."""

_BARE = {10: "CPR", 8: "PHONE"}
"""Count of digits → what it is when nothing announces it."""


class SpokenNumberRecognizer(DanishRecognizer):
    """CPR, phone, account, case and business numbers told in words."""

    entity = "PHONE"
    rules = (rule("run", RUN, 0.8, anchor=PAIR),)
    reach = 160
    before = 60

    @classmethod
    def entities(cls) -> list[str]:
        """What a told number can be."""
        return sorted(kind for kind, _, _ in _CUES)

    def find(self, text: str, artifacts: NlpArtifacts | None) -> Iterator[RecognizerResult]:
        """Runs that are long enough, with the type that their length and the words around give."""
        for run in super().find(text, artifacts):
            kind = self._kind(text, run.start, run.end)
            if kind:
                yield self.result(run.start, run.end, run.score, type=kind)

    def _kind(self, text: str, start: int, end: int) -> str:
        """The type, or nothing for a run that tells no number (ages, prices, counting)."""
        values = numbers(text[start:end])
        if is_counting(values):
            return ""
        digits = sum(len(str(value)) for value in values)
        near = text[max(0, start - self.before) : start]
        announced = [
            (match.start(), kind)
            for kind, cue, lengths in _CUES
            if digits in lengths
            for match in cue.finditer(near)
        ]
        return max(announced)[1] if announced else _BARE.get(digits, "")
