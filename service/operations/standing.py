"""Figures that are looked up when Prometheus asks: queues, claims, models, database, training.

The database is asked at most every ``FRESH`` seconds, however often somebody looks. When it is
away that is told as a figure too (``retsspor_database_up`` 0), and its own figures are left out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from nlp.interfaces import Reader
from service.clock import now
from service.db.engine import Database
from service.db.tables import Claim, State, Submission
from service.errors import DatabaseAway
from service.learning.work import jobs_of
from service.settings import Settings

FRESH = 15.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database says."""

    by_state: dict[str, int]
    claims: int
    oldest_seconds: float
    """Age of the oldest submission that nobody has decided on; 0 when there is none."""


def figures(session: Session) -> Figures:
    """Ask the database, by its indexes."""
    moment = now()
    states = select(Submission.state, func.count()).group_by(Submission.state)
    found = {state: count for state, count in session.execute(states)}
    claims = select(func.count()).select_from(Claim).where(Claim.expires_at > moment)
    oldest = session.scalar(
        select(func.min(Submission.received_at)).where(Submission.state == State.NEW.value)
    )
    return Figures(
        {state.value: found.get(state.value, 0) for state in State},
        session.scalar(claims) or 0,
        max(0.0, (moment - oldest).total_seconds()) if oldest else 0.0,
    )


class Standing:
    """How the installation stands, as this process sees it."""

    def __init__(self, database: Database, reader: Reader, settings: Settings) -> None:
        self._database = database
        self._reader = reader
        self._jobs = jobs_of(settings)
        self._lock = Lock()
        self._asked_at = -FRESH
        self._figures: Figures | None = None

    def collect(self) -> Iterator[Metric]:
        """Every figure, as Prometheus' collectors give them."""
        found = self._known()
        yield _gauge(
            "retsspor_database_up", "1 when the database answers", float(found is not None)
        )
        if found is not None:
            yield from _of_database(found)
        yield self._models()
        yield self._pool()
        training = float(self._jobs.is_running())
        yield _gauge("retsspor_training_running", "1 while a training runs", training)

    def _known(self) -> Figures | None:
        with self._lock:
            if time.monotonic() - self._asked_at >= FRESH:
                self._figures = self._ask()
                self._asked_at = time.monotonic()
            return self._figures

    def _ask(self) -> Figures | None:
        try:
            with self._database.read() as session:
                return figures(session)
        except (SQLAlchemyError, DatabaseAway):
            return None

    def _models(self) -> Metric:
        versions = self._reader.versions
        info = GaugeMetricFamily(
            "retsspor_model_info", "The models in use", labels=("redactor", "classifier")
        )
        info.add_metric((versions.redactor, versions.classifier), 1)
        return info

    def _pool(self) -> Metric:
        pool = self._database.engine.pool
        connections = GaugeMetricFamily(
            "retsspor_database_connections", "Connections of this process", labels=("use",)
        )
        if isinstance(pool, QueuePool):
            connections.add_metric(("busy",), pool.checkedout())
            connections.add_metric(("idle",), pool.checkedin())
        return connections


def _of_database(found: Figures) -> Iterator[Metric]:
    queue = GaugeMetricFamily(
        "retsspor_submissions", "Submissions by where they stand", labels=("state",)
    )
    for state, count in found.by_state.items():
        queue.add_metric((state,), count)
    yield queue
    yield _gauge("retsspor_claims", "Submissions that somebody reads now", float(found.claims))
    yield _gauge(
        "retsspor_oldest_waiting_seconds",
        "Age of the oldest submission that waits for its first decision",
        found.oldest_seconds,
    )


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_, value=value)
