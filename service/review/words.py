"""How figures and codes are said in Danish on the review pages."""

from __future__ import annotations

from service.db.tables import Action, Exclusion, Kind, SuggestionRow

EXCLUSIONS: dict[str, str] = {
    Exclusion.TEST.value: "Test",
    Exclusion.SPAM.value: "Spam",
    Exclusion.DUPLICATE.value: "Dublet",
    Exclusion.OUT_OF_SCOPE.value: "Uden for område",
    Exclusion.WITHDRAWN.value: "Trukket tilbage",
}

SUBTAGS: tuple[str, ...] = (
    "inddragelse",
    "vejledning",
    "aktindsigt",
    "genvurdering",
    "notatpligt",
    "tavshedspligt",
    "manglende afgørelse",
    "inhabilitet",
    "tone",
    "pres",
    "sagsbehandlerskift",
    "økonomi",
    "ankestyrelsen",
    "proces",
    "løfte",
    "udbetaling",
    "diskrimination",
    "tolk",
    "videresendelse",
)
"""What hides under «andre»: kept so that a pile of one kind can become a label later."""

KINDS: dict[str, str] = {
    Kind.ACCEPTED.value: "som foreslået",
    Kind.CORRECTED.value: "med eget uddrag",
    Kind.ADDED.value: "tilføjet",
    Kind.REJECTED.value: "afvist",
    Kind.UNSEEN.value: "uden at se forslag",
}

ACTIONS: dict[str, str] = {
    Action.DECIDE.value: "vurderede",
    Action.SECOND.value: "gav en anden læsning",
    Action.ADJUDICATE.value: "afgjorde uenigheden",
    Action.UNDO.value: "fortrød",
    Action.MASK.value: "fjernede en personlig oplysning",
}

TYPES: dict[str, str] = {
    "PERSON": "Person (en ny)",
    "ADDRESS": "Adresse",
    "PLACE": "Sted",
    "INSTITUTION": "Institution, skole, afdeling",
    "PHONE": "Telefonnummer",
    "EMAIL": "E-mailadresse",
    "CPR": "CPR-nummer",
    "DATE": "Dato",
    "CASE_NO": "Sagsnummer",
    "USERNAME": "Brugernavn eller profil",
    "URL": "Webadresse",
    "KOMMUNE": "Kommune",
    "AGE": "Alder",
    "ACCOUNT": "Konto eller kort",
    "CVR": "CVR-nummer",
    "PLATE": "Nummerplade",
    "PASSPORT": "Pasnummer",
    "LICENCE": "Kørekort",
    "MATRIKEL": "Matrikel",
    "IP": "IP-adresse",
}
"""What a reviewer may call words that are still personal, the usual ones first."""


def beginning(text: str, most: int = 140) -> str:
    """The first words of a text, not cut within a word.

    >>> beginning("Vi har  ventet længe", most=12)
    'Vi har …'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[:most].rsplit(" ", 1)[0] + " …"


def percent(probability: float) -> str:
    """Whole percent; never 0 or 100, which would claim certainty.

    >>> percent(0.824), percent(0.999)
    ('82 %', '99 %')
    """
    return f"{min(max(round(probability * 100), 1), 99)} %"


def chance(suggestion: SuggestionRow) -> str:
    """A suggestion in words and number: «sandsynlig 82 %», «usikker 48 %», «usandsynlig 6 %»."""
    if not suggestion.sure:
        word = "usikker"
    elif suggestion.suggested:
        word = "meget sandsynlig" if suggestion.probability >= 0.9 else "sandsynlig"
    else:
        word = "usandsynlig" if suggestion.probability < 0.1 else "næppe"
    return f"{word} {percent(suggestion.probability)}"
