"""Invented reporting: submissions over time, and the publications that somebody plans.

Three kinds, all from a seed. ``wild`` stories are small and odd on purpose: a few labels, from rare
to nearly always, few areas, rare places, periods that overlap anyhow. ``large`` ones are the same
with some hundred submissions. ``centre`` stories look like what the centre will have: eight areas
and 98 municipalities of very different size, labels that come together, and a report each quarter
or half-year.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from nlp.types import LABELS
from service.disclosure.types import Rule
from service.reports.counting import municipality_order
from service.reports.types import ConfirmedSubmission
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES

START = datetime(2026, 1, 1, tzinfo=UTC)
FEW_PLACES = ("Aalborg", "Hjørring", "Rebild", "Kolding", "Vejle", "Næstved")
ALL_PLACES = tuple(municipality_order())

LABEL_SHARES = (0.55, 0.40, 0.45, 0.30, 0.12, 0.35)
"""Of the centre's submissions; assumed. Its first report, of 8, had 8, 7, 7, 4, 2 and 6."""
AREA_SHARES = (0.44, 0.20, 0.12, 0.05, 0.06, 0.07, 0.03, 0.03)
"""Assumed; 7 of the first 8 were about children and families."""
NO_PLACE = 0.12
"""Share of those who name no municipality; assumed."""

Plan = tuple[datetime | None, datetime, datetime]
"""Received since (None: the beginning), received until, and the moment it is counted."""


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
    """Submissions over time, and the publications that are planned."""

    lives: tuple[Life, ...]
    plans: tuple[Plan, ...]
    places: tuple[str, ...]
    rule: Rule


def story(kind: str, seed: int) -> Story:
    """A story of one of ``KINDS``; the same seed always tells the same."""
    return _MAKERS[kind](Random(f"{kind} {seed}"))


def _wild(random: Random) -> Story:
    return _odd(random, random.randint(4, 120))


def _large(random: Random) -> Story:
    return _odd(random, random.randint(120, 600))


def _odd(random: Random, size: int) -> Story:
    """Rare things and people who write again, late confirmations, corrections, withdrawals."""
    chances = {
        label: random.choice([0.1, 0.3, 0.5, 0.8, 0.95])
        for label in random.sample(LABELS, random.randint(2, 4))
    }
    areas = random.sample(AREAS, random.randint(1, 4))
    weights = [random.choice([1, 2, 4, 8, 16]) for _ in FEW_PLACES]
    changes = random.choice([0.0, 0.0, 0.02, 0.1])

    def labels() -> tuple[str, ...]:
        return tuple(x for x in LABELS if random.random() < chances.get(x, 0))

    def one(number: int) -> Life:
        sender = random.randrange(number + 1) if random.random() < 0.15 else number
        place = random.choices(FEW_PLACES, weights)[0] if random.random() < 0.9 else None
        first = _submission(random, number, sender, 270, random.choice(areas), place, labels())
        return _lived(random, first, changes, labels)

    lives = tuple(map(one, range(size)))
    return Story(lives, _any_periods(random), FEW_PLACES, Rule(random.choice([3, 4, 5])))


def _any_periods(random: Random) -> tuple[Plan, ...]:
    planned: list[Plan] = []
    for day in sorted(random.random() * 300 for _ in range(random.randint(1, 3))):
        taken = START + timedelta(days=day)
        until = taken if random.random() < 0.6 else taken - timedelta(days=random.random() * 60)
        since = None if random.random() < 0.7 else START + timedelta(days=random.random() * day)
        planned.append((since if since and since < until else None, until, taken))
    return tuple(planned)


# ── as a centre has it ───────────────────────────────────────────────────────────────────────────
def _centre(random: Random) -> Story:
    """8 to 3,000 submissions a year, two years, a report each quarter or half-year."""
    size = round(math.exp(random.uniform(math.log(16), math.log(6_000))))
    weights = _place_weights(random)
    changes = random.choice([0.0, 0.005, 0.02])

    def labels() -> tuple[str, ...]:
        trouble = random.gauss(0, 1)  # who meets one fault meets others
        return tuple(
            label
            for label, share in zip(LABELS, LABEL_SHARES, strict=True)
            if random.random() < _shifted(share, trouble)
        )

    def one(number: int) -> Life:
        sender = random.randrange(number + 1) if random.random() < 0.05 else number
        area = random.choices(AREAS, AREA_SHARES)[0]
        place = random.choices(ALL_PLACES, weights)[0] if random.random() > NO_PLACE else None
        first = _submission(random, number, sender, 730, area, place, labels())
        return _lived(random, first, changes, labels)

    return Story(tuple(map(one, range(size))), _calendar(random), ALL_PLACES, Rule(5))


def _place_weights(random: Random) -> list[float]:
    """The n-th municipality has about 1/(n + 4), near their shares of the population; those of the
    centre's own region weigh three times as much."""
    home = random.choice(MUNICIPALITIES).region
    regions = {one.name: one.region for one in MUNICIPALITIES}
    largest, others = list(ALL_PLACES[:4]), list(ALL_PLACES[4:])
    random.shuffle(others)
    rank = {name: n for n, name in enumerate([*largest, *others], start=1)}
    return [(3 if regions[name] == home else 1) / (rank[name] + 4) for name in ALL_PLACES]


def _shifted(share: float, by: float) -> float:
    return 1 / (1 + math.exp(-math.log(share / (1 - share)) - by))


def _calendar(random: Random) -> tuple[Plan, ...]:
    """Reports of two years: each of all so far, or each of its own months and the year's of all."""
    months, all_so_far = random.choice([3, 6]), random.random() < 0.5
    plans: list[Plan] = []
    for number in range(1, 24 // months + 1):
        until = _month(number * months)
        taken = until + timedelta(days=random.uniform(5, 30))
        since = None if all_so_far else _month((number - 1) * months)
        plans.append((since, until - timedelta(seconds=1), taken))
        if not all_so_far and number * months % 12 == 0:
            plans.append((None, until - timedelta(seconds=1), taken + timedelta(days=1)))
    return tuple(plans)


def _month(number: int) -> datetime:
    return datetime(START.year + number // 12, number % 12 + 1, 1, tzinfo=UTC)


# ── what becomes of one ──────────────────────────────────────────────────────────────────────────
def _submission(
    random: Random,
    number: int,
    sender: int,
    days: int,
    area: str,
    place: str | None,
    labels: Sequence[str],
) -> ConfirmedSubmission:
    received = START + timedelta(days=random.random() * days)
    return ConfirmedSubmission(
        public_id=f"p{number}",
        submitter=f"s{sender}",
        received_at=received,
        area=area,
        municipality=place,
        labels=tuple(labels),
        excerpts=(),
        reviewed_at=received + timedelta(days=random.expovariate(1 / 10)),
        excluded=None,
    )


def _lived(
    random: Random,
    first: ConfirmedSubmission,
    changes: float,
    labels: Callable[[], tuple[str, ...]],
) -> Life:
    """Withdrawn or confirmed otherwise with the chance ``changes`` each."""
    assert first.reviewed_at is not None
    later = first.reviewed_at + timedelta(days=random.random() * 200)
    if random.random() < changes:
        return Life(first, withdrawn_at=later)
    if random.random() < changes:
        return Life(first, corrected_at=later, corrected=labels())
    return Life(first)


_MAKERS: dict[str, Callable[[Random], Story]] = {
    "wild": _wild,
    "large": _large,
    "centre": _centre,
}
KINDS = tuple(_MAKERS)
