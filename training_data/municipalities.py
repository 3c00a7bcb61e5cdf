"""The 98 Danish municipalities with their region, and the other names that people use for them.

Citizens write "Kbh", "Lyngby", "Århus" or the name of a municipality that was merged in 2007. An
old municipality is listed only where nearly all of it went to one new one: a wrong guess would be
counted against the wrong municipality, a question costs the sender a few seconds. Those that the
reform of 2007 divided stand in ``DIVIDED``, with the municipalities that may be meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

_HOVEDSTADEN = """
Albertslund
Allerød: Lillerød
Ballerup
Bornholm: Rønne, Bornholms Regionskommune, Neksø, Nexø, Hasle, Aakirkeby, Allinge-Gudhjem
Brøndby: Brøndbyerne, Brøndby Strand
Dragør
Egedal: Stenløse, Ølstykke, Ledøje-Smørum
Fredensborg: Fredensborg-Humlebæk, Karlebo, Humlebæk
Frederiksberg: Frb, Frb.
Frederikssund: Jægerspris, Skibby, Slangerup
Furesø: Farum, Værløse
Gentofte: Hellerup
Gladsaxe: Søborg
Glostrup
Gribskov: Helsinge, Græsted-Gilleleje, Gilleleje
Halsnæs: Frederiksværk, Hundested, Frederiksværk-Hundested
Helsingør
Herlev
Hillerød: Skævinge
Hvidovre
Høje-Taastrup: Taastrup, Høje Tåstrup, Tåstrup, Hedehusene
Hørsholm
Ishøj
København: Kbh, Kbh., Københavns, KBH K, KK, Copenhagen
Lyngby-Taarbæk: Lyngby, Kongens Lyngby, Kgs. Lyngby, Lyngby-Tårbæk
Rudersdal: Birkerød, Søllerød
Rødovre
Tårnby: Kastrup
Vallensbæk
"""

_SJÆLLAND = """
Faxe: Fakse, Haslev, Rønnede
Greve
Guldborgsund: Nykøbing Falster, Nykøbing F, Sakskøbing, Nysted, Stubbekøbing, Nørre Alslev, Sydfalster
Holbæk: Jernløse, Svinninge, Tornved, Tølløse
Kalundborg: Bjergsted, Gørlev, Hvidebæk, Høng
Køge: Skovbo
Lejre: Bramsnæs, Hvalsø
Lolland: Nakskov, Maribo, Rødby, Holeby, Højreby, Ravnsborg, Rudbjerg
Næstved: Fladså, Fuglebjerg, Holmegaard, Suså
Odsherred: Nykøbing Sjælland, Nykøbing-Rørvig, Dragsholm, Trundholm, Nykøbing Sj
Ringsted
Roskilde: Gundsø, Ramsø
Slagelse: Korsør, Skælskør, Hashøj
Solrød
Sorø: Stenlille, Dianalund
Stevns: Vallø
Vordingborg: Langebæk, Møn, Præstø
"""  # noqa: E501

_SYDDANMARK = """
Assens: Glamsbjerg, Haarby, Tommerup, Vissenbjerg, Aarup
Billund: Grindsted
Esbjerg: Bramming, Ribe
Fanø
Fredericia
Faaborg-Midtfyn: Faaborg, Midtfyn, Broby, Ringe, Ryslinge, Årslev, Fåborg, Fåborg-Midtfyn
Haderslev: Gram, Vojens
Kerteminde: Langeskov, Munkebo
Kolding: Lunderskov, Vamdrup
Langeland: Rudkøbing, Sydlangeland, Tranekær
Middelfart: Ejby, Nørre Aaby
Nordfyns: Nordfyn, Bogense, Otterup, Søndersø
Nyborg: Ullerslev, Ørbæk
Odense
Svendborg: Egebjerg, Gudme
Sønderborg: Augustenborg, Broager, Gråsten, Nordborg, Sundeved, Sydals
Tønder: Bredebro, Højer, Løgumkloster, Skærbæk
Varde: Blaabjerg, Blåvandshuk, Helle, Ølgod
Vejen: Brørup, Holsted, Rødding
Vejle: Børkop, Give, Jelling
Ærø: Marstal, Ærøskøbing
Aabenraa: Åbenrå, Bov, Lundtoft, Rødekro, Tinglev
"""

_MIDTJYLLAND = """
Favrskov: Hadsten, Hammel, Hinnerup
Hedensted: Juelsminde, Tørring-Uldum
Herning: Aulum-Haderup, Trehøje, Åskov
Holstebro: Ulfborg-Vemb, Vinderup
Horsens: Gedved
Ikast-Brande: Ikast, Brande, Nørre-Snede
Lemvig: Thyborøn-Harboør, Thyborøn-Harboøre
Norddjurs: Grenaa, Grenå, Nørre Djurs, Rougsø
Odder
Randers: Nørhald, Purhus
Ringkøbing-Skjern: Ringkøbing, Skjern, Egvad, Holmsland, Videbæk
Samsø
Silkeborg: Gjern, Kjellerup, Them
Skanderborg: Galten, Hørning, Ry
Skive: Sallingsund, Spøttrup, Sundsøre
Struer: Thyholm
Syddjurs: Ebeltoft, Midtdjurs, Rosenholm, Rønde
Viborg: Bjerringbro, Fjends, Karup, Møldrup, Tjele
Aarhus: Århus, Århus C, Aarhus C
"""

_NORDJYLLAND = """
Brønderslev: Brønderslev-Dronninglund, Dronninglund
Frederikshavn: Skagen, Sæby
Hjørring: Hirtshals, Løkken-Vrå, Sindal
Jammerbugt: Brovst, Fjerritslev, Pandrup, Aabybro
Læsø
Mariagerfjord: Arden, Hadsund, Hobro
Morsø: Mors, Nykøbing Mors, Nykøbing M
Rebild: Skørping, Støvring, Nørager
Thisted: Hanstholm, Sydthy, Thy
Vesthimmerlands: Vesthimmerland, Farsø, Løgstør, Aars, Års, Aalestrup, Ålestrup
Aalborg: Ålborg, Hals, Nibe, Sejlflod
"""

_REGIONS = {
    "Hovedstaden": _HOVEDSTADEN,
    "Sjælland": _SJÆLLAND,
    "Syddanmark": _SYDDANMARK,
    "Midtjylland": _MIDTJYLLAND,
    "Nordjylland": _NORDJYLLAND,
}

DIVIDED: Mapping[str, tuple[str, ...]] = {
    "Brædstrup": ("Horsens", "Skanderborg"),
    "Christiansfeld": ("Kolding", "Haderslev"),
    "Egtved": ("Vejle", "Kolding"),
    "Hvorslev": ("Favrskov", "Viborg"),
    "Langå": ("Randers", "Favrskov"),
    "Mariager": ("Mariagerfjord", "Randers"),
    "Nørre-Rangstrup": ("Tønder", "Haderslev"),
    "Sønderhald": ("Norddjurs", "Randers"),
}
"""Municipalities that were divided in 2007 → where their parts went, the largest first."""

_CLOSE = 0.75
"""How alike a misspelt name must be (difflib's ratio of its key)."""
_MOST = 3

_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "é": "e"})
_WORD = re.compile(r"\b(?:kommunen?s?|regionskommune|i)\b")


