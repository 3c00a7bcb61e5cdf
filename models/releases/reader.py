"""A reader that is always one whole pair of models, and changes to another between two texts.

Each call looks whether the pointer of the store has changed (one ``stat``). If so, the new models
are verified and loaded in a thread of their own while texts are still read with the old ones; then
one assignment puts them to use. What cannot be loaded is refused and the old ones stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock, Thread

from models.classifier.suggester import Suggester
from models.reader import load_redactor, load_suggester
from models.releases.choice import Choice
from models.releases.disk import Stamp
from models.releases.pinned import fallback
from models.releases.store import ReleaseStore
from nlp.errors import RetssporError
from nlp.pipeline import DanishReader
from nlp.redact.engine import LIMIT
from nlp.types import Excerpt, Profile, RawText, Reading, Redacted, Suggestion, Versions

BESIDE = "beside"
"""In the facts of a reading: what the classifier that reads along says of the same text."""
Told = Callable[[str, str], None]
"""Gets (what happened, a version or a reason); holds no text."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a classifier that reads along says. Kept for comparison, shown to nobody."""

    version: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class _Loaded:
    reader: DanishReader
    choice: Choice
    beside: Suggester | None


class LiveReader:
    """See ``nlp.interfaces.Reader``. Loads the models in use at once; raises ModelDamaged."""

    def __init__(
        self,
        store: ReleaseStore,
        *,
        limit: int = LIMIT,
        told: Told = lambda event, detail: None,
    ):
        self._store = store
        self._limit = limit
        self._told = told
        self._lock = Lock()
        self._loading: Thread | None = None
        self._stamp = store.stamp()
        usable = store.usable()
        self._loaded = self._load(usable, None)
        if warning := fallback(store, usable):
            told("models refused", warning)

    @property
    def versions(self) -> Versions:
        """Of the models that the next text is read with."""
        return self._fresh().reader.versions

    @property
    def choice(self) -> Choice:
        """Which choice of the store is loaded."""
        return self._fresh().choice

    def read(self, raw: RawText, *, known: Sequence[RawText] = ()) -> Reading:
        """As ``DanishReader``'s; one pair of models reads the whole text."""
        loaded = self._fresh()
        reading = loaded.reader.read(raw, known=known)
        return reading if loaded.beside is None else self._along(loaded.beside, reading)

    def redact(
        self,
        raw: RawText,
        *,
        profile: Profile = Profile.STORAGE,
        known: Sequence[RawText] = (),
    ) -> Redacted:
        """As ``DanishReader``'s."""
        return self._fresh().reader.redact(raw, profile=profile, known=known)

    def excerpt(self, label: str, redacted: Redacted, start: int, end: int) -> Excerpt:
        """As ``DanishReader``'s."""
        return self._fresh().reader.excerpt(label, redacted, start, end)

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until the models that the pointer names now are loaded, or were refused."""
        self._fresh()
        if (thread := self._loading) is not None:
            thread.join(seconds)

    def _along(self, beside: Suggester, reading: Reading) -> Reading:
        try:
            suggestions = beside.suggest(reading.redacted)
        except Exception as error:  # whatever is wrong with it: no submission is lost to it
            self._told("reading along failed", type(error).__name__)
            return reading
        return replace(reading, facts={BESIDE: Beside(beside.version, suggestions)})

    def _fresh(self) -> _Loaded:
        """What is loaded; begins to load what the pointer names, when it has changed."""
        stamp = self._store.stamp()
        if stamp != self._stamp:
            with self._lock:
                if stamp != self._stamp and not self._is_loading():
                    self._loading = Thread(target=self._change, args=(stamp,), daemon=True)
                    self._loading.start()
        return self._loaded

    def _is_loading(self) -> bool:
        return self._loading is not None and self._loading.is_alive()

    def _change(self, stamp: Stamp) -> None:
        try:
            choice = self._store.in_use()
            loaded = self._load(choice, self._loaded)
        except (RetssporError, OSError) as error:
            self._told("models refused", str(error) if isinstance(error, RetssporError) else "file")
        else:
            self._loaded = loaded
            self._told("models changed", f"{choice.number}")
        # Refused or not: this state of the pointer has been dealt with.
        self._stamp = stamp

    def _load(self, choice: Choice, before: _Loaded | None) -> _Loaded:
        """The models of a choice, verified; a redactor that stays the same is not loaded again."""
        folder = self._store.folder_of(choice, "redactor")
        suggester: Suggester = load_suggester(self._store.folder_of(choice, "classifier"))
        if before is not None and before.choice.redactor == choice.redactor:
            redactor = before.reader.redactor
        else:
            redactor = load_redactor(folder, limit=self._limit)
        return _Loaded(DanishReader(redactor, suggester), choice, self._load_beside(choice))

    def _load_beside(self, choice: Choice) -> Suggester | None:
        one = choice.beside
        if one is None:
            return None
        try:
            self._store.check("classifier", one.version, manifest=one.manifest)
            return load_suggester(self._store.path("classifier", one.version))
        except (RetssporError, OSError):
            self._told("reading along refused", one.version)
            return None
