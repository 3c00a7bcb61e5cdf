"""`make audit`: a database that could not be asked is no good news."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "audit.py"


def load_audit():
    spec = importlib.util.spec_from_file_location("audit_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FINE = {"name": "a", "version": "1", "vulns": []}
FLAWED = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
UNASKED = {"name": "c", "version": "3", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("libraries", "code", "says"),
    [
        ([FINE], 0, "no known flaw"),
        ([FINE, FLAWED], 1, "b 2: CVE-1, mended in 3"),
        ([FINE, UNASKED], 3, "did not answer for 1 of 2"),
        ([FLAWED, UNASKED], 1, "did not answer"),
        ([], 3, "did not answer for 0 of 0"),
    ],
)
def test_the_verdict(libraries, code, says):
    found, told = load_audit().verdict(libraries)
    assert found == code
    assert says in "\n".join(told)
