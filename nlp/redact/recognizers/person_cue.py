"""Person by the words around: «min søn X», «sagsbehandler X», «hilsen X», «hedder X», «Navn: X».

A cue with a capitalised word behind it is a name unless the word is an ordinary one; in lower case
the word must look like nothing else in Danish.
"""

from __future__ import annotations

from typing import Any

import regex

from nlp.redact.name_class import NameClasses
from nlp.redact.recognizers.base import DanishRecognizer, rule
from nlp.text.lexicon import is_ordinary

_WORD = regex.compile(r"[\p{L}'-]+\.?")
_PART = r"(?:\p{L}[\p{L}'-]+|\p{Lu}\.)"
_PARTICLE = r"(?:(?:van|von|de|den|der|el|al|bin|ben|ibn|af|da|dos|la|le|mc)[ ])"
_NAME = rf"(?P<x>{_PART}(?:[ ]{_PARTICLE}?{_PART}){{0,3}})"
_KIN = (
    r"(?:søn(?:nen)?|sønner|datter(?:en)?|døtre|dreng(?:en)?|pige(?:n)?|barn(?:et)?|børnene|mor|far|mand|kone|ægtefælle|hustru|kæreste|samlever|"
    r"bror|søster|lillebror|lillesøster|storebror|storesøster|tvillingesøster|tvillingebror|mormor|morfar|farmor|farfar|oldemor|moster|faster|onkel|tante|farbror|morbror|"
    r"barnebarn|oldebarn|plejebarn|plejesøn|plejedatter|plejemor|plejefar|bonussøn|bonusdatter|bonusbarn|stedsøn|steddatter|stedfar|stedmor|svigermor|svigerfar|svigersøn|svigerdatter|"
    r"nevø|niece|fætter|kusine|ven|veninde|nabo|genbo|roomie|eks|ekskone|eksmand|ekskæreste|exkone|exmand|ex|kammerat|kollega|makker|unge|ungen|baby|hund|kat)"
)
_ROLE = (
    r"(?:sagsbehandler(?:en|ne|s)?|sagsb\.?|rådgiver(?:en)?|socialrådgiver(?:en)?|familierådgiver(?:en)?|borgerrådgiver(?:en)?|ungerådgiver(?:en)?|leder(?:en)?|afdelingsleder(?:en)?|teamleder(?:en)?|"
    r"læge(?:n)?|overlæge(?:n)?|lægekonsulent(?:en)?|psykolog(?:en)?|psykiater(?:en)?|speciallæge(?:n)?|sygeplejerske(?:n)?|hjemmesygeplejerske(?:n)?|lærer(?:en)?|klasselærer(?:en)?|pædagog(?:en)?|skoleleder(?:en)?|inspektør(?:en)?|"
    r"advokat(?:en)?|bisidder(?:en)?|partsrepræsentant(?:en)?|værge(?:n)?|kontaktperson(?:en)?|støtteperson(?:en)?|jobkonsulent(?:en)?|konsulent(?:en)?|mentor(?:en)?|vejleder(?:en)?|visitator(?:en)?|hjemmehjælper(?:en)?|hjælper(?:en)?|"
    r"fuldmægtig|medarbejder(?:en)?|assistent(?:en)?|tolk(?:en)?|dommer(?:en)?|præst(?:en)?|direktør(?:en)?|borgmester(?:en)?|formand(?:en)?|ergoterapeut(?:en)?|fysioterapeut(?:en)?|talepædagog(?:en)?|koordinator(?:en)?|"
    r"viceskoleleder|forstander(?:en)?|plejefamilien|familien|borger(?:en)?|klager|ansøger|patient(?:en)?|beboer(?:en)?|vikar(?:en)?|ledsager(?:en)?|barnepige(?:n)?|dagplejer(?:en)?|sundhedsplejerske(?:n)?|jordemoder(?:en)?)"
)
_FIELD = (
    r"(?:navn(?:e)?|fulde[ ]navn|fornavn(?:e)?|efternavn|mellemnavn|kaldenavn|barnets[ ]navn|borgers?[ ]navn|mor|far|moderen|faderen|barn|elev|borger|patient|klager|ansøger|underskrift|underskrevet[ ]af|sagsbehandler|"
    r"kontaktperson|pårørende|nærmeste[ ]pårørende|værge|deltagere|til[ ]stede|referent|mødeleder|fra|til|cc|att|att\.|fr|afsender|modtager|vedr|vedrørende|ang|angående|hjælper|forælder|forældre|indehaver|beboer|lejer|bisidder|dirigent)"
)
_ABBREVIATIONS = frozenset(
    "ppr bpa adhd add skat vum stu akt ptsd cpr obs nb ps hf eud taf fgu kui ast sel fvl rsl ok sms cv kl kle dr tv dk eu usa "
    "ngo mr ct iq bmi kol als hiv aids covid wisc icdp bbr boa ktp kis lab lis ppv afu sfo ask pga ift mht vg mvh vh kh tak nej "
    "jo ja nu hk foa dsr dlf ouh auh rh bo aku pau sosu ssa ssh tf ff bf dvs ca osv pdf jpg asap afsl ikke hvad hjemad hjælp".split()
)
_DOTTED_WORDS = (
    r"(?:f\.e|f\.x|m\.m|m\.v|m\.f|m\.h|o\.l|o\.s|o\.a|p\.g|p\.t|p\.s|p\.b|p\.å|i\.f|i\.h|i\.e|i\.o|d\.d|d\.v|d\.s|d\.å|s\.u|s\.k|s\.d|s\.å|"
    r"e\.l|e\.g|e\.k|f\.k|f\.t|f\.o|t\.o|t\.h|t\.v|t\.a|t\.d|b\.l|j\.n|a\.m|a\.k|a\.s|c\.v|n\.b|h\.h|h\.c|l\.a|u\.s|u\.d|v\.h|k\.h|m\.a|q\.e|x\.x|f\.f|s\.s|g\.d|k\.l|r\.i)\."
)
"""Abbreviations of two letters that are no initials («f.eks.», «o.l.», «t.v.»), by their letters."""
_STOP = _ABBREVIATIONS | frozenset(
    "og eller som der har er var fik får siger sagde skriver skrev ringede ringer kan kunne skal skulle vil ville blev bliver fra til på i af med om "
    "hr fru frk dr prof cand stud mag phil pæd psych jur ass tvill frøken herr "
    "ikke jeg vi de du han hun man det den en et min mit mine vores jeres deres hans hendes sin sit sine at så men når hvis da nu også kun hos ved for "
    "under over efter før mod samt både selv altid aldrig kommunen jobcenteret kommune sagsbehandler mor far søn datter alle ingen".split()
)


