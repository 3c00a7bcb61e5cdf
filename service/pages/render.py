"""Turn a page's facts into HTML. Templates see ``page`` (a frozen dataclass) and ``visitor``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nlp.types import LABELS
from service.security.sessions import Visitor

FOLDER = Path(__file__).parent
_DENMARK = ZoneInfo("Europe/Copenhagen")
_MONTHS = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
]
LABEL_NAMES = {label: label.capitalize() for label in LABELS} | {"andre": "Andre forhold"}


def danish_date(moment: datetime) -> str:
    """A day as Danes write it, in Danish time.

    >>> from datetime import UTC
    >>> danish_date(datetime(2026, 5, 1, 23, 30, tzinfo=UTC))
    '2. maj 2026'
    """
    local = moment.astimezone(_DENMARK)
    return f"{local.day}. {_MONTHS[local.month - 1]} {local.year}"


def danish_time(moment: datetime) -> str:
    """Day and time, in Danish time."""
    local = moment.astimezone(_DENMARK)
    return f"{danish_date(moment)} kl. {local:%H.%M}"


def danish_number(number: int) -> str:
    """Thousands with a full stop."""
    return f"{number:,}".replace(",", ".")


def danish_decimal(number: float) -> str:
    """Two decimals behind a comma, with a real minus.

    >>> danish_decimal(0.8349), danish_decimal(-0.1)
    ('0,83', '−0,10')
    """
    return f"{number:.2f}".replace(".", ",").replace("-", "−")


def capital(words: str) -> str:
    """First letter large, the rest as it is ("Skole og PPR")."""
    return words[:1].upper() + words[1:]


class Pages:
    """The templates of the service, loaded once."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            date=danish_date, time=danish_time, number=danish_number, capital=capital
        )
        self._environment.globals.update(LABEL_NAMES=LABEL_NAMES, LABELS=LABELS)

    def answer(
        self,
        template: str,
        page: object,
        *,
        visitor: Visitor | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        """A page as a response."""
        html = self._environment.get_template(template).render(page=page, visitor=visitor)
        return HTMLResponse(html, status_code=status)
