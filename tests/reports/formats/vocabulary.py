"""The words that a report prints, written here by hand: the product is not asked.

Codes are those of the API and of CSV. A reader of a document finds the words instead.
"""

import re
from datetime import date
from typing import Final

STATUSES: Final = (
    "not_started",
    "limited",
    "substantial",
    "implemented",
    "not_applicable",
)
FLAGS: Final = (
    "at_risk",
    "late",
    "correction",
    "shows_again",
    "no_update",
    "unchanged",
    "overdue",
)
WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "not_started": "Not started",
        "limited": "Limited progress",
        "substantial": "Substantial progress",
        "implemented": "Implemented",
        "not_applicable": "Not applicable",
        "not_reported": "Not reported",
        "not_released": "No released entry",
        "no_update": "No update",
        "at_risk": "At risk",
        "late": "Late",
        "correction": "Correction",
        "shows_again": "Reinstated after a withdrawal",
        "unchanged": "Unchanged since",
        "overdue": "(passed)",
        "older": "Older",
        "past": "Past",
        "all": "All",
        "draft": "Draft",
        "illustrative": "Illustrative data",
        "as_of": "Position as of",
        "known_at": "As known at",
        "current": "In this stocktake",
        "yes": "yes",
        "no": "no",
    },
    "fr": {
        "not_started": "Non entamé",
        "limited": "Progrès limités",
        "substantial": "Progrès substantiels",
        "implemented": "Mis en œuvre",
        "not_applicable": "Sans objet",
        "not_reported": "Non communiqué",
        "not_released": "Aucune entrée diffusée",
        "no_update": "Sans mise à jour",
        "at_risk": "À risque",
        "late": "En retard",
        "correction": "Rectification",
        "shows_again": "Rétablie après un retrait",
        "unchanged": "Inchangé depuis",
        "overdue": "(dépassée)",
        "older": "Antérieures",
        "past": "Échues",
        "all": "Total",
        "draft": "Projet",
        "illustrative": "Données fictives",
        "as_of": "Situation au",
        "known_at": "Connaissance arrêtée au",
        "current": "Dans ce bilan",
        "yes": "oui",
        "no": "non",
    },
}
# The members as reports name them: in English as in the record.
NAMES: Final[dict[str, dict[str, str]]] = {
    "en": {},
    "fr": {
        "Germany": "Allemagne",
        "Italy": "Italie",
        "Japan": "Japon",
        "United Kingdom": "Royaume-Uni",
        "United States": "États-Unis",
        "European Union": "Union européenne",
    },
}
MONTHS: Final = {
    name: number
    for names in (
        "January February March April May June July August September October November"
        " December",
        "janvier février mars avril mai juin juillet août septembre octobre novembre"
        " décembre",
    )
    for number, name in enumerate(names.split(), start=1)
}
DAY: Final = re.compile(rf"\b(\d\d?)(?:er)?\s({'|'.join(MONTHS)})\s(\d{{4}})\b")


def days_in(text: str) -> list[str]:
    """Return the days that a text names, as ISO dates, in order."""
    return [
        date(int(year), MONTHS[month], int(day)).isoformat()
        for day, month, year in DAY.findall(text)
    ]


def fragments_of(typed: str) -> list[str]:
    """Return what a reader of a document reads of a text, line by line.

    The marks of lists, tables, links and bold words are gone. Everything else is there.
    """
    found = []
    for line in re.split(r"[\n|]", typed):
        words = re.sub(r"^\s*(?:[-*+•]|\d+[.)])\s+", "", line)
        words = re.sub(r"\[([^\]]*)\]\([^)\s]*\)", r"\1", words)
        found.append(words.replace("**", ""))
    return [one for one in found if letters(one)]


def letters(text: str) -> str:
    """Return what counts when lines were broken: letters, numbers and signs."""
    return re.sub(r"[\s\u200b\u00ad\u2010\u2011-]+", "", text)
