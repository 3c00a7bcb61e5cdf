"""Nummerplade: two letters and five digits; two and three or four for trailers and mopeds."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule, words

_NOT = r"(?!DK|EU|NR|KL|KR|ST|TV|TH|MF|LL|PR|JF|BL|NB|OK|ID|PC|CD|CV|SE|VI|DE|AF|AT|ER|EN|ET|FØ|HA|ÅR|ÅL|OG|PÅ|FR|DR|IT|VM|EM)"


class PlateRecognizer(DanishRecognizer):
    """Registration plates of vehicles."""

    entity = "PLATE"
    of_digits = True
    of_words = frozenset({"word"})
    cue = words(
        r"nummerplade",
        r"\bplade",
        r"\bbil",
        r"reg\.?\s?n",
        r"registrering",
        r"køretøj",
        r"\bparker",
        r"\bvogn",
        r"\bmotor",
        r"trailer",
        r"knallert",
        r"indreg",
        r"varevogn",
        r"\bp-afgift",
        r"handicapbil",
        r"\bscooter",
        r"\b(?:den|en|min|hans|hendes)\s\w*(?:grå|sort|hvid|rød|blå|grøn|brun)e?\s+\n",
        r"\btoyota|\bvw|\bford|\bskoda|\bpeugeot|\bopel|\bkia",
    )
    after = 40
    before = 60
    rules = (
        rule(
            "upper",
            rf"(?<![\w-]){_NOT}\p{{Lu}}{{2}}[ .-]{{0,2}}\d\d[ .-]{{0,2}}\d{{3}}(?![\w]|-\d)",
            0.8,
            case=True,
        ),
        rule(
            "any case",
            r"(?<![\w-])(?!(?:på|til|af|kr|nr|ca|om|en|er|et|de|se|og|at|vi|du|ja|nu|so|kl|st|tv|th|år|ud|op|jf|hr|på|os|så|da|få)\b)\p{L}{2}[ .-]{0,2}\d\d[ .-]{0,2}\d{3}(?![\w]|-\d)",
            0.25,
        ),
        rule(
            "spaced",
            r"(?<![\w-])(?!(?:på|af|kr|nr|ca)\b)\p{L}[ ]?\p{L}[ ]{1,2}\d[ ]?\d[ ]{1,2}\d[ ]?\d[ ]?\d(?![\w]|-\d)",
            0.25,
        ),
        rule(
            "small vehicle",
            r"(?<![\w-])\p{Lu}{2}[ .-]?\d\d[ .-]?\d{1,2}(?![\w]|-\d)",
            0.2,
            case=True,
        ),
        # B-MK 1234 · WA 12345 · ABC 123
        rule(
            "foreign",
            r"\b(?:nummerplade|nr\.?-?plade|plade|indregistrer|indreg|reg\.?[ ]?n)\p{L}{0,6}\.?[^\d\n]{0,25}?(?<!\p{L})(?P<x>(?-i:\p{Lu}{1,3}(?:[ -]\p{Lu}{1,2})?)[ -]?\d{2,5}(?-i:\p{Lu}{0,2}))(?![\w])",
            0.8,
            group="x",
        ),
        rule(
            "word",
            r"(?:nummerplade|\bplade|reg(?:istrerings)?[ .-]{0,2}n(?:umme)?re?t?(?:[ ]på[ ]bilen)?)(?:n|en|rne)?(?:[ ](?:er|hedder|var|med))?[ :]{1,3}(?P<x>(?!(?:på|til|for|fra|med|er|nr|i|og|den|fik|blev)\b)(?=\p{L}{0,7}[ -]?\d|\p{Lu}{3,7}\b)\p{L}{1,7}[ .-]?\d{0,2}[ .-]?\d{0,3})(?![\w])",
            0.9,
            group="x",
        ),
    )
