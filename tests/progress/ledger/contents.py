"""The content of a record as it is defined: in Python, from the rows themselves."""

from collections.abc import Iterable
from typing import Any

from progress.ledger.content import EVIDENCE_FIELDS, content_with, fields_of
from progress.models import Entry, Evidence


def content_of(entry: Entry, evidence: Iterable[Evidence]) -> dict[str, Any]:
    """Return everything that the publication froze; the evidence is in order."""
    return content_with(entry, [fields_of(item, EVIDENCE_FIELDS) for item in evidence])
