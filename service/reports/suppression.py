"""Decides which figures may be shown. Pure; everything that leaves a report has passed here.

The rule, with ``k`` the minimum (default 5, in public never below 3), always in *people*, that is,
distinct submitters; figures are shown in submissions:

1.  *A figure and its rest.* A label's figure «3 of 20» also tells of the 17 others. It is shown
    only if both groups are empty or have at least k people. So «7 of 8» is hidden: it exposes the
    one. A percentage or an interval exists only for a figure that is shown.
2.  *A table that adds up* (areas, municipalities). Groups below k, the empty ones included, are
    put together as «the rest». The rest may stand if it is several groups with k people together,
    not all of them k - 1 (whoever knows this rule could tell them from their sum). Else other
    groups join it until it has k + 2 people (complementary suppression): the last of the table
    first, whatever its size. Taking the smallest would show more, but tell whoever knows the rule
    that it was the smallest: a test found tables which that gave away. If none is left, the table
    is hidden whole. So 7 + 1 of 8 is hidden whole; 20 + 12 + 1 becomes 20 + a rest of 13. If all
    groups below k are empty, nobody is exposed and everything is shown, zeros included.
3.  *Two labels together* are shown only if each of the four groups (both, one, the other,
    neither) passes rule 1, and both labels are shown. ``service.reports.attack`` then tries to
    solve for what was hidden or for any small group; if it can, no pair is shown.
4.  *The total.* Below k people, not even the total is shown.
5.  *Left out.* The centre's own tests are no people: their number is always shown. Other reasons
    (withdrawn, duplicate, …) follow rule 1. Those who wait for review are told as a number.
6.  *Quotations* need a label that is shown; never two from one person (``service.reports.build``).

What follows, and is tested: an attacker who knows the totals and the shown figures finds for each
hidden figure at least k possible values; one who also knows this rule finds at least two.

A later publication of grown data can be compared with an earlier one. That is not looked at here;
``attack.facts`` lists what a publication tells, so that several can be solved together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from nlp.types import LABELS
from service.reports.aggregate import ENOUGH, UNKNOWN, Counts, Tally, label_pairs, total_of

FLOOR = 3
"""No public report may use a smaller minimum."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The smallest group that may be seen, in people. ``minimum=1`` hides nothing."""

    minimum: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.minimum <= ENOUGH // 2:
            raise ValueError(f"the minimum is at least 1 and at most {ENOUGH // 2}")

    def allows(self, tally: Tally) -> bool:
        """True for a group that is empty or large enough."""
        return tally.submissions == 0 or len(tally.people) >= self.minimum


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
class Table:
    """A table that adds up to the total: the groups shown, and the rest together.

    ``rest`` is None when nothing is put together. ``hidden`` names the groups in the rest. With
    no group shown the table is hidden whole, and the rest (the total) tells nothing new.
    """

    shown: tuple[Figure, ...]
    rest: int | None
    hidden: tuple[str, ...]

    @property
    def withheld(self) -> bool:
        """True when the whole table is hidden."""
        return not self.shown


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

    def label(self, label: str) -> Figure:
        """The figure of one label."""
        return next(figure for figure in self.labels if figure.key == label)


def split(table: Mapping[str, Tally], rule: Rule) -> Table:
    """Rule 2: which groups of a table are shown, and which are put together.

    The order of the table must be fixed beforehand, the groups one would miss least last.

    >>> people = lambda n, of: Tally(n, frozenset(f"{of}{i}" for i in range(n)))
    >>> split({"a": people(20, "a"), "b": people(12, "b"), "c": people(1, "c")}, Rule(5))
    Table(shown=(Figure(key='a', count=20),), rest=13, hidden=('b', 'c'))
    """
    hidden = {key for key, tally in table.items() if len(tally.people) < rule.minimum}
    if all(table[key].submissions == 0 for key in hidden):
        hidden = set()
    candidates = [key for key in table if key not in hidden]
    while hidden and candidates and not _covers(table, hidden, rule):
        hidden.add(candidates.pop())
    rest = total_of(table[key] for key in hidden)
    shown = tuple(
        Figure(key, tally.submissions) for key, tally in table.items() if key not in hidden
    )
    names = tuple(key for key in table if key in hidden)
    return Table(shown, rest.submissions if hidden else None, names)


def _covers(table: Mapping[str, Tally], hidden: set[str], rule: Rule) -> bool:
    """True when the rest is several groups, people enough, and leaves each of them open."""
    people = total_of(table[key] for key in hidden).people
    sizes = [len(table[key].people) for key in hidden]
    if max(sizes) >= rule.minimum:  # a group has joined: it must not be known to be just k
        return len(people) >= rule.minimum + 2
    return len(people) >= rule.minimum and len(sizes) > 1 and min(sizes) < rule.minimum - 1


def suppress(counts: Counts, rule: Rule) -> Disclosed:
    """All figures of a report, with what could expose somebody left out."""
    if counts.total.submissions and not rule.allows(counts.total):
        return _nothing(counts, rule)
    shown = [label for label in LABELS if _both_sides(counts, (label,), rule)]
    return Disclosed(
        minimum=rule.minimum,
        total=counts.total.submissions,
        labels=tuple(
            Figure(label, counts.having([label]).submissions if label in shown else None)
            for label in LABELS
        ),
        pairs=tuple(Pair(*pair, _together(counts, pair, shown, rule)) for pair in label_pairs()),
        areas=split(counts.areas, rule),
        municipalities=split(counts.municipalities, rule),
        several_municipalities=_several(counts),
        tests=counts.tests,
        excluded=counts.excluded.submissions if rule.allows(counts.excluded) else None,
        waiting=counts.waiting,
    )


def without_pairs(disclosed: Disclosed) -> Disclosed:
    """The same figures, with no label seen together with another."""
    hidden = tuple(replace(pair, count=None) for pair in disclosed.pairs)
    return replace(disclosed, pairs=hidden)


def _together(
    counts: Counts, pair: tuple[str, str], shown: Collection[str], rule: Rule
) -> int | None:
    """Rule 3. With a label that nobody states there is no pair: that is known already."""
    if any(label in shown and not counts.having([label]).submissions for label in pair):
        return 0
    if set(pair) <= set(shown) and _both_sides(counts, pair, rule):
        return counts.having(pair).submissions
    return None


def _both_sides(counts: Counts, labels: tuple[str, ...], rule: Rule) -> bool:
    """Rules 1 and 3: every group that these labels cut the submissions into may be seen."""
    chosen = range(2 ** len(labels))
    return all(
        rule.allows(
            counts.having(
                [label for i, label in enumerate(labels) if choice >> i & 1],
                [label for i, label in enumerate(labels) if not choice >> i & 1],
            )
        )
        for choice in chosen
    )


def _several(counts: Counts) -> bool:
    """True when more than one municipality was named."""
    named = (key for key, tally in counts.municipalities.items() if tally.submissions)
    return sum(key != UNKNOWN for key in named) > 1


def _nothing(counts: Counts, rule: Rule) -> Disclosed:
    """Rule 4: too few people for any figure."""
    return Disclosed(
        minimum=rule.minimum,
        total=None,
        labels=tuple(Figure(label, None) for label in LABELS),
        pairs=tuple(Pair(*pair, None) for pair in label_pairs()),
        areas=Table((), None, tuple(counts.areas)),
        municipalities=Table((), None, tuple(counts.municipalities)),
        several_municipalities=False,
        tests=counts.tests,
        excluded=None if counts.excluded.submissions else 0,
        waiting=counts.waiting,
    )
