"""Workers of a batch break: killed, out of memory, on this machine and on a Dask cluster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from service.bench.faults_judge import Standing, dumps, leaks
from service.bench.faults_load import LETTER, NotRecovered
from service.bench.faults_types import CannotRun, Fault, Place, Round

ROWS = 400
_TRIES = 6
_PATIENCE = 1_200
"""Seconds after which a command hangs, also on a machine that does much else."""
_LITTLE = 1 << 20
"""Bytes that the group of a worker may take beside what it brought along."""


@dataclass(frozen=True, slots=True)
class _Work:
    """A file to tag, and where results and everything else may go."""

    source: Path
    folder: Path

    @property
    def target(self) -> Path:
        return self.folder / "out.jsonl"

    def command(self, *more: str) -> list[str]:
        python = [sys.executable, "-m", "service.cli"]
        return [*python, "tag", str(self.source), "-o", str(self.target), "--jobs", "2", *more]

    def start(self, log: Path, *more: str) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": os.defpath,
            "PYTHONUTF8": "1",
            "RETSSPOR_VAR": str(self.folder / "var"),
            "TMPDIR": str(self.folder / "temp"),
            "JOBLIB_TEMP_FOLDER": str(self.folder / "temp"),
        }
        with log.open("ab") as file:
            return subprocess.Popen(self.command(*more), env=environment, stdout=file, stderr=file)


def _prepared(place: Place) -> _Work:
    work = _Work(place.folder / "in.jsonl", place.folder / "run")
    (work.folder / "temp").mkdir(parents=True)
    lines = (json.dumps({"id": f"r{n}", "text": LETTER.format(many=n)}) for n in range(ROWS))
    work.source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return work


Hurt = Callable[[subprocess.Popen[bytes]], None]
"""Given the running command, breaks one of its workers."""


def _broken(place: Place, work: _Work, hurt: Hurt, *more: str) -> Round:
    """Tag a file, hurt a worker in the middle, and say the same command again until it is done."""
    log = work.folder / "tag.log"
    also = []
    process = work.start(log, *more)
    if _has_begun(work, process):
        time.sleep(place.rng.uniform(0.1, 1.5))
        hurt(process)
    else:
        also.append("the work was over before anything broke")
    since, tries = time.monotonic(), 0
    while _ended(process) and tries < _TRIES:
        tries += 1
        process = work.start(log, *more)
    recovery = (round(time.monotonic() - since, 2),)
    if process.returncode:
        also.append(f"not done after {tries} further tries")
    return _round(work, log, recovery, tries, also)


def _ended(process: subprocess.Popen[bytes]) -> int:
    """The exit code. Raises NotRecovered when it does not come."""
    try:
        return process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise NotRecovered("the command neither ended nor went on") from None


def _has_begun(work: _Work, process: subprocess.Popen[bytes]) -> bool:
    """Wait until the first part is finished; False when everything is."""
    lines = work.target.with_name(f"{work.target.name}.unfinished") / "lines.jsonl"
    while process.poll() is None:
        with suppress(OSError):
            if lines.stat().st_size:
                return True
        time.sleep(0.05)
    return False


def _worker(process: subprocess.Popen[bytes], place: Place) -> int:
    """One of the processes that read."""
    return int(place.rng.choice([one for one in _children(process.pid) if _reads(one)]))


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(one) for task in tasks for one in task.read_text().split()]


def _reads(process: int) -> bool:
    """True for a worker of joblib's; beside them runs a process that only counts resources."""
    try:
        return b"popen_loky" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def _round(
    work: _Work, log: Path, recovery: tuple[float, ...], tries: int, also: list[str]
) -> Round:
    """Every row once, in order, and whole."""
    lines = work.target.read_text(encoding="utf-8").splitlines() if work.target.exists() else []
    whole = [one for one in lines if one.endswith("}")]
    ids = [json.loads(one)["id"] for one in whole]
    wanted = [f"r{n}" for n in range(ROWS)]
    if ids != wanted and sorted(ids) == sorted(wanted):
        also.append("rows changed places")
    odd = [one for one in log.read_text(encoding="utf-8").splitlines() if "Internal error" in one]
    return Round(
        standing=Standing(
            confirmed=len(ids),
            lost=len(set(wanted) - set(ids)),
            doubled=len(ids) - len(set(ids)),
            unexplained=len(set(ids) - set(wanted)),
            half=len(lines) - len(whole),
            broken_trail=0,
        ),
        recovery=recovery,
        told=tries,
        unclear={"internal error": len(odd)} if odd else {},
        silent=0,
        leaked=tuple(leaks([work.folder])),
        dumps=dumps([work.folder]),
        also=tuple(also),
    )


def kill_worker(place: Place) -> Round:
    """SIGKILL to one of two worker processes."""
    work = _prepared(place)
    return _broken(place, work, lambda tag: os.kill(_worker(tag, place), signal.SIGKILL))


def limit_worker(place: Place) -> Round:
    """One of two worker processes gets no more memory than it has."""

    def hurt(process: subprocess.Popen[bytes]) -> None:
        worker = _worker(process, place)
        size = int(Path(f"/proc/{worker}/statm").read_text().split()[0]) * 4096
        subprocess.run(("prlimit", "--pid", str(worker), f"--as={size}:{size}"), check=True)

    return _broken(place, _prepared(place), hurt)


def end_worker(place: Place) -> Round:
    """The kernel ends a worker that takes more memory than its group may (cgroup, version 1)."""
    group = Path("/sys/fs/cgroup/memory") / f"retsspor-{os.getpid()}"

    def hurt(process: subprocess.Popen[bytes]) -> None:
        (group / "cgroup.procs").write_text(str(_worker(process, place)))

    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(_LITTLE))
    except OSError as error:
        raise CannotRun(f"no cgroup for memory: {type(error).__name__}") from None
    try:
        return _broken(place, _prepared(place), hurt)
    finally:
        with suppress(OSError):
            group.rmdir()


def kill_dask_worker(place: Place) -> Round:
    """SIGKILL to one of two workers of a Dask cluster; the other takes over, nobody repeats."""
    work = _prepared(place)
    with _cluster(work.folder / "temp") as (address, workers):

        def hurt(_process: subprocess.Popen[bytes]) -> None:
            os.kill(int(place.rng.choice(workers())), signal.SIGKILL)

        return _broken(place, work, hurt, "--dask", address)


@contextmanager
def _cluster(folder: Path) -> Iterator[tuple[str, Callable[[], list[int]]]]:
    """Two workers with a keeper each, which starts them again; their address, and who they are."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(folder)
    ) as cluster:  # type: ignore[no-untyped-call]
        yield cluster.scheduler_address, lambda: [one.pid for one in cluster.workers.values()]


FAULTS = (
    Fault("batch worker killed", "none", "SIGKILL to a process of `tag --jobs 2`", kill_worker),
    Fault("batch worker at its limit", "none", "prlimit --as on a worker", limit_worker),
    Fault("batch worker out of memory", "none", "a cgroup of 1 MiB", end_worker),
    Fault("Dask worker killed", "none", "SIGKILL to a worker of `tag --dask`", kill_dask_worker),
)
