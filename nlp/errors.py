"""Every error that the project raises on purpose, in one tree.

    RetssporError
     ├ BadText                 the text cannot be taken as a submission      422
     │  ├ EmptyText
     │  ├ TextTooLong
     │  ├ NotText              not UTF-8, or binary
     │  └ NotDanish
     ├ BadRow                  a row of a batch that cannot be read          (row is listed)
     ├ RedactionFailed         nothing may be kept                           503
     ├ UnknownEntity           a type that no recognizer supports            (programming error)
     └ ModelDamaged            a shipped file is missing, unlisted or altered

Messages say what happened and what to do. None of them may carry citizen text.
"""


class RetssporError(Exception):
    """Base of all errors raised on purpose."""


class BadText(RetssporError):
    """The text cannot be taken as a submission. ``danish`` is shown on pages."""

    danish = "Teksten kan ikke læses."


class EmptyText(BadText):
    """Nothing but white space."""

    danish = "Teksten er tom. Skriv, hvad der er sket."

    def __init__(self) -> None:
        super().__init__("the text is empty")


class TextTooLong(BadText):
    """More characters than the limit."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"the text has {length} characters, the limit is {limit}")
        self.length = length
        self.limit = limit
        self.danish = (
            f"Teksten er på {length:,} tegn. Grænsen er {limit:,} tegn. Del den i flere, "
            "eller kort den af."
        ).replace(",", ".", 2)


class NotText(BadText):
    """The bytes are not UTF-8, or hold control characters that no text has."""

    danish = "Filen er ikke almindelig tekst (UTF-8)."

    def __init__(self, why: str = "not UTF-8 text") -> None:
        super().__init__(f"the input is {why}")


class NotDanish(BadText):
    """Too few Danish words: the redactor's promises hold for Danish only."""

    danish = (
        "Teksten ser ikke ud til at være på dansk. Vi kan kun fjerne personoplysninger "
        "sikkert fra dansk tekst, så den er ikke gemt."
    )

    def __init__(self) -> None:
        super().__init__("the text does not look Danish")


class BadRow(RetssporError):
    """A row of a batch that cannot be read; names the row and the field, never the content."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(f"row {row}: {why}")
        self.row = row
        self.why = why


class RedactionFailed(RetssporError):
    """Some part of redaction failed: the document is refused and nothing is kept."""

    def __init__(self, recognizer: str, cause: str) -> None:
        super().__init__(f"redaction failed in {recognizer} ({cause})")
        self.recognizer = recognizer
        self.cause = cause


class UnknownEntity(RetssporError):
    """An entity type was asked for that nobody supports."""

    def __init__(self, entity: str) -> None:
        super().__init__(f"no recognizer supports {entity}")
        self.entity = entity


class ModelDamaged(RetssporError):
    """A model file is missing, not listed in its manifest, or does not have the listed hash."""
