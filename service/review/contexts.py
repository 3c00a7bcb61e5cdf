"""What the review pages are given. Templates use these fields and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from nlp.types import LABELS
from service.db.tables import Review, State, Submission, SuggestionRow
from service.pages.highlight import Passage, mark
from service.pages.render import LABEL_NAMES
from service.review.counts import Counts
from service.review.decisions import Choice
from service.review.queue import ORDERS, STATES, Filters
from service.review.repository import redacted_of
from service.review.words import ACTIONS, EXCLUSIONS, KINDS, SUBTAGS, chance
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES


def _help(words: str) -> dict[str, str]:
    return {"help": words}


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A submission in the list."""

    public_id: str
    beginning: str
    area: str
    municipality: str
    received_at: datetime
    labels: tuple[tuple[int, str], ...]
    """Number and name of each suggested label."""
    is_unsure: bool
    is_reviewed: bool
    exclusion: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The list of submissions."""

    items: tuple[QueueItem, ...] = field(metadata=_help("Submissions of this page"))
    filters: Filters = field(metadata=_help("What was asked for"))
    here: str = field(metadata=_help("The filters as a query, carried into each submission"))
    more: str = field(metadata=_help("Query of the next page, or nothing"))
    orders: Mapping[str, str] = field(metadata=_help("Orders to choose from"))
    states: Mapping[str, str] = field(metadata=_help("States to choose from"))
    areas: tuple[str, ...] = field(metadata=_help("Areas to choose from"))
    municipalities: tuple[str, ...] = field(metadata=_help("Municipalities to choose from"))
    undo: UndoView | None = field(metadata=_help("The visitor's latest decision, if it stands"))


@dataclass(frozen=True, slots=True)
class UndoView:
    """A decision that the visitor can take back."""

    public_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class LabelView:
    """One of the six labels on the review page."""

    number: int
    label: str
    name: str
    chance: str
    is_unsure: bool
    is_suggested: bool
    is_checked: bool
    excerpts: tuple[str, ...]
    passage: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One review in words."""

    at: datetime
    who: str
    what: str
    labels: str
    note: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One submission with its suggestions, waiting for a person."""

    public_id: str = field(metadata=_help("Reference"))
    revision: int = field(metadata=_help("What the decision is about"))
    text: Markup = field(metadata=_help("Redacted text, evidence and placeholders marked"))
    area: str = field(metadata=_help("Area or nothing"))
    municipality: str = field(metadata=_help("Municipality or nothing"))
    received_at: datetime = field(metadata=_help("When it came in"))
    is_reviewed: bool = field(metadata=_help("Somebody decided already"))
    is_test: bool = field(metadata=_help("The sender called it a test"))
    model: str = field(metadata=_help("Version of the classifier"))
    labels: tuple[LabelView, ...] = field(metadata=_help("The six labels in order"))
    exclusion: str = field(metadata=_help("Why it does not count, or nothing"))
    exclusions: Mapping[str, str] = field(metadata=_help("Reasons to choose from"))
    subtags: tuple[tuple[str, bool], ...] = field(metadata=_help("Sub-tags of andre, checked?"))
    note: str = field(metadata=_help("The note that stands"))
    shown_at: int = field(metadata=_help("Unix time of this page, for the time spent on it"))
    here: str = field(metadata=_help("The queue's filters as a query"))
    following: str = field(metadata=_help("Address of the next submission, or of the queue"))
    undo: UndoView | None = field(metadata=_help("The visitor's latest decision, if it stands"))
    history: tuple[HistoryLine, ...] = field(metadata=_help("Earlier reviews, latest first"))
    twins: tuple[str, ...] = field(metadata=_help("Other submissions with the same text"))
    conflict: HistoryLine | None = field(metadata=_help("What another person decided meanwhile"))
    errors: tuple[str, ...] = field(metadata=_help("What was wrong with the form"))


@dataclass(frozen=True, slots=True)
class CountsPage:
    """Raw figures for staff."""

    counts: Counts = field(metadata=_help("Everything counted at this moment"))
    label_names: tuple[str, ...] = field(metadata=_help("The six labels in order"))


def queue_page(
    submissions: list[Submission], filters: Filters, *, is_full: bool, undo: UndoView | None
) -> QueuePage:
    """The list, ready to show."""
    more = filters.query(efter=submissions[-1].public_id) if is_full and submissions else ""
    return QueuePage(
        items=tuple(_item(one) for one in submissions),
        filters=filters,
        here=filters.query(),
        more=more,
        orders=ORDERS,
        states=STATES,
        areas=AREAS,
        municipalities=tuple(one.name for one in MUNICIPALITIES),
        undo=undo,
    )


def _item(one: Submission) -> QueueItem:
    suggested = [s for s in one.suggestions if s.suggested]
    return QueueItem(
        public_id=one.public_id,
        beginning=_beginning(one.text),
        area=one.area or "",
        municipality=one.municipality or "",
        received_at=one.received_at,
        labels=tuple((LABELS.index(s.label) + 1, LABEL_NAMES[s.label]) for s in suggested),
        is_unsure=any(not s.sure for s in one.suggestions),
        is_reviewed=one.state == State.REVIEWED,
        exclusion=EXCLUSIONS.get(one.exclusion or "", ""),
    )


def _beginning(text: str, most: int = 140) -> str:
    """The first words of a text, not cut within a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[:most].rsplit(" ", 1)[0] + " …"


