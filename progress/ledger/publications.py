"""Whether each publication agrees with the facts that were recorded with it.

The database checks the same when a publication is committed. Publications from before
these facts were recorded are counted, and never a finding.
"""

from collections.abc import Iterator

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Case, Exists, F, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Now

from progress.ledger.rows import CHUNK, name_of_entry
from progress.models import (
    Clearance,
    Entry,
    LedgerRecord,
    LedgerSeal,
    State,
    Transition,
)

# The last move before the publication brought the entry to its reviewer.
_TRANSITIONS = Transition.objects.filter(entry=OuterRef("pk"))
_REACHED = _TRANSITIONS.exclude(after=State.PUBLISHED).order_by("-pk")
_FACTS = {
    "is_published": Exists(
        _TRANSITIONS.filter(
            verb="publish",
            before=State.SUBMITTED,
            after=State.PUBLISHED,
            at=OuterRef("published_at"),
            by=OuterRef("published_by"),
        )
    ),
    "reached_state": Subquery(_REACHED.values("after")[:1]),
    "reached_verb": Subquery(_REACHED.values("verb")[:1]),
    "reached_at": Subquery(_REACHED.values("at")[:1]),
    "reached_by": Subquery(_REACHED.values("by")[:1]),
}
_CLEARANCE = Clearance.objects.filter(
    entry=OuterRef("pk"),
    cleared_at=OuterRef("reached_at"),
    cleared_by=OuterRef("reached_by"),
)
_IS_WITHDRAWAL = Q(kind=Entry.Kind.WITHDRAWAL)
_HAS_RECORD_OF_WITHDRAWAL = Q(ledger_record__kind=LedgerRecord.Kind.WITHDRAWAL)
_HAS_RECORD_OF_PUBLICATION = Q(ledger_record__kind=LedgerRecord.Kind.PUBLICATION)
_SKIPPED = Q(reached_verb="submit")
# The first that applies is named.
_FAULTS: dict[str, Q] = {
    "its ledger record is of another kind": (
        _IS_WITHDRAWAL & ~_HAS_RECORD_OF_WITHDRAWAL
    )
    | (~_IS_WITHDRAWAL & ~_HAS_RECORD_OF_PUBLICATION),
    "its ledger record is of another time": ~Q(
        ledger_record__recorded_at=F("published_at")
    ),
    "no transition of its publisher published it at that time": Q(is_published=False),
    "its publisher is of its own member": Q(
        publisher_member=F("member_commitment__member")
    ),
    "it did not wait for its reviewer": Q(reached_state=None)
    | ~Q(reached_state=State.SUBMITTED),
    "it says falsely whether a clearance was needed": Q(was_clearance_needed=None)
    | (Q(was_clearance_needed=True) & _SKIPPED)
    | (Q(was_clearance_needed=False) & ~_SKIPPED),
    "no clearance brought it to its reviewer": Q(
        was_clearance_needed=True, is_cleared=False
    ),
}


def wrong_publications(
    *, after: int = 0, using: str = DEFAULT_DB_ALIAS
) -> Iterator[str]:
    """Yield a sentence for each publication that its own facts contradict.

    Only those after a record's number are read. `using` is the database's alias.
    """
    faults = [When(when, then=Value(fault)) for fault, when in _FAULTS.items()]
    published = Entry.objects.using(using).filter(
        state=State.PUBLISHED, ledger_record__gt=after
    )
    wrong = (
        published.filter(publisher_member__isnull=False)
        .annotate(**_FACTS)
        .annotate(is_cleared=Exists(_CLEARANCE))
        .annotate(fault=Case(*faults, default=Value("")))
        .exclude(fault="")
        .select_related("member_commitment__commitment")
        .order_by("ledger_record")
    )
    for entry in wrong.iterator(chunk_size=CHUNK):
        fault: str = getattr(entry, "fault")  # noqa: B009 - a query adds it
        yield f"{_name(entry)}: {fault}."
    yield from _without_facts(using)


def _without_facts(using: str) -> Iterator[str]:
    """Yield each publication without facts that is later than one with them."""
    published = Entry.objects.using(using).filter(state=State.PUBLISHED)
    first = published.filter(publisher_member__isnull=False).aggregate(
        first=Min("ledger_record")
    )["first"]
    later = published.filter(publisher_member=None, ledger_record__gt=first or 0)
    if first is None:
        return
    rows = later.select_related("member_commitment__commitment")
    for entry in rows.order_by("ledger_record").iterator(chunk_size=CHUNK):
        yield (
            f"{_name(entry)}: it has no recorded facts, but record {first} before it"
            " has them."
        )


def future_rows() -> Iterator[str]:
    """Yield a sentence for a seal and each record in the future of the database."""
    for record in LedgerRecord.objects.filter(recorded_at__gt=Now()).order_by("pk"):
        yield f"Record {record.pk} is dated {record.recorded_at}, in the future."
    for seal in LedgerSeal.objects.filter(sealed_at__gt=Now()):
        yield f"The ledger is sealed up to {seal.sealed_at}, in the future."


def _name(entry: Entry) -> str:
    return f"Record {entry.ledger_record_id}, {name_of_entry(entry)}"


def count_publications() -> tuple[int, int]:
    """Return how many publications have recorded facts, and how many have none."""
    published = Entry.objects.filter(state=State.PUBLISHED)
    without = published.filter(publisher_member=None).count()
    return published.count() - without, without
