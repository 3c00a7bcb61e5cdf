"""Danish or not, ordinary or not, the sender's details, diagnoses: small pieces of the reading."""

import functools

import pytest

from nlp.redact.diagnoses import hide_traits
from nlp.redact.known import known_spans
from nlp.redact.name_class import NameClasses
from nlp.redact.storage import cut_for_storage
from nlp.text import lexicon
from nlp.text.case import lowered, without_case
from nlp.text.danish import looks_danish
from nlp.text.lexicon import is_listed, is_ordinary, nearly_ordinary
from nlp.types import RawText, Span


@pytest.mark.parametrize(
    ("text", "danish"),
    [
        ("Jeg har ikke hørt fra dem siden jul", True),
        ("ingen svar ingenting fire måneder nu", True),
        ("jeg har ik hørt noget fra dem siden i sommers lissom", True),
        ("JEG HAR ALDRIG FÅET ET SVAR FRA KOMMUNEN", True),
        ("vi har sogt om hjaelp men de har ikke svaret os endnu", True),
        ("Test", True),  # too short to judge
        ("", True),
        ("I have not heard from them since May and it is hard", False),
        ("Ich habe seit Mai nichts mehr gehört und das ist nicht gut", False),
        ("Jag har inte hört något från er sedan i maj och det är dåligt", False),
        ("Nie mam odpowiedzi od gminy od maja i czekam na pieniądze", False),
        ("asdf qwer zxcv uiop hjkl vbnm tyui", False),
    ],
)
def test_danish(text, danish):
    assert looks_danish(text) is danish


@pytest.mark.parametrize(
    ("word", "ordinary"),
    [
        ("kommunen", True),
        ("Kommunen", True),
        ("sagsbehandlerskiftet", True),
        ("børnefaglige", True),
        ("Kurtović", False),
        ("qwzx", False),
        ("", False),
        ("-", False),
    ],
)
def test_ordinary_words(word, ordinary):
    assert is_ordinary(word) is ordinary


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("terasse", True),  # a letter dropped
        ("kommunnen", True),  # doubled
        ("sagsbheanldling", False),  # two slips
        ("afgøreslen", True),  # swapped
        ("Hanin", False),  # too short to tell
        ("Kurtović", False),
        ("", False),
    ],
)
def test_one_slip_from_an_ordinary_word(word, near):
    assert nearly_ordinary(word) is near


def test_a_name_is_no_ordinary_word():
    assert not is_listed("Jørgen")


def test_the_word_list_remembers_no_question():
    """A cache of words would be a cache of citizens' text."""
    cached = {
        name
        for name, value in vars(lexicon).items()
        if isinstance(value, functools._lru_cache_wrapper)
    }
    assert cached == {"_hashes"}
    before = len(lexicon._hashes())
    is_ordinary("zarqwinella")
    assert len(lexicon._hashes()) == before
    assert lexicon._hashes.cache_info().currsize == 1


@pytest.mark.parametrize(
    ("text", "details", "found"),
    [
        ("så ringede solvej igen", ["Solvej Ibsen"], [("solvej", "PERSON")]),
        ("så ringede slovej igen", ["Solvej Ibsen"], [("slovej", "PERSON")]),
        ("Solvejs far kom", ["Solvej"], [("Solvejs", "PERSON")]),
        ("jeg bor på algade 12", ["Algade 12"], [("algade 12", "ADDRESS")]),
        ("så ringede de igen", ["Bo"], []),
        ("De bor der", ["Bo"], []),
        ("så ringede de igen", [], []),
        ("så ringede de igen", [" "], []),
        ("en (parentes", ["(parentes"], [("(parentes", "PERSON")]),
    ],
)
def test_details_of_the_sender(text, details, found):
    spans = known_spans(text, [RawText(detail) for detail in details])
    pieces = {(text[s.start : s.end], s.type) for s in spans}
    assert set(found) <= pieces
    assert bool(pieces) is bool(found)


def test_a_short_name_of_the_sender_masks_no_other_word():
    """«Bo» is part of «bor», «bolig», «borger»: masking these would wreck the text."""
    text = "Bo bor i en bolig, siger Bo"
    pieces = {text[s.start : s.end] for s in known_spans(text, [RawText("Bo")])}
    assert pieces == {"Bo"}


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Hun har ADHD nu", "Hun har [DIAGNOSE] nu"),
        ("han er skizofren", "han er [DIAGNOSE]"),
        ("min kræftsygdom", "min [DIAGNOSE]"),
        ("svær epilepsi, siger de", "svær [DIAGNOSE], siger de"),
        ("skolen i [STED] svarede", "[INSTITUTION] svarede"),
        ("på bostedet ved [STED]", "på [INSTITUTION]"),
    ],
)
def test_traits_are_hidden(text, hidden):
    assert hide_traits(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "Vi har ventet på en afgørelse",
        "Alsidig hjælp blev lovet",
        "de tog min retning",
        "Han blev stomp",
        "Skolen svarede ikke",
        "kommunens adgang",
        "[PERSON 1] fik [DIAGNOSE]",
        "retten til at klage",
    ],
)
def test_near_misses_of_traits(text):
    assert hide_traits(text) == text


@pytest.mark.parametrize(
    ("number", "left"),
    [
        ("27.36.04-G01-12-23", "27.36.04-"),
        ("27.36.04/1234", "27.36.04/"),
        ("2023-104562", ""),
        ("27.36.04", ""),
    ],
)
def test_storage_keeps_the_topic_of_a_case_number(number, left):
    (span,) = cut_for_storage(number, [Span(0, len(number), "CASE_NO")])
    assert number[: span.start] == left
    assert span.end == len(number)


def test_storage_keeps_municipality_and_age():
    spans = [Span(0, 3, "KOMMUNE"), Span(4, 6, "AGE"), Span(7, 9, "CPR")]
    assert [s.type for s in cut_for_storage("x" * 10, spans)] == ["CPR"]


@pytest.mark.parametrize(
    ("word", "code", "feature"),
    [
        ("Liv", "f", "fo"),
        ("livs", "f", "fo"),
        ("Holm's", "l", "l"),
        ("vejle", "p", "po"),
        ("qwz", "-", "-"),
        ("s", "-", "-o"),
        ("lukas'", "f", "f"),
        ("Lukas", "f", "f"),
        ("ann-liv", "f", "f"),
        ("Ann-Livs", "f", "f"),
        ("liv-holm", "-", "-"),
        ("ann-", "-", "-"),
        ("kommunen", "-", "-o"),
    ],
)
def test_name_classes(word, code, feature):
    classes = NameClasses(
        first=frozenset({"liv", "lukas", "ann"}),
        last=frozenset({"holm"}),
        places=frozenset({"vejle"}),
    )
    assert (classes.of(word), classes.feature(word)) == (code, feature)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hej det er mette fra kommunen", True),
        ("HEJ DET ER METTE FRA KOMMUNEN", True),
        ("Hej det er mette fra kommunen", False),
        ("Jeg HAR SAGT DET til Mette mange gange før", False),
        ("12 34 56", False),
        ("", False),
        ("skriv til Bo@kommunen.example hvis du kan nå det i dag eller i morgen", True),
    ],
)
def test_a_text_without_case(text, expected):
    assert without_case(text) is expected


def test_lower_case_keeps_the_length():
    for text in ("İSTANBUL", "ÆØÅ", "ẞ", "Straße", ""):
        assert len(lowered(text)) == len(text)
