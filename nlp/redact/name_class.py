"""What a word could be, from lists alone: a hint for the recognizer, never a decision.

Lists of names fail on their own (29 % of ordinary Danish words are also names). As one input among
others they tell the recognizer what a rare word may be. The class is put where spaCy keeps the
language of a lexeme (``LANG``): a per-word attribute that a pipeline for one language has no use for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from spacy.attrs import LANG
from spacy.language import Language


@dataclass(frozen=True, slots=True)
class NameClasses:
    """Lower-case words by what they may be."""

    first: frozenset[str] = field(default_factory=frozenset)
    last: frozenset[str] = field(default_factory=frozenset)
    places: frozenset[str] = field(default_factory=frozenset)
    ordinary: frozenset[str] = field(default_factory=frozenset)

    def of(self, word: str) -> str:
        """A short code: f first name, l surname, p place, o ordinary word; «-» for none.

        >>> NameClasses(first=frozenset({"liv"}), ordinary=frozenset({"liv"})).of("Livs")
        'fo'
        """
        lowered = word.lower()
        code = self._code(lowered)
        if code == "" and lowered.endswith("s") and len(lowered) > 3:
            code = self._code(lowered[:-1].rstrip("'"))
        return code or "-"

    def _code(self, word: str) -> str:
        return (
            ("f" if word in self.first else "")
            + ("l" if word in self.last else "")
            + ("p" if word in self.places else "")
            + ("o" if word in self.ordinary else "")
        )


def install(nlp: Language, classes: NameClasses) -> None:
    """Make the class a word attribute of this pipeline. Call before any text is read."""
    # The stubs do not know this table; spaCy documents it (Vocab.lex_attr_getters).
    getters: dict[int, Callable[[str], str]] = getattr(nlp.vocab, "lex_attr_getters")  # noqa: B009
    getters[LANG] = classes.of
