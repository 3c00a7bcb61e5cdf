"""Publishes a story step by step, and sets an attacker on every publication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from service.bench.stories import Story
from service.disclosure.attack import Attacker, Suspicion
from service.disclosure.census import Census, View
from service.disclosure.choosing import Chooser
from service.disclosure.control import disclose
from service.disclosure.programme import Contradiction
from service.disclosure.published import Published, published_from
from service.disclosure.sheets import described_by
from service.disclosure.types import Disclosed, Group, Hidden, Reason, Refusal
from service.reports.aggregate import Counts, aggregate
from training_data.areas import AREAS


@dataclass(frozen=True, eq=False)
class Step:
    """One planned publication: what was counted, and what came of it."""

    counts: Counts
    outcome: Disclosed | Refusal
    earlier: tuple[Published, ...]
    published: Published | None


def steps(told: Story, chooser: Chooser | None = None) -> Iterator[Step]:
    """Publish in turn what may be published; what is refused is not."""
    earlier: tuple[Published, ...] = ()
    for number, (since, until, taken_at) in enumerate(told.plans, start=1):
        counts = aggregate(
            filter(None, (life.at(taken_at) for life in told.lives)),
            since=since,
            until=until,
            areas=AREAS,
            municipalities=told.places,
            earlier=earlier,
        )
        outcome = disclose(counts, told.rule, earlier, chooser=chooser)
        published = None
        if isinstance(outcome, Disclosed):
            published = published_from(
                outcome, version=f"{number}.0", since=since, until=until, taken_at=taken_at
            )
        yield Step(counts, outcome, earlier, published)
        if published is not None and published.total is not None:
            earlier = (*earlier, published)


def _is_small(census: Census, hidden: Hidden, minimum: int) -> bool:
    people = census.size(hidden.group).people
    return 0 < people < minimum or hidden.reason is Reason.REST


@dataclass(frozen=True, slots=True)
class Secret:
    """A group that must stay hidden, in one view of the data."""

    group: Group
    view: View
    hidden: bool


def secrets(step: Step, disclosed: Disclosed, minimum: int) -> list[Secret]:
    """The hidden figures, and every group of fewer than the minimum that up to three labels, or
    two within an area or a place, or an area and a place or a quarter describe.

    Beside earlier publications, a hidden figure is a secret only if it or its rest is small.
    """
    census = step.counts.census
    found = [
        Secret(one.group, census.present, True)
        for one in disclosed.hidden
        if one.table not in ("total", "excluded")
        and (not step.earlier or _is_small(census, one, minimum))
    ]
    groups = [Group(present=p, absent=a) for p, a in described_by(3)]
    for p, a in described_by(2, alone=True):
        groups += [Group(areas=(x,), present=p, absent=a) for x in census.areas]
        groups += [Group(places=(x,), present=p, absent=a) for x in census.places]
    groups += [Group(areas=(x,), places=(y,)) for x in census.areas for y in census.places]
    groups += [Group(areas=(x,), quarters=(y,)) for x in census.areas for y in census.quarters]
    for view in census.views():
        found += [
            Secret(group, view, False)
            for group in groups
            if 0 < census.size(group, view).people < minimum
        ]
    return found


@dataclass(frozen=True, slots=True)
class Attack:
    """What an attacker made of one publication: ``tried`` of ``secrets``, and what he found."""

    secrets: int
    tried: int
    found: tuple[Secret, ...]


def attack(told: Story, step: Step, *, most: int, seed: int) -> Attack:
    """An attacker who knows all publications tries at most so many secrets, drawn at random.

    He believes that nothing was withdrawn, unless the figures tell him otherwise.
    """
    if not isinstance(step.outcome, Disclosed) or step.published is None:
        return Attack(0, 0, ())
    everything = secrets(step, step.outcome, told.rule.minimum)
    tried = Random(seed).sample(everything, min(most, len(everything)))
    for suspicion in (Suspicion(), Suspicion(withdrawals=True)):
        attacker = Attacker(
            [*step.earlier, step.published],
            areas=AREAS,
            places=step.counts.census.places,
            quarters=step.counts.census.quarters,
            suspicion=suspicion,
        )
        try:
            found = tuple(one for one in tried if _exposed(attacker, one, told.rule.minimum))
        except Contradiction:
            continue
        return Attack(len(everything), len(tried), found)
    raise AssertionError("the truth itself fits the figures")


def _exposed(attacker: Attacker, secret: Secret, minimum: int) -> bool:
    return attacker.exposes(
        secret.group,
        secret.view.inside,
        minimum,
        outside=secret.view.outside,
        hidden=secret.hidden,
    )
