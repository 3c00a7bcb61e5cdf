"""``bench``: speed, scale and faults, measured on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.batch.terminal import REFUSED, bar, read_settings, say, told
from service.commands import benching

app = typer.Typer(help="Measure the program on this machine.")


app.add_typer(benching.app)


@app.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    output: benching.Output = None,
    public_data: benching.PublicData = None,
    rounds: benching.Rounds = 3,
    large: Annotated[
        bool, typer.Option("--large", help="Up to a million submissions: more than an hour.")
    ] = False,
) -> None:
    """Measure speed, start, spread, clients, scale and batch in turn; each is a command too."""
    if context.invoked_subcommand is None:
        benching.everything(output, public_data, rounds=rounds, large=large)


@app.command("queue")
def bench_queue(
    rows: Annotated[list[int], typer.Argument(metavar="ROWS...", help="Lengths, rising.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
) -> None:
    """Measure the queue page at lengths like 10000 100000 1000000, in a database of its own."""
    with told():
        from service.batch.loading import load_shipped_reader
        from service.bench import queue
        from service.bench import rows as invented

        settings = read_settings()
        folder = settings.var / "bench"
        address = settings.model_copy(update={"var": folder}).address
        readings = invented.readings(load_shipped_reader(settings.max_characters))
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
        from service.batch.loading import load_shipped_reader
        from service.bench import reviewers
        from service.bench import rows as invented

        settings = read_settings()
        folder = settings.var / "bench"
        run = reviewers.bench_reviewers(
            settings.model_copy(update={"var": folder}).address,
            invented.readings(load_shipped_reader(settings.max_characters)),
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


@app.command("faults")
def bench_faults(
    only: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS...", help="Only faults with such a name.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often each.")] = 2,
    seed: Annotated[int, typer.Option(min=0, help="Draws the moments.")] = 1,
    seconds: Annotated[float, typer.Option(min=1, help="How long a database stays away.")] = 60,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
) -> None:
    """Kill, freeze, fill and confuse everything while people work; look what is left. Half an hour.

    Disks and PostgreSQL need root; what cannot be run is named in the table.
    """
    with told():
        from service.bench import faults

        folder = read_settings().var.resolve() / "bench" / "faults"
        is_clean = True
        for outcome in faults.bench_faults(
            folder, rounds=rounds, seed=seed, seconds=seconds, only=only or (), progress=say
        ):
            table = faults.write_faults([outcome], output or _results())
            is_clean = is_clean and outcome.is_clean
            if not outcome.is_clean:
                say(f"  not clean: see {folder.name}")
        typer.echo(table)
        if not is_clean:
            raise typer.Exit(REFUSED)


@app.command("fuzz")
def bench_fuzz(
    inputs: Annotated[int, typer.Option(min=1_000, help="How many in all.")] = 1_000_000,
    seed: Annotated[int, typer.Option(help="Where the fuzzer begins.")] = 1,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
) -> None:
    """Feed a million hostile inputs to all that reads; look for crashes, leaks and slowness."""
    with told():
        from service.bench import fuzz
        from service.clock import now

        folder = read_settings().var / "bench" / f"fuzz-{now():%H%M%S}"
        run = fuzz.bench_fuzz(folder, inputs=inputs, seed=seed)
        typer.echo(fuzz.write_fuzz(run, output or _results()))
        if not run.is_clean:
            raise typer.Exit(REFUSED)


@app.command("disclosure")
def bench_disclosure(
    stories: Annotated[int, typer.Option(min=1, help="Invented stories.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Where the stories begin.")] = 20_260_501,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
) -> None:
    """Attack thousands of invented publications; compare with the usual way of hiding.

    A run that was stopped goes on where it was. Exit 1 when anything was found out.
    """
    with told():
        from service.bench import disclosure, disclosure_table
        from service.clock import now

        journal = read_settings().var / "bench"
        with bar() as progress:
            task = progress.add_task("stories", total=stories)
            outcomes = disclosure.measure(
                stories,
                journal,
                seed=seed,
                jobs=jobs,
                progress=lambda done: progress.update(task, completed=done),
            )
        result = disclosure.summary(outcomes, seed=seed, made=now().isoformat(timespec="seconds"))
        typer.echo(disclosure_table.write(result, output or _results()))
        if result["kinds"]["all"]["found"]:
            raise typer.Exit(REFUSED)


def _results() -> Path:
    import evaluation

    return Path(evaluation.__path__[0]) / "results"
