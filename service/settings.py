"""What can be set from outside. Read once, frozen, handed in: no module reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_SHORTEST_SECRET = 16
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def is_safe_address(address: str) -> bool:
    """True for https, and for http on this machine: nobody between can read or change it.

    >>> is_safe_address("https://login.example/tenant"), is_safe_address("http://127.0.0.1:9000")
    (True, True)
    >>> is_safe_address("http://login.example"), is_safe_address("https://a:b@login.example")
    (False, False)
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port  # a port that is no number raises
    except ValueError:
        return False
    plain = not (parts.fragment or parts.username or parts.password)
    is_private = parts.scheme == "https" or (parts.scheme == "http" and host in _THIS_MACHINE)
    return bool(host) and plain and is_private and address.isascii() and " " not in address


class Settings(BaseSettings):
    """All settings of the service, each ``RETSSPOR_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="RETSSPOR_", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    var: Path = Field(default=Path("var"), description="Folder for the embedded database")
    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL or SQLite address; without it a SQLite file in VAR"
    )
    max_characters: int = Field(
        default=20_000, ge=100, description="Longest submission, in characters"
    )
    max_body_bytes: int = Field(
        default=1_000_000, ge=10_000, description="Largest form or JSON body"
    )
    max_csv_bytes: int = Field(
        default=20_000_000, ge=10_000, description="Largest CSV or JSONL body"
    )
    session_hours: int = Field(default=10, ge=1, le=72, description="A sign-in lasts this long")
    one_time_hours: int = Field(
        default=24, ge=1, le=168, description="A one-time sign-in link lasts this long"
    )
    sign_in_attempts: int = Field(
        default=10, ge=3, description="Failed sign-ins per name in 15 minutes"
    )
    local_sign_in: bool = Field(
        default=True, description="Passwords and one-time links sign in; false: only the provider"
    )
    public_address: str = Field(
        default="", description="Where browsers find the service, as https://retsspor.example"
    )
    oidc_issuer: str = Field(
        default="", description="OpenID Connect: the issuer; without it there is no such sign-in"
    )
    oidc_client_id: str = Field(default="", description="OpenID Connect: what we are called there")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="OpenID Connect: our secret there"
    )
    oidc_name: str = Field(
        default="din organisation", description="OpenID Connect: the provider's name on the button"
    )
    oidc_email_domains: str = Field(
        default="",
        description="Domains, with commas, whose verified addresses bind an account of that name",
    )
    claim_minutes: int = Field(
        default=20, ge=1, le=240, description="A submission is yours this long after your last act"
    )
    blind_percent: int = Field(
        default=10,
        ge=0,
        le=100,
        description="Share of submissions that are read without suggestions",
    )
    idempotency_hours: int = Field(
        default=48, ge=1, le=720, description="An Idempotency-Key is remembered this long"
    )
    secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Key of keyed hashes, the same for all processes; without it a file in VAR",
    )
    models: Path | None = Field(
        default=None,
        description="Folder of the trained models, shared by all processes; else VAR/models",
    )
    watch_minutes: int = Field(
        default=15, ge=0, le=1440, description="The model in use is looked after this often; 0: not"
    )
    report_minimum: int = Field(
        default=5, ge=3, le=500, description="Public reports hide groups of fewer submitters"
    )
    retention_months: int = Field(
        default=24, ge=1, le=120, description="A text is deleted so long after it was decided"
    )
    tidy_hour: int = Field(
        default=2, ge=0, le=23, description="What is past its time is deleted at this hour (UTC)"
    )
    metrics_token: SecretStr | None = Field(
        default=None, min_length=32, description="Opens /metrics; without it there is no such page"
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    @field_validator("public_address", "oidc_issuer")
    @classmethod
    def _need_safe_address(cls, address: str) -> str:
        if address and (not is_safe_address(address) or "?" in address):
            raise ValueError("needs https:// (http:// on this machine only), no query, no spaces")
        return address

    @field_validator("oidc_client_secret")
    @classmethod
    def _need_real_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(f"needs at least {_SHORTEST_SECRET} characters, as the provider made")
        return secret

    @model_validator(mode="after")
    def _need_whole_provider(self) -> Self:
        parts = {
            "RETSSPOR_OIDC_ISSUER": self.oidc_issuer,
            "RETSSPOR_OIDC_CLIENT_ID": self.oidc_client_id,
            "RETSSPOR_OIDC_CLIENT_SECRET": self.oidc_client_secret,
        }
        missing = [name for name, value in parts.items() if not value]
        if 0 < len(missing) < len(parts):
            raise ValueError(f"OpenID Connect also needs {' and '.join(missing)}")
        if not missing and not self.public_address:
            raise ValueError("OpenID Connect also needs RETSSPOR_PUBLIC_ADDRESS")
        if missing and not self.local_sign_in:
            raise ValueError("RETSSPOR_LOCAL_SIGN_IN=false needs a provider: RETSSPOR_OIDC_ISSUER")
        return self

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process."""
        return cls()

    @property
    def releases(self) -> Path:
        """Where the versions of the models lie."""
        return (self.models or self.var / "models").resolve()

    def as_environment(self) -> dict[str, str]:
        """What makes another process read the same settings. Holds secrets: hand it over only."""
        found = {}
        for name in self.model_fields_set:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                value = value.get_secret_value()
            if value is not None:
                found[f"RETSSPOR_{name.upper()}"] = str(value)
        return {**found, "RETSSPOR_VAR": str(self.var.resolve())}

    @property
    def address(self) -> str:
        """The database address with its driver. Never log it: it can hold a password."""
        if self.database_url is None:
            return f"sqlite:///{(self.var / 'retsspor.sqlite3').resolve()}"
        url = self.database_url.get_secret_value()
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url
