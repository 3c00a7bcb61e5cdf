"""The sections of a report, in the order of the centre's first one.

Only the sentences that need no figure are written here; the others are in ``sentences``.
"""

from __future__ import annotations

from collections.abc import Iterable

from nlp.types import LABELS
from service.reports import sentences
from service.reports.aggregate import UNKNOWN, Counts, wilson
from service.reports.document import DENMARK, Audience, Grid, Item, Order, Quotation, Section
from service.reports.suppression import Disclosed, Figure


def lead(figures: Disclosed, order: Order) -> tuple[str, ...]:
    said = [
        "Rapport baseret på anonymiserede borgerindsendelser til Borgernes Kommune, modtaget til "
        f"og med den {sentences.day(order.as_of)}."
    ]
    if figures.total is None or figures.total < sentences.SMALL_TOTAL:
        said.append(
            "Dette er en tidlig analyse. Datagrundlaget er begrænset og skal læses som et første "
            "tidsbillede, ikke som en statistisk repræsentativ undersøgelse."
        )
    else:
        said.append("Rapporten er ikke en statistisk repræsentativ undersøgelse.")
    return tuple(said)


def sections(
    figures: Disclosed, quotations: tuple[Quotation, ...], counts: Counts, order: Order
) -> tuple[Section, ...]:
    """The sections of the centre's first report, in its order."""
    chapters = [
        Section("resume", "Resumé", _summary(figures)),
        Section("datagrundlag", "Datagrundlag", items=_basis(figures, counts, order)),
    ]
    if figures.total:
        chapters += [
            Section("hovedfund", "Hovedfund", items=_findings(figures)),
            _indicators(figures),
            Section("moenstre", "Foreløbige mønstre", _patterns(figures), grid=_together(figures)),
            _areas(figures),
            _municipalities(figures),
            _quotations(quotations),
        ]
    chapters += [
        Section("metode", "Metode og begrænsninger", _method(figures, order)),
        Section("konklusion", "Konklusion", _conclusion(figures)),
        Section("bidrag", "Bidrag til datagrundlaget", (_CONTRIBUTE,)),
    ]
    return tuple(chapters)


_CONTRIBUTE = (
    "Har du erfaringer med kommunal sagsbehandling, kan du bidrage anonymt til Borgernes Kommunes "
    "dokumentationsarbejde."
)
_NO_CASES = (
    "Borgernes Kommune behandler ikke enkeltsager og yder ikke rådgivning. Data anvendes samlet og "
    "anonymiseret til dokumentation og analyse."
)
_EARLY = "Datagrundlaget er foreløbigt. Tallene kan ændre sig, når flere skriver."


def _nothing_to_say(figures: Disclosed) -> str:
    if figures.total == 0:
        return "Der er endnu ingen gennemgåede indsendelser at fortælle om."
    return (
        f"Der er indsendelser fra færre end {figures.minimum} indsendere. Så få kan ikke "
        "beskrives, uden at nogen kan genkendes. Derfor viser rapporten ingen tal."
    )


def _summary(figures: Disclosed) -> tuple[str, ...]:
    if not figures.total:
        return (_nothing_to_say(figures),)
    said = [
        f"I rapporten indgår {sentences.submissions(figures.total)} om erfaringer med kommunal "
        "sagsbehandling.",
        sentences.main_picture(figures),
    ]
    if figures.total < sentences.SMALL_TOTAL:
        said.append(_EARLY)
    return tuple(said)


def _basis(figures: Disclosed, counts: Counts, order: Order) -> tuple[Item, ...]:
    items = [
        Item("Antal indsendelser", (sentences.basis(figures.total, figures.minimum),)),
        Item("Periode", (_period(counts, order),)),
        Item(
            "Kilde",
            ("Anonymiserede borgererfaringer indsendt via Borgernes Kommunes formular.",),
        ),
    ]
    if figures.total:
        items += [
            Item("Områder", (sentences.areas_in_brief(figures.areas, figures.total),)),
            Item("Kommuner", (sentences.municipalities(figures, UNKNOWN),)),
        ]
    items.append(Item("Status", ("Rapporten er foreløbig og viser et tidsbillede.",)))
    return tuple(items)


