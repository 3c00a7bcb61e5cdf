"""Two readers and a classifier beside each other, counted by hand."""

import numpy as np
import pytest

from evaluation.measure_readers import Readings, agreement, readings
from evaluation.tables import readers
from evaluation.texts import SecondReading
from nlp.types import LABELS


def rows(*texts: str) -> np.ndarray:
    """«100000» is a text with the first label."""
    return np.array([[c == "1" for c in text] for text in texts])


@pytest.fixture
def read():
    """The second reader leaves out one label and was unsure of it; the classifier adds one."""
    first = rows("100000", "110000", "000000", "000001")
    second = {
        "a": SecondReading("a", ("sagsoplysning",), ()),
        "b": SecondReading("b", ("sagsoplysning",), ("partshøring", "andre")),
        "c": SecondReading("c", (), ()),
        "d": SecondReading("d", ("sagsoplysning", "andre"), ()),
    }
    suggested = rows("100000", "110000", "000100", "000001")
    return readings(["a", "b", "c", "d"], first, suggested, second)


def test_readings_stand_in_the_order_of_texts_and_labels(read):
    assert read.second.tolist() == rows("100000", "100000", "000000", "100001").tolist()
    assert read.unsure.tolist() == rows("000000", "010001", "000000", "000000").tolist()


def test_agreement_by_hand(read):
    found = agreement({"all": read}, read)
    first = found["by_label"]["sagsoplysning"]
    # 2 and 3 of 4 texts, one apart: F1 4/5, alpha 1 - 7 * 1 / (5 * 3)
    assert first["second"] == {"f1": 0.8, "alpha": round(1 - 7 / 15, 4)}
    assert first["classifier"] == {"f1": 1.0, "alpha": 1.0}
    assert (first["positives"], first["disagreements"]) == (2, 1)
    assert first["unsure"]["hits"] == 0
    heard = found["by_label"]["partshøring"]
    assert heard["second"] == {"f1": 0.0, "alpha": 0.0}
    assert (heard["unsure"]["hits"], heard["unsure"]["total"]) == (1, 1)
    assert found["by_label"]["begrundelse"]["second"]["alpha"] is None
    assert found["by_label"]["begrundelse"]["unsure"]["share"] is None


def test_together_are_means_over_labels_and_sums_of_disagreements(read):
    together = agreement({"all": read}, read)["together"]
    assert together["second"]["f1"] == round((0.8 + 0 + 0 + 0 + 0 + 1) / 6, 4)
    assert together["disagreements"] == 2
    assert (together["unsure"]["hits"], together["unsure"]["total"]) == (1, 2)
    # alphas of the labels that occur: sagsoplysning, partshøring, andre
    assert together["second"]["alpha"] == round((1 - 7 / 15 + 0 + 1) / 3, 4)


def test_the_difference_is_of_the_same_resamples(read):
    part = agreement({"all": read}, read)["parts"]["all"]
    assert part["difference"]["value"] == pytest.approx(
        part["classifier"]["value"] - part["second"]["value"], abs=1e-4
    )
    same = Readings(read.first, read.second, read.unsure, read.second)
    assert agreement({"all": same}, same)["parts"]["all"]["difference"] == {
        "value": 0.0, "low": 0.0, "high": 0.0,
    }  # fmt: skip


def test_parts_can_be_chosen_and_put_together(read):
    halves = read.chosen([0, 1]), read.chosen([2, 3])
    whole = agreement({}, halves[0] + halves[1])
    assert whole == agreement({}, read)
    assert whole["texts"] == 4


def test_a_text_that_was_read_once_only_is_an_error(read):
    with pytest.raises(KeyError, match="e"):
        readings(["e"], read.first[:1], read.first[:1], {})


def test_shapes_that_differ_are_refused(read):
    with pytest.raises(ValueError, match="shapes differ"):
        Readings(read.first, read.second, read.unsure, read.suggested[:1])


def test_the_table_has_a_row_a_label(read):
    lines = readers(agreement({}, read)).splitlines()
    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == [*LABELS, "together"]
    assert "| sagsoplysning | 2 | 0.800 | 1.000 | 0.533 | 1.000 | 1 |" in lines[2]
