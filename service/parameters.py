"""What addresses of the API hold: references, filters, cursors. Each knows its own shape.

A cursor is opaque to those who use it: it names the last row that was seen and a fingerprint of the
list, so that a cursor of another list or other filters is refused instead of being half right.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from nlp.types import LABELS
from service.description import REFERENCE
from service.errors import BadCursor, NotHere, WrongMethod
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES

_REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_FINGERPRINT = 8


def is_reference(value: str) -> bool:
    """True for what could be the reference of a submission.

    >>> is_reference("01KT5Q3H6ZJ8W4M2N7R9V0XBCD"), is_reference("x")
    (True, False)
    """
    return _REFERENCE.fullmatch(value) is not None


def _known_shape(value: str) -> str:
    if value == "csv":  # an address beside the references, which takes POST only
        raise WrongMethod
    if not is_reference(value):
        raise NotHere("Indsendelsen findes ikke.")
    return value


Reference = Annotated[
    str,
    Path(
        description="The reference of a submission",
        examples=[REFERENCE],
        json_schema_extra={"pattern": f"^{_REFERENCE.pattern}$"},
    ),
    AfterValidator(_known_shape),
]


def one_of(values: Iterable[str]) -> tuple[AfterValidator, WithJsonSchema]:
    """A text that must be one of these."""
    known = tuple(values)

    def check(value: str) -> str:
        if value not in known:
            raise PydanticCustomError("enum", "not a known value")
        return value

    return AfterValidator(check), WithJsonSchema({"type": "string", "enum": list(known)})


_area, _area_schema = one_of(AREAS)
_place, _place_schema = one_of(one.name for one in MUNICIPALITIES)
_label, _label_schema = one_of(LABELS)

Area = Annotated[str, _area, _area_schema]
Place = Annotated[str, _place, _place_schema]
Label = Annotated[str, _label, _label_schema]

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most")]
Cursor = Annotated[
    str | None,
    Query(max_length=200, description="`next` of the page before; leave it out for the first page"),
]


def cursor_to(last: str, *, of: str) -> str:
    """A cursor behind the row ``last`` of the list ``of`` (its name with its filters)."""
    return base64.urlsafe_b64encode(f"{_print(of)}{last}".encode()).decode().rstrip("=")


def row_of(cursor: str | None, *, of: str) -> str:
    """The row that a cursor names; empty without a cursor. Raises BadCursor.

    >>> row_of(cursor_to("01KT5Q3H6ZJ8W4M2N7R9V0XBCD", of="queue"), of="queue")
    '01KT5Q3H6ZJ8W4M2N7R9V0XBCD'
    """
    if cursor is None:
        return ""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        raise BadCursor from None
    fingerprint, row = text[:_FINGERPRINT], text[_FINGERPRINT:]
    if fingerprint != _print(of) or not is_reference(row):
        raise BadCursor
    return row


def _print(of: str) -> str:
    return sha256(of.encode()).hexdigest()[:_FINGERPRINT]
