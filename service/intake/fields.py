"""The fields of a submission, checked alike for the form, the API and files.

Every refusal names its field and says what to do; none repeats what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nlp.errors import BadText, EmptyText, NotText, TextTooLong
from nlp.types import RawText
from service.clock import now
from service.errors import BadFields, FieldProblem
from training_data.areas import AREAS
from training_data.municipalities import Municipality, divided, find, resembling

FIELDS = ("id", "text", "area", "municipality", "received_at", "is_test")
"""The fields of an input line, in the order of the design."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_CPR = re.compile(r"(?<!\d)\d{6}[-.: _]?\d{4}(?!\d)")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*")
_TRUE = {"true", "1", "ja", "yes", "sand"}
_FALSE = {"false", "0", "nej", "no", "falsk", ""}
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Draft:
    """A submission that is ready to be read. The text hides itself."""

    raw: RawText
    area: str | None = None
    municipality: Municipality | None = None
    received_at: datetime | None = None
    is_test: bool = False
    external_id: str | None = None


def draft(fields: Mapping[str, object], *, limit: int) -> Draft:
    """Check all fields. Raises BadFields with every problem at once.

    >>> draft({"text": "Jeg har ventet i et år.", "area": "Jobcenter"}, limit=100).area
    'jobcenter'
    """
    checker = _Checker(fields, limit)
    checked = Draft(
        checker.text(),
        checker.area(),
        checker.municipality(),
        checker.received_at(),
        checker.is_test(),
        checker.external_id(),
    )
    checker.unknown()
    if checker.problems:
        raise BadFields(checker.problems)
    return checked


def check_text(text: str, limit: int) -> None:
    """Raise BadText for what no reader could read: empty, binary, too long."""
    if _SPACE.fullmatch(text):
        raise EmptyText
    if is_binary(text):
        raise NotText("binary")
    if len(text) > limit:
        raise TextTooLong(len(text), limit)


def is_binary(text: str) -> bool:
    """True for what no database keeps as text: control characters, half a character."""
    return _BINARY.search(text) is not None


def text_problem(error: BadText) -> FieldProblem:
    """What to tell the sender about a text that cannot be taken."""
    return FieldProblem("text", str(error), error.danish)


def which_municipality(written: str) -> str:
    """What to say of a name that is not one of the 98: what may be meant, never what was written.

    >>> which_municipality("Kolling")
    'Kommunen kendes ikke. Mener du Kolding? Vælg en af de 98 kommuner på listen.'
    >>> which_municipality("Christiansfeld")[:62]
    'Kommunen blev delt i 2007 mellem Kolding og Haderslev. Vælg de'
    """
    if parts := [one.name for one in divided(written)]:
        return f"Kommunen blev delt i 2007 mellem {' og '.join(parts)}. Vælg den, det handler om."
    close = " eller ".join(one.name for one in resembling(written))
    hint = f"Mener du {close}? " if close else ""
    return f"Kommunen kendes ikke. {hint}Vælg en af de 98 kommuner på listen."


class _Checker:
    """Collects the problems, so that a sender sees all of them in one go."""

    def __init__(self, fields: Mapping[str, object], limit: int) -> None:
        self.fields = fields
        self.limit = limit
        self.problems: list[FieldProblem] = []

    def refuse(self, field: str, english: str, danish: str) -> None:
        self.problems.append(FieldProblem(field, f"{field}: {english}", danish))

    def words(self, field: str) -> str:
        """A field that is text or missing."""
        value = self.fields.get(field)
        if value is None or isinstance(value, str):
            return (value or "").strip()
        self.refuse(field, "must be text", f"Feltet {field} skal være tekst.")
        return ""

    def text(self) -> RawText:
        value = self.fields.get("text")
        if value is None:
            self.refuse("text", "is missing", "Feltet text mangler.")
        elif not isinstance(value, str):
            self.refuse("text", "must be text", "Feltet text skal være tekst.")
        else:
            try:
                check_text(value, self.limit)
            except BadText as error:
                self.problems.append(text_problem(error))
            return RawText(value)
        return RawText("")

    def area(self) -> str | None:
        value = self.words("area")
        if not value:
            return None
        known = {area.casefold(): area for area in AREAS}
        if value.casefold() not in known:
            self.refuse(
                "area",
                "is not one of the eight areas",
                f"Området kendes ikke. Vælg mellem: {', '.join(AREAS)}.",
            )
        return known.get(value.casefold())

    def municipality(self) -> Municipality | None:
        value = self.words("municipality")
        if not value:
            return None
        found = find(value) if len(value) <= 100 else None
        if found is None:
            self.refuse(
                "municipality",
                "is not a Danish municipality",
                which_municipality(value[:100]),
            )
        return found

    def received_at(self) -> datetime | None:
        value = self.words("received_at")
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.refuse(
                "received_at",
                "is not an ISO 8601 time",
                "Feltet received_at skal være et tidspunkt som 2026-05-01T12:00:00+02:00.",
            )
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if not _EARLIEST <= moment <= now() + timedelta(days=1):
            self.refuse(
                "received_at",
                "lies before 2000 or in the future",
                "Feltet received_at ligger før år 2000 eller i fremtiden.",
            )
        return moment

    def is_test(self) -> bool:
        value = self.fields.get("is_test")
        if value is None or isinstance(value, bool):
            return bool(value)
        if isinstance(value, str) and value.strip().lower() in _TRUE | _FALSE:
            return value.strip().lower() in _TRUE
        self.refuse(
            "is_test", "must be true or false", "Feltet is_test skal være true eller false."
        )
        return False

    def external_id(self) -> str | None:
        value = self.words("id")
        if not value:
            return None
        if not _ID.fullmatch(value) or _CPR.search(value):
            self.refuse(
                "id",
                "must be 1-64 letters, digits, '.', '_', ':' or '-', and no personal number",
                "Feltet id må kun have bogstaver, tal og . _ : - (højst 64 tegn) "
                "og må ikke ligne et cpr-nummer.",
            )
        return value

    def unknown(self) -> None:
        """Fields that nobody asked for are named when the name itself is harmless."""
        for name in sorted(set(self.fields) - set(FIELDS)):
            shown = name if re.fullmatch(r"[A-Za-z_]{1,30}", name) else "?"
            self.refuse(shown, "is not a known field", f"Feltet {shown} kendes ikke.")
