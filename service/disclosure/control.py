"""Decides which figures may leave, and refuses when no choice is safe.

Always in people (distinct submitters), with ``k`` the minimum:

1.  *The total.* Below k people, nothing is shown. Beside every earlier publication the new one must
    count no new people or at least k; else it is refused: it would describe the few who came.
2.  *Tables that add up*: groups below k are told together (``partition``); small municipalities
    with the others of their region.
3.  *A figure and its rest.* A label, also within an area or a place, is shown only if those with it
    and those without it are nobody or at least k. So «7 of 8» is hidden: it exposes the one. Two
    labels together need it of all four groups. What nobody states is 0, and shown.
4.  *Complementary suppression* (``complement``) of what a hidden figure could be solved from.
5.  *Differencing.* Rules 2 and 3 hold for those new since, and those no longer in, every earlier
    publication that told the same group (``history``).
6.  *Proof* (``witness``). Everything told, now and before, is solved together. Figures go on being
    hidden until every hidden figure has a range of at least k, and no small group that up to three
    labels, or two labels in an area or a place, describe is certain to be there. If figures run
    out, publication is refused.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from nlp.types import LABELS
from service.disclosure.census import Census, View
from service.disclosure.complement import in_column, in_grid
from service.disclosure.history import History, NotTheseData, why_hidden
from service.disclosure.partition import Parts, enough_together, put_together, table_of
from service.disclosure.plan import Key, Names, Partition, Plan, crossed
from service.disclosure.programme import Contradiction
from service.disclosure.published import Published, check
from service.disclosure.sheets import Target
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
    Refusal,
    Rest,
    Rule,
    Table,
    Tally,
    label_pairs,
)
from service.disclosure.witness import Finding, prove

_STEPS = 24
_EVERYBODY = Group()


class Counted(Protocol):
    """What disclosure control needs of a count."""

    @property
    def census(self) -> Census: ...
    @property
    def regions(self) -> Mapping[str, str]: ...
    @property
    def excluded(self) -> Tally: ...
    @property
    def tests(self) -> int: ...
    @property
    def waiting(self) -> int: ...


class Chooser(Protocol):
    """How complementary cells are chosen. ``evaluation`` compares the usual way with ours."""

    def column(
        self,
        values: Sequence[int],
        most: Sequence[int],
        hidden: set[int],
        width: int,
        order: Sequence[int],
    ) -> set[int]:
        """Further cells of a column of which the total is known."""

    def first(self, keys: Sequence[Key], sizes: Mapping[Key, int]) -> Key:
        """Which of several figures, all of which might help, is hidden next."""


class FewestFirst:
    """Ours: the fewest cells that will do, and never by size."""

    def column(
        self,
        values: Sequence[int],
        most: Sequence[int],
        hidden: set[int],
        width: int,
        order: Sequence[int],
    ) -> set[int]:
        return in_column(values, most, hidden, width, order)

    def first(self, keys: Sequence[Key], sizes: Mapping[Key, int]) -> Key:
        return keys[-1]


def disclose(
    counts: Counted,
    rule: Rule,
    earlier: Sequence[Published] = (),
    *,
    chooser: Chooser | None = None,
) -> Disclosed | Refusal:
    """All figures of a report with what could expose somebody left out, or why there can be none.

    ``earlier`` are all published publications, oldest first; ``counts`` must have been made with
    the same. A minimum of 1 hides nothing and proves nothing.
    """
    if rule.minimum == 1:
        return _Control(counts, rule, (), chooser or FewestFirst()).everything()
    try:
        for one in earlier:
            check(one)
        return _Control(counts, rule, earlier, chooser or FewestFirst()).safe()
    except (NotTheseData, Contradiction, ValueError) as error:
        return Refusal(
            "contradictory",
            "En tidligere rapport passer ikke med de data, der nu er bekræftet, eller med sig "
            "selv. Derfor kan det ikke kontrolleres, at ingen kan findes. Rapporten kan ikke "
            "udgives.",
            f"an earlier publication does not fit these data: {error}",
        )


@dataclass(frozen=True, slots=True)
class _Extra:
    """What the proof has added: names forced into a rest, and further hidden figures."""

    areas: frozenset[Names] = frozenset()
    places: frozenset[Names] = frozenset()
    quarters: frozenset[Names] = frozenset()
    cells: Mapping[Key, Reason] | None = None


@dataclass
class _Search:
    """What the proofs have found so far, over all plans that were tried."""

    started: float
    proven: frozenset[Target] = frozenset()
    ranges: dict[Group, int] = field(default_factory=dict)
    witnesses: int = 0
    solved: int = 0

    def take(self, finding: Finding) -> Finding:
        """Remember a finding."""
        self.proven = finding.proven
        self.ranges |= finding.ranges
        self.witnesses += finding.witnesses
        self.solved += finding.solved
        return finding

    def proof(self, hidden: int) -> Proof:
        """What is told of the proof."""
        return Proof(
            hidden=hidden,
            groups=sum(not target.hidden for target in self.proven),
            witnesses=self.witnesses,
            solved=self.solved,
            seconds=round(time.monotonic() - self.started, 3),
            narrowest=min(
                (self.ranges[one.group] for one in self.proven if one.hidden), default=None
            ),
        )


class _Control:
    """One decision: the data, what was told before, and the rule."""

    def __init__(
        self, counts: Counted, rule: Rule, earlier: Sequence[Published], chooser: Chooser
    ) -> None:
        self._counts, self._census, self._rule = counts, counts.census, rule
        self._earlier, self._chooser = earlier, chooser
        self._history = History(self._census, earlier, rule)

    # ── the whole ────────────────────────────────────────────────────────────────────────────────
    def everything(self) -> Disclosed:
        """A working report: all figures, none of them fit for publication."""
        return self._shown(self._plan(_Extra()), None)

    def safe(self) -> Disclosed | Refusal:
        """What can be proven safe; hides more until it is."""
        total = self._census.size(Group())
        if 0 < total.people < self._rule.minimum:
            return self._nothing()
        if refusal := self._too_few():
            return refusal
        search = _Search(time.monotonic())
        extra, plan = _Extra(), self._plan(_Extra())
        for step in range(_STEPS):
            finding = search.take(self._prove(plan, search.proven))
            if not finding.unproven:
                return self._shown(plan, search.proof(len(plan.all_hidden())))
            extra = self._narrower(plan, extra, finding.unproven, everything=step >= _STEPS // 2)
            following = self._plan(extra)
            if following == plan:
                break
            if following.parts != plan.parts:  # another table: what was proven may be told again
                search.proven = frozenset()
            plan = following
        return Refusal(
            "unsafe",
            "Der er ikke fundet nogen udgave af tallene, hvor ingen kan findes, når de holdes op "
            "mod de rapporter, der allerede er udgivet. Vent, til der er kommet flere "
            "indsendelser.",
            "no choice of figures was found that is safe beside what has been published",
            tuple(dict.fromkeys(target.group for target in finding.unproven)),
        )

    def _prove(self, plan: Plan, proven: frozenset[Target]) -> Finding:
        return prove(
            self._census,
            self._earlier,
            [group for _, group in plan.told()],
            [key[1] for key in plan.all_hidden() if self._is_secret(plan, key)],
            self._rule.minimum,
            proven,
        )

    def _is_secret(self, plan: Plan, key: Key) -> bool:
        """True for a hidden figure that must have a wide range.

        Without an earlier publication that is all of them. Beside one, a large figure may be known
        nearly: it was told before, and few have come. Those few are a target of their own.
        """
        table, group = key
        if not self._earlier:
            return True
        if table in _BLOCKS:
            return 0 < self._census.size(group).people < self._rule.minimum
        return plan.hidden[key] in (Reason.PRIMARY, Reason.REST)

    def _too_few(self) -> Refusal | None:
        """Rule 1, for every earlier publication."""
        now, k = self._census.now, self._rule.minimum
        for t, told in enumerate(self._history.told):
            if told.published.total is None:
                continue
            version = told.published.version
            came = self._census.size(Group(), View(now, 1 << t)).people
            left = self._census.size(Group(), View(1 << t, now)).people
            if 0 < came < k or 0 < left < k:
                return Refusal(
                    "too_few_new",
                    f"Færre end {k} indsendere skiller denne rapport fra version {version}. "
                    "Forskellen ville beskrive dem. Vent, til der er flere.",
                    f"fewer than {k} people differ from version {version}: the difference would "
                    "describe them; wait for more",
                )
            if self._history.gone(t, Group()) and came < k:
                return Refusal(
                    "too_few_withdrawn",
                    f"Siden version {version} er indsendelser trukket tilbage eller rettet, og der "
                    f"er ikke kommet mindst {k} nye indsendere. Nye tal ville vise, hvad der er "
                    "ændret. Vent, til der er flere.",
                    f"submissions of version {version} were withdrawn or corrected, and fewer than "
                    f"{k} new people have come: new figures would show what changed; wait for more",
                )
        return None

    # ── choosing ─────────────────────────────────────────────────────────────────────────────────
    def _plan(self, extra: _Extra) -> Plan:
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
        return self._complemented(
            replace(plan, hidden={k: r for k, r in hidden.items() if k in known})
        )

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
        return frozenset(one for one in blocks if not self._number(_of(dimension, one)))

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
            if shown.issuperset(names) and not self._number(Group(places=tuple(names)))
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
            group = _of(dimension, names)
            few = self._census.size(group).people < self._rule.minimum
            return few or self._history.differs([group])

        def empty(names: Names) -> bool:
            group = _of(dimension, names)
            return self._census.size(group).submissions == 0 and not self._history.differs([group])

        return put_together(
            parts,
            fails=fails,
            empty=empty,
            covers=lambda names: self._covers(dimension, names),
            forced=forced,
        )

    def _covers(self, dimension: str, names: Names) -> bool:
        group = _of(dimension, names)
        sizes = [self._census.size(_of(dimension, (name,))).people for name in names]
        people = self._census.size(group).people
        return enough_together(sizes, people, self._rule.minimum) and not self._history.differs(
            [group]
        )

    def _reasons(self, names: Names, dimension: str) -> dict[str, Reason]:
        found = {}
        for name in names:
            group = _of(dimension, (name,))
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
                label not in without and not self._census.size(_label(label)).submissions
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
            most = [self._number(_of(_DIMENSION[table], names)) for names in rows]
            for label in LABELS if rows else ():
                keys = [(table, crossed(table, names, label)) for names in rows]
                start = {i for i, key in enumerate(keys) if key in hidden}
                if ("labels", _label(label)) in hidden:
                    continue
                values = [self._number(group) for _, group in keys]
                for i in self._chooser.column(
                    values, most, start, self._rule.minimum, self._order(keys)
                ):
                    hidden[keys[i]] = Reason.COMPLEMENTARY
        return replace(plan, hidden=self._grid(plan, hidden))

    def _grid(self, plan: Plan, hidden: dict[Key, Reason]) -> dict[Key, Reason]:
        rows = [plan.row("area_quarters", names) for names in plan.rows("area_quarters")]
        if not rows:
            return hidden
        values = np.array([[self._number(group) for _, group in row] for row in rows])
        start = {(i, j) for i, row in enumerate(rows) for j, key in enumerate(row) if key in hidden}
        for i, j in in_grid(values, start, self._rule.minimum):
            hidden.setdefault(rows[i][j], Reason.COMPLEMENTARY)
        return hidden

    def _order(self, keys: Sequence[Key]) -> list[int]:
        """The order in which a column is searched: what the last publication hid, then the last."""
        backwards = range(len(keys) - 1, -1, -1)
        if not self._history.told:
            return list(backwards)
        last = self._history.told[-1]
        return sorted(backwards, key=lambda i: last.count(keys[i][1]) is not None)

    # ── hiding more ──────────────────────────────────────────────────────────────────────────────
    def _narrower(
        self, plan: Plan, extra: _Extra, unproven: Iterable[Target], *, everything: bool
    ) -> _Extra:
        """Hide what may help each target that is not proven; ``everything`` that may, if slow."""
        told, grown = plan.told(), extra
        sizes = {key: self._number(key[1]) for key in told}
        cells = dict(plan.hidden)
        chosen: set[Key] = set()
        for target in unproven:
            tier = next((found for found in _tiers(told, target) if found), None)
            if tier is None or (chosen & set(tier) and not everything):
                continue
            picked = tier if everything else [self._chooser.first(tier, sizes)]
            chosen |= set(picked)
            view = target.view
            reason = Reason.COMPLEMENTARY if not view.outside else Reason.DIFFERENCING
            for key in picked:
                if key[0] in _BLOCKS:
                    grown = _forced(grown, plan, key[1])
                else:
                    cells[key] = reason
        if (grown.areas, grown.places, grown.quarters) != (
            extra.areas,
            extra.places,
            extra.quarters,
        ):
            return grown
        return replace(grown, cells=cells)

    # ── telling ──────────────────────────────────────────────────────────────────────────────────
    def _number(self, group: Group) -> int:
        return self._census.size(group).submissions

    def _shown(self, plan: Plan, proof: Proof | None) -> Disclosed:
        hidden = plan.hidden

        def count(table: str, group: Group) -> int | None:
            return None if (table, group) in hidden else self._number(group)

        return Disclosed(
            minimum=self._rule.minimum,
            total=self._number(Group()),
            labels=tuple(Figure(x, count("labels", _label(x))) for x in LABELS),
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
                kept = {names: self._number(_of(dimension, names)) for names in partition.kept}
                return table_of(kept, ())
            return Table((), self._number(Group()), names)
        return table_of(
            {names: self._number(_of(dimension, names)) for names in partition.kept},
            [
                Rest(key, names, self._number(_of(dimension, names)))
                for key, names in partition.rests.items()
            ],
        )

    def _crosses(self, plan: Plan, table: str, count: _Count) -> tuple[Cross, ...]:
        partition = plan.places if table == "place_labels" else plan.areas
        return tuple(
            Cross(
                partition.name(names),
                names,
                self._number(_of(_DIMENSION[table], names)),
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
                yield Hidden(table, _of(dimension, (name,)), reason)
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

    def _nothing(self) -> Disclosed:
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


_DIMENSION = {"area_labels": "areas", "place_labels": "places", "area_quarters": "areas"}
_BLOCKS = frozenset({"areas", "municipalities", "quarters"})


def _of(dimension: str, names: Names) -> Group:
    if dimension == "areas":
        return Group(areas=names)
    return Group(places=names) if dimension == "places" else Group(quarters=names)


def _label(label: str) -> Group:
    return Group(present=frozenset({label}))


def _subsets(labels: frozenset[str]) -> list[frozenset[str]]:
    """All of them first, then each, then none."""
    return [labels, *(frozenset({one}) for one in sorted(labels)), frozenset()]


def _rest_name(region: str, *, whole: bool) -> str:
    return f"Region {region}" if whole else f"øvrige kommuner i Region {region}"


def _column(plan: Plan, group: Group) -> str:
    if group.quarters:
        return plan.quarters.name(group.quarters)
    return next(iter(group.present))


def _forced(extra: _Extra, plan: Plan, group: Group) -> _Extra:
    """A block that must no longer be told by itself; when it is what is left, the whole table."""
    if group.areas:
        return replace(extra, areas=extra.areas | _or_all(plan.areas, group.areas))
    if group.places:
        return replace(extra, places=extra.places | _or_all(plan.places, group.places))
    return replace(extra, quarters=extra.quarters | _or_all(plan.quarters, group.quarters))


def _or_all(partition: Partition, names: Names) -> frozenset[Names]:
    last = list(partition.rests.values())[-1:]
    return frozenset(partition.blocks if names in last else [names])


def _tiers(told: Sequence[Key], target: Target) -> Iterator[list[Key]]:
    """Shown figures that a target may be solved from, the likeliest first."""
    group = target.group
    labels = group.present | group.absent

    def own(key: Key) -> bool:
        return bool(set(key[1].areas) & set(group.areas) or set(key[1].places) & set(group.places))

    def crossed_by(key: Key) -> bool:
        """In a table of the same two dimensions as the target, or of any when it has none."""
        if group.quarters:
            return key[0] == "area_quarters"
        if key[0] not in ("area_labels", "place_labels"):
            return False
        if not (group.areas or group.places):
            return True
        return bool(key[1].areas and group.areas or key[1].places and group.places)

    if not labels and not group.quarters:
        blocks = [key for key in told if key[0] in _BLOCKS and _same_dimension(key[1], group)]
        yield [key for key in blocks if own(key)]
        yield blocks
    pairs = [key for key in told if key[0] == "pairs"]
    crosses = [key for key in told if crossed_by(key)]
    yield [key for key in pairs if key[1].present <= labels] if not group.quarters else []
    yield [key for key in crosses if own(key) and key[1].present & labels]
    yield [key for key in crosses if key[1].present & labels]
    yield [key for key in crosses if key[1].quarters and key[1].quarters == group.quarters]
    yield [key for key in pairs if key[1].present & labels]
    yield [key for key in crosses if own(key)]
    yield crosses
    yield pairs
    yield [key for key in told if key[0] == "labels" and key[1].present & labels]
    yield [key for key in told if key[0] in _BLOCKS and _same_dimension(key[1], group)]
    yield [key for key in told if key[0] in ("area_labels", "place_labels", "area_quarters")]
    yield [key for key in told if key[0] != "total"]


def _same_dimension(one: Group, other: Group) -> bool:
    return bool(
        (one.areas and other.areas)
        or (one.places and other.places)
        or (one.quarters and other.quarters)
    )
