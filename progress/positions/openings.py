"""The first words of entries, for lists that lead to the whole of them."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models.functions import Left

from progress.entries.excerpt import excerpt_of
from progress.models import Entry

# Enough of a narrative for its excerpt.
READ = 600


def start_of_narrative() -> Left:
    """Return an expression for as much of an entry's narrative as its excerpt needs."""
    return Left("narrative", READ)


def openings_of(entries: Sequence[UUID]) -> dict[UUID, str]:
    """Return the first words of entries that the reader may see. One query."""
    rows = Entry.objects.filter(pk__in=entries).values_list("pk", start_of_narrative())
    return {key: excerpt_of(text) for key, text in rows}
