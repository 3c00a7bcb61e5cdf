"""One confirmed submission as it travels: what persons decided, and on which version.

A record never changes anything by itself. Taken in, it becomes a new decision of whoever takes it
in (``take_in``); written out, it holds redacted text only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nlp.types import LABELS
from service.db.tables import Exclusion
from service.errors import BadFields, FieldProblem
from service.intake.fields import is_binary
from service.parameters import is_reference
from service.review.decisions import LONGEST_NOTE
from service.review.words import SUBTAGS

MOST_PASSAGES = 200
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the redacted text, ``text[start:end]`` in code points, that speak for a label.

    Without ``start`` and ``end`` the words are looked for, as on the page.
    """

    label: str
    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What stands on a submission. ``revision`` is the version that it was decided on, or is."""

    reference: str
    revision: int
    labels: tuple[str, ...]
    exclusion: str | None = None
    subtags: tuple[str, ...] = ()
    note: str | None = None
    """None where the file says nothing of notes."""
    passages: tuple[Passage, ...] = ()
    """Quotations that a person chose, at most one for each label."""
    evidence: tuple[Passage, ...] = ()
    """What the model pointed at, as it came back from Label Studio."""
    text: str | None = None
    """The redacted text that was decided on, to be compared."""
    seconds: int | None = None


FIELDS = (
    *("id", "revision", "received_at", "area", "municipality", "is_test"),
    *("labels", "exclusion", "subtags", "note", "passages", "text"),
)
"""The fields of a JSON line, in their order. Those about the submission are not taken in."""


def record_of(fields: Mapping[str, Any]) -> Record:
    """A record from the fields of a line or row. Raises BadFields with every problem; no quoting.

    >>> record_of({"id": "01KT5Q3H6ZJ8W4M2N7R9V0XBCD", "labels": ["frister"]}).revision
    0
    """
    checker = _Checker(fields)
    record = Record(
        reference=checker.reference(),
        revision=checker.revision(),
        labels=checker.known("labels", LABELS),
        exclusion=checker.exclusion(),
        subtags=checker.known("subtags", SUBTAGS),
        note=checker.note(),
        passages=checker.passages(),
        text=checker.words("text"),
    )
    checker.unknown()
    checker.consistent(record)
    if checker.problems:
        raise BadFields(checker.problems)
    return record


class _Checker:
    """Collects the problems, so that all of a row are told in one go."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields
        self.problems: list[FieldProblem] = []

    def refuse(self, field: str, english: str, danish: str) -> None:
        self.problems.append(FieldProblem(field, f"{field}: {english}", f"{field}: {danish}"))

    def words(self, field: str) -> str | None:
        value = self.fields.get(field)
        if value is None or (isinstance(value, str) and not is_binary(value)):
            return value
        self.refuse(field, "must be text", "skal være tekst")
        return None

    def reference(self) -> str:
        value = self.fields.get("id")
        if isinstance(value, str) and is_reference(value):
            return value
        self.refuse("id", "is not a reference", "er ikke en reference")
        return ""

    def revision(self) -> int:
        """Without one the submission must be undecided still."""
        value = self.fields.get("revision", 0)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
            value = int(value)
        if type(value) is int and 0 <= value <= _LARGEST:
            return value
        self.refuse("revision", "must be a whole number", "skal være et helt tal")
        return 0

    def known(self, field: str, values: Iterable[str]) -> tuple[str, ...]:
        """A list of known words, in the order in which they are known."""
        value, values = self.fields.get(field) or [], tuple(values)
        if not isinstance(value, list) or any(one not in values for one in value):
            self.refuse(field, f"must be a list of {', '.join(values)}", "har et ukendt ord")
            return ()
        return tuple(one for one in values if one in value)

    def exclusion(self) -> str | None:
        value = self.fields.get("exclusion") or None
        if value is None or value in list(Exclusion):
            return value
        self.refuse("exclusion", f"must be one of {', '.join(Exclusion)}", "kendes ikke")
        return None

    def note(self) -> str | None:
        value = self.words("note")
        if value is not None and len(value) > LONGEST_NOTE:
            self.refuse("note", f"has more than {LONGEST_NOTE} characters", "er for lang")
            return None
        return value

    def passages(self) -> tuple[Passage, ...]:
        value = self.fields.get("passages") or []
        if not isinstance(value, list) or len(value) > MOST_PASSAGES:
            self.refuse("passages", "must be a list", "skal være en liste")
            return ()
        found = [passage_of(one) for one in value]
        if None in found:
            self.refuse("passages", "has one of wrong shape", "har et uddrag med forkert form")
        return tuple(one for one in found if one is not None)

    def unknown(self) -> None:
        if set(self.fields) - set(FIELDS):
            self.refuse("?", f"the fields are {', '.join(FIELDS)}", "der er et ukendt felt")

    def consistent(self, record: Record) -> None:
        """What would be lost without a word is refused instead."""
        quoted = [one.label for one in record.passages]
        if len(set(quoted)) < len(quoted):
            self.refuse("passages", "has two of one label", "har to uddrag til et mærke")
        if set(quoted) - set(record.labels):
            self.refuse(
                "passages", "has one of a label that is not set", "har et uddrag uden sit mærke"
            )
        if record.subtags and "andre" not in record.labels:
            self.refuse("subtags", "need the label andre", "kræver mærket andre")


def passage_of(value: object) -> Passage | None:
    """A passage, or None when it has another shape."""
    if not isinstance(value, dict) or set(value) - {"label", "start", "end", "text"}:
        return None
    label, text = value.get("label"), value.get("text")
    if label not in LABELS or not isinstance(text, str) or not text.strip() or is_binary(text):
        return None
    start, end = value.get("start"), value.get("end")
    if start is None and end is None:
        return Passage(label, text)
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= _LARGEST:
        return None
    return Passage(label, text, start, end)
