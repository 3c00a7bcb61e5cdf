"""What a word could be, from lists alone: a hint for the recognizer, never a decision.

Lists of names fail on their own (29 % of ordinary Danish words are also names). As one input among
others they tell the recognizer what a rare word may be. The class is put where spaCy keeps the
language of a lexeme (``LANG``): a per-word attribute that a pipeline for one language has no use for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from spacy import attrs
from spacy.language import Language

from nlp.text.lexicon import is_listed

_ENDINGS = ("'s", "'", "s")
"""Of the genitive; the apostrophe alone follows s, x and z («Lukas'»)."""
_NOT_READ = (
    attrs.LOWER,
    attrs.IS_ALPHA,
    attrs.IS_ASCII,
    attrs.IS_BRACKET,
    attrs.IS_CURRENCY,
    attrs.IS_DIGIT,
    attrs.IS_LEFT_PUNCT,
    attrs.IS_LOWER,
    attrs.IS_QUOTE,
    attrs.IS_RIGHT_PUNCT,
    attrs.LIKE_EMAIL,
    attrs.LIKE_NUM,
    attrs.LIKE_URL,
)
"""What spaCy works out for every new word and nothing here asks for: half the time of a new word."""


@dataclass(frozen=True, slots=True)
class NameClasses:
    """Lower-case words by what they may be."""

    first: frozenset[str] = field(default_factory=frozenset)
    last: frozenset[str] = field(default_factory=frozenset)
    places: frozenset[str] = field(default_factory=frozenset)

    def of(self, word: str) -> str:
        """A short code: f first name, l surname, p place; «-» for none.

        Genitives count as their names, and so do names joined by a hyphen.

        >>> names = NameClasses(first=frozenset({"liv", "ann", "lukas"}), last=frozenset({"liv"}))
        >>> names.of("Livs"), names.of("lukas'"), names.of("Ann-Liv"), names.of("vist")
        ('fl', 'f', 'f', '-')
        """
        lowered = word.lower()
        return self._code(lowered) or self._joined(lowered) or "-"

    def feature(self, word: str) -> str:
        """What the recognizer is told of a word: its class, and «o» for an ordinary Danish word."""
        return self.of(word) + ("o" if is_listed(word) else "")

    def _code(self, word: str) -> str:
        return self._listed(word) or next(
            (
                code
                for ending in _ENDINGS
                if word.endswith(ending) and len(word) > len(ending) + 2
                if (code := self._listed(word[: -len(ending)]))
            ),
            "",
        )

    def _joined(self, word: str) -> str:
        """The class that all parts of «poul-henning» have; a surname after a first name is one."""
        parts = word.split("-")
        if len(parts) != 2 or not all(parts):
            return ""
        first, second = self._code(parts[0]), self._code(parts[1])
        return "".join(code for code in "fl" if code in first and code in second)

    def _listed(self, word: str) -> str:
        return (
            ("f" if word in self.first else "")
            + ("l" if word in self.last else "")
            + ("p" if word in self.places else "")
        )


def install(nlp: Language, classes: NameClasses) -> None:
    """Make the class a word attribute of this pipeline, and drop what is not read.

    Call before any text is read.
    """
    # The stubs do not know this table; spaCy documents it (Vocab.lex_attr_getters).
    getters: dict[int, Callable[[str], str]] = getattr(nlp.vocab, "lex_attr_getters")  # noqa: B009
    getters[attrs.LANG] = classes.feature
    for attribute in _NOT_READ:
        getters.pop(attribute, None)
