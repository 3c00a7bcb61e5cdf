"""How commands talk: progress and refusals on standard error, errors as one line and an exit code.

Nothing here quotes what was read: rows are named by number, unforeseen errors by type and place.
Heavy modules are imported where they are used, so that ``retsspor --help`` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from nlp.errors import RetssporError
from service.errors import DatabaseAway

if TYPE_CHECKING:
    from rich.progress import Progress

    from models.releases.choice import Choice
    from models.releases.pinned import Pinned
    from service.batch.documents import Work
    from service.batch.inputs import AnyRow
    from service.batch.journal import Unfinished
    from service.batch.worker import Done
    from service.db.engine import Database
    from service.settings import Settings

REFUSED, WRONG_USE, FAULT, STOPPED = 1, 2, 70, 130
_ENDED = ("TerminatedWorkerError", "KilledWorker", "MemoryError")
"""What joblib, Dask and Python say when a worker is gone; by name, as importing them is heavy."""


@contextmanager
def told() -> Iterator[None]:
    """Errors become one line and an exit code. An unforeseen one is named, never quoted."""
    try:
        yield
    except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
        raise
    except KeyboardInterrupt:
        say("Stopped. What was finished is kept.")
        raise typer.Exit(STOPPED) from None
    except DatabaseAway as error:  # its own words are Danish, for pages
        say(f"Error: the database cannot be used; {error.english}")
        raise typer.Exit(WRONG_USE) from None
    except RetssporError as error:
        say(f"Error: {error}")
        raise typer.Exit(WRONG_USE) from None
    except OSError as error:
        say(f"Error: {error.strerror or type(error).__name__}: {error.filename or '?'}")
        raise typer.Exit(WRONG_USE) from None
    except Exception as error:
        from service.logs import places

        if type(error).__module__.startswith(("sqlalchemy", "sqlite3", "psycopg")):
            say(f"Error: the database cannot be used ({type(error).__name__})")
            raise typer.Exit(WRONG_USE) from None
        if type(error).__name__ in _ENDED:
            say(
                "Error: a worker process was ended, perhaps for want of memory; what is finished is"
            )
            say("kept, and the same command goes on from there (fewer --jobs take less memory)")
            raise typer.Exit(FAULT) from None
        say(f"Internal error: {type(error).__name__} at {' '.join(places(error))}")
        raise typer.Exit(FAULT) from None


def say(line: str) -> None:
    typer.echo(line, err=True)


def finish(refused: int) -> None:
    if refused:
        say(f"{refused} row{'s' if refused > 1 else ''} refused")
        raise typer.Exit(REFUSED)


def read_settings() -> Settings:
    from pydantic import ValidationError

    from service.batch.inputs import WrongUse
    from service.settings import Settings

    try:
        return Settings.from_environment()
    except ValidationError as error:
        named = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        told = [f"RETSSPOR_{name.upper()}: {why}" if name else why for name, why in named]
        raise WrongUse("; ".join(told)) from None


def models_in_use(settings: Settings) -> Pinned:
    """Which models a command reads with, to its end. Says which, unless they are the shipped."""
    from models.releases.pinned import pinned
    from models.releases.store import ReleaseStore

    models = pinned(ReleaseStore(settings.releases))
    if models.warning:
        say(f"Warning: {models.warning}")
    say_models(models.choice)
    return models


def say_models(choice: Choice) -> None:
    """Which versions read; nothing where there is no choice: the shipped ones, as always."""
    if not choice.is_shipped:
        say(f"Models: {choice.names}")


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database, brought to the newest layout."""
    from service.db.engine import Database
    from service.db.upgrade import upgrade

    database = Database(settings.address)
    try:
        upgrade(database)
        yield database
    finally:
        database.close()


@contextmanager
def bar(output: str = "") -> Iterator[Progress]:
    """A bar on standard error, where that is a terminal that the results do not go to."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    hidden = not console.is_terminal or (output == "-" and sys.stdout.isatty())
    with Progress(*columns, console=console, disable=hidden) as progress:
        yield progress


def refuse(progress: Progress, row: int, why: str) -> None:
    """List a refused row, above the bar where there is one."""
    line = f"row {row}: {why}"
    if progress.disable:
        say(line)
    else:
        progress.console.print(line, markup=False, highlight=False, soft_wrap=True)


def rows_from(source: str, limit: int) -> Iterator[AnyRow]:
    from service.batch.inputs import kind_of, stream_rows
    from service.batch.parts import whole

    if source == "-":
        return stream_rows(sys.stdin.buffer, limit=limit)
    return whole(Path(source), kind_of(Path(source)), limit=limit)


def check_output(
    output: str, source: str = "", *, only: tuple[str, ...] = (), never: tuple[str, ...] = ()
) -> None:
    """Raise WrongUse for a place that results cannot go to."""
    from service.batch.inputs import WrongUse

    if output == "-":
        return
    path = Path(output)
    suffix = path.suffix.lower()
    if (only and suffix not in only) or suffix in never:
        raise WrongUse(f"OUT must end in {' or '.join(only or ('.jsonl',))}")
    if not path.parent.is_dir():
        raise WrongUse(f"there is no folder {path.parent}")
    if source not in ("", "-") and path.exists() and path.samefile(source):
        raise WrongUse("OUT is the same file as INPUT")


def write_rows(rows: Iterator[AnyRow], work: Work, output: str) -> int:
    """Write what was read, list what was refused; returns how many were."""
    from service.batch.documents import outcomes
    from service.batch.outputs import writing

    refused = 0
    with writing(output) as write, bar(output) as progress:
        task = progress.add_task("redact", total=None)
        for result in outcomes(rows, work):
            if isinstance(result, str):
                write([result])
            else:
                refused += 1
                refuse(progress, result.row, result.why)
            progress.update(task, advance=1)
    return refused


def write_tagged(results: Iterator[Done], output: str, total: int | None) -> int:
    """The same for parts that come from workers."""
    from service.batch.outputs import writing

    refused = 0
    with writing(output) as write, bar(output) as progress:
        task = progress.add_task("tag", total=total)
        for done in results:
            write(done.lines)
            for row, why in done.refused:
                refuse(progress, row, why)
            refused += len(done.refused)
            progress.update(task, completed=done.stop)
    return refused


def keep_tagged(kept: Unfinished, results: Iterator[Done], target: Path, total: int | None) -> int:
    """The same into a file, part by part, so that a run that is broken off loses none."""
    from service.batch.outputs import stoppable
    from service.batch.pace import Minutes

    standing = kept.standing
    refused = len(standing.refused)
    with stoppable() as stop, bar() as progress:
        for row, why in standing.refused:
            refuse(progress, row, why)
        task = progress.add_task("tag", total=total, completed=standing.stop)
        minutes = Minutes(total, say, done=standing.stop)
        for done in results:
            with stop.held():
                kept.keep(done)
            for row, why in done.refused:
                refuse(progress, row, why)
            refused += len(done.refused)
            progress.update(task, completed=done.stop)
            if progress.disable:
                minutes.told(done.stop)
        with stop.held():
            kept.finish(target)
    return refused


def need_free(host: str, port: int) -> None:
    """Raise WrongUse when the port is taken, before a sign-in is handed out for it."""
    import socket

    from service.batch.inputs import WrongUse

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise WrongUse(f"cannot listen on {host}:{port} ({error.strerror})") from None