def history_line(review: Review) -> HistoryLine:
    """A review in words."""
    changed = [one for one in review.decisions if one.value or one.kind == "rejected"]
    labels = ", ".join(f"{LABEL_NAMES[one.label]} ({KINDS[one.kind]})" for one in changed)
    excluded = EXCLUSIONS.get(review.exclusion or "", "")
    open_again = "" if review.state == State.REVIEWED else "åben igen"
    return HistoryLine(
        at=review.decided_at,
        who=review.reviewer.name,
        what=ACTIONS[review.action],
        labels="; ".join(filter(None, (excluded, labels, open_again))) or "ingen mærker",
        note=review.note,
    )


def label_views(
    submission: Submission, standing: Review | None, choice: Choice | None
) -> tuple[LabelView, ...]:
    """The six labels, checked as the person chose, as was decided, or as the model suggests."""
    checked = _checked(submission, standing, choice)
    passages = choice.passages if choice else {}
    return tuple(
        LabelView(
            number=LABELS.index(one.label) + 1,
            label=one.label,
            name=LABEL_NAMES[one.label],
            chance=chance(one),
            is_unsure=not one.sure,
            is_suggested=one.suggested,
            is_checked=one.label in checked,
            excerpts=_quotations(submission, standing, one.label),
            passage=passages.get(one.label, ""),
        )
        for one in submission.suggestions
    )


def _checked(submission: Submission, standing: Review | None, choice: Choice | None) -> set[str]:
    if choice is not None:
        return set(choice.labels)
    if standing is not None and standing.decisions:
        return {one.label for one in standing.decisions if one.value}
    return {one.label for one in submission.suggestions if one.suggested}


def _quotations(submission: Submission, standing: Review | None, label: str) -> tuple[str, ...]:
    """The quotation that a person chose, else those of the model."""
    decisions = standing.decisions if standing else []
    chosen = {one.excerpt_id for one in decisions if one.label == label and one.excerpt_id}
    rows = [one for one in submission.excerpts if one.label == label]
    own = tuple(one.text for one in rows if one.id in chosen)
    return own or tuple(one.text for one in rows if one.added_by is None)


def marked_text(submission: Submission) -> Markup:
    """The text with the evidence of suggested and of unsure labels marked."""
    redacted = redacted_of(submission)
    passages = [
        Passage(one["start"], one["end"], suggestion.label)
        for suggestion in _worth_showing(submission.suggestions)
        for one in suggestion.evidence
    ]
    return mark(redacted.text, redacted.entities, passages, redacted.possible)


def _worth_showing(suggestions: list[SuggestionRow]) -> list[SuggestionRow]:
    return [one for one in suggestions if one.suggested or not one.sure]


def subtag_views(standing: Review | None, choice: Choice | None) -> tuple[tuple[str, bool], ...]:
    """Every sub-tag, with whether it is set."""
    chosen = choice.subtags if choice else tuple(standing.subtags) if standing else ()
    return tuple((tag, tag in chosen) for tag in SUBTAGS)
