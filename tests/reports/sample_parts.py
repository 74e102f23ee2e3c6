"""The members, the plan and the method of the sample snapshot."""

from typing import cast

from reports.snapshot_schema import (
    Compared,
    IndexedInstrument,
    MemberRow,
    MethodSection,
    Moment,
    PlanPart,
    ReportScope,
    StocktakePart,
)

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MEMBERS: list[MemberRow] = [
    {"code": "CA", "name": "Canada", "kind": "state"},
    {"code": "FR", "name": "France", "kind": "state"},
    {"code": "DE", "name": "Germany", "kind": "state"},
    {"code": "IT", "name": "Italy", "kind": "state"},
    {"code": "JP", "name": "Japan", "kind": "state"},
    {"code": "GB", "name": "United Kingdom", "kind": "state"},
    {"code": "US", "name": "United States of America", "kind": "state"},
    {"code": "EU", "name": "European Union", "kind": "organization"},
]


def moment(day: str, text: str) -> Moment:
    return {"iso": day, "text": text}


PLAN: PlanPart = {
    "slug": "ise-shima-2016-ct",
    "title": "G7 Action Plan on Countering Terrorism and Violent Extremism",
    "short_title": "G7 Action Plan on Countering Terrorism, 2016",
    "summit": {
        "name": "Ise-Shima 2016",
        "place": "Ise-Shima, Japan",
        "dates": "26 and 27 May 2016",
    },
    "adopted_on": moment("2016-05-27", "27 May 2016"),
    "source_sha256": SHA256[::-1],
}
STOCKTAKE: StocktakePart = {
    "slug": "taormina-2017",
    "title": "Stocktake before Taormina",
    "due_at": moment("2017-05-12T16:00:00Z", "12 May 2017, 16:00:00 UTC"),
}
SCOPES = ("member", "action", "sub_area", "instrument", "title")
NO_SCOPE = cast("ReportScope", dict.fromkeys(SCOPES, ""))
COMPARED: Compared = {
    "title": "the stocktake “Autumn 2016”",
    "stocktake": "autumn-2016",
    "at": moment("2016-11-30", "30 November 2016"),
    "known_at": moment("2016-11-30T17:00:00Z", "30 November 2016, 17:00 UTC"),
}
INSTRUMENTS: list[IndexedInstrument] = [
    {
        "slug": "interpol",
        "name": "INTERPOL",
        "kind": "Body",
        "owner": "",
        "commitments": ["1.2.2", "1.2.3"],
    },
]
METHOD: list[MethodSection] = [
    {
        "heading": "Two clocks",
        "paragraphs": [
            "A position is what the last published entry said of a commitment "
            "on a date, as it was known at an instant. " * 3
        ],
    },
    {
        "heading": "Status",
        "paragraphs": ["Members report their own status on one scale. " * 4],
    },
]
