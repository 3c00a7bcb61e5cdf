"""The whole road in one function: raw text in, what may be stored out. Reads like the product."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.excerpts import excerpt, excerpts
from nlp.interfaces import Classifier, Redactor
from nlp.types import Excerpt, Profile, RawText, Reading, Redacted, Versions


class DanishReader:
    """Redacts, suggests and quotes. Holds models, never text. See ``nlp.interfaces.Reader``."""

    def __init__(self, redactor: Redactor, classifier: Classifier):
        self.redactor = redactor
        self.classifier = classifier
        self.versions = Versions(redactor.version, classifier.version)

    def read(self, raw: RawText, *, known: Sequence[RawText] = ()) -> Reading:
        """Everything that is kept of a submission. Raises BadText or RedactionFailed."""
        redacted = self.redactor.redact(raw, profile=Profile.STORAGE, known=known)
        suggestions = self.classifier.suggest(redacted)
        return Reading(
            redacted, suggestions, excerpts(redacted, suggestions, self.redactor), self.versions
        )

    def redact(
        self,
        raw: RawText,
        *,
        profile: Profile = Profile.STORAGE,
        known: Sequence[RawText] = (),
    ) -> Redacted:
        """Redaction alone."""
        return self.redactor.redact(raw, profile=profile, known=known)

    def excerpt(self, label: str, redacted: Redacted, start: int, end: int) -> Excerpt:
        """The quotation for a passage that a person chose; empty when it cannot be given safely."""
        return excerpt(label, redacted, start, end, self.redactor)
