"""Makes a report: first what may be shown, then the words for it. Pure.

material (counts, approved excerpts, what was published before) → disclosure control → figures
→ sentences, tables, charts, quotations → report
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from nlp.types import LABELS
from service.disclosure.control import disclose
from service.disclosure.excerpts import Candidate, may_quote
from service.disclosure.published import Published, published_from
from service.disclosure.types import Disclosed, Refusal
from service.reports import chapters
from service.reports.aggregate import Counts
from service.reports.development import previous
from service.reports.document import (
    Audience,
    Basis,
    Edition,
    Order,
    Quotation,
    Report,
    ReportRefused,
)
from service.reports.measures import measures
from service.reports.types import LONGEST, Quotable
from training_data.municipalities import MUNICIPALITIES

_CITIES = frozenset({"Aalborg", "Aarhus", "København", "Odense"})


class Unsafe(ReportRefused):
    """Disclosure control found no way to publish. ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.english, refusal.danish)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made from, as it stood at ``taken_at``.

    ``history`` are all published reports, oldest first; ``excerpts`` those that may be quoted.
    """

    counts: Counts
    taken_at: datetime
    excerpts: Sequence[Quotable] = ()
    history: Sequence[Report] = ()
    basis: Basis = field(default_factory=Basis)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report stands among the published ones."""

    slug: str = ""
    version: int = 1
    changes: str = ""
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A report, with the figures that it was written from and the excerpts it cannot quote."""

    report: Report
    figures: Disclosed
    refused: tuple[tuple[Quotable, str], ...]
    """Approved excerpts with the Danish reason why they are not quoted."""


def build_report(material: Material, order: Order, place: Place | None = None) -> Built:
    """Hide what must be hidden, and write down the rest.

    Raises Unsafe when nothing may be published at all.
    """
    return written(_disclosed(material, order), material, order, place or Place())


def written(figures: Disclosed, material: Material, order: Order, place: Place) -> Built:
    """The report of the figures that may be shown."""
    quotations, refused = choose_quotations(material, figures, order)
    earlier = previous(material.history, order, place.slug)
    report = Report(
        _edition(order, place, material.basis),
        chapters.lead(figures, order),
        chapters.sections(figures, quotations, material.counts, order, earlier),
        measures(figures),
        _told(figures, order, place, material.taken_at),
    )
    return Built(report, figures, refused)


def municipality_order() -> list[str]:
    """The fixed order in which municipalities are kept when some must be hidden: cities first."""
    names = [municipality.name for municipality in MUNICIPALITIES]
    return sorted(names, key=lambda name: name not in _CITIES)


def published_before(history: Sequence[Report]) -> list[Published]:
    """What earlier reports told, oldest first."""
    return [Published.from_json(report.told) for report in history if report.told]


def _disclosed(material: Material, order: Order) -> Disclosed:
    answer = disclose(material.counts, order.rule, published_before(material.history))
    if isinstance(answer, Refusal):
        raise Unsafe(answer)
    return answer


def _edition(order: Order, place: Place, basis: Basis) -> Edition:
    return Edition(
        title=order.title.strip(),
        as_of=order.as_of,
        first=order.first,
        last=order.end,
        audience=order.audience,
        minimum=order.minimum,
        basis=basis,
        slug=place.slug,
        version=place.version,
        changes=place.changes,
        published_on=place.published_on,
    )


def _told(figures: Disclosed, order: Order, place: Place, taken_at: datetime) -> dict[str, object]:
    if order.audience is Audience.INTERNAL:
        return {}
    name = f"{place.slug} {place.version}.0".strip()
    return published_from(
        figures, version=name, since=order.since, until=order.until, taken_at=taken_at
    ).to_json()


def choose_quotations(
    material: Material, figures: Disclosed, order: Order
) -> tuple[tuple[Quotation, ...], tuple[tuple[Quotable, str], ...]]:
    """Short excerpts, the labels in turn; one from each person, none twice, none that is rare."""
    chosen: list[Quotable] = []
    refused: list[tuple[Quotable, str]] = []
    for one in _in_turn(material.excerpts):
        if why := _why_not(one, chosen, material.counts, figures, order):
            refused.append((one, why))
        else:
            chosen.append(one)
    quotations = (
        Quotation(number, one.label, one.text, one.excerpt_id)
        for number, one in enumerate(chosen, start=1)
    )
    return tuple(quotations), tuple(refused)


def _in_turn(excerpts: Sequence[Quotable]) -> list[Quotable]:
    """The first of each label, then the second of each, and so on."""
    queues = [[one for one in excerpts if one.label == label] for label in LABELS]
    longest = max(map(len, queues), default=0)
    return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)]


def _why_not(
    one: Quotable, chosen: Sequence[Quotable], counts: Counts, figures: Disclosed, order: Order
) -> str:
    """The Danish reason why an excerpt is not quoted; empty when it is."""
    if len(chosen) >= order.max_examples:
        return f"Rapporten har {order.max_examples} eksempler allerede."
    if len(one.text) > LONGEST:
        return f"Uddraget er længere end {LONGEST} tegn."
    if one.text in {other.text for other in chosen}:
        return "Ordene gengives allerede i et andet eksempel."
    candidate = Candidate(one.label, one.area, one.municipality, one.submitter)
    already = {other.submitter for other in chosen}
    verdict = may_quote(candidate, counts, order.rule, figures, already=already)
    return "" if verdict.allowed else verdict.reason
