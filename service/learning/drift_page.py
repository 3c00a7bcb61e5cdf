"""The page for analysts: does what comes in now still look like what came before?"""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from service.clock import now
from service.learning.drift import BEFORE, FEWEST, RECENT, Drift, Period, Shift, drift_until
from service.pages.render import capital, danish_decimal
from service.web import AnalystDep, DatabaseDep, PagesDep
from training_data.areas import AREAS

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure in words."""

    name: str
    before: str
    recent: str
    amount: str
    usual: str
    standing: str


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area and its share of each period."""

    name: str
    before: str
    recent: str


def _help(words: str) -> dict[str, str]:
    return {"help": words}


@dataclass(frozen=True, slots=True)
class DriftPage:
    """Two periods beside each other."""

    drift: Drift = field(metadata=_help("Figures of this moment"))
    rows: tuple[MeasureRow, ...] = field(metadata=_help("The four measures in words"))
    areas: tuple[AreaRow, ...] = field(metadata=_help("The areas in order"))
    recent_days: int = field(metadata=_help("Length of the period that is looked at"))
    before_days: int = field(metadata=_help("Length of the period it is compared with"))
    fewest: int = field(metadata=_help("Below this many submissions nothing is said"))


def drift_page(found: Drift) -> DriftPage:
    """The figures in words."""
    before, recent = found.before, found.recent
    rows = (
        _row("Ord", "–", "–", found.words),
        _row("Længde", _words(before), _words(recent), found.lengths),
        _row("Område", "–", "–", found.areas),
        _row("Forslagenes tab", _loss(before), _loss(recent), found.loss),
    )
    areas = tuple(
        AreaRow(capital(area), _percent(ago), _percent(now_))
        for area, ago, now_ in zip(AREAS, before.areas, recent.areas, strict=True)
    )
    return DriftPage(found, rows, areas, RECENT.days, BEFORE.days, FEWEST)


def _row(name: str, before: str, recent: str, shift: Shift) -> MeasureRow:
    amount, usual = (_three(value) for value in (shift.amount, shift.usual))
    return MeasureRow(name, before, recent, amount, usual, shift.standing.value)


def _words(period: Period) -> str:
    return "–" if period.median_words is None else f"{period.median_words:.0f} ord"


def _loss(period: Period) -> str:
    """What the probabilities cost, and how many labels were expected and confirmed."""
    reading = period.reading
    if reading.loss is None or reading.expected is None or reading.confirmed is None:
        return "–"
    expected, confirmed = danish_decimal(reading.expected), danish_decimal(reading.confirmed)
    return f"{_three(reading.loss)} (ventet {expected}, bekræftet {confirmed})"


def _three(value: float) -> str:
    return f"{value:.3f}".replace(".", ",").replace("-", "−")


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


@router.get("/aendringer")
def show_drift(visitor: AnalystDep, pages: PagesDep, database: DatabaseDep) -> HTMLResponse:
    """The last three months beside the year before them."""
    with database.read() as session:
        page = drift_page(drift_until(session, now()))
    return pages.answer("drift.html", page, visitor=visitor)
