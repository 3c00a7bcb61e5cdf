"""Institution: what has a proper name and a word that tells its kind («Skovbrynets Skole»)."""

from __future__ import annotations

import regex

from nlp.redact.recognizers.base import DanishRecognizer, Rule, rule
from nlp.text.lexicon import is_listed, is_ordinary

_W = r"(?:\p{Lu}[\p{L}'-]{1,60}|Sct\.|Skt\.|Sankt|H\.C\.)"
_KIND = (
    r"(?:Skole|Skolen|Friskole|Privatskole|Realskole|Specialskole|Efterskole|Heldagsskole|Produktionsskole|Højskole|Gymnasium|Handelsskole|"
    r"Børnehave|Børnehus|Vuggestue|Fritidshjem|Fritidscenter|Ungdomsskole|Ungdomscenter|Børnecenter|"
    r"Bosted|Botilbud|Bocenter|Bofællesskab|Opholdssted|Døgncenter|Krisecenter|Herberg|Plejehjem|Plejecenter|"
    r"Ældrecenter|Seniorcenter|Omsorgscenter|Aktivitetscenter|Lokalcenter|Rehabiliteringscenter|Behandlingscenter|Misbrugscenter|Rusmiddelcenter|"
    r"Hospital|Sygehus|Universitetshospital|Privathospital|Lægehus|Lægeklinik|Lægerne|Tandklinik|"
    r"Forsorgshjem|Ungdomshjem|Børnehjem|Behandlingshjem|Familiecenter|Familiehus|Sundhedscenter|Demenscenter|Dagcenter|Daghjem|Værested|Varmestue|Hospice|Kollegium|Dagtilbud|Fritidsklub|Ungdomsklub|Skolecenter|"
    r"Boldklub|Idrætsforening|Håndboldklub|Sognegård|Kirke|Moske|"
    r"Boligforening|Boligselskab|Andelsboligforening|Fonden|Fond|Forening|Menighed|Bibliotek|Svømmehal)"
)

_KIND_END = regex.compile(
    r"(?:skolen?|gymnasium|gymnasiet|hospitalet|sygehuset?|børnehaven?|børnehuset|vuggestuen|kollegiet|centret|centeret|hjemmet|efterskole|friskole)s?$"
)
_GENERAL = frozenset(
    "folke special privat fri efter høj aften ungdoms natur skov heldags musik sprog køre kost real grund lille lilleskole distrikts lands produktions "
    "handels social sommer familie fag børne ældre pleje bo dag døgn krise job borger ydelses misbrugs aktivitets rehabiliterings fritids ungdoms behandlings "
    "regions universitets privat center visitations sundheds kultur idræts test".split()
)

_NO_NAME = frozenset("Ingen Nogen Anden Andet Intet Noget Folkeskolen".split())


