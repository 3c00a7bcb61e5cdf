"""The command line: thin wrappers that read options, call a plain function, say what happened.

Results go to standard output or a file, everything else to standard error. What a command needs is
imported inside it, so that ``--help`` answers at once. Exit codes: 0 done, 1 some input rows were
refused (listed by number, never quoted), 2 wrong use, 70 a fault of the program, 130 stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from nlp.errors import RetssporError
from nlp.types import Profile

if TYPE_CHECKING:
    from rich.progress import Progress
    from sqlalchemy.orm import Session

    from nlp.interfaces import Reader
    from service.batch.documents import Work
    from service.batch.inputs import AnyRow
    from service.batch.worker import Done
    from service.db.engine import Database
    from service.db.tables import Account
    from service.settings import Settings

REFUSED, WRONG_USE, FAULT, STOPPED = 1, 2, 70, 130

app = typer.Typer(
    name="retsspor",
    help="Turns what citizens write about municipal casework into trustworthy, anonymous figures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables: a citizen's text could be one
)
users_app = typer.Typer(
    help="Accounts: who may send, review and make reports.", no_args_is_help=True
)
db_app = typer.Typer(help="The database: bring up to date, back up, restore.", no_args_is_help=True)
models_app = typer.Typer(help="The models in use.", no_args_is_help=True)
app.add_typer(users_app, name="users")
app.add_typer(db_app, name="db")
app.add_typer(models_app, name="models")

Input = Annotated[str, typer.Argument(metavar="INPUT", help="A file, or - for standard input.")]
InputFile = Annotated[
    Path, typer.Argument(metavar="INPUT", help="A .jsonl, .csv or .parquet file.")
]


@app.callback()
def main() -> None:
    """Runs before every command."""
    from service.batch.quiet import quiet_warnings

    quiet_warnings()


# ── texts ────────────────────────────────────────────────────────────────────────────────────────
@app.command()
def redact(
    source: Input = "-",
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="OUT", help="Where to write JSON lines.")
    ] = "-",
    profile: Annotated[
        Profile, typer.Option(help="What is masked: for staff, or (stricter) for readers.")
    ] = Profile.STORAGE,
    spans: Annotated[
        bool, typer.Option("--spans", help="Where personal data stands in the original text.")
    ] = False,
) -> None:
    """Take personal data out of a text (-, .txt) or a file of texts (.jsonl, .csv, .parquet)."""
    with _told():
        from models.reader import load_redactor
        from service.batch.documents import finding, redacting

        _check_output(output, source, never=(".csv", ".parquet"))
        limit = _settings().max_characters
        rows = _rows(source, limit)
        redactor = load_redactor(limit=limit)
        work = finding(redactor, profile) if spans else redacting(redactor, profile)
        _finish(_write_rows(rows, work, output))


@app.command()
def tag(
    source: InputFile,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="OUT", help=".jsonl, .parquet or - for JSONL.")
    ],
    jobs: Annotated[int, typer.Option(metavar="N", help="Processes; -1 uses all processors.")] = -1,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler, as tcp://host:8786.")
    ] = None,
) -> None:
    """Redact a file, suggest labels with evidence, and cut excerpts, in the order of the input."""
    with _told():
        from service.batch.inputs import Kind, WrongUse, kind_of
        from service.batch.parts import total
        from service.batch.runner import tag_file

        kind = kind_of(source)
        if kind is Kind.TEXT:
            raise WrongUse("tag reads .jsonl, .csv or .parquet; for one text use `retsspor redact`")
        if jobs == 0 or jobs < -1:
            raise WrongUse("--jobs must be -1 or at least 1")
        _check_output(output, str(source), only=(".jsonl", ".parquet"))
        limit = _settings().max_characters
        results = tag_file(source, kind, limit=limit, jobs=jobs, dask=dask)
        _finish(_write_tagged(results, output, total(source, kind)))


@app.command(name="import")
def import_(
    source: Annotated[
        str, typer.Argument(metavar="INPUT", help="A .jsonl, .csv or .parquet file, or -.")
    ],
) -> None:
    """Take submissions into the database as the web service would: redacted, with suggestions."""
    with _told():
        from models.reader import load_reader
        from service.db.tables import Source
        from service.intake.service import Received, Sender, receive_rows

        settings = _settings()
        rows = _rows(source, settings.max_characters)
        reader = load_reader(limit=settings.max_characters)
        received = refused = 0
        with _database(settings) as database, _progress() as progress:
            task = progress.add_task("import", total=None)
            sender = Sender(Source.CSV, account_name="command line")
            for row, result in receive_rows(database, reader, rows, sender):
                if isinstance(result, Received):
                    received += 1
                else:
                    refused += 1
                    _refuse(progress, row, "; ".join(one.english for one in result))
                progress.update(task, advance=1)
        _say(f"{received} received")
        _finish(refused)


@app.command()
def export(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="OUT", help=".jsonl, .csv or .parquet.")
    ],
    text: Annotated[
        bool, typer.Option("--text", help="Also the redacted text, which is not for publication.")
    ] = False,
) -> None:
    """Write what is confirmed and counts: labels, area, municipality, excerpts."""
    with _told():
        from service.batch.export import exported, write_export

        _check_output(str(output), only=(".jsonl", ".csv", ".parquet"))
        with _database(_settings()) as database, database.read() as session:
            count = write_export(exported(session, with_text=text), output)
        _say(f"{count} confirmed submissions written")


# ── service ──────────────────────────────────────────────────────────────────────────────────────
@app.command()
def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="With invented submissions, in a database of their own.")
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
) -> None:
    """Start the web service."""
    with _told():
        from service.batch.inputs import WrongUse

        settings = _settings()
        if demo and settings.database_url is not None:
            raise WrongUse(
                "--demo keeps its own embedded database; take RETSSPOR_DATABASE_URL away"
            )
        _need_free(host, port)
        _say("Loading the models …")
        from models.reader import load_reader
        from service.app import create_app
        from service.server import serve as run

        if demo:
            settings = settings.model_copy(update={"var": settings.var / "demo"})
        reader = load_reader(limit=settings.max_characters)
        address = f"http://{host}:{port}"
        if demo:
            _prepare_demo(settings, reader, address)
        typer.echo(f"Retsspor answers on {address} (Ctrl-C stops it)")
        run(create_app(settings, reader), settings, host=host, port=port)


def _prepare_demo(settings: Settings, reader: Reader, address: str) -> None:
    from service.demo import prepare

    with _progress() as progress:
        task = progress.add_task("invented submissions", total=None)
        ways = prepare(
            settings, reader, progress=lambda count: progress.update(task, completed=count)
        )
    typer.echo("One-time sign-ins (each works once; start again for new ones):")
    for way in ways:
        typer.echo(f"  {way.role.value:16} {address}{way.path}")
        if way.api_token:
            typer.echo(f"  {'':16} API token: {way.api_token}")


@app.command()
def report(
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Counts up to this day.")],
    title: Annotated[str, typer.Option(help="The title on the report.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT", help=".html or .json.")
    ] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="All figures; such a report may not be published.")
    ] = False,
) -> None:
    """Make the dated report of what is confirmed; small numbers are hidden."""
    with _told():
        from service.reports.command import report_command

        text = report_command(
            _settings(), as_of=as_of.date(), title=title, output=output, internal=internal
        )
        if output is None:
            typer.echo(text)


# ── users ────────────────────────────────────────────────────────────────────────────────────────
@users_app.command("add")
def users_add(
    name: Annotated[str, typer.Argument(help="What the person or program signs in as.")],
    role: Annotated[
        str, typer.Option(help="indsender, sagsgennemgang, analytiker or administrator.")
    ],
    password: Annotated[
        bool, typer.Option("--password", help="Ask for a password; else sign-in is by links.")
    ] = False,
) -> None:
    """Make an account."""
    with _told():
        from service.batch.inputs import WrongUse
        from service.db.tables import Role
        from service.security.accounts import create

        if role not in list(Role):
            raise WrongUse(f"--role must be one of {', '.join(Role)}")
        if not 0 < len(name.strip()) <= 100:
            raise WrongUse("a name has 1 to 100 characters")
        secret = (
            typer.prompt("Password", hide_input=True, confirmation_prompt=True)
            if password
            else None
        )
        with _database(_settings()) as database, database.write() as session:
            if _account(session, name) is not None:
                raise WrongUse("there is an account of that name already")
            try:
                create(session, name, Role(role), password=secret)
            except ValueError as error:  # only says how long a password must be
                raise WrongUse(str(error)) from None
        _say(f"{name} may sign in. `retsspor users link {name}` makes a one-time link.")


@users_app.command("list")
def users_list() -> None:
    """Who has an account."""
    with _told():
        from sqlalchemy import select

        from service.db.tables import Account

        with _database(_settings()) as database, database.read() as session:
            for account in session.scalars(select(Account).order_by(Account.name)):
                state = "active" if account.active else "closed"
                typer.echo(f"{account.name}\t{account.role}\t{state}\t{account.created_at:%F}")


@users_app.command("link")
def users_link(
    name: str,
    address: Annotated[
        str, typer.Option(help="Where the service answers.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """Print a link that signs in once."""
    with _told():
        from service.security.accounts import one_time_link

        settings = _settings()
        with _database(settings) as database, database.write() as session:
            account = _need_account(session, name)
            secret = one_time_link(session, account, hours=settings.one_time_hours)
            _audit(session, "link", name)
        typer.echo(f"{address.rstrip('/')}/login/engang/{secret}")


@users_app.command("token")
def users_token(name: str) -> None:
    """Print an API token for a program. It is shown this once."""
    with _told():
        from service.security.accounts import api_token

        with _database(_settings()) as database, database.write() as session:
            secret = api_token(session, _need_account(session, name))
            _audit(session, "token", name)
        typer.echo(secret)


def _account(session: Session, name: str) -> Account | None:
    from sqlalchemy import select

    from service.db.tables import Account

    return session.scalar(select(Account).where(Account.name == name))


def _need_account(session: Session, name: str) -> Account:
    from service.batch.inputs import WrongUse

    account = _account(session, name)
    if account is None or not account.active:
        raise WrongUse("there is no active account of that name")
    return account


def _audit(session: Session, action: str, name: str) -> None:
    from service.db import audit

    audit.record(session, actor="command line", action=action, subject=name)


# ── database ─────────────────────────────────────────────────────────────────────────────────────
@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables to the newest layout."""
    with _told(), _database(_settings()):
        _say("The database is up to date.")


