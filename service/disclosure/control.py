"""Decides which figures may leave, and refuses when no choice is safe.

Always in people (distinct submitters), with ``k`` the minimum:

1.  *The total.* Below k people, nothing is shown. Beside every earlier publication the new one must
    count no new people or at least k; else it is refused: it would describe the few who came.
2.  *Tables that add up*: groups below k are told together (``partition``); small municipalities
    with the others of their region.
3.  *A figure and its rest.* A label, also within an area or a place, is shown only if those with it
    and those without it are nobody or at least k. So «7 of 8» is hidden: it exposes the one. Two
    labels together need it of all four groups. What nobody states is 0, and shown.
4.  *Complementary suppression* (``complement``) of what a hidden figure could be solved from.
5.  *Differencing.* Rules 2 and 3 hold for those new since, and those no longer in, every earlier
    publication that told the same group (``history``).
6.  *Proof* (``witness``). Everything told, now and before, is solved together. Figures go on being
    hidden until every hidden figure has a range of at least k, and no small group that up to three
    labels, or two labels in an area or a place, describe is certain to be there. If figures run
    out, publication is refused.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.disclosure.choosing import Chooser, FewestFirst
from service.disclosure.counted import Counted
from service.disclosure.history import History, NotTheseData
from service.disclosure.narrowing import narrower
from service.disclosure.plan import BLOCKS, Key, Plan
from service.disclosure.planning import Extra, Planner
from service.disclosure.programme import Contradiction
from service.disclosure.published import Published, check
from service.disclosure.refusing import contradictory, too_few, unsafe
from service.disclosure.sheets import Target
from service.disclosure.telling import Teller
from service.disclosure.types import Disclosed, Group, Proof, Reason, Refusal, Rule
from service.disclosure.witness import Finding, prove

_STEPS = 24


def disclose(
    counts: Counted,
    rule: Rule,
    earlier: Sequence[Published] = (),
    *,
    chooser: Chooser | None = None,
) -> Disclosed | Refusal:
    """All figures of a report with what could expose somebody left out, or why there can be none.

    ``earlier`` are all published publications, oldest first; ``counts`` must have been made with
    the same. A minimum of 1 hides nothing and proves nothing.
    """
    if rule.minimum == 1:
        return _Control(counts, rule, (), chooser or FewestFirst()).everything()
    try:
        for one in earlier:
            check(one)
        return _Control(counts, rule, earlier, chooser or FewestFirst()).safe()
    except (NotTheseData, Contradiction, ValueError) as error:
        return contradictory(error)


def publishable(counts: Counted, rule: Rule, earlier: Sequence[Published] = ()) -> frozenset[Group]:
    """The figures that are fit to be shown when looked at one by one: what is measured against."""
    history = History(counts.census, earlier, rule)
    return Planner(counts, rule, history, FewestFirst()).publishable()


@dataclass
class _Search:
    """What the proofs have found so far, over all plans that were tried."""

    started: float
    proven: frozenset[Target] = frozenset()
    ranges: dict[Group, int] = field(default_factory=dict)
    witnesses: int = 0
    solved: int = 0

    def take(self, finding: Finding) -> Finding:
        """Remember a finding."""
        self.proven = finding.proven
        self.ranges |= finding.ranges
        self.witnesses += finding.witnesses
        self.solved += finding.solved
        return finding

    def proof(self, hidden: int) -> Proof:
        """What is told of the proof."""
        return Proof(
            hidden=hidden,
            groups=sum(not target.hidden for target in self.proven),
            witnesses=self.witnesses,
            solved=self.solved,
            seconds=round(time.monotonic() - self.started, 3),
            narrowest=min(
                (self.ranges[one.group] for one in self.proven if one.hidden), default=None
            ),
        )


class _Control:
    """One decision."""

    def __init__(
        self, counts: Counted, rule: Rule, earlier: Sequence[Published], chooser: Chooser
    ) -> None:
        self._census, self._rule = counts.census, rule
        self._earlier, self._chooser = earlier, chooser
        self._history = History(self._census, earlier, rule)
        self._planner = Planner(counts, rule, self._history, chooser)
        self._teller = Teller(counts, rule)

    def everything(self) -> Disclosed:
        """A working report: all figures, none of them fit for publication."""
        return self._teller.shown(self._planner.plan(Extra()), None)

    def safe(self) -> Disclosed | Refusal:
        """What can be proven safe; hides more until it is."""
        total = self._census.size(Group())
        if 0 < total.people < self._rule.minimum:
            return self._teller.nothing()
        if refusal := too_few(self._census, self._history, self._rule):
            return refusal
        search = _Search(time.monotonic())
        extra, plan = Extra(), self._planner.plan(Extra())
        for step in range(_STEPS):
            finding = search.take(self._prove(plan, search.proven))
            if not finding.unproven:
                return self._teller.shown(plan, search.proof(len(plan.all_hidden())))
            extra = narrower(
                plan,
                extra,
                finding.unproven,
                self._chooser,
                self._planner.number,
                everything=step >= _STEPS // 2,
            )
            following = self._planner.plan(extra)
            if following == plan:
                break
            if following.parts != plan.parts:  # another table: what was proven may be told again
                search.proven = frozenset()
            plan = following
        return unsafe(finding.unproven)

    def _prove(self, plan: Plan, proven: frozenset[Target]) -> Finding:
        return prove(
            self._census,
            self._earlier,
            [group for _, group in plan.told()],
            [key[1] for key in plan.all_hidden() if self._is_secret(plan, key)],
            self._rule.minimum,
            proven,
        )

    def _is_secret(self, plan: Plan, key: Key) -> bool:
        """True for a hidden figure that must have a wide range.

        Without an earlier publication that is all of them. Beside one, a large figure may be known
        nearly: it was told before, and few have come. Those few are a target of their own.
        """
        table, group = key
        if not self._earlier:
            return True
        if table in BLOCKS:
            return 0 < self._census.size(group).people < self._rule.minimum
        return plan.hidden[key] in (Reason.PRIMARY, Reason.REST)
