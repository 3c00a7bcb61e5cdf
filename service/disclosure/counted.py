"""What disclosure control needs of a count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from service.disclosure.census import Census
from service.disclosure.types import Tally


class Counted(Protocol):
    """The numbers themselves, where municipalities lie, and what does not count."""

    @property
    def census(self) -> Census: ...
    @property
    def regions(self) -> Mapping[str, str]: ...
    @property
    def excluded(self) -> Tally: ...
    @property
    def tests(self) -> int: ...
    @property
    def waiting(self) -> int: ...
