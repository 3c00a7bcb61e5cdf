"""``models``: versions, promotion, and the way back."""

from __future__ import annotations

from typing import Annotated

import typer

from service.batch.terminal import finish, models_in_use, open_database, read_settings, say, told

app = typer.Typer(help="The models in use.", no_args_is_help=True)

Name = Annotated[str, typer.Option("--by", metavar="NAME", help="The administrator who signs.")]
Kind = Annotated[str, typer.Option(help="classifier or redactor.")]


@app.command("list")
def models_list() -> None:
    """Every version: which is in use, which reads along, and what the gate said of it."""
    with told():
        from service.learning.releases import listed

        for row in listed(read_settings()):
            typer.echo("\t".join(row))


@app.command("verify")
def models_verify() -> None:
    """Look at every file of every version. Exit code 1 when one is not as it was made."""
    with told():
        from service.learning.releases import damaged

        broken = damaged(read_settings())
        for why in broken:
            say(f"Damaged: {why}")
        say(f"{len(broken)} damaged")
        finish(len(broken))


@app.command("promote")
def models_promote(
    version: Annotated[str, typer.Argument(help="As `retsspor models list` shows it.")],
    by: Name,
    kind: Kind = "classifier",
    reason: Annotated[
        str, typer.Option(help="Why a classifier shall be used that has hardly read along yet.")
    ] = "",
) -> None:
    """Put a version that passed the gate to use. Running services change over by themselves."""
    with told():
        from service.learning.releases import need_kind, promote, safe_reason, signatory

        settings = read_settings()
        need_kind(kind)
        if reason:
            from service.batch.loading import load_redactor

            models = models_in_use(settings)
            reason = safe_reason(load_redactor(settings.max_characters, models), reason)
        with open_database(settings) as database:
            account = signatory(database, by)
            choice = promote(database, settings, kind, version, by=account, reason=reason)
        say(f"In use: redactor {choice.redactor.version}, classifier {choice.classifier.version}")


@app.command("rollback")
def models_rollback(by: Name) -> None:
    """Back to what was in use before. Nothing is deleted."""
    with told():
        from service.learning.releases import rollback, signatory

        settings = read_settings()
        with open_database(settings) as database:
            choice = rollback(database, settings, by=signatory(database, by))
        say(f"In use: redactor {choice.redactor.version}, classifier {choice.classifier.version}")


@app.command("watch")
def models_watch() -> None:
    """Go back if the model in use does worse than the one before; the service does so itself."""
    with told():
        from service.learning.releases import look

        settings = read_settings()
        with open_database(settings) as database:
            after = look(database, settings)
        say("All is well" if after is None else f"Back to classifier {after.classifier.version}")
