"""OpenID Connect, our side of it: where a browser is sent, and who it is when it comes back.

Authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0 §3.1, RFC 7636). The
issuer's discovery document and keys are read when they are needed and not kept, so a provider may
change its keys at any time. The service asks no address but the configured issuer and those that
the issuer's own document names, never follows a redirect, and takes no answer above a size.

One secret in a cookie is all that is kept of a sign-in on its way. State, nonce and verifier are
hashes of it: none can be swapped for another's, and no table grows while strangers knock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import SecretStr

from service.secrets import fingerprint
from service.settings import Settings, is_safe_address

ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signatures with the provider's private key. Not ``none``, and no HS: our secret is no proof."""
ANSWER_PATH = "/login/oidc/svar"
_SCOPE = "openid email"
_LEEWAY_SECONDS = 60
_TIMEOUT = httpx.Timeout(6.0, connect=3.0)
_MOST_BYTES = 256_000
_LONGEST_SUBJECT = 255
"""OpenID Connect Core 1.0 §2: a subject is no longer."""
_SIGNING_KEYS = frozenset({"RSA", "EC"})


class Reason(Enum):
    """Why nobody is signed in: the word of the audit trail, HTTP status, Danish for the person."""

    STATE = ("state", 400, "Svaret hører ikke til denne browser, eller det kom for sent.")
    CANCELLED = ("cancelled", 401, "Du blev ikke logget ind hos udbyderen.")
    UNREACHABLE = ("provider down", 503, "Udbyderen svarer ikke lige nu. Prøv igen om lidt.")
    MISCONFIGURED = (
        "misconfigured",
        503,
        "Udbyderen kender ikke Retsspor, som det er sat op. Sig det til en administrator.",
    )
    CODE = ("code", 401, "Udbyderens kode er brugt eller udløbet.")
    SIGNATURE = ("signature", 401, "Svaret er ikke underskrevet af udbyderen.")
    ISSUER = ("issuer", 401, "Svaret kommer fra en anden udbyder.")
    AUDIENCE = ("audience", 401, "Svaret er til en anden tjeneste.")
    EXPIRED = ("expired", 401, "Svaret er udløbet. Passer urene på begge maskiner?")
    NONCE = ("nonce", 401, "Svaret hører til en anden indlogning.")
    TOKEN = ("token", 401, "Svaret mangler noget, eller noget i det er forkert.")
    EMAIL = (
        "unverified e-mail",
        403,
        "Udbyderen har ikke bekræftet din e-mailadresse. Bed en administrator om en invitation.",
    )
    UNKNOWN = ("unknown person", 403, "Du har ingen konto her. Bed en administrator om en.")
    INVITATION = ("invitation", 401, "Invitationen er brugt eller udløbet. Bed om en ny.")
    BOUND = (
        "bound otherwise",
        403,
        "Kontoen eller din bruger hos udbyderen er allerede knyttet til en anden.",
    )

    def __init__(self, word: str, status: int, danish: str) -> None:
        self.word = word
        self.status = status
        self.danish = danish


class Refused(Exception):
    """Nobody is signed in. Holds nothing that came from outside."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.word)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Provider:
    """The one configured provider, and what we are to it."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    answer_address: str
    """Where it sends browsers back to: fixed, never made of a request's Host."""
    name: str
    domains: frozenset[str]
    """Whose verified addresses may bind an account of that name; usually none."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What the issuer's document says: where browsers go, codes are traded, keys are published."""

    authorization: str
    token: str
    keys: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the provider knows them, from a token that passed every check."""

    key: str
    """Hash of issuer and subject: what an account is bound to."""
    email: str
    is_email_verified: bool


def provider_of(settings: Settings) -> Provider | None:
    """The provider of the settings, or None when there is none."""
    if not settings.oidc_issuer or settings.oidc_client_secret is None:
        return None
    domains = settings.oidc_email_domains.lower().split(",")
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        answer_address=settings.public_address.rstrip("/") + ANSWER_PATH,
        name=settings.oidc_name,
        domains=frozenset(one.strip() for one in domains if one.strip()),
    )


def open_http() -> httpx.Client:
    """A client that waits some seconds and goes nowhere it was not told to go."""
    return httpx.Client(timeout=_TIMEOUT, follow_redirects=False)


def state_of(secret: str) -> str:
    """What the provider hands back with its answer: only the browser with the secret has it."""
    return fingerprint(f"state:{secret}")


def _nonce_of(secret: str) -> str:
    return fingerprint(f"nonce:{secret}")


def _verifier_of(secret: str) -> str:
    return fingerprint(f"verifier:{secret}")


def sign_in_address(http: httpx.Client, provider: Provider, secret: str) -> str:
    """Where to send a browser to sign in. Raises Refused when the provider does not answer."""
    address, _ = _client(http, provider).create_authorization_url(
        discover(http, provider).authorization,
        state=state_of(secret),
        nonce=_nonce_of(secret),
        code_verifier=_verifier_of(secret),
    )
    return str(address)


def identify(http: httpx.Client, provider: Provider, secret: str, code: str) -> Identity:
    """Trade a code for an ID token and check it. Raises Refused for anything out of order."""
    endpoints = discover(http, provider)
    token = _trade(http, provider, endpoints, secret, code)
    keys = _keys(_fetch(http, endpoints.keys))
    return _identity(_claims(token, keys, provider, _nonce_of(secret)), provider)


def discover(http: httpx.Client, provider: Provider) -> Endpoints:
    """Read the issuer's document (OpenID Connect Discovery 1.0 §4). Raises Refused."""
    found = _fetch(http, get_well_known_url(provider.issuer, external=True))
    if found.get("issuer") != provider.issuer:
        raise Refused(Reason.ISSUER)
    return Endpoints(
        *(
            _safe(found.get(name), provider)
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        )
    )


