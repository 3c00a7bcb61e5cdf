"""The service as it is really run, ``retsspor serve`` in a process of its own, and browsers."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import select

from nlp.errors import RetssporError
from service.db.engine import Database
from service.db.tables import Account, Role
from service.security.accounts import create, one_time_link

PATIENCE = 400
"""Seconds that the models may take to load, on a machine that does much else."""


class ServiceDown(RetssporError):
    """The service ended, or did not answer in time."""


@dataclass
class Served:
    """A running service. ``folder`` gets its log, and keeps it when it is started again."""

    address: str
    folder: Path
    port: int
    process: subprocess.Popen[bytes] = field(init=False)
    before: tuple[str, ...] = ()
    """Words before the command, for a program that runs it: under limits, in another folder."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "serve.log"

    def start(self) -> None:
        """Start, and wait until it answers."""
        environment = {
            "PATH": os.defpath,
            "PYTHONUTF8": "1",
            "RETSSPOR_DATABASE_URL": self.address,
            "RETSSPOR_VAR": str(self.folder),
        }
        python = [sys.executable, "-m", "service.cli"]
        command = [*self.before, *python, "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self._wait()

    def kill(self) -> None:
        """SIGKILL: no chance to finish or to tidy up."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """As Ctrl-C would."""
        self.process.terminate()
        self.process.wait(30)

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=5).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise ServiceDown(f"the service did not start; see {self.log.name}")


@contextmanager
def served(address: str, folder: Path, before: tuple[str, ...] = ()) -> Iterator[Served]:
    """The service on a free port of this machine, over the database of an address."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    service = Served(address, folder, port, before)
    try:
        service.start()
        yield service
    finally:
        service.stop()


def ways_in(database: Database, names: list[str], role: Role = Role.REVIEWER) -> list[str]:
    """A one-time link for each name; accounts that are missing are made."""
    with database.write() as session:
        links = []
        for name in names:
            account = session.scalar(select(Account).where(Account.name == name))
            account = account or create(session, name, role)
            links.append(f"/login/engang/{one_time_link(session, account, hours=1)}")
        return links


def signed_in(service: Served, way: str) -> tuple[httpx.Client, str]:
    """A browser that went the way in, and the token that its forms carry."""
    client = httpx.Client(base_url=service.url, follow_redirects=True, timeout=60)
    page = client.post(way, data={"csrf": csrf_of(client.get(way).text)})
    return client, csrf_of(page.text)


def csrf_of(page: str) -> str:
    """The token of the first form on a page. Raises ServiceDown for a page without."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    if found is None:
        raise ServiceDown("the service does not let the measurement in")
    return found[1]
