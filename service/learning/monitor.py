"""Watch the model in use on the blind share, and go back by itself when it is worse than before.

A classifier that was promoted is followed by the one that it replaced: both read every new
submission. On each text that a person decided on without suggestions their Brier losses are
compared, in the order of the decisions. ``evaluation.sequential`` says when the difference cannot
be chance; then the former version is put to use again, and the audit trail says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.sequential import Watch, worse
from models.releases.store import Choice, ReleaseStore
from nlp.types import LABELS
from service.db import audit
from service.db.engine import Database
from service.db.tables import BesideRow, Decision, Kind, SuggestionRow

_ACTOR = "overvågning"


@dataclass(frozen=True, slots=True)
class Watched:
    """How a model in use does beside the one that reads along."""

    champion: str
    former: str
    watch: Watch
    alpha: float


def watched(session: Session, choice: Choice, alpha: float) -> Watched | None:
    """What the test says of a choice; None where nothing reads along."""
    if choice.beside is None:
        return None
    champion, former = choice.classifier.version, choice.beside.version
    pairs = _losses(session, champion, former)
    watch = worse([one for one, _ in pairs], [other for _, other in pairs], alpha=alpha)
    return Watched(champion, former, watch, alpha)


def demote_if_worse(database: Database, store: ReleaseStore, alpha: float) -> Choice | None:
    """Go back when the alarm was raised; gives the new choice, or None when all is well.

    Several processes may do this at once: only the first one changes anything.
    """
    choice = store.in_use()
    if not _was_promoted(store, choice):
        return None
    with database.read() as session:
        found = watched(session, choice, alpha)
    if found is None or found.watch.alarm_at is None:
        return None
    why = f"loss above that of {found.former} after {found.watch.alarm_at} blind texts"
    after = store.rollback(by=_ACTOR, why=why, expected=choice.number)
    if after.number == choice.number + 1 and after.by == _ACTOR:
        with database.write() as session:
            audit.record(
                session, actor=_ACTOR, action="model.demote", subject=found.champion,
                to=after.classifier.version, texts=found.watch.alarm_at, alpha=str(alpha),
            )  # fmt: skip
    return after


def _was_promoted(store: ReleaseStore, choice: Choice) -> bool:
    """True when what reads along is what was in use before: not a challenger on trial."""
    before = store.before()
    return before is not None and before.classifier == choice.beside


def _losses(session: Session, champion: str, former: str) -> list[tuple[float, float]]:
    """Brier losses of both on every blind text that both had read, in the order of decisions."""
    truth = _truth(session)
    ours = _said(session, SuggestionRow, champion, truth)
    theirs = _said(session, BesideRow, former, truth)
    both = [one for one in truth if len(ours[one]) == len(theirs[one]) == len(LABELS)]
    return [(_brier(truth[one], ours[one]), _brier(truth[one], theirs[one])) for one in both]


def _truth(session: Session) -> dict[int, dict[str, bool]]:
    """Submission → label → what the first blind reader decided, in the order of decisions."""
    found: dict[int, dict[str, bool]] = {}
    query = (
        select(Decision.submission_id, Decision.label, Decision.value)
        .where(Decision.kind == Kind.UNSEEN.value)
        .order_by(Decision.id)
    )
    for submission, label, value in session.execute(query):
        found.setdefault(submission, {}).setdefault(label, value)
    return found


def _said(
    session: Session,
    table: type[SuggestionRow] | type[BesideRow],
    version: str,
    wanted: Mapping[int, object],
) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = defaultdict(dict)
    query = select(table.submission_id, table.label, table.probability).where(
        table.classifier_version == version
    )
    for submission, label, probability in session.execute(query):
        if submission in wanted:
            found[submission][label] = probability
    return found


def _brier(truth: Mapping[str, bool], said: Mapping[str, float]) -> float:
    return float(np.mean([(said[label] - truth[label]) ** 2 for label in LABELS]))
