"""``audit``: the audit trail."""

from __future__ import annotations

from typing import Annotated

import typer

from service.batch.terminal import REFUSED, open_database, read_settings, say, told

app = typer.Typer(help="The audit trail: who did what when.", no_args_is_help=True)


@app.command("verify")
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


@app.command("head")
def audit_head() -> None:
    """Print the end of the trail as NUMBER:HASH. Keep it where the database's keeper cannot go."""
    with told():
        from service.db import audit

        with open_database(read_settings()) as database, database.read() as session:
            typer.echo(audit.head(session))


@app.command("list")
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
