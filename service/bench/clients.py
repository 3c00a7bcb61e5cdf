"""Letters of 200 words that some programs send to the service at once: how long each waits."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from evaluation.speed import letters
from service.bench.conditions import Conditions, conditions, letter_texts
from service.bench.processes import worked
from service.bench.server import Served, ServiceDown, served
from service.db.engine import Database
from service.db.tables import Role
from service.db.upgrade import upgrade
from service.security.accounts import api_token, create

CLIENTS, EACH = 4, 40
_PAUSE = 1.0
"""Seconds between two letters of one client who takes breath."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long clients waited for their answers."""

    p50_ms: float
    p95_ms: float
    per_second: float
    core_ms: float
    """Processor time of the services for a letter."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Letters through HTTP. Each way has as many clients, who send as many letters each."""

    conditions: Conditions
    clients: int
    each: int
    busy: Waits
    """One service; each client sends the next letter when the last is answered."""
    calm: Waits
    """One service; each client sends a letter a second."""
    two_busy: Waits
    """Two services beside each other over the same database, half of the clients at each."""


def bench_clients(
    folder: Path, *, clients: int = CLIENTS, each: int = EACH, pause: float = _PAUSE
) -> Clients:
    """Send the letters. The database is new."""
    folder.mkdir(parents=True, exist_ok=True)
    begun = conditions()
    file = folder.resolve() / "clients.sqlite3"
    file.unlink(missing_ok=True)
    address = f"sqlite:///{file}"
    token = _token(address)
    sample = letters(letter_texts(), each)
    with ExitStack() as stack:
        first = stack.enter_context(served(address, folder / "one"))
        busy = _waits([first] * clients, token, sample, pause=0)
        calm = _waits([first] * clients, token, sample, pause=pause)
        second = stack.enter_context(served(address, folder / "two"))
        both = [first, second] * (clients // 2)
        two_busy = _waits(both, token, sample, pause=0)
    return Clients(begun, clients, each, busy, calm, two_busy)


def _token(address: str) -> str:
    database = Database(address)
    try:
        upgrade(database)
        with database.write() as session:
            return api_token(session, create(session, "bench", Role.SENDER))
    finally:
        database.close()


def _waits(services: Sequence[Served], token: str, sample: Sequence[str], *, pause: float) -> Waits:
    with ThreadPoolExecutor(len(services)) as pool:
        for service in {one.port: one for one in services}.values():  # its first texts are slow
            _send(service, token, sample[:2], pause=0)
        began, before = time.perf_counter(), _worked(services)
        at_work = [pool.submit(_send, one, token, sample, pause=pause) for one in services]
        waited = [seconds for one in at_work for seconds in one.result()]
        took, work = time.perf_counter() - began, _worked(services) - before
    p50, p95 = np.quantile(waited, (0.5, 0.95)) * 1000
    return Waits(
        round(float(p50), 1),
        round(float(p95), 1),
        round(len(waited) / took, 1),
        round(work / len(waited) * 1000, 1),
    )


def _worked(services: Sequence[Served]) -> float:
    return sum(worked(process) for process in {one.process.pid for one in services})


def _send(service: Served, token: str, sample: Sequence[str], *, pause: float) -> list[float]:
    waited = []
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=service.url, headers=headers, timeout=60) as client:
        for text in sample:
            began = time.perf_counter()
            answer = client.post("/api/submissions", json={"text": text})
            waited.append(time.perf_counter() - began)
            if answer.status_code != 201:
                raise ServiceDown(f"the service answered {answer.status_code}")
            time.sleep(max(0.0, pause - waited[-1]))
    return waited


def clients_table(run: dict[str, Any]) -> list[str]:
    """A run, as JSON has it, in Markdown."""
    ways = {
        "one service, the next letter at once": run["busy"],
        "one service, a letter a second from each": run["calm"],
        "two services over one database, the next letter at once": run["two_busy"],
    }
    return [
        "## Letters through HTTP",
        "",
        "| | p50 ms | p95 ms | letters a second | core ms a letter |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {one['p50_ms']:.1f} | {one['p95_ms']:.1f} | {one['per_second']:.1f} "
            f"| {one['core_ms']:.1f} |"
            for name, one in ways.items()
        ),
        "",
        f"{run['clients']} clients, {run['each']} letters of about 200 words each, `POST "
        f"/api/submissions`, SQLite. {Conditions(**run['conditions'])}",
    ]
