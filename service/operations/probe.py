"""Asks an address until it answers 200, for a unit or a container: ``python -m … URL SECONDS``.

Exit code 0 when it did within the seconds, else 1. Says nothing of the answer.
"""

from __future__ import annotations

import sys
import time

import httpx

PAUSE = 0.5


def answers(url: str, seconds: float) -> bool:
    """True as soon as an address answers 200; False when it does not within so many seconds."""
    until = time.monotonic() + seconds
    while True:
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == httpx.codes.OK:
                return True
        except httpx.HTTPError:
            pass
        if time.monotonic() + PAUSE > until:
            return False
        time.sleep(PAUSE)


def main(arguments: list[str]) -> int:
    """The exit code; 2 when the words are not an address and a number of seconds."""
    try:
        url, seconds = arguments[0], float(arguments[1])
    except (IndexError, ValueError):
        return 2
    return 0 if answers(url, seconds) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
