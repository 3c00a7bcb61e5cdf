"""Start a training in a process of its own, which outlives a restart of the service."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Thread

from service.learning.jobs import AlreadyRunning, Jobs
from service.learning.work import jobs_of
from service.settings import Settings


def start(settings: Settings) -> str:
    """Begin a training; gives its id. Raises AlreadyRunning.

    Settings go through the environment, which other accounts of the machine cannot read; no text
    does. What the process says goes to a log beside its result: it names errors, and quotes none.
    """
    jobs: Jobs = jobs_of(settings)
    if jobs.is_running():
        raise AlreadyRunning
    identifier = jobs.new()
    command = [
        *(sys.executable, "-m", "service.cli", "train", "classifier", "--confirmed"),
        *("--job", identifier),
    ]
    environment = {"PATH": os.defpath, "PYTHONUTF8": "1", **settings.as_environment()}
    log = jobs.folder / identifier / "training.log"
    with log.open("ab") as said:
        child = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,  # Ctrl-C in the terminal of the service is not for it
        )
    # Somebody must take note of its end while this process lives, or it stays in the table.
    Thread(target=child.wait, daemon=True).start()
    return identifier
