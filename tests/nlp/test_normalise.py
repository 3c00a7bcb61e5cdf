"""Text as people send it: readable, and every character traceable to the original."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text.normalise import fold, normalise


@pytest.mark.parametrize(
    ("sent", "readable"),
    [
        ("So\u0308ren", "Sören"),
        ("A\u030ase", "Åse"),
        ("S&oslash;ren &amp; &AElig;nne", "Søren & Ænne"),
        ("S&#248;ren", "Søren"),
        ("&ikkeenentitet; & co", "&ikkeenentitet; & co"),
        ("Mik\u00adkel", "Mikkel"),
        ("Mik\u200bkel", "Mikkel"),
        ("en\r\nto\rtre", "en\nto\ntre"),
        ("tab\tbliver", "tab\tbliver"),
        ("klokke\x07lyd", "klokke lyd"),
    ],
)
def test_readable(sent: str, readable: str) -> None:
    assert normalise(sent).text == readable


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("010150\u20135123", "010150-5123"),
        ("８４ １２", "84 12"),
        ("\u0660\u0661\u0662", "012"),
        ("a\u00a0b\u202fc", "a b c"),
        ("Mіkkеl", "Mikkel"),  # Cyrillic і and е among Latin letters
        ("Иван", "Иван"),  # wholly Cyrillic: a word of its own, not a disguise
        ("l\u2019an", "l'an"),
        ("æøå ÆØÅ é ½", "æøå ÆØÅ é ½"),
    ],
)
def test_folded(text: str, plain: str) -> None:
    assert fold(text) == plain


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_every_character_comes_from_somewhere_in_order(text: str) -> None:
    normalised = normalise(text)
    assert len(normalised.starts) == len(normalised.ends) == len(normalised.text)
    previous = 0
    read = zip(normalised.text, normalised.starts, normalised.ends, strict=True)
    for character, start, end in read:
        forgotten = character == " " and start == end  # a space that nobody typed
        assert previous <= start <= end <= len(text)
        assert start < end or forgotten
        previous = start


@given(st.text(alphabet="abcæøåABC 0123456789-\n", max_size=200))
def test_plain_text_is_left_alone(text: str) -> None:
    normalised = normalise(text)
    assert normalised.text == text
    assert [normalised.original(i, i + 1) for i in range(len(text))] == [
        (i, i + 1) for i in range(len(text))
    ]


@given(st.text(alphabet="aeo\u0308\u030aå\u00ad\u200b&;amp", max_size=60))
def test_the_result_is_composed(text: str) -> None:
    readable = normalise(text).text
    assert unicodedata.normalize("NFC", readable) == readable or "&" in text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Grethe Jensen,78 år", "Grethe Jensen, 78 år"),
        ("Leif,Gurmeet og Yvonne", "Leif, Gurmeet og Yvonne"),
        ("84 12 34 56 (arb),95 12 34 56", "84 12 34 56 (arb), 95 12 34 56"),
        ("fra Marstal.Vi er", "fra Marstal. Vi er"),
        ("Tlf.nr.84123456", "Tlf.nr. 84123456"),
        ("kl.12 d.19-10-23", "kl. 12 d. 19-10-23"),
        ("1,5 time, 12.500 kr. og f.eks. § 12,2", "1,5 time, 12.500 kr. og f.eks. § 12,2"),
        ("mette,hansen@mail.example", "mette,hansen@mail.example"),
        ("Bo.Holm@mail.example", "Bo.Holm@mail.example"),
        ("https://www.Kommunen.Example/Sag,Bo", "https://www.Kommunen.Example/Sag,Bo"),
        ("løn_bo.Pdf,pas_bo.jpg", "løn_bo.Pdf,pas_bo.jpg"),
        ("borger.dk og P.A. Hansen", "borger.dk og P.A. Hansen"),
        ("a,b", "a,b"),
    ],
)
def test_a_forgotten_space_is_put_in(text, read):
    assert normalise(text).text == read


def test_a_forgotten_space_comes_from_nowhere():
    read = normalise("hej,Bo er 78 år")
    assert read.text == "hej, Bo er 78 år"
    start = read.text.index("Bo")
    assert read.original(start, start + 2) == (4, 6)
    assert read.original(4, 5) == (4, 4)
    assert read.original(0, len(read.text)) == (0, 15)
