"""All Danish recognizers. Order is of no consequence: overlaps are settled by ``nlp.redact.spans``."""

from __future__ import annotations

from presidio_analyzer.entity_recognizer import EntityRecognizer

from nlp.redact.name_class import NameClasses
from nlp.redact.recognizers.account import AccountRecognizer
from nlp.redact.recognizers.address import AddressRecognizer
from nlp.redact.recognizers.age import AgeRecognizer
from nlp.redact.recognizers.base import DanishRecognizer
from nlp.redact.recognizers.case_number import CaseNumberRecognizer
from nlp.redact.recognizers.cpr import CprRecognizer
from nlp.redact.recognizers.cvr import CvrRecognizer
from nlp.redact.recognizers.date import DateRecognizer
from nlp.redact.recognizers.institution import InstitutionRecognizer
from nlp.redact.recognizers.ip import IpRecognizer
from nlp.redact.recognizers.kommune import KommuneRecognizer
from nlp.redact.recognizers.licence import LicenceRecognizer
from nlp.redact.recognizers.mail import EmailRecognizer
from nlp.redact.recognizers.matrikel import MatrikelRecognizer
from nlp.redact.recognizers.passport import PassportRecognizer
from nlp.redact.recognizers.person_cue import PersonCueRecognizer
from nlp.redact.recognizers.phone import PhoneRecognizer
from nlp.redact.recognizers.plate import PlateRecognizer
from nlp.redact.recognizers.spoken import SpokenNumberRecognizer
from nlp.redact.recognizers.tagged import TaggedEntityRecognizer
from nlp.redact.recognizers.url import UrlRecognizer
from nlp.redact.recognizers.username import UsernameRecognizer

IDENTIFIERS: tuple[type[DanishRecognizer], ...] = (
    CprRecognizer,
    PhoneRecognizer,
    EmailRecognizer,
    UrlRecognizer,
    UsernameRecognizer,
    IpRecognizer,
    AddressRecognizer,
    InstitutionRecognizer,
    DateRecognizer,
    AgeRecognizer,
    CaseNumberRecognizer,
    AccountRecognizer,
    CvrRecognizer,
    PlateRecognizer,
    PassportRecognizer,
    LicenceRecognizer,
    MatrikelRecognizer,
    SpokenNumberRecognizer,
)
"""Recognizers that need no model and no list: one identifier a file."""


def recognizers(classes: NameClasses, municipalities: tuple[str, ...]) -> list[EntityRecognizer]:
    """One of each, with the lists that some of them read."""
    return [
        *(recognizer() for recognizer in IDENTIFIERS),
        KommuneRecognizer(municipalities),
        PersonCueRecognizer(classes),
        TaggedEntityRecognizer(classes),
    ]
