"""Says figures in correct Danish, and never more than they carry. Pure.

Only ``Disclosed`` values come in here, so a sentence cannot tell what was hidden. Submissions are
self-reported: they «angiver» (state) something; they do not show or prove it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from service.disclosure.types import UNKNOWN, Cross, Disclosed, Figure, Pair, Table

NAMES: Mapping[str, str] = {
    "sagsoplysning": "Sagsoplysning",
    "partshøring": "Partshøring",
    "begrundelse": "Begrundelse",
    "frister": "Frister",
    "klagevejledning": "Klagevejledning",
    "andre": "Andre forhold",
}
"""The labels as headings."""

_STATES: Mapping[str, str] = {
    "sagsoplysning": "angiver, at sagen opleves utilstrækkeligt oplyst",
    "partshøring": "angiver manglende partshøring",
    "begrundelse": "angiver utydelig eller manglende begrundelse",
    "frister": "angiver, at frister ikke er overholdt",
    "klagevejledning": "angiver manglende klagevejledning",
    "andre": "angiver andre forhold, som bør indgå i videre kvalitativ analyse",
}

_AREAS: Mapping[str, str] = {
    "børn og familie": "børn og familie",
    "handicap": "handicapområdet",
    "jobcenter": "jobcenterområdet",
    "ældre": "ældreområdet",
    "socialpsykiatri": "socialpsykiatrien",
    "skole og PPR": "skole og PPR",
    "bolig og økonomi": "bolig og økonomi",
    "andet": "andre områder",
}

_MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)

_BASIC = ("sagsoplysning", "partshøring", "begrundelse")
"""Whether the case is known, the citizen heard, and the decision explained."""

SMALL_TOTAL = 30
"""Below this many submissions a report calls itself an early picture."""


def number(value: int) -> str:
    """With a full stop for thousands: 1.234."""
    return f"{value:,}".replace(",", ".")


def day(value: date) -> str:
    """1. maj 2026"""
    return f"{value.day}. {_MONTHS[value.month - 1]} {value.year}"


def quarter(key: str) -> str:
    """«2026-K1» as people say it: 1. kvartal 2026."""
    year, _, number_of = key.partition("-K")
    return f"{number_of}. kvartal {year}"


def percent(count: int, total: int) -> str:
    """Whole percentages; «under 1 %» and «over 99 %» where rounding would say none or all."""
    share = 100 * count / total
    if 0 < share < 1:
        return "under 1 %"
    if 99 < share < 100:
        return "over 99 %"
    return f"{int(share + 0.5)} %"


def listed(words: Sequence[str]) -> str:
    """A, B og C"""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} og {words[-1]}"


def capital(text: str) -> str:
    """The sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def submissions(count: int) -> str:
    """1 indsendelse, 8 indsendelser"""
    return f"{number(count)} {'indsendelse' if count == 1 else 'indsendelser'}"


def out_of(count: int, total: int) -> str:
    """8 ud af 8 indsendelser, ingen af de 8 indsendelser, den ene indsendelse"""
    if total == 1:
        return "den ene indsendelse" if count else "ikke den ene indsendelse"
    if count == 0:
        return f"ingen af de {submissions(total)}"
    return f"{number(count)} ud af {submissions(total)}"


def everyone(total: int) -> str:
    """alle 8 indsendelser, den ene indsendelse"""
    return "den ene indsendelse" if total == 1 else f"alle {submissions(total)}"


def finding(figure: Figure, total: int, minimum: int) -> str:
    """One sentence of «Hovedfund» for a label."""
    if figure.count is None:
        return withheld(minimum)
    if figure.count == 0 and total == 1:
        return "Indgår ikke i den ene indsendelse."
    return capital(f"{out_of(figure.count, total)} {_STATES[figure.key]}.")


def indicator(figure: Figure, total: int) -> str:
    """One sentence of «Indikatoranalyse» for a label."""
    if figure.count is None:
        return "Antallet vises ikke."
    if figure.count == 0:
        return "Ingen indsendelser i grundlaget beskriver udfordringer."
    what = "øvrige forhold, der bør analyseres nærmere" if figure.key == "andre" else "udfordringer"
    return capital(f"{out_of(figure.count, total)} beskriver {what}.")


def withheld(minimum: int) -> str:
    """Why a figure is not shown: the same words whatever the reason, which would tell something."""
    return f"Antallet vises ikke: {could_expose(minimum)}."


def could_expose(minimum: int) -> str:
    """What a hidden figure, or a hidden table, could do."""
    return f"det kunne, alene eller sammen med andre tal, udpege færre end {minimum} indsendere"


def without_indicators(rows: Sequence[Cross], minimum: int) -> str | None:
    """Which rows of a table by labels show nothing, and so do not stand in it."""
    hidden = [
        "indsendelser uden oplyst kommune" if row.key == UNKNOWN else row.key
        for row in rows
        if row.is_hidden
    ]
    if not hidden:
        return None
    return f"Indikatorerne vises ikke for {listed(hidden)}: {could_expose(minimum)}."


