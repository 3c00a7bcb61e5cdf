"""``bench`` and its parts about speed and size. Each writes its part beside those of before."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.batch.terminal import REFUSED, read_settings, say, told

if TYPE_CHECKING:
    from service.settings import Settings

app = typer.Typer()

Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
]
PublicData = Annotated[
    Path | None, typer.Option(help="Folder with the public data: adds the naive stack.")
]
Rounds = Annotated[int, typer.Option(min=1, help="The best or the middle of so many counts.")]


def everything(output: Path | None, public_data: Path | None, *, rounds: int, large: bool) -> None:
    """All parts in turn: a quarter of an hour on two cores, with ``large`` more than an hour."""
    from service.bench.scale import LARGE, LENGTHS

    speed(output, public_data, rounds)
    start(output, rounds)
    spread(output)
    clients(output)
    scale([*LENGTHS, LARGE] if large else list(LENGTHS), output)
    batch(200_000 if large else 5_000, output)


@app.command()
def speed(output: Output = None, public_data: PublicData = None, rounds: Rounds = 3) -> None:
    """Words a second beside what else one could have; cost against length and batch size."""
    with told():
        from service.bench.book import write_part
        from service.bench.speed import bench_speed, patient_models

        folder = _folder(read_settings())
        run = bench_speed(patient_models(), folder, public_data=public_data, rounds=rounds)
        typer.echo(write_part("speed", asdict(run), output or results()))


@app.command()
def start(output: Output = None, rounds: Rounds = 3) -> None:
    """How long a fresh process takes, and the memory of the service."""
    with told():
        from service.bench.book import write_part
        from service.bench.start import bench_start

        run = bench_start(_folder(read_settings()), rounds=rounds)
        typer.echo(write_part("start", asdict(run), output or results()))


@app.command()
def spread(output: Output = None) -> None:
    """One process, two, and a Dask cluster of two workers on this machine."""
    with told():
        from models.releases.pinned import pinned
        from models.releases.store import ReleaseStore
        from service.bench.book import write_part
        from service.bench.spread import bench_spread

        folder = _folder(read_settings())
        models = pinned(ReleaseStore(folder / "models"))  # nobody chose here: the shipped ones
        run = bench_spread(models, folder)
        typer.echo(write_part("spread", asdict(run), output or results()))


@app.command()
def clients(output: Output = None) -> None:
    """Letters of 200 words through HTTP, from four clients at once."""
    with told():
        from service.bench.book import write_part
        from service.bench.clients import bench_clients

        run = bench_clients(_folder(read_settings()))
        typer.echo(write_part("clients", asdict(run), output or results()))


@app.command()
def scale(
    rows: Annotated[list[int], typer.Argument(metavar="ROWS...", help="Lengths, rising.")],
    output: Output = None,
    what: Annotated[
        list[str] | None, typer.Option(help="intake, queue or report; repeatable. All if left out.")
    ] = None,
) -> None:
    """Intake, queue and report at lengths like 10000 100000 1000000, on SQLite and PostgreSQL."""
    with told():
        from service.batch.inputs import WrongUse
        from service.batch.loading import load_shipped_reader
        from service.bench.rows import readings
        from service.bench.scale import WHAT, bench_scale

        if unknown := set(what or ()) - set(WHAT):
            raise WrongUse(f"no part is called {', '.join(unknown)}: {', '.join(WHAT)}")
        settings = read_settings()
        typer.echo(
            bench_scale(
                readings(load_shipped_reader(settings.max_characters)),
                _folder(settings),
                output or results(),
                lengths=rows,
                what=what or WHAT,
                progress=say,
            )
        )


@app.command()
def batch(
    rows: Annotated[int, typer.Argument(min=200, metavar="ROWS")] = 5_000, output: Output = None
) -> None:
    """A file of so many rows as CSV and as Parquet through `tag`, killed in the middle."""
    with told():
        from service.batch.inputs import Kind
        from service.bench.batch import bench_batch, write_batch

        folder = _folder(read_settings())
        runs = [bench_batch(kind, folder, rows=rows) for kind in (Kind.CSV, Kind.PARQUET)]
        for run in runs:
            table = write_batch(run, output or results())
        typer.echo(table)
        if not all(run.is_clean for run in runs):
            raise typer.Exit(REFUSED)


@app.command()
def capacity(output: Output = None) -> None:
    """What a server carries and what ten million cost, calculated from what was measured."""
    with told():
        from service.bench.capacity import write_plan

        typer.echo(write_plan(output or results()))


def _folder(settings: Settings) -> Path:
    """Where a measurement may put its files."""
    return settings.var / "bench"


def results() -> Path:
    """Where figures go unless told otherwise."""
    import evaluation

    return Path(evaluation.__path__[0]) / "results"
