"""Diagnoses: hidden in the ``publication`` profile only, since a rare one can point to a person.

Staff need them (``storage`` keeps them), and the benchmark of personal data does not count them.
"""

from __future__ import annotations

import re

_STEMS = (
    "adhd autisme autist autistisk asperger tourette skizofren skizotyp bipolar maniodepressiv borderline depression depressiv psykose psykotisk "
    "anoreksi bulimi spiseforstyrre selvskade epilepsi spastisk spasticitet spastiker hjernelammelse alzheimer "
    "demens sklerose muskelsvind duchenne leddegigt slidgigt fibromyalgi kræft leukæmi lymfom hjernetumor "
    "blodprop apopleksi hjerneblødning hjerneskade hjernerystelse whiplash diskusprolaps diabetes sukkersyge parkinson huntington "
    "colitis cøliaki hepatitis nyresvigt dialyse transplanteret stofskifte psoriasis angelman klinefelter dysleksi ordblind dyspraksi mutisme "
    "udviklingshæm retardering hjertesvigt hjertefejl hjertestop døvblind stomi gigt migræne smertepatient alkoholiker alkoholmisbrug stofmisbrug "
    "narkoman personlighedsforstyr dissociativ tilknytningsforstyr udviklingsforstyr rygmarvsbrok paraplegi tetraplegi narkolepsi osteoporose "
    "knogleskør sarkom melanom svagsynet høreskade"
).split()
_WHOLE = (
    "add ocd ptsd als kol me/cfs hiv aids fas astma lupus prolaps blind døv lammet angst downs crohns? rett marfan ehlers[- ]danlos "
    "cerebral\\s+parese cystisk\\s+fibrose williams\\s+syndrom fragilt\\s+x føtalt\\s+alkoholsyndrom prader[- ]willi turners"
).split(" ")
_DIAGNOSIS = re.compile(
    r"(?<![\w\[])(?:(?:[a-zæøå]{0,14}?(?:"
    + "|".join(_STEMS)
    + r")[a-zæøå]*)|(?:"
    + "|".join(_WHOLE)
    + r")(?![a-zæøå]))(?:\s(?:syndrom|sygdom)[a-z]*)?",
    re.IGNORECASE,
)
_KIND_AND_PLACE = re.compile(
    r"\b[a-zæøå]*(?:skole|børnehave|vuggestue|bosted|botilbud|plejehjem|plejecenter|sygehus|hospital|gymnasi|jobcenter|opholdssted)[a-zæøå]*\s+"
    r"(?:i|på|ved)\s+\[STED\]",
    re.IGNORECASE,
)


def hide_traits(text: str) -> str:
    """The text without diagnoses, and without «skolen i [STED]».

    >>> hide_traits("Hun har ADHD og går på skolen i [STED].")
    'Hun har [DIAGNOSE] og går på [INSTITUTION].'
    """
    return _KIND_AND_PLACE.sub("[INSTITUTION]", _DIAGNOSIS.sub("[DIAGNOSE]", text))
