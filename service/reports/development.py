"""What has changed since an earlier report, read from what both have published. Pure.

Nothing new is disclosed here: both sets of figures are public, and disclosure control has compared
them. A difference is called one only when the intervals of both shares lie apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nlp.types import LABELS
from service.disclosure.types import Cross, Disclosed
from service.reports import sentences
from service.reports.aggregate import wilson
from service.reports.document import Grid, Order, Report, Section
from service.reports.measures import LABELS as LABEL_TABLE
from service.reports.measures import TOTAL

HIDDEN = "vises ikke"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a published report said of all its submissions."""

    as_of: date
    first: date | None
    last: date
    total: int
    labels: Mapping[str, int | None]


def earlier_of(report: Report) -> Earlier | None:
    """The figures to compare with; None when the report told no total."""
    total = next((one.count for one in report.measures if one.table == TOTAL), None)
    if not total:
        return None
    labels = {one.row: one.count for one in report.measures if one.table == LABEL_TABLE}
    edition = report.edition
    return Earlier(edition.as_of, edition.first, edition.last, total, labels)


def previous(reports: Iterable[Report], order: Order, slug: str) -> Earlier | None:
    """The newest report of an earlier day; of its versions the last, and never this report's own.

    ``reports`` are in the order in which they were published.
    """
    newest = {
        one.edition.slug: one
        for one in reports
        if one.edition.slug != slug and one.edition.as_of < order.as_of
    }
    found = sorted(newest.values(), key=lambda one: (one.edition.as_of, one.edition.slug))
    return earlier_of(found[-1]) if found else None


def development(figures: Disclosed, order: Order, earlier: Earlier | None) -> Section | None:
    """The section, or None while there is nothing to compare."""
    said: list[str] = []
    grids: list[Grid] = []
    if figures.total and earlier:
        said += _since(figures.total, order, earlier)
        said += _changes(figures, earlier)
        grids.append(_grid(figures, earlier))
    if figures.area_quarters:
        said.append(_PER_QUARTER)
        grids.append(_quarters(figures.area_quarters))
    if not grids:
        return None
    return Section("udvikling", "Udvikling", (*said, _NOT_CASES), grids=tuple(grids))


_NOT_CASES = (
    "En ændring fortæller om dem, der har skrevet. Den viser ikke, at kommunernes sagsbehandling "
    "har ændret sig."
)
_PER_QUARTER = (
    "Tabellen viser, hvor mange indsendelser der er modtaget om hvert område i hvert kvartal."
)


def _since(total: int, order: Order, earlier: Earlier) -> list[str]:
    then, now = sentences.submissions(earlier.total), sentences.submissions(total)
    when = sentences.day(earlier.as_of)
    return [
        f"Rapporten af {when} byggede på {then}; denne bygger på {now}.",
        _overlap(order, earlier),
    ]


def _overlap(order: Order, earlier: Earlier) -> str:
    if order.first is not None and order.first > earlier.last:
        return "De to perioder overlapper ikke."
    if earlier.first is not None and order.end < earlier.first:
        return "De to perioder overlapper ikke."
    if order.first == earlier.first and earlier.last <= order.end:
        return "Indsendelserne fra dengang indgår også nu."
    return "Perioderne overlapper, så en del af indsendelserne indgår i begge rapporter."


def _changes(figures: Disclosed, earlier: Earlier) -> list[str]:
    total = figures.total or 0
    if min(total, earlier.total) < sentences.SMALL_TOTAL:
        return ["Der er for få indsendelser til at tale om en udvikling i andelene."]
    apart = [
        (figure.key, then, figure.count)
        for figure in figures.labels
        if figure.count is not None
        and (then := earlier.labels.get(figure.key)) is not None
        and _lie_apart((then, earlier.total), (figure.count, total))
    ]
    if not apart:
        return [
            "For ingen af de indikatorer, der kan sammenlignes, er forskellen større, end at "
            "tilfældige udsving kan forklare den."
        ]
    return [_change(label, then, now, earlier.total, total) for label, then, now in apart]


def _lie_apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """True when the 95 % intervals of two shares have no point in common: a strict measure."""
    (low, high), (other_low, other_high) = wilson(*one), wilson(*other)
    return high < other_low or other_high < low


def _change(label: str, then: int, now: int, total_then: int, total_now: int) -> str:
    verb = "større" if now * total_then > then * total_now else "mindre"
    return (
        f"Andelen, der angiver {label_words(label)}, er {verb}: "
        f"{sentences.percent(then, total_then)} dengang og {sentences.percent(now, total_now)} nu. "
        "Usikkerhedsintervallerne overlapper ikke."
    )


def label_words(label: str) -> str:
    """The label inside a sentence."""
    return "andre forhold" if label == "andre" else label


def _grid(figures: Disclosed, earlier: Earlier) -> Grid:
    total = figures.total or 0
    rows = tuple(
        (
            sentences.NAMES[label],
            _cell(earlier.labels.get(label), earlier.total),
            _cell(figures.label(label).count, total),
        )
        for label in LABELS
    )
    head = ("Indikator", sentences.day(earlier.as_of), "Denne rapport")
    return Grid("udvikling", "Indikatorer i den forrige rapport og i denne", head, rows)


def _cell(count: int | None, total: int) -> str:
    if count is None:
        return HIDDEN
    return (
        f"{sentences.number(count)} ud af {sentences.number(total)} "
        f"({sentences.percent(count, total)})"
    )


def _quarters(rows: Sequence[Cross]) -> Grid:
    head = ("Område", *(sentences.quarter(cell.column) for cell in rows[0].cells), "I alt")
    return Grid(
        "kvartaler",
        "Indsendelser efter område og kvartal",
        head,
        tuple(
            (
                sentences.capital(row.key),
                *(HIDDEN if c.count is None else sentences.number(c.count) for c in row.cells),
                sentences.number(row.total),
            )
            for row in rows
        ),
    )
