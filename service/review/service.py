"""Decide on a submission, and undo. Both add a review; neither changes what was there.

Whoever decides says which revision they looked at. When another revision stands by then, nothing
is kept and AlreadyDecided tells so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.errors import BadText
from nlp.interfaces import Reader
from nlp.types import LABELS, Excerpt, RawText, Redacted
from service.clock import now
from service.db import audit
from service.db.engine import Database
from service.db.tables import (
    Action,
    Decision,
    ExcerptRow,
    Exclusion,
    Kind,
    Origin,
    Review,
    State,
    Submission,
    SuggestionRow,
)
from service.errors import AlreadyDecided, BadFields, FieldProblem, NotAllowed, NotHere
from service.review.repository import latest_review, redacted_of
from service.review.words import SUBTAGS

LONGEST_NOTE = 1_000
LONGEST_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided: the labels that apply, or why the submission does not count."""

    labels: frozenset[str]
    exclusion: Exclusion | None = None
    subtags: tuple[str, ...] = ()
    note: str = ""
    passages: Mapping[str, str] = field(default_factory=dict)
    """Label → a passage of the text that the person chose as its quotation."""
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides."""

    account_id: int
    name: str


def check(choice: Choice) -> None:
    """Raise BadFields for labels, sub-tags or notes that cannot be kept."""
    problems = []
    if not choice.labels <= set(LABELS) or not set(choice.passages) <= set(LABELS):
        problems.append(FieldProblem("labels", "unknown label", "Et mærke kendes ikke."))
    if not set(choice.subtags) <= set(SUBTAGS):
        problems.append(FieldProblem("subtags", "unknown sub-tag", "Et undermærke kendes ikke."))
    if len(choice.note) > LONGEST_NOTE:
        problems.append(
            FieldProblem("note", "too long", f"Noten er for lang (højst {LONGEST_NOTE} tegn).")
        )
    if problems:
        raise BadFields(problems)


def decide(
    database: Database,
    reader: Reader,
    public_id: str,
    choice: Choice,
    reviewer: Reviewer,
    *,
    revision: int,
) -> int:
    """Keep a decision for each label; returns the new revision."""
    check(choice)
    note = _safe_note(reader, choice.note)
    excerpts = _chosen_excerpts(database, reader, public_id, choice)
    with database.write() as session:
        submission = _locked(session, public_id, revision)
        before = latest_review(session, submission)
        review = _review(submission, reviewer, choice, note)
        session.add(review)
        if choice.exclusion is None:
            chosen = _kept_excerpts(before) | _add_excerpts(session, review, excerpts)
            review.decisions = _decisions(submission, review, choice, chosen, set(excerpts))
        _repeat_on_submission(submission, review)
        _audit(session, submission, review, reviewer)
    return review.revision


def undo(database: Database, public_id: str, reviewer: Reviewer, *, revision: int) -> int:
    """Put back what stood before one's own latest decision, as a new revision."""
    with database.write() as session:
        submission = _locked(session, public_id, revision)
        latest = latest_review(session, submission)
        if (
            not latest
            or latest.action != Action.DECIDE
            or latest.reviewer_id != reviewer.account_id
        ):
            raise NotAllowed("Du kan kun fortryde din egen seneste vurdering.")
        before = session.scalar(
            select(Review).where(
                Review.submission_id == submission.id, Review.revision == revision - 1
            )
        )
        review = _restored(submission, reviewer, before)
        session.add(review)
        _repeat_on_submission(submission, review)
        _audit(session, submission, review, reviewer)
    return review.revision


def _locked(session: Session, public_id: str, revision: int) -> Submission:
    """The submission, held until the transaction ends. Raises when it has moved on."""
    submission = session.scalar(
        select(Submission).where(Submission.public_id == public_id).with_for_update()
    )
    if submission is None:
        raise NotHere
    if submission.revision != revision:
        raise AlreadyDecided(submission.revision)
    return submission


def _safe_note(reader: Reader, note: str) -> str:
    """A note goes through redaction too: reviewers quote."""
    if not note.strip():
        return ""
    try:
        return reader.redact(RawText(note.strip())).text
    except BadText:
        problem = FieldProblem(
            "note", "unreadable", "Noten skal være på dansk og uden personoplysninger."
        )
    raise BadFields([problem])


def _chosen_excerpts(
    database: Database, reader: Reader, public_id: str, choice: Choice
) -> dict[str, Excerpt]:
    """The quotations a person chose. Raises BadFields for a passage that is not in the text."""
    wanted = {
        label: p.strip()
        for label, p in choice.passages.items()
        if label in choice.labels and p.strip()
    }
    if not wanted or choice.exclusion is not None:
        return {}
    with database.read() as session:
        submission = session.scalar(select(Submission).where(Submission.public_id == public_id))
        if submission is None:
            raise NotHere
        redacted = redacted_of(submission)
    return {label: _excerpt(reader, label, redacted, passage) for label, passage in wanted.items()}


