"""A PostgreSQL server of our own to break: killed, frozen, stopped, without room on its disk."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from service.bench.faults_disk import ballast, small_disk
from service.bench.faults_load import Load
from service.bench.faults_types import CannotRun, Fault, Place, Round, Site, broken
from service.bench.server import Served

_ROOM = 192
"""MiB of the small disk: a fresh cluster takes about 40, each segment of its log 16."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server with its data in a folder, on a free port of this machine."""

    folder: Path
    programs: Path
    port: int

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        """One of PostgreSQL's programs, not as root: it refuses."""
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_user, str(self.programs / program), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, timeout=120)

    def start(self) -> None:
        """Start, recover if need be, and wait until it answers."""
        options = f"-p {self.port} -h 127.0.0.1 -c unix_socket_directories=''"
        log = self.folder / "log"
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", str(log), "-o", options, "start")

    def stop(self, mode: str) -> None:
        """``fast`` is polite, ``immediate`` is not."""
        self.run("pg_ctl", "-D", str(self.data), "-m", mode, "stop")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def processes(self) -> tuple[int, list[int]]:
        """The postmaster and its children, the connections among them."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text()
        return postmaster, [int(one) for one in children.split()]

    def backends(self) -> list[int]:
        """The processes that serve a connection of the service."""
        return [one for one in self.processes()[1] if b"127.0.0.1" in _command(one)]

    def kill(self) -> None:
        """SIGKILL to the postmaster and everything under it, as when a machine loses power.

        The page cache survives: what a power cut takes from the disk itself is not tried here.
        """
        postmaster, children = self.processes()
        for one in (postmaster, *children):
            _send(one, signal.SIGKILL)
        _gone((postmaster, *children))


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def _send(process: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it ended by itself, as backends do
        os.kill(process, what)


def _gone(processes: Sequence[int]) -> None:
    while any(_is_alive(one) for one in processes):
        time.sleep(0.05)


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A fresh server, gone afterwards. Raises CannotRun where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise CannotRun("PostgreSQL is not installed")
    programs = found[-1].parent if found else Path(str(on_path)).resolve().parent
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    server = Cluster(folder, programs, port)
    options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    server.run("initdb", "-D", str(server.data), *options)
    server.start()
    try:
        yield server
    finally:
        if (server.data / "postmaster.pid").exists():
            server.stop("immediate")


def _with(place: Place, server: Cluster) -> Site:
    return Site(server.address, place.folder / "var", traces=(server.folder,))


def _wait(place: Place) -> None:
    """A random moment of the day."""
    time.sleep(place.rng.uniform(0.3, 2.5))


def kill_service(place: Place) -> Round:
    """SIGKILL the service, and start it again."""

    def breaks(service: Served, _load: Load) -> list[float]:
        _wait(place)
        service.kill()
        since = time.monotonic()
        service.start()
        return [since]

    with cluster(place.folder / "pg") as server:
        return broken(_with(place, server), place, breaks)


def kill_backends(place: Place) -> Round:
    """SIGKILL one connection's process: PostgreSQL then ends all others and recovers."""

    def breaks(_service: Served, _load: Load) -> list[float]:
        _wait(place)
        backends = server.backends()
        _send(int(place.rng.choice(backends)), signal.SIGKILL)
        return [time.monotonic()]

    with cluster(place.folder / "pg") as server:
        return broken(_with(place, server), place, breaks)


def kill_database(place: Place) -> Round:
    """SIGKILL everything of PostgreSQL, and start it again after a while."""

    def breaks(_service: Served, _load: Load) -> list[float]:
        _wait(place)
        server.kill()
        time.sleep(min(place.seconds, 5))
        server.start()
        return [time.monotonic()]

    with cluster(place.folder / "pg") as server:
        return broken(_with(place, server), place, breaks)


def stop_database(place: Place) -> Round:
    """Stop PostgreSQL as an administrator would, and start it again."""

    def breaks(_service: Served, _load: Load) -> list[float]:
        _wait(place)
        server.stop("fast")
        time.sleep(place.seconds)
        server.start()
        return [time.monotonic()]

    with cluster(place.folder / "pg") as server:
        return broken(_with(place, server), place, breaks)


def freeze_database(place: Place) -> Round:
    """Freeze PostgreSQL: connections stay open, and nothing answers."""

    def breaks(_service: Served, _load: Load) -> list[float]:
        _wait(place)
        postmaster, children = server.processes()
        for one in (postmaster, *children):
            _send(one, signal.SIGSTOP)
        time.sleep(place.seconds)
        for one in (*children, postmaster):
            _send(one, signal.SIGCONT)
        return [time.monotonic()]

    with cluster(place.folder / "pg") as server:
        return broken(_with(place, server), place, breaks)


def fill_disk(place: Place) -> Round:
    """No room under PostgreSQL. When it ends over that it is started again, as systemd would."""

    def breaks(_service: Served, _load: Load) -> list[float]:
        _wait(place)
        with ballast(disk):
            time.sleep(min(place.seconds, 10))
        if not _is_alive(server.processes()[0]):
            server.start()
        return [time.monotonic()]

    with small_disk(place.folder / "disk", _ROOM) as disk, cluster(disk / "pg") as server:
        return broken(_with(place, server), place, breaks)


_NAME = "PostgreSQL"
FAULTS = (
    Fault("service killed", _NAME, "SIGKILL to the service", kill_service),
    Fault("one connection killed", _NAME, "SIGKILL to a backend", kill_backends),
    Fault("database killed", _NAME, "SIGKILL to the postmaster and its children", kill_database),
    Fault("database stopped for a while", _NAME, "pg_ctl stop, later start", stop_database),
    Fault("database frozen for a while", _NAME, "SIGSTOP, later SIGCONT", freeze_database),
    Fault("disk full under the database", _NAME, "a full tmpfs", fill_disk),
)
