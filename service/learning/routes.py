"""The administrators' page: which models are in use, train, sign, go back, withdraw."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from models.releases.store import NothingBefore, ReleaseStore, UnknownRelease
from nlp.errors import ModelDamaged
from service.errors import NotHere, NotNow
from service.learning import process, releases
from service.learning.contexts import models_page
from service.learning.jobs import AlreadyRunning
from service.learning.judge import NotGoodEnough
from service.learning.releases import TooEarly
from service.learning.withdraw import withdraw
from service.learning.work import jobs_of
from service.parameters import is_reference
from service.security.sealing import Sealer
from service.web import AdministratorDep, DatabaseDep, PagesDep, ReaderDep, SettingsDep, StaffForm

router = APIRouter(prefix="/modeller", include_in_schema=False)


@router.get("")
def show(
    visitor: AdministratorDep, database: DatabaseDep, settings: SettingsDep, pages: PagesDep
) -> HTMLResponse:
    """Everything about the models."""
    with database.read() as session:
        page = models_page(session, ReleaseStore(settings.releases), jobs_of(settings))
    return pages.answer("models.html", page, visitor=visitor)


@router.post("/traening")
def train(visitor: AdministratorDep, settings: SettingsDep, form: StaffForm) -> RedirectResponse:
    """Begin a training in a process of its own."""
    try:
        process.start(settings)
    except AlreadyRunning:
        raise NotNow("En træning er allerede i gang. Vent på den, eller afbryd den.") from None
    return _back()


@router.post("/traening/afbryd")
def cancel(visitor: AdministratorDep, settings: SettingsDep, form: StaffForm) -> RedirectResponse:
    """Ask the training to end."""
    jobs_of(settings).cancel(form.get("id") or "")
    return _back()


@router.post("/brug")
def promote(
    visitor: AdministratorDep,
    database: DatabaseDep,
    settings: SettingsDep,
    reader: ReaderDep,
    form: StaffForm,
) -> RedirectResponse:
    """Sign for a version that passed the gate, and put it to use."""
    version = form.get("version") or ""
    reason = releases.safe_reason(reader, form.get("reason") or "")
    try:
        releases.promote(database, settings, "classifier", version, by=visitor.name, reason=reason)
    except UnknownRelease:
        raise NotHere("Den version findes ikke.") from None
    except TooEarly as error:
        raise NotNow(
            f"Versionen har læst med på {error.texts} indsendelser, og der skal være "
            f"{error.least}. Vent, eller skriv, hvorfor den skal bruges nu."
        ) from None
    except NotGoodEnough:
        raise NotNow(
            "Versionen har ikke bestået prøven mod den model, der er i brug nu. Træn igen."
        ) from None
    except ModelDamaged:
        raise NotNow("Versionens filer er beskadiget. Den model, der var i brug, bliver.") from None
    return _back()


@router.post("/tilbage")
def go_back(
    visitor: AdministratorDep, database: DatabaseDep, settings: SettingsDep, form: StaffForm
) -> RedirectResponse:
    """To the version before."""
    try:
        releases.rollback(database, settings, by=visitor.name)
    except NothingBefore:
        raise NotNow("Der er ingen tidligere version at gå tilbage til.") from None
    return _back()


@router.post("/tilbagetraek")
def take_back(
    request: Request, visitor: AdministratorDep, database: DatabaseDep, form: StaffForm
) -> RedirectResponse:
    """Remove a submission for good."""
    sealer: Sealer = request.app.state.sealer
    reference = (form.get("reference") or "").strip().upper()
    if not is_reference(reference):
        raise NotHere("Indsendelsen findes ikke.")
    withdraw(database, sealer, reference, actor=visitor.name, account_id=visitor.account_id)
    return _back()


def _back() -> RedirectResponse:
    return RedirectResponse("/modeller", status_code=303)