def basis(total: int | None, minimum: int) -> str:
    """How many submissions there are."""
    if total is None:
        return f"Færre end {minimum} indsendere. Antallet vises ikke."
    if total == 0:
        return "Ingen gennemgåede indsendelser."
    kind = "anonymiseret og gennemgået" if total == 1 else "anonymiserede og gennemgåede"
    return f"{submissions(total)}, {kind}."


def left_out(disclosed: Disclosed) -> list[str]:
    """What did not count, and why."""
    said = []
    if disclosed.tests == 1:
        said.append("1 testindsendelse er frasorteret.")
    elif disclosed.tests:
        said.append(f"{number(disclosed.tests)} testindsendelser er frasorteret.")
    if disclosed.excluded is None:
        said.append(
            "Indsendelser kan være frasorteret af andre grunde (trukket tilbage, dubletter, spam "
            "eller uden for området). Antallet vises ikke."
        )
    elif disclosed.excluded:
        said.append(
            f"{submissions(disclosed.excluded)} er frasorteret af andre grunde (trukket tilbage, "
            "dubletter, spam eller uden for området)."
        )
    if disclosed.waiting:
        said.append(waiting(disclosed.waiting))
    return said


def waiting(count: int) -> str:
    """What was received and not yet reviewed: a number, never mixed in."""
    if count == 0:
        return "Ingen indsendelser afventer gennemgang."
    return f"{submissions(count)} afventer gennemgang og er ikke talt med."


def area(figure: Figure, total: int) -> str:
    """How many submissions concern an area."""
    about = _AREAS.get(figure.key, figure.key)
    return capital(f"{out_of(figure.count or 0, total)} vedrører {about}.")


def place(name: str) -> str:
    """How a municipality, or several told together, is written in a table."""
    return "Ikke oplyst" if name == UNKNOWN else capital(name)


def most_stated(row: Cross) -> str | None:
    """What is stated most often in one group, among what may be shown; None when nothing is.

    «Blandt» says it of the group alone: nothing is compared with other groups.
    """
    shown = [(cell.count, cell.column) for cell in row.cells if cell.count is not None]
    named = [one for one in shown if one[0] and one[1] != "andre"]
    if not named:
        return None
    most = max(count for count, _ in named)
    names = [column for count, column in named if count == most]
    out = out_of(most, row.total)
    if len(names) > 1:
        said = f"angives {listed(names)} oftest, hvert i {out}."
    else:
        said = f"angives {names[0]} oftest: {out}."
    if len(shown) < len(row.cells):
        return f"Af de forhold, hvis antal kan vises, {said}"
    return f"Her {said}"


def areas_without(figures: Iterable[Figure]) -> str | None:
    """The areas that nobody wrote about, in one sentence."""
    names = [_AREAS.get(figure.key, figure.key) for figure in figures if figure.count == 0]
    return f"Der indgår ingen indsendelser om {listed(names)} i rapporten." if names else None


def areas_in_brief(table: Table, total: int) -> str:
    """7 indsendelser vedrører børn og familie, og 1 indsendelse vedrører handicapområdet."""
    if table.withheld:
        return "Fordelingen vises ikke."
    parts = [
        f"{submissions(figure.count)} vedrører {_AREAS.get(figure.key, figure.key)}"
        for figure in sorted(table.shown, key=lambda figure: -(figure.count or 0))
        if figure.count
    ]
    if table.rest:
        parts.append(f"{submissions(table.rest)} vedrører øvrige områder")
    if len(parts) > 1:
        return f"{', '.join(parts[:-1])}, og {parts[-1]}."
    return f"{''.join(parts)}."


def rest_of_areas(table: Table) -> str | None:
    """The areas that were put together."""
    if table.rest is None or table.withheld:
        return None
    names = listed([_AREAS.get(key, key) for key in table.hidden])
    return (
        f"De øvrige områder ({names}) har tilsammen {submissions(table.rest)}. De vises samlet, så "
        "ingen kan genkendes."
    )


def municipalities(disclosed: Disclosed, unknown: str) -> str:
    """Which municipalities are named."""
    table = disclosed.municipalities
    if table.withheld:
        return "Kommunerne vises ikke enkeltvis."
    names = [figure.key for figure in table.shown if figure.count and figure.key != unknown]
    if not names:
        return "Ingen af indsendelserne nævner en kommune."
    among = "blandt andet " if table.rest else ""
    noun = "indsendelsen" if disclosed.total == 1 else "indsendelserne"
    return f"{capital(noun)} vedrører {among}{listed(in_danish_order(names))}."


def spread(disclosed: Disclosed) -> str:
    """Whether the submissions are about one municipality or several."""
    if disclosed.several_municipalities:
        return "Indsendelserne vedrører flere kommuner og ikke én enkelt kommune."
    return "Indsendelserne viser ikke, om forholdene findes i flere kommuner."


