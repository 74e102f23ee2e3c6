"""The text that a page has shown, so that a later page can say what changed since.

The form of a decision carries it, sealed. The server keeps no earlier version of a
draft.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer

from progress.entries.text import (
    EDITED_FIELDS,
    ITEM_FIELDS,
    EntryText,
    EvidenceItem,
)
from progress.models import Entry

# Without a time: the same text has the same seal.
_SALT = "progress.entries.shown_text"


def seal_text(entry: Entry, text: EntryText) -> str:
    """Return the text as a form carries it. Only this entry's page can open it."""
    return Signer(salt=_SALT).sign_object(
        {"id": str(entry.pk), "text": as_json(text)}, compress=True
    )


def open_text(sealed: str, entry_id: UUID) -> EntryText | None:
    """Return the text that a page has shown, or None if this is not its seal."""
    try:
        carried = Signer(salt=_SALT).unsign_object(sealed)
    except BadSignature:
        return None
    if carried["id"] != str(entry_id):
        return None
    return read_text(carried["text"])


def as_json(text: EntryText) -> dict[str, Any]:
    """Return a text as it is stored with a return or in a seal: see `read_text`.

    Whether a file is held back is no part of it: that changes.
    """
    items = [_stored(item) for item in text.evidence]
    fields = {name: getattr(text, name) for name in EDITED_FIELDS}
    return {**fields, "as_of": text.as_of.isoformat(), "evidence": items}


def read_text(stored: Mapping[str, Any]) -> EntryText:
    """Return a text that was stored as JSON, in a seal or with a return."""
    items = tuple(_read(item) for item in stored.get("evidence", ()))
    as_of = date.fromisoformat(stored["as_of"])
    return EntryText(**{**stored, "as_of": as_of, "evidence": items})


def _stored(item: EvidenceItem) -> dict[str, Any]:
    columns = {name: getattr(item, name) for name in ITEM_FIELDS}
    day = item.accessed_on and item.accessed_on.isoformat()
    return {**columns, "accessed_on": day, "id": item.id and str(item.id)}


def _read(stored: dict[str, Any]) -> EvidenceItem:
    day, pk = stored.get("accessed_on"), stored.get("id")
    as_typed = {"accessed_on": day and date.fromisoformat(day), "id": pk and UUID(pk)}
    return EvidenceItem(**{**stored, **as_typed})
