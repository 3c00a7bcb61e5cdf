"""Short anonymous quotations: the clause that carries a label, as it may stand in a report.

The ``publication`` profile: municipality, age, diagnosis and place are hidden as well. An excerpt
that may still hold personal data is not given at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.errors import BadText
from nlp.interfaces import Redactor
from nlp.redact.diagnoses import hide_traits
from nlp.redact.spans import PLACEHOLDER
from nlp.text.clauses import clauses
from nlp.types import Excerpt, Profile, RawText, Redacted, Suggestion

MOST_WORDS = 25
"""Words that an excerpt may have."""

_LEAD = re.compile(
    r"^(?:(?:og|men|så|for|fordi|samt|eller|mens|altså|hvor|at|desuden|endvidere|derudover)\s+)(?=\S)",
    re.IGNORECASE,
)
_BETWEEN = "\n\n"
_WORD = re.compile(r"\S+")


def excerpts(
    redacted: Redacted, suggestions: Sequence[Suggestion], redactor: Redactor
) -> tuple[Excerpt, ...]:
    """One excerpt for each suggested label, from its best evidence, where it is safe."""
    labels, passages = [], []
    for suggestion in suggestions:
        if suggestion.suggested and suggestion.evidence:
            best = max(suggestion.evidence, key=lambda e: (e.probability, -e.start))
            if passage := _passage(redacted, best.start, best.end):
                labels.append(suggestion.label)
                passages.append(passage)
    texts = _safe(passages, redactor)
    return tuple(Excerpt(label, text) for label, text in zip(labels, texts, strict=True) if text)


def excerpt(label: str, redacted: Redacted, start: int, end: int, redactor: Redactor) -> Excerpt:
    """The quotation for a passage; its text is empty when it cannot be given safely."""
    passage = _passage(redacted, start, end)
    return Excerpt(label, _safe([passage], redactor)[0] if passage else "")


def _passage(redacted: Redacted, start: int, end: int) -> str:
    """The words to be quoted, on one line; empty where something may be personal."""
    start, end = whole_words(redacted.text, start, end)
    if any(e.start < end and start < e.end for e in redacted.possible):
        return ""
    return _shortest(redacted.text[start:end])


def _safe(passages: Sequence[str], redactor: Redactor) -> list[str]:
    """Each passage as it may be published, or empty. All are read together: it saves time."""
    if not passages:
        return []
    joined = _BETWEEN.join(passages)
    try:
        stricter = redactor.redact(RawText(joined), profile=Profile.PUBLICATION)
        quoted = stricter.text.split(_BETWEEN)
        if len(quoted) != len(passages):
            return [""] * len(passages)
        texts = [hide_traits(re.sub(r"\[PERSON \d+\]", "[PERSON]", text)) for text in quoted]
        doubtful = {_index(stricter.text, e.start) for e in stricter.possible}
        # Where something was left the first time, look once more.
        changed = sorted({_index(stricter.text, e.start) for e in stricter.entities} - doubtful)
        left = _left_over([texts[index] for index in changed], redactor)
        doubtful |= {changed[index] for index in left}
    except BadText:  # a quotation in another language cannot be checked, so it is not given
        return [""] * len(passages)
    return ["" if index in doubtful else _polished(text) for index, text in enumerate(texts)]


def _index(joined: str, offset: int) -> int:
    """Which of the joined passages an offset lies in."""
    return joined.count(_BETWEEN, 0, offset)


def _left_over(texts: Sequence[str], redactor: Redactor) -> set[int]:
    """The texts in which a second reading still finds personal data outside of placeholders."""
    bare = _BETWEEN.join(PLACEHOLDER.sub(" – ", text) for text in texts)
    if not bare.strip(" –.…\n"):
        return set()
    return {_index(bare, span.start) for span in redactor.find(RawText(bare))}


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The range grown to whole words and whole placeholders."""
    for match in PLACEHOLDER.finditer(text):
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


def _polished(text: str) -> str:
    """Without a leading conjunction, with a capital and an end mark."""
    text = _LEAD.sub("", text.strip(" ,;:–-\"»«”“'")).strip()
    if not text:
        return ""
    if text[-1] not in ".!?…":
        text += "."
    return text[0].upper() + text[1:]
