"""``db``: bring up to date, back up, restore, try a restore, delete what is past its time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.batch.terminal import REFUSED, open_database, read_settings, say, told

if TYPE_CHECKING:
    from service.db.engine import Database
    from service.operations.after_restore import Since
    from service.settings import Settings

app = typer.Typer(
    help="The database: bring up to date, back up, restore, tidy.", no_args_is_help=True
)


@app.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables to the newest layout."""
    with told(), open_database(read_settings()):
        say("The database is up to date.")


@app.command("backup")
def db_backup(output: Annotated[Path, typer.Argument(metavar="OUT")]) -> None:
    """Copy the database while it is in use; OUT.json says what is in it."""
    with told():
        from service.batch.acts import note
        from service.batch.backup import backup

        address = read_settings().address
        made = backup(address, output)
        note(address, "backup", "database")
        say(f"{output} written; the audit trail ends at {made.facts.trail}")


@app.command("restore")
def db_restore(
    source: Annotated[Path, typer.Argument(metavar="FILE")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the database that is there.")
    ] = False,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Take a backup without its FILE.json too.")
    ] = False,
) -> None:
    """Put a backup in the place of the database. Stop the service first."""
    with told():
        from service.batch import manifest
        from service.batch.acts import note, trail_end
        from service.batch.backup import restore
        from service.operations.after_restore import since

        settings = read_settings()
        before = trail_end(settings.address)
        has_manifest = manifest.beside(source).is_file()
        known = since(settings.address, manifest.read(source) if has_manifest else None)
        restore(settings.address, source, replace=replace, unverified=unverified)
        with open_database(settings) as database:
            replaced = str(before) if before else None
            note(settings.address, "restore", "database", replaced=replaced)
            say("Restored, and brought up to date.")
            _delete_again(database, settings, known)


def _delete_again(database: Database, settings: Settings, known: Since) -> None:
    """A backup holds what was deleted since: it goes again."""
    from service.operations.after_restore import to_mask_again, withdraw_again
    from service.operations.tidy import tidy
    from service.security.sealing import sealer_of

    if withdrawn := withdraw_again(database, sealer_of(settings), known):
        say(f"{withdrawn} withdrawn since the backup, and now again")
    gone = tidy(database, settings, actor="command line")
    if gone is not None and gone.texts:
        say(f"{gone.texts} texts were past their time and are deleted again")
    for reference in to_mask_again(database, known):
        say(f"Personal words stand again in {reference}: take them out once more")


@app.command("drill")
def db_drill(
    scratch: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="An empty PostgreSQL database; else one is made and dropped."
        ),
    ] = "",
) -> None:
    """Try a restore: back up, restore elsewhere, compare. Exit code 1 when something differs."""
    with told():
        from service.operations.drill import drill

        done = drill(read_settings(), scratch=scratch)
        for line in done.lines():
            typer.echo(line)
        for difference in done.differences:
            say(f"Differs: {difference}")
        if done.differences:
            raise typer.Exit(REFUSED)
        say("What was backed up came back, row for row.")


@app.command("tidy")
def db_tidy(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be deleted.")
    ] = False,
) -> None:
    """Delete what is past its time, and overwrite it. The service does so once a day itself."""
    with told():
        from service.operations.tidy import tidy, would_go

        settings = read_settings()
        with open_database(settings) as database:
            if dry_run:
                gone = would_go(database, settings)
            else:
                done = tidy(database, settings, actor="command line")
                if done is None:
                    say("Another process is tidying; nothing was done.")
                    return
                gone = done
        would = "would be " if dry_run else ""
        typer.echo(f"{gone.texts} texts and {gone.excerpts} quotations {would}deleted")
        typer.echo(f"{gone.expired} sessions, links, claims, keys {would}deleted")
