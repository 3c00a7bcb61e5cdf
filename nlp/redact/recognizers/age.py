"""Alder: the number with its unit, where it is a person's age. Hidden in ``publication`` only.

Durations («i 8 år», «for 2 år siden») and statutory limits («under 18 år») are no ages.
"""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_NUMBER = (
    r"(?:\d{1,3}(?:[,½]5?)?|et|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tretten|fjorten|femten|seksten|"
    r"sytten|atten|nitten|tyve|(?:en|to|tre|fire|fem|seks|syv|otte|ni)og(?:tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems)|"
    r"tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems)"
)
_UNIT = r"(?:[ ]?(?:(?:år|aar)(?:[ ]og[ ]\w+[ ](?:måneder|mdr\.?))?|måneder|mdr\.?|uger(?=[ ]gam))(?:[ ](?:gammel|gamle|gammelt))?(?![\p{L}]))"
_WHO = (
    r"(?:søn|sønnen|sønner|datter|datteren|døtre|dreng|drengen|drenge|pige|pigen|piger|barn|barnet|børn|børnene|mor|far|mand|kone|"
    r"ægtefælle|kæreste|bror|søster|mormor|morfar|farmor|farfar|moster|faster|onkel|barnebarn|plejebarn|plejesøn|plejedatter|bonussøn|"
    r"bonusdatter|tvilling\w*|kvinde|unge|ung|nevø|niece|stedsøn|steddatter|ven|veninde|nabo|\p{Lu}\p{Ll}+|\]|person|borger)"
)


