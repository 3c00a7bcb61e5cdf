"""What an administrator does with versions: look, promote with a signature, go back."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import select

from models.releases.choice import KINDS, Choice
from models.releases.store import ReleaseStore, UnknownRelease
from models.train import settings as configuration
from nlp.errors import BadText, ModelDamaged, RetssporError
from nlp.types import RawText, Redacted
from service.db import audit
from service.db.engine import Database
from service.db.tables import Account, Role
from service.errors import BadFields, FieldProblem
from service.learning import judge, monitor, redactors
from service.learning.judge import NotGoodEnough
from service.settings import Settings

LONGEST_REASON = 300
_TOO_LONG = f"Begrundelsen er for lang (højst {LONGEST_REASON} tegn)."
_NOT_DANISH = "Begrundelsen skal være på dansk og uden personoplysninger."


class Redacts(Protocol):
    """A reader or a redactor: what takes personal data out of a few words."""

    def redact(self, raw: RawText, /) -> Redacted:
        """Without personal data. Raises BadText."""


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


class TooEarly(NotGoodEnough):
    """A challenger that has hardly read along yet, and nobody said why it shall be used now."""

    def __init__(self, version: str, texts: int, least: int) -> None:
        super().__init__(
            f"{version} read along on {texts} texts, and {least} are asked for; wait, or say why "
            "it shall be used now (--reason)"
        )
        self.texts = texts
        self.least = least


def safe_reason(redactor: Redacts, words: str) -> str:
    """Why a version shall be used now, as it may be kept. Raises BadFields."""
    words = words.strip()
    if not words:
        return ""
    if len(words) > LONGEST_REASON:
        raise BadFields([_reason(f"has more than {LONGEST_REASON} characters", _TOO_LONG)])
    try:
        return redactor.redact(RawText(words)).text
    except BadText:
        raise BadFields([_reason("cannot be read as Danish", _NOT_DANISH)]) from None


def _reason(english: str, danish: str) -> FieldProblem:
    return FieldProblem("reason", f"the reason {english}", danish)


def promote(
    database: Database,
    settings: Settings,
    kind: str,
    version: str,
    *,
    by: str,
    reason: str = "",
) -> Choice:
    """Put a version that passed the gate to use, and sign for it in the audit trail.

    ``reason``, redacted, says why a classifier shall be used that has not read along on as many
    texts as ``least_beside`` asks for. The line in the trail is written first: a version in use
    that nobody signed for cannot be. Raises TooEarly, NotGoodEnough, ModelDamaged or
    UnknownRelease, and changes nothing then.
    """
    store = ReleaseStore(settings.releases)
    store.check(kind, version)
    before = store.in_use()
    facts: dict[str, str | int] = {"reason": reason} if reason else {}
    if kind == "classifier":
        judge.need_passed(store, version)
        facts["beside"] = _need_trial(database, before, version, reason)
    else:
        redactors.need_passed(database, store, version)

    def sign(choice: Choice) -> None:
        if choice.number != before.number + 1:
            raise NotGoodEnough("another version was put to use meanwhile; look again")
        with database.write() as session:
            audit.record(
                session, actor=by, action="model.promote", subject=version,
                kind=kind, before=before.of(kind).version, number=choice.number, **facts,
            )  # fmt: skip

    why = "passed the gate and was signed for"
    return store.promote(kind, version, by=by, why=why, note=sign)


def _need_trial(database: Database, champion: Choice, version: str, reason: str) -> int:
    """On how many texts a challenger read along. Raises TooEarly or NotGoodEnough."""
    configured = configuration("learning")
    with database.read() as session:
        found = monitor.trial(
            session, champion.classifier.version, version, configured["false_alarm"]
        )
    if found.compared.alarm_at is not None:
        raise NotGoodEnough(f"{version} did worse than the model in use while it read along")
    if found.texts < configured["least_beside"] and not reason:
        raise TooEarly(version, found.texts, configured["least_beside"])
    return found.texts


def rollback(database: Database, settings: Settings, *, by: str) -> Choice:
    """Back to what was in use before; the line in the trail is written first. Raises NothingBefore.

    A line whose number a later line of a promotion, rollback or demotion repeats was broken off
    between the trail and the pointer: it says what somebody meant to do.
    """

    def note(choice: Choice) -> None:
        with database.write() as session:
            audit.record(
                session, actor=by, action="model.rollback", subject=choice.classifier.version,
                redactor=choice.redactor.version, number=choice.number,
            )  # fmt: skip

    return ReleaseStore(settings.releases).rollback(
        by=by, why="an administrator went back", note=note
    )


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
