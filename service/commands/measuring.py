"""``bench``: speed, scale and faults, measured on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.batch.terminal import REFUSED, bar, read_settings, told

app = typer.Typer(help="Measure the program on this machine.")


@app.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Measure words a second of redact and tag beside bare spaCy tokenisation."""
    if context.invoked_subcommand is not None:
        return
    with told():
        from service.batch.loading import load_reader
        from service.bench import speed
        from service.demo import SUBMISSIONS

        reader = load_reader(read_settings().max_characters)
        result = speed.bench(reader, speed.texts_of(SUBMISSIONS), rounds=rounds)
        speed.write_bench(result, output or _results())
        typer.echo(speed.table(result))


@app.command("queue")
def bench_queue(
    rows: Annotated[list[int], typer.Argument(metavar="ROWS...", help="Lengths, rising.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
) -> None:
    """Measure the queue page at lengths like 10000 100000 1000000, in a database of its own."""
    with told():
        from service.batch.loading import load_reader
        from service.bench import queue
        from service.bench import rows as invented

        settings = read_settings()
        folder = settings.var / "bench"
        address = settings.model_copy(update={"var": folder}).address
        readings = invented.readings(load_reader(settings.max_characters))
        with bar() as progress:
            task = progress.add_task("submissions", total=max(rows))
            for many in sorted(rows):
                run = queue.bench_queue(
                    address,
                    readings,
                    many,
                    folder,
                    progress=lambda stored: progress.update(task, completed=stored),
                )
                table = queue.write_queue(run, output or _results())
        typer.echo(table)


@app.command("reviewers")
def bench_reviewers(
    people: Annotated[int, typer.Option(min=1, help="Reviewers at once.")] = 20,
    seconds: Annotated[int, typer.Option(min=4)] = 60,
    pace: Annotated[
        float, typer.Option(min=0, help="Decisions of one a minute; 0: as fast as they can.")
    ] = 0,
    kill: Annotated[
        bool, typer.Option("--kill", help="Kill the service in the middle, and start it again.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
) -> None:
    """Let people decide while a model is trained, in a database of its own; count what was kept."""
    with told():
        from service.batch.loading import load_reader
        from service.bench import reviewers
        from service.bench import rows as invented

        settings = read_settings()
        folder = settings.var / "bench"
        run = reviewers.bench_reviewers(
            settings.model_copy(update={"var": folder}).address,
            invented.readings(load_reader(settings.max_characters)),
            reviewers.Plan(people, seconds, pace, kills=kill),
            folder,
        )
        typer.echo(reviewers.write_reviewers(run, output or _results()))
        if not run.is_clean:
            raise typer.Exit(REFUSED)


@app.command("kills")
def bench_kills(
    moments: Annotated[int, typer.Option(min=1, help="How often to kill.")] = 50,
    seed: Annotated[int, typer.Option(help="Draws the moments.")] = 1,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
) -> None:
    """Kill trainings and promotions at random moments; look whether the models stay whole."""
    with told():
        from service.bench import kills
        from service.clock import now

        folder = read_settings().var / "bench" / f"kills-{now():%H%M%S}"
        run = kills.bench_kills(folder, moments=moments, seed=seed)
        typer.echo(kills.write_kills(run, output or _results()))
        if not run.is_clean:
            raise typer.Exit(REFUSED)


def _results() -> Path:
    import evaluation

    return Path(evaluation.__path__[0]) / "results"
