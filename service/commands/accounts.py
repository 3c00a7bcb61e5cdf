"""``users``: accounts, one-time links, tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.batch.terminal import open_database, read_settings, say, told

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.db.tables import Account

app = typer.Typer(help="Accounts: who may send, review and make reports.", no_args_is_help=True)


@app.command("add")
def users_add(
    name: Annotated[str, typer.Argument(help="What the person or program signs in as.")],
    role: Annotated[
        str, typer.Option(help="indsender, sagsgennemgang, analytiker or administrator.")
    ],
    password: Annotated[
        bool, typer.Option("--password", help="Ask for a password; else sign-in is by links.")
    ] = False,
) -> None:
    """Make an account."""
    with told():
        from service.batch.inputs import WrongUse
        from service.db.tables import Role
        from service.security.accounts import create

        if role not in list(Role):
            raise WrongUse(f"--role must be one of {', '.join(Role)}")
        if not 0 < len(name.strip()) <= 100:
            raise WrongUse("a name has 1 to 100 characters")
        secret = (
            typer.prompt("Password", hide_input=True, confirmation_prompt=True)
            if password
            else None
        )
        with open_database(read_settings()) as database, database.write() as session:
            if _account(session, name) is not None:
                raise WrongUse("there is an account of that name already")
            try:
                create(session, name, Role(role), password=secret)
            except ValueError as error:  # only says how long a password must be
                raise WrongUse(str(error)) from None
        say(f"{name} may sign in. `retsspor users link {name}` makes a one-time link.")


@app.command("list")
def users_list() -> None:
    """Who has an account."""
    with told():
        from sqlalchemy import select

        from service.db.tables import Account

        with open_database(read_settings()) as database, database.read() as session:
            for account in session.scalars(select(Account).order_by(Account.name)):
                state = "active" if account.active else "closed"
                typer.echo(f"{account.name}\t{account.role}\t{state}\t{account.created_at:%F}")


@app.command("link")
def users_link(
    name: str,
    address: Annotated[
        str, typer.Option(help="Where the service answers.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """Print a link that signs in once."""
    with told():
        from service.security.accounts import one_time_link

        settings = read_settings()
        with open_database(settings) as database, database.write() as session:
            account = _need_account(session, name)
            secret = one_time_link(session, account, hours=settings.one_time_hours)
            _audit(session, "link", name)
        typer.echo(f"{address.rstrip('/')}/login/engang/{secret}")


@app.command("token")
def users_token(name: str) -> None:
    """Print an API token for a program. It is shown this once."""
    with told():
        from service.security.accounts import api_token

        with open_database(read_settings()) as database, database.write() as session:
            secret = api_token(session, _need_account(session, name))
            _audit(session, "token", name)
        typer.echo(secret)


@app.command("password")
def users_password(name: str) -> None:
    """Ask for a new password. Who was signed in with the old one is signed out."""
    with told():
        from service.batch.inputs import WrongUse
        from service.security.accounts import set_password

        secret = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        with open_database(read_settings()) as database, database.write() as session:
            try:
                set_password(session, _need_account(session, name), secret)
            except ValueError as error:  # only says how long a password must be
                raise WrongUse(str(error)) from None
            _audit(session, "password", name)
        say(f"{name} has a new password")


@app.command("sign-out")
def users_sign_out(name: str) -> None:
    """End every session of an account; its links and API tokens are worthless from now on."""
    with told():
        from service.security.accounts import take_back

        with open_database(read_settings()) as database, database.write() as session:
            take_back(session, _need_account(session, name))
            _audit(session, "sign out everywhere", name)
        say(f"{name} is signed out everywhere")


@app.command("unbind")
def users_unbind(name: str) -> None:
    """Forget whom an account belongs to at the sign-in provider; a new link can bind it again."""
    with told():
        from service.security.accounts import unbind

        with open_database(read_settings()) as database, database.write() as session:
            unbind(session, _need_account(session, name))
            _audit(session, "unbind", name)
        say(f"{name} is bound to nobody at the provider")


@app.command("close")
def users_close(name: str) -> None:
    """Close an account for good. What the person decided stays."""
    with told():
        from service.security.accounts import close

        with open_database(read_settings()) as database, database.write() as session:
            close(session, _need_account(session, name))
            _audit(session, "close account", name)
        say(f"{name} is closed")


def _account(session: Session, name: str) -> Account | None:
    from sqlalchemy import select

    from service.db.tables import Account

    return session.scalar(select(Account).where(Account.name == name))


def _need_account(session: Session, name: str) -> Account:
    from service.batch.inputs import WrongUse

    account = _account(session, name)
    if account is None or not account.active:
        raise WrongUse("there is no active account of that name")
    return account


def _audit(session: Session, action: str, name: str) -> None:
    from service.db import audit

    audit.record(session, actor="command line", action=action, subject=name)
