"""One row in, one line out, or the reason why not: the same for ``redact``, ``tag`` and workers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from nlp.errors import BadText, RedactionFailed
from nlp.interfaces import Reader, Redactor
from nlp.types import Profile, Redacted, Span
from service.batch.inputs import AnyRow, refused, refused_text
from service.intake.rows import RefusedRow, Row
from service.intake.wire import entities_out, reading_out

_DANISH = "Teksten kunne ikke anonymiseres sikkert. Intet af den er gemt."

Work = Callable[[Row], str]


def outcomes(rows: Iterable[AnyRow], work: Work) -> Iterator[str | RefusedRow]:
    """A line for each row that could be read. Goes on after a refusal."""
    for row in rows:
        yield row if isinstance(row, RefusedRow) else outcome(row, work)


def outcome(row: Row, work: Work) -> str | RefusedRow:
    """The line of a row. Nothing of a row that fails is written, said or passed on."""
    try:
        return work(row)
    except BadText as error:
        return refused_text(row.row, error)
    except RedactionFailed as error:
        return refused(row.row, f"{error}, so nothing of it was kept", _DANISH, "text")
    except Exception as error:
        # Whatever it is, its message may quote the text: only its type leaves this function.
        why = f"could not be read ({type(error).__name__}), so nothing of it was kept"
        return refused(row.row, why, _DANISH, "text")


def redacting(redactor: Redactor, profile: Profile) -> Work:
    """Rows to lines of ``redact``."""

    def work(row: Row) -> str:
        return redacted_line(name_of(row), redactor.redact(row.draft.raw, profile=profile))

    return work


def finding(redactor: Redactor, profile: Profile) -> Work:
    """Rows to lines of ``redact --spans``."""

    def work(row: Row) -> str:
        return spans_line(name_of(row), redactor.find(row.draft.raw, profile=profile))

    return work


def tagging(reader: Reader) -> Work:
    """Rows to lines of ``tag``."""

    def work(row: Row) -> str:
        return as_line(reading_out(name_of(row), reader.read(row.draft.raw)).model_dump())

    return work


def name_of(row: Row) -> str:
    """The ``id`` of a row, or the number of its line when it has none."""
    return row.draft.external_id or str(row.row)


def redacted_line(identifier: str, redacted: Redacted) -> str:
    """Redacted text with its placeholders; offsets in the redacted text."""
    entities = [entity.model_dump() for entity in entities_out(redacted.entities)]
    return as_line({"id": identifier, "text": redacted.text, "entities": entities})


def spans_line(identifier: str, spans: Sequence[Span]) -> str:
    """What was found; offsets in the original text."""
    found = [
        {
            "start": span.start,
            "end": span.end,
            "type": span.type,
            "score": round(span.score, 4),
            "recognizer": span.recognizer,
        }
        for span in spans
    ]
    return as_line({"id": identifier, "spans": found})


def as_line(value: dict[str, Any]) -> str:
    """JSON on one line, Danish letters as they are."""
    return json.dumps(value, ensure_ascii=False)
