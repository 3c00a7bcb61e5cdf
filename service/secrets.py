"""Names and secrets that are made at random, and what is kept of a secret."""

from __future__ import annotations

import secrets
import time
from hashlib import sha256

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_public_id() -> str:
    """A ULID: 26 characters, sorted by time, 80 random bits.

    >>> len(new_public_id())
    26
    """
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def new_submitter() -> str:
    """An opaque key that says only: these submissions come from the same sender."""
    return secrets.token_hex(16)


def new_secret() -> str:
    """A secret to hand out; keep only its fingerprint."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is kept of a random secret (a plain hash is enough for 256 random bits)."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return secrets.compare_digest(left.encode(), right.encode())
