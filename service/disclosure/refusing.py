"""Why a publication is refused, in words."""

from __future__ import annotations

from collections.abc import Iterable

from service.disclosure.census import Census, View
from service.disclosure.history import History
from service.disclosure.sheets import Target
from service.disclosure.types import Group, Refusal, Rule


def too_few(census: Census, history: History, rule: Rule) -> Refusal | None:
    """Rule 1, for every earlier publication."""
    now, k = census.now, rule.minimum
    for t, told in enumerate(history.told):
        if told.published.total is None:
            continue
        version = told.published.version
        came = census.size(Group(), View(now, 1 << t)).people
        left = census.size(Group(), View(1 << t, now)).people
        if 0 < came < k or 0 < left < k:
            return Refusal(
                "too_few_new",
                f"Færre end {k} indsendere skiller denne rapport fra version {version}. "
                "Forskellen ville beskrive dem. Vent, til der er flere.",
                f"fewer than {k} people differ from version {version}: the difference would "
                "describe them; wait for more",
            )
        if history.gone(t, Group()) and came < k:
            return Refusal(
                "too_few_withdrawn",
                f"Siden version {version} er indsendelser trukket tilbage eller rettet, og der "
                f"er ikke kommet mindst {k} nye indsendere. Nye tal ville vise, hvad der er "
                "ændret. Vent, til der er flere.",
                f"submissions of version {version} were withdrawn or corrected, and fewer than "
                f"{k} new people have come: new figures would show what changed; wait for more",
            )
    return None


def contradictory(error: Exception) -> Refusal:
    """An earlier publication and the data, or an earlier publication alone, cannot be."""
    return Refusal(
        "contradictory",
        "En tidligere rapport passer ikke med de data, der nu er bekræftet, eller med sig selv. "
        "Derfor kan det ikke kontrolleres, at ingen kan findes. Rapporten kan ikke udgives.",
        f"an earlier publication does not fit these data: {error}",
    )


def unsafe(unproven: Iterable[Target]) -> Refusal:
    """All choices were tried, and these groups are still not safe."""
    return Refusal(
        "unsafe",
        "Der er ikke fundet nogen udgave af tallene, hvor ingen kan findes, når de holdes op "
        "mod de rapporter, der allerede er udgivet. Vent, til der er kommet flere indsendelser.",
        "no choice of figures was found that is safe beside what has been published",
        tuple(dict.fromkeys(target.group for target in unproven)),
    )
