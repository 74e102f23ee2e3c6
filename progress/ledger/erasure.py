"""Where the text of a published entry is stored, before it is erased by law."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from progress.models import Entry, Evidence, Question

# What is in the place of erased words where a whole sentence would not fit.
ERASED = "[erased]"


@dataclass(frozen=True)
class ErasureScope:
    """Everything in this app that holds an entry's text."""

    entry: Entry
    # Evidence that no other entry uses, which is erased.
    evidence: tuple[UUID, ...]
    # Evidence that another entry uses too, which stays.
    shared: tuple[UUID, ...]
    # Entries that correct or withdraw it, or repeat its text. They are listed, and must
    # be erased separately.
    elsewhere: tuple[Entry, ...]

    def sentences(self) -> list[str]:
        """Return what will be erased and what will stay, one sentence for each."""
        entry = self.entry
        asked = Question.objects.filter(entry=entry).count()
        return [
            f"Entry {entry.pk}: {entry.member_commitment}, as of {entry.as_of},"
            f" published {entry.published_at:%Y-%m-%d}: its text.",
            f"{entry.rounds.count()} returns, {entry.comments.count()} comments and"
            f" {asked} questions about it.",
            f"{len(self.evidence)} items of evidence, with their files;"
            f" {len(self.shared)} support another entry too, and stay.",
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
    return "repeats part of it"


def erasure_scope_of(entry: Entry) -> ErasureScope:
    """Return everything in this app that holds this entry's text."""
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
    """Return its evidence, including what it had each time it was returned."""
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
        if text := getattr(entry, field):
            same |= Q(**{field: text})
    others = Entry.objects.filter(same, member_commitment=entry.member_commitment)
    return list(others.exclude(pk=entry.pk).order_by("written_at", "pk"))


def erasure_notice(day: date, reason: str) -> str:
    """Return the notice that replaces an erased text."""
    return f"[erased on {day.isoformat()}: {reason}]"
