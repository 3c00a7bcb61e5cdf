"""``db``: bring up to date, back up, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.batch.terminal import open_database, read_settings, say, told

app = typer.Typer(help="The database: bring up to date, back up, restore.", no_args_is_help=True)


@app.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables to the newest layout."""
    with told(), open_database(read_settings()):
        say("The database is up to date.")


@app.command("backup")
def db_backup(output: Annotated[Path, typer.Argument(metavar="OUT")]) -> None:
    """Copy the database while it is in use."""
    with told():
        from service.batch.acts import note, trail_end
        from service.batch.backup import backup

        address = read_settings().address
        backup(address, output)
        note(address, "backup", "database")
        say(f"{output} written; the audit trail ends at {trail_end(address)}")


@app.command("restore")
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
