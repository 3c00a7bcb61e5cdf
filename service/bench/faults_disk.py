"""Disks that are full, or that nobody may write to any more, under the embedded database."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from service.bench.faults_load import Load
from service.bench.faults_types import CannotRun, Fault, Place, Round, Site, broken, embedded
from service.bench.server import Served

_ROOM = 48
"""MiB of the small disk."""
_BLOCK = b"\0" * (1 << 16)
_OBEYING = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")
"""Without these even root must obey the permissions of a file."""


def command(*words: str) -> None:
    """Run a program of the system. Raises CannotRun when it is missing or refuses."""
    try:
        subprocess.run(words, check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotRun(f"{words[0]} {words[1]}: {type(error).__name__}") from None


@contextmanager
def small_disk(folder: Path, room: int) -> Iterator[Path]:
    """A disk of so many MiB, in memory. Needs root."""
    folder.mkdir(parents=True, exist_ok=True)
    command("mount", "-t", "tmpfs", "-o", f"size={room}m,mode=0755", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        command("umount", "-l", str(folder))


@contextmanager
def ballast(disk: Path) -> Iterator[None]:
    """Not a byte is free on a disk as long as the block lasts."""
    stone = disk / "ballast"
    with stone.open("wb", buffering=0) as file:
        size = len(_BLOCK)
        while size:
            try:
                file.write(_BLOCK[:size])
            except OSError:
                size //= 2
    try:
        yield
    finally:
        stone.unlink()


def full_disk(place: Place) -> Round:
    """The disk of database and log is full for a while."""

    def breaks(_service: Served, _load: Load) -> list[float]:
        time.sleep(place.rng.uniform(0.3, 2.5))
        with ballast(disk):
            time.sleep(min(place.seconds, 10))
        return [time.monotonic()]

    with small_disk(place.folder / "disk", _ROOM) as disk:
        site = Site(f"sqlite:///{disk / 'var' / 'retsspor.sqlite3'}", disk / "var")
        return broken(site, place, breaks)


def small_files(place: Place) -> Round:
    """No file may grow: what a quota does, and what works without root."""

    def breaks(service: Served, _load: Load) -> list[float]:
        time.sleep(place.rng.uniform(0.3, 2.5))
        process = str(service.process.pid)
        command("prlimit", "--pid", process, "--fsize=4096:unlimited")
        time.sleep(min(place.seconds, 10))
        command("prlimit", "--pid", process, "--fsize=unlimited:unlimited")
        return [time.monotonic()]

    return broken(embedded(place), place, breaks)


def locked_files(place: Place) -> Round:
    """The service starts where it may read and not write; later the permissions are put right."""
    site = embedded(place)

    def breaks(service: Served, _load: Load) -> list[float]:
        time.sleep(place.rng.uniform(0.3, 2.5))
        service.kill()
        before = _take_permissions(site.folder)
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(service.start)
            time.sleep(place.seconds)
            for path, mode in before.items():
                path.chmod(mode)
            since = time.monotonic()
            starting.result()
        return [since]

    if shutil.which("setpriv") is None:
        raise CannotRun("setpriv is not installed")
    obeying = _OBEYING if os.geteuid() == 0 else ()
    return broken(Site(site.address, site.folder, before=obeying), place, breaks)


def _take_permissions(folder: Path) -> dict[Path, int]:
    """Nobody may write the database any more; what may be put back afterwards."""
    paths = [folder, *folder.glob("retsspor.sqlite3*")]
    before = {path: path.stat().st_mode for path in paths}
    for path, mode in before.items():
        path.chmod(mode & ~0o222)
    return before


def read_only_disk(place: Place) -> Round:
    """The kernel finds an error on the disk and makes it read-only under the open files.

    ext4 gives writing back only after it was unmounted and checked, so the service is stopped for
    that: the hands that this takes belong to the disk.
    """
    image, folder = place.folder / "image", place.folder / "disk"
    place.folder.mkdir(parents=True, exist_ok=True)

    def breaks(service: Served, _load: Load) -> list[float]:
        time.sleep(place.rng.uniform(0.3, 2.5))
        device = _device_of(folder)
        Path(f"/sys/fs/ext4/{Path(device).name}/trigger_fs_error").write_text("retsspor bench\n")
        time.sleep(min(place.seconds, 10))
        service.kill()
        command("umount", str(folder))
        subprocess.run(("fsck.ext4", "-fy", str(image)), capture_output=True, check=False)
        command("mount", "-o", "loop,errors=remount-ro", str(image), str(folder))
        since = time.monotonic()
        service.start()
        return [since]

    command("truncate", "-s", f"{_ROOM}M", str(image))
    command("mkfs.ext4", "-q", str(image))
    folder.mkdir(exist_ok=True)
    command("mount", "-o", "loop,errors=remount-ro", str(image), str(folder))
    try:
        site = Site(f"sqlite:///{folder / 'var' / 'retsspor.sqlite3'}", folder / "var")
        return broken(site, place, breaks)
    finally:
        command("umount", "-l", str(folder))


def _device_of(folder: Path) -> str:
    for line in Path("/proc/mounts").read_text().splitlines():
        device, where, *_ = line.split(" ")
        if where == str(folder.resolve()):
            return device
    raise CannotRun("the disk is not mounted")


_NAME = "SQLite"
FAULTS = (
    Fault("disk full", _NAME, "a full tmpfs, with the log on it", full_disk),
    Fault("files may not grow", _NAME, "prlimit --fsize on the running service", small_files),
    Fault(
        "no permission to write",
        _NAME,
        "chmod a-w on files and folder while it starts",
        locked_files,
    ),
    Fault("disk turns read-only", _NAME, "an ext4 error under the open files", read_only_disk),
)
