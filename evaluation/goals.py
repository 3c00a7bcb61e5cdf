"""What was promised, beside what was measured: a table that cannot be read too kindly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure and its bar. ``most`` says that the bar is an upper one."""

    name: str
    value: float | None
    bar: float
    most: bool = False

    @property
    def reached(self) -> bool | None:
        """None when nothing was measured.

        >>> Goal("recall", 0.995, 0.99).reached, Goal("ece", 0.07, 0.05, most=True).reached
        (True, False)
        """
        if self.value is None:
            return None
        return self.value <= self.bar if self.most else self.value >= self.bar


def rows(goals: Sequence[Goal]) -> list[dict[str, str | float | bool | None]]:
    """The table as JSON."""
    return [
        {
            "goal": goal.name,
            "measured": None if goal.value is None else round(goal.value, 4),
            "bar": ("≤ " if goal.most else "≥ ") + f"{goal.bar:g}",
            "reached": goal.reached,
        }
        for goal in goals
    ]
