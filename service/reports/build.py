"""Makes a report of confirmed submissions: first what may be shown, then the words for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nlp.types import LABELS
from service.reports import attack, chapters
from service.reports.aggregate import Counts, aggregate
from service.reports.document import Order, Quotation, Report
from service.reports.suppression import Disclosed, Rule, suppress, without_pairs
from service.reports.types import ConfirmedSubmission
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES

_CITIES = frozenset({"Aalborg", "Aarhus", "København", "Odense"})


def build_report(submissions: Iterable[ConfirmedSubmission], order: Order) -> Report:
    """Count, hide what must be hidden, and write it down."""
    counts = aggregate(
        submissions,
        until=order.until,
        areas=AREAS,
        municipalities=municipality_order(),
    )
    figures = disclose(counts, order.rule)
    quotations = tuple(choose_quotations(counts, figures, order.max_examples))
    return Report(
        order,
        chapters.lead(figures, order),
        figures,
        chapters.sections(figures, quotations, counts, order),
    )


def municipality_order() -> list[str]:
    """The fixed order in which municipalities are kept when some must be hidden: cities first."""
    names = [municipality.name for municipality in MUNICIPALITIES]
    return sorted(names, key=lambda name: name not in _CITIES)


def disclose(counts: Counts, rule: Rule) -> Disclosed:
    """What may be shown, after the attacker has tried it."""
    figures = suppress(counts, rule)

    def truth(group: attack.Group) -> int:
        return counts.having(group.present, group.absent).submissions

    if rule.minimum > 1 and attack.breaks(figures, truth):
        return without_pairs(figures)
    return figures


def choose_quotations(counts: Counts, figures: Disclosed, limit: int) -> Iterator[Quotation]:
    """Short excerpts, the labels in turn; only of labels that are shown, one from each person."""
    shown = {figure.key for figure in figures.labels if figure.count}
    waiting = {
        label: [one for one in counts.examples if one.label == label and len(one.text) <= 240]
        for label in LABELS
        if label in shown
    }
    people, texts = set[str](), set[str]()
    while limit > 0 and any(waiting.values()):
        for queue in waiting.values():
            example = queue.pop(0) if queue else None
            while example and (example.submitter in people or example.text in texts):
                example = queue.pop(0) if queue else None
            if example and limit > 0:
                people.add(example.submitter)
                texts.add(example.text)
                limit -= 1
                yield Quotation(example.label, example.text)
