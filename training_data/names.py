"""Names to swap into marked slots: from ``names/*.txt`` (written here) and, by path, public lists.

A file of names holds one group: lines ``f: …`` (first names, women), ``m: …`` (men), ``s: …``
(surnames), ``n: …`` (nicknames); names are separated by commas.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "names"


@dataclass(frozen=True, slots=True)
class NameGroup:
    """First names and surnames of one group that lives in Denmark."""

    group: str
    first: tuple[str, ...]
    last: tuple[str, ...]


def read_lists(path: Path) -> dict[str, list[str]]:
    """The lists of one file by their letter. Raises ValueError for a line without its letter."""
    lists: dict[str, list[str]] = {"f": [], "m": [], "s": [], "n": []}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, separator, names = line.partition(":")
        if not separator or kind.strip() not in lists:
            raise ValueError(f"{path.name}, line {number}: starts with f:, m:, s: or n:")
        lists[kind.strip()] += [name.strip() for name in names.split(",") if name.strip()]
    return lists


def own_groups(folder: Path = HERE) -> list[NameGroup]:
    """Every group written here. Files of one group share the first word of their names."""
    groups: dict[str, dict[str, list[str]]] = {}
    for path in sorted(folder.glob("*.txt")):
        if path.stem == "steder":
            continue
        group = groups.setdefault(path.stem.split("_")[0], {"f": [], "m": [], "s": [], "n": []})
        for kind, names in read_lists(path).items():
            group[kind] += names
    return [
        NameGroup(name, (*lists["f"], *lists["m"], *lists["n"]), tuple(lists["s"]))
        for name, lists in groups.items()
    ]


def places(folder: Path = HERE) -> tuple[str, ...]:
    """Danish, Greenlandic and Faroese towns, villages, quarters and islands."""
    path = folder / "steder.txt"
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(
        n.strip()
        for line in lines
        if not line.startswith("#")
        for n in line.split(",")
        if n.strip()
    )


def public_groups(folder: Path) -> list[NameGroup]:
    """Names of the public lists (DaCy, Danmarks Statistik), by path; never committed."""
    groups: dict[str, tuple[Sequence[str], Sequence[str]]] = {}
    listed: dict[str, tuple[list[str], list[str]]] = {}
    with (folder / "dacy_names" / "names.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lists = listed.setdefault(f"dacy-{row['ethnicity']}", ([], []))
            lists[0 if row["first_name"] == "True" else 1].append(row["name"].title())
    lists_folder = folder / "os2datascanner"
    first = [
        name
        for kind in ("kvinder", "mænd")
        for name in _titles(lists_folder / f"da_20140101_dst_fornavne-{kind}.jsonl", 20_000)
    ]
    last = _titles(lists_folder / "da_20140101_dst_efternavne.jsonl", 3_200)
    groups.update(listed)
    groups["statistics"] = (first, last)
    return [
        NameGroup(name, tuple(f), tuple(s)) for name, (f, s) in sorted(groups.items()) if f and s
    ]


def _titles(path: Path, most: int) -> Sequence[str]:
    names = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:most]]
    return [name.title() for name in names if name.isalpha() and len(name) > 1]
