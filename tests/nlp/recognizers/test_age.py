"""Ages of persons; durations and statutory limits are none."""

import pytest

from nlp.redact.recognizers.age import AgeRecognizer


@pytest.fixture
def find(find_with):
    return find_with(AgeRecognizer())


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Min søn på 8 år har autisme", "8 år"),
        ("Hun er 9.", "9"),
        ("han er 45 år og syg", "45 år"),
        ("min 14-årige datter", "14-årige"),
        ("en 14\u2011årig dreng", "14-årig"),
        ("en 14 årig dreng", "14 årig"),
        ("fjortenårig", "fjortenårig"),
        ("8 år gammel", "8 år"),
        ("Barnet er 3 måneder", "3 måneder"),
        ("hun fylder 18 i morgen", "18"),
        ("Alder: 47", "47"),
        ("jeg er syvogfyrre.", "syvogfyrre"),
        ("min mor på 83\u00a0år", "83 år"),
        ("i 8-årsalderen", "8-årsalderen"),
    ],
)
def test_ages_are_found(find, text, age):
    assert find(text) == [age]


@pytest.mark.parametrize(
    "text",
    [
        "i 8 år",
        "for 8 år siden",
        "Vi har ventet 8 år",
        "børn under 18 år",
        "over 65 år gives tillæg",
        "i 3 måneder hørte vi intet",
        "sagen er 2 år undervejs",
        "efter 5 år",
        "en årig indsats",
        "et mangeårigt forløb",
        "de er 3 om sagen",
        "der er 12 bilag",
        "37 timer om ugen",
        "4 ud af 8",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Da May fyldte fem, søgte vi", "fem"),
        ("nu er han 91 og", "91"),
        ("Sørine, 1½ år, spiser", "1½ år"),
        ("datter Silje (9, cerebral parese)", "9"),
        ("jeg er 29 jeg kommer fra", "29"),
        ("Jeg er i kørestol og 67 år", "67 år"),
        ("Barn 2 stk, 3 år og 5 år hos", "3 år og 5 år"),
        ("en mand på 58\nmed Parkinson", "58"),
        ("Så bliver jeg 33.", "33"),
        ("min mor er 39 og", "39"),
        ("Samira er kun 11 og skal", "11"),
        ("vores yngste er tre år", "tre år"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "fire sagsbehandlere på tre år",
        "ventetiden er seks måneder",
        "Fristen for at klage er fire uger",
        "når man er fyldt 18",
        "Er man 29 år og 11 måneder",
        "han fyldte to skemaer ud",
        "Punkt 1, vaskekælder",
        "Klokken er ti, og",
        "vores dør er 70.",
        "et hul på syv måneder",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Fristen var 8 uger.",
        "Klagefristen er 4 uger.",
        "en toårig lejekontrakt",
        "en etårig tilladelse",
        "Når man fylder 30 år, ændres satsen",
        "for der er kun 6.",
    ],
)
def test_periods_and_counts_are_no_ages(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "age"),
    [("Barnet er 8 uger.", "8 uger"), ("en toårig pige", "toårig"), ("min søn, der er 6.", "6")],
)
def test_ages_beside_periods(find, text, age):
    assert find(text) == [age]
