"""A report as canonical JSON and back: the bytes that are kept, hashed and given out.

Canonical as in RFC 8785: keys in order, no space, numbers in their shortest form. Whoever has the
JSON can write ``report`` that way and gets the hash. The words of quotations are not in it, so
that a quotation can be withdrawn without breaking the hash of what stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter, ValidationError

from nlp.errors import RetssporError
from service.reports.document import Report


class SnapshotDamaged(RetssporError):
    """A stored report that is not what was stored."""


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def plain(report: Report) -> dict[str, Any]:
    """The report in plain lists and dictionaries, without the words of quotations."""
    found: dict[str, Any] = _adapter().dump_python(report.without_words(), mode="json")
    return found


def canonical(value: object) -> str:
    """JSON in its one form.

    >>> canonical({"b": 1.0, "a": [0.25, None, "å"]})
    '{"a":[0.25,null,"å"],"b":1}'
    """
    return json.dumps(
        _shortest(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _shortest(value: object) -> object:
    """Whole floats as whole numbers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _shortest(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shortest(inner) for inner in value]
    return value


def digest(content: str) -> str:
    """SHA-256 of canonical JSON, hexadecimal."""
    return sha256(content.encode()).hexdigest()


def content_of(report: Report) -> str:
    """What is kept of a report."""
    return canonical(plain(report))


def report_of(content: str, expected: str) -> Report:
    """The report that was kept. Raises SnapshotDamaged when it is not the one with this hash."""
    if digest(content) != expected:
        raise SnapshotDamaged("a stored report does not have its hash any more")
    try:
        return _adapter().validate_json(content)
    except ValidationError as error:
        raise SnapshotDamaged(
            f"a stored report cannot be read ({error.error_count()} places)"
        ) from None
