"""Read a request's body in memory, never more than the limit, never into a temporary file.

The framework's own form parser spools uploads to disk; citizen text must not touch it. So bodies
are counted while they arrive, and forms are plain ``application/x-www-form-urlencoded``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request

from service.errors import NotReadable, TooLarge, WrongMediaType

_MOST_FIELDS = 200


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """The fields of a form. Hides its content, as it may hold a citizen's text."""

    pairs: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """The first value of a field, or nothing; line ends as ``\\n``."""
        value = next((value for key, value in self.pairs if key == name), "")
        return value.replace("\r\n", "\n").replace("\r", "\n")

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for key, value in self.pairs if key == name]


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises TooLarge as soon as the limit is passed.

    A packed body is refused: a small one can unpack to any size.
    """
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise WrongMediaType("Send det upakket, uden Content-Encoding.")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise TooLarge(limit)
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > limit:
            raise TooLarge(limit)
    return bytes(chunks)


def media_type(request: Request) -> str:
    """The content type without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def need_type(request: Request, *types: str) -> None:
    """Raise WrongMediaType unless the body is announced as one of these."""
    if media_type(request) not in types:
        raise WrongMediaType(f"Send {' eller '.join(types)}.")


def parse_form(body: bytes) -> Form:
    """The fields of a urlencoded body. Raises NotReadable when it is not UTF-8."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:  # not ASCII, not UTF-8, too many fields; the message may quote the text
        raise NotReadable("Formularen er ikke almindelig tekst (UTF-8).") from None
    return Form(tuple(pairs))


def parse_json(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises NotReadable; never says what the body was."""
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotReadable("Det sendte er ikke UTF-8.") from None
    except (ValueError, RecursionError):
        raise NotReadable("Det sendte er ikke gyldig JSON.") from None
    if not isinstance(value, dict):
        raise NotReadable("Send ét JSON-objekt.")
    return value