@db_app.command("backup")
def db_backup(output: Annotated[Path, typer.Argument(metavar="OUT")]) -> None:
    """Copy the database while it is in use."""
    with _told():
        from service.batch.backup import backup

        backup(_settings().address, output)
        _say(f"{output} written")


@db_app.command("restore")
def db_restore(
    source: Annotated[Path, typer.Argument(metavar="FILE")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the database that is there.")
    ] = False,
) -> None:
    """Put a backup in the place of the database. Stop the service first."""
    with _told():
        from service.batch.backup import restore

        settings = _settings()
        restore(settings.address, source, replace=replace)
        with _database(settings):
            _say("Restored, and brought up to date.")


# ── models ───────────────────────────────────────────────────────────────────────────────────────
@models_app.command("list")
def models_list() -> None:
    """The shipped models, after their files were found whole."""
    with _told():
        from models.manifest import verified
        from models.reader import SHIPPED

        for kind in ("redactor", "classifier"):
            manifest = verified(SHIPPED / kind, kind=kind)
            typer.echo(f"{kind}\t{manifest.version}\t{manifest.created}\t{manifest.command}")


@models_app.command("promote")
def models_promote() -> None:
    """Not here yet: releases come with issue 6."""
    _later("promote")


@models_app.command("rollback")
def models_rollback() -> None:
    """Not here yet: releases come with issue 6."""
    _later("rollback")


