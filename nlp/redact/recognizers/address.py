"""Adresse: street and number, with floor, door, postcode and town where they stand together.

Form: vejnavn, husnummer [bogstav], etage, dør, postnummer by (danmarksadresser.dk). A street alone
counts where the words around tell that somebody lives there.
"""

from __future__ import annotations

from nlp.redact.recognizers.address_parts import (
    CAPITAL,
    FLOOR,
    FOREIGN_SUFFIX,
    LIVES,
    LONG_NUMBER,
    NO_UNIT,
    NUMBER,
    POST,
    POSTCODE,
    PREFIX,
    STOP,
    SUFFIX,
    SURE_SUFFIX,
    TAIL,
    TOWN,
)
from nlp.redact.recognizers.base import DanishRecognizer, rule
from nlp.redact.recognizers.number_words import NUMBER_WORD

_ENDINGS = rf"(?:{SUFFIX}|{FOREIGN_SUFFIX})"
_SIDE = r"(?:[ ](?:øst|vest|nord|syd|ø|v|n|s)\.?)?"
_GAP = r",?[ ]{1,2}"
_NAME = rf"{CAPITAL}[\p{{L}}.'-]{{0,24}}"
_FEW_WORDS = r"(?=(?:[^\s\d]+[ ]{1,2}){0,6}+[^\s\d]{0,9}\d)"
"""The house number stands at most six words on: where it does not, longer looks are saved."""
_END = rf"(?![\p{{L}}\d%]){NO_UNIT}"


