"""«Værd at se på igen»: from a training to the list, and off it again."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import func, select

from models import corpora
from models.classifier.corpus import bank_arrays
from models.learning.noise import contradicted
from models.releases import unseen
from models.releases.store import ReleaseStore
from models.releases.training import Confirmed, Written, add_classifier, as_kept, data_of, fit
from models.releases.unseen import Unseen
from models.train import settings as configuration
from nlp.errors import ModelDamaged
from nlp.types import LABELS
from service.db import audit
from service.db.tables import Decision, Doubt, DoubtAnswer, Exclusion, Kind, Submission
from service.errors import AlreadyDecided, NotHere, Taken
from service.learning.collect import collect, reference_hash
from service.learning.doubts import contradictions, renew
from service.learning.watcher import look_after
from service.learning.withdraw import withdraw
from service.review import queue
from service.review.claims import claim_next, claim_one
from service.review.decisions import Choice
from service.review.doubted import stands, waiting
from service.review.queue import AGAIN, Filters, Viewer
from service.review.service import decide, undo
from service.security.sealing import Sealer, sealer_of
from service.settings import Settings

SEALER = Sealer(b"k" * 32)
LIST = Filters(order=AGAIN)
YES, NO = Choice(frozenset({"frister"})), Choice(frozenset())
FRISTER = LABELS.index("frister")


@pytest.fixture
def listed(both, keep_text, reader, person, tmp_path):
    """Six decided submissions; the model contradicts «frister» of the first and the fourth."""
    anna = person(both, "anna")
    ids = [
        keep_text(both, f"Vi venter på svar, nummer {n}.", evidence="venter på svar")
        for n in range(6)
    ]
    for number, public_id in enumerate(ids):
        decide(both, reader, public_id, YES if number < 3 else NO, anna, revision=0)
    leave(tmp_path, ids, [0.02, 0.9, 0.95, 0.97, 0.05, 0.1])
    assert renew(both, tmp_path, SEALER) == 2
    return ids


def leave(home, ids, chances, *, version="abc", yes=3, sealer=SEALER):
    """A letter of a training about «frister»; the first ``yes`` were decided so."""
    decided = np.zeros((len(ids), len(LABELS)), dtype=bool)
    decided[:yes, FRISTER] = True
    probabilities = np.full(decided.shape, 0.01)
    probabilities[:, FRISTER] = chances
    references = tuple(reference_hash(sealer, one) for one in ids)
    unseen.write(home, version, Unseen(references, decided, probabilities))


def on_list(database) -> list[str]:
    with database.read() as session:
        return [one.public_id for one in queue.page(session, LIST, Viewer(1, 50))]


def rows(database, table) -> list:
    with database.read() as session:
        return list(session.scalars(select(table)))


# ── from a training to the list ──────────────────────────────────────────────────────────────────
def test_the_most_doubtful_comes_first_and_only_what_is_contradicted(both, listed):
    assert on_list(both) == [listed[0], listed[3]]
    assert {(one.label, one.value, one.probability) for one in rows(both, Doubt)} == {
        ("frister", True, 0.02),
        ("frister", False, 0.97),
    }
    with both.read() as session:
        assert waiting(session) == 2


def test_nothing_new_changes_nothing_and_a_letter_is_read_once(both, listed, tmp_path):
    assert not unseen.waiting(tmp_path)
    assert renew(both, tmp_path, SEALER) is None
    assert len(on_list(both)) == 2


def test_the_next_training_makes_the_list_anew(both, listed, tmp_path):
    leave(tmp_path, listed, [0.9, 0.02, 0.9, 0.1, 0.1, 0.1], version="older")
    leave(tmp_path, listed, [0.9, 0.9, 0.02, 0.1, 0.1, 0.1], version="newer")
    assert renew(both, tmp_path, SEALER) == 1
    assert on_list(both) == [listed[2]]
    assert {one.classifier_version for one in rows(both, Doubt)} == {"newer"}
    assert not unseen.waiting(tmp_path)


def test_a_letter_under_another_key_is_about_nobody(both, listed, tmp_path):
    leave(tmp_path, listed, [0.02, 0.9, 0.9, 0.1, 0.1, 0.1], sealer=Sealer(b"x" * 32))
    assert renew(both, tmp_path, SEALER) == 0
    assert on_list(both) == []


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"a": 1}', '{"a": [[0, 1], [0.5]]}', '{"a": [[0,0,0,0,0,0],[2,0,0,0,0,0]]}'],
)
def test_a_letter_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "bad.json").write_text(content)
    with pytest.raises(ModelDamaged, match=r"bad\.json"):
        unseen.read(tmp_path / "bad.json")


def test_a_letter_that_is_refused_is_thrown_away_and_the_list_stays(both, listed, tmp_path):
    (tmp_path / unseen.FOLDER / "bad.json").write_text("{")
    with pytest.raises(ModelDamaged):
        renew(both, tmp_path, SEALER)
    assert not unseen.waiting(tmp_path)
    assert len(on_list(both)) == 2


def test_what_moved_on_since_is_not_listed(both, listed, reader, person, tmp_path):
    """Decided otherwise, undone, excluded, withdrawn: the letter is older than that."""
    anna = person(both, "anna-2")
    decide(both, reader, listed[0], NO, anna, revision=1)
    decide(both, reader, listed[1], YES, anna, revision=1)
    undo(both, listed[1], anna, revision=2)
    decide(both, reader, listed[2], Choice(frozenset(), Exclusion.SPAM), anna, revision=1)
    withdraw(both, SEALER, listed[3], actor="Ada")
    leave(tmp_path, listed, [0.02, 0.03, 0.02, 0.97, 0.98, 0.001])
    assert renew(both, tmp_path, SEALER) == len(on_list(both))
    assert set(on_list(both)) == {listed[1], listed[4]}


def test_a_withdrawn_submission_leaves_the_list_with_its_rows(both, listed, person):
    stands(both, listed[3], person(both, "bo"), revision=1)
    for one in (listed[0], listed[3]):
        withdraw(both, SEALER, one, actor="Ada")
    assert on_list(both) == []
    numbers = {one.id for one in rows(both, Submission)}
    assert {one.submission_id for one in [*rows(both, Doubt), *rows(both, DoubtAnswer)]} <= numbers


def test_a_blind_reading_is_never_on_the_list(both, keep_text, reader, person, tmp_path):
    """Even if a letter told of it: what people and model are measured by is left alone."""
    anna = person(both, "anna")
    ids = [keep_text(both, f"Intet svar, nummer {n}.") for n in range(4)]
    for number, public_id in enumerate(ids):
        choice = YES if number < 2 else NO
        percent = 100 if number == 0 else 0
        decide(both, reader, public_id, choice, anna, revision=0, blind_percent=percent)
    kinds = {one.kind for one in rows(both, Decision) if one.revision == 1}
    assert Kind.UNSEEN in kinds
    with both.read() as session:
        learned = collect(session, SEALER, weight=2.0).confirmed.examples
    assert reference_hash(SEALER, ids[0]) not in {one.id for one in learned}
    leave(tmp_path, ids, [0.02, 0.9, 0.95, 0.1], yes=2)
    assert renew(both, tmp_path, SEALER) == 1
    assert on_list(both) == [ids[2]]


def test_a_training_tells_of_what_it_had_not_learned_from(
    embedded, keep_text, reader, person, tmp_path
):
    """A real training on part of the corpus and on confirmed texts, some decided wrongly."""
    anna, rng = person(embedded, "anna"), np.random.default_rng(4)
    chosen = corpora.examples()[::45]
    wrong = {}
    for example in chosen:
        labels = {label for label, one in zip(LABELS, example.labels, strict=True) if one}
        said = labels if rng.random() < 0.85 else set(LABELS) - labels
        public_id = keep_text(embedded, example.text, suggested=())
        wrong[public_id] = said != labels
        decide(embedded, reader, public_id, Choice(frozenset(said)), anna, revision=0)
    with embedded.read() as session:
        confirmed = collect(session, SEALER, weight=2.0).confirmed
    written = Written(corpora.examples()[7::9], bank_arrays([]), "f")
    settings = {**configuration("classifier"), "bits": 12, "folds": 3, "families": ["stems"]}
    fitted = fit(written, Confirmed(confirmed.examples, 2.0), settings)
    kept, _ = as_kept(fitted, tmp_path / "draft")
    store = ReleaseStore(tmp_path / "models")
    made = add_classifier(
        store, kept, data_of(written, confirmed), settings,
        parent="p", scores={}, card=lambda manifest: manifest.version,
    )  # fmt: skip
    (letter,) = unseen.waiting(store.folder)
    assert letter.stem == made.version
    words = letter.read_text()
    assert not any(public_id in words for public_id in wrong)
    assert re.fullmatch(r'[{}\[\]",: .0-9a-f]*', words)  # hashes and numbers
    assert "unseen" not in " ".join(made.files)  # no file of the release
    many = renew(embedded, store.folder, SEALER)
    doubt = {one.public_id: one.doubt or 0 for one in rows(embedded, Submission)}
    assert 0 < many == sum(value > 0 for value in doubt.values()) < len(wrong)
    slips, others = (
        [doubt[one] for one in wrong if wrong[one] is is_wrong] for is_wrong in (True, False)
    )
    assert np.mean(slips) > np.mean(others) + 0.05


def test_contradictions_are_those_of_the_pure_rule():
    rng = np.random.default_rng(1)
    decided, chances = rng.random((30, 6)) < 0.4, rng.random((30, 6))
    letter = Unseen(tuple(f"{n:02}" for n in range(30)), decided, chances)
    found = contradictions(letter)
    pairs = {(int(text), LABELS.index(one.label)) for text, ones in found.items() for one in ones}
    assert pairs == set(map(tuple, np.argwhere(contradicted(decided, chances)).tolist()))
    worst = [ones[0].suspicion for ones in found.values()]
    assert worst == sorted(worst, reverse=True)


def test_the_service_makes_the_list_when_it_looks_after_its_models(embedded, listed_ids, tmp_path):
    """Also when another process, or a machine that shares the folder, did the training."""
    settings = Settings(var=tmp_path / "var", database_url=str(embedded.engine.url))
    settings.releases.mkdir(parents=True)
    leave(settings.releases, listed_ids, [0.02, 0.9, 0.1], yes=2, sealer=sealer_of(settings))
    look_after(embedded, settings)
    assert on_list(embedded) == [listed_ids[0]]
    (settings.releases / unseen.FOLDER / "bad.json").write_text("no")
    look_after(embedded, settings)  # says so in the log, and goes on
    assert on_list(embedded) == [listed_ids[0]]
    assert not unseen.waiting(settings.releases)


@pytest.fixture
def listed_ids(embedded, keep_text, reader, person):
    anna = person(embedded, "anna")
    ids = [keep_text(embedded, f"Intet svar, nummer {n}.") for n in range(3)]
    for number, public_id in enumerate(ids):
        decide(embedded, reader, public_id, YES if number < 2 else NO, anna, revision=0)
    return ids


# ── off the list again ───────────────────────────────────────────────────────────────────────────
def test_right_as_it_stands_takes_it_off_for_good(both, listed, person, tmp_path):
    bo = person(both, "bo")
    stands(both, listed[0], bo, revision=1)
    assert on_list(both) == [listed[3]]
    ((answer),) = rows(both, DoubtAnswer)
    assert (answer.label, answer.value, answer.answered_by) == ("frister", True, bo.account_id)
    leave(tmp_path, listed, [0.01, 0.9, 0.95, 0.97, 0.05, 0.1])
    assert renew(both, tmp_path, SEALER) == 1
    assert on_list(both) == [listed[3]]
    with both.read() as session:
        assert audit.first_broken(session) is None
        submission = session.scalars(
            select(Submission).where(Submission.public_id == listed[0])
        ).one()
        assert (submission.revision, submission.state) == (1, "reviewed")  # nothing was decided


@pytest.mark.parametrize(("choice", "answers"), [(YES, 1), (NO, 0)])
def test_deciding_anew_takes_it_off_and_the_same_label_is_an_answer(
    both, listed, reader, person, choice, answers
):
    decide(both, reader, listed[0], choice, person(both, "bo"), revision=1)
    assert on_list(both) == [listed[3]]
    with both.read() as session:
        assert session.scalar(select(func.count()).select_from(DoubtAnswer)) == answers


def test_asking_for_a_second_reading_takes_it_off(both, listed, reader, person):
    ask = replace(YES, wants_second=True)
    decide(both, reader, listed[0], ask, person(both, "bo"), revision=1)
    assert on_list(both) == [listed[3]]
    with both.read() as session:
        second = queue.page(session, Filters(state="anden"), Viewer(0))
    assert [one.public_id for one in second] == [listed[0]]


def test_an_answer_needs_the_decision_that_was_looked_at(both, listed, reader, person):
    bo, carl = person(both, "bo"), person(both, "carl")
    with pytest.raises(AlreadyDecided):
        stands(both, listed[0], bo, revision=0)
    with pytest.raises(NotHere):
        stands(both, listed[1], bo, revision=1)
    claim_one(both, listed[0], carl.account_id, minutes=5)
    with pytest.raises(Taken):
        stands(both, listed[0], bo, revision=1)
    assert len(on_list(both)) == 2


def test_the_next_one_is_taken_in_the_order_of_doubt(both, listed, person):
    bo = Viewer(person(both, "bo").account_id)
    assert claim_next(both, LIST, bo, minutes=5) == listed[0]
    assert claim_next(both, LIST, bo, minutes=5, after=listed[0]) == listed[3]


# ── the page ─────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def page_ids(reviewer, database, keep_text, reader, person, settings, app):
    anna = person(database, "anna")
    ids = [keep_text(database, evidence="ventet på svar") for _ in range(4)]
    for number, public_id in enumerate(ids):
        decide(database, reader, public_id, YES if number < 2 else NO, anna, revision=0)
    settings.releases.mkdir(parents=True, exist_ok=True)
    leave(settings.releases, ids, [0.02, 0.9, 0.95, 0.1], yes=2, sealer=app.state.sealer)
    renew(database, settings.releases, app.state.sealer)
    return ids


def test_the_page_says_what_is_in_doubt_and_takes_the_answer(reviewer, page_ids):
    assert (
        'href="/gennemgang?orden=igen">Værd at se på igen (2)'
        in reviewer.http.get("/gennemgang").text
    )
    page = reviewer.http.get("/gennemgang?orden=igen").text
    assert page.index(page_ids[0]) < page.index(page_ids[2])
    assert page_ids[1] not in page
    assert "sat, men modellen siger 2 %" in page
    assert "ikke sat, men modellen siger 95 %" in page
    assert "“ventet på svar”" in page
    after = reviewer.post(
        f"/gennemgang/{page_ids[0]}/staar?orden=igen&status=vurderede", revision="1"
    )
    assert after.url.path == "/gennemgang"
    assert page_ids[0] not in after.text
    assert page_ids[2] in after.text


def test_opening_one_leads_to_its_form_and_on_to_the_next(reviewer, page_ids):
    first = reviewer.post("/gennemgang/naeste?orden=igen&status=vurderede")
    assert first.url.path == f"/gennemgang/{page_ids[0]}"
    assert "Bed om en anden læsning" in first.text
    path = f"/gennemgang/{page_ids[0]}?orden=igen&status=vurderede"
    second = reviewer.post(path, revision="1", vist="1")
    assert second.url.path == f"/gennemgang/{page_ids[2]}"
    last = reviewer.post(f"{second.url.path}?orden=igen&status=vurderede", revision="1", vist="1")
    assert "Ingen vurderinger venter på et ekstra blik" in last.text


def test_an_answer_to_a_page_that_is_old_shows_what_stands(reviewer, page_ids):
    path = f"/gennemgang/{page_ids[0]}/staar?orden=igen"
    assert reviewer.post(path, revision="0").status_code == 409
    assert reviewer.post(path, revision="x").status_code == 422
    assert reviewer.post(path, revision="1").status_code == 200
    assert reviewer.post(path, revision="1").status_code == 404
