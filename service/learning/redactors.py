"""Redactors learn from what staff had to take out, and must mask all of it before they are used.

The cases are made anew from the database each time: they hold invented values only, and a later
masking, or a withdrawal, reaches them too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from json import dumps, loads
from pathlib import Path

from sqlalchemy.orm import Session

from evaluation.baselines import OurFinder
from evaluation.gate import Verdict, worst
from evaluation.measure_redaction import run
from evaluation.redaction import RedactionScores, coverage, is_masked, score
from evaluation.split import locked
from evaluation.texts import MarkedText, redaction_texts
from models import corpora
from models.manifest import Manifest, fingerprint, now
from models.marked import Place, cases
from models.ner import NerText
from models.reader import load_redactor
from models.releases.disk import replace_file
from models.releases.store import ReleaseStore
from models.train import train_ner
from nlp.errors import BadText, RedactionFailed
from nlp.interfaces import Redactor
from nlp.types import RawText
from service.db import audit
from service.db.engine import Database
from service.db.upgrade import upgrade
from service.learning.judge import Check, NotGoodEnough
from service.review.personal import missed
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class RedactorJudgement:
    """A redactor held against the one in use."""

    challenger: str
    champion: str
    at: str
    cases: str
    """A fingerprint of the cases that it had to pass."""
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """Of all checks."""
        return worst([one.verdict for one in self.checks])


def must_pass(session: Session) -> list[NerText]:
    """What a redactor must mask: every place that staff took out, with invented values."""
    places = [Place(one.type, one.shape, one.before, one.after) for one in missed(session)]
    return cases(places, corpora.slots(None))


def unmasked(redactor: Redactor, texts: Sequence[NerText]) -> int:
    """How many of the cases leave a letter of the missed place readable, or are refused."""
    return sum(not _passes(redactor, text) for text in texts)


def _passes(redactor: Redactor, case: NerText) -> bool:
    try:
        found = redactor.find(RawText(case.text))
    except BadText:
        return True  # refused as no Danish: nothing of it would be kept
    except RedactionFailed:
        return False
    return is_masked(case.text, case.spans[0], coverage(len(case.text), found))


def judge(
    champion: Redactor,
    challenger: Redactor,
    texts: Sequence[NerText],
    *,
    benchmark: Sequence[MarkedText],
) -> RedactorJudgement:
    """Every missed place masked, and on the locked benchmark no recall lower than before."""
    before, after = (_scores(one, benchmark) for one in (champion, challenger))
    left = unmasked(challenger, texts)
    checks = (
        Check(
            "Alt, der er fundet af medarbejdere, bliver skjult",
            Verdict.PASSED if left == 0 else Verdict.FAILED,
            f"{len(texts) - left} af {len(texts)} prøver",
        ),
        _not_lower("Personer", before, after, "person"),
        _not_lower("Numre og adresser", before, after, "direct identifiers"),
        _not_lower("Steder og institutioner", before, after, "place and institution"),
        _not_lower("Datoer", before, after, "date"),
    )
    return RedactorJudgement(challenger.version, champion.version, now(), _mark(texts), checks)


def _scores(redactor: Redactor, benchmark: Sequence[MarkedText]) -> RedactionScores:
    found, _ = run(OurFinder(redactor), benchmark)
    return score(found)


def _not_lower(name: str, before: RedactionScores, after: RedactionScores, group: str) -> Check:
    old, new = before.by_group[group], after.by_group[group]
    is_well = (new.share or 0) >= (old.share or 0)
    said = f"{new.hits} af {new.total} skjult; før {old.hits} af {old.total}"
    return Check(name, Verdict.PASSED if is_well else Verdict.FAILED, said)


def _mark(texts: Sequence[NerText]) -> str:
    return fingerprint(*(f"{t.text}\0{t.spans[0]}".encode() for t in texts))


def train(settings: Settings, *, public: Path | None, progress: Callable[[str], None]) -> Verdict:
    """Train a redactor on the written text and the cases, judge it, keep both. Takes long."""
    store = ReleaseStore(settings.releases)
    database = Database(settings.address)
    try:
        upgrade(database)
        with database.read() as session:
            texts = must_pass(session)
        progress(f"{len(texts)} cases of what staff took out")
        champion = load_redactor(store.folder_of(store.usable(), "redactor"))
        made = _trained(store, texts, public, champion.version, progress)
        challenger = load_redactor(store.path("redactor", made.version))
        items = [item for item in redaction_texts() if locked(item.id)]
        judgement = judge(champion, challenger, texts, benchmark=items)
        keep(store, judgement)
        with database.write() as session:
            audit.record(
                session, actor="training", action="model.trained", subject=made.version,
                against=champion.version, passed=judgement.verdict is Verdict.PASSED,
            )  # fmt: skip
    finally:
        database.close()
    progress(f"redactor {made.version}: {judgement.verdict.value}")
    return judgement.verdict


def _trained(
    store: ReleaseStore,
    texts: Sequence[NerText],
    public: Path | None,
    parent: str,
    progress: Callable[[str], None],
) -> Manifest:
    # Trained beside the store: whoever promotes or rolls back meanwhile must not wait for it.
    draft = store.folder / "trainings" / "redactor-draft"
    train_ner(draft, public=public, extra=texts, parent=parent, progress=progress)
    return store.take_in("redactor", draft)


# ── kept judgements ──────────────────────────────────────────────────────────────────────────────
def _place(store: ReleaseStore, challenger: str, champion: str) -> Path:
    return store.folder / "judgements" / f"redactor-{challenger}-against-{champion}.json"


def keep(store: ReleaseStore, judgement: RedactorJudgement) -> None:
    """Write a judgement beside the versions."""
    path = _place(store, judgement.challenger, judgement.champion)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, dumps(asdict(judgement), ensure_ascii=False, indent=1).encode())


def need_passed(database: Database, store: ReleaseStore, challenger: str) -> None:
    """Raises NotGoodEnough unless it passed against what is in use, on the cases of today."""
    champion = store.in_use().redactor.version
    try:
        row = loads(_place(store, challenger, champion).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise NotGoodEnough(
            f"{challenger} was not compared with {champion}, which is in use now"
        ) from None
    verdicts = [Verdict(one["verdict"]) for one in row["checks"]]
    if worst(verdicts) is not Verdict.PASSED:
        raise NotGoodEnough(f"{challenger} did not pass the gate against {champion}")
    with database.read() as session:
        texts = must_pass(session)
    if _mark(texts) != row["cases"]:
        left = unmasked(load_redactor(store.path("redactor", challenger)), texts)
        if left:
            raise NotGoodEnough(
                f"{challenger} leaves {left} of {len(texts)} cases readable that staff took out"
            )
