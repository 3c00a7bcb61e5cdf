"""What the layers above may expect of each other, so that ``nlp`` needs to import none of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nlp.types import Excerpt, Profile, RawText, Reading, Redacted, Span, Suggestion, Versions


class Redactor(Protocol):
    """Finds and hides personal data. Refuses the document when any part fails."""

    version: str

    def find(self, raw: RawText, *, profile: Profile = Profile.PUBLICATION) -> list[Span]:
        """Disjoint spans in code points of the ORIGINAL text, in order."""

    def redact(
        self,
        raw: RawText,
        *,
        profile: Profile = Profile.STORAGE,
        known: Sequence[RawText] = (),
    ) -> Redacted:
        """The text with placeholders. ``known``: details of the sender, used once, forgotten."""


class Classifier(Protocol):
    """Proposes labels for a redacted text and shows why."""

    version: str

    def suggest(self, redacted: Redacted) -> tuple[Suggestion, ...]:
        """Six suggestions, in the order of ``LABELS``; offsets in the redacted text."""


class Reader(Protocol):
    """The whole road from raw text to what may be stored."""

    @property
    def versions(self) -> Versions:
        """Of the models that the next text is read with."""

    def read(self, raw: RawText, *, known: Sequence[RawText] = ()) -> Reading:
        """Redact, suggest, cut excerpts. Raises BadText or RedactionFailed; keeps nothing then."""

    def redact(
        self,
        raw: RawText,
        *,
        profile: Profile = Profile.STORAGE,
        known: Sequence[RawText] = (),
    ) -> Redacted:
        """Redaction alone, for the preview «Sådan gemmer vi din tekst»."""

    def excerpt(self, label: str, redacted: Redacted, start: int, end: int) -> Excerpt:
        """The quotation for a passage that a person chose, in the ``publication`` profile."""
