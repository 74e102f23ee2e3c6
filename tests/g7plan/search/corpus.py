"""Entries in many scripts and states, and a plain look for words in them."""

import re

from accounts.typed.words import finds, words_of
from progress.entries.search_results import (
    EntryCriteria,
)
from progress.models import Entry, State
from progress.querysets.search import EVIDENCE, TEXT
from tests.progress.reading import html_of

SEARCH, SUGGESTIONS = "/search/", "/search/suggestions/"
EVERY = EntryCriteria()
# Code, member, state, handling; the text, and the title of its evidence.
CORPUS = {
    "clear": ("1.1.1", "JP", State.PUBLISHED, "clear", "L’État accède à INTERPOL.", ""),
    "green": ("1.2.1", "JP", State.PUBLISHED, "green", "税関INTERPOL使用", "税関法律"),
    "amber": ("1.2.2", "JP", State.PUBLISHED, "amber", "Kestrel INTERPOL", "Act 1"),
    "draft": ("2.1", "JP", State.DRAFT, "green", "Osprey, Łódź", "Osprey act"),
    "sent": ("1.1.1", "FR", State.SUBMITTED, "green", "Heron, Straße", "Heron act"),
    "french": ("1.2.1", "FR", State.PUBLISHED, "green", "Søren, œuvre", "Øresund"),
    "returned": ("1.2.2", "FR", State.RETURNED, "green", "Falcon interpol", ""),
    "discarded": ("2.1", "FR", State.DISCARDED, "green", "Merlin interpol", ""),
    "arabic": ("2.1", "DE", State.PUBLISHED, "clear", "مكافحة الإِرهَـاب", "👮 patrol"),
}  # fmt: skip
SOUGHT = [
    "interpol", "etat", "INTERPOL acce",
    "使用", "関", "税関", "kestrel", "osprey", "lodz",
    "heron", "strass", "soren oeuv", "oresund", "falcon", "merlin", "الارهاب", "patrol",
    "act", "interpol act", "terpol", "e", "法律 税",
]  # fmt: skip
KINDS = {"": (TEXT, EVIDENCE), "entries": (TEXT,), "evidence": (EVIDENCE,)}
READERS = [
    "officer_jp", "head_jp", "contributor_jp", "officer_fr", "coordinator",
    "former_coordinator", "second_reviewer", "observer", "assessor", "administrator",
]  # fmt: skip


def plain_scan(reader, at, search, *parts):
    """Return what the definition finds among all entries that a reader may see."""
    visible, sought = Entry.objects.visible_to(reader, at), words_of(search)
    found = []
    for entry in visible.redacted_to(visible).order_by("-as_of", "-pk"):
        text = words_of(entry.narrative, entry.next_steps, entry.obstacles)
        items = [link.evidence for link in entry.evidence_links.all()]
        cited = words_of(
            *(x for i in items for x in (i.title, i.citation, i.url, i.file_name))
        )
        of_parts = {TEXT: text, EVIDENCE: cited}
        if entry.state != State.DISCARDED and any(
            finds(sought, of_parts[part]) for part in parts
        ):
            found.append(entry.pk)
    return found


def ids_on(answer):
    found = re.findall(r'href="/entries/([0-9a-f-]{36})/"', html_of(answer))
    return list(dict.fromkeys(found))
