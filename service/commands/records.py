"""``import``, ``export`` and ``withdraw``: what goes into the database, and out of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.batch.terminal import (
    bar,
    check_output,
    finish,
    models_in_use,
    open_database,
    read_settings,
    refuse,
    rows_from,
    say,
    say_models,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.interfaces import Reader
    from service.batch.inputs import AnyRow
    from service.settings import Settings

app = typer.Typer()


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
            reader = load_live_reader(settings, _said_of_models)
            say_models(reader.choice)
            _import_rows(settings, reader, source, rows, again=again)


def _said_of_models(event: str, detail: str) -> None:
    if event == "models changed":
        say(f"Models: change {detail} was made meanwhile; each row holds the versions that read it")
    else:
        say(f"Warning: {event}: {detail}")


def _import_rows(
    settings: Settings, reader: Reader, source: str, rows: Iterator[AnyRow], *, again: bool
) -> None:
    from service.batch.acts import note
    from service.batch.inputs import kind_of
    from service.batch.pace import Minutes
    from service.batch.whole_file import Named, fingerprint, last_row
    from service.db.tables import Source
    from service.intake.service import Received, Repeated, Sender, receive_rows
    from service.security.sealing import sealer_of

    received = refused = before = 0
    path = None if source == "-" else Path(source)
    total = last_row(path, kind_of(path)) if path else None
    named = Named(rows, fingerprint(path, sealer_of(settings))) if path else None
    with open_database(settings) as database, bar() as progress:
        task, minutes = progress.add_task("import", total=total), Minutes(total, say)
        sender = Sender(Source.CSV, account_name="command line", again=again)
        for row, result in receive_rows(database, reader, named or rows, sender):
            if isinstance(result, Received):
                received += 1
            elif isinstance(result, Repeated) and named is not None and not named.is_own:
                before += 1
            else:
                refused += 1
                why = (
                    f"its id was received before, as {result.public_id}; not kept again"
                    if isinstance(result, Repeated)
                    else "; ".join(one.english for one in result)
                )
                refuse(progress, row, why)
            progress.update(task, completed=row)
            if progress.disable:
                minutes.told(row)
    note(settings.address, "import", "submissions", received=received, refused=refused)
    say(f"{received} received{f', {before} were there from this very file' if before else ''}")
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
        reader = load_reader(settings.max_characters, models_in_use(settings))
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
