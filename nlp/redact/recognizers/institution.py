"""Institution: what has a proper name and a word that tells its kind («Skovbrynets Skole»)."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_W = r"(?:\p{Lu}[\p{L}'-]+|Sct\.|Skt\.|Sankt|H\.C\.)"
_KIND = (
    r"(?:Skole|Skolen|Friskole|Privatskole|Realskole|Specialskole|Efterskole|Heldagsskole|Produktionsskole|Højskole|Gymnasium|Handelsskole|"
    r"Børnehave|Børnehus|Vuggestue|Fritidshjem|Fritidscenter|Ungdomsskole|Ungdomscenter|Børnecenter|"
    r"Bosted|Botilbud|Bocenter|Bofællesskab|Opholdssted|Døgncenter|Krisecenter|Herberg|Plejehjem|Plejecenter|"
    r"Ældrecenter|Seniorcenter|Omsorgscenter|Aktivitetscenter|Lokalcenter|Rehabiliteringscenter|Behandlingscenter|Misbrugscenter|Rusmiddelcenter|"
    r"Hospital|Sygehus|Universitetshospital|Privathospital|Lægehus|Lægeklinik|Lægerne|Tandklinik|"
    r"Boligforening|Boligselskab|Andelsboligforening|Fonden|Fond|Forening|Menighed|Bibliotek|Svømmehal)"
)


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
            rf"(?<![\p{{L}}])(?:Jobcenter|Bosted(?:et)?|Botilbud(?:det)?|Opholdssted(?:et)?|Plejehjem(?:met)?|Plejecent(?:er|ret)|Børnehaven|Vuggestuen|Børnehuset|Efterskolen|Friskolen|Krisecent(?:er|ret)|Psykiatrisk[ ][Cc]enter|Distriktspsykiatrien[ ]i|Lokalpsykiatrien?|Regionshospital(?:et)?|Kollegiet|Herberget|Varmestuen|Center[ ]for|Lægehuset|Lægerne|Fonden|Foreningen|Familiehuset|Familiecent(?:er|ret)|Ydelsescenter|Borgerservice)[ ]\"?{_W}(?:[ ](?:og[ ])?{_W}){{0,2}}\"?",
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
            "school compound",
            r"(?<![\p{L}])(?!(?:Folke|Special|Privat|Fri|Efter|Høj|Aften|Ungdoms|Natur|Skov|Heldags|Musik|Sprog|Køre|Gå|Kost|Real|Mellem|Grund|Lille|Distrikts|Lands|Produktions|Handels|Social|Sommer|Familie|Hele|Hoved|Fag|Er|Barneskol)skole)\p{Lu}\p{Ll}{2,18}(?:skolen|gymnasiet|hospitalet|sygehuset|børnehaven|vuggestuen|kollegiet|centret|gården|hjemmet|huset)(?![\p{L}])",
            0.0,
            case=True,
        ),
    )
