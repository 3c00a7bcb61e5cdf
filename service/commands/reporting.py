"""``report``: the dated report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service.batch.terminal import read_settings, say, told

app = typer.Typer()


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
