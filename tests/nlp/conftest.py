"""The shipped redactor, and one for single words that need not look like Danish text."""

from __future__ import annotations

import pytest

from models.reader import load_redactor
from nlp.redact.engine import DanishRedactor


@pytest.fixture(scope="session")
def redactor() -> DanishRedactor:
    """As it is shipped."""
    return load_redactor()


@pytest.fixture(scope="session")
def lenient() -> DanishRedactor:
    """Takes any language: for short or made-up texts."""
    return load_redactor(require_danish=False)
