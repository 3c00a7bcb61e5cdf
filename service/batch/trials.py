"""Invented reporting: random submissions over time, publications in a row, and an attacker on them.

What ``retsspor evaluate disclosure`` repeats thousands of times. Pure but for the random numbers,
which come from a seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from nlp.types import LABELS
from service.disclosure.attack import Attacker, Suspicion
from service.disclosure.census import Census, View
from service.disclosure.control import Chooser, disclose
from service.disclosure.programme import Contradiction
from service.disclosure.published import Published, published_from
from service.disclosure.sheets import described_by
from service.disclosure.types import Disclosed, Group, Hidden, Reason, Refusal, Rule
from service.reports.aggregate import Counts, aggregate
from service.reports.types import ConfirmedSubmission
from training_data.areas import AREAS

START = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = ("Aalborg", "Hjørring", "Rebild", "Kolding", "Vejle", "Næstved")


@dataclass(frozen=True, slots=True)
class Life:
    """A submission and what becomes of it: corrected or withdrawn at some time, or never."""

    first: ConfirmedSubmission
    withdrawn_at: datetime | None = None
    corrected_at: datetime | None = None
    corrected: tuple[str, ...] = ()

    def at(self, moment: datetime) -> ConfirmedSubmission | None:
        """What a report sees at a moment; None before it is confirmed."""
        if self.first.reviewed_at is None or self.first.reviewed_at > moment:
            return None
        if self.withdrawn_at and self.withdrawn_at <= moment:
            return replace(self.first, excluded="withdrawn")
        if self.corrected_at and self.corrected_at <= moment:
            return replace(self.first, labels=self.corrected, reviewed_at=self.corrected_at)
        return self.first


@dataclass(frozen=True, slots=True)
class Story:
    """Submissions over time, and the publications that are planned: since, until, taken at."""

    lives: tuple[Life, ...]
    plans: tuple[tuple[datetime | None, datetime, datetime], ...]
    rule: Rule


def story(seed: int, *, most: int = 120, plans: int = 3) -> Story:
    """A random one: few or many submissions, labels and areas, rare things and people who write
    again, late confirmations, corrections, withdrawals, periods that overlap."""
    random = Random(seed)
    labels = random.sample(LABELS, random.randint(2, 4))
    chances = {label: random.choice([0.1, 0.3, 0.5, 0.8, 0.95]) for label in labels}
    areas = random.sample(AREAS, random.randint(1, 4))
    weights = [random.choice([1, 2, 4, 8, 16]) for _ in PLACES]
    changes = random.choice([0.0, 0.0, 0.02, 0.1])
    size = random.randint(4, most)

    def one(number: int) -> Life:
        received = START + timedelta(days=random.random() * 270)
        decided = received + timedelta(days=random.expovariate(1 / 10))
        submission = ConfirmedSubmission(
            public_id=f"p{number}",
            submitter=f"s{random.randrange(number + 1) if random.random() < 0.15 else number}",
            received_at=received,
            area=random.choice(areas),
            municipality=random.choices(PLACES, weights)[0] if random.random() < 0.9 else None,
            labels=tuple(x for x in LABELS if random.random() < chances.get(x, 0)),
            excerpts=(),
            reviewed_at=decided,
            excluded=None,
        )
        later = decided + timedelta(days=random.random() * 200)
        if random.random() < changes:
            return Life(submission, withdrawn_at=later)
        if random.random() < changes:
            other = tuple(x for x in LABELS if random.random() < chances.get(x, 0))
            return Life(submission, corrected_at=later, corrected=other)
        return Life(submission)

    moments = sorted(random.random() * 300 for _ in range(random.randint(1, plans)))
    planned = []
    for day in moments:
        taken = START + timedelta(days=day)
        until = taken if random.random() < 0.6 else taken - timedelta(days=random.random() * 60)
        since = None if random.random() < 0.7 else START + timedelta(days=random.random() * day)
        planned.append((since if since and since < until else None, until, taken))
    return Story(
        tuple(one(number) for number in range(size)), tuple(planned), Rule(random.choice([3, 4, 5]))
    )


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
            municipalities=PLACES,
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


def found_out(told: Story, step: Step, *, most: int, seed: int) -> tuple[list[Secret], int]:
    """What an attacker who knows all publications finds out, of at most so many secrets (drawn at
    random when there are more), and how many he tried.

    He believes that nothing was withdrawn, unless the figures tell him otherwise.
    """
    if not isinstance(step.outcome, Disclosed) or step.published is None:
        return [], 0
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
            return [one for one in tried if _exposed(attacker, one, told.rule.minimum)], len(tried)
        except Contradiction:
            continue
    raise AssertionError("the truth itself fits the figures")


def _exposed(attacker: Attacker, secret: Secret, minimum: int) -> bool:
    return attacker.exposes(
        secret.group,
        secret.view.inside,
        minimum,
        outside=secret.view.outside,
        hidden=secret.hidden,
    )
