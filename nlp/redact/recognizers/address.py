"""Adresse: street and number, with floor, door, postcode and town where they stand together.

Form: vejnavn, husnummer [bogstav], etage, dør, postnummer by (danmarksadresser.dk). A street alone
counts where the words around tell that somebody lives there.
"""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_U = r"(?-i:[A-ZÆØÅÉ])"
_SUFFIX = (
    r"(?:vej|vejen|gade|gaden|allé|alle|alléen|alleen|stræde|strædet|straede|plads|pladsen|torv|torvet|vænge|"
    r"vænget|vaenge|vænget|park|parken|have|haven|haverne|bakken|bakke|boulevard|boulevarden|blvd|kaj|kajen|"
    r"stien|sti|eng|engen|marken|mark|lund|lunden|toft|toften|tofte|krog|krogen|ager|ageren|agre|agervej|dal|"
    r"dalen|høj|højen|hoj|skrænten|skrænt|ringen|ring|kvarteret|passagen|passage|gården|gård|gaard|"
    r"bo|hus|huset|hegnet|hegn|kæret|kær|mosen|mose|næs|odde|havn|havnen|bro|broen|banke|banken|"
    r"vang|vangen|slippe|slippen|skov|skoven|stræd|stræder|løkke|løkken|kilde|kilden|bugt|strand|"
    r"strandvej|volden|vold|led|leddet|brinken|brink|ås|åsen|terrasse|terrassen|dyssen|tangen|jorden|"
    r"damme|dammen|dam|center|centret|kollegiet|kollegium|plænen|skellet|svinget|sving|porten|"
    r"\bv\.|\bvj\.|gd\.|gde\.|vju)"
)
_SURE_SUFFIX = (
    r"(?:vej|vejen|gade|gaden|allé|alle|alléen|stræde|strædet|plads|pladsen|torv|torvet|vænge|vænget|"
    r"parken|boulevard|boulevarden|stien|bakken|toften|krogen|vangen|løkken|engen|haven|brinken|lunden)"
)
_WORD = r"[\p{L}\d][\p{L}\d.'-]{0,30}"
_NUMBER = r"(?:(?:nr\.?|nummer)[ ]?)?\d{1,3}(?:[ ]?-[ ]?\d{1,3})?(?:[ ]?[a-zæøå](?![\p{L}\d]|\.[ ]?[hv]\b))?"
_FLOOR = (
    r"(?:,?[ ]{0,2}(?:(?:(?<!\d)\d{1,2}\.?[ ]?(?:sal|etage)?|stuen|stue|st\.?|kld?\.?|kælder(?:en)?|k2)"
    r"[ ,.-]{0,3}(?:(?:til[ ])?(?:t\.?[ ]?v\.?|t\.?[ ]?h\.?|m\.?[ ]?f\.?|venstre|højre|midt(?:for|en)?)|"
    r"(?:dør|lejl\.?|vær\.?|lejlighed|værelse)[ ]?\d{1,4}|(?:nr\.?[ ]?)?(?<!\d)\d{1,4}(?![\d]|[.,]\d))"
    r"(?![\p{L}\d])|"
    r"\d{1,2}\.?[ ]?sal(?!\p{L})|\d{1,2}\.(?=,[ ]?\d{4}[ ])|(?:stuen|st\.|kld?\.?|kælder(?:en)?)(?!\p{L})|(?:dør|lejl\.?|lejlighed|vær\.)[ ]?\d{1,4}|"
    r"(?:t\.?v\.?|t\.?h\.?|m\.?f\.?)(?![\p{L}])))"
)
_TOWN = r"(?:\p{L}[\p{L}.'-]{1,24}(?:[ ](?:[CNSVØKMFBJ]|NV|SV|SØ|NØ|[ØV]st|sj\.?|mors)(?![\p{L}])|[ ](?-i:[A-ZÆØÅ])[\p{L}-]{1,20}){0,2})"
_POST = rf"(?:[,.]?[ ]{{0,2}}\n?(?:\bi[ ]|DK-?)?(?<!\d)[1-9]\d{{3}}[ ]+{_TOWN})"
_TOWN_ONLY = (
    r"(?:,[ ](?-i:[A-ZÆØÅ])[\p{L}]{3,20}(?:[ ](?:[CNSVØKM]|NV|SV|SØ|NØ))?(?=[ ]?(?:[.,;)\n]|$)))"
)
_TAIL = rf"(?:{_FLOOR}{{0,2}}(?:{_POST}|{_TOWN_ONLY})?)"
_LIVES = (
    r"(?:\bbo(?:r|ede|et|ende)|bopæl|adresse(?:n)?|flytte(?:r|de|t)?|lejlighed(?:en)?|hus(?:et)?|opgang(?:en)?|"
    r"bolig(?:en)?|værelse|hjemme|c/o|hjem)"
)


