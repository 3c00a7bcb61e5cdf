"""A provider that answers with anything: discovery document, keys, token, each in bytes.

The road is the whole of ``identify``; only the wire is in memory. Nobody but the one subject whose
token was really signed may come out of it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from service.bench.fuzzing.tally import Broken
from service.secrets import fingerprint
from service.security.oidc import Provider, Refused, identify

_ISSUER = "https://id.hvidsand.example/tenant"
_SUBJECT = "person-1"
_SECRET = "en-hemmelighed-til-fuzz"
_NOT = b"\x00\x01\x00"
"""Between the three answers of the provider."""

PROVIDER = Provider(
    issuer=_ISSUER,
    client_id="retsspor",
    client_secret=SecretStr("en-hemmelighed-til-fuzz"),
    answer_address="https://retsspor.example/login/oidc/svar",
    name="Prøve",
    domains=frozenset(),
)


def identifying(content: bytes) -> str:
    """Sign in with the three answers that stand in the bytes."""
    parts = [*content.split(_NOT, 2), b"", b""]
    answers = {"/keys": parts[1], "/token": parts[2]}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=answers.get(request.url.path, parts[0]))

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=False) as http:
        try:
            found = identify(http, PROVIDER, _SECRET, "code")
        except Refused as refused:
            return refused.reason.word
    if found.key != fingerprint(f"{_ISSUER}\n{_SUBJECT}"):
        raise Broken("somebody else was let in")
    return "let in"


def seeds() -> Iterator[bytes]:
    """A provider that is right, and some that are nearly so."""
    key = RSAKey.generate_key(2048, {"kid": "a", "use": "sig"})
    document = {
        "issuer": _ISSUER,
        "authorization_endpoint": f"{_ISSUER}/authorize",
        "token_endpoint": "https://id.hvidsand.example/token",
        "jwks_uri": "https://id.hvidsand.example/keys",
    }
    keys = {"keys": [key.as_dict(private=False)]}
    now = int(time.time())
    claims = {
        "iss": _ISSUER,
        "aud": PROVIDER.client_id,
        "sub": _SUBJECT,
        "iat": now,
        "exp": now + 86_400,
        "nonce": fingerprint(f"nonce:{_SECRET}"),
    }
    for change in ({}, {"sub": "boss"}, {"exp": None}, {"aud": ["retsspor", "x"]}):
        # An honest token, then ones that say something else without a right signature.
        signed = jwt.encode({"alg": "RS256", "kid": "a"}, claims, key)
        head, _, end = signed.split(".")
        if change:
            changed = jwt.encode({"alg": "RS256", "kid": "a"}, claims | change, key).split(".")[1]
            signed = f"{head}.{changed}.{end}"
        token = {"access_token": "x", "token_type": "Bearer", "id_token": signed}
        yield _NOT.join(json.dumps(one).encode() for one in (document, keys, token))
