"""The sections of a report, in the order of the centre's first one.

Only the sentences that need no figure are written here; the others are in ``sentences``.
"""

from __future__ import annotations

from collections.abc import Sequence

from nlp.types import LABELS
from service.disclosure.types import UNKNOWN, Cross, Disclosed, Figure, Table
from service.reports import sentences
from service.reports.aggregate import Counts, wilson
from service.reports.development import HIDDEN, Earlier, development, label_words
from service.reports.document import (
    DENMARK,
    Audience,
    Bar,
    Chart,
    Grid,
    Item,
    Order,
    Quotation,
    Section,
)
from service.reports.measures import parts

Parts = Sequence[Figure]


def lead(figures: Disclosed, order: Order) -> tuple[str, ...]:
    """The sentences under the title."""
    return (
        "Rapport baseret på anonymiserede borgerindsendelser til Borgernes Kommune, "
        f"{_received(order)}.",
        _how_to_read(figures),
    )


def _received(order: Order) -> str:
    end = sentences.day(order.end)
    if order.first is None:
        return f"modtaget til og med den {end}"
    return f"modtaget fra den {sentences.day(order.first)} til og med den {end}"


def _how_to_read(figures: Disclosed) -> str:
    if figures.total is None or figures.total < sentences.SMALL_TOTAL:
        return (
            "Dette er en tidlig analyse. Datagrundlaget er begrænset og skal læses som et første "
            "tidsbillede, ikke som en statistisk repræsentativ undersøgelse."
        )
    return "Rapporten er ikke en statistisk repræsentativ undersøgelse."


def sections(
    figures: Disclosed,
    quotations: tuple[Quotation, ...],
    counts: Counts,
    order: Order,
    earlier: Earlier | None = None,
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
            _patterns(figures),
            _areas(figures),
            _municipalities(figures),
            *filter(None, [development(figures, order, earlier)]),
            _quotations(quotations),
        ]
    chapters += [
        _method(figures, order),
        Section("konklusion", "Konklusion", _conclusion(figures)),
        Section("bidrag", "Bidrag til datagrundlaget", (_CONTRIBUTE,)),
    ]
    return tuple(chapters)


_CONTRIBUTE = (
    "Har du erfaringer med kommunal sagsbehandling, kan du bidrage anonymt til Borgernes Kommunes "
    "dokumentationsarbejde."
)
_EARLY = "Datagrundlaget er foreløbigt. Tallene kan ændre sig, når flere skriver."

CAVEATS = (
    "Indsendelserne er selvrapporterede: de fortæller, hvad indsenderne selv har oplevet. Ingen "
    "har undersøgt sagerne.",
    "De udgør ikke et statistisk repræsentativt grundlag. Antallet siger noget om dem, der har "
    "skrevet, ikke om kommunernes sager i almindelighed, og kommuner kan ikke sammenlignes ud fra "
    "dem.",
    "Borgernes Kommune behandler ikke enkeltsager og yder ikke rådgivning. Data anvendes samlet og "
    "anonymiseret til dokumentation og analyse.",
)
"""What stands in every report. No setting and no option takes it out."""


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
    items += [
        Item("Afventer gennemgang", (sentences.waiting(figures.waiting),)),
        Item("Status", ("Rapporten er foreløbig og bevares som tidsbillede.",)),
    ]
    return tuple(items)


def _period(counts: Counts, order: Order) -> str:
    """An exact first day tells of one person: only the internal report has it."""
    if order.audience is Audience.PUBLIC or counts.first is None or counts.last is None:
        return f"{sentences.capital(_received(order))}."
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


# ── indicators ───────────────────────────────────────────────────────────────────────────────────
def _indicators(figures: Disclosed) -> Section:
    total = figures.total or 0
    return Section(
        "indikatorer",
        "Indikatoranalyse",
        (
            "Indsendelserne er vurderet efter centrale indikatorer for retssikkerhed og "
            "sagsbehandling. Hver vurdering er bekræftet af et menneske.",
            "Linjen på hver søjle er et 95 %-interval (Wilson). Det ville gælde for en tilfældig "
            "stikprøve og viser her kun, hvor få eller mange indsendelser tallet hviler på.",
        ),
        tuple(
            Item(sentences.NAMES[f.key], (sentences.indicator(f, total),)) for f in figures.labels
        ),
        (_label_chart(figures),),
        (
            Grid(
                "indikatorer-tal",
                f"Indikatorer i {sentences.submissions(total)}",
                ("Indikator", "Indsendelser", "Andel", "95 %-interval"),
                tuple(_share_row(sentences.NAMES[f.key], f, total) for f in figures.labels),
            ),
        ),
    )


