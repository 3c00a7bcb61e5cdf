"""What fuzzing starts from: invented texts, and the forms in which personal data are written."""

from __future__ import annotations

import json

from service.demo import SUBMISSIONS

_FORMS = (
    "cpr 140642-6123, 140642 6123, 1406426123, 14.06.42-6123, 140642-xxxx, ******-6123",
    "tlf. 83 41 77 02, +45 83417702, 8341 7702, 83-41-77-02, 0045 83 41 77 02, lokal 4711",
    "mette.holm@hvidsand.example, mette (at) hvidsand punktum dk, mette@hvidsand, a@@b.example",
    "https://www.hvidsand.example/a?b=c#d, hvidsand.example/~mette, 192.0.2.17, 2001:db8::1",
    "@mette_holm87, brugernavn: mette87, min insta hedder mette.h, facebook.com/mette.holm",
    "Skolegade 12, 2. tv., 6000 Kolding; Nørre Allé 4B st. th; c/o Holm, Bygaden 7, 1. sal",
    "Plejehjemmet Solgården, Sct. Knuds Skole, børnehaven Mælkebøtten, Herlev Hospital",
    "født den 12/5-85, d. 3. maj 1985, 12.05.1985, 1985-05-12, pinsedag, i går kl. 14.30",
    "min søn på 7 år, hun er syvogtyve, 14-årig, 84 år gammel, fyldte 40 i marts",
    "sagsnr. 27.03.00-G01-12-23, j.nr. 2023-104562, akt 17, EMN-2021-00123, sag 12345/21",
    "reg. 1234 konto 0012345678, IBAN DK50 0040 0440 1162 43, kort 5019 1234 5678 9012",
    "CVR 12 34 56 78, cvr-nr. 12345678, SE 12345678",
    "AB 12 345, pas nr. 123456789, kørekort 12345678, matr.nr. 12b Ødis By, BT 45 678",
    "fireogfirs enogfyrre syvoghalvfjerds nul to, nul et nul et halvtreds",
    "min sagsbehandler Mette-Marie van der Holm Østergaard, hilsen M.H., kh Bo",
    "Navn: Søren Å. Bech, værge: Mette Holm, att. S. Bech",
    "Kolding Kommune, Kbh. kommune, Lyngby-Taarbæk, Århus; jobcenter Vest; [PERSON 1] og [CPR]",
    "S&oslash;r\u00aden, Mi\u0306kkel, М\u0456kkel, ٠١٠٩٠‐١٢٣٤, &#48;&#x31;&#1;",
    "a\r\nb\rc\u2028d\u200be\ufeff",
    "SKRIV MED STORT: METTE HOLM BOR PÅ SKOLEGADE 12",
    "mette holm skriver med småt og uden tegn hun bor skolegade 12 i kolding",
)
"""One line of forms for each kind of identifier; all of it invented."""


def texts() -> tuple[str, ...]:
    """Invented submissions, and a line of forms for each kind of identifier."""
    lines = SUBMISSIONS.read_text(encoding="utf-8").splitlines()
    return (*_FORMS, *(json.loads(line)["text"] for line in lines if line.strip()))


WORDS = (
    *("cpr", "tlf. ", "kr.", "nr.", " kommune", "født ", "sagsnr. ", "@", "://", "www.", "-", "/"),
    *("140642-6123", "83 41 77 02", "[PERSON 1]", "&#", ";", "\u200b", "\u0301", "\u0660", "і"),
    *('"', "\n", "\r\n", '{"', '"}', "null", "\\ud800", "%00", "%u", "=", "&", ";", ","),
    *("text", "area", "municipality", "received_at", "is_test", "revision", "labels", "passages"),
    *("PAR1", "PK\x03\x04", "\x93NUMPY", "descr", "shape", "fortran_order", "|O", "eyJ", "none"),
)
"""Pieces for the fuzzer to put together."""