def _excerpt(reader: Reader, label: str, redacted: Redacted, passage: str) -> Excerpt:
    """The anonymous quotation for a passage; refused when there is none."""
    start = redacted.text.find(passage)
    if start < 0:
        what = f"Uddraget for {label} står ikke ordret i teksten."
        raise BadFields([FieldProblem("passages", "not in the text", what)])
    excerpt = reader.excerpt(label, redacted, start, start + len(passage))
    if not excerpt.text:
        what = f"Uddraget for {label} kan ikke gengives anonymt. Vælg et andet sted."
        raise BadFields([FieldProblem("passages", "not anonymous", what)])
    return excerpt


def _kept_excerpts(before: Review | None) -> dict[str, int]:
    """Quotations that were chosen earlier and still stand."""
    decisions = before.decisions if before else []
    return {one.label: one.excerpt_id for one in decisions if one.excerpt_id is not None}


def _add_excerpts(
    session: Session, review: Review, excerpts: Mapping[str, Excerpt]
) -> dict[str, int]:
    rows = [
        ExcerptRow(
            submission_id=review.submission_id,
            label=label,
            text=excerpt.text,
            origin=Origin.REVIEWER,
            added_by=review.reviewer_id,
            added_at=review.decided_at,
        )
        for label, excerpt in excerpts.items()
    ]
    session.add_all(rows)
    session.flush()
    return {row.label: row.id for row in rows}


def _review(submission: Submission, reviewer: Reviewer, choice: Choice, note: str) -> Review:
    seconds = choice.seconds
    if seconds is not None and not 0 <= seconds <= LONGEST_SECONDS:
        seconds = None
    return Review(
        submission_id=submission.id,
        revision=submission.revision + 1,
        action=Action.DECIDE,
        state=State.REVIEWED,
        exclusion=choice.exclusion or _first_exclusion(submission),
        subtags=list(choice.subtags) if "andre" in choice.labels else [],
        note=note,
        reviewer_id=reviewer.account_id,
        decided_at=now(),
        seconds=seconds,
    )


def kind_of(*, suggested: bool, value: bool, own_passage: bool) -> Kind:
    """How a decision relates to its suggestion."""
    if value == suggested:
        return Kind.CORRECTED if value and own_passage else Kind.ACCEPTED
    return Kind.ADDED if value else Kind.REJECTED


def _decisions(
    submission: Submission,
    review: Review,
    choice: Choice,
    chosen: Mapping[str, int],
    own: Iterable[str],
) -> list[Decision]:
    return [
        _decision(
            submission, review, suggestion, suggestion.label in choice.labels, chosen, set(own)
        )
        for suggestion in submission.suggestions
    ]


def _decision(
    submission: Submission,
    review: Review,
    suggestion: SuggestionRow,
    value: bool,
    chosen: Mapping[str, int],
    own: set[str],
) -> Decision:
    label = suggestion.label
    return Decision(
        submission_id=submission.id,
        revision=review.revision,
        label=label,
        value=value,
        kind=kind_of(suggested=suggestion.suggested, value=value, own_passage=label in own),
        score=suggestion.probability,
        threshold=suggestion.threshold,
        model_version=suggestion.classifier_version,
        text_sha256=submission.text_sha256,
        reviewer_id=review.reviewer_id,
        decided_at=review.decided_at,
        seconds=review.seconds,
        excerpt_id=chosen.get(label) if value else None,
    )


def _restored(submission: Submission, reviewer: Reviewer, before: Review | None) -> Review:
    """A review that says again what an earlier one said; without one, all is open again."""
    review = Review(
        submission_id=submission.id,
        revision=submission.revision + 1,
        action=Action.UNDO,
        state=before.state if before else State.NEW,
        exclusion=before.exclusion if before else _first_exclusion(submission),
        subtags=list(before.subtags) if before else [],
        note=before.note if before else "",
        reviewer_id=reviewer.account_id,
        decided_at=now(),
        seconds=None,
    )
    review.decisions = _copies(before.decisions if before else (), review)
    return review


def _copies(decisions: Sequence[Decision], review: Review) -> list[Decision]:
    return [
        Decision(
            submission_id=one.submission_id,
            revision=review.revision,
            label=one.label,
            value=one.value,
            kind=one.kind,
            score=one.score,
            threshold=one.threshold,
            model_version=one.model_version,
            text_sha256=one.text_sha256,
            reviewer_id=review.reviewer_id,
            decided_at=review.decided_at,
            seconds=None,
            excerpt_id=one.excerpt_id,
        )
        for one in decisions
    ]


def _first_exclusion(submission: Submission) -> Exclusion | None:
    """What the sender called a test never counts, whatever labels are set."""
    return Exclusion.TEST if submission.is_test else None


def _repeat_on_submission(submission: Submission, review: Review) -> None:
    """What the queue needs to know without a join."""
    submission.revision = review.revision
    submission.state = review.state
    submission.exclusion = review.exclusion


def _audit(session: Session, submission: Submission, review: Review, reviewer: Reviewer) -> None:
    audit.record(
        session,
        actor=reviewer.name,
        action=str(review.action),
        subject=submission.public_id,
        revision=review.revision,
        labels=",".join(one.label for one in review.decisions if one.value),
        exclusion=str(review.exclusion) if review.exclusion else None,
    )
