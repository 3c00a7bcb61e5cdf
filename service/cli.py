"""The command line: thin wrappers that read options, call a plain function, say what happened.

Results go to standard output or a file, everything else to standard error. What a command needs is
imported inside it, so that ``--help`` answers at once. Exit codes: 0 done, 1 some input rows were
refused (listed by number, never quoted), 2 wrong use, 70 a fault of the program, 130 stopped.
"""

from __future__ import annotations

import typer

from service.commands import (
    accounts,
    audit,
    database,
    learning,
    measuring,
    models,
    records,
    reporting,
    serving,
    texts,
)

app = typer.Typer(
    name="retsspor",
    help="Turns what citizens write about municipal casework into trustworthy, anonymous figures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables: a citizen's text could be one
)
for commands in (texts, records, serving, reporting, learning):
    app.add_typer(commands.app)
for name, group in (
    ("users", accounts),
    ("db", database),
    ("models", models),
    ("audit", audit),
    ("bench", measuring),
):
    app.add_typer(group.app, name=name)


@app.callback()
def main() -> None:
    """Runs before every command."""
    from service.batch.quiet import quiet_warnings
    from service.dumps import no_dumps

    quiet_warnings()
    no_dumps()


if __name__ == "__main__":
    app()
