"""What an administrator does with versions: look, promote with a signature, go back."""

from __future__ import annotations

from sqlalchemy import select

from models.releases.store import KINDS, Choice, ReleaseStore, UnknownRelease
from models.train import settings as configuration
from nlp.errors import ModelDamaged, RetssporError
from service.db import audit
from service.db.engine import Database
from service.db.tables import Account, Role
from service.learning import judge, monitor, redactors
from service.settings import Settings


class NotAnAdministrator(RetssporError):
    """Only an administrator signs for a model."""

    def __init__(self) -> None:
        super().__init__("only an active administrator signs for a model; see `retsspor users`")


def signatory(database: Database, name: str) -> str:
    """The name, if it is that of an active administrator. Raises NotAnAdministrator."""
    with database.read() as session:
        account = session.scalar(select(Account).where(Account.name == name))
    if account is None or not account.active or account.role != Role.ADMINISTRATOR.value:
        raise NotAnAdministrator
    return account.name


def need_kind(kind: str) -> None:
    """Raises UnknownRelease for another word than the two kinds."""
    if kind not in KINDS:
        raise UnknownRelease(f"a model is a {' or a '.join(KINDS)}, not a {kind}")


def promote(database: Database, settings: Settings, kind: str, version: str, *, by: str) -> Choice:
    """Put a version that passed the gate to use, and sign for it in the audit trail.

    The line in the trail is written first: a version in use that nobody signed for cannot be.
    Raises NotGoodEnough, ModelDamaged or UnknownRelease, and changes nothing then.
    """
    store = ReleaseStore(settings.releases)
    store.check(kind, version)
    if kind == "classifier":
        judge.need_passed(store, version)
    else:
        redactors.need_passed(database, store, version)
    with database.write() as session:
        audit.record(
            session, actor=by, action="model.promote", subject=version,
            kind=kind, before=store.in_use().of(kind).version,
        )  # fmt: skip
    return store.promote(kind, version, by=by, why="passed the gate and was signed for")


def rollback(database: Database, settings: Settings, *, by: str) -> Choice:
    """Back to what was in use before. Raises NothingBefore."""
    store = ReleaseStore(settings.releases)
    choice = store.rollback(by=by, why="an administrator went back")
    with database.write() as session:
        audit.record(
            session, actor=by, action="model.rollback", subject=choice.classifier.version,
            redactor=choice.redactor.version,
        )  # fmt: skip
    return choice


def look(database: Database, settings: Settings) -> Choice | None:
    """Demote the model in use if it does worse than the one before; None when all is well."""
    alpha = configuration("learning")["false_alarm"]
    return monitor.demote_if_worse(database, ReleaseStore(settings.releases), alpha)


def listed(settings: Settings) -> list[tuple[str, str, str, str, str]]:
    """(kind, version, made, parent, state) of every version."""
    store = ReleaseStore(settings.releases)
    choice = store.in_use()
    rows = []
    for kind in KINDS:
        for version in store.versions(kind):
            try:
                manifest = store.check(kind, version)
                made, parent = manifest.created, manifest.parent or "shipped"
            except ModelDamaged:
                made, parent = "-", "-"
            rows.append((kind, version, made, parent, state_of(store, choice, kind, version)))
    return rows


def state_of(store: ReleaseStore, choice: Choice, kind: str, version: str) -> str:
    """In a few English words: in use, reads along, what the gate said, or damaged."""
    try:
        store.check(kind, version)
    except ModelDamaged:
        return "damaged"
    if choice.of(kind).version == version:
        return "in use"
    if kind == "classifier" and choice.beside is not None and choice.beside.version == version:
        return "reads along"
    found = judge.kept(store, version, choice.classifier.version) if kind == "classifier" else None
    return "not compared" if found is None else f"gate: {found.verdict.name.lower()}"


def damaged(settings: Settings) -> list[str]:
    """Every version that is not as it was made, with the reason."""
    store = ReleaseStore(settings.releases)
    found = []
    choice = store.in_use()
    for kind in KINDS:
        for version in store.versions(kind):
            one = choice.of(kind)
            try:
                sealed = one.manifest if one.version == version else ""
                store.check(kind, version, manifest=sealed)
            except ModelDamaged as error:
                found.append(f"{kind} {error}")
    return found
