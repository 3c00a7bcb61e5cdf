"""A million hostile inputs: does anything break, leak, or take longer than it should?

Three engines. Atheris mutates bytes and keeps what reaches new lines of ours (``fuzzing.guided``);
every target states what must always hold (``fuzzing.language``, ``files``, ``tokens``, ``models``,
``web``). Canaries, invented personal data whole and between two words, go into the texts and must
not come out. And every regular expression of the program is pumped (``fuzzing.pump``). Hypothesis
draws structured inputs for the same properties in ``tests/attack/test_fuzz.py``.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from joblib import cpu_count

from service.bench.fuzzing.language import whole_reader
from service.bench.fuzzing.pump import PumpRun, bench_pump
from service.bench.fuzzing.seeds import texts
from service.bench.fuzzing.tally import MOST_TIMES
from service.bench.fuzzing.targets import SHARES
from service.clock import now
from service.settings import Settings

INPUTS = 1_000_000
"""The goal."""
_LEAST = 200


@dataclass(frozen=True, slots=True)
class FuzzRun:
    """What was found. ``targets`` holds what each fork wrote, by its name."""

    made: str
    seed: int
    cores: int
    load: float
    python: str
    seconds: float
    inputs: int
    targets: dict[str, dict[str, Any]]
    unfinished: list[str]
    """Targets whose process ended before its inputs did: a crash below Python, or a hang."""
    pump: PumpRun

    @property
    def broken(self) -> list[str]:
        """What broke, with its target."""
        return [f"{name}: {one}" for name, found in self.targets.items() for one in found["broken"]]

    @property
    def slow(self) -> list[str]:
        """Targets with an input above the goal."""
        return [
            name
            for name, found in self.targets.items()
            if (found["slowest_times"] or 0.0) > MOST_TIMES
        ]

    @property
    def is_clean(self) -> bool:
        """True when every goal was reached, whatever the number of inputs."""
        return not (self.broken or self.slow or self.unfinished) and self.pump.is_clean


def shares(inputs: int) -> dict[str, int]:
    """How many inputs each target gets, so that there are at least ``inputs``.

    >>> sum(shares(1_000_000).values()) >= 1_000_000
    True
    """
    every = sum(SHARES.values())
    return {name: max(_LEAST, -(-share * inputs // every)) for name, share in SHARES.items()}


def bench_fuzz(folder: Path, *, inputs: int = INPUTS, seed: int = 1) -> FuzzRun:
    """Fuzz every target in a process of its own kind, then pump the patterns here."""
    begun, load = time.monotonic(), round(os.getloadavg()[0], 1)
    wanted = shares(inputs)
    _guided(folder, seed, wanted)
    found = {name: _found(folder / name) for name in wanted}
    done = {name: one for name, one in found.items() if one is not None}
    pumped = bench_pump(whole_reader(), texts())
    return FuzzRun(
        made=now().isoformat(timespec="seconds"),
        seed=seed,
        cores=cpu_count(),
        load=load,
        python=platform.python_version(),
        seconds=round(time.monotonic() - begun),
        inputs=sum(one["inputs"] for one in done.values()),
        targets=done,
        unfinished=[name for name in wanted if name not in done],
        pump=pumped,
    )


def _guided(folder: Path, seed: int, wanted: Mapping[str, int]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "service.bench.fuzzing.guided", str(folder.resolve()), str(seed)),
        *(f"{name}={count}" for name, count in wanted.items()),
    ]
    environment = Settings().as_environment() | {"PATH": os.defpath, "PYTHONUTF8": "1"}
    with (folder / "fuzz.log").open("wb") as log:
        subprocess.run(command, env=environment, stdout=log, stderr=log, check=False)


def _found(folder: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


# ── writing ──────────────────────────────────────────────────────────────────────────────────────
def write_fuzz(run: FuzzRun, folder: Path) -> str:
    """Write ``fuzz.json`` and the table made from it, ``fuzz.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = asdict(run) | {"is_clean": run.is_clean, "broken": run.broken, "slow": run.slow}
    (folder / "fuzz.json").write_text(
        json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    table = fuzz_table(kept)
    (folder / "fuzz.md").write_text(table, encoding="utf-8")
    return table


def fuzz_table(run: Mapping[str, Any]) -> str:
    """A run as Markdown: the goals, every target, the pumped patterns."""
    return "\n".join([*_HEAD, *_goals(run), "", *_targets(run), "", *_pumped(run["pump"]), ""])


_HEAD = (
    "# A million hostile inputs",
    "",
    "`retsspor bench fuzz`: atheris on everything that reads what strangers send, from invented",
    "seeds (`service/bench/fuzzing/`); canaries in the texts; every regular expression pumped.",
    "A slow input is one beside the median of its class (same outcome, length between the same",
    "powers of two), per byte of processor time, measured again five times and the least taken.",
    "",
)


def _goals(run: Mapping[str, Any]) -> list[str]:
    slowest = max((one["slowest_times"] or 0.0 for one in run["targets"].values()), default=0.0)
    leaks = [one for one in run["broken"] if "canary" in one]
    worst = run["pump"]["worst"][0]["times"]
    rows = (
        ("inputs", f"{run['inputs']:,}", f"≥ {INPUTS:,}", run["inputs"] >= INPUTS),
        ("crashes", len(run["broken"]) - len(leaks), "0", len(run["broken"]) == len(leaks)),
        ("leaked canaries", len(leaks), "0", not leaks),
        ("processes that ended early", len(run["unfinished"]), "0", not run["unfinished"]),
        ("slowest input, times the median", slowest, f"≤ {MOST_TIMES:g}", slowest <= MOST_TIMES),
        ("slowest text of 20,000 characters", worst, f"≤ {MOST_TIMES:g}", worst <= MOST_TIMES),
    )
    return [
        "| | found | goal | reached |",
        "| --- | ---: | ---: | --- |",
        *(f"| {what} | {n} | {goal} | {'yes' if ok else '**no**'} |" for what, n, goal, ok in rows),
        "",
        f"{run['made'][:16]}, seed {run['seed']}, {run['seconds'] // 60} minutes, {run['cores']} "
        f"cores, load {run['load']:g}, Python {run['python']}.",
    ]


def _targets(run: Mapping[str, Any]) -> list[str]:
    lines = [
        "| target | inputs | seconds | outcomes | broken | slowest, times | of bytes |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, one in run["targets"].items():
        lines.append(
            f"| {name} | {one['inputs']:,} | {one['seconds']:g} | {len(one['outcomes'])} "
            f"| {len(one['broken'])} | {one['slowest_times'] or '–'} "
            f"| {one['slowest_bytes'] or '–'} |"
        )
    return lines


def _pumped(pump: Mapping[str, Any]) -> list[str]:
    steep = ", ".join(f"`{one.rpartition('.')[2]}`" for one in pump["steep"]) or "none"
    return [
        "## Regular expressions",
        "",
        f"{pump['patterns']} patterns, {pump['strings']:,} attack strings of 1,000 and 4,000",
        f"characters. Steeper than their text on their own: {steep}.",
        "",
        f"What decides: {pump['texts']} texts of 20,000 characters, read for real; an ordinary one",
        f"costs {pump['ordinary_microseconds']:g} µs a character. The slowest:",
        "",
        "| repeated | times an ordinary text | outcome |",
        "| --- | ---: | --- |",
        *(f"| `{one['unit']!r}` | {one['times']:g} | {one['outcome']} |" for one in pump["worst"]),
    ]
