"""Alder: the number with its unit, where it is a person's age. Hidden in ``publication`` only.

Durations («i 8 år», «for 2 år siden») and statutory limits («under 18 år») are no ages.
"""

from __future__ import annotations

from nlp.redact.recognizers import age_bare
from nlp.redact.recognizers.base import DanishRecognizer, rule

_NUMBER = (
    r"(?:\d{1,3}(?:,5|½)?|et|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tretten|fjorten|femten|seksten|"
    r"sytten|atten|nitten|tyve|(?:en|to|tre|fire|fem|seks|syv|otte|ni)og(?:tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems)|"
    r"tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems)"
)
_UNIT = r"(?:[ ]?(?:(?:år|aar)(?:[ ]og[ ]\w+[ ](?:måneder|mdr\.?))?|måneder|mdr\.?|uger(?=[ ]gam))(?![\p{L}]))"
_WHO = (
    r"(?:søn|sønnen|sønner|datter|datteren|døtre|dreng|drengen|drenge|pige|pigen|piger|barn|barnet|børn|børnene|mor|far|mand|kone|"
    r"ægtefælle|kæreste|bror|søster|mormor|morfar|farmor|farfar|moster|faster|onkel|barnebarn|plejebarn|plejesøn|plejedatter|bonussøn|"
    r"bonusdatter|tvilling\w*|kvinde|unge|ung|nevø|niece|stedsøn|steddatter|ven|veninde|nabo|(?-i:\p{Lu}\p{Ll}+)|\]|person|borger)"
)


