"""A running service changes its models between two requests and drops none."""

from __future__ import annotations

import threading
from collections import Counter

import httpx
import numpy as np
import pytest
from sqlalchemy import func, select

from models import corpora
from models.classifier.estimator import ClauseClassifier
from models.classifier.store import save
from models.manifest import Manifest, now, seal
from models.releases.store import ReleaseStore
from service.bench.server import served
from service.db.engine import Database
from service.db.tables import BesideRow, Role, Submission, SuggestionRow
from service.db.upgrade import upgrade
from service.security import accounts

TEXT = "Jeg har ventet på svar fra kommunen i syv måneder, og ingen har ringet til os. Brev {}."


def small_version(store: ReleaseStore) -> str:
    examples = corpora.examples()[:60]
    fitted = ClauseClassifier(bits=10, families=("words",)).fit(
        [e.text for e in examples], np.array([e.labels for e in examples])
    )

    def write(folder):
        return seal(
            folder, Manifest("classifier", save(fitted, folder), now(), "t", "MIT", {}, {}, {}, {})
        )

    return store.add("classifier", write).version


class Sender(threading.Thread):
    """Sends one submission after the other until told to stop; keeps every answer's status."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__()
        self.url, self.token = url, token
        self.statuses: list[int] = []
        self.stopped = threading.Event()

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=30) as client:
            while not self.stopped.is_set():
                body = {"text": TEXT.format(len(self.statuses))}
                try:
                    answer = client.post("/api/submissions", json=body)
                except httpx.TransportError:
                    self.statuses.append(0)
                else:
                    self.statuses.append(answer.status_code)


@pytest.mark.slow
def test_models_are_changed_under_requests_and_none_is_dropped(tmp_path):
    address = f"sqlite:///{tmp_path / 'served.sqlite3'}"
    database, store = Database(address), ReleaseStore(tmp_path / "run" / "models")
    upgrade(database)
    with database.write() as session:
        token = accounts.api_token(session, accounts.create(session, "program", Role.SENDER))
    shipped, version = store.in_use().classifier.version, small_version(store)
    with served(address, tmp_path / "run") as service:
        senders = [Sender(service.url, token) for _ in range(3)]
        for sender in senders:
            sender.start()
        store.promote("classifier", version, by="a", why="")
        wait_for_version(database, version)
        damaged = store.path("classifier", version) / "classifier.npz"
        whole = damaged.read_bytes()
        store.rollback(by="a", why="")
        wait_for_version(database, shipped)
        store.promote("classifier", version, by="a", why="")
        damaged.write_bytes(whole[:-1])  # whoever still reads it refuses it, and goes on
        for sender in senders:
            sender.stopped.set()
        for sender in senders:
            sender.join(60)
    statuses = Counter(status for sender in senders for status in sender.statuses)
    assert set(statuses) == {201}, statuses
    with database.read() as session:
        used = set(session.scalars(select(Submission.classifier_version).distinct()))
        # One text, one model: never the suggestions of two.
        mixed = (
            select(SuggestionRow.submission_id)
            .group_by(SuggestionRow.submission_id)
            .having(func.count(SuggestionRow.classifier_version.distinct()) > 1)
        )
        assert not session.scalars(mixed).all()
        beside = set(session.scalars(select(BesideRow.classifier_version).distinct()))
        kept = session.scalar(select(func.count()).select_from(Submission))
    assert used == {shipped, version}
    assert shipped in beside  # the former model reads along after a promotion
    assert kept == statuses[201]
    database.close()


def wait_for_version(database: Database, version: str) -> None:
    """Until the latest submission was read with this version."""
    latest = select(Submission.classifier_version).order_by(Submission.id.desc()).limit(1)
    patience = threading.Event()
    for _ in range(600):
        with database.read() as session:
            if session.scalar(latest) == version:
                return
        patience.wait(0.05)
    raise AssertionError(f"no submission was read with {version}")
