"""What a decision is: pure values built from a person's choice and the suggestions they saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nlp.types import LABELS
from service.clock import now
from service.db.tables import (
    Action,
    Decision,
    Exclusion,
    Kind,
    Review,
    State,
    Submission,
    SuggestionRow,
)
from service.errors import BadFields, FieldProblem
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
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Label → where that passage stands; without it the first place with these words is taken."""
    seconds: int | None = None
    wants_second: bool = False
    """Ask for a second reader, who does not see this decision."""


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


def next_action(submission: Submission) -> Action:
    """What a decision would be, as the submission stands."""
    if submission.state == State.SECOND:
        return Action.SECOND
    return Action.ADJUDICATE if submission.state == State.DISPUTED else Action.DECIDE


def decided_review(
    submission: Submission, reviewer: Reviewer, choice: Choice, note: str, before: Review | None
) -> Review:
    """A review without its decisions yet. ``before`` is the review that stands."""
    exclusion = choice.exclusion or _first_exclusion(submission)
    seconds = choice.seconds
    if seconds is not None and not 0 <= seconds <= LONGEST_SECONDS:
        seconds = None
    return Review(
        submission_id=submission.id,
        revision=submission.revision + 1,
        action=next_action(submission),
        state=_state_after(next_action(submission), choice, exclusion, before),
        exclusion=exclusion,
        subtags=list(choice.subtags) if "andre" in choice.labels else [],
        note=note,
        reviewer_id=reviewer.account_id,
        decided_at=now(),
        seconds=seconds,
    )


def _state_after(
    action: Action, choice: Choice, exclusion: str | None, before: Review | None
) -> State:
    if action is Action.DECIDE:
        return State.SECOND if choice.wants_second else State.REVIEWED
    if action is Action.SECOND and before and not _agree(before, choice, exclusion):
        return State.DISPUTED
    return State.REVIEWED


def _agree(first: Review, choice: Choice, exclusion: str | None) -> bool:
    """True when two readings say the same: every label, and whether the submission counts."""
    labels = choice.labels if choice.exclusion is None else frozenset[str]()
    return first.exclusion == exclusion and labels == {d.label for d in first.decisions if d.value}


def kind_of(*, suggested: bool, value: bool, own_passage: bool, is_unseen: bool = False) -> Kind:
    """How a decision relates to its suggestion."""
    if is_unseen:
        return Kind.UNSEEN
    if value == suggested:
        return Kind.CORRECTED if value and own_passage else Kind.ACCEPTED
    return Kind.ADDED if value else Kind.REJECTED


def decisions(
    submission: Submission,
    review: Review,
    choice: Choice,
    chosen: Mapping[str, int],
    own: Iterable[str],
    *,
    is_unseen: bool = False,
) -> list[Decision]:
    """A decision for every label. ``own``: the labels whose passage this person chose."""
    own = set(own)
    return [
        _decision(
            submission,
            review,
            one,
            value=one.label in choice.labels,
            kind=kind_of(
                suggested=one.suggested,
                value=one.label in choice.labels,
                own_passage=one.label in own,
                is_unseen=is_unseen,
            ),
            excerpt_id=chosen.get(one.label),
        )
        for one in submission.suggestions
    ]


def _decision(
    submission: Submission,
    review: Review,
    suggestion: SuggestionRow,
    *,
    value: bool,
    kind: Kind,
    excerpt_id: int | None,
) -> Decision:
    return Decision(
        submission_id=submission.id,
        revision=review.revision,
        label=suggestion.label,
        value=value,
        kind=kind,
        score=suggestion.probability,
        threshold=suggestion.threshold,
        model_version=suggestion.classifier_version,
        text_sha256=submission.text_sha256,
        reviewer_id=review.reviewer_id,
        decided_at=review.decided_at,
        seconds=review.seconds,
        excerpt_id=excerpt_id if value else None,
    )


def repeated_review(
    submission: Submission, reviewer: Reviewer, before: Review | None, action: Action
) -> Review:
    """A review that says again what an earlier one said; without one, all is open again."""
    review = Review(
        submission_id=submission.id,
        revision=submission.revision + 1,
        action=action,
        state=before.state if before else State.NEW,
        exclusion=before.exclusion if before else _first_exclusion(submission),
        subtags=list(before.subtags) if before else [],
        note=before.note if before else "",
        reviewer_id=reviewer.account_id,
        decided_at=now(),
        seconds=None,
    )
    review.decisions = _copies(before.decisions if before else (), review, submission.text_sha256)
    return review


def _copies(decisions: Sequence[Decision], review: Review, text_sha256: str) -> list[Decision]:
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
            text_sha256=text_sha256,
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