class AddressRecognizer(DanishRecognizer):
    """Addresses in any completeness."""

    entity = "ADDRESS"
    of_digits = True
    of_words = frozenset({"lives in", "street alone"})
    before = 30
    rules = (
        # Nørregade 3, 2. tv, 8000 Aarhus C
        rule(
            "street and number",
            rf"(?<![\p{{L}}\d])(?P<x>(?:(?:{_U}[\p{{L}}.'-]{{0,24}}|\d{{1,2}}\.|gammel|gl\.|ny|nye|store|lille|st\.|ll\.|nr\.|nørre|sønder|øster|vester|sdr\.|øst|vest|ved|på)[ ]){{0,3}}"
            rf"[\p{{L}}.'-]{{2,28}}{_SUFFIX}(?:[ ](?:øst|vest|nord|syd|ø|v|n|s)\.?)?,?[ ]{{1,2}}{_NUMBER}{_TAIL})(?![\p{{L}}\d%])",
            0.8,
            group="x",
        ),
        # Strandvej 4 · Algade 12 · written apart: «Store Kirke Stræde 5»
        rule(
            "street apart",
            rf"(?<![\p{{L}}\d])(?:{_U}[\p{{L}}.'-]{{0,24}}[ ]){{1,3}}(?:vej|gade|allé|alle|stræde|plads|torv|boulevard|vænge|have|park|bakke|strand|kaj|sti|toft|eng|mark|dal|gård)(?:en|et)?"
            rf"[ ]{_NUMBER}{_TAIL}(?![\p{{L}}\d%])",
            0.85,
        ),
        # any name + number + floor or postcode
        rule(
            "number and floor",
            rf"(?<![\p{{L}}\d])(?!(?:\p{{L}}+[ ])?(?:nr|nummer|cvr(?:-nr)?|cpr(?:-nr)?|ring|tlf|mobil|konto|reg|side|kap|bilag|sag|lov|vejledning|bek|lbk|uge|fase|trin|punkt|kr|ca|år|kl|kanal|lokale|version|stk|pkt|bind|klasse|lejl|dør|sal)\b)(?P<x>(?:{_U}[\p{{L}}.'-]{{1,24}}[ ]){{0,2}}{_U}[\p{{L}}.'-]{{2,28}}[ ]{_NUMBER}(?:{_FLOOR}{{1,2}}{_POST}?|{_POST}))(?<!nr\.[ ]\d{{1,9}})(?![\p{{L}}\d%]|[ .-]\d|[ ]?(?:mg|ml|kr|cm|gram|stk))",
            0.75,
            group="x",
        ),
        rule(
            "number and postcode",
            rf"(?<![\p{{L}}\d])(?!(?:nr|kr|kl|ca|sag|uge|side|lov|år)\b)[\p{{L}}.'-]{{3,28}}(?<!nr\.)[ ]{_NUMBER}{_FLOOR}{{0,2}}{_POST}(?![\p{{L}}\d%])",
            0.6,
        ),
        # Postboks, and postcode with town standing alone
        rule(
            "postcode and town",
            r"(?<![\d./,§-]|kr\.[ ]|nr\.[ ]|lov[ ]|år[ ]|\bi[ ])(?:DK-?[ ]?)?(?!19[0-9]{2}[ ](?-i:[a-zæøå])|20[0-9]{2}[ ](?-i:[a-zæøå]))[1-9]\d{3}[ ](?-i:[A-ZÆØÅ][a-zæøåé]{2,20}|[A-ZÆØÅ]{4,20})(?:[ ](?-i:[CNSVØKM]|NV|SV|SØ|NØ))?(?![\p{L}\d])",
            0.5,
        ),
        rule("post box", r"\bpostboks[ ]\d{1,5}(?:,?[ ]\d{4}[ ]\p{L}+)?", 0.7),
        # a street alone, where somebody lives
        rule(
            "lives in",
            rf"{_LIVES}\p{{L}}*[ ](?:lige[ ]|nu[ ]|stadig[ ]|selv[ ]|også[ ]|dengang[ ]|ovre[ ]|inde[ ]|nede[ ]|ude[ ]|oppe[ ]|sammen[ ]){{0,2}}(?:på|i|til|fra|ved|er|:)[ ](?P<x>(?:(?:{_U}[\p{{L}}.'-]{{0,24}}|gammel|gl\.|store|lille|ny|nørre|sønder|øster|vester)[ ]){{0,2}}[\p{{L}}.'-]{{2,28}}{_SURE_SUFFIX}(?:[ ]{_NUMBER})?)(?![\p{{L}}\d])",
            0.75,
            group="x",
        ),
        rule(
            "street alone",
            rf"(?:på|fra|ved|i|til|ad|hjørnet[ ]af)[ ](?P<x>(?:{_U}[\p{{L}}.'-]{{1,24}}[ ]){{0,2}}{_U}[\p{{L}}.'-]{{1,24}}(?:vej|gade|allé|stræde|vænget|vænge|boulevard|parken|toften|bakken))(?:en|et)?(?![\p{{L}}\d])",
            0.6,
            group="x",
        ),
    )
