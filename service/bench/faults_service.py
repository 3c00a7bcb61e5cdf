"""The service itself breaks: killed, crashed, out of memory, under a wrong clock, half upgraded."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from service.bench.faults_load import Load, at_work
from service.bench.faults_types import (
    CannotRun,
    Fault,
    Place,
    Round,
    Site,
    broken,
    embedded,
    judged,
)
from service.bench.server import Served, ServiceDown, served
from service.db.engine import Database
from service.db.upgrade import config, upgrade

_JUMPS = ("+3h", "-3h", "+400d", "+0")
"""Against the true time, one after the other; the last puts the clock right."""


def _moment(place: Place) -> None:
    time.sleep(place.rng.uniform(0.3, 2.5))


def kill_service(place: Place) -> Round:
    """SIGKILL at a random moment, then a new start."""

    def breaks(service: Served, _load: Load) -> list[float]:
        _moment(place)
        service.kill()
        since = time.monotonic()
        service.start()
        return [since]

    return broken(embedded(place), place, breaks)


def crash(place: Place) -> Round:
    """A fault in machine code, where the system would write a core dump into the folder."""
    site = embedded(place)
    site.folder.mkdir(parents=True)
    # The folder is where a dump named «core» would go.
    there = ("env", "-C", str(site.folder), f"PYTHONPATH={_root()}")
    before = ("prlimit", "--core=unlimited:unlimited", *there)

    def breaks(service: Served, _load: Load) -> list[float]:
        _moment(place)
        service.process.send_signal(signal.SIGSEGV)
        service.process.wait()
        since = time.monotonic()
        service.start()
        return [since]

    return broken(Site(site.address, site.folder, before=before), place, breaks)


def no_memory(place: Place) -> Round:
    """The service gets hardly more memory than it has, and the longest texts that it takes."""

    def breaks(service: Served, load: Load) -> list[float]:
        _moment(place)
        process = str(service.process.pid)
        size = int(Path(f"/proc/{process}/statm").read_text().split()[0]) * 4096
        _prlimit(process, f"--as={size + (1 << 20)}:unlimited")
        until = time.monotonic() + min(place.seconds, 10)
        while time.monotonic() < until:
            _long_text(service, load)
        _prlimit(process, "--as=unlimited:unlimited")
        return [time.monotonic()]

    return broken(embedded(place), place, breaks)


def _prlimit(process: str, limit: str) -> None:
    subprocess.run(("prlimit", "--pid", process, limit), check=True, capture_output=True)


def _long_text(service: Served, load: Load) -> None:
    """Ask what would be kept of the longest text. What comes of it is told, or not at all."""
    sender = load.senders[0]
    text = "Kommunen har ikke svaret Torbjørgine Hvidsandsø på vores ansøgning. " * 290
    try:
        answer = httpx.post(
            f"{service.url}/api/redactions",
            json={"text": text[:20_000]},
            headers={"Authorization": f"Bearer {sender.token}"},
            timeout=60,
        )
    except httpx.TransportError:
        sender.answers.silent += 1
    else:
        if not answer.is_success:
            sender.answers.note(answer)


def clock(place: Place) -> Round:
    """The clock of the service jumps ahead, back, far ahead, and is put right."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None:
        raise CannotRun("libfaketime is not installed (Debian: faketime)")
    file = place.folder / "clock"
    place.folder.mkdir(parents=True, exist_ok=True)
    file.write_text("+0")
    site = embedded(place)
    before = (
        "env",
        f"LD_PRELOAD={library}",
        f"FAKETIME_TIMESTAMP_FILE={file}",
        "FAKETIME_NO_CACHE=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",  # a step of the wall clock leaves this one alone
    )

    def breaks(_service: Served, load: Load) -> list[float]:
        moments = []
        for jump in _JUMPS:
            _moment(place)
            file.write_text(jump)
            moments.append(time.monotonic())
            load.recovered(moments[-1])
        return moments

    return broken(Site(site.address, site.folder, before=before), place, breaks)


# ── two versions ─────────────────────────────────────────────────────────────────────────────────
def upgrade_beside(place: Place) -> Round:
    """The version before works on while the new one starts and brings the layout up to date."""
    code, layout = older_version(place.folder / "older")
    site = embedded(place)
    database = Database(site.address)
    upgrade(database, layout)
    database.close()
    older = ("env", "-C", str(code), f"PYTHONPATH={code}")
    with (
        served(site.address, site.folder, older) as old,
        at_work(site.address, [old], place.rng) as load,
    ):
        _moment(place)
        since = time.monotonic()
        with served(site.address, place.folder / "new") as new:
            both = [since, time.monotonic()]
            with at_work(site.address, [new], place.rng) as more:
                time.sleep(min(place.seconds, 10))
                recovery = tuple(round(load.recovered(one), 2) for one in both)
            old.kill()
            also = _refused_start(old)
            load.senders += more.senders
            load.people += more.people
            load.passers += more.passers
    return judged(Site(site.address, site.folder, (place.folder / "new",)), load, recovery, also)


def _refused_start(old: Served) -> Sequence[str]:
    """Start the older version on the newer layout: it must say no, and not serve."""
    try:
        old.start()
    except ServiceDown:
        return ()
    old.kill()
    return ("the older version serves a layout that it does not know",)


def older_version(folder: Path) -> tuple[Path, str]:
    """The code of the newest commit with an older layout than this, and that layout.

    Raises CannotRun outside a clone, or where there is no such commit.
    """
    from alembic.script import ScriptDirectory

    newest = ScriptDirectory.from_config(config()).get_current_head()
    if shutil.which("git") is None:
        raise CannotRun("git is not installed")
    path = "service/db/migrations/versions"
    for commit in _git("log", "--format=%H", "--max-count=400").split():
        names = _git("ls-tree", "--name-only", commit, f"{path}/").split()
        layout = max((one.rpartition("/v")[2][:4] for one in names if "/v0" in one), default="")
        if layout and layout != newest:
            folder.mkdir(parents=True, exist_ok=True)
            archive = subprocess.run(
                ("git", "archive", commit), cwd=_root(), check=True, capture_output=True
            )
            subprocess.run(("tar", "-x", "-C", str(folder)), input=archive.stdout, check=True)
            return folder, layout
    raise CannotRun("no commit has an older layout")


def _root() -> Path:
    return Path(__file__).resolve().parents[2]


def _git(*words: str) -> str:
    done = subprocess.run(("git", *words), cwd=_root(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRun("this is no clone: the history is not here")
    return done.stdout


def older_layout(place: Place) -> Round:
    """A new service on a database that nobody brought up to date: it does so before it answers."""
    site = embedded(place)
    database = Database(site.address)
    upgrade(database, _before_last())
    database.close()

    def breaks(_service: Served, _load: Load) -> list[float]:
        return [time.monotonic()]

    return broken(site, place, breaks)


def _before_last() -> str:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(config())
    head = scripts.get_current_head()
    assert head is not None
    return str(scripts.get_revision(head).down_revision)


_NAME = "SQLite"
FAULTS = (
    Fault("service killed", _NAME, "SIGKILL to the service", kill_service),
    Fault("service crashes", _NAME, "SIGSEGV, core dumps allowed from outside", crash),
    Fault("service without memory", _NAME, "prlimit --as on the running service", no_memory),
    Fault("clock jumps", _NAME, f"libfaketime: {', '.join(_JUMPS)}", clock),
    Fault("upgrade beside", _NAME, "git archive of the version before", upgrade_beside),
    Fault("new service, older layout", _NAME, "Alembic to the layout before", older_layout),
)
