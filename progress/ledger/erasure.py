"""What holds the words of a published entry, before the law has them erased."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from progress.models import Entry, Evidence, Question


@dataclass(frozen=True)
class ErasureScope:
    """Everything of this app that an entry's words stand in."""

    entry: Entry
    # Items of evidence that serve no other entry, and those that do and stay.
    evidence: tuple[UUID, ...]
    shared: tuple[UUID, ...]
    # What corrects or withdraws it, or says the same: told, and erased only by name.
    elsewhere: tuple[Entry, ...]

    def sentences(self) -> list[str]:
        entry = self.entry
        asked = Question.objects.filter(entry=entry).count()
        return [
            f"Entry {entry.pk}: {entry.member_commitment}, as of {entry.as_of},"
            f" published {entry.published_at:%Y-%m-%d}: its words.",
            f"{entry.rounds.count()} returns, {entry.comments.count()} comments and"
            f" {asked} questions on it.",
            f"{len(self.evidence)} items of evidence, with their files;"
            f" {len(self.shared)} serve another entry too, and stay.",
            *(
                f"NOT erased: entry {other.pk} ({other.get_state_display()}), which"
                f" {_relation(other, entry)}."
                for other in self.elsewhere
            ),
        ]


def _relation(other: Entry, entry: Entry) -> str:
    if other.supersedes_id == entry.pk:
        return "corrects or withdraws it"
    if other.pk == entry.supersedes_id:
        return "it corrects or withdraws"
    return "says the same in part"


def holding_of(entry: Entry) -> ErasureScope:
    evidence = _evidence_of(entry)
    others = Entry.objects.exclude(pk=entry.pk)
    shared = set(
        Evidence.objects.filter(pk__in=evidence, entries__in=others).values_list(
            "pk", flat=True
        )
    )
    return ErasureScope(
        entry=entry,
        evidence=tuple(evidence - shared),
        shared=tuple(shared),
        elsewhere=tuple(_elsewhere(entry)),
    )


def _evidence_of(entry: Entry) -> set[UUID]:
    """Its own items, and those it had when it was returned."""
    returned = {
        UUID(item["id"])
        for text in entry.rounds.values_list("text", flat=True)
        for item in text.get("evidence", ())
        if item.get("id")
    }
    return returned | set(entry.evidence_links.values_list("evidence_id", flat=True))


def _elsewhere(entry: Entry) -> list[Entry]:
    same = Q(supersedes=entry) | Q(pk=entry.supersedes_id)
    for field in ("narrative", "next_steps", "obstacles"):
        if words := getattr(entry, field):
            same |= Q(**{field: words})
    others = Entry.objects.filter(same, member_commitment=entry.member_commitment)
    return list(others.exclude(pk=entry.pk).order_by("written_at", "pk"))


def mark_of(day: date, reason: str) -> str:
    """What stands where the words stood."""
    return f"[erased on {day.isoformat()}: {reason}]"
