"""A twin is the same text with the same personal data, only damaged; and always the same twin."""

import random

import pytest

from evaluation.figures import Rate
from evaluation.texts import MarkedText, redaction_texts
from evaluation.twins import damaged, gap, renamed, with_people
from nlp.types import Span
from training_data.names import NameGroup
from training_data.noise import NOISES

SOME = random.Random(3).sample(redaction_texts(), 60)
GROUP = NameGroup("prøve", ("Xaverine",), ("Qvistorff",))


@pytest.mark.parametrize("noise", NOISES)
def test_a_twin_keeps_its_personal_data_in_order(noise):
    for item in SOME:
        twin = damaged(item, noise)
        assert twin.id == item.id
        assert len(twin.gold) <= len(item.gold)
        assert all(0 <= s.start < s.end <= len(twin.text) for s in twin.gold)
        assert list(twin.gold) == sorted(twin.gold)


@pytest.mark.parametrize("noise", NOISES)
def test_a_twin_is_the_same_every_time_and_whatever_stands_beside_it(noise):
    alone = damaged(SOME[0], noise)
    assert [damaged(item, noise) for item in SOME][0] == alone == damaged(SOME[0], noise)


@pytest.mark.parametrize("noise", ["lower", "upper"])
def test_case_moves_no_entity(noise):
    item = MarkedText("x", "Hej Bo Holm", (Span(4, 11, "PERSON"),))
    twin = damaged(item, noise)
    assert twin.text[4:11].lower() == "bo holm"
    assert twin.gold == item.gold


def test_people_get_names_of_one_group_and_nothing_else_changes():
    text = "Bo Holm i Vejle skrev; Bos bror kom."
    gold = (Span(0, 7, "PERSON"), Span(10, 15, "PLACE"), Span(23, 25, "PERSON"))
    twin = renamed(MarkedText("x", text, gold), GROUP)
    assert twin.text == "Xaverine Qvistorff i Vejle skrev; Xaverines bror kom."
    assert [twin.text[s.start : s.end] for s in twin.gold] == [
        "Xaverine Qvistorff",
        "Vejle",
        "Xaverine",
    ]


def test_only_texts_with_people_tell_groups_apart():
    place = MarkedText("p", "Vejle", (Span(0, 5, "PLACE"),))
    person = MarkedText("q", "Bo", (Span(0, 2, "PERSON"),))
    assert with_people([place, person]) == [person]


@pytest.mark.parametrize(
    ("recall", "expected"),
    [
        ({"a": Rate(9, 10), "b": Rate(10, 10), "c": Rate(8, 10)}, 0.2),
        ({"a": Rate(9, 10), "b": Rate(0, 0)}, 0.0),
        ({}, 0.0),
    ],
)
def test_the_gap_is_between_best_and_worst(recall, expected):
    assert gap(recall) == pytest.approx(expected)
