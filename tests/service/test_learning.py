"""Learning from the staff: what is learned from, in which process, and who lets it into use."""

from __future__ import annotations

import multiprocessing
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from evaluation.gate import Rules, Verdict, compare
from models import corpora
from models.classifier.corpus import bank_arrays
from models.classifier.estimator import ClauseClassifier
from models.classifier.store import save
from models.manifest import Manifest, now, seal
from models.ner import NerText
from models.releases.reader import BESIDE, Beside
from models.releases.store import ReleaseStore
from models.releases.training import Written
from models.train import settings as configuration
from nlp.types import (
    LABELS,
    Entity,
    Evidence,
    RawText,
    Reading,
    Redacted,
    Span,
    Suggestion,
    Versions,
)
from service.db import audit
from service.db.engine import Database
from service.db.tables import Exclusion, Role, Source, Submission
from service.db.upgrade import upgrade
from service.errors import NotHere
from service.intake.fields import Draft
from service.intake.repository import Incoming, add
from service.learning import judge, redactors, releases, work
from service.learning.collect import collect, reference_hash
from service.learning.jobs import AlreadyRunning, Jobs, Pieces
from service.learning.judge import Check, Judgement, NotGoodEnough
from service.learning.withdraw import withdraw
from service.learning.work import Material, jobs_of
from service.review.decisions import Choice, Reviewer
from service.review.masking import Personal
from service.review.personal import take_out
from service.review.service import decide
from service.secrets import new_submitter
from service.security import accounts
from service.security.sealing import Sealer, sealer_of
from service.settings import Settings

SEALER = Sealer(b"k" * 32)
SAID = ("Vi har ikke fået svar i syv måneder.", "De skrev ikke, at man kan klage.", "Det er hårdt.")


@dataclass
class Desk:
    """Keeps submissions and decides on them, as one reviewer."""

    database: Database
    reader: object
    reviewer: Reviewer

    def keep(
        self,
        words: str,
        *,
        suggested: float = 0.9,
        beside: float | None = None,
        versions: tuple[str, str] = ("c1", "c0"),
        submitter: str = "",
    ) -> str:
        def said(chance: float) -> tuple[Suggestion, ...]:
            end = len(words.split(".")[0]) + 1
            return tuple(
                Suggestion(one, chance if one == "frister" else 0.05, one == "frister" and chance > 0.5,
                           (Evidence(0, end, chance),) if one == "frister" else ())
                for one in LABELS
            )  # fmt: skip

        people = tuple(Entity(*m.span(), "PERSON") for m in re.finditer(r"\[PERSON \d\]", words))
        facts = {} if beside is None else {BESIDE: Beside(versions[1], said(beside))}
        reading = Reading(
            Redacted(words, people), said(suggested), (), Versions("r1", versions[0]), facts
        )
        with self.database.write() as session:
            incoming = Incoming(
                Draft(RawText(""), "handicap"), reading, Source.FORM, submitter or new_submitter(), None
            )  # fmt: skip
            return add(session, incoming, "test")

    def confirm(self, public_id: str, *labels: str, blind: bool = False, **more: object) -> None:
        choice = Choice(frozenset(labels), **more)
        decide(
            self.database, self.reader, public_id, choice, self.reviewer,
            revision=0, blind_percent=100 if blind else 0,
        )  # fmt: skip

    def collected(self):
        with self.database.read() as session:
            return collect(session, SEALER, weight=2.0)


@pytest.fixture
def desk(embedded, reader, person) -> Desk:
    return Desk(embedded, reader, person(embedded, "Ane"))


# ── what is learned from ─────────────────────────────────────────────────────────────────────────
def test_confirmed_submissions_become_examples_under_keyed_hashes(desk):
    kept = desk.keep(" ".join(SAID))
    desk.confirm(kept, "frister", "klagevejledning")
    (example,) = desk.collected().confirmed.examples
    assert example.labels == (0, 0, 0, 1, 1, 0)
    assert example.id == reference_hash(SEALER, kept)
    assert kept not in repr(example)
    # The model's passage where it was accepted; without one the whole text carries the label.
    assert example.evidence == ((0, 36, 3), (0, len(" ".join(SAID)), 4))


def test_a_passage_that_a_person_chose_is_the_evidence(desk):
    kept = desk.keep(" ".join(SAID))
    desk.confirm(kept, "klagevejledning", passages={"klagevejledning": SAID[1]})
    (example,) = desk.collected().confirmed.examples
    ((start, end, label),) = example.evidence
    assert (example.text[start:end].strip(" ."), LABELS[label]) == (SAID[1].strip("."), LABELS[4])


