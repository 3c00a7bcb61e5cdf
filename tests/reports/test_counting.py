"""What the database counts is what a list of the same submissions gives, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.db.engine import Database
from service.db.tables import Decision, Exclusion, Review, Role, State, Submission
from service.db.upgrade import upgrade
from service.disclosure.published import Fact, Published
from service.disclosure.types import Group
from service.reports.aggregate import REGIONS, Counts, aggregate
from service.reports.counting import count_confirmed, municipality_order
from service.reports.types import ConfirmedSubmission
from service.security import accounts
from training_data.areas import AREAS

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


@dataclass(frozen=True)
class Act:
    """What a reviewer said, and when (days). Without labels and exclusion: confirmed as none."""

    at: float
    labels: tuple[str, ...] = ()
    exclusion: Exclusion | None = None
    state: State = State.REVIEWED


@dataclass(frozen=True)
class Sent:
    """A submission and all that was decided about it."""

    submitter: str
    received: float
    acts: tuple[Act, ...] = ()
    area: str | None = "handicap"
    place: str | None = "Vejle"
    is_test: bool = False

    def counted(self, number: int) -> ConfirmedSubmission:
        """As a report is to count it: since the act from which it stands as it does."""
        last = self.acts[-1] if self.acts else None
        excluded = last.exclusion.value if last and last.exclusion else None
        reviewed = last is not None and last.state is State.REVIEWED
        return ConfirmedSubmission(
            public_id=f"{number:026}",
            submitter=self.submitter,
            received_at=day(self.received),
            area=self.area if self.area in AREAS else "andet",
            municipality=self.place if self.place in REGIONS else None,
            labels=last.labels if last else (),
            excerpts=(),
            reviewed_at=day(self._stands_since()) if reviewed else None,
            excluded=excluded or (Exclusion.TEST.value if self.is_test else None),
        )

    def _stands_since(self) -> float:
        since = self.acts[-1].at
        for act in reversed(self.acts):
            if (act.labels, act.exclusion, act.state) != self._last():
                break
            since = act.at
        return since

    def _last(self) -> tuple[tuple[str, ...], Exclusion | None, State]:
        return self.acts[-1].labels, self.acts[-1].exclusion, self.acts[-1].state


F, B = ("frister",), ("begrundelse", "frister")
OUT = Exclusion.WITHDRAWN
TABLE = [
    Sent("a", 5, (Act(9, F),)),
    Sent("a", 95, (Act(99, B),)),  # wrote twice, in two quarters
    Sent("b", 6, (Act(9, ()),)),  # confirmed, with no label
    Sent("c", 7, (Act(9, F), Act(60, B))),  # corrected after the first report
    Sent("d", 7, (Act(9, F), Act(60, F))),  # read again; nothing changed
    Sent("e", 7, (Act(9, F), Act(12, B))),  # corrected before the first report
    Sent("f", 8, (Act(9, F), Act(60, (), OUT))),  # withdrawn
    Sent("g", 8, (Act(9, F), Act(60, (), OUT), Act(70, F))),  # and came back
    Sent("h", 8, (Act(55, F),)),  # of the first period, confirmed after its report
    Sent("i", 9, (Act(9.5, F, None, State.SECOND),)),  # waits for a second person
    Sent("j", 9),  # waits
    Sent("k", 10, (Act(11, (), Exclusion.TEST),)),
    Sent("l", 10, is_test=True),
    Sent("m", 10, (Act(11, F),), is_test=True),
    Sent("n", 10, (Act(11, F),), area=None, place=None),
    Sent("o", 10, (Act(11, F),), area="nedlagt område", place="Gammel Kommune"),
    Sent("o", 89.96, (Act(100, B),), place=None),  # the second quarter in Denmark, not in UTC
    Sent("p", 300, (Act(301, F),)),  # after every period
]  # fmt: skip


def many(seed: int) -> list[Sent]:
    """Two hundred, anyhow."""
    random = Random(seed)

    def acts(received: float) -> Iterator[Act]:
        at = received
        for _ in range(random.choice([0, 1, 1, 1, 2, 3])):
            at += random.expovariate(1 / 20)
            out = random.choice([None, None, None, OUT, Exclusion.TEST])
            state = random.choice([State.REVIEWED] * 8 + [State.SECOND])
            labels = tuple(x for x in LABELS if random.random() < 0.4)
            yield Act(at, () if out else labels, out, state)

    found = []
    for _ in range(200):
        received = random.random() * 200
        found.append(
            Sent(
                f"s{random.randrange(150)}",
                received,
                tuple(acts(received)),
                random.choice([*AREAS, None]),
                random.choice(["Vejle", "Aarhus", "København", "Ukendt", None]),
                random.random() < 0.05,
            )
        )
    return found


def earlier() -> list[Published]:
    """Two reports: the first month, as known on day 50; and all so far, on day 110."""
    facts = (Fact(Group(), 1),)
    return [
        Published("1.0", day(0), day(31), day(50), facts),
        Published("2.0", None, day(105), day(110), facts),
    ]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Empty databases of both kinds."""
    address = f"sqlite:///{tmp_path / 'counting.sqlite3'}"
    if request.param == "postgres":
        address = request.getfixturevalue("postgres_url")
    database = Database(address)
    upgrade(database)
    yield database
    database.close()


