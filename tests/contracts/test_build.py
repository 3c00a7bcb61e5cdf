"""What is installed is what was locked, from anywhere; and no file names the machine it was made on."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
SKIPPED = {
    ".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis",
    ".import_linter_cache", "__pycache__", "var", "build", "dist",
}  # fmt: skip
HOME_LIKE = re.compile(rb"/(?:home|Users|root)/\w|/work/|/tmp/pip-|file:///")


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def locked(lock: str) -> dict[str, list[str]]:
    """Name → lines of each requirement of a lock file."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {name_of(line[0]): line for line in lines}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_file_has_a_hash_and_an_exact_version(lock):
    for name, words in locked(lock).items():
        assert re.fullmatch(r"[\w.\[\],-]+==[\w.!+]+", words[0]), name
        assert any(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word) for word in words), name


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8").lower()
    for word in ("http:", "https:", "://", "index", "find-links", "--extra", "@"):
        assert word not in text


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    running = {name_of(one) for one in (*project["dependencies"], *extras["build"])}
    testing = {name_of(one) for extra in extras.values() for one in extra} - {"retsspor"}
    assert running <= locked(LOCKS[0]).keys()
    assert running | testing <= locked(LOCKS[1]).keys()


def test_the_two_locks_agree():
    first, second = locked(LOCKS[0]), locked(LOCKS[1])
    assert {name: words[0] for name, words in first.items()} == {
        name: second[name][0] for name in first
    }


def files() -> list[Path]:
    """Every file of the project, what is made by tools left out."""
    found = []
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not any(p in SKIPPED or p.endswith(".egg-info") for p in parts):
            found.append(path)
    return found


def test_no_file_names_a_path_of_a_machine():
    this = Path(__file__).resolve()
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in files()
        if path.resolve() != this and HOME_LIKE.search(path.read_bytes())
    ]
    assert guilty == []


@pytest.mark.slow
def test_the_wheel_holds_code_pages_and_models(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(tmp_path), str(_copy(tmp_path / "source"))],
        check=True,
        timeout=170,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("retsspor-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in files():
        relative = path.relative_to(ROOT)
        if relative.parts[0] in {"evaluation", "models", "nlp", "service", "training_data"}:
            assert relative.as_posix() in names
    assert not any(name.startswith(("tests/", "docs/")) for name in names)
    assert not any(name.endswith(".pyc") for name in names)


def _copy(target: Path) -> Path:
    """The sources alone: building in place would leave folders behind."""
    for path in files():
        relative = path.relative_to(ROOT)
        if relative.parts[0] not in {"tests", "docs"}:
            (target / relative).parent.mkdir(parents=True, exist_ok=True)
            (target / relative).write_bytes(path.read_bytes())
    return target
