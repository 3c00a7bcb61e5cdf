"""From a plan to the figures that leave, each hidden one with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from nlp.types import LABELS
from service.disclosure.counted import Counted
from service.disclosure.partition import table_of
from service.disclosure.plan import DIMENSION, Partition, Plan, having, of
from service.disclosure.types import (
    UNKNOWN,
    Cell,
    Cross,
    Disclosed,
    Figure,
    Group,
    Hidden,
    Pair,
    Proof,
    Reason,
    Rest,
    Rule,
    Table,
    label_pairs,
)


class Teller:
    """Tells what a plan shows of some counts."""

    def __init__(self, counts: Counted, rule: Rule) -> None:
        self._counts, self._census, self._rule = counts, counts.census, rule

    def shown(self, plan: Plan, proof: Proof | None) -> Disclosed:
        hidden = plan.hidden

        def count(table: str, group: Group) -> int | None:
            return None if (table, group) in hidden else self._number(group)

        return Disclosed(
            minimum=self._rule.minimum,
            total=self._number(Group()),
            labels=tuple(Figure(x, count("labels", having(x))) for x in LABELS),
            pairs=tuple(
                Pair(*pair, count("pairs", Group(present=frozenset(pair))))
                for pair in label_pairs()
            ),
            areas=self._table(plan.areas, "areas"),
            municipalities=self._table(plan.places, "places"),
            several_municipalities=self._several(),
            tests=self._counts.tests,
            excluded=self._excluded(),
            waiting=self._counts.waiting,
            area_labels=self._crosses(plan, "area_labels", count),
            place_labels=self._crosses(plan, "place_labels", count),
            area_quarters=self._crosses(plan, "area_quarters", count),
            quarters=self._table(plan.quarters, "quarters"),
            hidden=tuple(self._told_hidden(plan)),
            proof=proof,
        )

    def _table(self, partition: Partition, dimension: str) -> Table:
        if not partition.blocks:
            names = tuple(partition.hidden)
            if not names:
                kept = {names: self._number(of(dimension, names)) for names in partition.kept}
                return table_of(kept, ())
            return Table((), self._number(Group()), names)
        return table_of(
            {names: self._number(of(dimension, names)) for names in partition.kept},
            [
                Rest(key, names, self._number(of(dimension, names)))
                for key, names in partition.rests.items()
            ],
        )

    def _crosses(self, plan: Plan, table: str, count: _Count) -> tuple[Cross, ...]:
        partition = plan.places if table == "place_labels" else plan.areas
        return tuple(
            Cross(
                partition.name(names),
                names,
                self._number(of(DIMENSION[table], names)),
                tuple(
                    Cell(_column(plan, group), count(table, group))
                    for _, group in plan.row(table, names)
                ),
            )
            for names in plan.rows(table)
        )

    def _told_hidden(self, plan: Plan) -> Iterator[Hidden]:
        reasons = {
            ("areas", "areas"): plan.areas,
            ("municipalities", "places"): plan.places,
            ("quarters", "quarters"): plan.quarters,
        }
        for (table, dimension), partition in reasons.items():
            for name, reason in partition.hidden.items():
                yield Hidden(table, of(dimension, (name,)), reason)
        for (table, group), reason in plan.hidden.items():
            yield Hidden(table, group, reason)
        if self._excluded() is None:
            yield Hidden("excluded", Group(), Reason.PRIMARY)

    def _excluded(self) -> int | None:
        excluded = self._counts.excluded
        return excluded.submissions if self._rule.allows(excluded) else None

    def _several(self) -> bool:
        """True when more than one municipality was named."""
        named = (name for name in self._census.places if name != UNKNOWN)
        return sum(self._number(Group(places=(name,))) > 0 for name in named) > 1

    def _number(self, group: Group) -> int:
        return self._census.size(group).submissions

    def nothing(self) -> Disclosed:
        """Rule 1: too few people for any figure."""
        census = self._census
        return Disclosed(
            minimum=self._rule.minimum,
            total=None,
            labels=tuple(Figure(label, None) for label in LABELS),
            pairs=tuple(Pair(*pair, None) for pair in label_pairs()),
            areas=Table((), None, census.areas),
            municipalities=Table((), None, census.places),
            several_municipalities=False,
            tests=self._counts.tests,
            excluded=None if self._counts.excluded.submissions else 0,
            waiting=self._counts.waiting,
            hidden=(Hidden("total", Group(), Reason.PRIMARY),),
        )


class _Count(Protocol):
    def __call__(self, table: str, group: Group, /) -> int | None: ...


def _column(plan: Plan, group: Group) -> str:
    if group.quarters:
        return plan.quarters.name(group.quarters)
    return next(iter(group.present))
