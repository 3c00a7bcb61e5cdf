"""What can be set from outside. Read once, frozen, handed in: no module reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All settings of the service, each ``RETSSPOR_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="RETSSPOR_", frozen=True, extra="forbid")

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
    claim_minutes: int = Field(
        default=20, ge=1, le=240, description="A submission is yours this long after your last act"
    )
    blind_percent: int = Field(
        default=10,
        ge=0,
        le=100,
        description="Share of submissions that are read without suggestions",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process."""
        return cls()

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