def test_the_blind_share_is_never_learned_from_nor_its_likes(desk):
    blind = desk.keep("Vi venter. Ingen svarer.", submitter="s" * 32)
    desk.confirm(blind, "frister", blind=True)
    same_sender = desk.keep("Vi venter endnu. Ingen svarer os.", submitter="s" * 32)
    same_words = desk.keep("Vi venter. Ingen svarer.")
    other = desk.keep("En helt anden sag. Den er lang.")
    for one in (same_sender, same_words, other):
        desk.confirm(one, "frister")
    found = desk.collected()
    assert [e.id for e in found.confirmed.examples] == [reference_hash(SEALER, other)]
    assert [one.labels for one in found.blind] == [(0, 0, 0, 1, 0, 0)]
    assert found.confirmed.facts["left out for the blind share"] == 3


def test_what_does_not_count_is_not_learned_from(desk):
    desk.keep("Nobody has decided on this.")
    desk.confirm(desk.keep("Købt hos os. Billigt."), exclusion=Exclusion.SPAM)
    assert not desk.collected().confirmed.examples


# ── withdrawal ───────────────────────────────────────────────────────────────────────────────────
def test_a_withdrawn_submission_leaves_nothing_but_a_keyed_hash(both, reader, person):
    desk = Desk(both, reader, person(both, "Ane"))
    kept, other = (
        desk.keep("Qvistorpp skriver. Intet svar.", beside=0.3),
        desk.keep("En anden sag."),
    )
    take_out(both, kept, Personal("Qvistorpp", "PERSON"), desk.reviewer, revision=0)
    decide(
        both, reader, kept, Choice(frozenset({"frister"}), note="ring"), desk.reviewer, revision=1
    )
    desk.confirm(other, "frister")
    before = desk.collected().confirmed
    stays = withdraw(both, SEALER, kept, actor="Ada")
    after = desk.collected().confirmed
    assert stays == reference_hash(SEALER, kept)
    assert before.fingerprint != after.fingerprint
    assert after.facts["withdrawn"] == [stays]
    with both.read() as session:
        assert session.scalars(select(Submission.public_id)).all() == [other]
        for table in inspect(both.engine).get_table_names():
            columns = {one["name"] for one in inspect(both.engine).get_columns(table)}
            if "submission_id" in columns:
                rows = f"SELECT count(*) FROM {table} WHERE submission_id NOT IN (SELECT id FROM submission)"
                assert session.scalar(text(rows)) == 0
        assert audit.first_broken(session) is None
    with pytest.raises(NotHere):
        withdraw(both, SEALER, kept, actor="Ada")


def test_the_list_of_those_withdrawn_cannot_be_changed(both):
    add_one = (
        "INSERT INTO withdrawal (reference_hash, withdrawn_at) VALUES ('a', CURRENT_TIMESTAMP)"
    )
    with both.engine.begin() as connection:
        connection.execute(text(add_one))
    for change in ("UPDATE withdrawal SET reference_hash = 'b'", "DELETE FROM withdrawal"):
        with (
            pytest.raises(DBAPIError, match="cannot be changed"),
            both.engine.begin() as connection,
        ):
            connection.execute(text(change))


# ── training in a process of its own ─────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def material() -> Material:
    """A little of the corpus, and settings that make a training short."""
    every = corpora.examples()
    chosen = every[:: len(every) // 120]
    small = {**configuration("classifier"), "bits": 13, "families": ["words"], "folds": 3}
    return Material(
        Written(chosen[:80], bank_arrays([]), "small"),
        chosen[80:100],
        small,
        {**configuration("learning"), "least_confirmed": 3, "slower": 100.0},
    )


@pytest.fixture
def place(tmp_path, reader) -> tuple[Settings, Desk]:
    settings = Settings(var=tmp_path / "var")
    database = Database(settings.address)
    upgrade(database)
    with database.write() as session:
        account = accounts.create(session, "Ane", Role.REVIEWER)
        accounts.create(session, "Ada", Role.ADMINISTRATOR)
        desk = Desk(database, reader, Reviewer(account.id, "Ane"))
    for number in range(6):
        desk.confirm(desk.keep(f"{SAID[0]} Det er brev nummer {number}."), "frister")
    return settings, desk


def in_its_own_process(
    settings: Settings, material: Material
) -> tuple[str, multiprocessing.Process]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["service.learning.work"])
    identifier = jobs_of(settings).new()
    process = context.Process(target=work.train, args=(settings, identifier, material), daemon=True)
    process.start()
    return identifier, process


def trained(settings: Settings, material: Material) -> dict:
    identifier, process = in_its_own_process(settings, material)
    process.join(60)
    job = jobs_of(settings).job(identifier)
    assert process.exitcode == 0
    assert job.progress.percent == 100
    return job.result


