"""What the page about models is given, ready to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from evaluation.gate import Comparison, Finding, Verdict
from models.releases.choice import Choice
from models.releases.store import ReleaseStore
from models.train import settings as configuration
from nlp.errors import ModelDamaged
from service.learning import judge
from service.learning.jobs import Job, Jobs
from service.learning.judge import Judgement
from service.learning.monitor import Watched, read_along, watched
from service.pages.render import LABEL_NAMES, danish_decimal

MEASURES = {"recall": "fundet", "f1": "F1", "macro-F1": "Macro-F1", "log-loss": "Log-tab"}


def _help(words: str) -> dict[str, str]:
    return {"help": words}


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of the gate."""

    name: str
    positives: int
    difference: str
    low: str
    margin: str
    verdict: str


@dataclass(frozen=True, slots=True)
class JudgementView:
    """What the gate said, in words."""

    at: datetime
    verdict: str
    passed: bool
    checks: tuple[judge.Check, ...]
    locked: tuple[Line, ...]
    blind: tuple[Line, ...]
    blind_texts: int
    blind_verdict: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of the classifier."""

    version: str
    made: datetime | None
    parent: str
    confirmed: int
    withdrawn: int
    macro_f1: str
    state: str
    judgement: JudgementView | None
    beside: int
    """Texts that it read along with the model in use."""


@dataclass(frozen=True, slots=True)
class ModelsPage:
    """The models in use, their versions, the training that runs, and what the monitoring says."""

    choice: Choice = field(metadata=_help("What is in use, since when, by whom"))
    versions: tuple[VersionView, ...] = field(metadata=_help("Every classifier, the newest first"))
    job: Job | None = field(metadata=_help("The training that was begun last"))
    watched: Watched | None = field(metadata=_help("The model in use beside the one before"))
    least_beside: int = field(metadata=_help("Texts to read along on, unless a reason is given"))
    can_go_back: bool = field(metadata=_help("Whether there is an earlier whole version"))


def models_page(session: Session, store: ReleaseStore, jobs: Jobs) -> ModelsPage:
    """Everything for the page; looks only."""
    choice = store.usable()
    configured = configuration("learning")
    views = [_version(session, store, choice, one) for one in store.versions("classifier")]
    views.sort(key=lambda one: one.made.timestamp() if one.made else 0.0, reverse=True)
    return ModelsPage(
        choice=choice,
        versions=tuple(views),
        job=jobs.latest(),
        watched=watched(session, choice, configured["false_alarm"]),
        least_beside=configured["least_beside"],
        can_go_back=store.before() is not None,
    )


def _version(session: Session, store: ReleaseStore, choice: Choice, version: str) -> VersionView:
    try:
        manifest = store.check("classifier", version)
    except ModelDamaged:
        return VersionView(version, None, "", 0, 0, "", "Beskadiget: bliver ikke brugt", None, 0)
    confirmed = manifest.data.get("confirmed", {})
    found = judge.kept(store, version, choice.classifier.version)
    figure = manifest.scores.get("locked", {}).get("macro_f1")
    return VersionView(
        version=version,
        made=datetime.fromisoformat(manifest.created),
        parent=manifest.parent,
        confirmed=int(confirmed.get("submissions", 0)),
        withdrawn=len(confirmed.get("withdrawn", ())),
        macro_f1=_interval(figure) if figure else "",
        state=_state(choice, version, found),
        judgement=_judgement(found) if found and choice.classifier.version != version else None,
        beside=read_along(session, choice.classifier.version, version),
    )


def _interval(figure: dict[str, float]) -> str:
    value, low, high = (danish_decimal(figure[name]) for name in ("value", "low", "high"))
    return f"{value} ({low} til {high})"


def _state(choice: Choice, version: str, found: Judgement | None) -> str:
    if choice.classifier.version == version:
        return "I brug"
    if choice.beside is not None and choice.beside.version == version:
        return "Læser med ved siden af"
    return "Ikke sammenlignet med modellen i brug" if found is None else "Venter"


def _judgement(found: Judgement) -> JudgementView:
    return JudgementView(
        datetime.fromisoformat(found.at),
        found.verdict.value,
        found.verdict is Verdict.PASSED,
        found.checks,
        _lines(found.locked),
        _lines(found.blind),
        found.blind.texts,
        found.blind.verdict.value,
    )


def _lines(comparison: Comparison) -> tuple[Line, ...]:
    return tuple(_line(one) for one in comparison.findings)


def _line(one: Finding) -> Line:
    name = MEASURES[one.measure]
    return Line(
        f"{LABEL_NAMES[one.label]}: {name}" if one.label else name,
        one.positives,
        _signed(one.difference),
        _signed(one.low),
        _signed(-one.margin),
        one.verdict.value,
    )


def _signed(number: float) -> str:
    """Three decimals with a sign, as a Dane writes them."""
    return f"{number:+.3f}".replace(".", ",").replace("-", "−")
