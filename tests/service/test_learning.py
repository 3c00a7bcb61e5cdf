"""Learning from the staff: what is learned from, in which process, and who lets it into use."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from evaluation.gate import Rules, Verdict, compare
from models import corpora
from models.classifier.estimator import ClauseClassifier
from models.classifier.store import save
from models.manifest import SHIPPED as SHIPPED_MODELS
from models.manifest import Manifest, now, read_manifest, seal
from models.ner import NerText
from models.releases.store import ReleaseStore
from models.train import settings as configuration
from nlp.types import (
    LABELS,
    Span,
)
from service.db import audit
from service.db.tables import Exclusion, Role, Submission
from service.errors import BadFields, NotHere
from service.learning import judge, redactors, releases
from service.learning.collect import reference_hash
from service.learning.judge import Check, Judgement, NotGoodEnough
from service.learning.withdraw import withdraw
from service.learning.work import jobs_of
from service.review.decisions import Choice
from service.review.masking import Personal
from service.review.personal import take_out
from service.review.service import decide
from service.security.sealing import Sealer

SEALER = Sealer(b"k" * 32)
SHIPPED = read_manifest(SHIPPED_MODELS / "classifier").version
LEAST = configuration("learning")["least_beside"]
WHY = "Den gamle overser frister."
SAID = ("Vi har ikke fået svar i syv måneder.", "De skrev ikke, at man kan klage.", "Det er hårdt.")


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
def test_a_withdrawn_submission_leaves_nothing_but_a_keyed_hash(both, desk_on, reader):
    desk = desk_on(both)
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


def lines(desk) -> list[tuple[str, str, str, dict]]:
    """The audit trail: actor, action, subject, detail."""
    with desk.database.read() as session:
        return [(o.actor, o.action, o.subject, json.loads(o.detail)) for o in audit.lines(session)]


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
        releases.promote(desk.database, settings, "classifier", version, by="Ada", reason=WHY)

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
    assert lines(desk)[-1][:3] == ("Ada", "model.promote", one)
    assert lines(desk)[-1][3].items() >= {"number": 1, "beside": 0, "reason": WHY}.items()


@pytest.mark.parametrize(
    ("texts", "champion", "passes"),
    [(LEAST, SHIPPED, True), (LEAST - 1, SHIPPED, False), (LEAST, "other", False)],
)
def test_a_challenger_reads_along_for_a_while_first(place, classifiers, texts, champion, passes):
    """Texts count that the model in use and the challenger have both read."""
    settings, desk = place
    store = ReleaseStore(settings.releases)
    one, _ = versions(store, classifiers)
    judged(store, one, Verdict.PASSED)
    for number in range(texts):
        desk.keep(f"Intet svar. Brev {number}.", beside=0.9, versions=(champion, one))
    if passes:
        releases.promote(desk.database, settings, "classifier", one, by="Ada")
        assert lines(desk)[-1][3]["beside"] == LEAST
        return
    with pytest.raises(
        releases.TooEarly, match=f"read along on {'0' if champion == 'other' else texts}"
    ):
        releases.promote(desk.database, settings, "classifier", one, by="Ada")
    assert store.in_use().number == 0
    assert not [line for line in lines(desk) if line[1] == "model.promote"]


def test_a_challenger_that_did_worse_while_it_read_along_is_refused_whatever_the_reason(
    place, classifiers
):
    settings, desk = place
    store = ReleaseStore(settings.releases)
    one, _ = versions(store, classifiers)
    judged(store, one, Verdict.PASSED)
    for number in range(40):
        kept = desk.keep(f"Intet svar. Brev {number}.", beside=0.05, versions=(SHIPPED, one))
        desk.confirm(kept, "frister", blind=True)
    with pytest.raises(NotGoodEnough, match="did worse than the model in use"):
        releases.promote(desk.database, settings, "classifier", one, by="Ada", reason=WHY)


def test_the_trail_knows_of_an_act_before_it_happens(place, classifiers, monkeypatch):
    """Broken off between the two, the line stands there, and the next act has the same number."""
    settings, desk = place
    store = ReleaseStore(settings.releases)
    one, _ = versions(store, classifiers)
    store.promote("classifier", one, by="Ada", why="")

    def breaks(path: Path, content: bytes) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr("models.releases.store.replace_file", breaks)
        with pytest.raises(OSError, match="gone"):
            releases.rollback(desk.database, settings, by="Ada")
    assert store.in_use().number == 1
    releases.rollback(desk.database, settings, by="Bo")
    found = [(line[0], line[3]["number"]) for line in lines(desk) if line[1] == "model.rollback"]
    assert found == [("Ada", 2), ("Bo", 2)]
    assert store.in_use().by == "Bo"


def test_what_cannot_be_written_down_does_not_happen(place, classifiers):
    settings, desk = place
    store = ReleaseStore(settings.releases)
    one, two = versions(store, classifiers)
    store.promote("classifier", one, by="Ada", why="")
    judged(store, two, Verdict.PASSED)
    with desk.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    with pytest.raises(SQLAlchemyError):
        releases.rollback(desk.database, settings, by="Ada")
    with pytest.raises(SQLAlchemyError):
        releases.promote(desk.database, settings, "classifier", two, by="Ada", reason=WHY)
    assert (store.in_use().number, store.in_use().classifier.version) == (1, one)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("  Fejlen haster.  ", "Fejlen haster."),
        ("Aftalt med Mette Vestergaard i dag.", "Aftalt med [PERSON 1] i dag."),
    ],
)
def test_a_reason_is_kept_without_names(reader, said, kept):
    assert releases.safe_reason(reader, said) == kept


@pytest.mark.parametrize(
    "said", ["x" * 301, "This is not at all what you would call a Danish text."]
)
def test_a_reason_is_short_and_danish(reader, said):
    with pytest.raises(BadFields):
        releases.safe_reason(reader, said)


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
    early = admin.post("/modeller/brug", version=one)
    assert (early.status_code, "Versionen har læst med på 0" in early.text) == (409, True)
    assert admin.post("/modeller/brug", version=one, reason="y" * 301).status_code == 422
    done = admin.post("/modeller/brug", version=one, reason=WHY)
    assert "Sat i brug af administrator" in done.text
    assert store.in_use().classifier.version == one
    admin.post("/modeller/tilbage")
    assert store.in_use().classifier.version != one
    assert admin.post("/modeller/tilbage").status_code == 409


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"refused": "Der er 3."}, "blev ikke til noget: Der er 3."),
        ({"failed": "Databasen svarede ikke."}, "blev ikke færdig: Databasen svarede ikke."),
        ({"version": "abc", "verdict": "består"}, "<code>abc</code>: består."),
        (None, "gik i stå"),
    ],
)
def test_the_page_says_what_came_of_a_training(sign_in, settings, result, said):
    jobs = jobs_of(settings)
    identifier = jobs.new()
    if result is not None:
        jobs.finish(identifier, result)
    page = sign_in(Role.ADMINISTRATOR).http.get("/modeller")
    assert (page.status_code, said in page.text) == (200, True)


@pytest.mark.slow
def test_a_training_is_begun_on_the_page_in_another_process(sign_in, settings):
    admin = sign_in(Role.ADMINISTRATOR)
    assert admin.post("/modeller/traening").status_code == 200
    jobs = jobs_of(settings)
    until = time.monotonic() + 120
    while jobs.latest().result is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert "Der er 0 bekræftede indsendelser" in admin.http.get("/modeller").text
    log = jobs.folder / jobs.latest().id / "training.log"
    assert "Traceback" not in log.read_text()


def test_a_submission_is_withdrawn_on_the_page(sign_in, database, keep_text):
    admin, kept = sign_in(Role.ADMINISTRATOR), keep_text(database)
    assert admin.post("/modeller/tilbagetraek", reference=kept).status_code == 200
    with database.read() as session:
        assert session.scalar(select(Submission.id)) is None
    assert admin.post("/modeller/tilbagetraek", reference=kept).status_code == 404
