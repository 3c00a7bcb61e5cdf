"""The documents keep step with the program: nothing that a user can name is left unexplained."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest
import typer.main

from nlp.types import ENTITIES, LABELS
from service.cli import app
from service.settings import Settings
from training_data.areas import AREAS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def documents() -> str:
    """README and everything in docs/."""
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def commands(group: click.Command, before: str = "retsspor") -> list[str]:
    """Every command as it is typed."""
    inner = getattr(group, "commands", None)
    if inner is None:
        return [before]
    return [name for key, one in inner.items() for name in commands(one, f"{before} {key}")]


def test_every_command_is_documented(documents):
    found = commands(typer.main.get_command(app))
    assert "retsspor report" in found
    assert [name for name in found if name not in documents] == []


def test_every_setting_is_documented(documents):
    names = [f"RETSSPOR_{name.upper()}" for name in Settings.model_fields]
    assert [name for name in names if f"`{name}`" not in documents] == []


@pytest.mark.parametrize("name", [*LABELS, *ENTITIES])
def test_every_label_and_type_is_documented(documents, name):
    assert f"`{name}`" in documents


def test_every_make_target_in_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("setup", "demo", "test", "lint", "train", "evaluate", "bench", "serve"):
        assert f"\n{target}:" in makefile


def test_links_between_documents_lead_somewhere():
    for file in [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), ROOT / "CONTRIBUTING.md"]:
        for link in re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8")):
            assert (file.parent / link).exists(), f"{file.name}: {link}"


def test_the_changelog_has_the_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## [{project['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_there_are_eight_areas():
    assert len(set(AREAS)) == 8
