"""Earlier publications held against the data: what each told of a group, what came, what went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from service.disclosure.census import Census, Size, View
from service.disclosure.published import Published
from service.disclosure.types import Group, Reason, Rule

_Key = tuple[str, tuple[str, ...], frozenset[str]]


class NotTheseData(ValueError):
    """An earlier publication counted fewer than these data say it must have."""


class Told:
    """What one publication told of a group, directly or as a sum of parts."""

    def __init__(self, published: Published) -> None:
        self.published = published
        self._parts: dict[_Key, list[tuple[frozenset[str], int]]] = defaultdict(list)
        for fact in published.facts:
            self._parts[_key(fact.group)].append((_members(fact.group), fact.count))

    def count(self, group: Group) -> int | None:
        """The number of submissions that it told; None when it did not tell."""
        members, parts = _members(group), self._parts.get(_key(group), ())
        if not members:
            return next((count for names, count in parts if not names), None)
        inside = [(names, count) for names, count in parts if names and names <= members]
        covered = frozenset[str]().union(*(names for names, _ in inside))
        if covered != members or sum(len(names) for names, _ in inside) != len(members):
            return None
        return sum(count for _, count in inside)


def _members(group: Group) -> frozenset[str]:
    return frozenset(group.areas or group.places)


def _key(group: Group) -> _Key:
    kind = "areas" if group.areas else "places" if group.places else ""
    return kind, group.quarters, group.present


class History:
    """All earlier publications. Bit ``t`` of a class of ``census`` is publication ``t``."""

    def __init__(self, census: Census, earlier: Sequence[Published], rule: Rule) -> None:
        self._census, self._rule = census, rule
        self.told = [Told(one) for one in earlier]

    def differs(self, parts: Sequence[Group], whole: Group | None = None) -> bool:
        """True when telling ``parts[0]`` now, beside what was told, would expose a few.

        ``parts`` are the groups that the figure describes: it, and its rest in ``whole``. Each of
        them may have got nobody or at least the minimum of new people since each publication that
        told the figure. Where somebody has gone (withdrawn, or confirmed otherwise), at least the
        minimum must have come too, so that the difference does not show it.
        """
        return any(
            self._exposes(t, parts, whole)
            for t, one in enumerate(self.told)
            if one.count(parts[0]) is not None
        )

    def _exposes(self, t: int, parts: Sequence[Group], whole: Group | None) -> bool:
        bit, now = 1 << t, self._census.now
        came = [self._census.size(part, View(now, bit)) for part in parts]
        left = [self._census.size(part, View(bit, now)) for part in parts]
        if any(self._few(size) for size in (*came, *left)):
            return True
        gone = self.gone(t, parts[0])
        gone_of_rest = self.gone(t, whole) - gone if whole and len(parts) == 2 else 0
        return any(
            went and size.people < self._rule.minimum
            for went, size in zip((gone, gone_of_rest), came, strict=False)
        )

    def gone(self, t: int, group: Group) -> int:
        """How many submissions publication ``t`` counted in a group that no longer are there.

        Raises NotTheseData when more are there than it counted.
        """
        told = self.told[t].count(group)
        if told is None:
            return 0
        gone = told - self._census.size(group, View(1 << t)).submissions
        if gone < 0:
            version = self.told[t].published.version
            raise NotTheseData(
                f"publication {version} counted {told} in «{group.danish()}», "
                f"the data have {told - gone} of that time"
            )
        return gone

    def _few(self, size: Size) -> bool:
        return 0 < size.people < self._rule.minimum


def why_hidden(
    census: Census,
    history: History,
    rule: Rule,
    parts: Sequence[Group],
    whole: Group | None = None,
) -> Reason | None:
    """Why the figure of ``parts[0]`` may not be shown by itself; None when it may.

    The other parts are what it tells besides: with one, the rest of ``whole``.
    """
    for number, part in enumerate(parts):
        if 0 < census.size(part).people < rule.minimum:
            return Reason.REST if number else Reason.PRIMARY
    return Reason.DIFFERENCING if history.differs(parts, whole) else None
