"""Loads the shipped models, after their files were verified, and puts the reader together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from spacy.language import Language
from thinc.api import use_ops
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

import nlp.redact.entity_tagger  # noqa: F401  registers the component with spaCy
from models.manifest import SHIPPED, verified
from nlp.errors import ModelDamaged
from nlp.pipeline import DanishReader
from nlp.redact.engine import LIMIT, DanishRedactor
from nlp.redact.name_class import NameClasses, install
from nlp.text.frequent import FREQUENT
from training_data.municipalities import DIVIDED, MUNICIPALITIES

if TYPE_CHECKING:
    from models.classifier.suggester import Suggester


def load_redactor(
    folder: Path = SHIPPED / "redactor", *, limit: int = LIMIT, require_danish: bool = True
) -> DanishRedactor:
    """The redactor of a folder. Raises ModelDamaged when a file is missing, unlisted or altered."""
    manifest = verified(folder, kind="redactor")
    classes = _classes(folder / "names.json")
    return DanishRedactor(
        load_pipeline(folder / "cased", classes),
        caseless=load_pipeline(folder / "caseless", classes),
        version=manifest.version,
        classes=classes,
        municipalities=[*DIVIDED, *(n for m in MUNICIPALITIES for n in (m.name, *m.aliases))],
        limit=limit,
        require_danish=require_danish,
    )


def load_pipeline(folder: Path, classes: NameClasses) -> Language:
    """The spaCy pipeline with the word attribute it was trained with. Never downloads.

    It multiplies with NumPy's own BLAS, which is two to three times as fast as thinc's, in one
    thread from now on: for matrices as small as a text, threads wait for each other longer than
    they work, and a busy machine is used by more processes, not by more threads.
    """
    threadpool_limits(limits=1, user_api="blas")
    try:
        with use_ops("numpy", use_blis=False):
            pipeline = spacy.load(folder)
    except (OSError, ValueError) as error:
        raise ModelDamaged(f"{folder.name}: unreadable pipeline ({type(error).__name__})") from None
    install(pipeline, classes)
    for word in FREQUENT:
        for form in (word, word.capitalize()):
            pipeline.make_doc(form)  # looked up once here instead of in every text
    return pipeline


def load_suggester(folder: Path = SHIPPED / "classifier") -> Suggester:
    """The classifier of a folder. Raises ModelDamaged."""
    # Imported here: who only redacts need not wait a second for the learning libraries.
    from models.classifier import store
    from models.classifier.suggester import Suggester

    manifest = verified(folder, kind="classifier")
    return Suggester(store.load(folder), version=manifest.version)


def load_reader(folder: Path | None = None, *, limit: int = LIMIT) -> DanishReader:
    """Redactor and classifier together: what the service, the batch and the command line use."""
    home = folder or SHIPPED
    return DanishReader(
        load_redactor(home / "redactor", limit=limit), load_suggester(home / "classifier")
    )


def _classes(path: Path) -> NameClasses:
    lists = json.loads(path.read_text(encoding="utf-8"))
    return NameClasses(
        first=frozenset(lists["first"]),
        last=frozenset(lists["last"]),
        places=frozenset(lists["places"]),
    )
