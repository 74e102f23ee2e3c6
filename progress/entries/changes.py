"""Compare an entry with the one published before it, for clearance and review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.dates import utc_day
from accounts.models import User
from commitments.models import MemberCommitment
from progress.entries.text import TEXT_LIMITS, EntryText, EvidenceItem, read_links
from progress.models import Entry


@dataclass(frozen=True)
class Change:
    """An entry and the published one it follows. `base` is None for the first."""

    entry: Entry
    after: EntryText
    base: Entry | None = None
    before: EntryText | None = None

    @property
    def is_text_unchanged(self) -> bool:
        """Whether the text is the same as before, so that it must not look new."""
        return self.before is not None and all(
            getattr(self.before, name) == getattr(self.after, name)
            for name in TEXT_LIMITS
        )

    @property
    def has_evidence(self) -> bool:
        return bool(self.after.evidence or self.evidence_removed)

    @property
    def is_status_unchanged(self) -> bool:
        return self.before is not None and (
            (self.before.status, self.before.is_at_risk)
            == (self.after.status, self.after.is_at_risk)
        )

    @property
    def evidence_added(self) -> list[EvidenceItem]:
        return [item for item in self.after.evidence if not _is_in(item, self.before)]

    @property
    def evidence_removed(self) -> list[EvidenceItem]:
        known = self.before.evidence if self.before else ()
        return [item for item in known if not _is_in(item, self.after)]

    @property
    def evidence_kept(self) -> list[EvidenceItem]:
        return [item for item in self.after.evidence if _is_in(item, self.before)]


def _is_in(item: EvidenceItem, text: EntryText | None) -> bool:
    """Return whether a text cites the same source, whatever its date of access."""
    known = text.evidence if text else ()
    return _source(item) in {_source(other) for other in known}


def _source(item: EvidenceItem) -> tuple[str, ...]:
    return item.title, item.url, item.citation, item.sha256


def changes_of(entries: Sequence[Entry], *, reader: User, at: datetime) -> list[Change]:
    """Compare each entry with what it supersedes, or else with the present position.

    Only entries that the reader may see are compared with. Two queries in all.
    """
    superseded = [entry.supersedes_id for entry in entries if entry.supersedes_id]
    visible = Entry.objects.visible_to(reader, at)
    here = MemberCommitment.objects.filter(
        pk__in={entry.member_commitment_id for entry in entries}
    )
    positions = visible.position_keys(here, at=utc_day(at), known_at=at)
    wanted = positions.union(visible.filter(pk__in=superseded).values("pk"), all=True)
    found = list(Entry.objects.filter(pk__in=wanted).in_position_order())
    read_links([*entries, *found])
    return [_change(entry, found) for entry in entries]


def _change(entry: Entry, bases: list[Entry]) -> Change:
    base = next((base for base in bases if _is_base(base, entry)), None)
    return Change(
        entry=entry,
        after=EntryText.with_links(entry, entry.evidence_links.all()),
        base=base,
        before=EntryText.with_links(base, base.evidence_links.all()) if base else None,
    )


def _is_base(base: Entry, entry: Entry) -> bool:
    if entry.supersedes_id is not None:
        return base.pk == entry.supersedes_id
    return base.member_commitment_id == entry.member_commitment_id
