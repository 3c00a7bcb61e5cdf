"""The recognizers under names of their own, for other people's Presidio.

A configuration file names classes by their bare name, and Presidio takes any class that is called so:
it has a ``PhoneRecognizer``, a ``UrlRecognizer`` and others itself. Import this module once, then load
``danish_recognizers.yaml``. See ``docs/dansk-for-presidio.md``.
"""

from __future__ import annotations

from pathlib import Path

from nlp.redact.recognizers.account import AccountRecognizer
from nlp.redact.recognizers.address import AddressRecognizer
from nlp.redact.recognizers.age import AgeRecognizer
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
from nlp.redact.recognizers.url import UrlRecognizer
from nlp.redact.recognizers.username import UsernameRecognizer

CONFIGURATION = Path(__file__).with_name("danish_recognizers.yaml")
"""What ``RecognizerRegistryProvider(conf_file=…)`` is given."""


class DkAccountRecognizer(AccountRecognizer):
    """Bank accounts, IBAN, cards."""


class DkAddressRecognizer(AddressRecognizer):
    """Addresses."""


class DkAgeRecognizer(AgeRecognizer):
    """Ages."""


class DkCaseNumberRecognizer(CaseNumberRecognizer):
    """Case and journal numbers."""


class DkCprRecognizer(CprRecognizer):
    """CPR numbers."""


class DkCvrRecognizer(CvrRecognizer):
    """Business numbers."""


class DkDateRecognizer(DateRecognizer):
    """Calendar dates."""


class DkEmailRecognizer(EmailRecognizer):
    """Mail addresses."""


class DkInstitutionRecognizer(InstitutionRecognizer):
    """Named institutions."""


class DkIpRecognizer(IpRecognizer):
    """IP addresses."""


class DkKommuneRecognizer(KommuneRecognizer):
    """Municipalities."""


class DkLicenceRecognizer(LicenceRecognizer):
    """Driving licences."""


class DkMatrikelRecognizer(MatrikelRecognizer):
    """Cadastral numbers."""


class DkPassportRecognizer(PassportRecognizer):
    """Passports."""


class DkPersonCueRecognizer(PersonCueRecognizer):
    """Names that a cue announces."""


class DkPhoneRecognizer(PhoneRecognizer):
    """Phone numbers."""


class DkPlateRecognizer(PlateRecognizer):
    """Registration plates."""


class DkSpokenNumberRecognizer(SpokenNumberRecognizer):
    """Numbers told in words."""


class DkUrlRecognizer(UrlRecognizer):
    """Web addresses."""


class DkUsernameRecognizer(UsernameRecognizer):
    """User names."""
