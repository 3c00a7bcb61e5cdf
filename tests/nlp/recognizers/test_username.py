"""User names: handles, and what stands after the word."""

import pytest

from nlp.redact.recognizers.username import UsernameRecognizer


@pytest.fixture
def find(find_with):
    return find_with(UsernameRecognizer())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("skriv til @mette_holm", "@mette_holm"),
        ("(@mette.holm84)", "@mette.holm84"),
        ("Mit brugernavn er mette84.", "mette84"),
        ("brugernavn: mette84", "mette84"),
        ("brugernavn mette_h", "mette_h"),
        ("Brugernavnet er mette84", "mette84"),
        ("login-id: mh_1984", "mh_1984"),
        ("insta: mette.holm", "mette.holm"),
        ("på instagram som mette_84", "mette_84"),
        ("hedder mette.84 på Snapchat", "mette.84"),
        ("MitID bruger: mette-holm1", "mette-holm1"),
        ("mit\u00a0brugernavn\u00a0er\u00a0mette84", "mette84"),
    ],
)
def test_names_are_found(find, text, name):
    assert find(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Brugernavnet virkede ikke",
        "brugernavn og kode blev væk",
        "brugeren kan klage",
        "mette@firma.example",
        "Vi mødtes @ rådhuset",
        "Jeg er på Facebook hver dag",
        "MitID er gået i stykker",
        "3 @ 25 kr.",
        "og/eller han_",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("user=nbjerre action=login_ok", "nbjerre"),
        ("min profil der. Jeg hed Vred_Mand.", "Vred_Mand"),
        ("Mit bibliotekslogin er majken1948", "majken1948"),
        ("på snap emm.07 eller", "emm.07"),
        ("min bruger j0se_k hos", "j0se_k"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "brugeren er 45 år",
        "på facebook igen.",
        "profilen hedder 3.B",
        "login er nede",
        "min bruger er væk",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("på Steam hedder han ZeeFree_91.", "ZeeFree_91"),
        ("på insta kalder hun sig sol.77", "sol.77"),
    ],
)
def test_names_on_a_platform(find, text, name):
    assert find(text) == [name]


@pytest.mark.parametrize("text", ["på Steam hedder han Jens", "på Facebook er hun glad"])
def test_names_on_a_platform_need_a_digit_or_a_sign(find, text):
    assert find(text) == []