def _safe(address: object, provider: Provider) -> str:
    """An address of the issuer's document; plain http only where the issuer itself is local."""
    if not isinstance(address, str) or not is_safe_address(address):
        raise Refused(Reason.MISCONFIGURED)
    if provider.issuer.startswith("https:") and not address.startswith("https:"):
        raise Refused(Reason.MISCONFIGURED)
    return address


def _fetch(http: httpx.Client, address: str) -> dict[str, Any]:
    """A JSON object from an address. Raises Refused."""
    body = bytearray()
    try:
        with http.stream("GET", address, headers={"Accept": "application/json"}) as answer:
            answer.raise_for_status()
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise Refused(Reason.UNREACHABLE)
            found = httpx.Response(200, content=bytes(body)).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise Refused(Reason.UNREACHABLE) from None
    if not isinstance(found, dict):
        raise Refused(Reason.UNREACHABLE)
    return found


def _client(http: httpx.Client, provider: Provider) -> Any:
    """Authlib's client on our HTTP client."""
    client = OAuth2Client(
        http,
        client_id=provider.client_id,
        scope=_SCOPE,
        redirect_uri=provider.answer_address,
        code_challenge_method="S256",
    )
    client.register_compliance_hook("access_token_response", _need_token)
    return client


def _need_token(answer: httpx.Response) -> httpx.Response:
    """Look at a refusal before Authlib does, which trips over Entra's long explanations."""
    if answer.is_server_error or answer.is_redirect:
        raise Refused(Reason.UNREACHABLE)
    if answer.is_success:
        return answer
    try:
        error = answer.json().get("error")
    except (ValueError, AttributeError):
        raise Refused(Reason.UNREACHABLE) from None
    raise Refused(Reason.CODE if error == "invalid_grant" else Reason.MISCONFIGURED)


def _trade(
    http: httpx.Client, provider: Provider, endpoints: Endpoints, secret: str, code: str
) -> Mapping[str, Any]:
    # RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
    auth = (
        quote_plus(provider.client_id),
        quote_plus(provider.client_secret.get_secret_value()),
    )
    try:
        token: Mapping[str, Any] = _client(http, provider).fetch_token(
            endpoints.token,
            grant_type="authorization_code",
            code=code,
            code_verifier=_verifier_of(secret),
            auth=auth,
        )
    except (httpx.HTTPError, ValueError):
        raise Refused(Reason.UNREACHABLE) from None
    return token


def _keys(found: dict[str, Any]) -> KeySet:
    """The public keys that may sign. Others, a symmetric one above all, are left out."""
    try:
        usable = [
            key
            for key in found["keys"]
            if key.get("kty") in _SIGNING_KEYS and key.get("use", "sig") == "sig"
        ]
        return KeySet.import_key_set({"keys": usable})
    except (KeyError, TypeError, AttributeError, ValueError, JoseError):
        raise Refused(Reason.UNREACHABLE) from None


def _claims(
    token: Mapping[str, Any], keys: KeySet, provider: Provider, nonce: str
) -> Mapping[str, Any]:
    """The claims of an ID token after every check of OpenID Connect Core 1.0 §3.1.3.7."""
    signed = token.get("id_token")
    if not isinstance(signed, str):
        raise Refused(Reason.TOKEN)
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        decoded = jwt.decode(signed, keys, registry=registry)
    except (JoseError, ValueError):
        raise Refused(Reason.SIGNATURE) from None
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        },
        {
            "nonce": nonce,
            "client_id": provider.client_id,
            "access_token": token.get("access_token"),
        },
    )
    try:
        claims.validate(leeway=_LEEWAY_SECONDS)
    except ExpiredTokenError:
        raise Refused(Reason.EXPIRED) from None
    except ClaimError as error:
        raise Refused(_REASONS.get(error.claim, Reason.TOKEN)) from None
    except (TypeError, ValueError):
        raise Refused(Reason.TOKEN) from None
    return dict(claims)


_REASONS = {
    "iss": Reason.ISSUER,
    "aud": Reason.AUDIENCE,
    "azp": Reason.AUDIENCE,
    "nonce": Reason.NONCE,
}


def _identity(claims: Mapping[str, Any], provider: Provider) -> Identity:
    subject, email = claims.get("sub"), claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise Refused(Reason.TOKEN)
    return Identity(
        key=fingerprint(f"{provider.issuer}\n{subject}"),
        email=email.strip().lower() if isinstance(email, str) else "",
        is_email_verified=claims.get("email_verified") is True,
    )
