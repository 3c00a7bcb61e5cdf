"""What all Danish recognizers share: rules with context on both sides, and failing closed.

A recognizer is data (``rules``) and, where needed, a short ``judge`` that may make a finding surer.
A judge never rejects: answering False would leave a mistyped number in the text (design, trap 1).

Differences from Presidio's ``PatternRecognizer``, each for a reason: context is looked for in the
text itself, before AND after the number (lemmas are missing in a blank pipeline, so Presidio's
context never fires there); a pattern that runs out of time is an error, not a skipped pattern.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

import regex
from presidio_analyzer.entity_recognizer import EntityRecognizer
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.recognizer_result import RecognizerResult

from nlp.errors import RedactionFailed
from nlp.redact.recognizers.demands import Demands
from nlp.redact.recognizers.landmarks import Landmarks, Range
from nlp.redact.recognizers.pattern_reading import demands

TIMEOUT = 2.0
"""Seconds that one pattern may take on one text."""

CUED = 0.35
"""What a context word adds to a rule's score."""

ACCEPTED = 0.5
"""Findings below this score are left readable."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, the score of a bare hit, and the group that is the personal data itself."""

    name: str
    pattern: regex.Pattern[str]
    score: float
    group: str | int = 0
    type: str = ""
    """The entity type, when the recognizer supports several."""
    anchor: regex.Pattern[str] | None = None
    """A cheap pattern that lies in every match: the rule is tried near its hits only."""
    demands: Demands = Demands()
    """What every match holds: the rule is tried where a text holds it only."""


def rule(
    name: str,
    pattern: str,
    score: float,
    *,
    group: str | int = 0,
    type: str = "",
    case: bool = False,
    anchor: str = "",
) -> Rule:
    """Compile a rule. Patterns are verbose; case counts only where ``case`` says so."""
    flags = regex.VERBOSE | regex.MULTILINE | (0 if case else regex.IGNORECASE)
    near = regex.compile(anchor, flags) if anchor else None
    compiled = regex.compile(pattern, flags)
    return Rule(name, compiled, score, group, type, near, demands(pattern, flags))


def words(*alternatives: str) -> regex.Pattern[str]:
    """A pattern for context words (case does not count)."""
    return regex.compile("|".join(alternatives), regex.IGNORECASE)


_REACH = 48
"""Characters on both sides of an anchor in which a rule can begin or end, unless it says otherwise."""


def _matches(each: Rule, text: str, ranges: Sequence[Range]) -> list[regex.Match[str]]:
    """All matches first: the clock of ``timeout`` also runs while a match is judged."""
    return [
        match
        for start, end in ranges
        for match in each.pattern.finditer(text, start, end, timeout=TIMEOUT)
    ]


def landmarks_of(text: str, artifacts: NlpArtifacts | None) -> Landmarks:
    """What was worked out for this text, or works it out: other people's artifacts have none."""
    found = getattr(artifacts, "landmarks", None)
    return found if isinstance(found, Landmarks) and found.text == text else Landmarks(text)


class DanishRecognizer(EntityRecognizer):
    """A recognizer for Danish made of rules. Subclasses state data; few need code."""

    name: str
    COUNTRY_CODE: ClassVar[str | None] = "dk"
    entity: ClassVar[str] = ""
    rules: Sequence[Rule] = ()
    cue: ClassVar[regex.Pattern[str] | None] = None
    """Context words that lift a hit."""
    veto: ClassVar[regex.Pattern[str] | None] = None
    """Context words directly before a hit that say it is something else."""
    of_digits: ClassVar[bool] = False
    """True when nearly all rules need a digit: they are tried near digits only, to save time."""
    of_words: ClassVar[frozenset[str]] = frozenset()
    """Names of the rules that need none."""
    reach: ClassVar[int] = _REACH
    """How far from its anchor a match of this recognizer can begin or end."""
    before: ClassVar[int] = 40
    after: ClassVar[int] = 24

    def __init__(self, supported_language: str = "da", name: str | None = None, **kwargs: Any):
        super().__init__(
            supported_entities=self.entities(),
            supported_language=supported_language,
            name=name or type(self).__name__,
            version="1",
            **kwargs,
        )

    @classmethod
    def entities(cls) -> list[str]:
        """The entity types that this recognizer can find."""
        types = {each.type or cls.entity for each in cls.rules} or {cls.entity}
        return sorted(types)

    def load(self) -> None:
        """Nothing to load: the rules are compiled with the module."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """All hits with a score of at least ``ACCEPTED``. Raises RedactionFailed, never skips."""
        try:
            return [result for result in self.find(text, nlp_artifacts) if result.score >= ACCEPTED]
        except Exception as error:
            # Whatever went wrong, the cause may hold the text: only its kind is told on.
            raise RedactionFailed(self.name, type(error).__name__) from None

    def find(self, text: str, artifacts: NlpArtifacts | None) -> Iterator[RecognizerResult]:
        """Hits of all rules, whatever their score."""
        marks = landmarks_of(text, artifacts)
        for each in self.rules:
            for match in _matches(each, text, self.where(each, marks)):
                start, end = match.span(each.group)
                if end > start and not self.vetoed(text, start):
                    yield self.result(
                        start,
                        end,
                        self.judge(each, match, self.lifted(each, text, start, end)),
                        type=each.type,
                    )

    def where(self, each: Rule, marks: Landmarks) -> list[Range]:
        """The ranges of the text in which a rule is tried."""
        needs_digit = self.of_digits and each.name not in self.of_words
        if needs_digit and not marks.has_digits:
            return []
        bounded = needs_digit or each.anchor is not None
        places = marks.places(each.demands, self.reach if bounded else inf)
        if places is not None:
            return places
        if each.anchor is not None:
            return marks.near(each.anchor, self.reach, TIMEOUT)
        return marks.near_digits(self.reach, TIMEOUT) if needs_digit else [(0, len(marks.text))]

    def lifted(self, each: Rule, text: str, start: int, end: int) -> float:
        """The score of a rule at this place, with context words counted."""
        if self.cue is None or each.score >= 0.95:
            return each.score
        near = text[max(0, start - self.before) : start] + " \n " + text[end : end + self.after]
        return min(1.0, each.score + CUED) if self.cue.search(near, timeout=TIMEOUT) else each.score

    def vetoed(self, text: str, start: int) -> bool:
        """True when the words directly before say that this is something else."""
        if self.veto is None:
            return False
        return bool(self.veto.search(text[max(0, start - 40) : start], timeout=TIMEOUT))

    def judge(self, each: Rule, match: regex.Match[str], score: float) -> float:
        """The final score of a hit: may rise, never falls below what the rule says."""
        return score

    def result(self, start: int, end: int, score: float, *, type: str = "") -> RecognizerResult:
        """A finding in Presidio's form, with the recognizer's name in it."""
        return RecognizerResult(
            entity_type=type or self.entity,
            start=start,
            end=end,
            score=score,
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )
