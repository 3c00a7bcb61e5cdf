"""``serve``: the web service, also with invented submissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.batch.terminal import bar, need_free, read_settings, say, told

if TYPE_CHECKING:
    from nlp.interfaces import Reader
    from service.settings import Settings

app = typer.Typer()


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
