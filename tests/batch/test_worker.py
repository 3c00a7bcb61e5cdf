"""What leaves a worker: redacted lines, row numbers, reasons. Never what it read."""

from __future__ import annotations

import pickle
import subprocess
import sys
import warnings
from dataclasses import dataclass

import pytest

from nlp.errors import NotDanish, RedactionFailed
from nlp.types import Entity, RawText, Reading, Redacted, Versions
from service.batch.documents import finding, outcome, redacting, tagging
from service.batch.inputs import Kind
from service.batch.parts import split
from service.batch.quiet import quiet_warnings
from service.batch.worker import read_part
from service.intake.fields import Draft
from service.intake.rows import RefusedRow, Row

SECRET = "Torbjørgine 140642-6123"


@dataclass(frozen=True)
class Failing:
    """Breaks on every text that says so, in the way it says, quoting all of it."""

    versions = Versions("1", "2")
    version = "1"

    def read(self, raw: RawText, *, known=()) -> Reading:
        text = raw.reveal()
        if "værdi" in text:
            raise ValueError(f"cannot read {text}")
        if "hukommelse" in text:
            raise MemoryError(text)
        if "tid" in text:
            raise RedactionFailed("CprRecognizer", "TimeoutError")
        if "sprog" in text:
            raise NotDanish
        return Reading(Redacted("[CPR]", (Entity(0, 5, "CPR"),)), (), (), self.versions)

    def redact(self, raw: RawText, *, profile=None, known=()) -> Redacted:
        return self.read(raw).redacted

    def find(self, raw: RawText, *, profile=None):
        self.read(raw)
        return []


def test_every_failure_is_a_refused_row_and_quotes_nothing(tmp_path):
    path = tmp_path / "in.csv"
    words = ("god", "værdi", "hukommelse", "tid", "sprog", "god")
    path.write_text("text\n" + "".join(f"{SECRET} {word}\n" for word in words))
    (part,) = split(path, Kind.CSV, limit=1000)
    done = read_part(part, 1000, Failing())
    assert dict(done.refused) == {
        3: "could not be read (ValueError), so nothing of it was kept",
        4: "could not be read (MemoryError), so nothing of it was kept",
        5: "redaction failed in CprRecognizer (TimeoutError), so nothing of it was kept",
        6: "the text does not look Danish",
    }
    assert [line[:28] for line in done.lines] == [
        '{"id": "2", "text": "[CPR]",',
        '{"id": "7", "text": "[CPR]",',
    ]
    assert SECRET.encode() not in pickle.dumps(done)
    assert b"Torbj" not in pickle.dumps(done)


@pytest.mark.parametrize("work", [redacting, finding])
@pytest.mark.parametrize("word", ["værdi", "tid", "sprog"])
def test_redact_refuses_alike(work, word):
    row = Row(4, Draft(RawText(f"{SECRET} {word}")))
    found = outcome(row, work(Failing(), None))
    assert isinstance(found, RefusedRow)
    assert found.row == 4
    assert "Torbj" not in f"{found} {found.problems}"


def test_ctrl_c_is_no_failure():
    @dataclass(frozen=True)
    class Interrupted(Failing):
        def read(self, raw, *, known=()):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outcome(Row(1, Draft(RawText("ord"))), tagging(Interrupted()))


def test_warnings_do_not_quote(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        quiet_warnings()
        warnings.warn(f"odd token in {SECRET}", UserWarning, stacklevel=1)
    told = capsys.readouterr().err
    assert told.startswith("UserWarning at test_worker.py:")
    assert "Torbj" not in told


def test_a_task_needs_no_language_pipeline_to_be_sent():
    """The main process hands out parts without loading what only workers use."""
    code = "import sys, service.batch.runner; print('spacy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
