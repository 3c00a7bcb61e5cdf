"""A name found once is found everywhere; leftovers are masked or shown to the reviewer."""

import pytest

from nlp.redact.name_class import NameClasses
from nlp.redact.second_look import institutions, lengthened, look_again, spread, streets
from nlp.types import Span

CLASSES = NameClasses(
    first=frozenset({"mikkel", "liv", "elias", "qwzart"}), last=frozenset({"holm", "brixov"})
)


def person(text: str, piece: str) -> Span:
    start = text.index(piece)
    return Span(start, start + len(piece), "PERSON")


@pytest.mark.parametrize(
    ("text", "found", "more"),
    [
        ("Mikkel sov. mikkel græd.", "Mikkel", ["mikkel"]),
        ("Mikkel sov. MIKKELS far", "Mikkel", ["MIKKELS"]),
        ("Mikkel Kirkegaard sov. Kirkegaard ringede", "Mikkel Kirkegaard", ["Kirkegaard"]),
        ("Mikkel sov. Mikel og Mikkkel", "Mikkel", ["Mikel", "Mikkkel"]),
        ("Liv sov. Så kom Liv hjem.", "Liv", ["Liv"]),
        ("Liv sov. Det er mit liv.", "Liv", []),  # the word, not the name
        ("Liv sov. Livet er hårdt", "Liv", []),
        ("Bo sov. De bor der", "Bo", []),
        ("Mikkel sov. [PERSON 1] græd", "Mikkel", []),
        ("Storm sov. en storm kom", "Storm", []),
        ("tommy og sten, og sten er bange", "sten", ["sten"]),  # no capital to ask for
        ("TOMMY OG STEN, OG STEN ER BANGE", "STEN", ["STEN"]),
        ("det er kun min søn kun der", "kun", []),  # so frequent that it is no trace
    ],
)
def test_spread(text, found, more):
    spans = spread(text, [person(text, found)])
    assert [text[s.start : s.end] for s in spans] == more


def test_nothing_spreads_from_other_types():
    assert spread("Vejle er Vejle", [Span(0, 5, "PLACE")]) == []
    assert spread("Mikkel", []) == []


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("Elias O sov", "Elias", "Elias O"),
        ("Elias O. sov", "Elias", "Elias O."),
        ("elias brixov sov", "elias", "elias brixov"),
        ("Elias Qwzxov sov", "Elias", "Elias Qwzxov"),
        ("Elias sov", "Elias", None),
        ("Elias i skolen", "Elias", None),
        ("Elias ADHD", "Elias", None),
        ("elias sokołowska sov", "elias", "elias sokołowska"),
        ("elias xq sov", "elias", None),
        ("elias sagsbehanler sov", "elias", None),  # a slip, not a surname
        ("Elias sokołowska sov i nat", "Elias", None),  # capitals mean something here
        ("ELIAS HOLM SOV", "ELIAS", "ELIAS HOLM"),
        ("elias holm sov", "elias", "elias holm"),
    ],
)
def test_lengthened(text, found, whole):
    spans = lengthened(text, [person(text, found)], CLASSES)
    assert [text[s.start : s.end] for s in spans] == ([whole] if whole else [])


@pytest.mark.parametrize(
    ("text", "sure", "possible"),
    [
        ("så kom mikkel hjem", ["mikkel"], []),  # a name and nothing else in Danish
        ("så kom liv hjem", [], []),  # also a word
        ("så kom Xyzqov hjem", [], ["Xyzqov"]),
        ("Xyzqov kom hjem", [], []),  # a capital at the start says nothing
        ("vi skrev til Ankestyrelsen", [], []),
        ("HAN KOM XYZQOV HJEM", [], []),
        ("det var Иван der kom", ["Иван"], []),
        ("nummeret 1234567 stod der", [], ["1234567"]),
        ("det kostede 1234567 kr.", [], []),
        ("i 2023 kom 12 breve", [], []),
    ],
)
def test_leftovers(text, sure, possible):
    masked, doubtful = look_again(text, [], CLASSES)
    assert [text[s.start : s.end] for s in masked] == sure
    assert [text[s.start : s.end] for s in doubtful] == possible


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("vi bor bakkedraget 14 2tv", "14 2tv", "bakkedraget 14 2tv"),
        ("Bor Gl. Qwzbro 3, st.", "3, st.", "Qwzbro 3, st."),
        ("jeg bor 14 2tv", "14 2tv", None),  # too short to be a street
        ("det er forkert 14 2tv", "14 2tv", None),  # too frequent
        ("bakkedraget, 14 2tv", "14 2tv", None),
    ],
)
def test_the_street_before_its_number_is_masked(text, found, whole):
    start = text.index(found)
    spans = streets(text, [Span(start, start + len(found), "ADDRESS")])
    assert [text[s.start : s.end] for s in spans] == ([whole] if whole else [])
    assert streets(text, [Span(start, start + len(found), "PHONE")]) == []


def test_the_rest_of_a_name_is_masked():
    text = "så kom Elias Xyzqov hjem"
    masked, _ = look_again(text, [person(text, "Elias")], CLASSES)
    assert [text[s.start : s.end] for s in masked] == ["Xyzqov"]


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("på Social- og Sundhedsskolen Fyn", "Sundhedsskolen Fyn", "Social- og Sundhedsskolen Fyn"),
        ("Stedet hedder Den Gule Dør", "Gule Dør", "Den Gule Dør"),
        ("Nu. Den Gule Dør", "Gule Dør", None),  # a sentence begins with a capital anyway
        ("på den Gule Dør", "Gule Dør", None),
        ("for- og Efterskolen", "Efterskolen", None),
        ("Social- og sundhedsskolen", "sundhedsskolen", None),
    ],
)
def test_institutions_get_the_beginning_of_their_name(text, found, whole):
    start = text.index(found)
    longer = institutions(text, [Span(start, start + len(found), "INSTITUTION")])
    assert [text[s.start : s.end] for s in longer] == ([whole] if whole else [])
