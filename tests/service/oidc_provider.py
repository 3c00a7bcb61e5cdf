"""A small OpenID provider, run as a process of its own: ``python oidc_provider.py PORT``.

It does what OpenID Connect Core 1.0 and RFC 7636 ask of a provider: codes are good once and for the
client they were made for, the verifier is checked, ID tokens are signed with a key of its own. Who
sits before the browser, and what the provider does wrong, is told to it with ``PUT /script``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID = "retsspor-prøve+1"
CLIENT_SECRET = "en-hemmelighed-til-test/%&+"


@dataclass
class Script:
    """What the provider does until told otherwise."""

    claims: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    seen: list[str] = field(default_factory=list)


def fresh_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "a", "use": "sig"})


def half_hash(words: str) -> str:
    return encoded(hashlib.sha256(words.encode()).digest()[:16])


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Provider:
    """One issuer with its keys and codes."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}/tenant"
        self.key = fresh_key()
        self.script = Script()
        self.codes: dict[str, dict[str, str]] = {}

    async def put_script(self, request: Request) -> Response:
        self.script = Script(**await request.json())
        if self.script.fault == "new key":
            self.key = fresh_key()
        return JSONResponse({})

    async def get_seen(self, _request: Request) -> Response:
        return JSONResponse(self.script.seen)

    async def discovery(self, _request: Request) -> Response:
        self.script.seen.append("discovery")
        answers: dict[str, Response] = {
            "discovery fails": Response("no", 500),
            "discovery is a page": HTMLResponse("<p>no"),
            "discovery is a list": JSONResponse([]),
            "discovery is endless": Response(b" " * 2_000_000),
            "discovery leads elsewhere": RedirectResponse("/elsewhere"),
        }
        return answers.get(self.script.fault) or JSONResponse(self._document())

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?p=policy",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        changes: dict[str, dict[str, Any]] = {
            "discovery of another": {"issuer": "https://another.example"},
            "discovery without keys": {"jwks_uri": None},
            "token endpoint without TLS": {"token_endpoint": "http://elsewhere.example/token"},
            "keys without TLS": {"jwks_uri": "http://elsewhere.example/keys"},
        }
        return document | changes.get(self.script.fault, {})

    async def elsewhere(self, _request: Request) -> Response:
        self.script.seen.append("elsewhere")
        return JSONResponse(self._document())

    async def keys(self, _request: Request) -> Response:
        self.script.seen.append("keys")
        published: list[Any] = [self.key.as_dict(private=False)]
        if self.script.fault == "signed with the client secret":
            published.append({**OctKey.import_key(CLIENT_SECRET).as_dict(), "kid": "s"})
        if self.script.fault == "keys of the future":
            published.insert(0, {"kty": "AKP", "kid": "pq", "alg": "ML-DSA-44", "pub": "x"})
        if self.script.fault == "no keys":
            published = []
        return JSONResponse({"keys": published})

    async def authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        expected = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "code_challenge_method": "S256",
            "p": "policy",
        }
        if any(query.get(name) != value for name, value in expected.items()):
            return Response("not a request of our client", 400)
        if not {"state", "nonce", "code_challenge"} <= query.keys():
            return Response("a part of the request is missing", 400)
        if "openid" not in query["scope"].split():
            return Response("not OpenID", 400)
        back: dict[str, str] = {"state": query["state"]}
        if self.script.fault == "access denied":
            back |= {"error": "access_denied", "error_description": "no"}
        else:
            back["code"] = secrets.token_urlsafe(16)
            self.codes[back["code"]] = query
        if self.script.fault == "answer of another issuer":
            back["iss"] = "https://another.example"
        if self.script.fault == "answer names its issuer":
            back["iss"] = self.issuer
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(back)}", 302)

    async def token(self, request: Request) -> Response:
        self.script.seen.append("token")
        if self.script.fault == "token endpoint fails":
            return Response("no", 500)
        if self.script.fault == "token endpoint leads elsewhere":
            return RedirectResponse("/elsewhere", 307)
        if self.script.fault == "token endpoint is a page":
            return HTMLResponse("<p>no")
        form = dict((await request.form()).items())
        if not self._is_client(request) or self.script.fault == "unknown client":
            # as Entra says it: with line ends, which RFC 6749 does not allow
            explanation = "AADSTS7000215: no\r\nTrace ID: 1"
            return refusal("invalid_client", 401, explanation)
        asked = self.codes.pop(str(form.get("code")), None)
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or encoded(hashlib.sha256(str(form.get("code_verifier")).encode()).digest())
            != asked["code_challenge"]
        ):
            return refusal("invalid_grant", 400, "AADSTS54005: already redeemed\r\nTrace ID: 2")
        access = secrets.token_urlsafe(16)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        if self.script.fault != "no ID token":
            answer["id_token"] = self._id_token(asked["nonce"], access)
        return JSONResponse(answer)

    def _is_client(self, request: Request) -> bool:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme != "Basic":
            return False
        name, _, secret = base64.b64decode(value).decode().partition(":")
        return (unquote_plus(name), unquote_plus(secret)) == (CLIENT_ID, CLIENT_SECRET)

    def _id_token(self, nonce: str, access: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "person-1",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "at_hash": half_hash(access),
        }
        claims |= self.script.claims
        changes: dict[str, dict[str, Any]] = {
            "wrong nonce": {"nonce": "0" * 64},
            "no nonce": {"nonce": None},
            "wrong audience": {"aud": "another-client"},
            "two audiences": {"aud": [CLIENT_ID, "another-client"]},
            "two audiences, for another": {
                "aud": [CLIENT_ID, "another-client"],
                "azp": "another-client",
            },
            "token of another issuer": {"iss": "https://another.example"},
            "expired": {"iat": now - 900, "exp": now - 300},
            "not valid yet": {"nbf": now + 900},
            "without an end": {"exp": None},
            "without a subject": {"sub": None},
            "subject is a number": {"sub": 7},
            "subject is endless": {"sub": "x" * 300},
            "another access token": {"at_hash": half_hash("another")},
        }
        claims |= changes.get(self.script.fault, {})
        return self._signed({name: value for name, value in claims.items() if value is not None})

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": "RS256", "kid": "a"}
        match self.script.fault:
            case "alg none":
                parts = (json.dumps({"alg": "none"}), json.dumps(claims))
                return ".".join(encoded(part.encode()) for part in parts) + "."
            case "signed with the client secret":
                key = OctKey.import_key(CLIENT_SECRET)
                return jwt.encode({"alg": "HS256", "kid": "s"}, claims, key)
            case "signed with the public key":
                key = OctKey.import_key(self.key.as_pem(private=False).hex())
                return jwt.encode({"alg": "HS256", "kid": "a"}, claims, key)
            case "signed by a stranger":
                return jwt.encode(header, claims, fresh_key())
            case "changed after signing":
                head, _, end = jwt.encode(header, claims, self.key).split(".")
                changed = encoded(json.dumps(claims | {"sub": "boss"}).encode())
                return f"{head}.{changed}.{end}"
            case "no token at all":
                return "no token at all"
        return jwt.encode(header, claims, self.key)


def refusal(error: str, status: int, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)


def main(port: int) -> None:
    provider = Provider(port)
    routes = [
        Route("/script", provider.put_script, methods=["PUT"]),
        Route("/seen", provider.get_seen),
        Route("/elsewhere", provider.elsewhere, methods=["GET", "POST"]),
        Route("/tenant/.well-known/openid-configuration", provider.discovery),
        Route("/tenant/keys", provider.keys),
        Route("/tenant/authorize", provider.authorize),
        Route("/tenant/token", provider.token, methods=["POST"]),
    ]
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    main(int(sys.argv[1]))
