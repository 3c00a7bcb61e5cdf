"""The codebook is whole, in order, and says what it means in Danish."""

import pytest

from nlp.types import LABELS
from training_data.codebook import PATH, CodebookError, parse_codebook, read_codebook


@pytest.fixture(scope="module")
def source() -> str:
    return PATH.read_text(encoding="utf-8")


def test_every_label_in_order():
    assert tuple(entry.id for entry in read_codebook().entries) == LABELS


@pytest.mark.parametrize("label", LABELS)
def test_an_entry_can_be_read(label):
    entry = read_codebook().entry(label)
    for sentence in (entry.description, *entry.yes, *entry.no, *(c.why for c in entry.borderline)):
        assert sentence.endswith((".", "»."))
        assert "  " not in sentence
    assert entry.name[0].isupper()
    assert "§" in entry.law


def test_every_label_is_in_a_borderline_case():
    cases = [case for entry in read_codebook().entries for case in entry.borderline]
    assert {label for case in cases for label in case.labels} == set(LABELS)
    assert any(len(case.labels) == 2 for case in cases)


def test_an_unknown_label_has_no_entry():
    with pytest.raises(KeyError):
        read_codebook().entry("ros")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('id = "frister"', 'id = "tid"', "in this order"),
        ('id = "frister"', 'name = "x"', "cannot be read"),
        ('labels = ["frister", "andre"]', 'labels = ["tid"]', "frister: .* unknown label"),
        ('version = "1.0"', "", "version"),
        ("[[labels]]", "[[labels", "cannot be read"),
    ],
)
def test_a_broken_codebook_is_refused(source, old, new, error):
    assert old in source
    with pytest.raises(CodebookError, match=error):
        parse_codebook(source.replace(old, new, 1))


def test_labels_in_another_order_are_refused(source):
    head, first, second, *rest = source.split("[[labels]]")
    with pytest.raises(CodebookError, match="in this order"):
        parse_codebook("[[labels]]".join([head, second, first, *rest]))
