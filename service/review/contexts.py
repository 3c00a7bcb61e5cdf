"""What the review pages are given. Templates use these fields and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from nlp.types import LABELS
from service.db.tables import Action, Claim, Review, State, Submission, SuggestionRow
from service.pages.highlight import Passage, mark
from service.pages.render import LABEL_NAMES, danish_decimal
from service.review.agreement import FEWEST, Agreement, LabelAgreement
from service.review.blind import is_blind
from service.review.counts import Counts
from service.review.decisions import Choice
from service.review.masking import Personal, persons
from service.review.personal import evidence_of
from service.review.queue import ORDERS, STATES, Filters
from service.review.repository import redacted_of
from service.review.words import (
    ACTIONS,
    EXCLUSIONS,
    KINDS,
    SUBTAGS,
    TYPES,
    beginning,
    chance,
)
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
    is_doubtful: bool
    is_blind: bool
    is_open: bool
    """Waits for a decision, and nobody reads it: a button takes it."""
    state: str
    held_by: str
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
    again: int = field(metadata=_help("How many decided submissions are worth a second look"))


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
    is_withdrawn: bool
    """A quotation is gone because its words were personal."""
    passage: str
    dispute: str
    """What each of two readers said, where they differ."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One review in words."""

    at: datetime
    who: str
    what: str
    labels: str
    note: str


