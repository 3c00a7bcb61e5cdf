"""Quotations: short, whole words, anonymous, or not given at all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.excerpts import MOST_WORDS, excerpt, excerpts, whole_words
from nlp.types import Entity, Evidence, RawText, Redacted, Suggestion

PLACEHOLDER = re.compile(r"\[[A-ZÆØÅ-]{2,14}(?: \d+)?\]")
WORDS = "vi har ventet på svar fra dem i lang tid og ingen har ringet til os om sagen siden mødet".split()  # fmt: skip


def quote(redactor, text, start=0, end=None, possible=()):
    redacted = Redacted(text, (), possible=tuple(possible))
    return excerpt("frister", redacted, start, len(text) if end is None else end, redactor).text


@pytest.mark.parametrize(
    ("passage", "quotation"),
    [
        ("vi har ikke hørt et ord", "Vi har ikke hørt et ord."),
        ("og vi har ikke hørt et ord,", "Vi har ikke hørt et ord."),
        ("men ingen svarede os!", "Ingen svarede os!"),
        ("  «de svarede ikke»  ", "De svarede ikke."),
        ("hvorfor svarer de ikke?", "Hvorfor svarer de ikke?"),
        ("de lovede [PERSON 3] at svare", "De lovede [PERSON] at svare."),
        ("vi venter\nstadig   på svar", "Vi venter stadig på svar."),
    ],
)
def test_a_quotation_reads_as_a_sentence(redactor, passage, quotation):
    assert quote(redactor, passage) == quotation


@pytest.mark.parametrize(
    ("passage", "hidden", "shown"),
    [
        ("Vejle Kommune har ikke svaret os siden sommer", "Vejle", "[KOMMUNE]"),
        ("min søn på 8 år blev aldrig hørt i sagen", "8 år", "[ALDER]"),
        ("han har ADHD, og det blev der ikke set på", "ADHD", "[DIAGNOSE]"),
        ("hun har infantil autisme, men det står der ikke", "autisme", "[DIAGNOSE]"),
        ("de har ikke spurgt skolen i [STED] om noget", "skolen", "[INSTITUTION]"),
    ],
)
def test_what_points_to_a_person_is_hidden(redactor, passage, hidden, shown):
    text = quote(redactor, passage)
    assert hidden not in text
    assert shown in text


def test_it_is_dropped_where_personal_data_may_be_left(redactor):
    text = "Vi skrev til Qwzart om det, og der kom intet svar."
    doubt = Entity(13, 19, "PERSON", possible=True)
    assert quote(redactor, text, possible=[doubt]) == ""
    assert quote(redactor, text, 24, len(text), possible=[doubt]) != ""


@pytest.mark.parametrize("passage", ["", "   ", "…", "[PERSON 1]", "–"])
def test_nothing_to_quote(redactor, passage):
    assert len(quote(redactor, passage)) <= len("[PERSON].")


def test_long_passages_end_with_a_clause(redactor):
    text = "Vi søgte om hjælp i foråret, og der kom ikke noget svar. " * 4
    quotation = quote(redactor, text)
    assert len(quotation.split()) <= MOST_WORDS
    assert quotation.endswith("svar.")


def test_a_long_clause_is_cut_between_words(redactor):
    text = " ".join(["ordet"] * 60)
    quotation = quote(redactor, text)
    assert len(quotation.split()) <= MOST_WORDS
    assert quotation.endswith(" …")


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from([*WORDS, "[PERSON 12]", "[STED]", "ikke.", "svar,"]),
        min_size=8,
        max_size=60,
    ),  # fmt: skip
    st.integers(0, 200),
    st.integers(1, 200),
)
def test_whatever_is_chosen(redactor, words, start, length):
    text = " ".join(words)
    start = min(start, len(text) - 1)
    quotation = quote(redactor, text, start, min(len(text), start + length))
    if not quotation:
        return
    assert len(quotation.split()) <= MOST_WORDS
    assert quotation[-1] in ".!?…"
    assert not quotation[0].islower()
    assert PLACEHOLDER.sub("", quotation).count("[") == 0
    whole = {w.strip(".,").lower() for w in re.sub(r"\[[^]]*\]", " ", text).split()}
    left = re.sub(r"\[[^]]*\]", " ", quotation).split()
    assert {w.strip(".,…!?").lower() for w in left} <= whole | {""}


@given(st.text(alphabet="ab [PERSON 1].", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_ranges_grow_and_stay_inside(text, start, end):
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    grown = whole_words(text, start, end)
    assert 0 <= grown[0] <= start <= end <= grown[1] <= len(text)


def test_one_for_each_suggested_label_from_its_best_evidence(redactor):
    text = "Vi fik aldrig svar på brevet. Der stod ikke hvorfor i afgørelsen."
    redacted = Redacted(text, ())
    made = excerpts(
        redacted,
        [
            Suggestion("frister", 0.9, True, (Evidence(0, 29, 0.4), Evidence(30, 65, 0.9))),
            Suggestion("begrundelse", 0.2, False, (Evidence(30, 65, 0.2),)),
            Suggestion("andre", 0.9, True),
        ],
        redactor,
    )
    assert [(e.label, e.text) for e in made] == [("frister", "Der stod ikke hvorfor i afgørelsen.")]


def test_a_quotation_holds_no_personal_data_of_its_own(redactor):
    """The passage of a person's choice may hold what storage keeps: it is read again."""
    text = quote(redactor, "Mikkel Holm fra Vejle Kommune har ikke svaret os på 83 12 34 56")
    assert redactor.find(RawText(PLACEHOLDER.sub("–", text))) == []


def test_a_quotation_in_another_language_is_not_given(reader):
    """It cannot be checked; and it must not refuse the whole submission."""
    foreign = "They have not answered my letter and you are not told what was decided"
    assert reader.excerpt("andre", Redacted(foreign, ()), 0, len(foreign)).text == ""


def test_one_doubtful_quotation_leaves_the_others(redactor):
    text = "Vi har ventet i syv måneder. Ingen har spurgt os om noget."
    split = text.index("Ingen")
    suggestions = [
        Suggestion("frister", 0.9, True, (Evidence(0, split - 1, 0.9),)),
        Suggestion("partshøring", 0.9, True, (Evidence(split, len(text), 0.9),)),
    ]
    doubt = Entity(split, split + 5, "PERSON", possible=True)
    found = excerpts(Redacted(text, (), possible=(doubt,)), suggestions, redactor)
    assert [(e.label, e.text) for e in found] == [("frister", "Vi har ventet i syv måneder.")]