def _label_chart(figures: Disclosed) -> Chart:
    total = figures.total or 0
    bars = tuple(_share_bar(figure, total) for figure in figures.labels)
    return Chart(
        "graf-indikatorer",
        "Andel af indsendelserne, der angiver hvert forhold",
        _in_words(bars),
        bars,
    )


def _share_bar(figure: Figure, total: int) -> Bar:
    name = sentences.NAMES[figure.key]
    if figure.count is None:
        return Bar(name, None, HIDDEN)
    low, high = wilson(figure.count, total)
    words = f"{sentences.number(figure.count)} ud af {sentences.number(total)}"
    return Bar(name, figure.count / total, words, low, high)


def _in_words(bars: Sequence[Bar]) -> str:
    return f"{'; '.join(f'{bar.name}: {bar.words}' for bar in bars)}."


def _share_row(name: str, figure: Figure, total: int) -> tuple[str, ...]:
    if figure.count is None:
        return (name, HIDDEN, "–", "–")
    low, high = wilson(figure.count, total)
    return (
        name,
        f"{sentences.number(figure.count)} ud af {sentences.number(total)}",
        sentences.percent(figure.count, total),
        f"{100 * low:.0f}–{100 * high:.0f} %",
    )


# ── patterns ─────────────────────────────────────────────────────────────────────────────────────
def _patterns(figures: Disclosed) -> Section:
    start = (
        "Tallene viser ikke et endeligt billede, men de peger på gentagelser, der bør følges "
        "systematisk."
    )
    grid = _together(figures)
    return Section(
        "moenstre",
        "Foreløbige mønstre",
        (start, *sentences.patterns(figures)),
        grids=(grid,) if grid else (),
    )


def _together(figures: Disclosed) -> Grid | None:
    """How many state two things together; left out when nothing of it may be shown."""
    known = {frozenset((pair.first, pair.second)): pair.count for pair in figures.pairs}
    if all(count is None for count in known.values()):
        return None

    def cell(row: str, column: str) -> str:
        count = figures.label(row).count if row == column else known[frozenset((row, column))]
        return _count(count)

    return Grid(
        "sammen",
        "Indsendelser, der angiver begge forhold",
        ("Indikator", *(sentences.NAMES[label] for label in LABELS)),
        tuple((sentences.NAMES[row], *(cell(row, column) for column in LABELS)) for row in LABELS),
    )


def _count(count: int | None) -> str:
    return HIDDEN if count is None else sentences.number(count)


# ── areas and municipalities ─────────────────────────────────────────────────────────────────────
def _areas(figures: Disclosed) -> Section:
    total, table = figures.total or 0, figures.areas
    if table.withheld:
        said = f"Fordelingen på områder vises ikke: {sentences.could_expose(figures.minimum)}."
        return Section("omraader", "Fordeling på områder", (said, _ACROSS))
    extra = (
        sentences.areas_without(table.shown),
        sentences.rest_of_areas(table),
        sentences.without_indicators(figures.area_labels, figures.minimum),
    )
    return Section(
        "omraader",
        "Fordeling på områder",
        (*(sentence for sentence in extra if sentence), _ACROSS),
        _area_items(figures),
        (_part_chart("graf-omraader", "Indsendelser efter område", parts(table), total),),
        (
            _part_grid("omraader-tal", "Indsendelser efter område", "Område", parts(table), total),
            *_crossed(
                "omraader-indikatorer", "Indikatorer efter område", "Område", figures.area_labels
            ),
        ),
    )


_ACROSS = "Indikatorerne anvendes på tværs af alle områder."


def _area_items(figures: Disclosed) -> tuple[Item, ...]:
    total = figures.total or 0
    crossed = {row.key: row for row in figures.area_labels}
    items = []
    for figure in figures.areas.shown:
        if figure.count:
            said = [sentences.area(figure, total)]
            if row := crossed.get(figure.key):
                said += filter(None, [sentences.most_stated(row)])
            items.append(Item(sentences.capital(figure.key), tuple(said)))
    return tuple(items)


def _part_chart(id: str, caption: str, shown: Parts, total: int) -> Chart:
    """Bars of a table that adds up: shares of the total."""
    bars = tuple(
        Bar(
            sentences.place(one.key),
            (one.count or 0) / total,
            sentences.submissions(one.count or 0),
        )
        for one in shown
    )
    return Chart(id, caption, _in_words(bars), bars)


