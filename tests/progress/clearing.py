"""What the tests of the clearance page share: how to read it, and a newer version."""

import re

from progress.actions.clearance import recall_entry, submit_entry
from progress.actions.drafting import edit_entry
from progress.entries.text import EntryText
from tests.progress.editing import page

CODES = ("1.1.1", "1.2.1", "1.2.2", "2.1")
CANARY = "kestrel7381"


def open_code(answer):
    """Return the code of the entry that the page shows in full."""
    found = re.search(r'id="open-entry"><span class="code">([^<]+)<', page(answer))
    return found and found[1]


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def row_of(shown, entry):
    """Return the words of an entry's row in the list."""
    rows = re.findall(r'<li class="desk-row.*?</li>', shown, re.DOTALL)
    return words(next(row for row in rows if str(entry.pk) in row))


def hidden(shown, name, form):
    part = shown[shown.index(f'action="{form}"') :]
    return re.findall(rf'name="{name}" value="([^"]*)"', part)[0]


def edit_and_send(entry, narrative, officer, now):
    """The officer recalls the entry, changes its text, and sends it again."""
    at_hand = {"by": officer, "at": now}
    entry = recall_entry(entry_id=entry.pk, version=entry.version, **at_hand)
    text = EntryText(entry.as_of, status=entry.status, narrative=narrative)
    entry = edit_entry(entry_id=entry.pk, version=entry.version, text=text, **at_hand)
    return submit_entry(entry_id=entry.pk, version=entry.version, **at_hand)
