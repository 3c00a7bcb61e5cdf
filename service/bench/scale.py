"""Queue, intake and report at rising numbers of submissions, on SQLite and on PostgreSQL.

Each database is made for this and is gone after; PostgreSQL runs with the settings it comes with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlp.types import Reading
from service.bench.conditions import Conditions, keep_part, kept_parts
from service.bench.intake import bench_intake
from service.bench.postgres import Server, own_server
from service.bench.queue import bench_queue, write_queue
from service.bench.report import bench_report, write_report

LENGTHS = (10_000, 100_000)
LARGE = 1_000_000
WHAT = ("intake", "queue", "report")
Progress = Callable[[str], None]


def bench_scale(
    readings: Sequence[Reading],
    folder: Path,
    output: Path,
    *,
    lengths: Sequence[int] = LENGTHS,
    what: Sequence[str] = WHAT,
    progress: Progress,
) -> str:
    """Measure, and write ``scale``, ``queue`` and ``report`` beside what was measured before.

    Gives the table of ``scale``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        server = stack.enter_context(own_server(folder.resolve() / "postgres"))
        if server is None:
            progress("PostgreSQL is not installed: only SQLite is measured")
        for kind in ("sqlite", "postgresql"):
            if kind == "sqlite" or server is not None:
                _one_database(kind, server, readings, folder, output, lengths, what, progress)
    return write_scale(output)


def _one_database(
    kind: str,
    server: Server | None,
    readings: Sequence[Reading],
    folder: Path,
    output: Path,
    lengths: Sequence[int],
    what: Sequence[str],
    progress: Progress,
) -> None:
    desk, figures = (_address(kind, server, folder, name) for name in ("desk", "figures"))
    for rows in sorted(lengths):
        progress(f"{kind}, {rows:,} submissions: {', '.join(what)}")
        if "intake" in what:
            intake = bench_intake(desk, readings, rows, folder)
            keep_part(output / "scale.json", intake.name, asdict(intake))
        if "queue" in what:
            write_queue(bench_queue(desk, readings, rows, folder), output)
        if "report" in what:
            write_report(bench_report(figures, rows), output)
    for file in folder.glob("scale-*.sqlite3*"):
        file.unlink()


def _address(kind: str, server: Server | None, folder: Path, name: str) -> str:
    """Of a new database."""
    if kind == "postgresql" and server is not None:
        return server.database(f"bench_{name}")
    file = folder.resolve() / f"scale-{name}.sqlite3"
    file.unlink(missing_ok=True)
    return f"sqlite:///{file}"


def write_scale(output: Path) -> str:
    """``scale.md``: what stands in ``scale.json``, beside queue and report of the same length."""
    table = scale_table(*(kept_parts(output / f"{name}.json") for name in ("scale", *WHAT[1:])))
    (output / "scale.md").write_text(table, encoding="utf-8")
    return table


def scale_table(intake: dict[str, Any], queue: dict[str, Any], report: dict[str, Any]) -> str:
    """The runs as Markdown: a row for each database and length."""
    names = sorted({*intake, *queue, *report}, key=_by_size)
    lines = [
        "# Many submissions",
        "",
        "`retsspor bench scale`. Storing: the transaction that keeps a submission that was read.",
        "Sending: a letter of about 200 words through HTTP, one at a time. Queue: p95 of all pages",
        "(more in [queue.md](queue.md)). Report: seconds, the whole and of it the counting (more",
        "in [report.md](report.md)). Invented submissions; times belong to the machine.",
        "",
        "| database | submissions | storing p50 ms | p95 | sending p50 ms | p95 | queue p95 ms "
        "| report s | counting s |",
        f"| --- |{' ---: |' * 8}",
        *(_row(name, intake.get(name), queue.get(name), report.get(name)) for name in names),
        "",
    ]
    times = [f"- {name}: {Conditions(**run['conditions'])}" for name, run in intake.items()]
    told = ["Intake was measured:", "", *times] if times else ["Intake was not measured yet."]
    return "\n".join([*lines, *told, ""])


def _row(
    name: str,
    intake: dict[str, Any] | None,
    queue: dict[str, Any] | None,
    report: dict[str, Any] | None,
) -> str:
    some = intake or queue or report or {}
    cells = [
        *(f"{intake[key]:.1f}" if intake else "–" for key in _INTAKE),
        f"{queue['timings'][0]['page_p95_ms']:.1f}" if queue else "–",
        *(f"{report[key]:.2f}" if report else "–" for key in ("whole", "counting")),
    ]
    return f"| {some['database']} | {some['rows']:,} | {' | '.join(cells)} |"


_INTAKE = ("store_p50_ms", "store_p95_ms", "send_p50_ms", "send_p95_ms")


def _by_size(name: str) -> tuple[str, int]:
    database, rows = name.split()
    return database, int(rows)
