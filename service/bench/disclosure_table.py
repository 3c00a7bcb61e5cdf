"""The outcome of ``bench disclosure``, as files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_WHY = {
    "nothing": "fewer people than the minimum: not even a total",
    "too_few_new": "fewer people than the minimum differ from an earlier publication",
    "too_few_withdrawn": "something was withdrawn or corrected, and too few have come since",
    "unsafe": "no choice of figures was proven safe beside the earlier ones",
    "contradictory": "an earlier publication does not fit the data",
}
_KIND = {
    "wild": "wild (4 to 120 submissions)",
    "large": "large (120 to 600)",
    "centre": "like the centre's (16 to 6,000 in two years)",
    "all": "all",
}


def write(result: dict[str, Any], folder: Path) -> str:
    """Write ``disclosure.json`` and ``disclosure.md``; gives the tables back."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    (folder / "disclosure.json").write_text(text, encoding="utf-8")
    tables = as_tables(result)
    (folder / "disclosure.md").write_text(tables, encoding="utf-8")
    return tables


def as_tables(result: dict[str, Any]) -> str:
    """The figures as Markdown."""
    kinds = {_KIND[name]: told for name, told in result["kinds"].items() if told["stories"]}
    stories = result["kinds"]["all"]["stories"]
    return "\n".join(
        [
            "# Disclosure control under attack",
            "",
            f"`retsspor bench disclosure --stories {stories} --seed {result['seed']}`, "
            f"{result['made'][:10]}.",
            "Invented stories (`service/bench/stories.py`): submissions over time, confirmed late,",
            "corrected or withdrawn, and publications in a row. Nothing here was observed.",
            "",
            "## Attack",
            "",
            "The attacker knows every publication of a story and solves for what was hidden",
            "(`service/disclosure/attack.py`). A secret is a hidden figure, or a group of fewer",
            "people than the minimum. Of each publication he tries "
            f"{result['secrets_tried_at_most']} at most, drawn at random.",
            "",
            "| stories | number | published | beside earlier | secrets | tried | **found out** |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            *(_attacked(name, told) for name, told in kinds.items()),
            "",
            "## What was not published",
            "",
            "| stories | planned | " + " | ".join(_WHY) + " |",
            "| --- | ---: |" + " ---: |" * len(_WHY),
            *(_refused(name, told) for name, told in kinds.items()),
            "",
            *(f"* `{code}`: {why}." for code, why in _WHY.items()),
            "",
            "## Information kept",
            "",
            "Figures that are fit to be shown when looked at one by one, and how many of them are",
            "shown: by our choice (the fewest further cells, never by size), and by the usual",
            "greedy one (the smallest cell first, `service/bench/greedy.py`), both made safe by",
            "the same proof. Areas, municipalities and quarters are put together alike in both.",
            "Counted are publications that ours allows; where only greedy is refused, it shows",
            "none.",
            "",
            "| stories | publications | fit to be shown | ours | greedy | greedy refused |",
            "| --- | --- | ---: | ---: | ---: | ---: |",
            *(line for name, told in kinds.items() for line in _kept(name, told)),
            "",
        ]
    )


def _attacked(name: str, told: dict[str, Any]) -> str:
    published = told["outcomes"].get("published", 0)
    numbers = told["stories"], published, told["beside_an_earlier_one"], told["secrets"]
    shown = " | ".join(f"{number:,}" for number in (*numbers, told["tried"]))
    return f"| {name} | {shown} | **{len(told['found']):,}** |"


def _refused(name: str, told: dict[str, Any]) -> str:
    numbers = told["planned"], *(told["outcomes"].get(code, 0) for code in _WHY)
    return f"| {name} | " + " | ".join(f"{number:,}" for number in numbers) + " |"


def _kept(name: str, told: dict[str, Any]) -> Iterator[str]:
    for which, label in (("first", "the first"), ("beside", "later")):
        kept = told[which]
        if fit := kept["publishable"]:
            refused = told["greedy_refused"] if which == "beside" else "–"
            yield (
                f"| {name} | {label} | {fit:,} | {_share(kept['ours'], fit)} | "
                f"{_share(kept['greedy'], fit)} | {refused} |"
            )


def _share(shown: int, fit: int) -> str:
    return f"{shown:,} ({100 * shown / fit:.1f} %)"
