"""The command line: thin wrappers that read options, call a plain function, say what happened.

Results go to standard output or a file, everything else to standard error. What a command needs is
imported inside it, so that ``--help`` answers at once. Exit codes: 0 done, 1 some input rows were
refused (listed by number, never quoted), 2 wrong use, 70 a fault of the program, 130 stopped.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp.types import Profile
from service.batch.terminal import (
    REFUSED,
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
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from nlp.interfaces import Reader
    from service.batch.inputs import AnyRow
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
bench_app = typer.Typer(help="Measure the program on this machine.")
app.add_typer(users_app, name="users")
app.add_typer(db_app, name="db")
app.add_typer(models_app, name="models")
audit_app = typer.Typer(help="The audit trail: who did what when.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
app.add_typer(bench_app, name="bench")

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
    again: Annotated[
        bool, typer.Option("--again", help="Also rows whose id was received before.")
    ] = False,
    decisions: Annotated[
        bool,
        typer.Option(
            "--decisions", help="The file holds decisions; .json is an export of Label Studio."
        ),
    ] = False,
    by: Annotated[
        str, typer.Option(metavar="NAME", help="Whose decisions these are: an account.")
    ] = "",
) -> None:
    """Take submissions in, redacted, with suggestions; or decisions that were made elsewhere."""
    with told():
        from service.batch.inputs import WrongUse
        from service.batch.loading import load_live_reader

        settings = read_settings()
        if decisions != bool(by):
            raise WrongUse("--decisions and --by belong together")
        if decisions:
            _import_decisions(settings, Path(source), by)
        else:
            rows = rows_from(source, settings.max_characters)
            reader = load_live_reader(settings, lambda event, detail: say(f"{event}: {detail}"))
            _import_rows(settings, reader, rows, again=again)


def _import_rows(
    settings: Settings, reader: Reader, rows: Iterator[AnyRow], *, again: bool
) -> None:
    from service.batch.acts import note
    from service.db.tables import Source
    from service.intake.service import Received, Repeated, Sender, receive_rows

    received = refused = 0
    with open_database(settings) as database, bar() as progress:
        task = progress.add_task("import", total=None)
        sender = Sender(Source.CSV, account_name="command line", again=again)
        for row, result in receive_rows(database, reader, rows, sender):
            if isinstance(result, Received):
                received += 1
            else:
                refused += 1
                why = (
                    f"its id was received before, as {result.public_id}; not kept again"
                    if isinstance(result, Repeated)
                    else "; ".join(one.english for one in result)
                )
                refuse(progress, row, why)
            progress.update(task, advance=1)
    note(settings.address, "import", "submissions", received=received, refused=refused)
    say(f"{received} received")
    finish(refused)


def _import_decisions(settings: Settings, source: Path, by: str) -> None:
    from collections import Counter

    from service.batch.loading import load_reader
    from service.exchange.commands import reviewer_of
    from service.exchange.files import records_of
    from service.exchange.take_in import Fate, take_in_all

    records = records_of(source, limit=settings.max_characters)
    fates: Counter[str] = Counter()
    with open_database(settings) as database, bar() as progress:
        with database.read() as session:
            reviewer = reviewer_of(session, by)
        reader = load_reader(settings.max_characters)
        task = progress.add_task("import", total=None)
        outcomes = take_in_all(
            database, reader, records, reviewer, blind_percent=settings.blind_percent
        )
        for row, outcome in outcomes:
            if isinstance(outcome, Fate):
                fates[outcome] += 1
            else:
                fates["refused"] += 1
                refuse(progress, row, "; ".join(one.english for one in outcome))
            progress.update(task, advance=1)
    say(
        f"{fates[Fate.DECIDED]} decided, {fates[Fate.UNCHANGED]} unchanged, "
        f"{fates[Fate.EMPTY]} without a decision"
    )
    finish(fates["refused"])


@app.command()
def export(
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help=".jsonl, .csv or .parquet; with --decisions also .json and .xml (Label Studio).",
        ),
    ],
    text: Annotated[
        bool, typer.Option("--text", help="Also the redacted text, which is not for publication.")
    ] = False,
    decisions: Annotated[
        bool,
        typer.Option(
            "--decisions", help="All that was decided, with text and notes: can be imported again."
        ),
    ] = False,
    waiting: Annotated[
        bool,
        typer.Option(
            "--waiting", help="With --decisions to .json: also what nobody has decided yet."
        ),
    ] = False,
) -> None:
    """Write what is confirmed and counts: labels, area, municipality, excerpts."""
    with told():
        from service.batch.inputs import WrongUse

        settings = read_settings()
        if waiting and not (decisions and output.suffix.lower() == ".json"):
            raise WrongUse("--waiting needs --decisions and an OUT that ends in .json")
        if decisions:
            _export_decisions(settings, output, waiting=waiting)
        else:
            _export_confirmed(settings, output, text=text)


def _export_confirmed(settings: Settings, output: Path, *, text: bool) -> None:
    from service.batch.acts import note
    from service.batch.export import exported, write_export

    check_output(str(output), only=(".jsonl", ".csv", ".parquet"))
    with open_database(settings) as database, database.read() as session:
        count = write_export(exported(session, with_text=text), output)
    note(settings.address, "export", output.suffix.lower(), rows=count, text=text)
    say(f"{count} confirmed submissions written")


def _export_decisions(settings: Settings, output: Path, *, waiting: bool) -> None:
    from service.batch.acts import note
    from service.exchange.commands import write_decisions, write_interface

    check_output(str(output), only=(".json", ".jsonl", ".csv", ".parquet", ".xml"))
    if output.suffix.lower() == ".xml":
        write_interface(output)
        say("The labelling interface for Label Studio is written")
        return
    with open_database(settings) as database:
        count = write_decisions(database, settings, output, waiting=waiting)
    note(settings.address, "export", "decisions", kind=output.suffix.lower(), rows=count)
    say(f"{count} submissions written")


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
        from service.batch.loading import load_live_reader
        from service.logs import told_models
        from service.server import serve as run

        if demo:
            settings = settings.model_copy(update={"var": settings.var / "demo"})
        reader = load_live_reader(settings, told_models)
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
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The report's date.")],
    title: Annotated[str, typer.Option(help="The title on the report.")],
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day received that counts."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; the report's date if left out."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT", help=".html, .pdf, .csv or .json."),
    ] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="All figures; such a report may not be published.")
    ] = False,
    publish: Annotated[
        bool, typer.Option("--publish/--preview", help="Publish for good, or only look.")
    ] = False,
    corrects: Annotated[
        str | None, typer.Option(metavar="REPORT", help="A new version of this published report.")
    ] = None,
    changes: Annotated[str, typer.Option(help="What the new version changes, in Danish.")] = "",
) -> None:
    """Make the dated report of what is confirmed; small numbers are hidden."""
    with told():
        from service.reports.command import report_command
        from service.reports.publish import Correction

        made = report_command(
            read_settings(),
            as_of=as_of.date(),
            title=title,
            first=first.date() if first else None,
            last=last.date() if last else None,
            output=output,
            internal=internal,
            publishing=publish,
            correction=Correction(corrects, changes) if corrects else None,
        )
        for note in made.notes:
            say(note)
        if output is None and not publish:
            typer.echo(made.body.decode())


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


@users_app.command("password")
def users_password(name: str) -> None:
    """Ask for a new password. Who was signed in with the old one is signed out."""
    with told():
        from service.batch.inputs import WrongUse
        from service.security.accounts import set_password

        secret = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        with open_database(read_settings()) as database, database.write() as session:
            try:
                set_password(session, _need_account(session, name), secret)
            except ValueError as error:  # only says how long a password must be
                raise WrongUse(str(error)) from None
            _audit(session, "password", name)
        say(f"{name} has a new password")


@users_app.command("sign-out")
def users_sign_out(name: str) -> None:
    """End every session of an account; its links and API tokens are worthless from now on."""
    with told():
        from service.security.accounts import take_back

        with open_database(read_settings()) as database, database.write() as session:
            take_back(session, _need_account(session, name))
            _audit(session, "sign out everywhere", name)
        say(f"{name} is signed out everywhere")


@users_app.command("unbind")
def users_unbind(name: str) -> None:
    """Forget whom an account belongs to at the sign-in provider; a new link can bind it again."""
    with told():
        from service.security.accounts import unbind

        with open_database(read_settings()) as database, database.write() as session:
            unbind(session, _need_account(session, name))
            _audit(session, "unbind", name)
        say(f"{name} is bound to nobody at the provider")


@users_app.command("close")
def users_close(name: str) -> None:
    """Close an account for good. What the person decided stays."""
    with told():
        from service.security.accounts import close

        with open_database(read_settings()) as database, database.write() as session:
            close(session, _need_account(session, name))
            _audit(session, "close account", name)
        say(f"{name} is closed")


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


# ── audit ────────────────────────────────────────────────────────────────────────────────────────
@audit_app.command("verify")
def audit_verify(
    heads: Annotated[
        list[str] | None,
        typer.Option(
            "--head", metavar="NUMBER:HASH", help="A head that was kept elsewhere; repeatable."
        ),
    ] = None,
) -> None:
    """Check that no line was changed, taken out, put in or moved; with --head also at the end."""
    with told():
        from service.batch.inputs import WrongUse
        from service.db import audit

        try:
            kept = [audit.Head.parse(one) for one in heads or ()]
        except ValueError as error:
            raise WrongUse(str(error)) from None
        with open_database(read_settings()) as database, database.read() as session:
            broken, end = audit.first_broken(session, kept), audit.head(session)
        if broken is not None:
            say(f"Broken at line {broken.number}: {broken.why}")
            raise typer.Exit(REFUSED)
        say(f"{end.number} lines are as they were written")
        typer.echo(end)


@audit_app.command("head")
def audit_head() -> None:
    """Print the end of the trail as NUMBER:HASH. Keep it where the database's keeper cannot go."""
    with told():
        from service.db import audit

        with open_database(read_settings()) as database, database.read() as session:
            typer.echo(audit.head(session))


