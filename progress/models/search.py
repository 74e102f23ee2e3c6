"""What a search for entries looks into: the words of each entry, in plain spelling."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func

from progress.models.entries import Entry
from progress.querysets.search import EntrySearchQuerySet


class EntrySearch(models.Model):
    """The words of one entry. Derived: it can be made again from the entry.

    `accounts/typed/words.py` defines the words, and when a search finds a text.
    """

    entry = models.OneToOneField(
        Entry,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="search_row",
    )
    as_of = models.DateField()
    # Each word and each run once, with one blank before it: see `stored`.
    words = models.TextField(blank=True)
    runs = models.TextField(blank=True)
    # The same of its evidence, taken together. Null: not stored yet. Empty: no words.
    evidence_words = models.TextField(blank=True, null=True)  # noqa: DJ001 - see above
    evidence_runs = models.TextField(blank=True, null=True)  # noqa: DJ001 - see above

    objects = EntrySearchQuerySet.as_manager()

    class Meta:
        indexes = [
            # Without `fastupdate`, no reader goes through a list of pending rows.
            GinIndex(
                Func("as_of", "words", "runs", function="entry_search_tokens"),
                name="entry_search",
                fastupdate=False,
            ),
            GinIndex(
                Func(
                    "as_of",
                    "evidence_words",
                    "evidence_runs",
                    function="entry_search_tokens",
                ),
                name="entry_evidence_search",
                fastupdate=False,
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)
