"""What loading the redactor costs: no learning libraries, no threads that wait for each other."""

from __future__ import annotations

import subprocess
import sys

from threadpoolctl import threadpool_info

from nlp.redact.engine import DanishRedactor
from nlp.types import RawText


def test_redaction_alone_needs_no_learning_library():
    program = (
        "import sys; from models.reader import load_redactor; from nlp.types import RawText\n"
        "print(load_redactor().redact(RawText('Jeg hedder Mette Holm')).text)\n"
        "print(sorted({'sklearn', 'pandas', 'matplotlib'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.split("\n")[:2] == ["Jeg hedder [PERSON 1]", "[]"]


def test_matrices_are_multiplied_in_one_thread(redactor: DanishRedactor):
    redactor.redact(RawText("Jeg har ikke hørt fra dem siden jul."))
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert pools
    assert {pool["num_threads"] for pool in pools} == {1}


def test_a_word_of_a_text_is_forgotten_by_tokenizer_and_vocabulary(redactor: DanishRedactor):
    redactor.redact(RawText("Jeg talte med Qvistgaardhus om Xylofonborgen i dag."))
    for pipeline in (redactor.nlp, redactor.caseless):
        assert pipeline is not None
        for word in ("Qvistgaardhus", "Xylofonborgen", "xylofonborgen"):
            assert word not in pipeline.vocab
            assert word not in pipeline.vocab.strings