@audit_app.command("list")
def audit_list(
    after: Annotated[
        int | None, typer.Option(min=0, metavar="NUMBER", help="Only later lines.")
    ] = None,
) -> None:
    """Print the trail as JSON lines: a copy to keep elsewhere, or to read."""
    with told():
        from service.db import audit

        with open_database(read_settings()) as database, database.read() as session:
            for line in audit.lines(session, after=after):
                typer.echo(line.as_json())


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
        from service.batch.acts import note, trail_end
        from service.batch.backup import backup

        address = read_settings().address
        backup(address, output)
        note(address, "backup", "database")
        say(f"{output} written; the audit trail ends at {trail_end(address)}")


@db_app.command("restore")
def db_restore(
    source: Annotated[Path, typer.Argument(metavar="FILE")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the database that is there.")
    ] = False,
) -> None:
    """Put a backup in the place of the database. Stop the service first."""
    with told():
        from service.batch.acts import note, trail_end
        from service.batch.backup import restore

        settings = read_settings()
        before = trail_end(settings.address)
        restore(settings.address, source, replace=replace)
        with open_database(settings):
            replaced = str(before) if before else None
            note(settings.address, "restore", "database", replaced=replaced)
            say("Restored, and brought up to date.")


# ── models ───────────────────────────────────────────────────────────────────────────────────────
Name = Annotated[str, typer.Option("--by", metavar="NAME", help="The administrator who signs.")]
Kind = Annotated[str, typer.Option(help="classifier or redactor.")]


