"""The codebook as key words: what a careful person would write before thinking of a model.

The floor of the comparison. A label is set when one of its patterns occurs; a few patterns of
things that went well take it back, since negation decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from models.classifier.corpus import Example
from nlp.types import LABELS

_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "sagsoplysning": (
        r"sagsoply\w*|officialprincip\w*|oplys(?:t|e) sagen|utilstrækkelig\w* grundlag",
        r"(?:forkerte|forældede|gamle|urigtige|fejlagtige|mangelfulde|opdigtede) oplysning\w*",
        r"(?:ikke|aldrig) (?:\w+ ){0,3}(?:undersøg\w*|indhent\w*|kontakt\w*|læst|set på)",
        r"ingen (?:børnefaglig|voksenudredning|vum|undersøgelse|lægeerklæring|udredning)\w*",
        r"(?:passer|stemmer) ikke|står forkert|ser bort fra|set bort fra|usand\w*|løgn\w*",
        r"(?:erklæring|rapport|udtalelse|attest)\w* (?:\w+ ){0,4}(?:ikke|aldrig|ignorer\w*|gammel)",
    ),
    "partshøring": (
        r"partshør\w*|høringssvar\w*|høringsfrist\w*|børnesamtale\w*|hen over hovedet",
        r"(?:ikke|aldrig|ingen|uden at) (?:\w+ ){0,4}(?:hørt|spurgt|inddrag\w*|høre os)",
        r"(?:ikke|aldrig) (?:\w+ ){0,3}(?:inviteret|indkaldt|med til mødet|taget med på råd)",
        r"ingen (?:har |havde )?(?:spurgte?|talte?|snakke\w*) (?:\w+ ){0,2}(?:mig|os|ham|hende)",
        r"bag (?:min|vores|om) ryg\w*|uden (?:min|vores) (?:viden|samtykke)",
    ),
    "begrundelse": (
        r"(?:uden|ingen|mangl\w*|ikke|aldrig) (?:\w+ ){0,3}(?:begrund\w*|forklar\w*)",
        r"standard(?:tekst|formulering|sætning|svar|brev)\w*|(?:forstår|fatter) ikke afgørelsen",
        r"(?:ved|aner|forstår|se) (?:\w+ ){0,2}(?:ikke|stadig ikke) (?:\w+ ){0,3}hvorfor",
        r"stod (?:der )?ikke hvorfor|ingen (?:lov|paragraf)\w*|intetsigende|modsigende",
        r"mundtligt? (?:afslag|afvist)|samlet vurdering",
    ),
    "frister": (
        r"(?:ikke|stadig|endnu|aldrig) (?:\w+ ){0,4}(?:svar\w*|hørt (?:noget|fra)|kvittering\w*)",
        r"(?:intet|ingen) (?:svar|reaktion|kvittering)|rykke[tr]\w*|sagsbehandlingstid\w*",
        r"ventet (?:i |nu )?(?:\w+ )?(?:uger|måneder|år)|(?:uger|måneder|år) (?:siden|senere|uden)",
        r"frist(?:en|er)? (?:\w+ ){0,3}(?:overskr\w*|ikke|udløb\w*)",
        r"trækker ud|ligger (?:bare )?stille",
    ),
    "klagevejledning": (
        r"(?:ingen|ikke|uden|mangl\w*|forkert\w*) (?:\w+ ){0,3}klage(?:vejl|adgang|mulig)\w*",
        r"(?:vidste|ved|fortalt|stod|skrev|sagde) (?:\w+ ){0,4}(?:klage|anke)\b",
        r"kunne ikke klage\w*|ikke (?:mulighed for at )?klage over|klagefrist\w*",
        r"hvor (?:\w+ ){0,2}(?:klage|anke)",
        r"klagevejledning\w* (?:\w+ ){0,3}(?:mangl\w*|forkert|ikke|uklar)",
    ),
    "andre": (
        r"aktindsigt\w*|tavshedspligt\w*|inhabil\w*|notat(?:pligt)?\w* (?:\w+ ){0,3}(?:mangl|ikke)",
        r"(?:ny|nye|skift\w*|fjerde|femte|sjette) sagsbehandler\w*|sagsbehandler(?:e|en)? nummer",
        r"tru(?:et|ede|er|sler)\w*|presse[tr]|presset|nedladende|råbte|grinede?|hånlig\w*|tolk\w*",
        r"økonomi\w* (?:\w+ ){0,3}(?:før|over|vigtigere)|for dyrt|lovede|løfte\w*|brudt",
        r"ankestyrelsen\w* (?:\w+ ){0,6}(?:ikke|ignorer\w*|samme)|vejled(?:t|ning|te)|udbetal\w*",
        r"(?:aldrig|ingen) (?:\w+ ){0,3}afgørelse|diskrimin\w*|racis\w*|forskelsbehand\w*",
    ),
}
_FINE: Mapping[str, str] = {
    "frister": r"frist\w* (?:\w+ ){0,2}(?:overholdt|holdt)|overholdt (?:\w+ ){0,2}frist\w*",
    "begrundelse": r"(?:god|grundig|fin|klar|forståelig)\w* (?:\w+ )?begrund\w*|begrundede",
    "klagevejledning": r"(?:fin|god|klar|tydelig)\w* klagevejledning\w*",
    "partshøring": r"(?:blev|er) (?:\w+ )?(?:hørt|inddraget|spurgt)|spurgte (?:mig|os)",
}


def _compiled(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{pattern})" for pattern in patterns), re.IGNORECASE)


class KeywordRules:
    """Key words only. Probabilities are 0 and 1."""

    def __init__(self) -> None:
        self.patterns = [_compiled(_PATTERNS[label]) for label in LABELS]
        self.fine = [_compiled([_FINE[label]]) if label in _FINE else None for label in LABELS]

    def fit(self, examples: Sequence[Example]) -> KeywordRules:
        """Nothing is learned."""
        return self

    def predict_proba(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """1 where a label's words occur more often than the words that take them back."""
        return np.array([[float(hit) for hit in self._hits(text)] for text in texts])

    def _hits(self, text: str) -> list[bool]:
        return [
            len(pattern.findall(text)) > (len(fine.findall(text)) if fine else 0)
            for pattern, fine in zip(self.patterns, self.fine, strict=True)
        ]
