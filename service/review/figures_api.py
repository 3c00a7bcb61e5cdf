"""The API for figures: counts of what is confirmed, agreement of two readers, published reports."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from math import isnan
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from evaluation.figures import Estimate
from nlp.types import LABELS
from service.db.tables import Account, Role
from service.description import answers, refusals
from service.reports.render import KINDS
from service.reports.snapshots import Snapshot, all_snapshots
from service.review.agreement import agreement
from service.review.api import AnyAccount
from service.review.counts import CountRow, count
from service.web import DatabaseDep, bearer

router = APIRouter(prefix="/api", tags=["figures"])

StaffAccount = Annotated[Account, Depends(bearer(Role.REVIEWER, Role.ANALYST))]
AnalystAccount = Annotated[Account, Depends(bearer(Role.ANALYST))]


class CountRowOut(BaseModel):
    """A place with its confirmed submissions and how many carry each label."""

    name: str
    total: int
    labels: dict[str, int]


class CountsOut(BaseModel):
    """Raw figures for staff. What is published goes through disclosure control."""

    received: int
    waiting: int
    excluded: int
    confirmed: CountRowOut
    areas: list[CountRowOut]
    municipalities: list[CountRowOut]


class EstimateOut(BaseModel):
    """A figure with its 95 % interval."""

    value: float
    low: float | None
    high: float | None


class LabelAgreementOut(BaseModel):
    """One label."""

    label: str
    both: int = Field(description="Both set it")
    one: int = Field(description="One set it, the other did not")
    alpha: EstimateOut | None = Field(description="None where nothing can be said")


class AgreementOut(BaseModel):
    """How well two readers agree: Krippendorff's alpha for each label."""

    pairs: int = Field(description="Submissions that two people read")
    compared: int = Field(description="Of these, both said that it counts")
    waiting: int
    disputed: int
    is_enough: bool = Field(description="False: too few for any figure")
    labels: list[LabelAgreementOut]


class ReportOut(BaseModel):
    """One version of a published report. It never changes; a correction is a new version."""

    slug: str
    version: int
    title: str
    as_of: str
    published_at: datetime
    sha256: str = Field(description="Of the canonical JSON")
    files: dict[str, str] = Field(description="Format → address; open to all")


class ReportsOut(BaseModel):
    """All versions of all reports, in the order of publication."""

    items: list[ReportOut]


_ROW = {"name": "I alt", "total": 12, "labels": dict.fromkeys(LABELS, 3)}
_COUNTS = {
    "received": 20,
    "waiting": 6,
    "excluded": 2,
    "confirmed": _ROW,
    "areas": [_ROW | {"name": "handicap"}],
    "municipalities": [_ROW | {"name": "Kolding"}],
}
_AGREEMENT = {
    "pairs": 24,
    "compared": 22,
    "waiting": 1,
    "disputed": 2,
    "is_enough": True,
    "labels": [
        {
            "label": "frister",
            "both": 9,
            "one": 2,
            "alpha": {"value": 0.82, "low": 0.61, "high": 0.95},
        }
    ],
}
_REPORTS = {
    "items": [
        {
            "slug": "2026-05-01",
            "version": 1,
            "title": "Foreløbig analyse",
            "as_of": "2026-05-01",
            "published_at": "2026-05-04T08:00:00Z",
            "sha256": "0" * 64,
            "files": {"json": "/rapporter/2026-05-01/1/rapport.json"},
        }
    ]
}


@router.get(
    "/counts",
    operation_id="readCounts",
    summary="Count what is confirmed",
    response_model=CountsOut,
    responses=answers(200, _COUNTS) | refusals(),
)
def read_counts(_account: StaffAccount, database: DatabaseDep) -> CountsOut:
    """By label, area and municipality, at this moment. Not for publication."""
    with database.read() as session:
        found = count(session)
    return CountsOut(
        received=found.received,
        waiting=found.waiting,
        excluded=found.excluded,
        confirmed=_row(found.confirmed),
        areas=[_row(one) for one in found.areas],
        municipalities=[_row(one) for one in found.municipalities],
    )


def _row(row: CountRow) -> CountRowOut:
    labels = dict(zip(LABELS, row.labels, strict=True))
    return CountRowOut(name=row.name, total=row.total, labels=labels)


@router.get(
    "/agreement",
    operation_id="readAgreement",
    summary="See how well two readers agree",
    response_model=AgreementOut,
    responses=answers(200, _AGREEMENT) | refusals(),
)
def read_agreement(_account: AnalystAccount, database: DatabaseDep) -> AgreementOut:
    """Over the submissions that two people read without seeing each other's decision."""
    with database.read() as session:
        found = agreement(session)
    return AgreementOut(
        pairs=found.pairs,
        compared=found.compared,
        waiting=found.waiting,
        disputed=found.disputed,
        is_enough=found.is_enough,
        labels=[
            LabelAgreementOut(
                label=one.label, both=one.both, one=one.one, alpha=_estimate(one.alpha)
            )
            for one in found.labels
        ],
    )


def _estimate(estimate: Estimate | None) -> EstimateOut | None:
    """Limits that no draw could give are left out: JSON has no word for them."""
    if estimate is None:
        return None
    limits = {name: None if isnan(one) else one for name, one in asdict(estimate).items()}
    return EstimateOut.model_validate(limits)


@router.get(
    "/reports",
    operation_id="listReports",
    summary="List what is published",
    response_model=ReportsOut,
    responses=answers(200, _REPORTS) | refusals(),
)
def list_reports(_account: AnyAccount, database: DatabaseDep) -> ReportsOut:
    """Each version with the addresses of its files."""
    with database.read() as session:
        found = all_snapshots(session)
    return ReportsOut(items=[_report(one) for one in found])


def _report(one: Snapshot) -> ReportOut:
    return ReportOut(
        slug=one.slug,
        version=one.version,
        title=one.title,
        as_of=one.as_of,
        published_at=one.published_at,
        sha256=one.sha256,
        files={
            kind.removeprefix("."): f"/rapporter/{one.slug}/{one.version}/rapport{kind}"
            for kind in KINDS
        },
    )
