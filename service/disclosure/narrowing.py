"""Rule 6: what is hidden next when a proof fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from service.disclosure.choosing import Chooser
from service.disclosure.plan import BLOCKS, Key, Names, Partition, Plan
from service.disclosure.planning import Extra
from service.disclosure.sheets import Target
from service.disclosure.types import Group, Reason


def narrower(
    plan: Plan,
    extra: Extra,
    unproven: Iterable[Target],
    chooser: Chooser,
    number: Callable[[Group], int],
    *,
    everything: bool,
) -> Extra:
    """Hide what may help each target that is not proven; ``everything`` that may, if slow."""
    told, grown = plan.told(), extra
    sizes = {key: number(key[1]) for key in told}
    cells = dict(plan.hidden)
    chosen: set[Key] = set()
    for target in unproven:
        tier = next((found for found in _tiers(told, target) if found), None)
        if tier is None or (chosen & set(tier) and not everything):
            continue
        picked = tier if everything else [chooser.first(tier, sizes)]
        chosen |= set(picked)
        view = target.view
        reason = Reason.COMPLEMENTARY if not view.outside else Reason.DIFFERENCING
        for key in picked:
            if key[0] in BLOCKS:
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


def _forced(extra: Extra, plan: Plan, group: Group) -> Extra:
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
        blocks = [key for key in told if key[0] in BLOCKS and _same_dimension(key[1], group)]
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
    yield [key for key in told if key[0] in BLOCKS and _same_dimension(key[1], group)]
    yield [key for key in told if key[0] in ("area_labels", "place_labels", "area_quarters")]
    yield [key for key in told if key[0] != "total"]


def _same_dimension(one: Group, other: Group) -> bool:
    return bool(
        (one.areas and other.areas)
        or (one.places and other.places)
        or (one.quarters and other.quarters)
    )
