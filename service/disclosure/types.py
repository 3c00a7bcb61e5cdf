"""The values of disclosure control: groups, figures, tables, and what may leave.

Sizes are kept twice: in submissions, which is what is published, and in people (distinct
submitters), which is what the minimum is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nlp.types import LABELS

FLOOR = 3
"""No public report may use a smaller minimum."""

ENOUGH = 1_000
"""So many people are remembered of a group at most: no minimum comes near it."""

UNKNOWN = "ikke oplyst"
"""The municipality of those who named none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many submissions, from whom.

    ``people`` are keys of submitters, ``singles`` the number of further submitters who wrote once
    and so can be in no other group: together they are counted exactly without naming everybody.
    """

    submissions: int = 0
    people: frozenset[str] = frozenset()
    singles: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.submissions + other.submissions,
            self.people | other.people,
            self.singles + other.singles,
        )

    @property
    def size(self) -> int:
        """Distinct submitters."""
        return len(self.people) + self.singles


@dataclass(frozen=True, slots=True)
class Rule:
    """The smallest group that may be seen, in people. ``minimum=1`` hides nothing."""

    minimum: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.minimum <= ENOUGH // 2:
            raise ValueError(f"the minimum is at least 1 and at most {ENOUGH // 2}")

    def allows(self, tally: Tally) -> bool:
        """True for a group that is empty or large enough."""
        return tally.submissions == 0 or tally.size >= self.minimum


class Reason(StrEnum):
    """Why a figure is hidden."""

    PRIMARY = "few"
    REST = "rest"
    COMPLEMENTARY = "complementary"
    DIFFERENCING = "differencing"

    @property
    def danish(self) -> str:
        """The sentence for the analyst's preview."""
        return _DANISH[self]


_DANISH = {
    Reason.PRIMARY: "Gruppen har for få indsendere.",
    Reason.REST: "Gruppen er stor nok, men resten har for få indsendere.",
    Reason.COMPLEMENTARY: "Tallet ville gøre det muligt at regne et andet, skjult tal ud.",
    Reason.DIFFERENCING: "Sammenlignet med en tidligere udgivelse ville tallet vise for få.",
}


@dataclass(frozen=True, slots=True)
class Group:
    """The submissions in one of ``areas``, ``places`` and ``quarters``, with the labels of
    ``present`` and none of ``absent``. An empty tuple means all of them."""

    areas: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    quarters: tuple[str, ...] = ()
    present: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()

    def danish(self) -> str:
        """In words, for the analyst's preview.

        >>> Group(areas=("handicap",), present=frozenset({"frister"})).danish()
        'handicap · frister'
        """
        parts = [" + ".join(names) for names in (self.areas, self.places, self.quarters) if names]
        parts += [label for label in LABELS if label in self.present]
        parts += [f"ikke {label}" for label in LABELS if label in self.absent]
        return " · ".join(parts) or "alle indsendelser"


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of the total; ``count`` is None when hidden."""

    key: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """How many have both labels; ``count`` is None when hidden."""

    first: str
    second: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Rest:
    """Groups that are told only together."""

    key: str
    members: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table that adds up to the total: the groups shown, and the rest together.

    ``rest`` is None when nothing is put together. ``hidden`` names the groups in the rest;
    ``rests`` are its parts (municipalities: one for each region that has one). With no group
    shown the table is hidden whole, and the rest (the total) tells nothing new.
    """

    shown: tuple[Figure, ...]
    rest: int | None
    hidden: tuple[str, ...]
    rests: tuple[Rest, ...] = ()

    @property
    def withheld(self) -> bool:
        """True when the whole table is hidden."""
        return not self.shown and len(self.rests) < 2


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row; ``count`` is None when hidden."""

    column: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Cross:
    """One row of a table of two dimensions: a group that is shown, cut by labels or quarters."""

    key: str
    members: tuple[str, ...]
    total: int
    cells: tuple[Cell, ...]

    @property
    def is_hidden(self) -> bool:
        """True when no cell is shown."""
        return all(cell.count is None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A figure that is not shown, and why."""

    table: str
    group: Group
    reason: Reason


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked before the figures left.

    ``hidden`` figures and small ``groups`` were tried; ``witnesses`` other data sets that fit
    everything published were shown, by ``solved`` programmes. ``narrowest`` is the smallest range
    proven for a hidden figure (more may be possible); None when none is hidden.
    """

    hidden: int
    groups: int
    witnesses: int
    solved: int
    seconds: float
    narrowest: int | None


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The figures that may leave. ``total`` is None when there are too few people for any."""

    minimum: int
    total: int | None
    labels: tuple[Figure, ...]
    pairs: tuple[Pair, ...]
    areas: Table
    municipalities: Table
    several_municipalities: bool
    tests: int
    excluded: int | None
    waiting: int
    area_labels: tuple[Cross, ...] = ()
    place_labels: tuple[Cross, ...] = ()
    area_quarters: tuple[Cross, ...] = ()
    quarters: Table = Table((), None, ())
    hidden: tuple[Hidden, ...] = ()
    proof: Proof | None = None

    def label(self, label: str) -> Figure:
        """The figure of one label."""
        return next(figure for figure in self.labels if figure.key == label)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing may be published. ``danish`` is for pages, ``english`` for the command line."""

    code: str
    danish: str
    english: str
    groups: tuple[Group, ...] = ()


def label_pairs() -> list[tuple[str, str]]:
    """The fifteen pairs of labels, in order."""
    return [(a, b) for i, a in enumerate(LABELS) for b in LABELS[i + 1 :]]
