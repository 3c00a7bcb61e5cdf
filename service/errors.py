"""What can go wrong between a person and the service, and how it is told (RFC 9457 or a page).

    ServiceError
     ├ NotReadable        400   the body is not what its type says
     ├ BadCursor          400   a cursor that no page of this list gave out
     ├ BadFields          422   names each field and what is wrong with it
     ├ KeyReused          422   an idempotency key that was used for something else
     ├ TooLarge           413
     ├ WrongMediaType     415
     ├ NotSignedIn        401
     ├ NotAllowed         403
     ├ NotNow             409
     ├ ForgedForm         403   wrong or stale form token, or another site
     ├ NotHere            404
     ├ WrongMethod        405
     ├ AlreadyReceived    409   the sender's own id was used before; carries the reference
     ├ AlreadyDecided     409   another person was faster; carries the revision that stands
     ├ Taken              409   another person reads the submission now
     ├ StaleVersion       412   the same, for ``If-Match``
     ├ VersionNeeded      428
     ├ TooManyAttempts    429
     ├ OtherHttp          any   what the framework refuses by itself
     ├ NotRedacted        503   personal data could not be taken out; nothing was kept
     └ Unavailable        503   something that we need is missing; ``Retry-After`` says when to try
        ├ OutOfMemory     503
        └ DatabaseAway    503   the database cannot be used; nothing was kept
           └ InDoubt      503   it went away in the middle: perhaps something was kept

Texts are Danish because pages show them. None carries what the sender wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from nlp.errors import RetssporError


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field: English for the command line, Danish for people."""

    field: str
    english: str
    danish: str


class ServiceError(RetssporError):
    """Base: ``status`` for HTTP, ``slug`` for programs, ``title`` for people."""

    status = 500
    slug = "fejl"
    title = "Noget gik galt"
    more: Mapping[str, Any] = MappingProxyType({})
    """Further members of the problem, for programs."""

    def __init__(self, detail: str = "", *, problems: Sequence[FieldProblem] = ()) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.problems = tuple(problems)


class NotReadable(ServiceError):
    """The body is not JSON, not UTF-8, not a form."""

    status, slug, title = 400, "ulaeselig", "Det sendte kan ikke læses"


class BadFields(ServiceError):
    """At least one field is wrong."""

    status, slug, title = 422, "ugyldige-felter", "Noget skal rettes"

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(" ".join(problem.danish for problem in problems), problems=problems)


class BadCursor(ServiceError):
    """The cursor does not come from this list, or from other filters."""

    status, slug, title = 400, "ukendt-markoer", "Markøren kan ikke bruges"

    def __init__(self) -> None:
        super().__init__("Begynd forfra uden cursor, eller brug den, der stod i `next`.")


class KeyReused(ServiceError):
    """The idempotency key was used before, with another body."""

    status, slug, title = 422, "noegle-genbrugt", "Nøglen er brugt til noget andet"

    def __init__(self) -> None:
        super().__init__("Brug en ny Idempotency-Key til en ny indsendelse. Intet er gemt.")


class TooLarge(ServiceError):
    """More bytes than the limit; reading stopped there."""

    status, slug, title = 413, "for-stor", "Det sendte fylder for meget"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Grænsen er {limit:,} bytes.".replace(",", "."))


class WrongMediaType(ServiceError):
    """A content type that this address does not take."""

    status, slug, title = 415, "forkert-type", "Den indholdstype kan ikke modtages"


class NotSignedIn(ServiceError):
    """Nobody is signed in, or the token is unknown."""

    status, slug, title = 401, "log-ind", "Du skal logge ind"


class NotAllowed(ServiceError):
    """Signed in, but not for this."""

    status, slug, title = 403, "ikke-adgang", "Det har du ikke adgang til"


class ForgedForm(ServiceError):
    """The form does not come from a page of this session."""

    status, slug, title = 403, "ugyldig-formular", "Formularen er udløbet"

    def __init__(self) -> None:
        super().__init__("Gå tilbage, genindlæs siden og prøv igen. Intet er ændret.")