def _part_grid(id: str, caption: str, head: str, shown: Parts, total: int) -> Grid:
    """A table that adds up, with its rest and its total."""
    rows = [
        (
            sentences.place(one.key),
            sentences.number(one.count or 0),
            sentences.percent(one.count or 0, total),
        )
        for one in shown
    ]
    rows.append(("I alt", sentences.number(total), "100 %"))
    return Grid(id, caption, (head, "Indsendelser", "Andel"), tuple(rows))


def _crossed(id: str, caption: str, head: str, rows: Sequence[Cross]) -> list[Grid]:
    """A table of groups by labels: of the rows that show anything. None when there is no such."""
    rows = [row for row in rows if not row.is_hidden]
    if not rows:
        return []
    columns = [sentences.NAMES[cell.column] for cell in rows[0].cells]
    body = tuple(
        (
            sentences.place(row.key),
            sentences.number(row.total),
            *(_count(cell.count) for cell in row.cells),
        )
        for row in rows
    )
    return [Grid(id, caption, (head, "Indsendelser", *columns), body)]


def _municipalities(figures: Disclosed) -> Section:
    total, table = figures.total or 0, figures.municipalities
    said = [sentences.spread(figures), sentences.municipalities(figures, UNKNOWN)]
    if table.withheld:
        said.append(f"Fordelingen vises ikke: {sentences.could_expose(figures.minimum)}.")
        return Section("kommuner", "Kommunespredning", (*said, _FURTHER))
    if rest := sentences.rest_of_municipalities(figures):
        said.append(rest)
    if without := sentences.without_indicators(figures.place_labels, figures.minimum):
        said.append(without)
    shown = _by_size(table)
    return Section(
        "kommuner",
        "Kommunespredning",
        (*said, _NO_RANKING, _FURTHER),
        charts=(_part_chart("graf-kommuner", "Indsendelser efter kommune", shown, total),),
        grids=(
            _part_grid("kommuner-tal", "Indsendelser efter kommune", "Kommune", shown, total),
            *_crossed(
                "kommuner-indikatorer", "Indikatorer efter kommune", "Kommune", figures.place_labels
            ),
        ),
    )


def _by_size(table: Table) -> list[Figure]:
    """The municipalities with most submissions first; those told together, and unknown, last."""
    shown = parts(table)
    single = {figure.key for figure in table.shown} - {UNKNOWN}
    danish = sentences.in_danish_order([one.key for one in shown])
    return sorted(
        shown, key=lambda one: (one.key not in single, -(one.count or 0), danish.index(one.key))
    )


_FURTHER = (
    "Nye indsendelser vil gøre det muligt at sammenligne udviklingen på tværs af kommuner over tid."
)
_NO_RANKING = "Rækkefølgen er ikke en rangliste: kommunerne har ikke lige mange borgere og sager."


def _quotations(quotations: tuple[Quotation, ...]) -> Section:
    said = "Eksempler gengives kun i anonymiseret og forkortet form. Hvert er godkendt enkeltvis."
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


# ── method and conclusion ────────────────────────────────────────────────────────────────────────
def _method(figures: Disclosed, order: Order) -> Section:
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
        _hiding(order),
        "Formålet er ikke at konkludere endeligt, men at identificere mønstre, som kan følges og "
        "analyseres løbende.",
    ]
    understanding = Item("Vigtigt for forståelsen", CAVEATS)
    return Section("metode", "Metode og begrænsninger", tuple(said), (understanding,))


def _hiding(order: Order) -> str:
    if order.audience is Audience.INTERNAL:
        return (
            "Dette er en arbejdsrapport. Små tal er ikke skjult, og den må derfor ikke "
            "offentliggøres."
        )
    return (
        f"Tal, der handler om færre end {order.minimum} indsendere, vises ikke, og det gør heller "
        "ikke de tal, som de kunne regnes ud af, heller ikke sammen med tidligere rapporter."
    )


def _conclusion(figures: Disclosed) -> tuple[str, ...]:
    if not figures.total:
        return (_nothing_to_say(figures),)
    names = [label_words(figure.key) for figure in sentences.frequent(figures)]
    hidden = any(figure.count is None for figure in figures.labels)
    among = ", blandt de forhold hvis antal kan vises," if hidden else ""
    noun = "Indsendelsen" if figures.total == 1 else "Indsendelserne"
    who = "indsenderen" if figures.total == 1 else "indsenderne"
    said = []
    if names:
        said.append(
            f"{noun} peger{among} især på udfordringer med {sentences.listed(names)}, sådan som "
            f"{who} selv oplever det."
        )
    said.append(
        "Rapporten indgår i et løbende dokumentationsspor, hvor nye data kan sammenlignes over tid."
    )
    return tuple(said)
