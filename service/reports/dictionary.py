"""The data dictionary of the CSV and JSON: every field, table and code, in Danish.

The CSV's companion follows *CSV on the Web* (W3C, tabular metadata): ``rapport.csv-metadata.json``
beside ``rapport.csv`` tells programs what the columns are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from service.reports import measures
from service.reports.document import Edition, Measure


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, its type (of XML Schema, as CSVW wants) and what it means."""

    name: str
    datatype: str
    meaning: str


FIELDS: tuple[Field, ...] = (
    Field("table", "string", "Hvilken tabel i rapporten tallet hører til"),
    Field("row", "string", "Rækken: indikator, område, kommune, kvartal eller gruppe"),
    Field("column", "string", "Kolonnen i tabeller med to led; ellers tom"),
    Field("count", "integer", "Antal indsendelser; tom, når tallet ikke vises"),
    Field("of", "integer", "Det antal indsendelser, som andelen er beregnet af"),
    Field("share", "decimal", "Andelen, count divideret med of, med fire decimaler"),
    Field("low", "decimal", "Nedre grænse for Wilsons 95 %-interval"),
    Field("high", "decimal", "Øvre grænse for Wilsons 95 %-interval"),
    Field("reason", "string", "Hvorfor tallet ikke vises; tom, når det vises"),
)

TABLES: Mapping[str, str] = {
    measures.TOTAL: "Alle gennemgåede indsendelser, der tæller med",
    measures.LABELS: "Indsendelser, der angiver hver indikator",
    measures.TOGETHER: "Indsendelser, der angiver begge indikatorer",
    measures.AREAS: "Indsendelser efter område; områder uden indsendelser er udeladt",
    measures.AREA_LABELS: "Indikatorer inden for hvert område",
    measures.MUNICIPALITIES: "Indsendelser efter kommune; små kommuner er lagt sammen efter region",
    measures.MUNICIPALITY_LABELS: "Indikatorer inden for hver kommune",
    measures.QUARTERS: "Indsendelser efter kvartal (2026-K1 er første kvartal 2026)",
    measures.AREA_QUARTERS: "Indsendelser efter område og kvartal",
    measures.LEFT_OUT: "Hvad der ikke er talt med: tests, andre grunde, og hvad der venter",
}

REASONS: Mapping[str, str] = {
    "few": "Gruppen har for få indsendere",
    "rest": "Resten af gruppen har for få indsendere",
    "complementary": "Et andet skjult tal kunne regnes ud af det",
    "differencing": "Sammen med en tidligere rapport ville det vise for få",
    "hidden": "Skjult sammen med hele tabellen",
}


def dictionary() -> dict[str, Any]:
    """The dictionary for the JSON."""
    return {
        "fields": {field.name: field.meaning for field in FIELDS},
        "tables": dict(TABLES),
        "reasons": dict(REASONS),
        "unit": "Alle antal er indsendelser. Hvad der må vises, afgøres i antal indsendere.",
    }


def csv_metadata(edition: Edition, url: str = "rapport.csv") -> dict[str, Any]:
    """The companion of the CSV (https://www.w3.org/TR/tabular-metadata/)."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "da"}],
        "url": url,
        "dc:title": f"{edition.title}, version {edition.number}",
        "dc:publisher": "Borgernes Kommune",
        "dc:date": edition.as_of.isoformat(),
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "tableSchema": {
            "columns": [
                {
                    "name": field.name,
                    "titles": field.name,
                    "datatype": field.datatype,
                    "dc:description": field.meaning,
                }
                for field in FIELDS
            ],
            "primaryKey": ["table", "row", "column"],
        },
        "notes": [
            {"tables": dict(TABLES)},
            {"reasons": dict(REASONS)},
        ],
    }


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Measure))
"""The header of the CSV."""
