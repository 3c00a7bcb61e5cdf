"""Everything that may break, broken for real, again and again: is anything lost or leaked?

Each round has a service process, programs and people at work, and a disk of its own. Afterwards the
diaries are held against the database, and every byte that was left is searched for what was sent.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import cpu_count

from nlp.errors import RetssporError
from service.bench import faults_batch, faults_disk, faults_postgres, faults_service
from service.bench.faults_types import CannotRun, Fault, Place, Round
from service.clock import now

FAULTS: Sequence[Fault] = (
    *faults_service.FAULTS,
    *faults_disk.FAULTS,
    *faults_postgres.FAULTS,
    *faults_batch.FAULTS,
)
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a fault in all of its rounds."""

    made: str
    name: str
    database: str
    how: str
    rounds: int
    seed: int
    seconds: float
    cores: int
    load: float
    """Processes waiting for a core when it began."""
    python: str
    confirmed: int
    lost: int
    doubled: int
    half: int
    """Half-written, and breaks of the audit trail."""
    unexplained: int
    """Kept although the service said that nothing was."""
    leaked: int
    """Files with raw text, and core dumps."""
    told: int
    unclear: dict[str, int]
    silent: int
    recovery: list[float]
    also: list[str]
    cannot: str = ""
    """Why it was not run here."""

    @property
    def key(self) -> str:
        return f"{self.name} ({self.database})"

    @property
    def is_clean(self) -> bool:
        """True when nothing was wrong; also when nothing was run, which the table says."""
        wrong = (self.lost, self.doubled, self.half, self.unexplained, self.leaked)
        return not any((*wrong, self.unclear, self.also))


def bench_faults(
    folder: Path,
    *,
    rounds: int = 2,
    seed: int = 1,
    seconds: float = SECONDS,
    only: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _line: None,
) -> Iterable[Outcome]:
    """Run the faults whose name holds one of ``only`` (all without), one after the other.

    ``seconds`` is how long a database stays away; disks stay full for ten at most.
    """
    for number, fault in enumerate(FAULTS):
        name = f"{fault.name} ({fault.database})"
        if only and not any(words in name for words in only):
            continue
        progress(name)
        yield _outcome(fault, folder, rounds, np.random.SeedSequence([seed, number]), seconds)


def _outcome(
    fault: Fault, folder: Path, rounds: int, seeds: np.random.SeedSequence, seconds: float
) -> Outcome:
    load, found, cannot, also = round(os.getloadavg()[0], 1), [], "", []
    for number, seed in enumerate(seeds.spawn(rounds)):
        own = folder / f"{fault.database}-{fault.run.__name__}-{number}".lower()
        place = Place(own, np.random.default_rng(seed), seconds)
        shutil.rmtree(place.folder, ignore_errors=True)
        try:
            one = fault.run(place)
        except CannotRun as error:
            cannot = str(error)
            break
        except RetssporError as error:  # not recovered, not started: that is a finding
            also.append(f"round {number + 1}: {error}")
            continue
        found.append(one)
        if one.is_clean:
            shutil.rmtree(place.folder, ignore_errors=True)
    seed_given = seeds.entropy[0] if isinstance(seeds.entropy, Sequence) else 0
    return _sum(fault, found, load, seed_given, seconds, cannot, also)


def _sum(
    fault: Fault,
    found: Sequence[Round],
    load: float,
    seed: int,
    seconds: float,
    cannot: str,
    also: Sequence[str],
) -> Outcome:
    stands = [one.standing for one in found]
    unclear: dict[str, int] = {}
    for one in found:
        for kind, times in one.unclear.items():
            unclear[kind] = unclear.get(kind, 0) + times
    return Outcome(
        made=now().isoformat(timespec="seconds"),
        name=fault.name,
        database=fault.database,
        how=fault.how,
        rounds=len(found),
        seed=seed,
        seconds=seconds,
        cores=cpu_count(),
        load=load,
        python=platform.python_version(),
        confirmed=sum(one.confirmed for one in stands),
        lost=sum(one.lost for one in stands),
        doubled=sum(one.doubled for one in stands),
        half=sum(one.half + one.broken_trail for one in stands),
        unexplained=sum(one.unexplained for one in stands),
        leaked=sum(len(one.leaked) + one.dumps for one in found),
        told=sum(one.told for one in found),
        unclear=unclear,
        silent=sum(one.silent for one in found),
        recovery=[at for one in found for at in one.recovery],
        also=[*also, *(words for one in found for words in one.also)],
        cannot=cannot,
    )


def write_faults(outcomes: Sequence[Outcome], folder: Path) -> str:
    """Put these beside those of before, in ``faults.json`` and ``faults.md``; gives the table."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "faults.json"
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept |= {one.key: asdict(one) for one in outcomes}
    order = [f"{one.name} ({one.database})" for one in FAULTS]
    runs = {name: kept[name] for name in order if name in kept}
    file.write_text(json.dumps(runs, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    table = faults_table(runs)
    (folder / "faults.md").write_text(table, encoding="utf-8")
    return table


def faults_table(runs: dict[str, Any]) -> str:
    """The outcomes as Markdown."""
    return "\n".join([*_HEAD, *(_line(one) for one in runs.values()), ""])


_HEAD = (
    "# Faults",
    "",
    "`retsspor bench faults`: something breaks at a random moment while programs send and people",
    "decide against `retsspor serve`. Goal: nothing confirmed is lost, doubled or half-written, no",
    "raw text and no core dump lies anywhere, every refusal is clear, and work goes on by itself.",
    "",
    "«Odd» are acts that were kept although the service said nothing was. «Told» are refusals with",
    "503, Retry-After and Danish words or a problem (RFC 9457); «unclear» are all other errors;",
    "«silent» are requests without any answer. For batches «told» are runs that ended with a",
    "message.",
    "Recovery: seconds from the end of the fault (or the kill) until the next thing was confirmed;",
    "for batches until the file was done.",
    "",
    "| fault | database | by | rounds | confirmed | lost | doubled | half | odd | leaked | told "
    "| unclear | silent | recovery s (median, worst) | |",
    f"| --- | --- | --- |{' ---: |' * 11} --- |",
)


def _line(one: dict[str, Any]) -> str:
    times = sorted(one["recovery"])
    recovery = f"{np.median(times):.1f}, {times[-1]:.1f}" if times else ""
    notes = "; ".join([*([f"not run: {one['cannot']}"] if one["cannot"] else []), *one["also"]])
    unclear = sum(one["unclear"].values())
    cells = (
        *(one[name] for name in ("name", "database", "how", "rounds", "confirmed", "lost")),
        *(one[name] for name in ("doubled", "half", "unexplained", "leaked", "told")),
        *(unclear, one["silent"], recovery, notes),
    )
    return f"| {' | '.join(str(cell) for cell in cells)} |"
