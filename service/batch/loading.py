"""Loads models with everything that they would else fetch at their first text.

The list of ordinary words takes a second or two. Fetched in the middle of a text it would count
against the time limit of a pattern, and the first document would be refused on a slow machine.
"""

from __future__ import annotations

from models import reader
from models.releases.pinned import Pinned
from models.releases.reader import LiveReader, Told
from models.releases.store import ReleaseStore
from nlp.pipeline import DanishReader
from nlp.redact.engine import DanishRedactor
from nlp.text.lexicon import is_listed
from service.settings import Settings


def load_redactor(limit: int, models: Pinned) -> DanishRedactor:
    """The redactor, ready. Raises ModelDamaged or UnknownRelease."""
    is_listed("kommune")
    return reader.load_redactor(models.folder_of("redactor"), limit=limit)


def load_reader(limit: int, models: Pinned) -> DanishReader:
    """Redactor and classifier, ready. Raises ModelDamaged or UnknownRelease."""
    suggester = reader.load_suggester(models.folder_of("classifier"))
    return DanishReader(load_redactor(limit, models), suggester)


def load_live_reader(settings: Settings, told: Told) -> LiveReader:
    """The models in use in this installation, ready; follows a change. Raises ModelDamaged."""
    is_listed("kommune")
    store = ReleaseStore(settings.releases)
    return LiveReader(store, limit=settings.max_characters, told=told)


def load_shipped_reader(limit: int) -> DanishReader:
    """The models that the program comes with, ready: what is measured. Raises ModelDamaged."""
    is_listed("kommune")
    return reader.load_reader(limit=limit)
