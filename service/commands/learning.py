"""``train`` and ``evaluate``: make models, and measure them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.batch.terminal import open_database, read_settings, say, told

if TYPE_CHECKING:
    from service.settings import Settings

app = typer.Typer()


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
    from models.releases.store import ReleaseStore
    from service.learning import redactors, work
    from service.learning.doubts import renew
    from service.learning.summary import summary
    from service.security.sealing import sealer_of

    if what != "classifier":
        say(str(redactors.train(settings, public=public_data, progress=say)))
    if what != "redactor":
        identifier = job or work.jobs_of(settings).new()
        result = work.train(settings, identifier, progress=say)
        for line in summary(ReleaseStore(settings.releases), result):
            say(line)
        with open_database(settings) as database:
            renew(database, settings.releases, sealer_of(settings))


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
