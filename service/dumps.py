"""No core dumps: a dump is the memory of a process on disk, and raw text is in memory only."""

from __future__ import annotations

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4


def no_dumps() -> None:
    """Forbid dumps of this process, and of those that it starts. Nobody can allow them again.

    The limit stops dumps to files, also in children. On Linux the process is undumpable as well:
    the limit does not bind a program that the kernel pipes dumps to (``core_pattern``), and no
    other process of the same user may look into the memory (prctl(2), ptrace(2)).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
