"""Loads the shipped models with everything that they would else fetch at their first text.

The list of ordinary words takes a second or two. Fetched in the middle of a text it would count
against the time limit of a pattern, and the first document would be refused on a slow machine.
"""

from __future__ import annotations

from models import reader
from models.releases.reader import LiveReader, Told
from models.releases.store import ReleaseStore
from nlp.pipeline import DanishReader
from nlp.redact.engine import DanishRedactor
from nlp.text.lexicon import is_listed
from service.settings import Settings


def load_redactor(limit: int) -> DanishRedactor:
    """The redactor, ready. Raises ModelDamaged."""
    is_listed("kommune")
    return reader.load_redactor(limit=limit)


def load_live_reader(settings: Settings, told: Told) -> LiveReader:
    """The models in use in this installation, ready; follows a change. Raises ModelDamaged."""
    is_listed("kommune")
    store = ReleaseStore(settings.releases)
    return LiveReader(store, limit=settings.max_characters, told=told)


def load_reader(limit: int) -> DanishReader:
    """Redactor and classifier, ready. Raises ModelDamaged."""
    is_listed("kommune")
    return reader.load_reader(limit=limit)
