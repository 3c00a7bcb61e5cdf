"""Work that goes on while something breaks: programs that send, people who decide, a passer-by.

Everybody keeps a diary of what the service confirmed. What is sent holds details that exist nowhere
else (``CANARIES``), so that a search of the disk afterwards shows whether they ever reached it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import UUID

import httpx
import numpy as np

from nlp.errors import RetssporError
from service.bench.people import Diary, Person
from service.bench.server import Served, ways_in
from service.db.engine import Database
from service.db.tables import Role
from service.errors import DatabaseAway, InDoubt, OutOfMemory, Unavailable
from service.security.accounts import api_token, create

CANARIES = (
    "Torbjørgine",
    "Hvidsandsø",
    "140642-6123",
    "1406426123",
    "83 41 77 02",
    "83417702",
    "torbjorgine@hvidsand.example",
)
LETTER = (
    "Jeg hedder Torbjørgine Hvidsandsø, mit cpr er 140642-6123 og telefonen er 83 41 77 02. "
    "Skriv til torbjorgine@hvidsand.example. Kommunen har ikke svaret på vores ansøgning i {many} "
    "måneder, og ingen spurgte os, før de traf afgørelsen."
)
SENDERS, PEOPLE = 2, 2
CLEAR = (DatabaseAway, InDoubt, OutOfMemory)
"""Refusals that tell what is the matter."""
_LONGEST = 90
"""Seconds that an answer may take before a client gives up; longer than the service ever waits."""
_BREATH = 0.05


class NotRecovered(RetssporError):
    """Nothing was confirmed again within the time that anybody would wait."""


@dataclass(slots=True)
class Answers:
    """What a client was told, apart from what was confirmed."""

    told: int = 0
    """Clear refusals: 503 with Retry-After, a problem for programs or Danish words for people."""
    unclear: Counter[str] = field(default_factory=Counter)
    """Anything else that is an error, by status and kind."""
    silent: int = 0
    """No connection, or one that ended before the answer."""

    def note(self, answer: httpx.Response) -> None:
        """Count an answer that is no success."""
        if is_clear(answer):
            self.told += 1
        else:
            kind = answer.headers.get("content-type", "-").partition(";")[0]
            self.unclear[f"{answer.status_code} {kind}"] += 1


def is_clear(answer: httpx.Response) -> bool:
    """True when somebody can see that it is not their fault, and when to try again."""
    if answer.status_code != Unavailable.status or not answer.headers.get("retry-after"):
        return False
    if answer.headers["content-type"].startswith("application/problem+json"):
        known = {f"urn:retsspor:{one.slug}" for one in CLEAR}
        return answer.json()["type"] in known
    return any(one.title in answer.text for one in CLEAR)


@dataclass
class Sender:
    """A program that sends one submission after the other, and repeats what got no answer."""

    service: Served
    token: str
    name: str
    has_ids: bool
    """Whether it gives ids of its own; else only the Idempotency-Key guards against doubles."""
    stop: Event
    random: np.random.Generator
    kept: list[str] = field(default_factory=list)
    """References that the service confirmed."""
    unanswered: int = 0
    """Requests of which nobody can know what became of them."""
    good: list[float] = field(default_factory=list)
    """When something was confirmed (monotonic seconds)."""
    answers: Answers = field(default_factory=Answers)

    def work(self) -> None:
        """Until told to stop. The last one may stay unanswered."""
        number = 0
        with httpx.Client(timeout=_LONGEST) as client:
            while not self.stop.is_set():
                number += 1
                if not self._send(client, number):
                    self.unanswered += 1
                self.stop.wait(_BREATH)

    def _send(self, client: httpx.Client, number: int) -> bool:
        """Send until it is confirmed; False when told to stop before that."""
        body: dict[str, Any] = {"text": LETTER.format(many=number)}
        if self.has_ids:
            body["id"] = f"{self.name}-{number}"
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": str(UUID(bytes=self.random.bytes(16))),
        }
        while True:
            try:
                answer = client.post(
                    f"{self.service.url}/api/submissions", json=body, headers=headers
                )
            except httpx.TransportError:
                self.answers.silent += 1
            else:
                if reference := _reference(answer):
                    self.kept.append(reference)
                    self.good.append(time.monotonic())
                    return True
                self.answers.note(answer)
            if self.stop.wait(0.2):
                return False


def _reference(answer: httpx.Response) -> str:
    """The reference of what is kept: now, or by an earlier request with the same id."""
    if answer.status_code == 201:
        return answer.headers["location"].rpartition("/")[2]
    if answer.status_code == 409:
        return str(answer.json().get("reference", ""))
    return ""


@dataclass
class Passer:
    """Looks at a page and asks the API, again and again, and notes what it is told."""

    service: Served
    token: str
    stop: Event
    answers: Answers = field(default_factory=Answers)
    good: int = 0

    def work(self) -> None:
        """Until told to stop."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx.Client(timeout=_LONGEST, headers=headers) as client:
            while not self.stop.wait(0.2):
                for path in ("/rapporter", "/api/submissions?limit=1"):
                    try:
                        answer = client.get(f"{self.service.url}{path}")
                    except httpx.TransportError:
                        self.answers.silent += 1
                        continue
                    if answer.is_success:
                        self.good += 1
                    else:
                        self.answers.note(answer)


@dataclass
class Load:
    """Everybody who is at work."""

    senders: list[Sender]
    people: list[Person]
    passers: list[Passer]

    @property
    def answers(self) -> list[Answers]:
        """What everybody but the reviewers was told."""
        return [*(one.answers for one in self.senders), *(one.answers for one in self.passers)]

    @property
    def diaries(self) -> list[Diary]:
        """What the reviewers were told."""
        return [one.diary for one in self.people]

    def recovered(self, since: float, *, within: float = 120) -> float:
        """Seconds from then until something was confirmed. Raises NotRecovered."""
        until = time.monotonic() + within
        while not (later := [at for one in self.senders for at in one.good if at > since]):
            if time.monotonic() > until:
                raise NotRecovered(f"nothing was confirmed within {within:g} seconds")
            time.sleep(0.02)
        return min(later) - since


@contextmanager
def at_work(address: str, services: list[Served], rng: np.random.Generator) -> Iterator[Load]:
    """People and programs at every one of these services, for as long as the block lasts."""
    stop = Event()
    database = Database(address)
    try:
        load = _hired(database, services, stop, rng)
    finally:
        database.close()
    for person in load.people:
        person.enter()
    works: list[Callable[[], object]] = [one.work for one in load.senders]
    works += [one.work for one in load.people]
    works += [one.work for one in load.passers]
    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(work) for work in works]
        try:
            load.recovered(time.monotonic())  # the day has begun
            yield load
        finally:
            stop.set()
    for one in running:
        one.result()


def _hired(
    database: Database, services: list[Served], stop: Event, rng: np.random.Generator
) -> Load:
    senders, passers = [], []
    day = rng.integers(1_000_000)
    for n in range(SENDERS * len(services)):
        service, name = services[n % len(services)], f"sender-{day}-{n}"
        with database.write() as session:
            token = api_token(session, create(session, name, Role.SENDER))
        child = rng.spawn(1)[0]
        senders.append(Sender(service, token, name, n < len(services), stop, child))
        if n < len(services):
            passers.append(Passer(service, token, stop))
    names = [f"desk-{day}-{n}" for n in range(PEOPLE * len(services))]
    ways = ways_in(database, names)
    hired = [
        Person(services[n % len(services)], way, name, stop)
        for n, (name, way) in enumerate(zip(names, ways, strict=True))
    ]
    return Load(senders, hired, passers)