@dataclass(frozen=True, slots=True)
class Municipality:
    """One of the 98: its official name without "Kommune", and its region."""

    name: str
    region: str
    aliases: tuple[str, ...] = ()


def _parse(region: str, table: str) -> Iterator[Municipality]:
    for line in table.strip().splitlines():
        name, _, others = line.partition(":")
        aliases = tuple(alias.strip() for alias in others.split(",") if alias.strip())
        yield Municipality(name.strip(), region, aliases)


def _danish_order(name: str) -> str:
    """Æ, ø and å come last, and aa counts as å."""
    folded = name.casefold().replace("aa", "å")
    return folded.translate(str.maketrans("æøå", "{|}"))


MUNICIPALITIES: tuple[Municipality, ...] = tuple(
    sorted(
        (one for region, table in _REGIONS.items() for one in _parse(region, table)),
        key=lambda one: _danish_order(one.name),
    )
)
"""All 98, in Danish alphabetical order."""


def _key(name: str) -> str:
    """What is compared: no case, no "Kommune", no punctuation, å = aa, ø = oe, æ = ae."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    bare = _WORD.sub(" ", folded) if folded.strip() not in {"i", "kommune"} else ""
    return re.sub(r"[^a-z0-9]", "", bare.translate(_ASCII))


def _by_key() -> dict[str, Municipality]:
    table = {_key(alias): one for one in MUNICIPALITIES for alias in one.aliases}
    return table | {_key(one.name): one for one in MUNICIPALITIES}


_BY_KEY = _by_key()


def find(name: str) -> Municipality | None:
    """The municipality that a person means, or None when that is not certain.

    >>> find("Århus kommune").name, find("kbh").name, find("Kommunen i Lyngby").name
    ('Aarhus', 'København', 'Lyngby-Taarbæk')
    >>> find("Atlantis") is None
    True
    """
    key = _key(name)
    return _BY_KEY.get(key) or (_BY_KEY.get(key[:-1]) if key.endswith("s") else None)


def divided(name: str) -> tuple[Municipality, ...]:
    """Where a municipality that the reform of 2007 divided went; empty for any other name.

    >>> [one.name for one in divided("Christiansfeld Kommune")]
    ['Kolding', 'Haderslev']
    """
    key = _key(name)
    parts = next((parts for old, parts in DIVIDED.items() if _key(old) == key), ())
    return tuple(_BY_KEY[_key(part)] for part in parts)


def resembling(name: str) -> tuple[Municipality, ...]:
    """At most three municipalities whose name is spelt much like this one, the likest first.

    >>> [one.name for one in resembling("Ålbrog")], resembling("Atlantis")
    (['Aalborg'], ())
    """
    keys = get_close_matches(_key(name), _BY_KEY, n=2 * _MOST, cutoff=_CLOSE)
    return tuple(dict.fromkeys(_BY_KEY[key] for key in keys))[:_MOST]