def test_a_training_after_a_withdrawal_is_of_other_data_and_says_so(place, material):
    settings, desk = place
    first = trained(settings, material)
    with desk.database.read() as session:
        public_id = session.scalars(select(Submission.public_id)).first()
    kept = withdraw(desk.database, sealer_of(settings), public_id, actor="Ada")
    without = trained(settings, material)
    assert without["data"] != first["data"]
    assert without["confirmed"] == first["confirmed"] - 1
    manifest = ReleaseStore(settings.releases).check("classifier", without["version"])
    assert manifest.data["confirmed"]["withdrawn"] == [kept]
    assert set(manifest.scores["locked"]["macro_f1"]) == {"value", "low", "high"}
    assert "trained on confirmed decisions" in (
        ReleaseStore(settings.releases).path("classifier", without["version"]) / "README.md"
    ).read_text(encoding="utf-8")


def test_a_training_that_is_cancelled_goes_on_where_it_was(place, material):
    settings, desk = place
    slow = Material(material.written, material.benchmark, {**material.classifier, "bits": 18}, material.learning)  # fmt: skip
    jobs = jobs_of(settings)
    identifier, process = in_its_own_process(settings, slow)
    wait_for(lambda: any(jobs.folder.glob("pieces/*/*")))
    assert jobs.job(identifier).is_running
    desk.confirm(desk.keep("Mens der trænes. Det går fint."), "andre")  # nobody waits for it
    jobs.cancel(identifier)
    process.join(30)
    job = jobs.job(identifier)
    assert (job.is_running, job.is_cancelled, job.result) == (False, True, None)
    with desk.database.read() as session:
        latest = session.scalars(
            select(Submission.public_id).order_by(Submission.id.desc())
        ).first()
    withdraw(desk.database, sealer_of(settings), latest, actor="Ada")  # the same data as before …
    # … but for the list of those withdrawn, which is not learned from.
    assert trained(settings, slow)["resumed"] >= 1


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_two_trainings_at_once_are_one_too_many(place):
    settings, _ = place
    jobs = jobs_of(settings)
    with jobs.running(), pytest.raises(AlreadyRunning), jobs.running():
        pass


def test_a_damaged_piece_is_made_again(tmp_path):
    told: list[tuple[str, bool]] = []
    pieces = Pieces(Jobs(tmp_path), "key", lambda name, there: told.append((name, there)))
    made = [pieces("part 1", lambda: (np.arange(3.0), np.eye(2))) for _ in range(2)]
    path = next(tmp_path.rglob("*.sealed"))
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    made.append(pieces("part 1", lambda: (np.arange(3.0), np.eye(2))))
    assert [there for _, there in told] == [False, True, False]
    assert all(np.array_equal(one[1], np.eye(2)) for one in made)


# ── who lets it into use ─────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def classifiers() -> list[ClauseClassifier]:
    examples = corpora.examples()[:60]
    texts, labels = [e.text for e in examples], np.array([e.labels for e in examples])
    return [
        ClauseClassifier(bits=10, C=C, families=("words",)).fit(texts, labels) for C in (0.1, 1)
    ]


def versions(store: ReleaseStore, classifiers: list[ClauseClassifier]) -> list[str]:
    def write(classifier: ClauseClassifier) -> Callable[[Path], Manifest]:
        return lambda folder: seal(
            folder,
            Manifest("classifier", save(classifier, folder), now(), "t", "MIT", {}, {}, {}, {}),
        )

    return [store.add("classifier", write(one)).version for one in classifiers]


def judged(store: ReleaseStore, challenger: str, verdict: Verdict) -> None:
    truth = np.random.default_rng(1).random((200, len(LABELS))) < 0.4
    same = judge.Read(truth, np.where(truth, 0.8, 0.2))
    found = compare(truth, same, same, Rules(resamples=100))
    check = Check("Lige så hurtig", verdict, "1,00")
    champion = store.in_use().classifier.version
    judge.keep(store, Judgement(challenger, champion, now(), (check,), found, found, ()))


def test_only_a_version_that_passed_against_the_one_in_use_is_promoted(place, classifiers):
    settings, desk = place
    store = ReleaseStore(settings.releases)
    one, two = versions(store, classifiers)

    def promote(version: str) -> None:
        releases.promote(desk.database, settings, "classifier", version, by="Ada")

    with pytest.raises(NotGoodEnough, match="was not compared"):
        promote(one)
    judged(store, one, Verdict.FAILED)
    with pytest.raises(NotGoodEnough, match="did not pass"):
        promote(one)
    judged(store, one, Verdict.PASSED)
    judged(store, two, Verdict.PASSED)
    promote(one)
    with pytest.raises(NotGoodEnough, match="was not compared"):
        promote(two)  # it was held against another champion
    assert store.in_use().classifier.version == one
    with desk.database.read() as session:
        said = [(line.actor, line.action, line.subject) for line in audit.lines(session)]
    assert said[-1] == ("Ada", "model.promote", one)


