"""Has something risen? A test that may be looked at after every observation, however long it runs.

Testing by betting (Waudby-Smith & Ramdas, «Estimating means of bounded random variables by
betting», JRSS-B 2024): start with a wealth of 1 and bet, before each observation, that it lies
above the mean that is allowed. While the true mean is not above it, no way of betting makes money
on average, so the wealth reaches 1/alpha with a probability of alpha at most, however long it goes
on and whoever looks when (Ville's inequality). When the mean is above, the wealth grows
exponentially. How much is bet follows what was seen so far (the paper's aGRAPA): it decides how
soon a rise is found, never how often the alarm is false.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ALPHA = 0.05
"""Of versions that are no worse, this share at most is ever demoted."""
_MOST = 0.75
"""Share of the wealth that is ever put at stake."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What a test has come to."""

    observations: int
    mean: float
    wealth: float
    highest: float
    alarm_at: int | None
    """The observation at which the wealth first reached 1/alpha; None while it has not."""


def watch(values: Iterable[float], *, allowed: float, alpha: float = ALPHA) -> Watch:
    """Test whether the mean of ``values`` (each within 0 and 1) lies above ``allowed``.

    Raises ValueError for a value, or an allowed mean, beyond these.

    >>> watch([0.5] * 100, allowed=0.5).alarm_at is None
    True
    >>> watch([0.9] * 100, allowed=0.5).alarm_at
    8
    """
    if not (0 < allowed < 1 and 0 < alpha < 1):
        raise ValueError(f"allowed and alpha lie within 0 and 1, not {allowed}, {alpha}")
    wealth = highest = 1.0
    count, total, spread = 0, 0.0, 0.0
    alarm_at = None
    for value in values:
        if not 0 <= value <= 1:
            raise ValueError(f"a value lies between 0 and 1, not {value}")
        # Half a pretended observation at the allowed mean, so that the first bet is none.
        mean = (allowed + total) / (count + 1)
        variance = (0.25 + spread) / (count + 1)
        excess = mean - allowed
        stake = min(max(excess / (variance + excess**2), 0.0), _MOST / allowed)
        wealth *= 1 + stake * (value - allowed)
        highest = max(highest, wealth)
        count, total = count + 1, total + value
        spread += (value - (allowed + total) / (count + 1)) ** 2
        if alarm_at is None and wealth >= 1 / alpha:
            alarm_at = count
    return Watch(count, total / count if count else 0.0, wealth, highest, alarm_at)


def worse(champion: Iterable[float], former: Iterable[float], *, alpha: float = ALPHA) -> Watch:
    """Test whether the champion's losses (0 to 1) are above the former's on the same texts.

    The difference is squeezed into 0 to 1, where no difference is one half.
    """
    pairs = zip(champion, former, strict=True)
    return watch(((1 + one - other) / 2 for one, other in pairs), allowed=0.5, alpha=alpha)