class AgeRecognizer(DanishRecognizer):
    """Ages of persons."""

    entity = "AGE"
    rules = (
        rule(
            "årig",
            rf"(?<![\p{{L}}\d])(?P<x>{_NUMBER}[ -]?års?(?:ig|ige|igt|iges|igs)(?![\p{{L}}]))(?<!flerårig|mangeårig)(?![ ](?:\p{{L}}{{2,12}}[ ])?\p{{L}}*(?:aftale|kontrakt|tilladelse|periode|uddannelse|bevilling|projekt|plan|binding|dom|frist|indsats|forsøgsordning|ordning|garanti|forløb|ansættelse|afdrag|lån|karantæne|kamp|ventetid|ventetiden|sag))",
            0.8,
            group="x",
            anchor=r"års?i[gh]?",
        ),
        rule(
            "old",
            rf"(?<![\p{{L}}\d,.])(?P<x>{_NUMBER}[ ]?(?:år|aar|måneder|mdr\.?))[ ]gam(?:mel|le|melt)",
            0.95,
            group="x",
            anchor=r"[ ]?gam",
        ),
        rule(
            "on",
            rf"{_WHO}[ ,(]{{1,2}}(?:\p{{L}}+[ ]){{0,2}}?på[ ](?:kun[ ]|nu[ ]|snart[ ]|knap[ ]|lige[ ])?(?P<x>{_NUMBER}{_UNIT})(?![ ](?:siden|efter))",
            0.8,
            group="x",
            anchor=r"\bpå[ ]",
        ),
        rule(
            "both on",
            rf"\bpå[ ]{_NUMBER}(?:,[ ]{_NUMBER})*[ ]og[ ](?P<x>{_NUMBER}{_UNIT})",
            0.7,
            group="x",
            anchor=r"\bpå[ ]",
        ),
        rule(
            "is",
            rf"\b(?:hun|han|jeg|vi|de|hende|ham|søn|datter|barn|mor|far|mand|kone|som|der|dreng|pige|(?-i:\p{{Lu}}\p{{Ll}}+))[ ](?:er|var|bliver|blev|fylder|fyldte|rundede|runder|på)(?:[ ](?:nu|kun|snart|lige|allerede|først|jo|i[ ]dag|selv|så|også|knap|bare|altså|blevet)){{0,3}}[ ](?P<x>{_NUMBER}{_UNIT})(?![ ](?:siden|inden|før|og[ ]venter|i[ ]træk|bagud|forsinket|undervejs|på[ ]venteliste|for))",
            0.75,
            group="x",
        ),
        rule(
            "youngest is",
            rf"\b(?:yngste|ældste|mindste|største|mellemste|lille|store|tvillingerne|børnene|drengene|pigerne)[ ](?:er|var|bliver|blev)[ ](?:(?:nu|kun|snart|lige|først)[ ])?(?P<x>{_NUMBER}[ ]år)(?=[.,;!?)\n]|$|[ ]og\b)",
            0.7,
            group="x",
        ),
        # mikkel på 9 år har
        rule(
            "lower case name on",
            r"\b\p{Ll}{3,15}(?<!er|ere|gange|hul|frist|liste|forløb|pause|plads|færdig|løn|aftale|sag)[ ]på[ ](?P<x>[1-9]\d?[ ]år)(?=[ ](?:har|er|og|der|som|går|bor)\b)",
            0.6,
            group="x",
            case=True,
            anchor=r"[ ]på[ ]\d",
        ),
        # jeg er i kørestol og 67 år
        rule(
            "and years",
            r"\b(?:jeg|han|hun)[ ]er[ ][^.\n\d]{1,40}[ ]og[ ](?P<x>[1-9]\d?[ ]år)(?=[.!,;\n]|$)",
            0.7,
            group="x",
            anchor=r"[ ]og[ ]\d",
        ),
        rule(
            "my years",
            r"\b(?:mine|hans|hendes)[ ](?P<x>[1-9]\d[ ]år)(?=[.,;!?\n]|$)",
            0.7,
            group="x",
            anchor=r"\d[ ]år",
        ),
        # to børn, 3 år og 5 år · ca. 4 og 7 år
        rule(
            "children of",
            rf"\b(?:børn|barn|unger|piger|drenge|døtre|sønner|søskende)\b[^.\n]{{0,40}}?[,(:][ ](?:ca\.?[ ])?(?P<x>[1-9]\d?(?:[ ]år)?(?:,[ ][1-9]\d?(?:[ ]år)?)?[ ]og[ ]{_NUMBER}[ ]år)(?!\p{{L}}|[ ](?:siden|efter|før|i[ ]træk))",
            0.7,
            group="x",
            anchor=r"[ ]og[ ](?:\p{L}+|\d+)[ ]år",
        ),
        rule(
            "is unit",
            rf"(?<!(?:frist(?:en)?|tid(?:en)?|periode(?:n)?|forløb(?:et)?|varighed(?:en)?|binding(?:en)?|pause(?:n)?|straf(?:fen)?|\bman)[ ])\b(?:er|var|bliver|fylder|fyldte|blev)[ ](?:nu[ ]|kun[ ]|snart[ ]|lige[ ])?(?P<x>\d{{1,3}}{_UNIT})(?=[.,;!?)]|[ ](?:og[ ](?:har|går|bor|er|lider)|med[ ]))",
            0.7,
            group="x",
            anchor=r"\d[ ]?(?:år|aar|måned|mdr|uge)",
        ),
        rule(
            "age word",
            rf"\b(?:alder|alderen)[ ]?(?:er|på|:|af)?[ ]{{0,2}}(?P<x>{_NUMBER}{_UNIT}?)(?![\p{{L}}\d])",
            0.75,
            group="x",
            anchor=r"alder",
        ),
        rule(
            "years age",
            rf"(?<![\p{{L}}\d])(?P<x>{_NUMBER}(?:[ -]?års[ ]?|[ ]års[ -]?)alder(?:en)?)",
            0.7,
            group="x",
            anchor=r"alder",
        ),
        rule(
            "field",
            rf"\b(?:gammel|gammelt|alder)[^\n:]{{0,25}}:[ ]?(?P<x>{_NUMBER}{_UNIT}?)",
            0.8,
            group="x",
            anchor=r"gammel|alder",
        ),
        rule(
            "weeks old",
            rf"\b(?:hun|han|barnet|den[ ]lille|(?-i:\p{{Lu}}\p{{Ll}}+)(?<!frist(?:en)?|tid(?:en)?|periode(?:n)?|forløb(?:et)?|varsel|varslet|pausen|ferien|opholdet|kursus|kurset|praktik(?:ken)?)|baby(?:en)?|yngste|mindste)[ ](?:er|var)[ ](?:nu[ ]|kun[ ])?(?P<x>{_NUMBER}[ ](?:uger|måneder|mdr\.?))(?=[.,]|$)",
            0.65,
            group="x",
            anchor=r"uger|måneder|mdr",
        ),
        rule(
            "circa",
            rf"\b(?:dreng|pige|barn|mand|kvinde)[ ](?:ca\.?|omkring|cirka)[ ](?P<x>{_NUMBER}{_UNIT})",
            0.8,
            group="x",
            anchor=r"\b(?:ca|omkring|cirka)\b",
        ),
        rule(
            "years and months",
            rf"(?<![\p{{L}}\d])(?<!man[ ])(?<!efter[ ]|i[ ]|mindst[ ])(?P<x>{_NUMBER}[ ]år[ ]og[ ]{_NUMBER}[ ](?:måneder|mdr\.?))(?![\p{{L}}]|[ ](?:siden|efter|om|før))",
            0.6,
            group="x",
            anchor=r"år[ ]og[ ]",
        ),
        rule("as", rf"\bsom[ ](?P<x>{_NUMBER}-?årig)(?![\p{{L}}])", 0.9, group="x"),
        rule(
            "after name",
            r"(?<=\p{L},[ ])(?P<x>[1-9]\d?[ ]år)(?=[,.)])",
            0.6,
            group="x",
            anchor=r",[ ]\d",
        ),
        *age_bare.RULES,
    )
