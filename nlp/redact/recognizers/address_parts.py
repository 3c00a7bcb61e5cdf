"""What addresses are made of: street endings, house number, floor and door, postcode, town."""

from __future__ import annotations

CAPITAL = r"(?-i:[A-ZÆØÅÉ])"
SUFFIX = (
    r"(?:vej|vejen|gade|gaden|allé|alle|alléen|alleen|stræde|strædet|straede|plads|pladsen|torv|torvet|vænge|"
    r"vænget|vaenge|vænget|park|parken|have|haven|haverne|bakken|bakke|boulevard|boulevarden|blvd|kaj|kajen|"
    r"stien|sti|eng|engen|marken|mark|lund|lunden|toft|toften|tofte|krog|krogen|(?<![sdrpt])ager|ageren|agre|agervej|dal|"
    r"dalen|høj|højen|hoj|skrænten|skrænt|(?<=park|skov|syd|nord|øst|vest|by|høj|sø|eng|strand|mark|lund|bakke|birke|ege)ring(?:en)?|kvarteret|passagen|passage|gården|gård|gaard|"
    r"bo|hus|huset|hegnet|hegn|kæret|kær|mosen|mose|næs|odde|havn|havnen|bro|broen|banke|banken|"
    r"vang|vangen|slippe|slippen|skov|skoven|stræd|stræder|løkke|løkken|kilde|kilden|bugt|strand|"
    r"strandvej|volden|vold|led|leddet|brinken|brink|ås|åsen|terrasse|terrassen|dyssen|tangen|jorden|"
    r"damme|dammen|dam|center|centret|kollegiet|kollegium|plænen|skellet|svinget|sving|porten|"
    r"\bv\.|\bvj\.|gd\.|gde\.|vju)"
)
SURE_SUFFIX = (
    r"(?:vej|vejen|gade|gaden|allé|alle|alléen|stræde|strædet|plads|pladsen|torv|torvet|vænge|vænget|"
    r"parken|boulevard|boulevarden|stien|bakken|toften|krogen|vangen|løkken|engen|haven|brinken|lunden)"
)
FOREIGN_SUFFIX = r"(?:straße|strasse|str\.|platz|gasse|damm|ufer|gatan|vägen|gränd|torget|stigen|backen|veien|gata|gaten|vegen|tunet|plass|gøta|gøtan|vegur)"
_LETTER = r"(?:(?:[a-zæøå]|[ ](?!i\b)[a-zæøå])(?![\p{L}\d]|\.[ ]?[hv]\b))"
NUMBER = (
    rf"(?:(?:nr\.?|nummer)[ ]?)?\d{{1,3}}(?:[ ]?(?:-|[+&]|(?<=[ ])og[ ](?=\d{{1,3}}(?:[,.;:)\n]|$|[ ]i[ ])))[ ]?\d{{1,3}})?{_LETTER}?"
    r"(?!\.\d|\.[ ]\d{1,2}\.\d|/\d)"
)
_NOT_YEAR = r"(?!(?:19|20)\d\d(?![\da-zæøå]))"
LONG_NUMBER = rf"{_NOT_YEAR}[1-9]\d{{3}}{_LETTER}?"
NO_UNIT = (
    r"(?![ ]?(?:kr|kroner|dkk|km|meter|m2|kvm|børn|elever|pladser|personer|mennesker|beboere|gange|dage|år|timer|"
    r"uger|måneder|mdr|minutter|procent|pct|stk|borgere|sager|mand|pct)\b)"
)
_FLOOR_BELOW = r"(?:[ ]{0,2}\n(?=(?:st|kl|kld|stuen|\d{1,2})\.?[ ,]{0,2}(?:sal|t\.?[ ]?[vh]|m\.?[ ]?f)(?!\p{L})))"
FLOOR = (
    rf"(?:,?(?:[ ]{{0,2}}|{_FLOOR_BELOW})"
    r"(?:(?:(?<!\d)\d{1,2}\.?[ ]?(?:sal|etage)?|stuen|stue|st\.?|kld?\.?|kælder(?:en)?|k2)"
    r"[ ,.-]{0,3}(?:(?:til[ ])?(?:t\.?[ ]?v\.?|t\.?[ ]?h\.?|m\.?[ ]?f\.?|venstre|højre|midt(?:for|en)?)|"
    r"(?:dør|lejl\.?|vær\.?|lejlighed|værelse)[ ]?\d{1,4}|(?:nr\.?[ ]?)?(?<!\d)\d{1,4}(?![\d]|[.,]\d))"
    r"(?![\p{L}\d])|"
    r"\((?:kælder(?:en)?|stuen?|bagh\.?|baghus(?:et)?|forhus(?:et)?|sidehus(?:et)?|\d{1,2}\.?[ ]?sal|(?:\d\.?|st\.?)[ ]?t\.?[hv]\.?)\)|"
    r"\d{1,2}\.?[ ]?sal(?!\p{L})|\d{1,2}\.(?=,[ ]?\d{4}[ ])|(?:stuen|st\.|kld?\.?|kælder(?:en)?)(?!\p{L})|(?:dør|lejl\.?|lejlighed|vær\.)[ ]?\d{1,4}|"
    r"\d{1,2}\.[ ]?-[ ]?\d{1,2}\.(?!\d)(?:[ ]?sal(?!\p{L}))?|"
    r"(?:sdb|sideb\p{L}*|bagh|baghus(?:et)?|øverst|nederst|forhus(?:et)?|mellemb\p{L}*|anneks(?:et)?|tilbygning(?:en)?)(?!\p{L})\.?|"
    r"(?:hus|opg|opgang|blok|bygn|bygning|afd|afdeling|indgang|port|lok|lokale|vær|værelse)\.?[ ](?:nr\.?[ ]?)?(?:\d{1,3}|[a-hj-z])(?![\p{L}\d])|"
    r"(?:t\.?v\.?|t\.?h\.?|m\.?f\.?)(?![\p{L}])))"
)
TOWN = (
    r"(?:(?:(?:kgs|kbh|nr|ndr|sdr|st|sct|skt|ll|gl|vr|hj|øl|bj|n|v|s|ø)\.[ ]?|(?:vester|øster|nørre|sønder|store|lille|kongens|kirke|gammel|"
    r"sankt|ny|høje|nykøbing|bad|san|saint)[ ])?(?!(?:for|og|har|er|i|på|med|til|fra|der|som|hvor|ikke|kr|kroner|om|den|det|så|men)\b)\p{L}[\p{L}'-]{1,24}"
    r"(?:[ ](?:[CNSVØKMFBJ]|NV|SV|SØ|NØ|[ØV]st|sj\.?|mors)(?![\p{L}])|[ ](?-i:[A-ZÆØÅ][a-zæøå])[\p{L}-]{1,20}){0,2})"
)
POSTCODE = r"(?:(?:DK|N|GL|D|S|SE|NO|PL|FO|FR|F|NL|CH|A)-?[ ]?)?(?<!\d)(?!20(?!00)\d\d(?!\d))(?:\d{4}|\d{5}|\d{3}[ ]\d\d|\d\d-\d{3}|(?<=FO-?)\d{3})(?!\d)"
POST = rf"(?:[,.]?[ ]{{0,2}}\n?(?:\bi[ ])?{POSTCODE}(?:[ ]+{TOWN}|[ ]?\n(?-i:[A-ZÆØÅ])[\p{{L}}]{{2,20}}(?:[ ][CNSVØKM](?!\p{{L}}))?(?=[ ]?(?:[.,;)]|$))))"
_TOWN_ONLY = (
    r"(?:"
    r",[ ](?-i:[A-ZÆØÅ])[\p{L}]{2,20},[ ](?!(?:19|20)\d\d)[1-9]\d{3}(?=[ ]?(?:[.,;)\n]|$))|"
    r",[ ](?:(?:nr|ndr|sdr|st|gl|ll|vr|kgs)\.[ ])?(?-i:[A-ZÆØÅ])[\p{L}]{2,20}(?:[ ](?:[CNSVØKM](?!\p{L})|NV|SV|SØ|NØ|(?-i:[A-ZÆØÅ][a-zæøå]+)))?"
    r"(?=[ ]?(?:[.,;)\n]|$)|(?<=[a-zæøå]{3})[ ](?-i:[a-zæøå]))|"
    r"[ ]i[ ](?-i:[A-ZÆØÅ][a-zæøå])\p{L}{1,20}(?:[ ][CNSVØKM](?!\p{L}))?|"
    r",[ ](?!(?:19|20)\d\d)[1-9]\d{3}(?=[ ]?(?:[.,;)\n]|$)))"
)
TAIL = rf"(?:{FLOOR}{{0,3}}(?:{POST}|{_TOWN_ONLY})?)"
LIVES = (
    r"(?:\bbo(?:r|ede|et|ende)|bopæl|adresse(?:n)?|flytte(?:r|de|t)?|lejlighed(?:en)?|hus(?:et)?|opgang(?:en)?|"
    r"bolig(?:en)?|værelse|hjemme|c/o|hjem)"
)

STOP = (
    r"(?!(?:(?-i:på|PÅ|ved|VED|i|I|til|TIL|fra|FRA)|bor|boende|bopæl|adressen?|angående|vedr|vedrørende|jeg|han|hun|vi|der|det|er|og|"
    r"at|min|mit|mine|stadig|nu|flytte[rt]?|kære|att|hr|fru|har|fået|skal|møde|kl|hos|kun|som|den|af|tidligere|ejendom(?:men)?|skriv|ikke|mere|også|nær|ring|send|mød|kom|sidst)\b)"
)
PREFIX = (
    rf"(?:{STOP}(?:{CAPITAL}[\p{{L}}.'-]{{0,24}}|\d{{1,2}}\.|gammel|gl\.?|ny|nye|store|lille|st\.|ll\.?|skt\.?|sct\.?|sankt|nr\.|ndr\.?|"
    r"nørre|sønder|øster|vester|sdr\.?|nordre|søndre|østre|vestre|øst|vest)[ ])"
)
"""A word of a street's name before its last one."""