class AgeRecognizer(DanishRecognizer):
    """Ages of persons."""

    entity = "AGE"
    rules = (
        rule(
            "årig",
            rf"(?<![\p{{L}}\d])(?P<x>{_NUMBER}[ -]?års?(?:ig|ige|igt|iges|igs)(?![\p{{L}}]))(?<!flerårig|mangeårig)",
            0.8,
            group="x",
        ),
        rule(
            "old",
            rf"(?<![\p{{L}}\d,.])(?P<x>{_NUMBER}[ ]?(?:år|aar|måneder|mdr\.?)[ ]gam(?:mel|le|melt))",
            0.95,
            group="x",
        ),
        rule(
            "on",
            rf"{_WHO}[ ,(]{{1,2}}(?:\p{{L}}+[ ]){{0,2}}?på[ ](?:kun[ ]|nu[ ]|snart[ ]|knap[ ]|lige[ ])?(?P<x>{_NUMBER}{_UNIT})(?![ ](?:siden|efter))",
            0.8,
            group="x",
        ),
        rule(
            "both on",
            rf"\bpå[ ]{_NUMBER}(?:,[ ]{_NUMBER})*[ ]og[ ](?P<x>{_NUMBER}{_UNIT})",
            0.7,
            group="x",
        ),
        rule(
            "is",
            rf"\b(?:hun|han|jeg|vi|de|hende|ham|søn|datter|barn|mor|far|mand|kone|som|der|dreng|pige|\p{{Lu}}\p{{Ll}}+)[ ](?:er|var|bliver|blev|fylder|fyldte|rundede|runder|på)(?:[ ](?:nu|kun|snart|lige|allerede|først|jo|i[ ]dag|selv|så|også|knap|bare|altså|blevet)){{0,3}}[ ](?P<x>{_NUMBER}{_UNIT})(?![ ](?:siden|inden|før|og[ ]venter|i[ ]træk|bagud|forsinket|undervejs|på[ ]venteliste|for))",
            0.75,
            group="x",
        ),
        rule(
            "is bare",
            r"\b(?:hun|han|jeg|der)[ ](?:er|var|bliver|blev|fylder|fyldte)(?:[ ](?:nu|kun|snart|lige|allerede|først|jo|så)){0,2}[ ](?P<x>[1-9]\d?)(?=(?![.,]\d)[.,;!?)\n]|$|[ ](?:og|nu|men|så|i)\b)",
            0.7,
            group="x",
        ),
        rule(
            "is bare word",
            r"\b(?:hun|han|jeg)[ ](?:er|bliver|fylder|fyldte)(?:[ ](?:nu|kun|snart|lige|allerede|først|jo)){0,2}[ ](?P<x>(?:en|to|tre|fire|fem|seks|syv|otte|ni)og(?:tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems)|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tretten|fjorten|femten|seksten|sytten|atten|nitten|tyve)(?=[.,;!?)\n]|$|[ ](?:og|nu|men|år)\b)",
            0.65,
            group="x",
        ),
        rule(
            "is unit",
            rf"\b(?:er|var|bliver|fylder|fyldte|blev)[ ](?:nu[ ]|kun[ ]|snart[ ]|lige[ ])?(?P<x>\d{{1,3}}{_UNIT})(?=[.,;!?)]|[ ](?:og[ ](?:har|går|bor|er|lider)|med[ ]))",
            0.7,
            group="x",
        ),
        rule(
            "age word",
            rf"\b(?:alder|alderen)[ ]?(?:er|på|:|af)?[ ]{{0,2}}(?P<x>{_NUMBER}{_UNIT}?)(?![\p{{L}}\d])",
            0.75,
            group="x",
        ),
        rule(
            "years age",
            rf"(?<![\p{{L}}\d])(?P<x>{_NUMBER}(?:[ -]?års[ ]?|[ ]års[ -]?)alder(?:en)?)",
            0.7,
            group="x",
        ),
        rule(
            "so now",
            r"\bfødt[ ](?:i[ ])?(?:19|20)?\d\d[ ,]{1,2}(?:så|altså|dvs\.?)[ ](?:jeg[ ]er[ ])?(?:nu[ ])?(?P<x>[1-9]\d?)(?!\d)",
            0.8,
            group="x",
        ),
        rule(
            "field",
            rf"\b(?:gammel|gammelt|alder)[^\n:]{{0,25}}:[ ]?(?P<x>{_NUMBER}{_UNIT}?)",
            0.8,
            group="x",
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
            r"\b\p{L}{2,}[ ]på[ ](?P<x>[1-9]|1[0-7])(?=[ ](?:til|og|som|der|har|er|går)\b|(?![.,][ ]?\d|\.[ ]?(?:sal|klasse)|\.-)[.,])",
            0.55,
            group="x",
        ),
        rule(
            "was only",
            r"\b(?:jeg|hun|han)[ ](?:var|er)[ ](?:kun|altså|bare|snart|nu|jo)[ ](?P<x>[1-9]\d?)(?=[ ](?:jeg|og|da|men|der)\b|[.,!\n]|$)",
            0.7,
            group="x",
        ),
        rule(
            "weeks old",
            rf"\b(?:hun|han|barnet|den[ ]lille|\p{{Lu}}\p{{Ll}}+)[ ](?:er|var)[ ](?P<x>{_NUMBER}[ ](?:uger|måneder|mdr\.?))(?=[.,]|$)",
            0.65,
            group="x",
        ),
        rule(
            "person comma",
            r"(?<=\p{Lu}\p{Ll}{2,12}[ ])(?P<x>[1-9]\d?)(?=,[ ](?:\p{Ll}))",
            0.5,
            group="x",
            case=True,
        ),
        rule(
            "circa",
            rf"\b(?:dreng|pige|barn|mand|kvinde)[ ](?:ca\.?|omkring|cirka)[ ](?P<x>{_NUMBER}{_UNIT})",
            0.8,
            group="x",
        ),
        rule(
            "years and months",
            rf"(?<![\p{{L}}\d])(?P<x>{_NUMBER}[ ]år[ ]og[ ]{_NUMBER}[ ](?:måneder|mdr\.?))(?![\p{{L}}]|[ ](?:siden|efter|om|før))",
            0.6,
            group="x",
        ),
        rule("as", rf"\bsom[ ](?P<x>{_NUMBER}-?årig)(?![\p{{L}}])", 0.9, group="x"),
        rule("brackets", r"\p{L}[ ]\((?P<x>\d{1,3}(?:[ ]år)?)\)", 0.55, group="x"),
        rule("after name", r"(?<=\p{L},[ ])(?P<x>[1-9]\d?[ ]år)(?=[,.)])", 0.6, group="x"),
    )
