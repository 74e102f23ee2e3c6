"""Files of an entry that keep it from being sent: not checked yet, or with a virus."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from progress.models import EntryEvidence, Evidence, EvidenceScan, FileHold


def held_files_of(entries: Iterable[UUID]) -> Mapping[UUID, list[str]]:
    """Return a sentence for each file that is held back, by entry. One query."""
    files = EntryEvidence.objects.filter(
        entry__in=list(entries), evidence__kind=Evidence.Kind.FILE
    )
    if settings.CLAMAV_URL:
        files = files.exclude(evidence__scan__verdict=EvidenceScan.Verdict.CLEAN)
    else:
        files = files.filter(evidence__scan__verdict=EvidenceScan.Verdict.BAD)
    found: dict[UUID, list[str]] = defaultdict(list)
    named = files.values_list("entry_id", "evidence__title", "evidence__scan__verdict")
    for entry, title, verdict in named.order_by("position"):
        found[entry].append(_sentence(FileHold.after(verdict or ""), title))
    return found


def _sentence(hold: FileHold, title: str) -> str:
    if hold is FileHold.VIRUS:
        return _("“%(file)s” has a virus. Remove it from this entry.") % {"file": title}
    return _(
        "“%(file)s” is still being checked for viruses. Try again in a few minutes."
    ) % {"file": title}
