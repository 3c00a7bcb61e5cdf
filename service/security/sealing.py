"""Keyed hashes: they tell whether two values are the same, and nothing to who lacks the key.

The key is made on the first start and lies beside the embedded database, readable by its owner
only. Several processes behind one address need the same key: ``RETSSPOR_SECRET``.
"""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from service.secrets import new_secret
from service.settings import Settings

_FILE = "secret.key"


class Sealer:
    """Makes keyed hashes. Never shows its key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "Sealer()"

    def seal(self, *parts: bytes) -> str:
        """HMAC-SHA-256 over the parts, each with its length, as 64 hexadecimal digits."""
        message = b"".join(len(part).to_bytes(8) + part for part in parts)
        return hmac.new(self._key, message, sha256).hexdigest()


def sealer_of(settings: Settings) -> Sealer:
    """The sealer of this installation; makes its key when there is none yet."""
    if settings.secret is not None:
        return Sealer(settings.secret.get_secret_value().encode())
    path = settings.var / _FILE
    if not path.exists():
        _make(path)
    return Sealer(path.read_bytes())


def _make(path: Path) -> None:
    """Write a new key. Whoever links first wins, so two starts at once end up with one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{token_hex(8)}")  # threads share a process number
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(new_secret().encode())
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
