"""Decides whether an excerpt may be quoted: nobody may be recognised by who could have said it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from service.disclosure.census import Census
from service.disclosure.types import UNKNOWN, Disclosed, Group, Rule


@dataclass(frozen=True, slots=True)
class Candidate:
    """An excerpt: the label it speaks for, where it comes from, and the key of its sender."""

    label: str
    area: str
    place: str | None
    submitter: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it may be quoted; if not, why, in Danish."""

    allowed: bool
    reason: str = ""


class _Counted(Protocol):
    @property
    def census(self) -> Census: ...


def may_quote(
    candidate: Candidate,
    counts: _Counted,
    rule: Rule,
    disclosed: Disclosed,
    *,
    already: Collection[str] = (),
) -> Verdict:
    """Allow an excerpt only when at least the minimum of people share what a reader may guess.

    That is: the label is shown; those with this label in the same area, in the same municipality
    and in both together are each at least the minimum; and nobody in ``already`` (submitters who
    are quoted) is its sender. The report shows the label only, but words give away an area or a
    town. A minimum of 1 asks for none of this but that no one is quoted twice.
    """
    if candidate.submitter in already:
        return Verdict(False, "Samme indsender er allerede citeret.")
    if rule.minimum == 1:
        return Verdict(True)
    if not disclosed.total or not disclosed.label(candidate.label).count:
        return Verdict(False, "Tallet for indikatoren vises ikke.")
    label, areas = frozenset({candidate.label}), (candidate.area,)
    places = (candidate.place or UNKNOWN,)
    for group, said in (
        (Group(areas=areas, present=label), "med indikatoren på området"),
        (Group(places=places, present=label), "med indikatoren i kommunen"),
        (Group(areas=areas, places=places, present=label), "på området i kommunen"),
    ):
        if counts.census.size(group).people < rule.minimum:
            return Verdict(False, f"Der er færre end {rule.minimum} indsendere {said}.")
    return Verdict(True)