class NotHere(ServiceError):
    """No such page or submission."""

    status, slug, title = 404, "findes-ikke", "Siden findes ikke"


class WrongMethod(ServiceError):
    """The address is right, the method is not; ``Allow`` names those that are."""

    status, slug, title = 405, "http-405", "Det kan man ikke her"


class AlreadyReceived(ServiceError):
    """The sender's own ``id`` belongs to a submission that was received before."""

    status, slug, title = 409, "modtaget-foer", "Indsendelsen er modtaget før"

    def __init__(self, public_id: str) -> None:
        super().__init__("Dit id er brugt før. Intet nyt er gemt.")
        self.public_id = public_id
        self.more = {"reference": public_id}


class AlreadyDecided(ServiceError):
    """Someone decided in between."""

    status, slug, title = 409, "allerede-afgjort", "En anden har afgjort indsendelsen imens"

    def __init__(self, revision: int) -> None:
        super().__init__("Din vurdering er ikke gemt. Se, hvad den anden har valgt.")
        self.revision = revision


class Taken(ServiceError):
    """Another person reads the submission now. ``who`` is a colleague, told to colleagues."""

    status, slug, title = 409, "optaget", "En anden læser indsendelsen nu"

    def __init__(self, who: str) -> None:
        super().__init__(f"{who} læser indsendelsen nu. Intet er gemt.")
        self.who = who


class NotNow(ServiceError):
    """What was asked for cannot be done as things stand. Nothing was changed."""

    status, slug, title = 409, "ikke-nu", "Det kan ikke gøres nu"


class StaleVersion(AlreadyDecided):
    """``If-Match`` names an older version."""

    status, slug = 412, "foraeldet-version"

    def __init__(self, revision: int, more: Mapping[str, Any]) -> None:
        super().__init__(revision)
        self.more = more


class VersionNeeded(ServiceError):
    """A decision through the API without ``If-Match``."""

    status, slug, title = 428, "version-mangler", "Angiv versionen i If-Match"


class TooManyAttempts(ServiceError):
    """Sign-in was tried too often."""

    status, slug, title = 429, "for-mange-forsoeg", "For mange forsøg"

    def __init__(self) -> None:
        super().__init__("Vent et kvarter, og prøv igen.")


class OtherHttp(ServiceError):
    """An answer of the framework, which has no class of its own here."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__()
        self.status, self.slug, self.title = status, f"http-{status}", title


class NotRedacted(ServiceError):
    """A part of redaction failed. Nothing was kept; the same may be sent again."""

    status, slug, title = 503, "anonymisering-fejlede", "Teksten er ikke gemt"

    def __init__(self) -> None:
        super().__init__(
            "Personoplysninger kunne ikke fjernes sikkert. Intet er gemt. Prøv igen om lidt."
        )


class Unavailable(ServiceError):
    """Base of what is no fault of the request, and passes."""

    status, slug, title = 503, "utilgaengelig", "Tjenesten kan ikke svare lige nu"
    retry_after = 5
    """Seconds after which it is worth trying again."""


class OutOfMemory(Unavailable):
    """There was no memory for this request, or for a thread to answer it."""

    slug, title = "ingen-hukommelse", "Tjenesten har for meget at lave"

    def __init__(self) -> None:
        super().__init__("Se efter om lidt, om det sidste blev gemt, og prøv igen.")


class DatabaseAway(Unavailable):
    """The database cannot be used now. Nothing was kept; the same may be sent again."""

    slug, title = "database-vaek", "Tjenesten kan ikke nås lige nu"
    english = "nothing was kept"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            detail or "Databasen svarer ikke lige nu. Intet er gemt. Prøv igen om lidt."
        )


class InDoubt(DatabaseAway):
    """The database went away in the middle: something may have been kept."""

    slug, title = "uvist", "Det er uvist, om det blev gemt"
    english = "what was done before may be kept"

    def __init__(self) -> None:
        super().__init__(
            "Databasen holdt op med at svare, mens der blev gemt. Se efter om lidt, før du sender "
            "igen; et program sender igen med samme Idempotency-Key."
        )
