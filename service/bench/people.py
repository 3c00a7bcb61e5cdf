"""Scripted reviewers over HTTP: each keeps a diary of what the service said it had kept.

They use the pages as people do: take the next, read, decide, sometimes ask for a second reading,
give one, or undo. What was answered with «kept» goes into the diary; what got no answer is noted
apart, because nobody can know which of the two happened.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from threading import Event
from urllib.parse import urlsplit

import httpx

from nlp.types import LABELS
from service.bench.server import Served, signed_in
from service.errors import InDoubt

_REVISION = re.compile(r'name="revision" value="(\d+)"')
_SUBMISSION = re.compile(r"/gennemgang/([0-9A-Z]{26})")
_UNDO, _SECOND, _ASK = 0.05, 0.15, 0.1
"""How often a person undoes, looks for second readings, asks for one."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a person sent: the revision that it makes, and the labels (none for an undo)."""

    who: str
    public_id: str
    revision: int
    is_undo: bool
    labels: frozenset[str] = frozenset()


@dataclass(slots=True)
class Diary:
    """What one person did and was told."""

    kept: list[Act] = field(default_factory=list)
    unanswered: list[Act] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    """From sending a decision until the next submission is on the screen."""


@dataclass
class Person:
    """One reviewer at work. ``per_minute``: decisions a minute; 0 is as fast as they can."""

    service: Served
    way: str
    who: str
    stop: Event
    per_minute: float = 0
    diary: Diary = field(default_factory=Diary)

    def __post_init__(self) -> None:
        self._random = Random(self.who)
        self._client = httpx.Client()
        self._csrf = ""

    def enter(self) -> None:
        """Sign in; the link works once, so this is done before the clock starts."""
        self._client, self._csrf = signed_in(self.service, self.way)

    def work(self) -> Diary:
        """Until told to stop. A service that is gone is waited for, as people do."""
        page = None
        while not self.stop.is_set():
            started = time.monotonic()
            try:
                page = self._decide(page) if page else self._take()
            except httpx.TransportError:
                page = None
                self.stop.wait(0.2)
                continue
            if page is None:
                self.stop.wait(0.1)
            elif self.per_minute:
                pause = 60 / self.per_minute * self._random.uniform(0.8, 1.2)
                self.stop.wait(max(0.0, pause - (time.monotonic() - started)))
        self._client.close()
        return self.diary

    def _take(self) -> httpx.Response | None:
        where = "?status=anden" if self._random.random() < _SECOND else ""
        return self._submission(self._post(f"/gennemgang/naeste{where}", {}))

    def _decide(self, page: httpx.Response) -> httpx.Response | None:
        act, fields = self._choice(page)
        started = time.monotonic()
        answer = self._act(f"/gennemgang/{act.public_id}", act, fields)
        if answer is None:
            return None
        following = self._submission(self._get(answer.headers["location"]))
        self.diary.seconds.append(time.monotonic() - started)
        if self._random.random() < _UNDO:
            undone = Act(act.who, act.public_id, act.revision + 1, is_undo=True)
            self._act(f"/gennemgang/{act.public_id}/fortryd", undone, {})
            return None
        return following if self._random.random() > _SECOND else None

    def _choice(self, page: httpx.Response) -> tuple[Act, dict[str, str | list[str]]]:
        labels = frozenset(one for one in LABELS if self._random.random() < 0.3)
        public_id, revision = _facts(page)
        fields: dict[str, str | list[str]] = {
            "mærke": sorted(labels),
            "vist": str(int(time.time())),
        }
        if self._random.random() < _ASK:
            fields["anden"] = "ja"
        return Act(self.who, public_id, revision + 1, is_undo=False, labels=labels), fields

    def _act(
        self, path: str, act: Act, fields: dict[str, str | list[str]]
    ) -> httpx.Response | None:
        """Send an act and note what came of it; the answer when it was kept."""
        try:
            answer = self._post(path, fields | {"revision": str(act.revision - 1)})
        except httpx.TransportError:
            self.diary.unanswered.append(act)
            raise
        if answer.status_code != 303:
            if InDoubt.title in answer.text:  # the service does not know it either
                self.diary.unanswered.append(act)
            return None
        self.diary.kept.append(act)
        return answer

    def _post(self, path: str, fields: dict[str, str | list[str]]) -> httpx.Response:
        return self._counted(
            self._client.post(path, data=fields | {"csrf": self._csrf}, follow_redirects=False)
        )

    def _get(self, path: str) -> httpx.Response:
        return self._counted(self._client.get(path))

    def _counted(self, answer: httpx.Response) -> httpx.Response:
        self.diary.statuses[answer.status_code] += 1
        return answer

    def _submission(self, answer: httpx.Response) -> httpx.Response | None:
        """The page of a submission that this person may decide on, or None for the list."""
        if answer.status_code == 303:
            answer = self._get(answer.headers["location"])
        is_one = _SUBMISSION.search(urlsplit(str(answer.url)).path)
        return answer if is_one and 'id="vurdering"' in answer.text else None


def _facts(page: httpx.Response) -> tuple[str, int]:
    """Reference and revision from the form for deciding."""
    found = _SUBMISSION.search(urlsplit(str(page.url)).path)
    form = page.text.split('id="vurdering"')[1]
    revision = _REVISION.search(form)
    assert found is not None
    assert revision is not None
    return found[1], int(revision[1])
