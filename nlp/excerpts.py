"""Short anonymous quotations: the clause that carries a label, as it may stand in a report.

The ``publication`` profile: municipality, age, diagnosis and place are hidden as well. An excerpt
that may still hold personal data is not given at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.interfaces import Redactor
from nlp.redact.diagnoses import hide_traits
from nlp.text.clauses import clauses
from nlp.types import Excerpt, Profile, RawText, Redacted, Suggestion

MOST_WORDS = 25
"""Words that an excerpt may have."""

_LEAD = re.compile(
    r"^(?:(?:og|men|så|for|fordi|samt|eller|mens|altså|hvor|at|desuden|endvidere|derudover)\s+)(?=\S)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_PLACEHOLDER = re.compile(r"\[[A-ZÆØÅ-]{2,14}(?: \d+)?\]")


def excerpts(
    redacted: Redacted, suggestions: Sequence[Suggestion], redactor: Redactor
) -> tuple[Excerpt, ...]:
    """One excerpt for each suggested label, from its best evidence, where it is safe."""
    found = []
    for suggestion in suggestions:
        if suggestion.suggested and suggestion.evidence:
            best = max(suggestion.evidence, key=lambda e: (e.probability, -e.start))
            made = excerpt(suggestion.label, redacted, best.start, best.end, redactor)
            if made.text:
                found.append(made)
    return tuple(found)


def excerpt(label: str, redacted: Redacted, start: int, end: int, redactor: Redactor) -> Excerpt:
    """The quotation for a passage; its text is empty when it cannot be given safely."""
    start, end = whole_words(redacted.text, start, end)
    if any(e.start < end and start < e.end for e in redacted.possible):
        return Excerpt(label, "")
    passage = _shortest(redacted.text[start:end])
    if not passage:
        return Excerpt(label, "")
    stricter = redactor.redact(RawText(passage), profile=Profile.PUBLICATION)
    text = hide_traits(re.sub(r"\[PERSON \d+\]", "[PERSON]", stricter.text))
    if stricter.possible or _left_over(text, redactor):
        return Excerpt(label, "")
    return Excerpt(label, _polished(text))


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The range grown to whole words and whole placeholders."""
    for match in _PLACEHOLDER.finditer(text):
        if match.start() < start < match.end():
            start = match.start()
        if match.start() < end < match.end():
            end = match.end()
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _shortest(passage: str) -> str:
    """At most ``MOST_WORDS`` words: whole clauses as long as they fit, else the first words."""
    flat = " ".join(passage.split())
    if len(_WORD.findall(flat)) <= MOST_WORDS:
        return flat
    kept_end = 0
    for clause in clauses(flat):
        if len(_WORD.findall(flat[: clause.end])) > MOST_WORDS:
            break
        kept_end = clause.end
    if kept_end:
        return flat[:kept_end]
    return " ".join(flat.split()[: MOST_WORDS - 1]) + " …"


def _left_over(text: str, redactor: Redactor) -> bool:
    """True when a second reading still finds personal data outside of the placeholders."""
    bare = _PLACEHOLDER.sub(" – ", text)
    return bool(bare.strip(" –.…")) and bool(redactor.find(RawText(bare)))


def _polished(text: str) -> str:
    """Without a leading conjunction, with a capital and an end mark."""
    text = _LEAD.sub("", text.strip(" ,;:–-\"»«”“'")).strip()
    if not text:
        return ""
    if text[-1] not in ".!?…":
        text += "."
    return text[0].upper() + text[1:]
