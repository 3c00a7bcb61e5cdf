"""Which figures are told: the choice that ``control`` makes and narrows until it is proven safe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlp.types import LABELS
from service.disclosure.types import Group, Reason, label_pairs

Names = tuple[str, ...]
Key = tuple[str, Group]
"""The table that a figure stands in, and its group."""
DIMENSION = {"area_labels": "areas", "place_labels": "places", "area_quarters": "areas"}
"""What the rows of a table are."""
BLOCKS = frozenset({"areas", "municipalities", "quarters"})
"""The tables that add up."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A table that adds up: single groups, and groups told together under a name of their own.

    ``hidden`` says of every name in a rest why it is there. ``empty`` are blocks with nobody.
    """

    kept: tuple[Names, ...] = ()
    rests: Mapping[str, Names] = field(default_factory=dict)
    hidden: Mapping[str, Reason] = field(default_factory=dict)
    empty: frozenset[Names] = frozenset()

    @property
    def blocks(self) -> tuple[Names, ...]:
        """What is told as one number each; nothing when the table is hidden whole."""
        found = (*self.kept, *self.rests.values())
        return found if len(found) > 1 else ()

    def name(self, block: Names) -> str:
        """The name of a block."""
        named = {names: name for name, names in self.rests.items()}
        return named.get(block, block[0])


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of the tables that add up, and each hidden figure of the others with its reason."""

    areas: Partition = Partition()
    places: Partition = Partition()
    quarters: Partition = Partition()
    hidden: Mapping[Key, Reason] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[Partition, Partition, Partition]:
        """The tables that add up."""
        return self.areas, self.places, self.quarters

    def told(self) -> list[Key]:
        """Every figure that is shown, the total first."""
        blocks = [
            *(("areas", Group(areas=names)) for names in self.areas.blocks),
            *(("municipalities", Group(places=names)) for names in self.places.blocks),
            *(("quarters", Group(quarters=names)) for names in self.quarters.blocks),
        ]
        return [("total", Group()), *blocks, *(k for k in self.cells() if k not in self.hidden)]

    def cells(self) -> Iterator[Key]:
        """Every figure of the tables that do not add up, shown or hidden."""
        yield from (("labels", Group(present=frozenset({label}))) for label in LABELS)
        yield from (("pairs", Group(present=frozenset(pair))) for pair in label_pairs())
        for table in ("area_labels", "place_labels", "area_quarters"):
            for row in self.rows(table):
                yield from (row_key for row_key in self.row(table, row))

    def rows(self, table: str) -> Sequence[Names]:
        """The rows of a table of two dimensions; a group with nobody has none."""
        if table == "area_quarters" and not self.quarters.blocks:
            return ()
        partition = self.places if table == "place_labels" else self.areas
        return [names for names in partition.blocks if names not in partition.empty]

    def row(self, table: str, names: Names) -> list[Key]:
        """The cells of one row."""
        if table == "area_quarters":
            return [(table, Group(areas=names, quarters=q)) for q in self.quarters.blocks]
        return [(table, crossed(table, names, label)) for label in LABELS]

    def all_hidden(self) -> list[Key]:
        """Every figure that is not shown, also single names of a rest."""
        found = [("areas", Group(areas=(name,))) for name in self.areas.hidden]
        found += [("municipalities", Group(places=(name,))) for name in self.places.hidden]
        found += [("quarters", Group(quarters=(name,))) for name in self.quarters.hidden]
        return [*found, *self.hidden]


def crossed(table: str, names: Names, label: str) -> Group:
    """The cell of a label in a row of areas or places."""
    present = frozenset({label})
    return (
        Group(areas=names, present=present)
        if table == "area_labels"
        else Group(places=names, present=present)
    )


def of(dimension: str, names: Names) -> Group:
    """The group of some areas, places or quarters."""
    if dimension == "areas":
        return Group(areas=names)
    return Group(places=names) if dimension == "places" else Group(quarters=names)


def having(label: str) -> Group:
    """Everybody with a label."""
    return Group(present=frozenset({label}))
