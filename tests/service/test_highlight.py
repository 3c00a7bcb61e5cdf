"""Marks may nest, overlap and touch; the text stays the same and nothing escapes."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.types import LABELS, Entity
from service.pages.highlight import Passage, mark, pieces


class Balanced(HTMLParser):
    """Fails on HTML whose tags cross."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@st.composite
def cases(draw):
    text = draw(st.text(st.sampled_from("ab <>&\"'[]é\n"), min_size=1, max_size=40))
    ranges = st.tuples(st.integers(0, 45), st.integers(1, 20)).map(lambda r: (r[0], r[0] + r[1]))
    passages = [
        Passage(*r, draw(st.sampled_from(LABELS))) for r in draw(st.lists(ranges, max_size=6))
    ]
    entities = [Entity(*r, "PERSON") for r in draw(st.lists(ranges, max_size=3))]
    return text, entities, passages


@given(cases())
def test_nothing_is_lost_and_tags_do_not_cross(case):
    text, entities, passages = case
    assert "".join(piece.text for piece in pieces(*case)) == text
    html = str(mark(text, entities, passages))
    parser = Balanced()
    parser.feed(html)
    assert not parser.open
    without_numbers = re.sub(r"<sup[^>]*>\d</sup>", "", html)
    assert unescape(re.sub(r"<[^>]+>", "", without_numbers)) == text


@given(cases())
def test_each_character_carries_exactly_its_labels(case):
    text, _, passages = case
    position = 0
    for piece in pieces(*case):
        for _ in piece.text:
            covering = {p.label for p in passages if p.start <= position < p.end}
            assert set(piece.labels) == covering
            position += 1


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        ([(0, 4, "frister")], '<mark class="evidence label-4"'),
        ([(0, 4, "frister"), (2, 6, "andre")], '<mark class="evidence label-4 label-6"'),
    ],
)
def test_overlaps_are_marked_with_both(passages, expected):
    assert expected in mark("abcdefgh", [], [Passage(*one) for one in passages])


def test_script_in_a_text_is_text():
    assert "<script>" not in mark("<script>alert(1)</script>", [], [Passage(0, 8, "frister")])
