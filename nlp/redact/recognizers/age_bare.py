"""Ages told without their unit: «jeg er 29», «Silje (9, …)», «da May fyldte fem»."""

from __future__ import annotations

from nlp.redact.recognizers.base import rule

_WORD = (
    r"(?:(?:en|to|tre|fire|fem|seks|syv|otte|ni)og(?:tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems)|fire|fem|seks|syv|otte|ni|ti|"
    r"elleve|tolv|tretten|fjorten|femten|seksten|sytten|atten|nitten|tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems)(?!\p{L})"
)

RULES = (
    rule(
        "is bare",
        r"(?<!\b(?:for|at|og|men|da|fordi|hvor|hvis|når|så|mens)[ ](?=der))\b(?:hun|han|jeg|der)[ ](?:er|var|bliver|blev|fylder|fyldte)(?:[ ](?:nu|kun|snart|lige|allerede|først|jo|så)){0,2}[ ](?P<x>[1-9]\d?)(?=(?![.,]\d)[.,;!?)\n]|$|[ ](?:og|nu|men|så|i)\b)",
        0.7,
        group="x",
    ),
    rule(
        "is bare word",
        rf"\b(?:hun|han|jeg)[ ](?:er|bliver|fylder|fyldte)(?:[ ](?:nu|kun|snart|lige|allerede|først|jo|altså|stadig|ikke)){{0,2}}[ ](?P<x>{_WORD}(?:[ ]et[ ]halvt)?)(?=[.,;!?)\n]|$|[ ](?:og|nu|men|år)\b)",
        0.65,
        group="x",
    ),
    # nu er han 91 og · så bliver jeg 33.
    rule(
        "is turned round",
        rf"\b(?:er|var|bliver|blev|fylder|fyldte)[ ](?:jeg|hun|han)[ ](?:(?:nu|kun|snart|lige|allerede|først|jo|altså)[ ])?(?P<x>[1-9]\d?(?:[ ]år)?|{_WORD})(?=(?![.,]\d)[.,;!?)\n]|$|[ ](?:og|men|nu)\b)",
        0.7,
        group="x",
    ),
    # Samira er kun 11 og · Mei-Lin er 9, snart 10 · Arash er sytten.
    rule(
        "name is",
        rf"(?-i:\p{{Lu}}\p{{Ll}}+)(?<!et|ne|nr|Der|Det|Den|Hvor|Klokken|Fristen|Prisen|Summen|Klassen|Hun|Han|Jeg)[ ](?:er|var)[ ](?:(?:nu|kun|snart|lige|først|jo|altså|ikke)[ ])?(?P<x>[1-9]\d?|{_WORD})(?=,[ ]\p{{L}}|[ ]og[ ](?:har|går|bor|er|skal|kan|vil)\b|\.(?:\s|$))(?:,[ ]snart[ ](?P<x>[1-9]\d?))?",
        0.6,
        group="x",
    ),
    # vores yngste er tre år
    # min mor er 39 og · min kæreste er 71, · min datter er nu 16
    rule(
        "my kin is",
        r"\b(?:min|mit|vores|hans|hendes|sin)[ ]\p{L}{0,12}(?:mor|far|søn|datter|bror|søster|mand|kone|kæreste|barn|dreng|pige|onkel|tante|moster|faster|nevø|niece|ven|veninde|nabo|ældste|yngste)(?:[ ](?-i:\p{Lu}\p{Ll}+))?[ ](?:er|var)[ ](?:(?:nu|kun|snart|lige|først|jo|ikke)[ ])?(?P<x>[1-9]\d?)(?=(?![.,]\d)[.,;!?)\n]|$|[ ]og\b)",
        0.65,
        group="x",
        anchor=r"\b(?:er|var|nu|kun|snart|lige|først|jo|ikke)[ ]\d",
    ),
    rule(
        "soon",
        r"\b(?:er|var|på)[ ][1-9]\d?,[ ](?:snart|næsten)[ ](?P<x>[1-9]\d?)(?=[.,;!?)\n]|$|[ ]og\b)",
        0.7,
        group="x",
        anchor=r",[ ](?:snart|næsten)",
    ),
    # jeg er 29 jeg kommer: no stop between
    rule(
        "runs on",
        r"\b(?:jeg|hun|han)[ ]er[ ](?P<x>[1-9]\d)(?=[ ](?:jeg|har|bor|kommer|men|nu|så|hun|han|min|fra|mor|far|gift|enlig|alene|syg|single|skilt)\b)",
        0.7,
        group="x",
    ),
    # da May fyldte fem, · R. fyldte 22 i går
    rule(
        "birthday",
        rf"(?<!\bman[ ](?:\p{{L}}+[ ]){{0,2}}|\b(?:barnet|borgeren|den[ ]unge|skemaet)[ ](?:er[ ])?)\b(?:fylder|fyldte|fyldt|runder|rundede)[ ](?:(?:lige|snart|nu|jo|først)[ ])?(?P<x>[1-9]\d?|100|{_WORD})(?=(?![.,]\d)[.,;!?)\n]|$|[ ](?:år|næste|til|i[ ](?:går|dag|morgen|år|sidste|denne|forrige|\p{{L}}+uar|marts|april|maj|juni|juli|august|\p{{L}}+ber))\b)",
        0.7,
        group="x",
    ),
    rule(
        "and is",
        rf"\bog[ ](?:er|var)[ ](?:nu[ ]|kun[ ]|snart[ ]|ikke[ ])?(?P<x>[1-9]\d|{_WORD})(?=[.;!?)\n]|$)",
        0.55,
        group="x",
    ),
    # mand på 58 med Parkinson
    rule(
        "person on",
        r"\b(?:mand|kvinde|herre|dame|borger|patient|person|pensionist|mor|far|pige|dreng|fyr|kollega|enke|enkemand)[ ]på[ ](?P<x>[1-9]\d?)(?=\s(?:med|som|der|har|og|er|går|i|uden|fra)\b|[.,;)](?!\d))",
        0.7,
        group="x",
        anchor=r"[ ]på[ ]\d",
    ),
    # Sørine, 1½ år, spiser · Lê Minh, 18½, har · Benjamin, 17.
    rule(
        "behind name",
        r"(?-i:(?<=\p{Lu}\p{Ll}+,[ ]))(?P<x>(?:\d{1,2}(?:½|,5)|[1-9]\d)(?:[ ]år)?)(?=,[ ]\p{Ll}|[).]\s|[).]$|[ ]til[ ](?:sommer|jul|efteråret|foråret|\p{L}+uar|marts|april|maj|juni|juli|august|\p{L}+ber))",
        0.55,
        group="x",
        anchor=r",[ ]\d",
    ),
    # Silje (9, cerebral parese) · (kvinde, ca. 40 år) · Malik (3½ år) · Bilal S. (16)
    rule(
        "in brackets",
        r"(?:(?-i:\p{Lu}\p{Ll}+|\p{Lu}\.)[ ]\((?P<x>[1-9]\d?(?:½|,5)?(?:[ ]år)?)(?=[,)])|\((?:kvinde|mand|pige|dreng|søn|datter|mor|far|barn|bror|søster)[ ,]{1,2}(?:på[ ])?(?:ca\.?[ ])?(?P<x>[1-9]\d?(?:[ ]år)?)(?=[,)]))",
        0.55,
        group="x",
        anchor=r"\((?:\d|kvinde|mand|pige|dreng|søn|datter|mor|far|barn|bror|søster)",
    ),
    rule(
        "so now",
        r"\bfødt[ ](?:i[ ])?(?:19|20)?\d\d[ ,]{1,2}(?:så|altså|dvs\.?)[ ](?:jeg[ ]er[ ])?(?:nu[ ])?(?P<x>[1-9]\d?)(?!\d)",
        0.8,
        group="x",
        anchor=r"\bfødt",
    ),
    rule(
        "not",
        r"\b(?:hun|han|jeg)[ ](?:er|var|blev)[ ][1-9]\d?[ ]og[ ]ikk?e?[ ](?P<x>[1-9]\d?)(?!\d)",
        0.8,
        group="x",
    ),
    rule(
        "turns",
        r"\b(?:fylder|fyldte|blev|bliver|blir)[ ](?P<x>[1-9]\d?)(?=[ ](?:den|d\.|i|til|på)[ ](?:\d|(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec|år|sommer|efterår)))",
        0.8,
        group="x",
    ),
    rule(
        "child on",
        r"\b\p{L}{2,}[ ]på[ ](?P<x>[1-9]|1[0-7])(?=[ ](?:til|og|som|der|har|er|går)\b|(?![.,][ ]?\d)(?:,|\.\s*(?:$|(?-i:[A-ZÆØÅ]))))",
        0.55,
        group="x",
        anchor=r"[ ]på[ ]\d",
    ),
    rule(
        "was only",
        r"\b(?:jeg|hun|han)[ ](?:var|er)[ ](?:kun|altså|bare|snart|nu|jo)[ ](?P<x>[1-9]\d?)(?=[ ](?:jeg|og|da|men|der)\b|[.,!\n]|$)",
        0.7,
        group="x",
    ),
    rule(
        "person comma",
        r"(?<=\p{Lu}\p{Ll}{2,12}[ ])(?<!(?:Punkt|Bilag|Sag|Side|Optagelse|Afsnit|Kapitel|Trin|Fase|Uge|Lokale|Stue|Rum|Hold|Klasse|Gruppe|Version|Spor|Linje|Bus|Nummer|Barn|Del|Kanal|Tabel|Figur|Vejledning|Lov)[ ])(?P<x>[1-9]\d?)(?=,[ ](?:\p{Ll}))",
        0.5,
        group="x",
        case=True,
    ),
    rule("brackets", r"\p{L}[ ]\((?P<x>\d{1,3}(?:[ ]år)?)\)", 0.55, group="x", anchor=r"\(\d"),
)
"""Rules for a number alone, where the words around tell that it is an age."""
