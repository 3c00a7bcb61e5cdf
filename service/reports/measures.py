"""The figures of a report as one flat list: what the CSV holds, and what tables are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.disclosure.types import Cross, Disclosed, Figure, Group, Table
from service.reports.aggregate import wilson
from service.reports.document import Measure

TOTAL, LABELS, TOGETHER = "total", "labels", "together"
AREAS, AREA_LABELS, AREA_QUARTERS = "areas", "area_labels", "area_quarters"
MUNICIPALITIES, MUNICIPALITY_LABELS = "municipalities", "municipality_labels"
QUARTERS, LEFT_OUT = "quarters", "left_out"

_PLACES = 4
"""Digits of a share behind the point."""


def measures(disclosed: Disclosed) -> tuple[Measure, ...]:
    """Every figure of the report, shown or hidden, in the order of its tables."""
    return tuple(_all(disclosed, Reasons(disclosed)))


class Reasons:
    """Looks up why a figure is hidden."""

    def __init__(self, disclosed: Disclosed) -> None:
        self._by_place = {(one.table, one.group): one.reason.value for one in disclosed.hidden}

    def of(self, table: str, group: Group) -> str:
        """The code of the reason; «hidden» where none is told apart."""
        return self._by_place.get((table, group), "hidden")


def share(count: int, of: int) -> tuple[float, float, float]:
    """The share and its interval, rounded as they are published."""
    low, high = wilson(count, of)
    return round(count / of, _PLACES), round(low, _PLACES), round(high, _PLACES)


def measure(
    table: str, row: str, column: str, count: int | None, of: int | None, reason: str
) -> Measure:
    """One figure with its share; hidden when ``count`` is None."""
    if count is None:
        return Measure(table, row, column, of=of, reason=reason)
    if not of:
        return Measure(table, row, column, count, of)
    return Measure(table, row, column, count, of, *share(count, of))


def _all(disclosed: Disclosed, reasons: Reasons) -> Iterator[Measure]:
    total = disclosed.total
    hidden = reasons.of("total", Group())
    yield measure(TOTAL, "alle", "", total, None, hidden)
    for figure in disclosed.labels:
        why = reasons.of("labels", Group(present=frozenset({figure.key})))
        yield measure(LABELS, figure.key, "", figure.count, total, why)
    for pair in disclosed.pairs:
        why = reasons.of("pairs", Group(present=frozenset({pair.first, pair.second})))
        yield measure(TOGETHER, pair.first, pair.second, pair.count, total, why)
    yield from _parts(AREAS, disclosed.areas, total)
    yield from _crossed(AREA_LABELS, disclosed.area_labels, reasons)
    yield from _parts(MUNICIPALITIES, disclosed.municipalities, total)
    yield from _crossed(MUNICIPALITY_LABELS, disclosed.place_labels, reasons)
    yield from _parts(QUARTERS, disclosed.quarters, total)
    yield from _crossed(AREA_QUARTERS, disclosed.area_quarters, reasons)
    yield measure(LEFT_OUT, "test", "", disclosed.tests, None, "")
    yield measure(LEFT_OUT, "andre grunde", "", disclosed.excluded, None, "few")
    yield measure(LEFT_OUT, "afventer gennemgang", "", disclosed.waiting, None, "")


def parts(table: Table) -> list[Figure]:
    """What a table that adds up shows: its groups, and those that are told together."""
    if table.withheld:
        return []
    together = [Figure(rest.key, rest.count) for rest in table.rests]
    if not together and table.rest is not None:
        together = [Figure("øvrige", table.rest)]
    return [*(figure for figure in table.shown if figure.count), *together]


def _parts(name: str, table: Table, total: int | None) -> Iterator[Measure]:
    for figure in parts(table):
        yield measure(name, figure.key, "", figure.count, total, "")


_DISCLOSURE_NAMES = {
    AREA_LABELS: "area_labels",
    MUNICIPALITY_LABELS: "place_labels",
    AREA_QUARTERS: "area_quarters",
}


def _crossed(name: str, rows: Iterable[Cross], reasons: Reasons) -> Iterator[Measure]:
    for row in rows:
        for cell in row.cells:
            why = reasons.of(_DISCLOSURE_NAMES[name], group_of(name, row, cell.column))
            yield measure(name, row.key, cell.column, cell.count, row.total, why)


def group_of(name: str, row: Cross, column: str) -> Group:
    """The submissions that a cell counts."""
    if name == AREA_QUARTERS:
        return Group(areas=row.members, quarters=(column,))
    if name == MUNICIPALITY_LABELS:
        return Group(places=row.members, present=frozenset({column}))
    return Group(areas=row.members, present=frozenset({column}))