@models_app.command("list")
def models_list() -> None:
    """Every version: which is in use, which reads along, and what the gate said of it."""
    with told():
        from service.learning.releases import listed

        for row in listed(read_settings()):
            typer.echo("\t".join(row))


@models_app.command("verify")
def models_verify() -> None:
    """Look at every file of every version. Exit code 1 when one is not as it was made."""
    with told():
        from service.learning.releases import damaged

        broken = damaged(read_settings())
        for why in broken:
            say(f"Damaged: {why}")
        say(f"{len(broken)} damaged")
        finish(len(broken))


@models_app.command("promote")
def models_promote(
    version: Annotated[str, typer.Argument(help="As `retsspor models list` shows it.")],
    by: Name,
    kind: Kind = "classifier",
) -> None:
    """Put a version that passed the gate to use. Running services change over by themselves."""
    with told():
        from service.learning.releases import need_kind, promote, signatory

        settings = read_settings()
        need_kind(kind)
        with open_database(settings) as database:
            account = signatory(database, by)
            choice = promote(database, settings, kind, version, by=account)
        say(f"In use: redactor {choice.redactor.version}, classifier {choice.classifier.version}")


@models_app.command("rollback")
def models_rollback(by: Name) -> None:
    """Back to what was in use before. Nothing is deleted."""
    with told():
        from service.learning.releases import rollback, signatory

        settings = read_settings()
        with open_database(settings) as database:
            choice = rollback(database, settings, by=signatory(database, by))
        say(f"In use: redactor {choice.redactor.version}, classifier {choice.classifier.version}")


