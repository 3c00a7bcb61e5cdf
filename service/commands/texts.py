"""``redact`` and ``tag``: texts in, texts without personal data out. No database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.types import Profile
from service.batch.terminal import (
    check_output,
    finish,
    keep_tagged,
    models_in_use,
    read_settings,
    rows_from,
    told,
    write_rows,
    write_tagged,
)

app = typer.Typer()

Input = Annotated[str, typer.Argument(metavar="INPUT", help="A file, or - for standard input.")]
InputFile = Annotated[
    Path, typer.Argument(metavar="INPUT", help="A .jsonl, .csv or .parquet file.")
]


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
        settings = read_settings()
        limit = settings.max_characters
        rows = rows_from(source, limit)
        redactor = load_redactor(limit, models_in_use(settings))
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
    anew: Annotated[
        bool, typer.Option("--anew", help="Throw away what a run that was broken off left.")
    ] = False,
) -> None:
    """Redact a file, suggest labels with evidence, and cut excerpts, in the order of the input.

    After a break the same command goes on where it stopped.
    """
    with told():
        from functools import partial

        from service.batch.inputs import Kind, WrongUse, kind_of
        from service.batch.journal import unfinished, work_on
        from service.batch.parts import total
        from service.batch.runner import tag_file
        from service.security.sealing import sealer_of

        kind = kind_of(source)
        if kind is Kind.TEXT:
            raise WrongUse("tag reads .jsonl, .csv or .parquet; for one text use `retsspor redact`")
        if jobs == 0 or jobs < -1:
            raise WrongUse("--jobs must be -1 or at least 1")
        check_output(output, str(source), only=(".jsonl", ".parquet"))
        settings = read_settings()
        models, limit = models_in_use(settings), settings.max_characters
        tagged = partial(tag_file, source, kind, models, limit=limit, jobs=jobs, dask=dask)
        if output == "-":
            finish(write_tagged(tagged(), output, total(source, kind)))
            return
        work = work_on(source, kind, models, limit=limit, sealer=sealer_of(settings))
        with unfinished(Path(output), work, anew=anew) as kept:
            results = tagged(after=kept.standing.stop)
            refused = keep_tagged(kept, results, Path(output), total(source, kind))
        finish(refused)