def store(session: Session, sent: Sequence[Sent]) -> None:
    reviewer = accounts.create(session, "tæller", Role.REVIEWER).id
    review_id = 0
    for number, one in enumerate(sent, start=1):
        last = one.acts[-1] if one.acts else None
        session.execute(insert(Submission).values(_row(number, one, last)))
        for revision, act in enumerate(one.acts, start=1):
            review_id += 1
            told = {"id": review_id, "submission_id": number, "revision": revision}
            told |= {"reviewer_id": reviewer, "decided_at": day(act.at), "seconds": 9}
            how = {"action": "decide", "state": act.state, "exclusion": act.exclusion}
            session.execute(insert(Review).values(told | how | {"subtags": [], "note": ""}))
            if not act.exclusion:
                session.execute(insert(Decision), list(_decisions(told, act, review_id)))


def _row(number: int, one: Sent, last: Act | None) -> dict[str, object]:
    return {
        "id": number, "public_id": f"{number:026}", "text": "x", "text_sha256": f"{number}",
        "entities": [], "possible": [], "area": one.area, "municipality": one.place,
        "received_at": day(one.received), "stored_at": day(one.received), "is_test": one.is_test,
        "state": last.state if last else State.NEW, "exclusion": last.exclusion if last else None,
        "revision": len(one.acts), "uncertainty": 0.1, "urgency": 0.0, "submitter": one.submitter,
        "source": "form", "redactor_version": "r1", "classifier_version": "c1",
    }  # fmt: skip


def _decisions(told: dict[str, object], act: Act, review_id: int) -> Iterator[dict[str, object]]:
    shared = {key: value for key, value in told.items() if key != "id"}
    for label in LABELS:
        yield shared | {
            "review_id": review_id, "label": label, "value": label in act.labels,
            "kind": "accepted", "score": 0.5, "threshold": 0.5, "model_version": "c1",
            "text_sha256": "",
        }  # fmt: skip


def same(counted: Counts, expected: Counts) -> None:
    """Every number of submissions, and of people in every single area, place and quarter."""
    one, other = counted.census, expected.census
    assert (one.classes, one.quarters, one.now) == (other.classes, other.quarters, other.now)
    assert np.array_equal(one.cube, other.cube)
    assert np.array_equal(one.times, other.times)
    groups = [Group(), *(Group(areas=(x,)) for x in AREAS)]
    groups += [Group(places=(x,)) for x in other.places]
    groups += [Group(present=frozenset({x})) for x in LABELS]
    groups += [Group(areas=(x,), quarters=(q,)) for x in AREAS for q in other.quarters]
    for view in other.views():
        for group in groups:
            assert one.size(group, view) == other.size(group, view), (group, view)
    assert (counted.tests, counted.waiting) == (expected.tests, expected.waiting)
    assert counted.excluded.submissions == expected.excluded.submissions
    assert counted.excluded.size == expected.excluded.size
    assert (counted.first, counted.last) == (expected.first, expected.last)


@pytest.mark.parametrize("sent", [[], TABLE, many(1), many(2)], ids=["none", "table", "1", "2"])
def test_a_database_counts_as_a_list_does(both, sent):
    with both.write() as session:
        store(session, sent)
    periods = [(None, day(200)), (day(31), day(105)), (None, day(50))]
    for since, until in periods:
        for before in ([], earlier()[:1], earlier()):
            with both.read() as session:
                counted = count_confirmed(session, since=since, until=until, earlier=before)
            expected = aggregate(
                [one.counted(number) for number, one in enumerate(sent)],
                since=since,
                until=until,
                areas=AREAS,
                municipalities=municipality_order(),
                earlier=before,
            )
            same(counted, expected)
