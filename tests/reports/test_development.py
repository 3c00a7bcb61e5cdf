"""What is said of a development, and when nothing may be said."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.types import LABELS
from service.disclosure.types import Cell, Cross
from service.reports.development import Earlier, development, earlier_of, previous
from service.reports.document import Order

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
ORDER = Order("Titel", JUNE)


def earlier(total: int, *counts: int | None, **other: object) -> Earlier:
    labels = {label: 0 for label in LABELS} | dict(zip(LABELS, counts, strict=False))
    values = {"as_of": MAY, "first": None, "last": MAY, "total": total, "labels": labels}
    return Earlier(**{**values, **other})  # type: ignore[arg-type]


def said(figures, then: Earlier | None, order: Order = ORDER) -> tuple[str, ...]:
    section = development(figures, order, then)
    return section.paragraphs if section else ()


def test_the_first_report_has_nothing_to_compare_with(disclosed):
    assert development(disclosed(40, 20), ORDER, None) is None


def test_few_submissions_show_no_development(disclosed):
    found = said(disclosed(40, 40), earlier(8, 0))
    assert (
        found[0]
        == "Rapporten af 1. maj 2026 byggede på 8 indsendelser; denne bygger på 40 indsendelser."
    )
    assert "for få indsendelser til at tale om en udvikling" in found[2]


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (20, 100, "Andelen, der angiver sagsoplysning, er større: 20 % dengang og 50 % nu."),
        (80, 100, "Andelen, der angiver sagsoplysning, er mindre: 80 % dengang og 50 % nu."),
        (45, 100, "For ingen af de indikatorer"),
        (None, 100, "For ingen af de indikatorer"),
        (20, None, "For ingen af de indikatorer"),
    ],
)
def test_a_change_is_told_only_where_the_intervals_lie_apart(disclosed, then, now, expected):
    found = said(disclosed(200, now), earlier(100, then))
    assert found[2].startswith(expected)
    assert "ikke, at kommunernes sagsbehandling har ændret sig" in found[-1]


@pytest.mark.parametrize(
    ("first", "then_first", "then_last", "expected"),
    [
        (None, None, MAY, "Indsendelserne fra dengang indgår også nu."),
        (date(2026, 5, 2), None, MAY, "De to perioder overlapper ikke."),
        (date(2026, 4, 1), None, MAY, "Perioderne overlapper"),
        (date(2026, 4, 1), date(2026, 4, 1), MAY, "Indsendelserne fra dengang indgår også nu."),
    ],
)
def test_whether_the_periods_overlap(disclosed, first, then_first, then_last, expected):
    order = Order("Titel", JUNE, first=first)
    found = said(disclosed(40, 20), earlier(40, 20, first=then_first, last=then_last), order)
    assert found[1].startswith(expected)


def test_the_table_hides_what_either_report_hid(disclosed):
    (grid,) = development(disclosed(40, None, 20), ORDER, earlier(30, 10, None)).grids
    assert grid.head == ("Indikator", "1. maj 2026", "Denne rapport")
    assert grid.rows[0] == ("Sagsoplysning", "10 ud af 30 (33 %)", "vises ikke")
    assert grid.rows[1] == ("Partshøring", "vises ikke", "20 ud af 40 (50 %)")


def test_quarters_stand_in_their_own_table(disclosed):
    cells = (Cell("2026-K1", 10), Cell("2026-K2", None))
    figures = disclosed(40, 20, area_quarters=(Cross("ældre", ("ældre",), 25, cells),))
    (grid,) = development(figures, ORDER, None).grids
    assert grid.head == ("Område", "1. kvartal 2026", "2. kvartal 2026", "I alt")
    assert grid.rows == (("Ældre", "10", "vises ikke", "25"),)


def test_a_report_is_compared_with_the_last_version_of_the_newest_earlier_one(disclosed, written):
    def made(day: date, slug: str, version: int, total: int):
        return written(disclosed(total, 10), Order("T", day), slug=slug, version=version)

    history = [
        made(date(2026, 3, 1), "a", 1, 31),
        made(MAY, "b", 1, 32),
        made(date(2026, 3, 1), "a", 2, 33),
        made(MAY, "b", 2, 34),
        made(JUNE, "c", 1, 35),
    ]
    assert previous(history, ORDER, "d").total == 34
    assert previous(history, ORDER, "b").total == 33  # never with its own versions
    assert previous(history[:1], Order("T", date(2026, 2, 1)), "x") is None


def test_a_report_without_figures_is_no_basis(disclosed, written):
    assert earlier_of(written(disclosed(None), ORDER)) is None