def rest_of_municipalities(disclosed: Disclosed) -> str | None:
    """The municipalities that were put together."""
    table = disclosed.municipalities
    if table.rest is None or table.withheld:
        return None
    which = "øvrige kommuner"
    if UNKNOWN in table.hidden:
        which += " eller nævner ingen kommune"
    return f"{submissions(table.rest)} vedrører {which}. De vises samlet, så ingen kan genkendes."


def frequent(disclosed: Disclosed) -> list[Figure]:
    """The labels that at least half state, most frequent first; «andre» is too mixed to lead."""
    total = disclosed.total or 0
    found = [
        figure
        for figure in disclosed.labels
        if figure.count and 2 * figure.count >= total and figure.key != "andre"
    ]
    return sorted(found, key=lambda figure: -(figure.count or 0))


def main_picture(disclosed: Disclosed) -> str:
    """One sentence for the summary: what at least half of the submissions state."""
    total, names = disclosed.total or 0, [figure.key for figure in frequent(disclosed)]
    hidden = any(figure.count is None for figure in disclosed.labels)
    if not names:
        which = "de forhold, hvis antal kan vises," if hidden else "de seks forhold"
        return f"Intet af {which} angives i mindst halvdelen af indsendelserne."
    if total == 1:
        return f"Den ene indsendelse peger på problemer med {listed(names)}."
    among = ", blandt de forhold hvis antal kan vises," if hidden else ""
    each = "Forholdet angives" if len(names) == 1 else "Hvert af forholdene angives"
    return (
        f"De {submissions(total)} peger{among} især på problemer med {listed(names)}. "
        f"{each} i mindst halvdelen af indsendelserne."
    )


def patterns(disclosed: Disclosed) -> list[str]:
    """What is most frequent, and what is stated together."""
    total, top = disclosed.total or 0, frequent(disclosed)
    if not top:
        return [
            "Tallene viser endnu intet forhold, som mindst halvdelen af indsendelserne angiver."
        ]
    first = [figure for figure in top if figure.count == top[0].count]
    hidden = any(figure.count is None for figure in disclosed.labels)
    said = [_most_frequent(first, total, is_all_known=not hidden or first[0].count == total)]
    leading = {figure.key for figure in first} if first[0].count == total else set[str]()
    said.extend(_together(disclosed, total, leading))
    if {figure.key for figure in top} >= set(_BASIC):
        said.append(
            "Mindst halvdelen af indsendelserne handler dermed om hvert af de grundlæggende "
            "elementer i sagsbehandlingen: om sagen er tilstrækkeligt oplyst, om borgeren er "
            "blevet hørt, og om afgørelsen er begrundet klart nok."
        )
    return said


def _most_frequent(first: Sequence[Figure], total: int, *, is_all_known: bool) -> str:
    """A hidden label may be more frequent: then the sentence speaks of the shown ones only."""
    names, count = listed([figure.key for figure in first]), first[0].count or 0
    who = everyone(total) if count == total else out_of(count, total)
    if len(first) > 1:
        start = "de tydeligste mønstre"
        said = f"{names}: hvert af forholdene angives i {who}."
    else:
        start = "det tydeligste mønster"
        said = f"at {who} angiver udfordringer med {names}."
    comma = "" if len(first) > 1 else ","
    if is_all_known:
        return f"{capital(start)} er{comma} {said}"
    return f"Blandt de forhold, hvis antal kan vises, er {start}{comma} {said}"


def _together(disclosed: Disclosed, total: int, leading: set[str]) -> list[str]:
    """The two most frequent pairs; a label that all state says nothing in a pair."""
    pairs = [
        pair
        for pair in disclosed.pairs
        if pair.count and not {pair.first, pair.second} & (leading | {"andre"})
    ]
    pairs.sort(key=lambda pair: -(pair.count or 0))
    best = [pair for pair in pairs if 2 * (pair.count or 0) >= total][:2]
    return [_pair(pair, total, position) for position, pair in enumerate(best)]


def _pair(pair: Pair, total: int, position: int) -> str:
    start = "Derudover angiver" if position == 0 else "Desuden angiver"
    return (
        f"{start} {out_of(pair.count or 0, total)} udfordringer med både {pair.first} og "
        f"{pair.second}."
    )


def in_danish_order(names: Iterable[str]) -> list[str]:
    """Sorted as Danes do: æ, ø, å last, and aa with å.

    >>> in_danish_order(["Aalborg", "Ærø", "Vejle", "Århus", "Odense"])
    ['Odense', 'Vejle', 'Ærø', 'Aalborg', 'Århus']
    """
    return sorted(names, key=lambda name: (_sort_key(name), name))


def _sort_key(name: str) -> str:
    folded = name.lower().replace("aa", "å")
    return folded.replace("æ", "{").replace("ø", "|").replace("å", "}")
