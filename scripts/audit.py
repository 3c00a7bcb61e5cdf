"""Known flaws in the locked libraries: asks the advisory database through pip-audit.

pip-audit ends well when it could not ask: what it has not found in the database it passes over.
Here that is a failure of its own, so that silence is not taken for safety.

Exit codes: 0 nothing known, 1 flaws (listed), 3 the database could not be asked for all of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Any

LOCKS = ("requirements.lock", "requirements-dev.lock")


def verdict(libraries: Iterable[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """Exit code and lines to say, from pip-audit's list of libraries.

    >>> verdict([{"name": "a", "version": "1", "vulns": []}])
    (0, ['1 libraries, no known flaw.'])
    """
    found = list(libraries)
    flaws = [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in "
        f"{', '.join(flaw.get('fix_versions') or ()) or 'no version yet'}"
        for one in found
        for flaw in one.get("vulns", ())
    ]
    unasked = [one["name"] for one in found if "skip_reason" in one]
    told = list(flaws)
    if unasked or not found:
        told.append(
            f"The advisory database did not answer for {len(unasked)} of {len(found)} libraries: "
            "nothing is known of them. Run this where the network reaches it."
        )
    if flaws:
        return 1, told
    return (3, told) if told else (0, [f"{len(found)} libraries, no known flaw."])


def asked(lock: str) -> list[Mapping[str, Any]]:
    """What pip-audit says of a lock file; empty when it could not even begin."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--require-hashes"]
    options = ["--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    try:
        answer: dict[str, list[Mapping[str, Any]]] = json.loads(done.stdout)
    except ValueError:
        return []
    return answer["dependencies"]


def main() -> int:
    """Ask about both lock files; the worst is the exit code."""
    worst = 0
    for lock in LOCKS:
        code, told = verdict(asked(lock))
        for line in told:
            sys.stdout.write(f"{lock}: {line}\n")
        worst = code if worst != 1 and code else worst
    return worst


if __name__ == "__main__":
    sys.exit(main())
