"""What each page is given. A template uses these fields and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from service.errors import FieldProblem


def _help(words: str) -> dict[str, str]:
    return {"help": words}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Something could not be done."""

    title: str = field(metadata=_help("What happened, in a few words"))
    detail: str = field(default="", metadata=_help("What to do now"))
    problems: tuple[FieldProblem, ...] = field(default=(), metadata=_help("Fields to put right"))


@dataclass(frozen=True, slots=True, repr=False)
class IntakePage:
    """The form. ``values`` is what the sender wrote, shown to the sender alone; hidden in logs."""

    values: Mapping[str, str] = field(metadata=_help("Fields as sent, to put back in the form"))
    areas: tuple[str, ...] = field(metadata=_help("The eight areas"))
    municipalities: tuple[str, ...] = field(metadata=_help("The 98 names"))
    limit: int = field(metadata=_help("Most characters"))
    errors: Mapping[str, str] = field(metadata=_help("Field → what is wrong with it"))
    kept: Markup | None = field(metadata=_help("What would be kept, placeholders marked"))
    kept_count: int = field(metadata=_help("How many placeholders that holds"))


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """Thanks, with a reference."""

    public_id: str = field(metadata=_help("The reference of the submission"))


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Name and password, and the provider where there is one."""

    target: str = field(metadata=_help("Where to go afterwards"))
    form_token: str = field(metadata=_help("Proof that the form is ours"))
    error: str = field(metadata=_help("Why the last attempt failed"))
    has_password: bool = field(metadata=_help("Whether a password signs in"))
    provider: str = field(metadata=_help("The sign-in provider's name, or nothing"))


@dataclass(frozen=True, slots=True)
class OneTimePage:
    """A button that spends a one-time link, here or by way of the provider."""

    form_token: str = field(metadata=_help("Proof that the form is ours"))
    has_link: bool = field(metadata=_help("Whether the link alone signs in"))
    provider: str = field(metadata=_help("The sign-in provider's name, or nothing"))
    provider_path: str = field(metadata=_help("Where the link binds the account to the provider"))