@models_app.command("watch")
def models_watch() -> None:
    """Go back if the model in use does worse than the one before; the service does so itself."""
    with told():
        from service.learning.releases import look

        settings = read_settings()
        with open_database(settings) as database:
            after = look(database, settings)
        say("All is well" if after is None else f"Back to classifier {after.classifier.version}")


@app.command()
def withdraw(
    reference: Annotated[str, typer.Argument(help="The reference on the citizen's receipt.")],
) -> None:
    """Remove a submission for good. The next training is without it."""
    with told():
        from service.batch.inputs import WrongUse
        from service.errors import NotHere
        from service.learning.withdraw import withdraw as run
        from service.security.sealing import sealer_of

        settings = read_settings()
        with open_database(settings) as database:
            try:
                kept = run(database, sealer_of(settings), reference, actor="command line")
            except NotHere:
                raise WrongUse("no submission has this reference") from None
        say("Removed. What stays of it is this keyed hash, in the list of those withdrawn:")
        typer.echo(kept)


@app.command()
def train(
    what: Annotated[str, typer.Argument(help="redactor, classifier or all.")] = "all",
    public_data: Annotated[
        Path | None,
        typer.Option(help="Folder with the public data; see training_data/DATASHEET.md."),
    ] = None,
    confirmed: Annotated[
        bool,
        typer.Option("--confirmed", help="Also from what the staff confirmed, as a challenger."),
    ] = False,
    job: Annotated[
        str, typer.Option(metavar="ID", help="With --confirmed: which one the page began.")
    ] = "",
) -> None:
    """Train from the written examples; the shipped models, or with --confirmed a challenger."""
    with told():
        from service.batch.inputs import WrongUse

        if what not in ("redactor", "classifier", "all"):
            raise WrongUse("train redactor, classifier or all")
        if public_data is not None and not public_data.is_dir():
            raise WrongUse(f"there is no folder {public_data}")
        if confirmed:
            _train_confirmed(read_settings(), what, public_data, job)
            return
        from models.train import train_classifier, train_ner

        if what != "classifier":
            say(f"redactor {train_ner(public=public_data, progress=say).version}")
        if what != "redactor":
            say(f"classifier {train_classifier(progress=say).version}")


def _train_confirmed(settings: Settings, what: str, public_data: Path | None, job: str) -> None:
    from service.learning import redactors, work

    with open_database(settings):
        pass
    if what != "classifier":
        say(str(redactors.train(settings, public=public_data, progress=say)))
    if what != "redactor":
        say(str(work.train(settings, job or work.jobs_of(settings).new())))


@app.command()
def evaluate(
    parts: Annotated[
        list[str] | None,
        typer.Argument(help="redaction, labels, speed: all three when left out. Or learning."),
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
    """Measure redaction, labels and speed on the benchmark; writes JSON, Markdown and plots.

    «learning» simulates reading orders, wrong labels and challengers: a quarter of an hour.
    """
    with told():
        from evaluation.run import ASKED_FOR, PARTS, RESULTS
        from evaluation.run import evaluate as run
        from service.batch.inputs import WrongUse

        known = (*PARTS, *ASKED_FOR)
        if unknown := set(parts or ()) - set(known):
            raise WrongUse(f"no part is called {', '.join(sorted(unknown))}: {', '.join(known)}")
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


@bench_app.callback(invoke_without_command=True)
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


@bench_app.command("queue")
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


@bench_app.command("reviewers")
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


@bench_app.command("kills")
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


if __name__ == "__main__":
    app()
