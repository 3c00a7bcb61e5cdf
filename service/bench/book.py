"""``bench.json`` and ``bench.md``: what was promised, then each part as it was measured last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from evaluation import goals
from evaluation.goals import Goal
from service.bench.clients import clients_table
from service.bench.conditions import keep_part
from service.bench.speed import NAIVE, speed_table
from service.bench.spread import spread_table
from service.bench.start import start_table

TABLES: Mapping[str, Callable[[dict[str, Any]], list[str]]] = {
    "speed": speed_table,
    "start": start_table,
    "spread": spread_table,
    "clients": clients_table,
}
"""The parts, in the order in which they are told."""


def write_part(part: str, figures: dict[str, Any], output: Path) -> str:
    """Put a part into the book; gives its table."""
    parts = keep_part(output / "bench.json", part, figures)
    (output / "bench.md").write_text(book(parts), encoding="utf-8")
    return "\n".join(TABLES[part](parts[part]))


def book(parts: dict[str, Any]) -> str:
    """All parts as Markdown."""
    lines = [
        "# Speed",
        "",
        "`retsspor bench`: each part in one run; load tells what else the machine had to do.",
        "Absolute times belong to the machine, ratios travel. Texts: the redaction benchmark and",
        "the held-out submissions of `evaluation/benchmark`.",
        "",
        "| goal | measured | bar | reached |",
        "| --- | ---: | ---: | --- |",
        *map(_goal, goals.rows(list(_goals(parts)))),
    ]
    for part, table in TABLES.items():
        if part in parts:
            lines += ["", *table(parts[part])]
    return "\n".join([*lines, ""])


def _goal(row: dict[str, Any]) -> str:
    measured = "not measured" if row["measured"] is None else f"{row['measured']:.2f}"
    reached = {None: "–", True: "yes", False: "**no**"}[row["reached"]]
    return f"| {row['goal']} | {measured} | {row['bar']} | {reached} |"


def _goals(parts: dict[str, Any]) -> Iterator[Goal]:
    paces = parts.get("speed", {}).get("paces", {})
    times = None
    if NAIVE in paces:
        times = paces["tag"]["words_per_second"] / paces[NAIVE]["words_per_second"]
    yield Goal("tag, times the naive stack's redaction alone (words a second)", times, 1.2)
    spread = parts.get("spread")
    gain = spread["two"]["per_second"] / spread["one"]["per_second"] if spread else None
    yield Goal("two processes, times one", gain, 1.8)
    clients = parts.get("clients")
    for key, how in (("busy", "the next letter at once"), ("calm", "a letter a second each")):
        p95 = clients[key]["p95_ms"] if clients else None
        yield Goal(f"letter through HTTP, 4 clients, {how}: p95, ms", p95, 60, most=True)
    start = parts.get("start")
    for key, what in (("redact", "retsspor redact -"), ("serve", "retsspor serve")):
        for part, how in ((key, "s"), (f"{key}_work", "s of a processor")):
            value = start[part] if start else None
            yield Goal(f"cold start of {what}, {how}", value, 4, most=True)
