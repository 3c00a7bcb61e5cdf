"""Names that a cue announces; what follows a cue and is an ordinary word is no name."""

import pytest

from nlp.redact.name_class import NameClasses
from nlp.redact.recognizers.person_cue import PersonCueRecognizer

CLASSES = NameClasses(
    first=frozenset({"mikkel", "freja", "liv", "bo"}), last=frozenset({"holm", "kurtovic"})
)


@pytest.fixture
def find(find_with):
    return find_with(PersonCueRecognizer(CLASSES))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Min søn Mikkel går i skole", "Mikkel"),
        ("min søn mikkel går i skole", "mikkel"),
        ("MIN\u00a0SØN\u00a0Mikkel venter", "Mikkel"),
        ("min yngste datter, Freja, er syg", "Freja"),
        ("sagsbehandler Mikkel Holm skrev", "Mikkel Holm"),
        ("sagsbehandleren hedder Qwzxa", "Qwzxa"),
        ("Jeg hedder Mikkel Holm.", "Mikkel Holm"),
        ("Mit navn er Mikkel Kurtovic", "Mikkel Kurtovic"),
        ("Med venlig hilsen\nMikkel Holm", "Mikkel Holm"),
        ("mvh Freja", "Freja"),
        ("Vh.\nFreja Holm", "Freja Holm"),
        ("Kære Freja,", "Freja"),
        ("Hej Mikkel!", "Mikkel"),
        ("Navn: Mikkel Holm", "Mikkel Holm"),
        ("Barnets navn: Freja", "Freja"),
        ("Hr. Holm ringede", "Holm"),
        ("skrev J.K. tilbage", "J.K."),
        ("J. Holm ringede", "J. Holm"),
        ("Mvh JK", "JK"),
    ],
)
def test_names_behind_a_cue(find, text, name):
    assert name in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "Min søn har autisme",
        "Min søn Der er syg",
        "sagsbehandleren svarede ikke",
        "Sagsbehandler skiftede igen",
        "Jeg hedder ikke noget",
        "Med venlig hilsen fra os alle",
        "Hej kommune",
        "Kære alle",
        "PPR sagde nej",
        "min far fik afslag",
        "lægen sagde ADHD",
        "Kommunen i byen",
        "f.eks. i dag",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


def test_without_lists_a_capital_behind_a_cue_is_enough(find_with):
    find = find_with(PersonCueRecognizer())
    assert find("Min søn Qwzxa er syg") == ["Qwzxa"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("det er Tang, T-A-N-G, skriv det", ["T-A-N-G"]),
        ("det kan jeg, A-B-C, sagde hun", []),
        ("bleer str. L. Pris 2 kr.", []),
        ("Kode 404-B. Skærm 3", []),
        ("Khanx notat", []),  # «kh» is no greeting inside a word
    ],
)
def test_letters_and_sizes(find, text, names):
    assert find(text) == names