class PersonCueRecognizer(DanishRecognizer):
    """Names that a cue announces."""

    entity = "PERSON"
    rules = (
        rule(
            "kin",
            rf"\b(?:min|mit|vores|hendes|hans|deres|din|dit|jeres|en|et|fælles|lille|store|voksne|yngste|ældste)[ ](?:\p{{L}}+[ ]){{0,2}}?{_KIN},?[ ](?:ved[ ]navn[ ]|som[ ]hedder[ ]|der[ ]hedder[ ])?{_NAME}",
            0.8,
            group="x",
        ),
        rule("role", rf"\b{_ROLE}(?:[ ](?:hedder|er)|,)?[ ]{_NAME}", 0.7, group="x"),
        rule(
            "called",
            rf"\b(?:hedder|hed|hede|kaldes|kaldet|kalder[ ](?:ham|hende|mig|sig)|navngivet|ved[ ]navn|navnet[ ]er|navn[ ]er|mit[ ]navn(?:[ ]er)?)[ ](?:\"|')?{_NAME}",
            0.8,
            group="x",
        ),
        rule(
            "regards",
            rf"(?:hils(?:en|ner|ener|n)|\b(?:mvh|vh|kh|dbh)(?!\p{{L}})\.?|\bknus|med[ ]respekt|ærbødigst|underskrevet)[ ]?[,.:!]?(?:[ ]?fra)?[ ]?\n{{0,2}}[ ]?{_NAME}",
            0.8,
            group="x",
        ),
        rule(
            "title",
            rf"\b(?:hr\.?|herr|fru|frk\.?|frøken|dr\.|doktor|prof\.|søster|broder)[ ]{_NAME}",
            0.75,
            group="x",
        ),
        rule(
            "greeting",
            rf"(?:^|[.!?\n][ ]?)(?:hej|hejsa|heej|kære|hey|goddag|godmorgen|hallo|til)[ ]{_NAME}(?=[ ]?[,!.:\n)]|$)",
            0.7,
            group="x",
        ),
        rule(
            "field",
            rf"^[ \t]*(?:\p{{L}}+[ /]){{0,2}}{_FIELD}(?:[ ]?\([^)\n]*\))?[ ]?:[ \t]*{_NAME}",
            0.8,
            group="x",
        ),
        rule(
            "initials",
            r"(?:hils(?:en|ner)|\bmvh\.?|\bvh\.?|\bkh\.?|\bsign\.?|\bref\.?|\binit\.?|/)[ ]?[,:]?[ ]?\n{0,2}(?P<x>\p{Lu}(?:\.[ ]?\p{Lu}){1,3}\.?|\p{Lu}{2,4})(?=[ ]?(?:$|\n|[.,)]))",
            0.75,
            group="x",
            case=True,
        ),
        rule("signed", r"(?:^|[.!?)\n][ ]?)(?P<x>\p{Lu}{2,4})[ ]*\Z", 0.7, group="x", case=True),
        rule(
            "after name",
            r"\p{Lu}\p{Ll}+[ ]\((?P<x>\p{Lu}{2,4}|\p{Ll}{2,4})\)",
            0.6,
            group="x",
            case=True,
        ),
        rule(
            "wrote",
            r"\b(?:skrev|noteret[ ]af|ref\.?|referent|kontrollant|diktat|sagsbeh\.?|v/|af|sign\.?)[ ]?:?[ ](?P<x>\p{Lu}{2,4})(?=[ ]?(?:$|\n|[.,:;)]))",
            0.6,
            group="x",
            case=True,
        ),
        # T-A-N-G: spelt out
        rule(
            "spelt out",
            r"(?<![\p{L}\d-])(?!A-B-C|[A-Z]-[AO](?!-))(?P<x>\p{Lu}(?:-\p{Lu}){2,14})(?![\p{L}\d-])",
            0.6,
            group="x",
            case=True,
        ),
        rule(
            "dotted initials",
            r"(?<![\p{L}.])(?P<x>\p{Lu}\.[ ]?\p{Lu}\.(?:[ ]?\p{Lu}\.)?)(?![\p{L}])(?!\s?(?:\p{Lu}\p{Ll}+))",
            0.65,
            group="x",
            case=True,
        ),
        rule(
            "dotted initials in lower case",
            rf"(?<![\p{{L}}\d.])(?<![%\d][ ])(?P<x>(?!{_DOTTED_WORDS})\p{{Ll}}\.\p{{Ll}}\.(?:\p{{Ll}}\.)?)(?![\p{{L}}\d])",
            0.55,
            group="x",
            case=True,
        ),
        rule(
            "initial and surname",
            r"(?<![\p{L}\d.-])(?<!\bstr\.[ ])(?P<x>(?:\p{Lu}\.[ ]?){1,3}\p{Lu}\p{Ll}{2,}(?:-\p{Lu}\p{Ll}+)?)(?!\p{L})",
            0.7,
            group="x",
            case=True,
        ),
        rule(
            "first and initial",
            r"(?<![\p{L}.])(?P<x>\p{Lu}\p{Ll}{1,}[ ](?:\p{Lu}\.(?:[ ]?\p{Lu}\.)?)(?:[ ]\p{Lu}\p{Ll}{2,}(?!\p{L}))?)",
            0.5,
            group="x",
            case=True,
        ),
    )

    def __init__(
        self, classes: NameClasses | None = None, supported_language: str = "da", **kwargs: Any
    ):
        self.classes = classes or NameClasses()
        super().__init__(supported_language=supported_language, **kwargs)

    def find(self, text: str, artifacts: Any) -> Any:
        """Hits, cut to the words that may be a name."""
        for result in super().find(text, artifacts):
            words = list(_WORD.finditer(text[result.start : result.end]))
            kept = 0
            for word in words:
                if not self.may_be_name(word[0], first=kept == 0):
                    break
                kept += 1
            if kept:
                result.end = result.start + words[kept - 1].end()
                while text[result.end - 1] in "'-":
                    result.end -= 1
                yield result

    def may_be_name(self, word: str, *, first: bool) -> bool:
        """True when a word behind a cue may be part of a name."""
        plain = word.rstrip(".").lower()
        if len(plain) == 1 and word[0].isupper() and word.endswith("."):
            return True  # an initial; single letters are also in the list of ordinary words
        if plain in _STOP:
            return False
        listed = self.classes.of(plain)
        if word[:1].isupper():
            return not is_ordinary(plain) or bool(set(listed) & {"f", "l"})
        if len(plain) < 3 and listed == "-":
            return False
        if first:
            return ("f" in listed or "l" in listed or listed == "-") and not is_ordinary(plain)
        return ("f" in listed or "l" in listed) and not is_ordinary(plain)
