"""Tables that add up to the total (areas, municipalities, quarters): what is put together.

Groups below the minimum k, the empty ones included, are put together as «the rest». The rest may
stand if it is several groups with k people together, not all of them k - 1 (whoever knows this rule
could tell them from their sum). Else other groups join it until it has k + 2 people: the last of
the table first, whatever its size. Taking the smallest would show more, but tell whoever knows the
rule that it was the smallest: a test found tables which that gave away. If none is left, the table
is hidden whole. So 7 + 1 of 8 is hidden whole; 20 + 12 + 1 becomes 20 + a rest of 13. If all groups
below k are empty, nobody is exposed and everything is shown, zeros included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.disclosure.types import Figure, Rest, Rule, Table, Tally

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """A table in parts: each is told as one number. ``rest`` is empty when nothing is put
    together; with nothing ``kept`` the rest is all that there was."""

    kept: tuple[Names, ...]
    rest: Names


def put_together(
    parts: Sequence[Names],
    *,
    fails: Callable[[Names], bool],
    empty: Callable[[Names], bool],
    covers: Callable[[Names], bool],
    forced: Iterable[Names] = (),
) -> Parts:
    """The parts that may be told alone, and the names of those told together.

    ``fails`` says that a part may not be told alone, ``empty`` that nobody is in it, ``covers``
    that names may be told together. ``forced`` parts are put into the rest in any case. The order
    must be fixed beforehand, what one would miss least last.
    """
    forced = set(forced)
    failing = [part for part in parts if fails(part)]
    if all(empty(part) for part in failing):
        failing = []
    hidden = {part for part in parts if part in forced or part in failing}
    candidates = [part for part in parts if part not in hidden]

    def names() -> Names:
        return tuple(name for part in parts if part in hidden for name in part)

    while hidden and candidates and not covers(names()):
        hidden.add(candidates.pop())
    return Parts(tuple(part for part in parts if part not in hidden), names())


def enough_together(sizes: Sequence[int], people: int, minimum: int) -> bool:
    """True when a rest is several groups, people enough, and leaves each of them open.

    ``sizes`` are the people in each group of the rest, ``people`` those in all of it.
    """
    if max(sizes) >= minimum:  # a group has joined: it must not be known to be just k
        return len(sizes) > 1 and people >= minimum + 2
    return people >= minimum and len(sizes) > 1 and min(sizes) < minimum - 1


def split(table: Mapping[str, Tally], rule: Rule) -> Table:
    """The rule for one table alone, of which nothing has been published before.

    >>> people = lambda n, of: Tally(n, frozenset(f"{of}{i}" for i in range(n)))
    >>> split({"a": people(20, "a"), "b": people(12, "b"), "c": people(1, "c")}, Rule(5))
    Table(shown=(Figure(key='a', count=20),), rest=13, hidden=('b', 'c'), rests=())
    """

    def together(names: Names) -> Tally:
        return sum((table[name] for name in names), Tally())

    parts = put_together(
        [(name,) for name in table],
        fails=lambda part: together(part).size < rule.minimum,
        empty=lambda part: together(part).submissions == 0,
        covers=lambda names: enough_together(
            [table[name].size for name in names], together(names).size, rule.minimum
        ),
    )
    shown = tuple(Figure(name, table[name].submissions) for (name,) in parts.kept)
    return Table(shown, together(parts.rest).submissions if parts.rest else None, parts.rest)


def table_of(kept: Mapping[Names, int], rests: Sequence[Rest]) -> Table:
    """A table for readers: single groups, and the groups told together."""
    shown = tuple(Figure(names[0], count) for names, count in kept.items())
    hidden = tuple(name for rest in rests for name in rest.members)
    return Table(shown, sum(rest.count for rest in rests) if rests else None, hidden, tuple(rests))