def _period(counts: Counts, order: Order) -> str:
    """An exact first day tells of one person: only the internal report has it."""
    if order.audience is Audience.PUBLIC or counts.first is None or counts.last is None:
        return f"Modtaget til og med den {sentences.day(order.as_of)}."
    first, last = (moment.astimezone(DENMARK).date() for moment in (counts.first, counts.last))
    if first == last:
        return f"Modtaget den {sentences.day(first)}."
    return f"Modtaget fra den {sentences.day(first)} til den {sentences.day(last)}."


def _findings(figures: Disclosed) -> tuple[Item, ...]:
    total = figures.total or 0
    return tuple(
        Item(sentences.NAMES[f.key], (sentences.finding(f, total, figures.minimum),))
        for f in figures.labels
    )


def _indicators(figures: Disclosed) -> Section:
    total = figures.total or 0
    return Section(
        "indikatorer",
        "Indikatoranalyse",
        (
            "Indsendelserne er vurderet efter centrale indikatorer for retssikkerhed og "
            "sagsbehandling. Hver vurdering er bekræftet af et menneske.",
        ),
        tuple(
            Item(sentences.NAMES[f.key], (sentences.indicator(f, total),)) for f in figures.labels
        ),
        Grid(
            f"Indikatorer i {sentences.submissions(total)}",
            ("Indikator", "Indsendelser", "Andel", "95 %-interval"),
            tuple(_share_row(sentences.NAMES[f.key], f, total) for f in figures.labels),
        ),
    )


def _share_row(name: str, figure: Figure, total: int) -> tuple[str, ...]:
    if figure.count is None:
        return (name, "vises ikke", "–", "–")
    low, high = wilson(figure.count, total)
    return (
        name,
        f"{sentences.number(figure.count)} ud af {sentences.number(total)}",
        sentences.percent(figure.count, total),
        f"{100 * low:.0f}–{100 * high:.0f} %",
    )


def _patterns(figures: Disclosed) -> tuple[str, ...]:
    start = (
        "Tallene viser ikke et endeligt billede, men de peger på gentagelser, der bør følges "
        "systematisk."
    )
    return (start, *sentences.patterns(figures))


def _together(figures: Disclosed) -> Grid | None:
    """How many state two things together; left out when nothing of it may be shown."""
    known = {frozenset((pair.first, pair.second)): pair.count for pair in figures.pairs}
    if all(count is None for count in known.values()):
        return None

    def cell(row: str, column: str) -> str:
        count = figures.label(row).count if row == column else known[frozenset((row, column))]
        return "vises ikke" if count is None else sentences.number(count)

    return Grid(
        "Indsendelser, der angiver begge forhold",
        ("", *(sentences.NAMES[label] for label in LABELS)),
        tuple((sentences.NAMES[row], *(cell(row, column) for column in LABELS)) for row in LABELS),
    )


def _areas(figures: Disclosed) -> Section:
    total, table = figures.total or 0, figures.areas
    if table.withheld:
        said: tuple[str, ...] = (
            "Fordelingen på områder vises ikke, fordi et eller flere områder har for få "
            "indsendere. Vistes de øvrige, kunne resten regnes ud af det samlede antal.",
        )
        return Section("omraader", "Fordeling på områder", (*said, _ACROSS))
    items = tuple(
        Item(sentences.capital(figure.key), (sentences.area(figure, total),))
        for figure in table.shown
        if figure.count
    )
    extra = (sentences.areas_without(table.shown), sentences.rest_of_areas(table))
    said = tuple(sentence for sentence in extra if sentence)
    rest = "Øvrige områder"
    return Section(
        "omraader",
        "Fordeling på områder",
        (*said, _ACROSS),
        items,
        _partition_grid(
            "Indsendelser efter område", "Område", table.shown, table.rest, rest, total
        ),
    )


_ACROSS = "Indikatorerne anvendes på tværs af alle områder."