class InstitutionRecognizer(DanishRecognizer):
    """Named institutions and firms by their form; the NER finds the rest."""

    entity = "INSTITUTION"
    rules = (
        rule(
            "name first",
            rf"(?<![\p{{L}}])(?!(?:Den|Det|En|Min|Vores|Hans|Hendes|Deres|Danmarks|Ny|På|I)[ ]){_W}(?:[ ]{_W}){{0,2}}[ ]{_KIND}(?![\p{{L}}])",
            0.8,
            case=True,
        ),
        rule(
            "kind first",
            rf"(?<![\p{{L}}])(?:Jobcenter|Bosted(?:et)?|Botilbud(?:det)?|Opholdssted(?:et)?|Plejehjem(?:met)?|Plejecent(?:er|ret)|Børnehaven|Vuggestuen|Børnehuset|Efterskolen|Friskolen|Krisecent(?:er|ret)|Psykiatrisk[ ][Cc]enter|Værkstedet|Advokatfirmaet|Tandklinikken|Døgnhjemmet|Pårørendeforeningen|Patientforeningen|Værestedet|Distriktspsykiatrien[ ]i|Lokalpsykiatrien?|Regionshospital(?:et)?|Kollegiet|Herberget|Varmestuen|Center[ ]for|Lægehuset|Lægerne|Fonden|Foreningen|Familiehuset|Familiecent(?:er|ret)|Ydelsescenter|Borgerservice|FGU|VUC|SOSU|STU|Dagtilbud(?:det)?|Naturbørnehaven|Skovbørnehaven|Børnegården|Specialskolen|Privatskolen|Realskolen|Heldagsskolen|Ungdomsskolen|Højskolen|Fritidshjemmet|Fritidsklubben|Ungdomsklubben|SFO(?:'?en)?|"
            rf"Dagcent(?:er|ret|eret)|Aktivitetscent(?:er|ret|eret)|Sundhedscent(?:er|ret|eret)|Døgninstitutionen|Institutionen|Integreret[ ]institution|Aflastningshjemmet|Forsorgshjemmet|Bofællesskabet|Kulturhuset|Hospice|Hotel|Restaurant|Café|Klinikken|Lægecentret|Apoteket|Kontoret[ ]for|Grundejerforeningen|Beboerforeningen|Boligforeningen|Ejerforeningen|Boldklubben|Idrætsforeningen|UU|Specialområde|Den[ ][Ii]ntegrerede[ ][Ii]nstitution|Frisør|Ungecent(?:er|ret|eret))[ ]\"?{_W}(?:[ ](?:og[ ])?{_W}){{0,2}}\"?",
            0.7,
            case=True,
        ),
        rule(
            "firm",
            rf"(?<![\p{{L}}]){_W}(?:[ ](?:&|og|{_W})){{0,4}}[ ](?:A/S|ApS|I/S|P/S|K/S|A\.m\.b\.a\.|IVS|AMBA|a/s|aps|i/s)(?![\p{{L}}])",
            0.85,
            case=True,
        ),
        rule("jobcenter lower", r"\bjobcenter[ ](?P<x>(?-i:[A-ZÆØÅ])[\p{L}-]+)", 0.6),
        rule(
            "compound",
            r"(?<![\p{L}-])\p{L}{3,20}(?:skolen?|gymnasium|gymnasiet|hospitalet|sygehuset?|børnehaven?|børnehuset|vuggestuen|kollegiet|centret|centeret|hjemmet|efterskole|friskole)(?:s)?(?![\p{L}-])",
            0.6,
        ),
        rule(
            "kind in lower case",
            r"\b(?:krisecent(?:er|ret|eret)|børnehuset|børnehaven|vuggestuen|plejehjemmet|plejecent(?:er|ret|eret)|bostedet|botilbuddet|opholdsstedet|efterskolen|friskolen|kollegiet|herberget|værestedet|tandklinikken|lægehuset|firmaet|\p{L}+firmaet|\p{L}+foreningen|værkstedet|døgnhjemmet|aflastningen)[ ](?P<name>\p{L}{4,20})(?!\p{L})",
            0.6,
        ),
        rule(
            "kind of many words",
            rf"(?<![\p{{L}}])\p{{L}}{{3,20}}(?:skolen|firmaet|selskabet|foreningen|huset|centret|centeret|stuen|klubben|klinikken|butikken|værkstedet|kontoret[ ]for|rådet[ ]ved|banken|apoteket|smeden)[ ]\"?{_W}(?:[ ](?:og|&|i|på)?[ ]?{_W}){{0,2}}\"?",
            0.6,
            case=True,
            anchor=r"(?:skolen|firmaet|selskabet|foreningen|huset|centret|centeret|stuen|klubben|klinikken|butikken|værkstedet|kontoret[ ]for|rådet[ ]ved|banken|apoteket|smeden)[ ]\"?\p{Lu}",
        ),
        rule(
            "genitive in lower case",
            r"(?<![\p{L}-])(?P<name>\p{L}{5,20}s)[ ](?:skole|friskole|specialskole|børnehave|børnehus|vuggestue|plejehjem|bosted|kollegium)(?!\p{L})",
            0.6,
        ),
        # aflastningsstedet Myren, døgninstitutionen Ahornen
        rule(
            "kind of care",
            rf"(?<![\p{{L}}])(?!(?:føde|gernings|møde|arbejds|uheld|ulykkes)s?stedet)\p{{L}}{{3,20}}(?:stedet|institutionen|hjemmet|tilbuddet)[ ]\"?{_W}(?:[ ]{_W}){{0,2}}\"?",
            0.6,
            case=True,
            anchor=r"(?:stedet|institutionen|hjemmet|tilbuddet)[ ]\"?\p{Lu}",
        ),
        # skovbrynets skole: what stands in the genitive is a piece of nature, and nobody
        rule(
            "genitive of nature",
            r"(?<![\p{L}-])\p{L}{2,14}(?:skov|bryn|bakke|høj|dal|eng|sø|park|lund|mark|vang|toft|kær|næs|bjerg|holm|gård|strand|fjord|å|bæk|mose)(?:ets|ens|s)[ ](?:skole|friskole|specialskole|børnehave|børnehus|vuggestue|plejehjem|plejecenter|bosted|kollegium)(?!\p{L})",
            0.6,
            anchor=r"s[ ](?:skole|friskole|specialskole|børneh|vuggestue|pleje|bosted|kollegium)",
        ),
        # i Fjordbanken, på Skovbrynskolen: an ordinary compound would have no capital here
        rule(
            "capital inside a sentence",
            r"(?<=[\p{Ll},][ ])\p{Lu}\p{Ll}{2,20}(?:skolen?|gymnasiet|sygehuset|hospitalet|børnehaven?|børnehuset|vuggestuen|kollegiet|plejecentret|plejehjemmet|banken|sparekassen|apoteket|lægehuset|klinikken|bostedet)s?(?![\p{L}-])",
            0.55,
            case=True,
        ),
        # Arbejdsgiver: Nordisk Beton
        rule(
            "field",
            rf"^[ \t]*(?:\d\.?\)?[ ])?(?:\p{{L}}+[ /])?(?:[Ss]kole|[Aa]rbejdsgiver|[Aa]rbejdssted|[Bb]osted|[Bb]otilbud|[Ii]nstitution|[Dd]agtilbud|[Bb]ørnehave|[Vv]uggestue|[Pp]raktiksted|[Uu]dlejer|[Bb]ank|[Bb]oligforening|[Oo]pholdssted|[Pp]lejehjem|[Ff]irma|[Vv]irksomhed|[Aa]-kasse|[Ff]agforening)(?:[ ]?/[ ]?\p{{L}}+)?[ ]?:[ \t]*(?P<x>{_W}(?:[ ](?:(?:og|&|i|for)[ ])?{_W}){{0,4}})",
            0.6,
            group="x",
            case=True,
            anchor=r":[ \t]*\p{Lu}",
        ),
        rule(
            "business",
            rf"(?<![\p{{L}}]){_W}(?:[ ](?:&[ ])?{_W}){{0,2}}[ ](?:Bank|Sparekasse|Apotek|Plantecenter|Transport|Rengøring|Byg|Auto|Taxi|Pizza|Pizzeria|Grill|Kiosk|Bageri|Maskinstation|VVS|Murerfirma|Savværk|Slagteri|Mejeri|Gartneri|Camping|Kro|Busser|Turisttrafik|Fysioterapi|Begravelsesforretning|Ejendomme|Boliger|Vikar|Tømrer|Frisør|Advokater|Taxa)(?:[ ](?:&|og)[ ]{_W})?(?![\p{{L}}])",
            0.7,
            case=True,
        ),
        rule(
            "partners",
            rf"(?<![\p{{L}}])(?:Advokatfirmaet|Firmaet|Entreprenør|Advokaterne|Blomster)?[ ]?{_W}[ ]&[ ]{_W}(?![\p{{L}}])",
            0.7,
            case=True,
        ),
    )

    def judge(self, each: Rule, match: regex.Match[str], score: float) -> float:
        """An ordinary compound («folkeskolen») names nothing; «Dagtilbud: Mariehønen» does."""
        if each.name == "field":
            named = match["x"].endswith(("en", "et", "erne")) and match["x"] not in _NO_NAME
            return score if named or not is_ordinary(match["x"]) else 0.0
        if each.name == "genitive in lower case":
            return 0.0 if is_listed(match["name"]) or is_listed(match["name"][:-1]) else score
        if each.name not in ("compound", "kind in lower case", "capital inside a sentence"):
            return score
        word = match[each.group].lower()
        if each.name == "capital inside a sentence":
            return 0.0 if is_listed(word) or is_listed(word.removesuffix("s")) else score
        if each.name == "kind in lower case":
            return 0.0 if is_listed(match["name"]) else score
        stem = _KIND_END.sub("", word)
        common = {stem, stem.removesuffix("s")} & _GENERAL or is_listed(word)
        return 0.0 if common or is_listed(stem) or is_listed(stem.removesuffix("s")) else score
