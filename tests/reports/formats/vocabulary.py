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
    "de": {
        "not_started": "Nicht begonnen",
        "limited": "Begrenzte Fortschritte",
        "substantial": "Wesentliche Fortschritte",
        "implemented": "Umgesetzt",
        "not_applicable": "Nicht zutreffend",
        "not_reported": "Nicht gemeldet",
        "not_released": "Kein zugänglicher Eintrag",
        "no_update": "Keine Aktualisierung",
        "at_risk": "Gefährdet",
        "late": "Verspätet",
        "correction": "Berichtigung",
        "shows_again": "Wieder gültig nach einem Widerruf",
        "unchanged": "Unverändert seit",
        "overdue": "(verstrichen)",
        "older": "Ältere",
        "past": "Überschritten",
        "all": "Alle",
        "draft": "Entwurf",
        "illustrative": "Beispieldaten",
        "as_of": "Position, Stand",
        "known_at": "Kenntnisstand",
        "current": "In dieser Bestandsaufnahme",
        "yes": "ja",
        "no": "nein",
    },
    "it": {
        "not_started": "Non avviato",
        "limited": "Progressi limitati",
        "substantial": "Progressi sostanziali",
        "implemented": "Attuato",
        "not_applicable": "Non applicabile",
        "not_reported": "Non comunicato",
        "not_released": "Nessuna scheda diffusa",
        "no_update": "Nessun aggiornamento",
        "at_risk": "A rischio",
        "late": "In ritardo",
        "correction": "Rettifica",
        "shows_again": "Ripristinata dopo un ritiro",
        "unchanged": "Invariato dal",
        "overdue": "(oltre il termine)",
        "older": "Meno recenti",
        "past": "Superate",
        "all": "Tutti",
        "draft": "Bozza",
        "illustrative": "Dati dimostrativi",
        "as_of": "Data di riferimento della posizione",
        "known_at": "Informazioni note al",
        "current": "In questo bilancio",
        "yes": "sì",
        "no": "no",
    },
    "ja": {
        "not_started": "未着手",
        "limited": "限定的な進捗",
        "substantial": "相当の進捗",
        "implemented": "実施済み",
        "not_applicable": "対象外",
        "not_reported": "報告なし",
        "not_released": "開示された進捗報告なし",
        "no_update": "更新なし",
        "at_risk": "達成懸念",
        "late": "遅延",
        "correction": "訂正",
        "shows_again": "撤回により復活",
        "unchanged": "から変更なし",
        "overdue": "（期限経過）",
        "older": "以前",
        "past": "期日超過",
        "all": "すべて",
        "draft": "案",
        "illustrative": "例示データ",
        "as_of": "現況の基準日",
        "known_at": "掲載基準時",
        "current": "この進捗点検",
        "yes": "はい",
        "no": "いいえ",
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
    "de": {
        "Canada": "Kanada",
        "France": "Frankreich",
        "Germany": "Deutschland",
        "Italy": "Italien",
        "United Kingdom": "Vereinigtes Königreich",
        "United States": "Vereinigte Staaten",
        "European Union": "Europäische Union",
    },
    "it": {
        "France": "Francia",
        "Germany": "Germania",
        "Italy": "Italia",
        "Japan": "Giappone",
        "United Kingdom": "Regno Unito",
        "United States": "Stati Uniti",
        "European Union": "Unione europea",
    },
    "ja": {
        "Canada": "カナダ",
        "France": "フランス",
        "Germany": "ドイツ",
        "Italy": "イタリア",
        "Japan": "日本",
        "United Kingdom": "英国",
        "United States": "米国",
        "European Union": "欧州連合",
    },
}
MONTHS: Final = {
    name: number
    for names in (
        "January February March April May June July August September October November"
        " December",
        "janvier février mars avril mai juin juillet août septembre octobre novembre"
        " décembre",
        "Januar Februar März April Mai Juni Juli August September Oktober November"
        " Dezember",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre"
        " novembre dicembre",
    )
    for number, name in enumerate(names.split(), start=1)
}
DAY: Final = re.compile(
    rf"\b(?P<day>\d\d?)(?:er|º|\.)?\s(?P<month>{'|'.join(MONTHS)})\s(?P<year>\d{{4}})\b"
    r"|(?<!\d)(?P<nen>\d{4})年\s?(?P<gatsu>\d\d?)月\s?(?P<nichi>\d\d?)日"
)


def days_in(text: str) -> list[str]:
    """Return the days that a text names, as ISO dates, in order."""
    return [_day_of(found).isoformat() for found in DAY.finditer(text)]


def _day_of(found: re.Match[str]) -> date:
    if found["nen"]:
        return date(int(found["nen"]), int(found["gatsu"]), int(found["nichi"]))
    return date(int(found["year"]), MONTHS[found["month"]], int(found["day"]))


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
