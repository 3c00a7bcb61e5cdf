"""What a pattern demands is read off it rightly: no match is ever looked for in the wrong place."""

from __future__ import annotations

import sys
from math import inf

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.texts import redaction_texts
from nlp.redact.recognizers.base import Rule
from nlp.redact.recognizers.demands import plain
from nlp.redact.recognizers.kommune import KommuneRecognizer
from nlp.redact.recognizers.landmarks import Landmarks
from nlp.redact.recognizers.pattern_reading import demands
from nlp.redact.recognizers.person_cue import PersonCueRecognizer
from nlp.redact.recognizers.registry import IDENTIFIERS

FLAGS = regex.VERBOSE | regex.MULTILINE | regex.IGNORECASE
RULES: list[Rule] = [
    each
    for recognizer in (*IDENTIFIERS, PersonCueRecognizer, KommuneRecognizer)
    for each in recognizer().rules
]
WORDS = sorted({word for each in RULES if each.demands.words for word in each.demands.words.any_of})
PADDING = "\n" + "zzzz " * 500
"""Long enough that looking only where something stands is worth it."""


@pytest.mark.parametrize(
    ("pattern", "words", "before", "after"),
    [
        (r"\bgiro[ ]?\d{4}", ("giro",), 0, 6),
        (r"\bGIRO", ("giro",), 0, 1),
        (r"\p{L}{3,20}(?:skole|hus)en", ("hus", "skole"), 22, 5),
        (r"(?:søn|plejesøn)[ ]x", ("søn",), 5, 8),  # where «plejesøn» stands, «søn» stands
        (r"k(?:on|ni)to", None, 0, 0),  # letters are not multiplied out
        (r"konto(?=.{9})", ("konto",), 0, 10),  # what it looks at counts
        (r"konto\w*", ("konto",), 0, inf),
        (r"(?:konto)?\d", None, 0, 0),
        (r"(?:konto|\d+)", None, 0, 0),
        (r"(?!konto)x", None, 0, 0),
        (r"kt", None, 0, 0),  # two letters stand anywhere
    ],
)
def test_words_that_a_match_must_hold(pattern, words, before, after):
    found = demands(pattern, FLAGS).words
    if words is None:
        assert found is None
    else:
        assert found is not None
        assert found.any_of == words
        assert found.before >= before
        assert found.after >= after


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (r"\d{8}", 8),
        (r"[1-9]\d[ ]\d{3}", 4),
        (r"(?:\d{4}[ ]?){4}", 13),
        (r"\d\d(?:-\d\d)?", 1),
        (r"(?:\d{6}|\d{10})", 6),
        (r"\d{6}[^\n]{0,40}\d{4}", 6),  # too far apart to be one number
        (r"[\doil]{8}", 0),
        (r"(?=\d{8})x", 0),
        (r"\D\p{L}?", 0),
    ],
)
def test_digits_that_a_match_must_hold(pattern, least):
    found = demands(pattern, FLAGS).digits
    assert (found.count if found else 0) == least


def test_most_rules_demand_something():
    telling = [each for each in RULES if each.demands.words or each.demands.digits]
    assert len(telling) > 0.8 * len(RULES)


def assert_nothing_is_lost(text: str) -> None:
    marks = Landmarks(text)
    for each in RULES:
        places = marks.places(each.demands, inf)
        if places is None:
            continue
        found = [
            match.span()
            for start, end in places
            for match in each.pattern.finditer(text, start, end)
        ]
        assert found == [match.span() for match in each.pattern.finditer(text)], each.name


FRAGMENT = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map(str.upper),
    st.from_regex(r"[0-9]{1,10}", fullmatch=True),
    st.sampled_from([" ", " ", "-", ".", ",", ":", "/", "\n", "(", ")", "+", "@", "§", "kr", "İ", "ſ"]),
    st.sampled_from(["Mette", "Jensen", "Algade", "o", "l", "DK", "nr.", "er", "på", "år", "tv"]),
)  # fmt: skip


@settings(max_examples=50)
@given(st.lists(FRAGMENT, max_size=40).map("".join))
def test_no_match_is_lost_in_what_the_patterns_look_for(text):
    assert_nothing_is_lost(text + PADDING)


@pytest.mark.parametrize("item", redaction_texts()[::80], ids=lambda item: item.id)
def test_no_match_is_lost_in_real_letters(item):
    assert_nothing_is_lost(item.text + PADDING)
    assert_nothing_is_lost(item.text.upper() + PADDING)


def test_a_letter_that_the_patterns_take_for_another_is_found_in_plain_text():
    everything = "".join(
        chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF
    )
    assert len(plain(everything)) == len(everything)
    for letter in sorted(set("".join(WORDS))):
        alike = regex.findall(regex.escape(letter), everything, regex.IGNORECASE)
        assert {plain(each) for each in alike} == {letter}