class AddressRecognizer(DanishRecognizer):
    """Addresses in any completeness."""

    entity = "ADDRESS"
    of_digits = True
    of_words = frozenset(
        {"lives in", "street alone", "lower street alone", "care of", "street named", "number told"}
    )
    reach = 110
    before = 30
    rules = (
        # Nørregade 3, 2. tv, 8000 Aarhus C · Norderstraße 211, D-24939 Flensburg · Jagtvej 1003
        rule(
            "street and number",
            rf"(?<![\p{{L}}\d]){_FEW_WORDS}(?P<x>{PREFIX}{{0,3}}(?:[\p{{L}}.'-]{{2,28}}|[åø]){_ENDINGS}{_SIDE}{_GAP}"
            rf"(?:{NUMBER}|(?<={SURE_SUFFIX}{_SIDE}{_GAP}){LONG_NUMBER}){_END}{TAIL})(?![\p{{L}}\d%])",
            0.8,
            group="x",
            anchor=rf"\d(?<={_ENDINGS}{_SIDE}{_GAP}(?:(?:nr\.?|nummer)[ ]?)?\d)",
        ),
        # bakkevej 12 2 tv, hobro: all in lower case
        rule(
            "lower town",
            rf"(?<![\p{{L}}\d])[a-zæøå]{{2,28}}{SUFFIX}[ ]{NUMBER}{FLOOR}{{0,3}},[ ](?!desværre|ikke|igen|tak|hilsen|siger|skriver|også|altså|hvor|venlig|endnu|alene|sammen)(?:(?:øster|vester|nørre|sønder|store|lille|ny)[ ])?[a-zæøå]{{4,20}}(?=[ ]?(?:[.;)\n]|$)|[ ](?:den|fordi|og|til|har)\b)",
            0.7,
            case=True,
            anchor=rf"\d(?<={SUFFIX}[ ]\d)",
        ),
        # møllebakken3,9440aabybro
        rule(
            "glued",
            rf"(?<![\p{{L}}\d])(?P<x>[\p{{L}}.'-]{{2,28}}{SURE_SUFFIX}\d{{1,3}}(?:[a-z]?[ ,.]{{0,2}}[1-9]\d{{3}}[ ]?(?-i:\p{{L}}[a-zæøå]{{2,20}}|[A-ZÆØÅ]{{3,20}})|[a-z]?{TAIL}(?![\p{{L}}\d%])))",
            0.8,
            group="x",
            anchor=rf"\d(?<={SURE_SUFFIX}\d)",
        ),
        # Strandvej 4 · Algade 12 · written apart: «Store Kirke Stræde 5»
        rule(
            "street apart",
            rf"(?<![\p{{L}}\d])(?:{_NAME}[ ]){{1,3}}(?:vej|gade|allé|alle|stræde|plads|torv|boulevard|vænge|have|park|bakke|strand|kaj|sti|toft|eng|mark|dal|gård)(?:en|et)?"
            rf"[ ](?:{NUMBER}|{LONG_NUMBER}){_END}{TAIL}(?![\p{{L}}\d%])",
            0.85,
            anchor=r"\d(?<=[ ](?:vej|gade|allé|alle|stræde|plads|torv|boulevard|vænge|have|park|bakke|strand|kaj|sti|toft|eng|mark|dal|gård)(?:en|et)?[ ](?:(?:nr\.?|nummer)[ ]?)?\d)",
        ),
        # skt. jørgens allé 3 · sdr. boulevard 12: written apart in lower case
        rule(
            "street apart, lower",
            rf"(?<![\p{{L}}\d])(?P<x>(?:(?:(?:sdr|ndr|skt|sct|gl|ll|vr)\.?|nr\.|st\.)[ ](?:\p{{L}}{{3,20}}[ ])?|(?:store|lille|gammel|sankt|nørre|sønder|vester|øster|søndre|nordre|vestre|østre)[ ](?:\p{{L}}{{3,20}}[ ])?|\p{{L}}{{2,20}}(?:høj|mose|skov|lund|gård|strand|kirke|park|dal|eng|holm)[ ]|(?:\p{{L}}{{3,20}}[ ])?(?!alles|deres|hans|hendes|vores|jeres)\p{{L}}{{3,20}}s[ ])"
            rf"(?:vej|gade|alle|allé|boulevard|plads|torv|stræde|vænge|have|park)[ ](?:{NUMBER}|{LONG_NUMBER}){_END}{TAIL})(?![\p{{L}}\d%])",
            0.7,
            group="x",
            anchor=r"\d(?<=[ ](?:vej|gade|alle|allé|boulevard|plads|torv|stræde|vænge|have|park)[ ](?:(?:nr\.?|nummer)[ ]?)?\d)",
        ),
        # ul. Długa 12, 12 High Street
        rule(
            "abroad",
            rf"(?<![\p{{L}}\d])(?:(?:ul|al|pl|rue|via|calle|avenue)\.?[ ](?:{_NAME}[ ]){{1,3}}\d{{1,4}}[a-z]?{TAIL}|\d{{1,4}},?[ ](?:{_NAME}[ ]){{1,3}}(?-i:Street|Road|Avenue|Lane|Drive|Rd|Ave)(?:,[ ]{_NAME})?)(?![\p{{L}}\d%])",
            0.75,
            anchor=r"\b(?:ul\.|al\.|pl\.|rue|via|calle|avenue|street|road|lane|drive|rd|ave)\b",
        ),
        # any name + number + floor or postcode
        rule(
            "number and floor",
            rf"(?={CAPITAL})(?<![\p{{L}}\d])(?=(?:[\p{{L}}.'-]{{1,28}}[ ]){{1,3}}(?:(?:nr\.?|nummer)[ ]?)?\d)(?!(?:\p{{L}}+[ ])?(?:nr|nummer|cvr(?:-nr)?|cpr(?:-nr)?|ring|tlf|mobil|konto|reg|side|kap|bilag|sag|lov|vejledning|bek|lbk|uge|fase|trin|punkt|kr|ca|år|kl|kanal|lokale|version|stk|pkt|bind|klasse|lejl|dør|sal)\b)(?P<x>(?:{STOP}{CAPITAL}(?:[\p{{L}}'-]{{1,24}}|[\p{{L}}.]{{0,4}}\.)[ ]){{0,2}}{STOP}{CAPITAL}[\p{{L}}.'-]{{2,28}}[ ]{NUMBER}(?:{FLOOR}{{1,2}}{POST}?|{POST}))(?<!nr\.[ ]\d{{1,9}})(?![\p{{L}}\d%]|[ .-]\d|[ ]?(?:mg|ml|kr|cm|gram|stk))",
            0.75,
            group="x",
        ),
        rule(
            "number and postcode",
            rf"(?<![\p{{L}}\d])(?!(?:nr|kr|kl|ca|sag|uge|side|lov|år)\b)[\p{{L}}.'-]{{3,28}}(?<!nr\.)[ ](?:{NUMBER}|{LONG_NUMBER}(?=,)){FLOOR}{{0,2}}{POST}(?![\p{{L}}\d%])",
            0.6,
            anchor=rf",[ ]{{0,2}}\n?{POSTCODE}[ ]",
        ),
        # bor på Ved Åen 3 · bor Askerød 208, 2. mf
        rule(
            "lives at",
            rf"\b(?:bor(?:ende)?|boede|boet|boende|bopæl(?:en)?|beboer|adresse[nr]?|flytte[rt]?)(?:[ ](?:nu|stadig|fortsat|selv|alene|lige|dengang|er|til|på|i|ved|hos))*[ :]{{1,2}}"
            rf"(?P<x>(?!(?-i:I|Det|Den|Jeg|Vi|Han|Hun|Danmark|Uge|Kl)\b)(?:{_NAME}[ ])(?:(?:{_NAME}|(?-i:på|ved|i|den|det|de|af|og))[ ]){{0,3}}(?:{NUMBER}|{LONG_NUMBER}){TAIL})"
            rf"(?![\p{{L}}\d%/]|\.[ ]?(?:\d|\p{{Ll}}))(?=[.,;:)!?\n]|$|[ ](?:og|med|sammen|hos|som|men|hvor|da|i|ik|ikke|nu|her)\b)",
            0.7,
            group="x",
            anchor=r"\b(?:bor|boede|boet|bopæl|beboer|adresse|flytte)",
        ),
        # Postboks, and postcode with town standing alone
        rule(
            "postcode and town",
            r"(?=\d|DK)(?<![\d./,§-]|kr\.[ ]|nr\.[ ]|lov[ ]|år[ ]|\bi[ ]|reg\.[ ]|\breg[ ])(?:DK-?[ ]?)?(?!19[0-9]{2}[ ](?-i:[a-zæøå])|20[0-9]{2}[ ](?-i:[a-zæøå]))[1-9]\d{3}[ ](?!(?-i:Kto|Konto|Cpr|Tlf))(?-i:[A-ZÆØÅ][a-zæøåé]{2,20}|[A-ZÆØÅ]{4,20})(?:[ ](?-i:[CNSVØKM]|NV|SV|SØ|NØ))?(?![\p{L}\d])",
            0.5,
        ),
        rule(
            "post box",
            r"\bpostboks[ ]\d{1,5}(?:,?[ ]\d{4}[ ]\p{L}+)?",
            0.7,
            anchor="postboks",
        ),
        rule(
            "care of",
            rf"(?<!\p{{L}})c[ ]?/[ ]?o[ .:]{{1,2}}\p{{L}}[\p{{L}}.'-]{{1,24}}(?:[ ](?:{_NAME}|van|von|de|al|el)){{0,3}}",
            0.8,
            anchor=r"c[ ]?/[ ]?o",
        ),
        # forms
        rule(
            "field",
            rf"\b(?:adr|\p{{L}}*adresse|bopæl|vejnavn|gadenavn|vej|gade)\.?[ ]?:[ ]*(?P<x>(?=[^\n:;@]{{0,50}}(?:\d|{SURE_SUFFIX}(?!\p{{L}})))(?!\d)[^\n:;\t@]{{3,70}}?)"
            rf"(?=[ ]*(?:\n|$|;|\t|[ ]{{2}}|[,.]?[ ]\p{{L}}{{2,14}}\.?:|(?<=\p{{L}}{{4}}|\d)\.[ ]+(?-i:[A-ZÆØÅ][a-zæøå])))",
            0.75,
            group="x",
            anchor=r"(?:\badr|adresse|\bbopæl|\bvejnavn|\bgadenavn|\bvej|\bgade)\.?[ ]?:",
        ),
        # Håndværkerkollegiet, vær. 214 · Skolestien, rækkehus 6
        rule(
            "house of a place",
            rf"(?<![\p{{L}}\d])(?P<x>{PREFIX}{{0,2}}{CAPITAL}[\p{{L}}'-]{{1,28}}{SUFFIX},?[ ]{{1,2}}(?:vær(?:else)?|lejl(?:ighed)?|bolig|(?:række|dobbelt|gård)?hus|villa|opgang|blok|stue|hytte|plads|parcel|have)\.?[ ](?:nr\.?[ ])?\d{{1,4}}(?:[ ]?[a-z](?!\p{{L}}))?{TAIL})(?![\p{{L}}\d%])",
            0.75,
            group="x",
            anchor=r"\d(?<=[ ](?:vær(?:else)?|lejl(?:ighed)?|bolig|(?:række|dobbelt|gård)?hus|villa|opgang|blok|stue|hytte|plads|parcel|have)\.?[ ](?:nr\.?[ ])?\d)",
        ),
        rule(
            "house number",
            r"\bhus(?:nr|nummer)\.?[ ]?:?[ ]?(?P<x>\d{1,4}(?:[ ]?[a-z](?!\p{L}))?)(?!\d)",
            0.7,
            group="x",
            anchor=r"\bhusn",
        ),
        rule(
            "postcode field",
            rf"\bpost(?:nr|nummer)\.?[^\n:\d]{{0,8}}:[ ]*(?P<x>\d{{4}}(?:[ ,]+{TOWN})?)(?!\d)",
            0.7,
            group="x",
            anchor=r"\bpostn",
        ),
        rule(
            "street named",
            rf"\b(?:hvor|sted|mødested|gerningssted|opholdssted|lejemål|vejnavn|adr|adresse|bopæl)\.?[ ]?:[ ]*(?P<x>{PREFIX}{{0,2}}[\p{{L}}.'-]{{2,28}}{SURE_SUFFIX})(?![\p{{L}}\d])",
            0.75,
            group="x",
            anchor=r"(?:\bhvor|sted|lejemål|\bvejnavn|\badr|adresse|bopæl)\.?[ ]?:",
        ),
        # a street alone, where somebody lives
        rule(
            "lives in",
            rf"{LIVES}\p{{L}}*[ ](?:lige[ ]|nu[ ]|stadig[ ]|selv[ ]|også[ ]|dengang[ ]|ovre[ ]|inde[ ]|nede[ ]|ude[ ]|oppe[ ]|sammen[ ]){{0,2}}(?:(?:på|i|til|fra|ved|er|:)[ ])?(?P<x>(?:(?:{CAPITAL}[\p{{L}}.'-]{{0,24}}|gammel|gl\.|store|lille|ny|nørre|sønder|øster|vester)[ ]){{0,2}}[\p{{L}}.'-]{{2,28}}{SURE_SUFFIX}(?:[ ]{NUMBER})?)(?![\p{{L}}\d])",
            0.75,
            group="x",
        ),
        rule(
            "street alone",
            rf"(?:på|fra|ved|i|til|ad|hjørnet[ ]af)[ ](?P<x>(?:{CAPITAL}[\p{{L}}.'-]{{1,24}}[ ]){{0,2}}{CAPITAL}[\p{{L}}.'-]{{1,24}}(?:vej|gade|allé|stræde|vænget|vænge|boulevard|boulevarden|pladsen|parken|toften|bakken))(?:en|et)?(?![\p{{L}}\d])",
            0.6,
            group="x",
        ),
        # på møllevej i vrist: no ordinary way («på omvej», «på motorvej»)
        rule(
            "lower street alone",
            r"\b(?:på|fra|bor)[ ](?P<x>(?!(?:om|hjem|motor|ud|gen|lande|flugt|af|ned|op|skole|arbejds|klage|sags|over|til|fra|frem|luft|vand|cykel|hoved|side|ind|retur|gå|livs|rund|mellem|karriere|halv|færdsels|trafik|grus|jern|jernbane|trætte|by|villa|blind|lukket)(?:vej|gade)\b)\p{L}{3,20}(?:vej|gade|stræde|vænget))(?![\p{L}\d])",
            0.6,
            group="x",
            anchor=r"\b(?:på|fra|bor)[ ]\p{L}{3,20}(?:vej|gade|stræde|vænget)\b",
        ),
        # jeg bor lunden 5 · gik ned på torvet 4
        rule(
            "one word",
            rf"\b(?:bor|boede|på|fra|til|adressen?:?)[ ](?P<x>(?:torvet|alléen|alleen|lunden|parken|vænget|toften|bakken|haven|engen|stien|vangen|løkken|krogen|strædet|skrænten|skellet|gaden|åsen|volden|kæret|højen|dalen|strandvejen|hovedgaden)[ ]{NUMBER}{_END}{TAIL})(?![\p{{L}}\d%])",
            0.7,
            group="x",
            anchor=r"\d(?<=(?:et|en|gaden|dalen)[ ](?:(?:nr\.?|nummer)[ ]?)?\d)",
        ),
        # Kjellerupvej toogtyve
        rule(
            "number told",
            rf"(?<!\p{{L}})(?P<x>{PREFIX}{{0,2}}[\p{{L}}.'-]{{2,28}}{SURE_SUFFIX}[ ](?!e[nt]\b|alle\b){NUMBER_WORD}){NO_UNIT}(?:(?=[.,;\n])|$|{TAIL})",
            0.6,
            group="x",
            anchor=rf"(?:vej|gade|vejen|gaden|allé|stræde)[ ](?!e[nt]\b){NUMBER_WORD}",
        ),
    )
