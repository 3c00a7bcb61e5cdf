"""What each page about reports is given. A template uses these fields and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.disclosure.types import Disclosed, Hidden, Proof
from service.reports.document import Report, Section
from service.reports.render import KINDS, Standing
from service.reports.snapshots import Snapshot
from service.reports.types import Quotable


def _help(words: str) -> dict[str, str]:
    return {"help": words}


@dataclass(frozen=True, slots=True)
class Listed:
    """One report in the list: its newest version first."""

    title: str
    as_of: str
    summary: str
    versions: tuple[Snapshot, ...]
    changes: tuple[str, ...]
    """What each version changed, in the same order; the first one changed nothing."""


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """The list of published reports."""

    reports: tuple[Listed, ...] = field(metadata=_help("Newest day first"))
    may_prepare: bool = field(metadata=_help("Whether to link to the preview"))
    kinds: tuple[str, ...] = field(default=tuple(KINDS), metadata=_help("Formats to download"))


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A published report."""

    report: Report = field(metadata=_help("The report"))
    sha256: str = field(metadata=_help("Hash of its canonical JSON"))
    standing: Standing = field(metadata=_help("Whether a newer version stands"))
    address: str = field(metadata=_help("Address of the page, that of the files begins so"))
    may_correct: bool = field(metadata=_help("Whether to link to the form for a new version"))
    kinds: tuple[str, ...] = field(default=tuple(KINDS), metadata=_help("Formats to download"))


@dataclass(frozen=True, slots=True)
class SectionsPage:
    """Metode & Data, or Anonymitet & GDPR."""

    title: str = field(metadata=_help("The heading"))
    lead: str = field(metadata=_help("A sentence under it"))
    sections: tuple[Section, ...] = field(metadata=_help("The text"))


@dataclass(frozen=True, slots=True)
class Filled:
    """The form of the preview as it was sent."""

    title: str = ""
    first: str = ""
    last: str = ""
    as_of: str = ""
    internal: bool = False
    corrects: str = ""
    changes: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Figures that are hidden for one reason."""

    reason: str
    groups: tuple[str, ...]
    more: int
    """How many there are beside those that are listed."""


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A report being prepared: the form as sent, and the report it makes."""

    form: Filled = field(metadata=_help("The form, as sent"))
    error: str = field(default="", metadata=_help("Why there is no report"))
    report: Report | None = field(default=None, metadata=_help("The report, when it was made"))
    sha256: str = field(default="", metadata=_help("Hash of its canonical JSON"))
    standing: Standing = field(default=Standing(), metadata=_help("Not published, as yet"))
    seal: str = field(default="", metadata=_help("Hash of what is seen, for the form"))
    hidden: tuple[Why, ...] = field(default=(), metadata=_help("What is not shown, and why"))
    proof: Proof | None = field(default=None, metadata=_help("What the attacker tried"))
    undecided: tuple[Quotable, ...] = field(default=(), metadata=_help("Excerpts to decide on"))
    approved: tuple[Quotable, ...] = field(default=(), metadata=_help("Excerpts that are quoted"))
    refused: tuple[tuple[Quotable, str], ...] = field(
        default=(), metadata=_help("Approved excerpts that are not quoted, and why")
    )
    may_publish: bool = field(default=False, metadata=_help("Whether it can be published"))
    kinds: tuple[str, ...] = field(default=tuple(KINDS), metadata=_help("Formats to download"))


_LISTED = 12


def whys(figures: Disclosed) -> tuple[Why, ...]:
    """What is hidden, by reason."""
    by_reason: dict[str, list[Hidden]] = {}
    for one in figures.hidden:
        by_reason.setdefault(one.reason.danish, []).append(one)
    return tuple(
        Why(
            reason,
            tuple(one.group.danish() for one in found[:_LISTED]),
            max(0, len(found) - _LISTED),
        )
        for reason, found in by_reason.items()
    )
