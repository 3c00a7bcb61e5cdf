"""What a publication told, as equations: what later ones are held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nlp.types import LABELS
from service.disclosure.types import Cross, Disclosed, Group, Table


@dataclass(frozen=True, slots=True)
class Fact:
    """So many submissions are in this group."""

    group: Group
    count: int


@dataclass(frozen=True, slots=True)
class Published:
    """The figures of one publication, and which submissions they are about.

    It counted what was received from ``since`` (None: the beginning) to ``until``, as decided at
    ``taken_at``. It holds nothing that the publication did not show.
    """

    version: str
    since: datetime | None
    until: datetime
    taken_at: datetime
    facts: tuple[Fact, ...]

    def counts(self, received_at: datetime, decided_at: datetime) -> bool:
        """True when it counted such a submission, which has not been decided again since."""
        return (
            (self.since is None or received_at >= self.since)
            and received_at <= self.until
            and decided_at <= self.taken_at
        )

    @property
    def total(self) -> int | None:
        """All submissions that it counted; None when even that was hidden."""
        return next((fact.count for fact in self.facts if fact.group == Group()), None)

    def to_json(self) -> dict[str, Any]:
        """For the snapshot: plain lists, strings and numbers."""
        return {
            "version": self.version,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat(),
            "taken_at": self.taken_at.isoformat(),
            "facts": [_fact_json(fact) for fact in self.facts],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Published:
        """Read it back. Raises ValueError for what is no such publication."""
        try:
            published = cls(
                version=str(data["version"]),
                since=datetime.fromisoformat(data["since"]) if data["since"] else None,
                until=datetime.fromisoformat(data["until"]),
                taken_at=datetime.fromisoformat(data["taken_at"]),
                facts=tuple(_fact(one) for one in data["facts"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no earlier publication: {error!r}") from None
        check(published)
        return published


def check(published: Published) -> None:
    """Refuse figures that cannot be: below zero, above their total, one group told twice.

    Raises ValueError with the group in words. Contradictions between several figures are found
    when they are solved together.
    """
    if published.until.tzinfo is None or published.taken_at.tzinfo is None:
        raise ValueError("times of a publication need a time zone")
    total, told = published.total, dict[Group, int]()
    if published.facts and total is None:
        raise ValueError(f"publication {published.version} has figures and no total")
    for group, count in ((fact.group, fact.count) for fact in published.facts):
        if not 0 <= count <= (total or 0):
            raise ValueError(f"impossible figure: {count} of {total} in «{group.danish()}»")
        if told.setdefault(group, count) != count:
            raise ValueError(f"two different figures for «{group.danish()}»")


def published_from(
    disclosed: Disclosed,
    *,
    version: str,
    since: datetime | None,
    until: datetime,
    taken_at: datetime,
) -> Published:
    """What the figures tell, when they are published."""
    return Published(version, since, until, taken_at, tuple(facts_of(disclosed)))


def facts_of(disclosed: Disclosed) -> Iterator[Fact]:
    """Every equation that the shown figures tell."""
    if disclosed.total is None:
        return
    yield Fact(Group(), disclosed.total)
    for figure in disclosed.labels:
        if figure.count is not None:
            yield Fact(Group(present=frozenset({figure.key})), figure.count)
    for pair in disclosed.pairs:
        if pair.count is not None:
            yield Fact(Group(present=frozenset({pair.first, pair.second})), pair.count)
    for names, count in _blocks(disclosed.areas):
        yield Fact(Group(areas=names), count)
    for names, count in _blocks(disclosed.municipalities):
        yield Fact(Group(places=names), count)
    for names, count in _blocks(disclosed.quarters):
        yield Fact(Group(quarters=names), count)
    yield from _crossed(disclosed.area_labels, "areas")
    yield from _crossed(disclosed.place_labels, "places")
    together = {rest.key: rest.members for rest in disclosed.quarters.rests}
    for row in disclosed.area_quarters:
        for cell in row.cells:
            if cell.count is not None:
                quarters = together.get(cell.column, (cell.column,))
                yield Fact(Group(areas=row.members, quarters=quarters), cell.count)


def _blocks(table: Table) -> Iterator[tuple[tuple[str, ...], int]]:
    for figure in table.shown:
        yield (figure.key,), figure.count or 0
    if table.withheld:
        return  # the rest is everything: the total, told already
    if table.rests:
        yield from ((rest.members, rest.count) for rest in table.rests)
    elif table.rest is not None:
        yield table.hidden, table.rest


def _crossed(rows: Sequence[Cross], dimension: str) -> Iterator[Fact]:
    for row in rows:
        for cell in row.cells:
            if cell.count is not None:
                present = frozenset({cell.column})
                if dimension == "areas":
                    yield Fact(Group(areas=row.members, present=present), cell.count)
                else:
                    yield Fact(Group(places=row.members, present=present), cell.count)


_NAMED = ("areas", "places", "quarters")


def _fact_json(fact: Fact) -> dict[str, Any]:
    group = fact.group
    named = {name: list(getattr(group, name)) for name in _NAMED if getattr(group, name)}
    labels = [label for label in LABELS if label in group.present]
    return named | ({"labels": labels} if labels else {}) | {"count": fact.count}


def _fact(data: dict[str, Any]) -> Fact:
    labels, count = frozenset(data.get("labels", ())), data["count"]
    if strange := labels - set(LABELS):
        raise ValueError(f"no such label: {', '.join(sorted(strange))}")
    if not isinstance(count, int) or isinstance(count, bool):
        raise ValueError("a figure is a whole number")
    if unknown := set(data) - {*_NAMED, "labels", "count"}:
        raise ValueError(f"no such part of a figure: {', '.join(sorted(unknown))}")
    areas, places, quarters = (tuple(data.get(name, ())) for name in _NAMED)
    return Fact(Group(areas, places, quarters, labels), count)
