"""Words that are still personal: found as words of their own, gone everywhere, offsets moved."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.types import ENTITIES, Entity, Redacted
from service.errors import BadFields
from service.review.masking import (
    MOST_WORDS,
    Personal,
    Place,
    mask,
    moved,
    pattern,
    shape,
    withheld,
)
from service.review.words import TYPES


def redacted(text: str, possible: str = "") -> Redacted:
    start = text.find(possible)
    doubtful = (Entity(start, start + len(possible), "PERSON", True),) if possible else ()
    holders = re.finditer(r"\[[A-Z]+(?: \d)?\]", text)
    return Redacted(text, tuple(Entity(*m.span(), "PERSON") for m in holders), possible=doubtful)


@pytest.mark.parametrize(
    ("text", "words", "type_", "expected"),
    [
        ("Villads er syg.", "Villads", "PERSON", "[PERSON 1] er syg."),
        ("[PERSON 1] og Villads.", "Villads", "PERSON", "[PERSON 1] og [PERSON 2]."),
        ("Villads, villads, VILLADS!", "Villads", "PERSON", "[PERSON 1], [PERSON 1], [PERSON 1]!"),
        ("Villads' bil, Villadses", "Villads", "PERSON", "[PERSON 1] bil, Villadses"),
        ("Mettes mor og METTES far", "Mette", "PERSON", "[PERSON 1] mor og [PERSON 1] far"),
        ("Bo bor i en bolig, bo her.", "Bo", "PERSON", "[PERSON 1] bor i en bolig, bo her."),
        (
            "Mette\nHansen kom. Mette gik.",
            "Mette Hansen",
            "PERSON",
            "[PERSON 1] kom. [PERSON 1] gik.",
        ),
        ("Liv Storm. Hun har liv i sig.", "Liv Storm", "PERSON", "[PERSON 1]. Hun har liv i sig."),
        ("Vi bor Åvej 3, 2. tv. Nu.", "Åvej 3, 2. tv.", "ADDRESS", "Vi bor [ADRESSE]. Nu."),
        ("Ring 83 41 77 02 nu", "83 41 77 02", "PHONE", "Ring [TELEFON] nu"),
        ("(Solgården)", " »Solgården«, ", "INSTITUTION", "([INSTITUTION])"),
        ("Et a+b* tegn", "a+b*", "USERNAME", "Et [BRUGERNAVN] tegn"),
    ],
)
def test_every_occurrence_goes(text, words, type_, expected):
    done = mask(redacted(text), Personal(words, type_))
    assert done.redacted.text == expected
    for one in done.redacted.entities:
        assert re.fullmatch(r"\[[A-ZÆØÅ-]+(?: \d)?\]", expected[one.start : one.end])


def test_the_same_person_may_be_in_the_text_already():
    done = mask(redacted("[PERSON 1] hedder Villads."), Personal("Villads", "PERSON", 1))
    assert done.redacted.text == "[PERSON 1] hedder [PERSON 1]."


@pytest.mark.parametrize(
    ("words", "type_", "person", "field"),
    [
        ("", "PERSON", None, "ord"),
        (" .,! ", "PERSON", None, "ord"),
        ("Karla", "PERSON", None, "ord"),
        ("illads", "PERSON", None, "ord"),
        ("[PERSON 1]", "PERSON", None, "ord"),
        ("PERSON 1", "PERSON", None, "ord"),
        ("Villads [PERSON 1]", "PERSON", None, "ord"),
        ("Ingen har spurgt Villads om noget.", "PERSON", None, "ord"),
        ("ord " * (MOST_WORDS + 1), "PERSON", None, "ord"),
        ("x" * 101, "PERSON", None, "ord"),
        ("Villads", "", None, "type"),
        ("Villads", "NAVN", None, "type"),
        ("Villads", "PERSON", 7, "type"),
        ("Villads", "PLACE", 1, "type"),
    ],
)
def test_what_cannot_be_masked(words, type_, person, field):
    text = redacted("[PERSON 1] skrev. Ingen har spurgt Villads om noget. " + "x" * 120)
    with pytest.raises(BadFields) as caught:
        mask(text, Personal(words, type_, person))
    (problem,) = caught.value.problems
    assert problem.field == field
    assert "Intet er ændret." in problem.danish
    assert "illads" not in f"{problem.danish} {caught.value}"


@pytest.mark.parametrize("words", ["Anna Lise Berg Holm", "Åvej 12 tredje sal"])
def test_a_line_with_a_name_or_an_address_is_no_sentence(words):
    assert (
        words not in mask(redacted(f"Hilsen\n{words}\n"), Personal(words, "ADDRESS")).redacted.text
    )


def test_what_was_doubtful_is_settled_or_cut():
    text = redacted("Vi så Mette Hansen der.", possible="Mette Hansen")
    done = mask(text, Personal("Mette", "PERSON")).redacted
    assert [done.text[e.start : e.end] for e in done.possible] == ["Hansen"]
    assert mask(text, Personal("Mette Hansen", "PERSON")).redacted.possible == ()


def test_a_note_loses_the_words_but_keeps_its_placeholders():
    words = pattern(Personal("Person", "PLACE"))
    assert withheld("[PERSON 1] fra person", words, "[STED]") == "[PERSON 1] fra [STED]"
    assert withheld("[PERSON 1] igen", words, "[STED]") is None


def test_shapes_tell_no_words():
    assert shape("Åse O’Neill-Berg 12b\n") == "Xxx X’Xxxxx-Xxxx 00x "


def test_words_do_not_show_in_logs():
    assert "hemmelig" not in f"{Personal('hemmelig', 'PERSON')!r}"


def test_every_type_can_be_chosen():
    assert set(TYPES) == set(ENTITIES)


WORDS = st.sampled_from(
    ["Villads", "villads'", "VILLADS", "kom", "hjem.", "[PERSON 1]", "så", "\n"]
)


@given(st.lists(WORDS, min_size=1, max_size=14), st.data())
def test_nothing_is_left_and_all_else_stands_where_it_is_said_to_stand(words, data):
    before = redacted(" ".join([*words, "Villads"]))
    personal = Personal("Villads", "PERSON")
    done = mask(before, personal)
    after = done.redacted
    assert "villads" not in after.text.lower()
    assert all(after.text[e.start : e.end].startswith("[PERSON ") for e in after.entities)
    assert len(after.entities) == len(before.entities) + len(done.places)
    length = len(done.placeholder)
    start = data.draw(st.integers(0, len(before.text)))
    end = data.draw(st.integers(start, len(before.text)))
    new_start, new_end = moved(start, end, done.places, length)
    assert 0 <= new_start <= new_end <= len(after.text)
    touched = [p for p in done.places if p.start < end and start < p.end]
    if not touched:
        assert after.text[new_start:new_end] == before.text[start:end]
    for place in touched:
        there = moved(place.start, place.end, done.places, length)
        assert after.text[slice(*there)] == done.placeholder
        assert new_start <= there[0]
        assert there[1] <= new_end


def test_a_range_inside_the_words_becomes_the_placeholder():
    assert moved(5, 7, [Place(4, 9, "Xxxxx")], 10) == (4, 14)
