"""Danish from figures: number, agreement, order, and no claim that the figures do not carry."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.types import LABELS
from service.disclosure.types import (
    UNKNOWN,
    Cell,
    Cross,
    Disclosed,
    Figure,
    Pair,
    Rest,
    Table,
    label_pairs,
)
from service.reports import sentences

NOTHING = Table((), None, ())


def disclosed(total: int | None, *counts: int | None, **other: object) -> Disclosed:
    """Figures for the six labels in order; missing ones are 0."""
    given_counts = dict(zip(LABELS, counts, strict=False))
    values: dict[str, object] = {
        "minimum": 5,
        "total": total,
        "labels": tuple(Figure(label, given_counts.get(label, 0)) for label in LABELS),
        "pairs": tuple(Pair(*pair, None) for pair in label_pairs()),
        "areas": NOTHING,
        "municipalities": NOTHING,
        "several_municipalities": False,
        "tests": 0,
        "excluded": 0,
        "waiting": 0,
    }
    return Disclosed(**{**values, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "count", "total", "expected"),
    [
        ("sagsoplysning", 8, 8,
         "8 ud af 8 indsendelser angiver, at sagen opleves utilstrækkeligt oplyst."),
        ("partshøring", 7, 8, "7 ud af 8 indsendelser angiver manglende partshøring."),
        ("begrundelse", 7, 8,
         "7 ud af 8 indsendelser angiver utydelig eller manglende begrundelse."),
        ("frister", 4, 8, "4 ud af 8 indsendelser angiver, at frister ikke er overholdt."),
        ("klagevejledning", 2, 8, "2 ud af 8 indsendelser angiver manglende klagevejledning."),
        ("andre", 6, 8,
         "6 ud af 8 indsendelser angiver andre forhold, som bør indgå i videre kvalitativ analyse."),
        ("frister", 0, 8, "Ingen af de 8 indsendelser angiver, at frister ikke er overholdt."),
        ("partshøring", 1, 1, "Den ene indsendelse angiver manglende partshøring."),
        ("partshøring", 0, 1, "Indgår ikke i den ene indsendelse."),
        ("frister", 1200, 3456,
         "1.200 ud af 3.456 indsendelser angiver, at frister ikke er overholdt."),
    ],
)  # fmt: skip
def test_findings_read_as_the_centre_writes_them(label, count, total, expected):
    assert sentences.finding(Figure(label, count), total, 5) == expected


def test_a_hidden_figure_is_explained_without_a_number_but_the_minimum():
    hidden = Figure("frister", None)
    assert set(re.findall(r"\d+", sentences.finding(hidden, 8, 5))) == {"5"}
    assert sentences.indicator(hidden, 8) == "Antallet vises ikke."


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A og B"),
        (["A", "B", "C"], "A, B og C"),
    ],
)
def test_enumerations(words, expected):
    assert sentences.listed(words) == expected


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [
        (1, 8, "13 %"), (7, 8, "88 %"), (0, 8, "0 %"), (8, 8, "100 %"),
        (1, 1000, "under 1 %"), (999, 1000, "over 99 %"), (1, 100, "1 %"), (1, 200, "under 1 %"),
    ],
)  # fmt: skip
def test_percentages_never_round_to_none_or_all(count, total, expected):
    assert sentences.percent(count, total) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, "1 indsendelse"), (0, "0 indsendelser"), (1000, "1.000 indsendelser")],
)
def test_singular_and_plural(value, expected):
    assert sentences.submissions(value) == expected


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (8, "8 indsendelser, anonymiserede og gennemgåede."),
        (1, "1 indsendelse, anonymiseret og gennemgået."),
        (0, "Ingen gennemgåede indsendelser."),
        (None, "Færre end 5 indsendere. Antallet vises ikke."),
    ],
)
def test_the_basis(total, expected):
    assert sentences.basis(total, 5) == expected


def test_days():
    assert sentences.day(date(2026, 5, 1)) == "1. maj 2026"
    assert sentences.day(date(2026, 12, 24)) == "24. december 2026"


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (disclosed(8, 8, 7, 7, 4, 2, 6),
         "De 8 indsendelser peger især på problemer med sagsoplysning, partshøring, begrundelse og "
         "frister. Hvert af forholdene angives i mindst halvdelen af indsendelserne."),
        (disclosed(8, 8, None, None, None, None, None),
         "De 8 indsendelser peger, blandt de forhold hvis antal kan vises, især på problemer med "
         "sagsoplysning. Forholdet angives i mindst halvdelen af indsendelserne."),
        (disclosed(20, 9, 9, 9, 9, 9, 20),
         "Intet af de seks forhold angives i mindst halvdelen af indsendelserne."),
        (disclosed(8, *[None] * 6),
         "Intet af de forhold, hvis antal kan vises, angives i mindst halvdelen af "
         "indsendelserne."),
        (disclosed(1, 0, 1), "Den ene indsendelse peger på problemer med partshøring."),
    ],
)  # fmt: skip
def test_the_main_picture_names_what_at_least_half_state(figures, expected):
    assert sentences.main_picture(figures) == expected


def test_patterns_say_both_only_where_the_figures_do():
    pairs = tuple(
        Pair(*pair, 6 if pair == ("partshøring", "begrundelse") else None) for pair in label_pairs()
    )
    said = sentences.patterns(disclosed(8, 8, 7, 7, pairs=pairs))
    assert said[:2] == [
        "Det tydeligste mønster er, at alle 8 indsendelser angiver udfordringer med sagsoplysning.",
        "Derudover angiver 6 ud af 8 indsendelser udfordringer med både partshøring og begrundelse.",
    ]
    assert not any("både" in one for one in sentences.patterns(disclosed(8, 8, 7, 7)))


def test_labels_as_frequent_as_each_other_are_named_together():
    said = sentences.patterns(disclosed(8, 6, 6))
    assert said[0] == (
        "De tydeligste mønstre er sagsoplysning og partshøring: hvert af forholdene angives i 6 ud "
        "af 8 indsendelser."
    )


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (Table((Figure("børn og familie", 7), Figure("handicap", 1), Figure("ældre", 0)), None, ()),
         "7 indsendelser vedrører børn og familie, og 1 indsendelse vedrører handicapområdet."),
        (Table((Figure("ældre", 20),), 9, ("handicap", "jobcenter")),
         "20 indsendelser vedrører ældreområdet, og 9 indsendelser vedrører øvrige områder."),
        (Table((), 8, ("ældre",)), "Fordelingen vises ikke."),
    ],
)  # fmt: skip
def test_areas_in_brief(table, expected):
    assert sentences.areas_in_brief(table, 8) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (Table((Figure("Vejle", 5), Figure("Kolding", 6), Figure("Ribe", 0)), None, ()),
         "Indsendelserne vedrører Kolding og Vejle."),
        (Table((Figure("Vejle", 5),), 9, ("Kolding", UNKNOWN)),
         "Indsendelserne vedrører blandt andet Vejle."),
        (Table((Figure(UNKNOWN, 9),), None, ()), "Ingen af indsendelserne nævner en kommune."),
    ],
)  # fmt: skip
def test_municipalities_are_named_in_danish_order(table, expected):
    assert sentences.municipalities(disclosed(11, municipalities=table), UNKNOWN) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"tests": 1}, ["1 testindsendelse er frasorteret."]),
        ({"tests": 2}, ["2 testindsendelser er frasorteret."]),
        ({"waiting": 1}, ["1 indsendelse afventer gennemgang og er ikke talt med."]),
        ({"waiting": 2}, ["2 indsendelser afventer gennemgang og er ikke talt med."]),
        ({"excluded": 7}, ["7 indsendelser er frasorteret af andre grunde (trukket tilbage, "
                           "dubletter, spam eller uden for området)."]),
        ({}, []),
    ],
)  # fmt: skip
def test_what_was_left_out(other, expected):
    assert sentences.left_out(disclosed(8, **other)) == expected


def test_a_small_number_of_withdrawn_is_not_told():
    (said,) = sentences.left_out(disclosed(8, excluded=None))
    assert not re.search(r"\d", said)


def test_a_hidden_label_may_be_the_most_frequent_one():
    """So it is only said of the others that one of them is the clearest."""
    said = sentences.patterns(disclosed(20, 12, None))
    assert said[0] == (
        "Blandt de forhold, hvis antal kan vises, er det tydeligste mønster, at 12 ud af 20 "
        "indsendelser angiver udfordringer med sagsoplysning."
    )
    everybody = sentences.patterns(disclosed(20, 20, None))[0]
    assert everybody.startswith("Det tydeligste mønster er, at alle 20")
    several = sentences.patterns(disclosed(20, 12, None, 12))[0]
    assert several.startswith(
        "Blandt de forhold, hvis antal kan vises, er de tydeligste mønstre sags"
    )


def row(*counts: int | None) -> Cross:
    """A group of 12 with the six labels."""
    return Cross("ældre", ("ældre",), 12, tuple(map(Cell, LABELS, counts)))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((7, 5, 0, 0, 0, 9), "Her angives sagsoplysning oftest: 7 ud af 12 indsendelser."),
        ((7, 7, 0, 0, 0, 0),
         "Her angives sagsoplysning og partshøring oftest, hvert i 7 ud af 12 indsendelser."),
        ((7, None, 0, 0, 0, 0), "Af de forhold, hvis antal kan vises, angives sagsoplysning oftest: "
         "7 ud af 12 indsendelser."),
        ((None,) * 6, None),
        ((0, 0, 0, 0, 0, 12), None),
        ((None, None, None, None, None, 7), None),
    ],
)  # fmt: skip
def test_what_a_group_states_most_often(counts, expected):
    assert sentences.most_stated(row(*counts)) == expected


def test_rows_without_any_figure_are_named_once():
    nothing = (None,) * 6
    rows = [
        row(7, *nothing[1:]),
        Cross("Ribe", ("Ribe",), 9, tuple(map(Cell, LABELS, nothing))),
        Cross(UNKNOWN, (UNKNOWN,), 6, tuple(map(Cell, LABELS, nothing))),
    ]
    assert sentences.without_indicators(rows[:1], 5) is None
    assert sentences.without_indicators([row(*[0] * 6)], 5) is None
    assert sentences.without_indicators(rows, 5) == (
        "Indikatorerne vises ikke for Ribe og indsendelser uden oplyst kommune: det kunne, alene "
        "eller sammen med andre tal, udpege færre end 5 indsendere."
    )


def test_places_told_together():
    table = Table(
        (Figure("Vejle", 9),),
        8,
        ("Ribe", UNKNOWN),
        (Rest("øvrige kommuner", ("Ribe", UNKNOWN), 8),),
    )
    assert sentences.rest_of_municipalities(disclosed(17, municipalities=table)) == (
        "8 indsendelser vedrører øvrige kommuner eller nævner ingen kommune. De vises samlet, så "
        "ingen kan genkendes."
    )
    assert sentences.place(UNKNOWN) == "Ikke oplyst"
    assert sentences.place("øvrige kommuner i Region Sjælland")[:3] == "Øvr"


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "Ingen indsendelser afventer gennemgang."),
        (1, "1 indsendelse afventer gennemgang og er ikke talt med."),
        (1200, "1.200 indsendelser afventer gennemgang og er ikke talt med."),
    ],
)
def test_what_waits_is_a_number(count, expected):
    assert sentences.waiting(count) == expected


def test_quarters():
    assert sentences.quarter("2026-K1") == "1. kvartal 2026"


@given(
    st.integers(1, 40).flatmap(
        lambda total: st.tuples(
            st.just(total),
            st.lists(st.none() | st.integers(0, total), min_size=6, max_size=6),
        )
    )
)
def test_no_sentence_tells_a_number_that_was_not_shown(case):
    total, counts = case
    figures = disclosed(total, *counts)
    said = [
        sentences.main_picture(figures),
        *sentences.patterns(figures),
        *(sentences.finding(figure, total, 5) for figure in figures.labels),
        *(sentences.indicator(figure, total) for figure in figures.labels),
    ]
    shown = {count for count in counts if count is not None} | {total, 5}
    for sentence in said:
        assert {int(found) for found in re.findall(r"\d+", sentence)} <= shown
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert "  " not in sentence
