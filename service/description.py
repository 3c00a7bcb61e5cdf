"""What the API tells of itself at ``/openapi.json``: bodies, examples, refusals, how to sign in.

Bodies are read by hand, so that no answer repeats them; here they are described by models. The
examples of refusals are made from the errors themselves, so they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from nlp.types import LABELS
from service import problems
from service.errors import (
    AlreadyReceived,
    BadCursor,
    BadFields,
    DatabaseAway,
    FieldProblem,
    InDoubt,
    KeyReused,
    NotAllowed,
    NotHere,
    NotReadable,
    NotRedacted,
    NotSignedIn,
    ServiceError,
    StaleVersion,
    Taken,
    TooLarge,
    VersionNeeded,
    WrongMediaType,
)

REFERENCE = "01KT5Q3H6ZJ8W4M2N7R9V0XBCD"
"""The submission of all examples. Invented, as everything in them."""

_INSTANCE = "urn:uuid:6f1f8f1e-4f0e-4a3b-9d8e-2c7a5b1d0e9f"
_COMPONENT = "#/components/schemas/{model}"

INTRODUCTION = """
Programs send submissions, staff decide on them, analysts take the figures.

Every call needs a bearer token; `retsspor users token NAME` prints one. Refusals are problem
details (RFC 9457), and none repeats what was sent. Answers hold redacted text only. More in
`docs/api.md`.
""".strip()


class FieldErrorOut(BaseModel):
    """What is wrong with a field."""

    field: str
    message: str


class ProblemOut(BaseModel):
    """Problem details (RFC 9457). ``instance`` names this one refusal, also in the log."""

    type: str = Field(description="urn:retsspor: and the kind; docs/api.md lists them")
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldErrorOut] | None = None
    reference: str | None = Field(None, description="The submission that was received before")


class CurrentOut(BaseModel):
    """What another person did meanwhile."""

    revision: int
    who: str
    what: str
    at: str
    labels: str


class ConflictOut(ProblemOut):
    """The version named by ``If-Match`` no longer stands."""

    current: CurrentOut | None = None


CURRENT = {
    "revision": 1,
    "who": "anna",
    "what": "vurderede",
    "at": "2026-05-02T09:30:00Z",
    "labels": "Frister (som foreslået)",
}

_EXAMPLES: Mapping[type[ServiceError], ServiceError] = {
    type(one): one
    for one in (
        AlreadyReceived(REFERENCE),
        BadCursor(),
        BadFields([FieldProblem("text", "text: is missing", "Feltet text mangler.")]),
        DatabaseAway(),
        InDoubt(),
        KeyReused(),
        NotAllowed("Tokenets rolle giver ikke adgang hertil."),
        NotHere("Indsendelsen findes ikke."),
        NotReadable("Det sendte er ikke gyldig JSON."),
        NotRedacted(),
        NotSignedIn("Send et token i Authorization: Bearer."),
        StaleVersion(1, {"current": CURRENT}),
        Taken("anna"),
        TooLarge(1_000_000),
        VersionNeeded(),
        WrongMediaType("Send application/json."),
    )
}

BODY = (NotReadable, TooLarge, WrongMediaType, BadFields)
"""What every body can be refused for."""

Responses = dict[int | str, dict[str, Any]]


def refusals(*kinds: type[ServiceError]) -> Responses:
    """The refusals of a route, those for want of a token, a role or a database among them."""
    found: Responses = {}
    always = (NotSignedIn, NotAllowed, DatabaseAway, InDoubt)
    wanted: tuple[type[ServiceError], ...] = (*always, *kinds)
    for kind in wanted:
        error = _EXAMPLES[kind]
        model = "ConflictOut" if error.status == 412 else "ProblemOut"
        schema = {"$ref": _COMPONENT.format(model=model)}
        one = found.setdefault(
            error.status,
            {"description": "", "content": {problems.MEDIA_TYPE: {"schema": schema}}},
        )
        meaning = (kind.__doc__ or "").partition("\n")[0].replace("``", "`")
        one["description"] = f"{one['description']} {meaning}".strip()
        examples = one["content"][problems.MEDIA_TYPE].setdefault("examples", {})
        value = problems.problem_of(error, _INSTANCE)
        examples[error.slug] = {"summary": error.title, "value": value}
    return found


def answers(
    status: int, example: object, *, media: str = "application/json", **headers: str
) -> Responses:
    """The answer of a route with an example, and its headers with what they say."""
    described = {
        name.replace("_", "-"): {"description": what, "schema": {"type": "string"}}
        for name, what in headers.items()
    }
    meaning = {200: "Done", 201: "Kept"}[status]
    answer: dict[str, Any] = {"description": meaning, "content": {media: {"example": example}}}
    return {status: answer | ({"headers": described} if described else {})}


def no_content(meaning: str) -> Responses:
    """An answer without a body."""
    return {204: {"description": meaning}}


def takes(model: type[BaseModel], example: object, **more: Any) -> dict[str, Any]:
    """A JSON body, described by a model."""
    content = {"application/json": {"schema": ref(model), "example": example}}
    return {"requestBody": {"required": True, "content": content}} | more


def takes_files(examples: Mapping[str, object], **more: Any) -> dict[str, Any]:
    """A file as the body: media type → a short example, text save for JSON."""
    content = {media: _file(media, example) for media, example in examples.items()}
    return {"requestBody": {"required": True, "content": content}} | more


def _file(media: str, example: object) -> dict[str, Any]:
    if media == "application/json":
        return {"schema": {"type": "array", "items": {"type": "object"}}, "example": example}
    if example is None:
        return {"schema": {"type": "string", "format": "binary"}}
    return {"schema": {"type": "string"}, "example": example}


def ref(model: type[BaseModel]) -> dict[str, str]:
    """A reference to a model of ``_BODIES``."""
    return {"$ref": _COMPONENT.format(model=model.__name__)}


def header(name: str, what: str, example: str, *, required: bool, pattern: str) -> dict[str, Any]:
    """A header that the route reads by hand."""
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": what,
        "schema": {"type": "string", "pattern": pattern},
        "example": example,
    }


def install(app: FastAPI, bodies: tuple[type[BaseModel], ...]) -> None:
    """Let the application describe itself with these bodies, problems and the bearer scheme."""
    made = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(made(), bodies)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _complete(schema: dict[str, Any], bodies: tuple[type[BaseModel], ...]) -> None:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    models = [(one, "validation") for one in (*bodies, ProblemOut, ConflictOut)]
    _, found = models_json_schema(models, ref_template=_COMPONENT)  # type: ignore[arg-type]
    schemas.update(found["$defs"])
    for name in ("HTTPValidationError", "ValidationError"):  # the framework's own, never sent
        schemas.pop(name, None)
    for path in schema["paths"].values():
        for operation in path.values():
            _drop_default(operation["responses"])
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "`retsspor users token NAME` prints a token for an account.",
        }
    }
    schema["security"] = [{"bearer": []}]


def _drop_default(responses: dict[str, Any]) -> None:
    """Take out the 422 that the framework adds where a route did not say what it refuses."""
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]


class Strict(BaseModel):
    """A body without unknown fields."""

    model_config = ConfigDict(extra="forbid")


LABEL_SCHEMA: dict[str, Any] = {"type": "string", "enum": list(LABELS)}
