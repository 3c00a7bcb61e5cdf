"""Rules 2 to 5: what may be told, table by table (``control`` tells all six)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nlp.types import LABELS
from service.disclosure.choosing import Chooser
from service.disclosure.counted import Counted
from service.disclosure.history import History, why_hidden
from service.disclosure.partition import Parts, enough_together, put_together
from service.disclosure.plan import (
    DIMENSION,
    Key,
    Names,
    Partition,
    Plan,
    crossed,
    having,
    of,
)
from service.disclosure.types import Group, Reason, Rule

_EVERYBODY = Group()
_DIMENSIONS = ("areas", "places", "quarters")


@dataclass(frozen=True, slots=True)
class Extra:
    """What the proof has added: names forced into a rest, and further hidden figures."""

    areas: frozenset[Names] = frozenset()
    places: frozenset[Names] = frozenset()
    quarters: frozenset[Names] = frozenset()
    cells: Mapping[Key, Reason] | None = None


class Planner:
    """Makes plans for one decision: the data, what was told before, and the rule."""

    def __init__(self, counts: Counted, rule: Rule, history: History, chooser: Chooser) -> None:
        self._counts, self._census, self._rule = counts, counts.census, rule
        self._history, self._chooser = history, chooser

    def plan(self, extra: Extra) -> Plan:
        """The figures that rules 2 to 5 allow, less what the proof has ruled out."""
        return self._complemented(self._allowed(extra))

    def publishable(self) -> frozenset[Group]:
        """What rules 2, 3 and 5 allow one by one: before anything is hidden for the sake of others.

        A name that is in a rest only because the rest needed it counts too.
        """
        plan = self._allowed(Extra())
        cells = {key[1] for key in plan.cells() if key not in plan.hidden}
        for dimension, part in zip(_DIMENSIONS, plan.parts, strict=True):
            cells |= {of(dimension, names) for names in part.kept}
            covering = (n for n, why in part.hidden.items() if why is Reason.COMPLEMENTARY)
            cells |= {of(dimension, (name,)) for name in covering}
        return frozenset(cells)

    def _allowed(self, extra: Extra) -> Plan:
        areas = self._one_level(
            [(name,) for name in self._census.areas], "areas", "øvrige områder", extra.areas
        )
        quarters = Partition()
        if len(self._census.quarters) > 1:
            quarters = self._one_level(
                [(name,) for name in self._census.quarters],
                "quarters",
                "øvrige kvartaler",
                extra.quarters,
            )
        plan = Plan(areas, self._places(extra.places), quarters)
        hidden = dict(extra.cells or {}) | dict(self._primary(plan))
        known = set(plan.cells())
        return replace(plan, hidden={k: r for k, r in hidden.items() if k in known})

    def _one_level(
        self, parts: Sequence[Names], dimension: str, rest: str, forced: frozenset[Names]
    ) -> Partition:
        found = self._put_together(parts, dimension, forced)
        if not found.kept:
            return Partition(hidden=self._reasons(found.rest, dimension))
        rests = {rest: found.rest} if found.rest else {}
        hidden = self._reasons(found.rest, dimension)
        return Partition(found.kept, rests, hidden, self._empty(found.kept, dimension))

    def _empty(self, blocks: Iterable[Names], dimension: str) -> frozenset[Names]:
        return frozenset(one for one in blocks if not self.number(of(dimension, one)))

    def _places(self, forced: frozenset[Names]) -> Partition:
        """Small municipalities with the others of their region; what is left, all together."""
        kept: list[Names] = []
        rests: dict[Names, str] = {}
        pool: list[Names] = []
        for region, names in self._by_region().items():
            found = self._put_together([(name,) for name in names], "places", forced)
            kept += found.kept
            if not found.rest:
                continue
            if found.rest in forced or not self._covers("places", found.rest):
                pool.append(found.rest)
            else:
                rests[found.rest] = _rest_name(region, whole=not found.kept)
        if pool:  # a region without anybody is no exception: its zeros go with the others
            nobody = self._empty_regions(kept)
            pool += nobody
            kept = [names for names in kept if not any(names[0] in one for one in nobody)]
        parts = [*kept, *rests, *pool]
        last = put_together(
            parts,
            fails=lambda part: part in pool,
            empty=lambda part: False,
            covers=lambda names: self._covers("places", names),
            forced=forced,
        )
        named = {rests[part]: part for part in last.kept if part in rests}
        if last.rest:
            named["øvrige kommuner"] = last.rest
        singles = tuple(part for part in last.kept if part not in rests)
        together = [name for part in named.values() for name in part]
        if not singles and len(named) < 2:
            return Partition(hidden=self._reasons(tuple(self._census.places), "places"))
        hidden = self._reasons(tuple(together), "places")
        return Partition(singles, named, hidden, self._empty(singles, "places"))

    def _empty_regions(self, kept: Sequence[Names]) -> list[Names]:
        """The regions of which all municipalities are kept, and all have nobody."""
        shown = {name for names in kept for name in names}
        return [
            tuple(names)
            for names in self._by_region().values()
            if shown.issuperset(names) and not self.number(Group(places=tuple(names)))
        ]

    def _by_region(self) -> dict[str, list[str]]:
        regions: dict[str, list[str]] = {}
        for name in self._census.places:
            regions.setdefault(self._counts.regions.get(name, name), []).append(name)
        return regions

    def _put_together(
        self, parts: Sequence[Names], dimension: str, forced: frozenset[Names]
    ) -> Parts:
        def fails(names: Names) -> bool:
            group = of(dimension, names)
            few = self._census.size(group).people < self._rule.minimum
            return few or self._history.differs([group])

        def empty(names: Names) -> bool:
            group = of(dimension, names)
            return self._census.size(group).submissions == 0 and not self._history.differs([group])

        return put_together(
            parts,
            fails=fails,
            empty=empty,
            covers=lambda names: self._covers(dimension, names),
            forced=forced,
        )

    def _covers(self, dimension: str, names: Names) -> bool:
        group = of(dimension, names)
        sizes = [self._census.size(of(dimension, (name,))).people for name in names]
        people = self._census.size(group).people
        return enough_together(sizes, people, self._rule.minimum) and not self._history.differs(
            [group]
        )

    def _reasons(self, names: Names, dimension: str) -> dict[str, Reason]:
        found = {}
        for name in names:
            group = of(dimension, (name,))
            if self._census.size(group).people < self._rule.minimum:
                found[name] = Reason.PRIMARY
            elif self._history.differs([group]):
                found[name] = Reason.DIFFERENCING
            else:
                found[name] = Reason.COMPLEMENTARY
        return found

    def _primary(self, plan: Plan) -> Iterator[tuple[Key, Reason]]:
        """Rules 3 and 5: what may not be shown whatever else is."""
        labels = {
            label: self._why([Group(present=frozenset({label})), Group(absent=frozenset({label}))])
            for label in LABELS
        }
        for table, group in plan.cells():
            reason = self._why_cell(table, group, labels)
            if reason:
                yield (table, group), reason

    def _why_cell(
        self, table: str, group: Group, labels: Mapping[str, Reason | None]
    ) -> Reason | None:
        if table == "labels":
            return labels[next(iter(group.present))]
        if table == "area_quarters":
            return self._why([group], Group(areas=group.areas))
        without = [label for label in group.present if labels[label]]
        if table == "pairs":
            if any(
                label not in without and not self._census.size(having(label)).submissions
                for label in group.present
            ):
                return None  # with a label that nobody states there is no pair: known already
            parts = [
                Group(present=present, absent=group.present - present)
                for present in _subsets(group.present)
            ]
            return self._why(parts) or (Reason.COMPLEMENTARY if without else None)
        rest = replace(group, present=frozenset(), absent=group.present)
        reason = self._why([group, rest], replace(group, present=frozenset()))
        return reason or (Reason.COMPLEMENTARY if without else None)

    def _why(self, parts: Sequence[Group], whole: Group | None = _EVERYBODY) -> Reason | None:
        return why_hidden(self._census, self._history, self._rule, parts, whole)

    def _complemented(self, plan: Plan) -> Plan:
        """Rule 4: what the hidden figures of a table could be solved from."""
        if self._rule.minimum == 1:
            return plan
        hidden = dict(plan.hidden)
        for table in ("area_labels", "place_labels"):
            rows = plan.rows(table)
            most = [self.number(of(DIMENSION[table], names)) for names in rows]
            for label in LABELS if rows else ():
                keys = [(table, crossed(table, names, label)) for names in rows]
                start = {i for i, key in enumerate(keys) if key in hidden}
                if ("labels", having(label)) in hidden:
                    continue
                values = [self.number(group) for _, group in keys]
                for i in self._chooser.column(
                    values, most, start, self._rule.minimum, self._order(keys)
                ):
                    hidden[keys[i]] = Reason.COMPLEMENTARY
        return replace(plan, hidden=self._grid(plan, hidden))

    def _grid(self, plan: Plan, hidden: dict[Key, Reason]) -> dict[Key, Reason]:
        rows = [plan.row("area_quarters", names) for names in plan.rows("area_quarters")]
        if not rows:
            return hidden
        values = np.array([[self.number(group) for _, group in row] for row in rows])
        start = {(i, j) for i, row in enumerate(rows) for j, key in enumerate(row) if key in hidden}
        for i, j in self._chooser.grid(values, start, self._rule.minimum):
            hidden.setdefault(rows[i][j], Reason.COMPLEMENTARY)
        return hidden

    def _order(self, keys: Sequence[Key]) -> list[int]:
        """The order in which a column is searched: what the last publication hid, then the last."""
        backwards = range(len(keys) - 1, -1, -1)
        if not self._history.told:
            return list(backwards)
        last = self._history.told[-1]
        return sorted(backwards, key=lambda i: last.count(keys[i][1]) is not None)

    def number(self, group: Group) -> int:
        """Submissions in a group, shown or not."""
        return self._census.size(group).submissions


def _subsets(labels: frozenset[str]) -> list[frozenset[str]]:
    """All of them first, then each, then none."""
    return [labels, *(frozenset({one}) for one in sorted(labels)), frozenset()]


def _rest_name(region: str, *, whole: bool) -> str:
    return f"Region {region}" if whole else f"øvrige kommuner i Region {region}"
