"""Figures for Prometheus. No label can hold a text, a name, a reference or a person.

Each label takes its values from a closed set: patterns of addresses that the router knows, HTTP
methods and states, outcomes that are written here, parts of the redactor by name, fingerprints of
models. So the number of series is bounded however often and by whomever the service is used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from http import HTTPMethod

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nlp.errors import BadText, RedactionFailed
from nlp.interfaces import Reader
from nlp.types import Excerpt, Profile, RawText, Reading, Redacted, Versions
from service.operations.log_lines import UNKNOWN, Route, recognizer_names

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histograms."""
NO_ROUTE = Route("-")
"""An address that belongs to nothing: whatever was asked for is not repeated."""
_METHODS = frozenset(HTTPMethod)


class Work(StrEnum):
    """What the models were asked to do."""

    READ = "read"
    """Redact, suggest, cut excerpts."""
    REDACT = "redact"


class Outcome(StrEnum):
    """What became of a text."""

    DONE = "done"
    REFUSED = "refused"
    """Empty, too long, not Danish: nothing was kept."""
    FAILED = "failed"
    """A part of redaction failed: nothing was kept."""


class Metrics:
    """The figures of one process, and what else is asked for when somebody looks."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "retsspor_requests",
            "Answered requests",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._latency = Histogram(
            "retsspor_request_seconds",
            "Time from a request to the end of its answer",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._work = Histogram(
            "retsspor_text_seconds",
            "Time the models took for a text, without waiting for their turn",
            ("work",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._texts = Counter(
            "retsspor_texts",
            "Texts by what became of them",
            ("work", "outcome"),
            registry=self.registry,
        )
        self._failures = Counter(
            "retsspor_redactor_failures",
            "Texts refused since a part of redaction failed",
            ("recognizer",),
            registry=self.registry,
        )
        self._tidied = Gauge(
            "retsspor_tidied_timestamp_seconds",
            "When this process last deleted what was past its time",
            registry=self.registry,
        )

    def answered(self, method: str, route: Route, status: int, seconds: float) -> None:
        """Count an answer."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._latency.labels(route).observe(seconds)

    @contextmanager
    def of_text(self, work: Work) -> Iterator[None]:
        """Time the block, and count how it ended."""
        started, outcome = time.perf_counter(), Outcome.FAILED
        try:
            yield
            outcome = Outcome.DONE
        except BadText:
            outcome = Outcome.REFUSED
            raise
        except RedactionFailed as error:
            known = error.recognizer in recognizer_names()
            self._failures.labels(error.recognizer if known else UNKNOWN).inc()
            raise
        finally:
            self._texts.labels(work.value, outcome.value).inc()
            self._work.labels(work.value).observe(time.perf_counter() - started)

    def tidied(self) -> None:
        """What was past its time is gone."""
        self._tidied.set_to_current_time()

    def also(self, collect: Callable[[], Iterator[Metric]]) -> None:
        """Ask this too whenever somebody looks."""
        self.registry.register(_Asked(collect))

    def exposition(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)


class _Asked:
    """A collector of the registry made from a function. Its names are not asked beforehand."""

    def __init__(self, collect: Callable[[], Iterator[Metric]]) -> None:
        self.collect = collect

    def describe(self) -> list[Metric]:
        """Nothing: else the registry would ask the database as soon as it is made."""
        return []


class Measuring:
    """ASGI middleware around everything: counts answers and their time."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            route = Route(getattr(scope.get("route"), "path", NO_ROUTE))
            self.metrics.answered(scope["method"], route, status, time.perf_counter() - started)


class MeasuredReader:
    """A reader whose work is timed and counted. See ``nlp.interfaces.Reader``."""

    def __init__(self, reader: Reader, metrics: Metrics) -> None:
        self._reader = reader
        self._metrics = metrics

    @property
    def versions(self) -> Versions:
        """As the reader's."""
        return self._reader.versions

    def read(self, raw: RawText, *, known: Sequence[RawText] = ()) -> Reading:
        """As the reader's."""
        with self._metrics.of_text(Work.READ):
            return self._reader.read(raw, known=known)

    def redact(
        self,
        raw: RawText,
        *,
        profile: Profile = Profile.STORAGE,
        known: Sequence[RawText] = (),
    ) -> Redacted:
        """As the reader's."""
        with self._metrics.of_text(Work.REDACT):
            return self._reader.redact(raw, profile=profile, known=known)

    def excerpt(self, label: str, redacted: Redacted, start: int, end: int) -> Excerpt:
        """As the reader's; the text is redacted by then."""
        return self._reader.excerpt(label, redacted, start, end)
