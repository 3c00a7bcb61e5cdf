"""The concept lexicon as it is written."""

from __future__ import annotations

import pytest

from training_data.concepts import concepts, read_classes


def test_classes_are_read_and_joined(tmp_path):
    (tmp_path / "b.txt").write_text(
        "# note\nletter: brev, Breve\n\nletter: mail\n", encoding="utf-8"
    )
    (tmp_path / "a.txt").write_text("ask: spurgt\nletter: brev", encoding="utf-8")
    assert concepts(tmp_path) == {"ask": ("spurgt",), "letter": ("brev", "breve", "mail")}


@pytest.mark.parametrize(
    "line", ["no colon here", "Upper: brev", "x: brev", "letter: et brev", "letter: 12", ": brev"]
)
def test_a_line_that_is_no_class_is_an_error(tmp_path, line):
    path = tmp_path / "c.txt"
    path.write_text(f"ask: spurgt\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"c\.txt, line 2"):
        read_classes(path)


def test_the_written_lexicon_is_large_and_sound():
    classes = concepts()
    assert len(classes) >= 80
    assert sum(map(len, classes.values())) >= 4000
    assert "spurgte" in classes["ask"]
    assert "ikke" in classes["negation"]
