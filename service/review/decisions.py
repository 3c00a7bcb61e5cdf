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


def decided_review(submission: Submission, reviewer: Reviewer, choice: Choice, note: str) -> Review:
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


def decisions(
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


def restored_review(submission: Submission, reviewer: Reviewer, before: Review | None) -> Review:
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