def _partition_grid(
    caption: str, head: str, shown: Iterable[Figure], rest: int | None, rest_name: str, total: int
) -> Grid:
    """A table that adds up, with its rest and its total."""
    rows = [
        (
            sentences.capital(figure.key),
            sentences.number(figure.count or 0),
            sentences.percent(figure.count or 0, total),
        )
        for figure in shown
    ]
    if rest is not None:
        rows.append((rest_name, sentences.number(rest), sentences.percent(rest, total)))
    rows.append(("I alt", sentences.number(total), "100 %"))
    return Grid(caption, (head, "Indsendelser", "Andel"), tuple(rows))


def _municipalities(figures: Disclosed) -> Section:
    total, table = figures.total or 0, figures.municipalities
    said = [sentences.spread(figures), sentences.municipalities(figures, UNKNOWN)]
    if table.withheld:
        return Section("kommuner", "Kommunespredning", (*said, _FURTHER))
    if rest := sentences.rest_of_municipalities(figures):
        said.append(rest)
    named = {figure.key: figure for figure in table.shown if figure.count}
    order = sentences.in_danish_order(named)
    order.sort(key=lambda name: (name == UNKNOWN, -(named[name].count or 0)))
    grid = _partition_grid(
        "Indsendelser efter kommune",
        "Kommune",
        [named[name] for name in order],
        table.rest,
        "Øvrige kommuner og ikke oplyst",
        total,
    )
    return Section("kommuner", "Kommunespredning", (*said, _FURTHER), grid=grid)


_FURTHER = (
    "Nye indsendelser vil gøre det muligt at sammenligne udviklingen på tværs af kommuner over tid."
)


def _quotations(quotations: tuple[Quotation, ...]) -> Section:
    said = "Eksempler gengives kun i anonymiseret og forkortet form."
    none = (
        "Ingen eksempler kan gengives: der er for få indsendelser om hvert forhold, eller ingen "
        "uddrag er godkendt."
    )
    return Section(
        "eksempler",
        "Eksempler fra indsendelserne",
        (said,) if quotations else (none,),
        quotations=quotations,
    )


def _method(figures: Disclosed, order: Order) -> tuple[str, ...]:
    said = []
    if figures.total:
        noun = "anonymiseret borgerindsendelse"
        many = "anonymiserede borgerindsendelser"
        said.append(
            f"Rapporten bygger på {sentences.number(figures.total)} "
            f"{noun if figures.total == 1 else many} modtaget gennem Borgernes Kommune."
        )
    said += sentences.left_out(figures)
    said += [
        "Personoplysninger er fjernet, før teksterne blev gemt. En model foreslår indikatorer, og "
        "et menneske har bekræftet eller rettet hvert forslag.",
        "Indsendelserne er selvrapporterede og udgør ikke et statistisk repræsentativt grundlag. "
        "Antallet siger noget om dem, der har skrevet, ikke om kommunernes sager i almindelighed. "
        "Intervallerne ville gælde for en tilfældig stikprøve og viser kun, hvor få eller mange "
        "indsendelser tallene hviler på.",
        _hiding(order),
        "Formålet er ikke at konkludere endeligt, men at identificere mønstre, som kan følges og "
        "analyseres løbende.",
        _NO_CASES,
    ]
    return tuple(said)


def _hiding(order: Order) -> str:
    if order.audience is Audience.INTERNAL:
        return (
            "Dette er en arbejdsrapport. Små tal er ikke skjult, og den må derfor ikke "
            "offentliggøres."
        )
    return (
        f"Tal, der handler om færre end {order.minimum} indsendere, vises ikke, og det gør heller "
        "ikke de tal, som de kunne regnes ud af."
    )


def _conclusion(figures: Disclosed) -> tuple[str, ...]:
    if not figures.total:
        return (_nothing_to_say(figures),)
    names = [figure.key for figure in sentences.frequent(figures)]
    said = []
    if names:
        said.append(
            "Indsendelserne peger især på udfordringer med "
            f"{sentences.listed(names)}, sådan som indsenderne selv oplever det."
        )
    said.append(
        "Rapporten indgår i et løbende dokumentationsspor, hvor nye data kan sammenlignes over tid."
    )
    return tuple(said)