@pytest.mark.parametrize("name", ["Ane", "Nobody"])
def test_only_an_administrator_signs(place, name):
    with pytest.raises(releases.NotAnAdministrator):
        releases.signatory(place[1].database, name)


@pytest.mark.parametrize(("chance", "demoted"), [(0.05, True), (0.9, False), (0.8, False)])
def test_a_model_that_does_worse_than_the_one_before_is_demoted(
    place, classifiers, chance, demoted
):
    """Each text was due to be labelled «frister»; the former model said so with 0.9."""
    settings, desk = place
    store = ReleaseStore(settings.releases)
    former, champion = versions(store, classifiers)
    for version in (former, champion):
        store.promote("classifier", version, by="Ada", why="")
    for number in range(60):
        kept = desk.keep(
            f"Intet svar. Brev {number}.", suggested=chance, beside=0.9, versions=(champion, former)
        )
        desk.confirm(kept, "frister", blind=True)
    after = releases.look(desk.database, settings)
    assert (after is not None) == demoted
    assert store.in_use().classifier.version == (former if demoted else champion)
    assert releases.look(desk.database, settings) is None
    with desk.database.read() as session:
        actions = [line.action for line in audit.lines(session)]
    assert actions.count("model.demote") == demoted


# ── redactors ────────────────────────────────────────────────────────────────────────────────────
def test_what_staff_took_out_becomes_cases_with_invented_words(desk):
    kept = desk.keep("I går skrev Qvistorpp til os fra kommunen. Vi har ikke fået svar.")
    take_out(desk.database, kept, Personal("Qvistorpp", "PERSON"), desk.reviewer, revision=0)
    with desk.database.read() as session:
        found = redactors.must_pass(session)
    assert len(found) == 3
    for case in found:
        missed = case.spans[0]
        assert "Qvistorpp" not in case.text
        assert case.text[missed.start : missed.end].istitle()
        assert missed.end - missed.start == len("Qvistorpp")


def test_a_redactor_must_mask_every_case(reader):
    easy = NerText(
        "Jeg har skrevet til Mette Vestergaard fra kommunen i dag.", (Span(20, 37, "PERSON"),)
    )
    hard = NerText("Jeg har skrevet til dem på kommunen om huset i dag.", (Span(39, 44, "PLACE"),))
    assert redactors.unmasked(reader.redactor, [easy]) == 0
    assert redactors.unmasked(reader.redactor, [easy, hard]) == 1
    found = redactors.judge(reader.redactor, reader.redactor, [easy, hard], benchmark=[])
    assert found.verdict is Verdict.FAILED


# ── the page ─────────────────────────────────────────────────────────────────────────────────────
def test_the_page_is_for_administrators(sign_in):
    assert sign_in(Role.REVIEWER).http.get("/modeller").status_code == 403
    assert sign_in(Role.ANALYST).post("/modeller/tilbage").status_code == 403
    page = sign_in(Role.ADMINISTRATOR).http.get("/modeller")
    assert page.status_code == 200
    assert "de modeller, programmet blev leveret med" in page.text


def test_an_administrator_promotes_and_goes_back_on_the_page(sign_in, settings, classifiers):
    store = ReleaseStore(settings.releases)
    one, two = versions(store, classifiers)
    judged(store, one, Verdict.PASSED)
    admin = sign_in(Role.ADMINISTRATOR)
    assert f"Skriv under og tag {one} i brug" in admin.http.get("/modeller").text
    assert admin.post("/modeller/brug", version=two).status_code == 409
    assert admin.post("/modeller/brug", version="../../etc").status_code == 404
    assert "Sat i brug af administrator" in admin.post("/modeller/brug", version=one).text
    assert store.in_use().classifier.version == one
    admin.post("/modeller/tilbage")
    assert store.in_use().classifier.version != one
    assert admin.post("/modeller/tilbage").status_code == 409


@pytest.mark.slow
def test_a_training_is_begun_on_the_page_in_another_process(sign_in, settings):
    admin = sign_in(Role.ADMINISTRATOR)
    assert admin.post("/modeller/traening").status_code == 200
    jobs = jobs_of(settings)
    wait_for(lambda: jobs.latest() is not None and jobs.latest().result is not None)
    assert "Der er 0 bekræftede indsendelser" in admin.http.get("/modeller").text
    log = jobs.folder / jobs.latest().id / "training.log"
    assert "Traceback" not in log.read_text()


def test_a_submission_is_withdrawn_on_the_page(sign_in, database, keep_text):
    admin, kept = sign_in(Role.ADMINISTRATOR), keep_text(database)
    assert admin.post("/modeller/tilbagetraek", reference=kept).status_code == 200
    with database.read() as session:
        assert session.scalar(select(Submission.id)) is None
    assert admin.post("/modeller/tilbagetraek", reference=kept).status_code == 404
