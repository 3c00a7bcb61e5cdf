"""What came of a training, in English lines for the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evaluation.gate import Comparison, Finding, Verdict
from models.releases.store import ReleaseStore
from service.learning import judge

_WORDS = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "not passed",
    Verdict.UNDECIDED: "cannot be decided",
}


def summary(store: ReleaseStore, result: Mapping[str, Any]) -> Iterator[str]:
    """The version, what the gate said, and each rule that it did not pass."""
    if "refused" in result:
        yield f"Nothing was trained. {result['refused']}"
        return
    version, champion = result["version"], result["champion"]
    yield (
        f"classifier {version}: {result['confirmed']} confirmed submissions beside the written "
        f"ones; {result['blind']} blind ones to measure on"
    )
    minutes = sum(result["seconds"].values()) / 60
    yield f"minutes: {minutes:.1f}; pieces taken over from an earlier run: {result['resumed']}"
    yield f"the gate, against {champion}: {_WORDS[Verdict(result['verdict'])]}"
    found = judge.kept(store, version, champion)
    if found is None:
        return
    for check in found.checks:
        if check.verdict is not Verdict.PASSED:
            yield f"  {check.name}: {_WORDS[check.verdict]} ({check.said})"
    # On the blind share doubt refuses nothing; on the locked texts it does.
    yield from _refusals("locked", found.locked, {Verdict.FAILED, Verdict.UNDECIDED})
    yield from _refusals("blind", found.blind, {Verdict.FAILED})


def _refusals(name: str, comparison: Comparison, which: set[Verdict]) -> Iterator[str]:
    for one in comparison.findings:
        if one.verdict in which:
            yield f"  {name} texts ({comparison.texts}): {_line(one)}"


def _line(one: Finding) -> str:
    what = f"{one.measure} of {one.label}" if one.label else one.measure
    return (
        f"{what}: {one.difference:+.3f}, at least {one.low:+.3f}, allowed {-one.margin:+.3f} "
        f"({one.positives} true cases): {_WORDS[one.verdict]}"
    )