@dataclass(frozen=True, slots=True, repr=False)
class PersonalView:
    """The part of the page that takes personal words out. ``words`` only as they were typed."""

    words: str
    chosen: str
    types: tuple[tuple[str, str], ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One submission with its suggestions, waiting for a person."""

    public_id: str = field(metadata=_help("Reference"))
    revision: int = field(metadata=_help("What the decision is about"))
    text: Markup = field(metadata=_help("Redacted text, evidence and placeholders marked"))
    deleted_at: datetime | None = field(metadata=_help("When the text was deleted, if it was"))
    area: str = field(metadata=_help("Area or nothing"))
    municipality: str = field(metadata=_help("Municipality or nothing"))
    received_at: datetime = field(metadata=_help("When it came in"))
    status: str = field(metadata=_help("Where it stands, in words, or nothing when it is new"))
    is_mine: bool = field(metadata=_help("The visitor may decide: it is claimed, or was typed in"))
    may_take: bool = field(metadata=_help("The visitor may claim it"))
    held_by: str = field(metadata=_help("Who else reads it now, or nothing"))
    is_blind: bool = field(metadata=_help("To be read without suggestions"))
    may_ask: bool = field(metadata=_help("A second reader can be asked for"))
    wants_second: bool = field(metadata=_help("A second reader is asked for"))
    personal: PersonalView = field(metadata=_help("To take personal words out"))
    is_test: bool = field(metadata=_help("The sender called it a test"))
    model: str = field(metadata=_help("Version of the classifier"))
    labels: tuple[LabelView, ...] = field(metadata=_help("The six labels in order"))
    exclusion: str = field(metadata=_help("Why it does not count, or nothing"))
    exclusions: Mapping[str, str] = field(metadata=_help("Reasons to choose from"))
    subtags: tuple[tuple[str, bool], ...] = field(metadata=_help("Sub-tags of andre, checked?"))
    note: str = field(metadata=_help("The note that stands"))
    shown_at: int = field(metadata=_help("Unix time of this page, for the time spent on it"))
    here: str = field(metadata=_help("The queue's filters as a query"))
    undo: UndoView | None = field(metadata=_help("The visitor's latest decision, if it stands"))
    history: tuple[HistoryLine, ...] = field(metadata=_help("Earlier reviews, latest first"))
    twins: tuple[str, ...] = field(metadata=_help("Other submissions with the same text"))
    conflict: HistoryLine | None = field(metadata=_help("What another person decided meanwhile"))
    is_lost: bool = field(metadata=_help("What was typed is not kept: another reads it now"))
    errors: tuple[str, ...] = field(metadata=_help("What was wrong with the form"))
    done: str = field(metadata=_help("What has just been done"))
    done_twins: tuple[str, ...] = field(metadata=_help("Where else the same must be done"))


@dataclass(frozen=True, slots=True)
class CountsPage:
    """Raw figures for staff."""

    counts: Counts = field(metadata=_help("Everything counted at this moment"))
    label_names: tuple[str, ...] = field(metadata=_help("The six labels in order"))


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """How well two readers agree."""

    agreement: Agreement = field(metadata=_help("Figures of this moment"))
    rows: tuple[AgreementRow, ...] = field(metadata=_help("The six labels in words"))
    fewest: int = field(metadata=_help("Below this many, no figure is given"))


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One label in words."""

    name: str
    both: int
    one: int
    alpha: str
    interval: str
    verdict: str


def agreement_page(found: Agreement) -> AgreementPage:
    """The figures in words."""
    rows = tuple(_agreement_row(one, is_enough=found.is_enough) for one in found.labels)
    return AgreementPage(found, rows, FEWEST)


def _agreement_row(one: LabelAgreement, *, is_enough: bool) -> AgreementRow:
    name = LABEL_NAMES[one.label]
    if one.alpha is None:
        verdict = "altid samme svar" if is_enough else "for få"
        return AgreementRow(name, one.both, one.one, "–", "–", verdict)
    low, high = danish_decimal(one.alpha.low), danish_decimal(one.alpha.high)
    verdict = next(words for floor, words in _VERDICTS if one.alpha.low >= floor)
    return AgreementRow(
        name, one.both, one.one, danish_decimal(one.alpha.value), f"{low} til {high}", verdict
    )


_VERDICTS = ((0.8, "pålidelig"), (0.667, "kan bruges med forbehold"), (-2.0, "ikke sikker nok"))
"""Krippendorff's own bounds, held against the lower end of the interval."""


def queue_page(
    submissions: list[Submission],
    filters: Filters,
    *,
    held: Mapping[int, Claim],
    blind_percent: int,
    is_full: bool,
    undo: UndoView | None,
    again: int,
) -> QueuePage:
    """The list, ready to show."""
    more = filters.query(efter=submissions[-1].public_id) if is_full and submissions else ""
    return QueuePage(
        items=tuple(_item(one, held.get(one.id), blind_percent) for one in submissions),
        filters=filters,
        here=filters.query(),
        more=more,
        orders=ORDERS,
        states=STATES,
        areas=AREAS,
        municipalities=tuple(one.name for one in MUNICIPALITIES),
        undo=undo,
        again=again,
    )


def _item(one: Submission, claim: Claim | None, blind_percent: int) -> QueueItem:
    hides = is_blind(one, blind_percent)
    suggested = [s for s in one.suggestions if s.suggested and not hides]
    return QueueItem(
        public_id=one.public_id,
        beginning=DELETED if one.text_deleted_at else beginning(one.text),
        area=one.area or "",
        municipality=one.municipality or "",
        received_at=one.received_at,
        labels=tuple((LABELS.index(s.label) + 1, LABEL_NAMES[s.label]) for s in suggested),
        is_unsure=not hides and any(not s.sure for s in one.suggestions),
        is_doubtful=bool(one.possible),
        is_blind=hides,
        is_open=claim is None and one.state != State.REVIEWED,
        state=STANDING[one.state],
        held_by=claim.account.name if claim else "",
        exclusion=EXCLUSIONS.get(one.exclusion or "", ""),
    )


DELETED = "Teksten er slettet"


STANDING = {
    State.NEW.value: "",
    State.SECOND.value: "Venter på anden læsning",
    State.DISPUTED.value: "Uenige læsninger",
    State.REVIEWED.value: "Vurderet",
}


def history_line(review: Review, *, hides: bool = False) -> HistoryLine:
    """A review in words; for a second reader without what was decided."""
    is_said = not hides and review.action != Action.MASK
    return HistoryLine(
        at=review.decided_at,
        who=review.reviewer.name,
        what=ACTIONS[review.action],
        labels=_decided(review) if is_said else "",
        note=review.note if is_said else "",
    )


def _decided(review: Review) -> str:
    changed = [one for one in review.decisions if one.value or one.kind == "rejected"]
    parts = (
        EXCLUSIONS.get(review.exclusion or "", ""),
        ", ".join(f"{LABEL_NAMES[one.label]} ({KINDS[one.kind]})" for one in changed),
        _OPENED.get(review.state, ""),
    )
    return "; ".join(filter(None, parts)) or "ingen mærker"


_OPENED = {
    State.NEW.value: "åben igen",
    State.SECOND.value: "anden læsning ønsket",
    State.DISPUTED.value: "uenig med den første",
}


def label_views(
    submission: Submission,
    standing: Review | None,
    choice: Choice | None,
    *,
    hides: bool = False,
    readings: tuple[Review, ...] = (),
) -> tuple[LabelView, ...]:
    """The six labels, checked as the person chose, as was decided, or as the model suggests.

    ``hides``: a blind reading, nothing of the model shows. ``readings``: two that differ.
    """
    checked = set() if hides and choice is None else _checked(submission, standing, choice)
    passages = choice.passages if choice else {}
    shown = {
        one.label: () if hides else _quotations(submission, standing, one.label)
        for one in submission.suggestions
    }
    withdrawn = {one.label for one in submission.excerpts if one.withdrawn_at is not None}
    return tuple(
        LabelView(
            number=LABELS.index(one.label) + 1,
            label=one.label,
            name=LABEL_NAMES[one.label],
            chance="" if hides else chance(one),
            is_unsure=not hides and not one.sure,
            is_suggested=not hides and one.suggested,
            is_checked=one.label in checked,
            excerpts=shown[one.label],
            is_withdrawn=not hides and not shown[one.label] and one.label in withdrawn,
            passage=passages.get(one.label, ""),
            dispute=_dispute(readings, one.label),
        )
        for one in submission.suggestions
    )


def _checked(submission: Submission, standing: Review | None, choice: Choice | None) -> set[str]:
    if choice is not None:
        return set(choice.labels)
    if standing is not None and standing.decisions:
        return {one.label for one in standing.decisions if one.value}
    return {one.label for one in submission.suggestions if one.suggested}


def _dispute(readings: tuple[Review, ...], label: str) -> str:
    said = [
        (review.reviewer.name, any(d.value for d in review.decisions if d.label == label))
        for review in readings
    ]
    if len({value for _, value in said}) < 2:
        return ""
    return " · ".join(f"{name}: {'ja' if value else 'nej'}" for name, value in said)


def two_readings(reviews: list[Review]) -> tuple[Review, ...]:
    """The two readings that differ, from the reviews of a disputed submission (latest first)."""
    second = next((one for one in reviews if one.action == Action.SECOND), None)
    first = next((one for one in reviews if one.action == Action.DECIDE), None)
    return (first, second) if first and second else ()


def personal_view(text: str, personal: Personal | None) -> PersonalView:
    """The types to choose from, the persons of the text among them, and what was typed."""
    known = [(f"PERSON {n}", f"Person {n} (samme som i teksten)") for n in persons(text)]
    first, *others = TYPES.items()
    number = "" if personal is None or personal.person is None else f" {personal.person}"
    return PersonalView(
        words=personal.words if personal else "",
        chosen=f"{personal.type}{number}" if personal else "",
        types=(first, *known, *others),
        is_open=personal is not None,
    )


def _quotations(submission: Submission, standing: Review | None, label: str) -> tuple[str, ...]:
    """The quotation that a person chose, else those of the model; none that was withdrawn."""
    decisions = standing.decisions if standing else []
    chosen = {one.excerpt_id for one in decisions if one.label == label and one.excerpt_id}
    rows = [one for one in submission.excerpts if one.label == label]
    shown = [one for one in rows if (one.id in chosen if chosen else one.added_by is None)]
    return tuple(one.text for one in shown if one.withdrawn_at is None)


def marked_text(submission: Submission, *, hides: bool = False) -> Markup:
    """The text with the evidence of suggested and of unsure labels marked, unless read blind."""
    redacted = redacted_of(submission)
    suggestions = [] if hides else _worth_showing(submission.suggestions)
    passages = [
        Passage(start, end, suggestion.label)
        for suggestion in suggestions
        for start, end in evidence_of(submission, suggestion)
    ]
    return mark(redacted.text, redacted.entities, passages, redacted.possible)


def _worth_showing(suggestions: list[SuggestionRow]) -> list[SuggestionRow]:
    return [one for one in suggestions if one.suggested or not one.sure]


def subtag_views(standing: Review | None, choice: Choice | None) -> tuple[tuple[str, bool], ...]:
    """Every sub-tag, with whether it is set."""
    chosen = choice.subtags if choice else tuple(standing.subtags) if standing else ()
    return tuple((tag, tag in chosen) for tag in SUBTAGS)
