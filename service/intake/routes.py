"""The public form: write, see what will be kept, send, get a reference."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from nlp.errors import RedactionFailed
from nlp.types import RawText, Redacted
from service.db.tables import Source
from service.errors import BadFields, DatabaseAway, NotHere
from service.intake.body import Form
from service.intake.fields import Draft, draft
from service.intake.repository import exists
from service.intake.service import Sender, preview, receive
from service.pages.contexts import IntakePage, ReceiptPage
from service.pages.highlight import mark_placeholders
from service.pages.render import Pages
from service.problems import NOT_REDACTED
from service.settings import Settings
from service.web import DatabaseDep, MaybeVisitor, PagesDep, PublicForm, ReaderDep, SettingsDep
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES

router = APIRouter(include_in_schema=False)

_SENT = ("text", "area", "municipality")
_SHOWN = (*_SENT, "navn", "adresse", "efter")
_NAMES = tuple(one.name for one in MUNICIPALITIES)
_LONGEST_DETAIL = 200


@dataclass(frozen=True, slots=True)
class _Forms:
    """Shows the form in its different states."""

    pages: Pages
    settings: Settings
    visitor: MaybeVisitor

    def show(
        self,
        form: Form,
        *,
        errors: dict[str, str] | None = None,
        kept: Redacted | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        page = IntakePage(
            values={name: form.get(name) for name in _SHOWN},
            areas=AREAS,
            municipalities=_NAMES,
            limit=self.settings.max_characters,
            errors=errors or {},
            kept=_marked(kept),
            kept_count=len(kept.entities) if kept else 0,
        )
        return self.pages.answer("intake.html", page, visitor=self.visitor, status=status)


def _marked(kept: Redacted | None) -> Markup | None:
    return None if kept is None else mark_placeholders(kept.text, kept.entities)


@router.get("/indsend")
def empty_form(
    pages: PagesDep, settings: SettingsDep, visitor: MaybeVisitor, efter: str = ""
) -> HTMLResponse:
    """The form, with nothing in it."""
    return _Forms(pages, settings, visitor).show(Form((("efter", efter[:26]),)))


@router.post("/indsend")
def send(
    form: PublicForm,
    pages: PagesDep,
    settings: SettingsDep,
    visitor: MaybeVisitor,
    database: DatabaseDep,
    reader: ReaderDep,
) -> Response:
    """Show what would be kept, or keep it. After a refusal the sender's words stand in the form."""
    forms = _Forms(pages, settings, visitor)
    known = _known_details(form)
    try:
        checked = _draft(form, settings)
        if form.get("handling") != "send":
            return forms.show(form, kept=preview(reader, checked, known=known))
        sender = Sender(Source.FORM, after=form.get("efter"))
        received = receive(database, reader, checked, sender, known=known)
    except BadFields as error:
        errors = {problem.field: problem.danish for problem in error.problems}
        return forms.show(form, errors=errors, status=422)
    except RedactionFailed:
        return forms.show(form, errors={"text": NOT_REDACTED}, status=503)
    except DatabaseAway as error:  # nobody should have to write a letter twice
        answer = forms.show(form, errors={"text": error.detail}, status=error.status)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    return RedirectResponse(f"/indsend/kvittering/{received.public_id}", status_code=303)


def _draft(form: Form, settings: Settings) -> Draft:
    fields = {name: form.get(name) for name in _SENT if form.get(name) or name == "text"}
    return draft(fields, limit=settings.max_characters)


def _known_details(form: Form) -> tuple[RawText, ...]:
    """The sender's own name and address: used to redact this text, then forgotten."""
    details = (form.get(name).strip()[:_LONGEST_DETAIL] for name in ("navn", "adresse"))
    return tuple(RawText(detail) for detail in details if detail)


@router.get("/indsend/kvittering/{public_id}")
def receipt(
    public_id: str, pages: PagesDep, database: DatabaseDep, visitor: MaybeVisitor
) -> HTMLResponse:
    """The reference of what was sent. Shows nothing of the text."""
    with database.read() as session:
        if not exists(session, public_id):
            raise NotHere
    return pages.answer("receipt.html", ReceiptPage(public_id), visitor=visitor)
