"""Calendar dates in figures and words; months, years, times, fractions and statutes are none."""

import pytest

from nlp.redact.recognizers.date import DateRecognizer


@pytest.fixture
def find(find_with):
    return find_with(DateRecognizer())


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Han er født 12.05.2042.", "12.05.2042"),
        ("12.5.42", "12.5.42"),
        ("12. 5. 2042", "12. 5. 2042"),
        ("12-05-2042", "12-05-2042"),
        ("12–05–2042", "12-05-2042"),
        ("12/05/2042", "12/05/2042"),
        ("d. 12/5-42 skrev jeg", "12/5-42"),
        ("12/5 2042", "12/5 2042"),
        ("2042-05-12", "2042-05-12"),
        ("2042-05-12T10:00", "2042-05-12"),
        ("12 05 2042", "12 05 2042"),
        ("den 12/5", "12/5"),
        ("mødet 3/5 gik galt", "3/5"),
        ("den 12. maj 2042", "12. maj 2042"),
        ("12.\u00a0maj\u00a02042", "12. maj 2042"),
        ("12. maj", "12. maj"),
        ("12 maj 2042", "12 maj 2042"),
        ("12te maj", "12te maj"),
        ("12.maj", "12.maj"),
        ("12maj2042", "12maj2042"),
        ("12. MAJ 2042", "12. MAJ 2042"),
        ("12. sept. 2042", "12. sept. 2042"),
        ("3. febuar", "3. febuar"),
        ("maj d. 12", "maj d. 12"),
        ("den tolvte maj", "tolvte maj"),
        (
            "den tolvte maj nittenhundrede femogfirs",
            "tolvte maj nittenhundrede femogfirs",
        ),
        ("født 120542", "120542"),
        ("født 12 05 42", "12 05 42"),
        ("den 12052042", "12052042"),
        ("den 3/4", "3/4"),
        ("den 24/7", "24/7"),
    ],
)
def test_every_spelling_is_found(find, text, date):
    assert find(text) == [date]


def test_a_date_with_a_stroke_and_a_dash(find):
    """Trap 3: the usual recognizer misses «12/5-85»."""
    assert find("Vi søgte 12/5-85.") == ["12/5-85"]


def test_a_date_with_the_month_in_words(find):
    """Trap 3: the usual recognizer misses «12. maj 1985»."""
    assert find("Vi søgte 12. maj 1985.") == ["12. maj 1985"]


@pytest.mark.parametrize(
    "text",
    [
        "i maj 2024",
        "maj måned",
        "i 2024",
        "i foråret 2023",
        "åbent 24/7",
        "en 1/2 stilling",
        "3/4 af tiden",
        "2/3 af børnene",
        "i 12 dage",
        "efter 3 måneder",
        "kl. 12.05",
        "12,5 %",
        "12.05 kr.",
        "§ 12/5",
        "1.000.000",
        "version 1.2.3",
        "lov nr. 485 af 24. april 2019",
        "bekendtgørelse nr. 12 af 3. maj 2021",
        "forvaltningsloven af 19. december 1985",
        "lbk nr. 433 af 22. april 2014",
        "15/34881",
        "27.36.04-G01",
        "7 ud af 8",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("den\n8. i 3. 2042 kom", "8. i 3. 2042"),
        ("Den 13. i 10. stod", "13. i 10."),
        ("02.10. Hjemmebesøg", "02.10."),
        ("den 13. var lige uge", "13."),
        ("mødet d. 22., altså", "22."),
        ("torsdag den 12. kl. 13", "12."),
        ("notat 031123: besøg", "031123"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "den 3. i 10. klasse",
        "nr. 3. i 2. division",
        "10.30 Møde",
        "den 3. gang",
        "den 2. rate",
        "de 12 dage",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("kommer onsdag d 25. Hun", ["25."]),
        ("tirsdag den 6 i uge 6", ["6"]),
        ("afslag 6. ds.", ["6. ds."]),
        ("brev af 19. dennes", ["19. dennes"]),
        ("Netværksmøde 041223. Til stede", ["041223"]),
        ("pengene til den 1. og det gjorde", ["1."]),
    ],
)
def test_weekdays_and_this_month(find, text, numbers):
    assert find(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "onsdag den 3. klasse",
        "onsdag den 2. time",
        "den 1. og 2. klasse",
        "6. dsb",
        "møde 994423. Til",
    ],
)
def test_near_misses_of_weekdays_and_this_month(find, text):
    assert find(text) == []