def _later(what: str) -> NoReturn:
    _say(f"Error: `models {what}` is not here yet: releases come with issue 6. Nothing was done.")
    raise typer.Exit(WRONG_USE)


@app.command()
def train(
    what: Annotated[str, typer.Argument(help="redactor, classifier or all.")] = "all",
    public_data: Annotated[
        Path | None,
        typer.Option(help="Folder with the public data; see training_data/DATASHEET.md."),
    ] = None,
) -> None:
    """Train the shipped models from the written examples."""
    with _told():
        from service.batch.inputs import WrongUse

        if what not in ("redactor", "classifier", "all"):
            raise WrongUse("train redactor, classifier or all")
        if public_data is not None and not public_data.is_dir():
            raise WrongUse(f"there is no folder {public_data}")
        from models.train import train_classifier, train_ner

        if what != "classifier":
            _say(f"redactor {train_ner(public=public_data, progress=_say).version}")
        if what != "redactor":
            _say(f"classifier {train_classifier(progress=_say).version}")


@app.command()
def bench(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Measure words a second of redact and tag beside bare spaCy tokenisation."""
    with _told():
        import evaluation
        from models.reader import load_reader
        from service.batch import bench as speed
        from service.demo import SUBMISSIONS

        reader = load_reader(limit=_settings().max_characters)
        result = speed.bench(reader, speed.texts_of(SUBMISSIONS), rounds=rounds)
        speed.write_bench(result, output or Path(evaluation.__path__[0]) / "results")
        typer.echo(speed.table(result))


# ── what all commands share ──────────────────────────────────────────────────────────────────────
@contextmanager
def _told() -> Iterator[None]:
    """Errors become one line and an exit code. An unforeseen one is named, never quoted."""
    try:
        yield
    except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
        raise
    except KeyboardInterrupt:
        _say("Stopped. What was finished is kept.")
        raise typer.Exit(STOPPED) from None
    except RetssporError as error:
        _say(f"Error: {error}")
        raise typer.Exit(WRONG_USE) from None
    except OSError as error:
        _say(f"Error: {error.strerror or type(error).__name__}: {error.filename or '?'}")
        raise typer.Exit(WRONG_USE) from None
    except Exception as error:
        from service.logs import places

        if type(error).__module__.startswith(("sqlalchemy", "sqlite3", "psycopg")):
            _say(f"Error: the database cannot be used ({type(error).__name__})")
            raise typer.Exit(WRONG_USE) from None
        _say(f"Internal error: {type(error).__name__} at {' '.join(places(error))}")
        raise typer.Exit(FAULT) from None


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _finish(refused: int) -> None:
    if refused:
        _say(f"{refused} row{'s' if refused > 1 else ''} refused")
        raise typer.Exit(REFUSED)


def _settings() -> Settings:
    from pydantic import ValidationError

    from service.batch.inputs import WrongUse
    from service.settings import Settings

    try:
        return Settings.from_environment()
    except ValidationError as error:
        told = [f"RETSSPOR_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors()]
        raise WrongUse("; ".join(told)) from None


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
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
def _progress(output: str = "") -> Iterator[Progress]:
    """A bar on standard error, where that is a terminal that the results do not go to."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    hidden = not console.is_terminal or (output == "-" and sys.stdout.isatty())
    with Progress(*columns, console=console, disable=hidden) as progress:
        yield progress


def _refuse(progress: Progress, row: int, why: str) -> None:
    """List a refused row, above the bar where there is one."""
    line = f"row {row}: {why}"
    if progress.disable:
        _say(line)
    else:
        progress.console.print(line, markup=False, highlight=False, soft_wrap=True)


def _rows(source: str, limit: int) -> Iterator[AnyRow]:
    from service.batch.inputs import kind_of, stream_rows
    from service.batch.parts import whole

    if source == "-":
        return stream_rows(sys.stdin.buffer, limit=limit)
    return whole(Path(source), kind_of(Path(source)), limit=limit)


def _check_output(
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


def _write_rows(rows: Iterator[AnyRow], work: Work, output: str) -> int:
    """Write what was read, list what was refused; returns how many were."""
    from service.batch.documents import outcomes
    from service.batch.outputs import writing

    refused = 0
    with writing(output) as write, _progress(output) as progress:
        task = progress.add_task("redact", total=None)
        for result in outcomes(rows, work):
            if isinstance(result, str):
                write([result])
            else:
                refused += 1
                _refuse(progress, result.row, result.why)
            progress.update(task, advance=1)
    return refused


def _write_tagged(results: Iterator[Done], output: str, total: int | None) -> int:
    """The same for parts that come from workers."""
    from service.batch.outputs import writing

    refused = 0
    with writing(output) as write, _progress(output) as progress:
        task = progress.add_task("tag", total=total)
        for done in results:
            write(done.lines)
            for row, why in done.refused:
                _refuse(progress, row, why)
            refused += len(done.refused)
            progress.update(task, completed=done.stop)
    return refused


def _need_free(host: str, port: int) -> None:
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
