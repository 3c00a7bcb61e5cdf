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
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.sequential import Watch, worse
from models.releases.choice import Choice
from models.releases.store import ReleaseStore
from nlp.types import LABELS
from service.db import audit
from service.db.engine import Database
from service.db.tables import BesideRow, Decision, Kind, Submission, SuggestionRow

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


@dataclass(frozen=True, slots=True)
class Trial:
    """What a challenger said while it read along beside the model in use."""

    texts: int
    """That both have read."""
    compared: Watch
    """Of these, on those that a person decided on without suggestions: is the challenger worse?"""


def trial(session: Session, champion: str, challenger: str, alpha: float) -> Trial:
    """How a challenger did beside the champion, as far as it has read along with it."""
    pairs = _losses(session, champion, challenger)
    found = worse([theirs for _, theirs in pairs], [ours for ours, _ in pairs], alpha=alpha)
    return Trial(read_along(session, champion, challenger), found)


def read_along(session: Session, champion: str, challenger: str) -> int:
    """How many texts a challenger read along that were read with the champion."""
    query = (
        select(func.count(BesideRow.submission_id.distinct()))
        .join(Submission, Submission.id == BesideRow.submission_id)
        .where(
            BesideRow.classifier_version == challenger,
            Submission.classifier_version == champion,
        )
    )
    return session.scalar(query) or 0


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

    alarm, champion = found.watch.alarm_at, found.champion

    def note(after: Choice) -> None:
        with database.write() as session:
            audit.record(
                session, actor=_ACTOR, action="model.demote", subject=champion,
                to=after.classifier.version, texts=alarm, alpha=str(alpha),
                number=after.number,
            )  # fmt: skip

    return store.rollback(by=_ACTOR, why=why, expected=choice.number, note=note)


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
