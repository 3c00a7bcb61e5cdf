"""The command line: thin wrappers that read options, call a plain function, say what happened.

Results go to standard output or a file, everything else to standard error. What a command needs is
imported inside it, so that ``--help`` answers at once. Exit codes: 0 done, 1 some input rows were
refused (listed by number, never quoted), 2 wrong use, 70 a fault of the program, 130 stopped.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from nlp.types import Profile
from service.batch.terminal import (
    WRONG_USE,
    bar,
    check_output,
    finish,
    need_free,
    open_database,
    read_settings,
    refuse,
    rows_from,
    say,
    told,
    write_rows,
    write_tagged,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from nlp.interfaces import Reader
    from service.db.tables import Account
    from service.settings import Settings

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
    with told():
        from service.batch.documents import finding, redacting
        from service.batch.loading import load_redactor

        check_output(output, source, never=(".csv", ".parquet"))
        limit = read_settings().max_characters
        rows = rows_from(source, limit)
        redactor = load_redactor(limit)
        work = finding(redactor, profile) if spans else redacting(redactor, profile)
        finish(write_rows(rows, work, output))


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
    with told():
        from service.batch.inputs import Kind, WrongUse, kind_of
        from service.batch.parts import total
        from service.batch.runner import tag_file

        kind = kind_of(source)
        if kind is Kind.TEXT:
            raise WrongUse("tag reads .jsonl, .csv or .parquet; for one text use `retsspor redact`")
        if jobs == 0 or jobs < -1:
            raise WrongUse("--jobs must be -1 or at least 1")
        check_output(output, str(source), only=(".jsonl", ".parquet"))
        limit = read_settings().max_characters
        results = tag_file(source, kind, limit=limit, jobs=jobs, dask=dask)
        finish(write_tagged(results, output, total(source, kind)))


@app.command(name="import")
def import_(
    source: Annotated[
        str, typer.Argument(metavar="INPUT", help="A .jsonl, .csv or .parquet file, or -.")
    ],
) -> None:
    """Take submissions into the database as the web service would: redacted, with suggestions."""
    with told():
        from service.batch.loading import load_reader
        from service.db.tables import Source
        from service.intake.service import Received, Sender, receive_rows

        settings = read_settings()
        rows = rows_from(source, settings.max_characters)
        reader = load_reader(settings.max_characters)
        received = refused = 0
        with open_database(settings) as database, bar() as progress:
            task = progress.add_task("import", total=None)
            sender = Sender(Source.CSV, account_name="command line")
            for row, result in receive_rows(database, reader, rows, sender):
                if isinstance(result, Received):
                    received += 1
                else:
                    refused += 1
                    refuse(progress, row, "; ".join(one.english for one in result))
                progress.update(task, advance=1)
        say(f"{received} received")
        finish(refused)


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
    with told():
        from service.batch.export import exported, write_export

        check_output(str(output), only=(".jsonl", ".csv", ".parquet"))
        with open_database(read_settings()) as database, database.read() as session:
            count = write_export(exported(session, with_text=text), output)
        say(f"{count} confirmed submissions written")


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
    with told():
        from service.batch.inputs import WrongUse

        settings = read_settings()
        if demo and settings.database_url is not None:
            raise WrongUse(
                "--demo keeps its own embedded database; take RETSSPOR_DATABASE_URL away"
            )
        need_free(host, port)
        say("Loading the models …")
        from service.app import create_app
        from service.batch.loading import load_reader
        from service.server import serve as run

        if demo:
            settings = settings.model_copy(update={"var": settings.var / "demo"})
        reader = load_reader(settings.max_characters)
        address = f"http://{host}:{port}"
        if demo:
            _prepare_demo(settings, reader, address)
        typer.echo(f"Retsspor answers on {address} (Ctrl-C stops it)")
        run(create_app(settings, reader), settings, host=host, port=port)


def _prepare_demo(settings: Settings, reader: Reader, address: str) -> None:
    from service.demo import prepare

    with bar() as progress:
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
    with told():
        from service.reports.command import report_command

        text = report_command(
            read_settings(), as_of=as_of.date(), title=title, output=output, internal=internal
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
    with told():
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
        with open_database(read_settings()) as database, database.write() as session:
            if _account(session, name) is not None:
                raise WrongUse("there is an account of that name already")
            try:
                create(session, name, Role(role), password=secret)
            except ValueError as error:  # only says how long a password must be
                raise WrongUse(str(error)) from None
        say(f"{name} may sign in. `retsspor users link {name}` makes a one-time link.")


@users_app.command("list")
def users_list() -> None:
    """Who has an account."""
    with told():
        from sqlalchemy import select

        from service.db.tables import Account

        with open_database(read_settings()) as database, database.read() as session:
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
    with told():
        from service.security.accounts import one_time_link

        settings = read_settings()
        with open_database(settings) as database, database.write() as session:
            account = _need_account(session, name)
            secret = one_time_link(session, account, hours=settings.one_time_hours)
            _audit(session, "link", name)
        typer.echo(f"{address.rstrip('/')}/login/engang/{secret}")


@users_app.command("token")
def users_token(name: str) -> None:
    """Print an API token for a program. It is shown this once."""
    with told():
        from service.security.accounts import api_token

        with open_database(read_settings()) as database, database.write() as session:
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
    with told(), open_database(read_settings()):
        say("The database is up to date.")


@db_app.command("backup")
def db_backup(output: Annotated[Path, typer.Argument(metavar="OUT")]) -> None:
    """Copy the database while it is in use."""
    with told():
        from service.batch.backup import backup

        backup(read_settings().address, output)
        say(f"{output} written")


@db_app.command("restore")
def db_restore(
    source: Annotated[Path, typer.Argument(metavar="FILE")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the database that is there.")
    ] = False,
) -> None:
    """Put a backup in the place of the database. Stop the service first."""
    with told():
        from service.batch.backup import restore

        settings = read_settings()
        restore(settings.address, source, replace=replace)
        with open_database(settings):
            say("Restored, and brought up to date.")


# ── models ───────────────────────────────────────────────────────────────────────────────────────
@models_app.command("list")
def models_list() -> None:
    """The shipped models, after their files were found whole."""
    with told():
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
    say(f"Error: `models {what}` is not here yet: releases come with issue 6. Nothing was done.")
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
    with told():
        from service.batch.inputs import WrongUse

        if what not in ("redactor", "classifier", "all"):
            raise WrongUse("train redactor, classifier or all")
        if public_data is not None and not public_data.is_dir():
            raise WrongUse(f"there is no folder {public_data}")
        from models.train import train_classifier, train_ner

        if what != "classifier":
            say(f"redactor {train_ner(public=public_data, progress=say).version}")
        if what != "redactor":
            say(f"classifier {train_classifier(progress=say).version}")


@app.command()
def evaluate(
    parts: Annotated[
        list[str] | None, typer.Argument(help="redaction, labels, speed; all when left out.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
    public_data: Annotated[
        Path | None, typer.Option(help="Folder with the public data: adds the naive stack.")
    ] = None,
    encoder: Annotated[
        Path | None, typer.Option(help="A sentence-transformers model to compare with.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Also what takes many minutes.")] = False,
) -> None:
    """Measure redaction, labels and speed on the benchmark; writes JSON, Markdown and plots."""
    with told():
        from evaluation.run import PARTS, RESULTS
        from evaluation.run import evaluate as run
        from service.batch.inputs import WrongUse

        if unknown := set(parts or ()) - set(PARTS):
            raise WrongUse(f"no part is called {', '.join(sorted(unknown))}: {', '.join(PARTS)}")
        folder = output or RESULTS
        run(
            parts=parts or PARTS,
            output=folder,
            public_data=public_data,
            progress=say,
            full=full,
            encoder=encoder,
        )
        say(f"Written to {folder}")


@app.command()
def bench(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="evaluation/results.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Measure words a second of redact and tag beside bare spaCy tokenisation."""
    with told():
        import evaluation
        from service.batch import bench as speed
        from service.batch.loading import load_reader
        from service.demo import SUBMISSIONS

        reader = load_reader(read_settings().max_characters)
        result = speed.bench(reader, speed.texts_of(SUBMISSIONS), rounds=rounds)
        speed.write_bench(result, output or Path(evaluation.__path__[0]) / "results")
        typer.echo(speed.table(result))


if __name__ == "__main__":
    app()
