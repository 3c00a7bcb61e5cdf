"""98 names, and the ones that people use instead."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from training_data.municipalities import DIVIDED, MUNICIPALITIES, divided, find, resembling


def test_there_are_98_in_five_regions():
    assert len({one.name for one in MUNICIPALITIES}) == 98
    assert Counter(one.region for one in MUNICIPALITIES) == {
        "Hovedstaden": 29,
        "Sjælland": 17,
        "Syddanmark": 22,
        "Midtjylland": 19,
        "Nordjylland": 11,
    }


def test_danish_letters_come_last():
    names = [one.name for one in MUNICIPALITIES]
    assert names[0] == "Albertslund"
    assert names[-4:] == ["Ærø", "Aabenraa", "Aalborg", "Aarhus"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Kbh", "København"),
        ("kbh.", "København"),
        ("Københavns Kommune", "København"),
        ("KOEBENHAVN", "København"),
        ("Lyngby", "Lyngby-Taarbæk"),
        ("Lyngby-Tårbæk Kommune", "Lyngby-Taarbæk"),
        ("Århus", "Aarhus"),
        ("Kommunen i Ålborg", "Aalborg"),
        ("Høje Tåstrup", "Høje-Taastrup"),
        ("høje-taastrup", "Høje-Taastrup"),
        ("Nordfyn", "Nordfyns"),
        ("Vesthimmerlands Kommune", "Vesthimmerlands"),
        ("Bornholms Regionskommune", "Bornholm"),
        ("Ringkøbing", "Ringkøbing-Skjern"),
        ("Mors", "Morsø"),
        ("  Assens  ", "Assens"),
        ("A\u030arhus", "Aarhus"),  # å as a and a ring
    ],
)
def test_short_and_old_names_are_understood(written, meant):
    found = find(written)
    assert found is not None
    assert found.name == meant


@pytest.mark.parametrize(
    "written",
    ["", " ", "kommune", "i", "Atlantis", "Malmø", "Danmark", "Aar", "98", "Christiansfeld"],
)
def test_what_is_not_certain_is_not_guessed(written):
    assert find(written) is None


@pytest.mark.parametrize("one", MUNICIPALITIES, ids=lambda one: one.name)
def test_every_name_finds_itself(one):
    for name in (one.name, one.name.upper(), f"{one.name} Kommune", *one.aliases):
        assert find(name) is one


# ── before 2007 ──────────────────────────────────────────────────────────────────────────────────
BEFORE_2007 = """
København, Frederiksberg, Bornholm,
Albertslund, Ballerup, Brøndby, Dragør, Gentofte, Gladsaxe, Glostrup, Herlev, Hvidovre,
Høje-Taastrup, Ishøj, Ledøje-Smørum, Lyngby-Taarbæk, Rødovre, Søllerød, Tårnby, Vallensbæk, Værløse,
Allerød, Birkerød, Farum, Fredensborg-Humlebæk, Frederikssund, Frederiksværk, Græsted-Gilleleje,
Helsinge, Helsingør, Hillerød, Hundested, Hørsholm, Jægerspris, Karlebo, Skibby, Skævinge, Slangerup,
Stenløse, Ølstykke,
Bramsnæs, Greve, Gundsø, Hvalsø, Køge, Lejre, Ramsø, Roskilde, Skovbo, Solrød, Vallø,
Bjergsted, Dianalund, Dragsholm, Fuglebjerg, Gørlev, Hashøj, Haslev, Holbæk, Hvidebæk, Høng, Jernløse,
Kalundborg, Korsør, Nykøbing-Rørvig, Ringsted, Skælskør, Slagelse, Sorø, Stenlille, Svinninge, Tornved,
Trundholm, Tølløse,
Fakse, Fladså, Holeby, Holmegaard, Højreby, Langebæk, Maribo, Møn, Nakskov, Nykøbing Falster, Nysted,
Næstved, Nørre Alslev, Præstø, Ravnsborg, Rudbjerg, Rødby, Rønnede, Sakskøbing, Stevns, Stubbekøbing,
Suså, Sydfalster, Vordingborg,
Assens, Bogense, Broby, Egebjerg, Ejby, Faaborg, Glamsbjerg, Gudme, Haarby, Kerteminde, Langeskov,
Middelfart, Munkebo, Nyborg, Nørre Aaby, Odense, Otterup, Ringe, Rudkøbing, Ryslinge, Svendborg,
Sydlangeland, Søndersø, Tommerup, Tranekær, Ullerslev, Vissenbjerg, Ærø, Ørbæk, Årslev, Aarup,
Augustenborg, Bov, Bredebro, Broager, Christiansfeld, Gram, Gråsten, Haderslev, Højer, Lundtoft,
Løgumkloster, Nordborg, Nørre-Rangstrup, Rødding, Rødekro, Skærbæk, Sundeved, Sydals, Sønderborg,
Tinglev, Tønder, Vojens, Aabenraa,
Billund, Blaabjerg, Blåvandshuk, Bramming, Brørup, Esbjerg, Fanø, Grindsted, Helle, Holsted, Ribe,
Varde, Vejen, Ølgod,
Brædstrup, Børkop, Egtved, Fredericia, Gedved, Give, Hedensted, Horsens, Jelling, Juelsminde, Kolding,
Lunderskov, Nørre-Snede, Tørring-Uldum, Vamdrup, Vejle,
Aulum-Haderup, Brande, Egvad, Herning, Holmsland, Holstebro, Ikast, Lemvig, Ringkøbing, Skjern, Struer,
Thyborøn-Harboøre, Thyholm, Trehøje, Ulfborg-Vemb, Videbæk, Vinderup, Åskov,
Ebeltoft, Galten, Gjern, Grenaa, Hadsten, Hammel, Hinnerup, Hørning, Langå, Mariager, Midtdjurs, Nørhald,
Nørre Djurs, Odder, Purhus, Randers, Rosenholm, Rougsø, Ry, Rønde, Samsø, Silkeborg, Skanderborg,
Sønderhald, Them, Århus,
Bjerringbro, Fjends, Hanstholm, Hvorslev, Karup, Kjellerup, Morsø, Møldrup, Sallingsund, Skive,
Spøttrup, Sundsøre, Sydthy, Thisted, Tjele, Viborg, Aalestrup,
Arden, Brovst, Brønderslev, Dronninglund, Farsø, Fjerritslev, Frederikshavn, Hadsund, Hals, Hirtshals,
Hjørring, Hobro, Læsø, Løgstør, Løkken-Vrå, Nibe, Nørager, Pandrup, Sejlflod, Sindal, Skagen, Skørping,
Støvring, Sæby, Aabybro, Aalborg, Aars
"""
"""The municipalities of 31 December 2006, county by county."""

OLD = re.split(r",\s+", BEFORE_2007.strip())


def test_the_list_of_2006_is_whole():
    assert len(OLD) == len(set(OLD)) == 270


@pytest.mark.parametrize("name", OLD)
def test_every_municipality_of_2006_is_understood_or_known_to_be_divided(name):
    assert (find(name) is None) == bool(divided(name))
    assert (find(f"{name} Kommune") is None) == bool(divided(f"{name} Kommune"))


def test_what_was_divided_went_to_municipalities_of_today():
    assert {one.name for old in DIVIDED for one in divided(old)} <= {o.name for o in MUNICIPALITIES}
    assert all(len(divided(old)) > 1 for old in DIVIDED)
    assert divided("Kolding") == ()


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("Kolling", "Kolding"),
        ("Ålbrog", "Aalborg"),
        ("Københvn", "København"),
        ("Hilerød", "Hillerød"),
        ("Atlantis", None),
        ("Malmø", None),
        ("", None),
    ],
)
def test_a_misspelt_name_is_asked_about(written, first):
    assert find(written) is None
    assert next((one.name for one in resembling(written)), None) == first
