"""The list: order, filters, and pages that neither skip nor repeat."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from nlp.types import LABELS, RawText, Reading, Redacted, Suggestion, Versions
from service.db.tables import Source, Submission
from service.intake.fields import Draft
from service.intake.repository import Incoming, add
from service.review import queue
from service.review.queue import Filters, Viewer
from service.secrets import new_submitter
from training_data.areas import AREAS
from training_data.municipalities import find

START = datetime(2026, 5, 1, tzinfo=UTC)


def keep(session, minutes, *, probability=0.5, area=None, municipality=None, label="frister"):
    suggestions = tuple(
        Suggestion(one, probability if one == label else 0.01, one == label) for one in LABELS
    )
    reading = Reading(Redacted("tekst", ()), suggestions, (), Versions("r", "c"))
    draft = Draft(
        RawText(""),
        area,
        find(municipality) if municipality else None,
        START + timedelta(minutes=minutes),
    )
    return add(session, Incoming(draft, reading, Source.API, new_submitter(), None), "test")


@pytest.fixture
def filled(both):
    """45 submissions, many received in the same minute and equally unsure."""
    with both.write() as session:
        for number in range(45):
            keep(session, number % 7, probability=0.5 + (number % 5) / 10, area=AREAS[number % 8])
    return both


ANNA = Viewer(1)


def walk(session, filters, most=4):
    found, after = [], ""
    while page := queue.page(session, filters, ANNA, after=after, most=most):
        found += page
        after = page[-1].public_id
    return found


@pytest.mark.parametrize("order", list(queue.ORDERS))
def test_pages_show_each_submission_once_in_order(filled, order):
    with filled.read() as session:
        found = walk(session, Filters(order=order))
    assert len({one.id for one in found}) == len(found) == 45
    key = {
        "usikre": "uncertainty",
        "mulige": "urgency",
        "nyeste": "received_at",
        "lærerige": "place",
    }[order]
    keys = [(getattr(one, key), one.id) for one in found]
    assert keys == sorted(keys, reverse=order != "usikre")


@pytest.mark.parametrize("order", list(queue.ORDERS))
def test_the_next_in_line_walks_the_same_way_and_starts_again(filled, order):
    filters = Filters(order=order)
    with filled.write() as session:
        expected = [one.public_id for one in walk(session, filters)]
        for here, there in zip(expected, [*expected[1:], expected[0]], strict=True):
            found = queue.next_in_line(session, filters, ANNA, after=here)
            assert found.public_id == there


def test_a_new_submission_does_not_shift_the_pages(filled):
    with filled.read() as session:
        first = queue.page(session, Filters(order="nyeste"), ANNA, most=10)
    with filled.write() as session:
        keep(session, 99)
    with filled.read() as session:
        after = first[-1].public_id
        second = queue.page(session, Filters(order="nyeste"), ANNA, after=after, most=10)
    assert not {one.id for one in first} & {one.id for one in second}
    assert max(one.received_at for one in second) <= first[-1].received_at


def test_filters(both):
    with both.write() as session:
        wanted = keep(session, 1, area="handicap", municipality="Vejle", label="begrundelse")
        keep(session, 2, area="ældre", municipality="Vejle", label="begrundelse")
        keep(session, 3, area="handicap", municipality="Kolding", label="begrundelse")
        keep(session, 4, area="handicap", municipality="Vejle", label="frister")
    filters = Filters(area="handicap", municipality="Vejle", label="begrundelse")
    with both.read() as session:
        assert [one.public_id for one in queue.page(session, filters, ANNA)] == [wanted]
        assert queue.page(session, Filters(state="vurderede"), ANNA) == []
        assert len(queue.page(session, Filters(state="alle"), ANNA)) == 4
        assert len(list(session.scalars(select(Submission.id)))) == 4


queries = st.dictionaries(
    st.sampled_from(["orden", "status", "område", "kommune", "mærke"]),
    st.one_of(st.text(max_size=12), st.sampled_from([*AREAS, *LABELS, "Kbh", "usikre", "alle"])),
)


@given(queries)
def test_any_query_gives_filters_that_survive_their_own_address(query):
    filters = Filters.from_query(query)
    again = Filters.from_query(dict(parse_qsl(filters.query().removeprefix("?"))))
    assert again == filters


def test_the_page_offers_the_rest(reviewer, database):
    with database.write() as session:
        for number in range(queue.PAGE + 3):
            keep(session, number)
    page = reviewer.http.get("/gennemgang").text
    assert page.count('<button class="open">') == queue.PAGE
    following = page.split('rel="next" href="')[1].split('"')[0]
    rest = reviewer.http.get(following.replace("&amp;", "&")).text
    assert rest.count('<button class="open">') == 3
    assert 'rel="next"' not in rest


FILTERS = [
    {},
    {"municipality": "Vejle"},
    {"area": "handicap"},
    {"area": "handicap", "municipality": "Vejle"},
    {"label": "frister"},
    {"label": "frister", "area": "handicap", "municipality": "Vejle"},
]


def test_an_index_holds_every_order(filled):
    """No page of the queue reads or sorts the table, however many submissions there are."""
    with filled.read() as session:
        after = session.scalar(select(Submission.public_id).limit(1))
        for order, state, given in product((*queue.ORDERS, queue.AGAIN), queue.STATES, FILTERS):
            filters = Filters(order=order, state=state, **given)
            for start in ("", after):
                work = partial(queue.page, session, filters, ANNA, after=start)
                assert [one for one in plans_of(session, work) if costly(one)] == [], filters


def plans_of(session, work):
    """How the database answers each statement that looks for rows in order."""
    seen = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    driver = session.connection()
    if driver.dialect.name == "postgresql":  # a small table is read faster than its index
        for way in ("seqscan", "bitmapscan", "sort"):
            driver.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    explain = "EXPLAIN QUERY PLAN " if driver.dialect.name == "sqlite" else "EXPLAIN "
    ordered = [(statement, values) for statement, values in seen if " LIMIT " in statement]
    assert ordered
    return [
        "\n".join(str(row[-1]) for row in driver.exec_driver_sql(explain + statement, values))
        for statement, values in ordered
    ]


def costly(plan):
    return re.search(r"SCAN submission|TEMP B-TREE|Seq Scan on submission|Sort ", plan)


def test_a_plan_without_an_index_is_found(filled):
    with filled.read() as session:
        by_text = select(Submission.id).order_by(Submission.text).limit(1)
        (plan,) = plans_of(session, lambda: session.execute(by_text))
    assert costly(plan)
