"""«Metode & Data» and «Anonymitet & GDPR»: said from the settings, models and rules in force. Pure.

Nothing here is typed in that the program knows: a setting that changes, another model, another list
of placeholders changes the page. Figures of a model are told only when they were measured on the
very version that reads the texts; else the page says that they were not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nlp.redact.spans import KEPT_IN_STORAGE, PLACEHOLDERS
from nlp.types import ENTITIES, Versions
from service.reports import sentences
from service.reports.chapters import CAVEATS
from service.reports.document import Grid, Item, Section
from service.reports.types import LONGEST
from service.review.words import TYPES
from service.security.attempts import WINDOW
from service.settings import Settings
from training_data.codebook import Codebook

Json = Mapping[str, Any]

TOLD = frozenset(
    {
        "max_characters",
        "session_hours",
        "one_time_hours",
        "claim_minutes",
        "blind_percent",
        "report_minimum",
        "idempotency_hours",
        "retention_months",
        "local_sign_in",
        "oidc_issuer",
    }
)
"""Settings that the pages tell."""

NOT_TOLD = frozenset(
    {
        "var",
        "models",
        "watch_minutes",
        "database_url",
        "max_body_bytes",
        "max_csv_bytes",
        "sign_in_attempts",
        "public_address",
        "oidc_client_id",
        "oidc_client_secret",
        "oidc_name",
        "oidc_email_domains",
        "secret",
        "log_level",
        "metrics_token",
        "tidy_hour",
    }
)
"""Settings that change nothing for those who write or read. A new setting must be in one list."""

CONTACT = "kontakt@borgerneskommune.dk"


@dataclass(frozen=True, slots=True)
class InForce:
    """What the pages are made from.

    ``redaction`` and ``labels`` are the results of ``retsspor evaluate``; None when there are none.
    """

    settings: Settings
    versions: Versions
    codebook: Codebook
    redaction: Json | None
    labels: Json | None


# ── Metode & Data ────────────────────────────────────────────────────────────────────────────────
def method(known: InForce) -> tuple[Section, ...]:
    """The sections of «Metode & Data»."""
    return (
        Section("vej", "Fra tekst til tal", _road(known)),
        _indicators(known.codebook),
        _suggestions(known),
        _people(known.settings),
        _counting(),
        Section("smaa-tal", "Små tal skjules", _small_numbers(known.settings)),
        Section("forbehold", "Hvad tallene ikke kan", CAVEATS),
    )


def _road(known: InForce) -> tuple[str, ...]:
    limit = sentences.number(known.settings.max_characters)
    return (
        f"En borger skriver med egne ord, højst {limit} tegn. Personoplysninger fjernes, før noget "
        "gemmes. En model foreslår, hvilke forhold teksten angiver. Et menneske læser hver tekst "
        "og bekræfter eller retter forslagene. Kun det bekræftede tælles.",
        "Indsendelser, der venter på gennemgang, står i rapporterne som et antal og tælles ikke "
        "med. Tests, dubletter, spam, det, der falder uden for området, og det, der er trukket "
        "tilbage, tælles aldrig.",
    )


def _indicators(book: Codebook) -> Section:
    rows = tuple((entry.name, entry.description, entry.law) for entry in book.entries)
    grid = Grid(
        "indikatorer",
        f"Indikatorer, kodebog {book.version}",
        ("Indikator", "Sættes når", "Lov"),
        rows,
    )
    return Section("kodebog", "De seks indikatorer", (book.principle, *book.rules), grids=(grid,))


def _suggestions(known: InForce) -> Section:
    version = known.versions.classifier
    said = [f"Modellen, der foreslår, har version {version}. Den afgør intet selv."]
    result = known.labels
    if result is None or result["versions"]["classifier"] != version:
        said.append(_NOT_MEASURED)
        return Section("model", "Modellen, der foreslår", tuple(said))
    locked = result["scores"]["locked"]
    said += [
        f"På {locked['texts']} tekster, som ingen har rettet modellen efter, foreslog den "
        f"{_rate(locked['recall'])} af de forhold, der var i dem.",
        _INVENTED,
    ]
    rows = tuple(
        (sentences.NAMES[label], _rate(found["recall"]), _rate(found["precision"]))
        for label, found in locked["by_label"].items()
    )
    head = ("Indikator", "Fundet", "Rigtige blandt forslagene")
    grid = Grid("forslag", "Målt på de låste tekster (95 %-interval)", head, rows)
    return Section("model", "Modellen, der foreslår", tuple(said), grids=(grid,))


_INVENTED = (
    "Teksterne er opdigtede og skrevet af sprogmodeller. Hvor godt det går på virkelige "
    "indsendelser, er ikke målt og kan være dårligere. Derfor læser et menneske dem alle."
)
_NOT_MEASURED = (
    "Denne version er ikke målt endnu, så her er ingen tal for, hvor ofte den finder ret."
)


def _people(settings: Settings) -> Section:
    blind = settings.blind_percent
    said = [
        "Hvert forslag godtages, rettes eller afvises af en medarbejder, og både forslag og "
        "afgørelse bliver stående.",
    ]
    if blind:
        said.append(
            f"{blind} % af indsendelserne læses uden at se forslagene, så det kan måles, om "
            "forslagene påvirker læseren. Tvivlstilfælde kan læses af en anden, der ikke ser det "
            "første svar."
        )
    else:
        said.append("Ingen indsendelser læses for tiden uden at se forslagene.")
    return Section("mennesket", "Mennesket bestemmer", tuple(said))


def _counting() -> Section:
    return Section(
        "taelling",
        "Sådan tælles der",
        (
            "En indsendelse kan angive flere forhold; derfor giver andelene tilsammen mere end "
            "100 %. «7 ud af 8» er altid af de gennemgåede indsendelser, der tæller med.",
            "Intervallerne er Wilsons 95 %-intervaller. De ville gælde for en tilfældig stikprøve. "
            "Indsendelserne er ikke en stikprøve, så intervallet viser kun, hvor få eller mange "
            "tallet hviler på.",
            "En ændring siden en tidligere rapport kaldes først en ændring, når de to intervaller "
            "ikke overlapper.",
            "En udgivet rapport ændres aldrig. Den har et aftryk (SHA-256), og rettelser kommer "
            "som en ny version, der siger, hvad der er ændret. Den gamle bliver stående.",
        ),
    )


def _small_numbers(settings: Settings) -> tuple[str, ...]:
    minimum = settings.report_minimum
    return (
        f"Et tal vises kun, når der står mindst {minimum} indsendere bag, og når der også er "
        f"mindst {minimum} (eller ingen) i resten af den gruppe, det er en del af. «7 ud af 8» "
        "ville ellers udpege den ene.",
        "Der tælles i indsendere, ikke i indsendelser: én, der skriver fem gange, er én.",
        "Også tal, som et skjult tal kunne regnes ud af, skjules. Små kommuner lægges sammen efter "
        "region.",
        "Før en rapport udgives, prøver et program at regne de skjulte tal ud, både af rapporten "
        "selv og af den sammen med alle tidligere. Lykkes det, udgives den ikke.",
    )


# ── Anonymitet & GDPR ────────────────────────────────────────────────────────────────────────────
def privacy(known: InForce) -> tuple[Section, ...]:
    """The sections of «Anonymitet & GDPR»."""
    return (
        Section("raatekst", "Din tekst gemmes ikke, som du skrev den", _RAW),
        _removed(known),
        _missed(known),
        _quotations(),
        _kept(known.settings),
        Section("smaa-tal", "Små tal skjules", _small_numbers(known.settings)),
        _access(known.settings),
        _rights(),
    )


_RAW = (
    "Teksten findes kun i computerens hukommelse, mens personoplysninger fjernes. Den skrives ikke "
    "i nogen database, fil eller log. Lykkes det ikke at fjerne dem, afvises indsendelsen, og "
    "intet gemmes.",
    "Intet sendes til andre: modellerne kører på vores egen maskine, uden internet.",
)


def _removed(known: InForce) -> Section:
    scores = _own_scores(known)
    locked: Json = scores["locked"]["by_type"] if scores else {}
    rows = tuple(
        (
            _type_name(name),
            f"[{PLACEHOLDERS[name]}]",
            "bliver stående" if name in KEPT_IN_STORAGE else "fjernes",
            "fjernes",
            _rate(locked[name]) if name in locked else "ikke målt",
        )
        for name in ENTITIES
    )
    head = (
        "Oplysning",
        "Erstattes af",
        "I det, medarbejdere læser",
        "I det, der udgives",
        "Fundet",
    )
    grid = Grid("oplysninger", "Hvad der fjernes, og hvor ofte det er fundet i prøven", head, rows)
    return Section(
        "fjernes",
        "Hvad der fjernes",
        (
            "Medarbejdere læser en tekst, hvor oplysningerne er erstattet. Det, der udgives, "
            "renses strengere: diagnoser skjules også. Af et sagsnummer bliver emnet (KLE) stående "
            "for medarbejdere.",
        ),
        grids=(grid,),
    )


def _type_name(name: str) -> str:
    """As the review desk calls it, without the hints for its form."""
    return TYPES[name].partition(" (")[0]


def _own_scores(known: InForce) -> Json | None:
    """The figures of the redactor in force; None when they belong to another version."""
    result = known.redaction
    if result is None or result["versions"]["redactor"] != known.versions.redactor:
        return None
    found: Json = next(iter(result["finders"].values()))
    return found


def _missed(known: InForce) -> Section:
    said = [f"Programmet, der fjerner oplysninger, har version {known.versions.redactor}."]
    scores = _own_scores(known)
    if scores is None:
        return Section("overses", "Hvad der kan overses", (*said, _NOT_MEASURED, _READ_BY_PEOPLE))
    locked = scores["locked"]
    said += [
        f"I {locked['texts']} tekster, som ingen har rettet programmet efter, blev "
        f"{_rate(locked['entities'])} af oplysningerne fjernet helt. For personer var det "
        f"{_rate(locked['people'])}, når hver omtale af en person skal være væk.",
        _INVENTED,
        _READ_BY_PEOPLE,
    ]
    return Section("overses", "Hvad der kan overses", tuple(said))


_READ_BY_PEOPLE = (
    "Noget kan altså blive overset. Medarbejdere, der opdager en oplysning, fjerner den med det "
    "samme fra teksten og fra alle uddrag, også i rapporter, der er udgivet."
)


def _quotations() -> Section:
    return Section(
        "uddrag",
        "Uddrag i rapporter",
        (
            f"Et uddrag er på højst {LONGEST} tegn, renset efter den strenge udgave, og godkendt "
            "enkeltvis af et menneske. Der er højst ét fra hver indsender, og intet, hvis område, "
            "kommune og indhold tilsammen er sjældent.",
            "Et uddrag kan altid trækkes tilbage. Så forsvinder ordene fra alle versioner her.",
        ),
    )


def _kept(settings: Settings) -> Section:
    months = _months(settings.retention_months)
    rows = (
        ("Din tekst, som du skrev den", "gemmes ikke"),
        ("Den anonymiserede tekst", f"slettes {months} efter, at den er vurderet"),
        ("Forslag, noter og uddrag, der ikke er godkendt", "slettes sammen med teksten"),
        ("Vurderingen: mærker, område, kommune, tidspunkt", "slettes ikke automatisk"),
        ("Uddrag, der er godkendt til udgivelse", "slettes ikke automatisk"),
        ("Udgivne rapporter", "altid; de kan hverken ændres eller slettes"),
        ("Hvem der gjorde hvad, uden tekst", "slettes ikke automatisk"),
        ("Medarbejderes login", _hours(settings.session_hours)),
        ("Engangslink til login", _hours(settings.one_time_hours)),
        ("Mislykkede login, som aftryk", f"tælles i {_minutes(int(WINDOW.total_seconds()) // 60)}"),
        ("Hvem der læser en indsendelse lige nu", _minutes(settings.claim_minutes)),
        ("Nøgler, der forhindrer dobbelt indsendelse", _hours(settings.idempotency_hours)),
    )
    grid = Grid("opbevaring", "Hvor længe noget gemmes", ("Hvad", "Hvor længe"), rows)
    said = (
        f"En tekst slettes, når der er gået {months}, siden nogen sidst vurderede den. Den fjernes "
        "også af de filer, databasens tabeller ligger i. En tekst, som ingen har vurderet endnu, "
        "bliver stående, til det er sket. Tallene i rapporter tælles af vurderingen og ændrer sig "
        "ikke, når teksten slettes. Sikkerhedskopier, der er taget før, indeholder teksten, til de "
        "selv slettes.",
        "En model, der er lært op, før teksten blev slettet, har stadig lært af den. Den næste "
        "model læres op uden teksten.",
    )
    return Section("opbevaring-afsnit", "Hvor længe noget gemmes", said, grids=(grid,))


def _months(count: int) -> str:
    return "1 måned" if count == 1 else f"{sentences.number(count)} måneder"


def _hours(count: int) -> str:
    return "1 time" if count == 1 else f"{sentences.number(count)} timer"


def _minutes(count: int) -> str:
    return "1 minut" if count == 1 else f"{sentences.number(count)} minutter"


def _access(settings: Settings) -> Section:
    ways = ["adgangskode eller engangslink"] if settings.local_sign_in else []
    ways += ["centrets egen loginløsning"] if settings.oidc_issuer else []
    return Section(
        "adgang",
        "Hvem der kan se hvad",
        items=(
            Item("Alle", ("Udgivne rapporter og disse sider.",)),
            Item("Sagsgennemgang", ("Den anonymiserede tekst, for at vurdere den.",)),
            Item("Analytiker", ("Tal, uddrag og rapporter, også før de udgives.",)),
            Item("Administrator", ("Det hele, og hvem der har adgang.",)),
            Item("Login", (f"Medarbejdere logger ind med {sentences.listed(ways)}.",)),
        ),
    )


def _rights() -> Section:
    return Section(
        "rettigheder",
        "Dine rettigheder",
        (
            "Du får et referencenummer, når du har indsendt. Vi gemmer ikke, hvem du er, så "
            "nummeret er det eneste, der kan føre til din indsendelse.",
            f"Vil du trække den tilbage, så skriv til {CONTACT} med nummeret. Den tælles ikke med "
            "i den næste version af en rapport. En rapport, der er udgivet, beholder sine tal og "
            "siger, at der er en nyere version.",
        ),
    )


# ── figures ──────────────────────────────────────────────────────────────────────────────────────
def _rate(found: Json) -> str:
    """«92,1 % (79,2–97,3; 35 ud af 38)»."""
    if found["share"] is None:
        return "ikke målt"
    share, low, high = (_one(100 * found[key]) for key in ("share", "low", "high"))
    hits, total = sentences.number(found["hits"]), sentences.number(found["total"])
    return f"{share} % ({low}–{high}; {hits} ud af {total})"


def _one(value: float) -> str:
    """One decimal behind a comma; a whole hundred without."""
    return "100" if value == 100 else f"{value:.1f}".replace(".", ",")
