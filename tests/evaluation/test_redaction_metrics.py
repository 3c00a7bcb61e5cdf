"""What counts as masked, who counts as hidden, and what it costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.figures import Rate
from evaluation.redaction import (
    Scored,
    coverage,
    is_masked,
    mistakes,
    ordinary_words,
    people_masked,
    score,
)
from nlp.types import ENTITIES, Span


def marked(text: str, *wanted: tuple[str, str]) -> tuple[Span, ...]:
    """Spans of the first occurrence of each string after the one before."""
    spans, position = [], 0
    for value, kind in wanted:
        start = text.index(value, position)
        position = start + len(value)
        spans.append(Span(start, position, kind))
    return tuple(spans)


TEXT = "Ring til Bo Holm på 84 12 34 56, siger Bo."


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((Span(20, 31, "PHONE"),), True),
        ((Span(20, 31, "PERSON"),), True),  # whatever the type given
        ((Span(0, 42, "URL"),), True),
        ((Span(20, 30, "PHONE"),), False),  # one digit is left
        ((Span(21, 31, "PHONE"),), False),
        (
            (Span(20, 22, "PHONE"), Span(23, 25, "CPR"), Span(26, 28, "CPR"), Span(29, 31, "CPR")),
            True,
        ),
        ((Span(20, 22, "PHONE"), Span(26, 31, "PHONE")), False),
        ((), False),
    ],
)
def test_an_entity_is_masked_when_no_letter_or_digit_is_left(found, expected):
    mask = coverage(len(TEXT), found)
    assert is_masked(TEXT, Span(20, 31, "PHONE"), mask) is expected


@pytest.mark.parametrize(("found", "expected"), [((Span(0, 1, "PERSON"),), True), ((), False)])
def test_an_entity_without_letters_must_be_covered_whole(found, expected):
    assert is_masked("❤", Span(0, 1, "PERSON"), coverage(1, found)) is expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((), [False]),
        ((Span(9, 16, "PERSON"),), [False]),  # «Bo» is still there
        ((Span(39, 41, "PERSON"),), [False]),
        ((Span(9, 16, "PERSON"), Span(39, 41, "PERSON")), [True]),
    ],
)
def test_a_person_is_hidden_only_when_all_mentions_are(found, expected):
    gold = marked(TEXT, ("Bo Holm", "PERSON"), ("Bo", "PERSON"))
    assert people_masked(Scored("a", TEXT, gold, found)) == expected


def test_two_people_are_two_people():
    text = "Bo Holm og Mette Friis; Mette gik."
    gold = marked(text, ("Bo Holm", "PERSON"), ("Mette Friis", "PERSON"), ("Mette", "PERSON"))
    assert people_masked(Scored("a", text, gold, gold[:2])) == [True, False]


def test_every_figure_of_a_text_counted_by_hand():
    gold = marked(TEXT, ("Bo Holm", "PERSON"), ("84 12 34 56", "PHONE"), ("Bo", "PERSON"))
    found = (Span(0, 4, "PLACE"), Span(9, 16, "PERSON"), Span(20, 31, "CPR"))
    scores = score([Scored("a", TEXT, gold, found)])
    assert scores.entities == Rate(2, 3)
    assert scores.by_type["PERSON"] == Rate(1, 2)
    assert scores.by_type["PHONE"] == Rate(1, 1)
    assert scores.by_group["direct identifiers"] == Rate(1, 1)
    assert scores.people == Rate(0, 1)
    assert scores.clean_texts == Rate(0, 1)
    assert scores.precision == Rate(2, 3)
    assert scores.precision_by_type["PLACE"] == Rate(0, 1)
    assert scores.precision_by_type["CPR"] == Rate(1, 1)
    assert scores.character_precision == Rate(14, 18)  # «Ring» is four of eighteen
    assert scores.over_masked == Rate(1, 4)  # Ring, til, på, siger
    assert scores.over_masked_negatives == Rate(0, 0)


def test_hard_negatives_are_counted_apart_and_together():
    one = Scored("a", "Der går storm.", (), (Span(8, 13, "PERSON"),), hard_negative=True)
    two = Scored("b", "Alt vel.", (), ())
    scores = score([one, two])
    assert scores.over_masked_negatives == Rate(1, 3)
    assert scores.over_masked == Rate(1, 5)
    assert scores.clean_texts == Rate(0, 0)  # nothing personal in either


def test_a_word_that_shares_a_character_with_personal_data_is_not_ordinary():
    text = "Mikkels bog"
    assert list(ordinary_words(text, coverage(11, [Span(0, 6, "PERSON")]))) == [(8, 11)]


def test_mistakes_are_named_with_their_text():
    gold = marked(TEXT, ("Bo Holm", "PERSON"))
    found = [Scored("a", TEXT, gold, (Span(0, 4, "PLACE"),))]
    assert [(m.kind, m.type, m.value) for m in mistakes(found)] == [
        ("left readable", "PERSON", "Bo Holm"),
        ("masked for nothing", "PLACE", "Ring"),
    ]


def test_a_span_beyond_the_text_does_no_harm():
    assert coverage(3, [Span(2, 9, "CPR"), Span(7, 9, "CPR")]) == bytearray(b"\0\0\1")


@st.composite
def scored_texts(draw):
    text = draw(st.text("abÆ1 .-❤", min_size=1, max_size=30))
    spans = st.lists(
        st.tuples(
            st.integers(0, len(text) - 1), st.integers(1, len(text)), st.sampled_from(ENTITIES)
        )
        .filter(lambda s: s[0] < s[1])
        .map(lambda s: Span(*s)),
        max_size=4,
    ).map(tuple)
    return Scored("x", text, draw(spans), draw(spans), draw(st.booleans()))


@given(scored_texts())
def test_masking_everything_finds_everything(item):
    whole = Scored(item.id, item.text, item.gold, (Span(0, len(item.text), "CPR"),))
    scores = score([whole])
    assert scores.entities.hits == scores.entities.total
    assert scores.people.hits == scores.people.total
    assert scores.over_masked.hits == scores.over_masked.total


@given(scored_texts())
def test_finding_the_gold_is_perfect(item):
    scores = score([Scored(item.id, item.text, item.gold, item.gold)])
    for rate in (scores.entities, scores.people, scores.precision, scores.character_precision):
        assert rate.hits == rate.total
    assert scores.over_masked.hits == 0


@given(scored_texts(), st.integers(0, 29))
def test_masking_more_never_lowers_recall(item, place):
    start = min(place, len(item.text) - 1)
    more = (*item.found, Span(start, start + 1, "CPR"))
    before = score([item])
    after = score([Scored(item.id, item.text, item.gold, more)])
    assert after.entities.hits >= before.entities.hits
    assert after.people.hits >= before.people.hits
    assert after.over_masked.hits >= before.over_masked.hits


@given(st.lists(scored_texts(), max_size=4))
def test_groups_and_types_add_up_to_all(items):
    scores = score(items)
    assert sum(scores.by_type.values(), Rate(0, 0)) == scores.entities
    assert sum(scores.by_group.values(), Rate(0, 0)) == scores.entities
    assert scores.entities.total == sum(len(item.gold) for item in items)
