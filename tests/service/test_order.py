"""Which next: what a submission gets when it comes in, and what the queue makes of it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select, update

from models.learning.selection import KNOWN, LATEST, how_common, is_by_lot
from nlp.types import LABELS, RawText, Reading, Redacted, Suggestion, Versions
from service.db.tables import Role, Source, Submission
from service.intake.fields import Draft
from service.intake.repository import Incoming, add
from service.review import queue
from service.review.blind import TICKETS, draw, tickets
from service.review.claims import claim_next
from service.review.decisions import Choice
from service.review.order import before, position, worth
from service.review.queue import Filters, Viewer
from service.review.service import decide
from service.secrets import new_public_id, new_submitter

LEARNING = Filters(order="lærerige")


def keep(session, *chances: float) -> str:
    """A submission whose first labels have these chances, the others hardly any."""
    given = dict(zip(LABELS, chances, strict=False))
    suggestions = tuple(
        Suggestion(label, given.get(label, 0.001), given.get(label, 0) > 0.5) for label in LABELS
    )
    reading = Reading(Redacted("tekst", ()), suggestions, (), Versions("r", "c"))
    return add(
        session, Incoming(Draft(RawText("")), reading, Source.API, new_submitter(), None), "t"
    )


def row(session, public_id: str) -> Submission:
    return session.scalars(select(Submission).where(Submission.public_id == public_id)).one()


def test_the_doubtful_stands_before_the_certain(both):
    with both.write() as session:
        found = {keep(session, chance): chance for chance in np.linspace(0.01, 0.5, 60).tolist()}
    with both.read() as session:
        rows = list(session.scalars(select(Submission).order_by(Submission.id)))
    chosen = [one for one in rows if not is_by_lot(one.draw)][1:]  # before the first: nothing known
    by_gain = sorted(chosen, key=lambda one: found[one.public_id])
    assert [one.gain for one in by_gain] == sorted(one.gain for one in chosen)
    # Each comes in as the most doubtful so far: it stands above all that were there.
    assert all(one.place > 0.8 for one in chosen[3:])


def test_a_rare_label_is_worth_more(both, reader, person):
    anna = person(both, "anna")
    with both.write() as session:
        first = [keep(session, 0.9) for _ in range(30)]
        as_common, as_rare = (
            row(session, keep(session, *chances)).gain for chances in ((0.5,), (0.0, 0.5))
        )
    assert as_common == pytest.approx(as_rare, rel=0.05)
    for public_id in first:
        decide(both, reader, public_id, Choice(frozenset(LABELS[:1])), anna, revision=0)
    with both.write() as session:
        common, rare = (
            row(session, keep(session, *chances)).gain for chances in ((0.5,), (0.0, 0.5))
        )
    assert rare > 3 * common


def test_what_is_known_is_the_latest_and_does_not_grow(both, reader, person):
    anna = person(both, "anna")
    with both.write() as session:
        ids = [keep(session, 0.4, 0.6) for _ in range(3)]
    decide(both, reader, ids[0], Choice(frozenset(LABELS[:2])), anna, revision=0)
    decide(both, reader, ids[1], Choice(frozenset(LABELS[:1])), anna, revision=0)
    with both.write() as session:
        known = before(session)
        expected = how_common(np.array([2, 1, 0, 0, 0, 0]), 2)
        assert known.common == pytest.approx(expected)
        assert len(known.gains) == 3
        assert known.gains == sorted(known.gains)
        template = row(session, ids[2])
        copied = {c.name: getattr(template, c.name) for c in Submission.__table__.columns}
        session.add_all(
            Submission(**copied | {"id": None, "public_id": new_public_id(), "gain": 1000.0 + n})
            for n in range(KNOWN)
        )
        session.flush()
        assert len(before(session).gains) == KNOWN
        assert before(session).gains[0] == 1000.0
    assert LATEST * len(LABELS) > 6  # what was decided fits into what is looked at


def test_a_reading_without_suggestions_has_a_place(both):
    with both.write() as session:
        found = worth((), before(session), draw=9999, public_id="x")
    assert (found.gain, found.place) == (0.0, 0.5)


def test_lots_are_drawn_from_the_reference_and_hold_the_blind_share():
    """Blind readings are read where the lot put them: a fair sample, whatever the order seeks."""
    ids = [new_public_id() for _ in range(4000)]
    lots = [one for one in ids if is_by_lot(draw(one))]
    assert len(lots) / len(ids) == pytest.approx(0.2, abs=0.03)
    blind = [one for one in ids if draw(one) < tickets(10)]
    assert set(blind) <= set(lots)
    # Where a lot stands says nothing about whether it is read blind.
    for some in (lots, blind):
        places = np.array([position(one) for one in some])
        assert places.mean() == pytest.approx(0.5, abs=4 * 0.29 / len(some) ** 0.5)
        assert ((places >= 0) & (places < 1)).all()
    assert len({position(one) * TICKETS for one in ids}) > 2500


def test_lots_stand_where_they_were_drawn_whatever_they_are_worth(both):
    with both.write() as session:
        ids = [keep(session, 0.0 if n % 2 else 0.5) for n in range(60)]
        rows = [row(session, one) for one in ids]
    lots = [one for one in rows if is_by_lot(one.draw)]
    assert lots
    assert all(one.place == position(one.public_id) for one in lots)


def test_the_next_one_is_the_most_instructive_that_nobody_reads(both, person):
    anna, bo = (person(both, name) for name in ("anna", "bo"))
    with both.write() as session:
        ids = [keep(session, 0.3) for _ in range(3)]
        for public_id, place in zip(ids, (0.2, 0.9, 0.6), strict=True):
            session.execute(
                update(Submission).where(Submission.public_id == public_id).values(place=place)
            )
    assert claim_next(both, LEARNING, Viewer(anna.account_id), minutes=5) == ids[1]
    assert claim_next(both, LEARNING, Viewer(bo.account_id), minutes=5) == ids[2]
    assert claim_next(both, replace(LEARNING, order="nyeste"), Viewer(bo.account_id), minutes=5)


def test_neither_the_page_nor_the_api_tells_who_stands_by_lot(reviewer, bearer, database):
    with database.write() as session:
        ids = [keep(session, 0.5) for _ in range(12)]
        hidden = [row(session, one) for one in ids]
    page = reviewer.http.get("/gennemgang?orden=lærerige").text
    assert all(one in page for one in ids)
    assert 'value="lærerige" selected' in page
    found = reviewer.http.get(
        "/api/queue", params={"order": "lærerige"}, headers=bearer(Role.REVIEWER)
    ).json()
    assert [one["reference"] for one in found["items"]] == [
        one.public_id for one in sorted(hidden, key=lambda one: (-one.place, -one.id))
    ]
    assert not {"gain", "place", "draw", "lot"} & set(found["items"][0])
    page = re.sub(r'datetime="[^"]*"', "", page)
    for one in hidden:
        assert str(one.place) not in page
        assert one.place in (0.5, 1.0) or f"{one.place:.4f}" not in page


def test_the_order_can_be_chosen_on_the_list():
    assert queue.ORDERS["lærerige"] == "Mest lærerige først"
    assert next(iter(queue.ORDERS)) == "mulige"  # possible personal data is still the usual first
