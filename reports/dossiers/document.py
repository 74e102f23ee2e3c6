"""What a dossier prints: each text in clearance beside what was last published."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.day_sentences import day_as, instant_text
from accounts.languages import language_of
from accounts.models import Member, User
from accounts.wording.names import in_language
from progress.entries.changes import Change, changes_of
from progress.entries.diff import DiffPiece, differences_as_read
from progress.entries.text import EvidenceItem
from progress.models import Entry, Handling, State, Status
from progress.querysets.entries import EntryQuerySet

FIELDS = {
    "narrative": gettext_lazy("Narrative"),
    "next_steps": gettext_lazy("Next steps"),
    "obstacles": gettext_lazy("Obstacles"),
}
LABELS = {
    "before": gettext_lazy("Last published"),
    "after": gettext_lazy("In clearance"),
    "legend": gettext_lazy(
        "On the left, words that are to go are struck through. On the right, new words"
        " are underlined and bold."
    ),
    "amber": gettext_lazy(
        "This document contains texts that are not cleared. Only this delegation may"
        " read it."
    ),
    "evidence": gettext_lazy("Evidence"),
    "first": gettext_lazy("Nothing was published before."),
    "unchanged": gettext_lazy("The three texts are unchanged."),
}


def entries_in_clearance(reader: User, at: datetime) -> EntryQuerySet:
    """Return the entries of the reader's delegation in clearance, in plan order."""
    visible = Entry.objects.visible_to(reader, at)
    return (
        visible.filter(
            state=State.IN_CLEARANCE, member_commitment__member=reader.delegation
        )
        .select_related("member_commitment__commitment__plan", "submitted_by")
        .order_by(
            "-member_commitment__commitment__plan__adopted_on",
            "member_commitment__commitment__position",
            "pk",
        )
    )


def dossier_document(member: Member, reader: User, at: datetime) -> dict[str, Any]:
    """Return all that the dossier of the reader's delegation prints."""
    entries = list(entries_in_clearance(reader, at))
    changes = changes_of(entries, reader=reader, at=at)
    return {
        "language": language_of(get_language() or ""),
        "title": _("Clearance dossier: %(member)s")
        % {"member": in_language(member.name)},
        "made_at": instant_text(at.astimezone(UTC), "j F Y"),
        "made_on": utc_day(at).isoformat(),
        "labels": {name: str(label) for name, label in LABELS.items()},
        "count": len(entries),
        "commitments": [_commitment(change, member) for change in changes],
    }


def _commitment(change: Change, member: Member) -> dict[str, Any]:
    commitment = change.entry.member_commitment.commitment
    return {
        "code": commitment.code,
        "short_title": in_language(commitment.short_title),
        "text": commitment.text,
        "plan": commitment.plan.title,
        # The renderer breaks the long words of a position.
        "positions": [{"figure": "", "member": member.code, **_position(change)}],
    }


def _position(change: Change) -> dict[str, Any]:
    return {
        "language": language_of(change.entry.language),
        "is_first": change.base is None,
        "is_unchanged": change.is_text_unchanged,
        "before": _facts(change.base) if change.base else "",
        "after": _facts(change.entry),
        "sent": _sent(change.entry),
        "fields": list(_fields(change)),
        "evidence": list(_evidence(change)),
    }


def _facts(entry: Entry) -> str:
    """Return the status, the day and the label of an entry, in one line."""
    facts = [str(Status(entry.status).label) if entry.status else ""]
    facts.append(_("At risk") if entry.is_at_risk else "")
    if entry.kind == Entry.Kind.WITHDRAWAL:
        facts = [_("Withdrawal")]
    day = day_as(entry.as_of, "j F Y")
    facts.append(_("as of %(day)s") % {"day": day})
    facts.append(str(Handling(entry.handling).label))
    return " · ".join(fact for fact in facts if fact)


def _sent(entry: Entry) -> str:
    if entry.submitted_by is None or entry.submitted_at is None:
        return ""
    instant = instant_text(entry.submitted_at.astimezone(UTC), "j F Y")
    return _("Sent for clearance by %(name)s on %(instant)s.") % {
        "name": entry.submitted_by.name,
        "instant": instant,
    }


def _fields(change: Change) -> Iterator[dict[str, Any]]:
    """Yield each text with its differences. Texts that are empty on both sides go."""
    for name, label in FIELDS.items():
        before = getattr(change.before, name) if change.before else ""
        after = getattr(change.after, name)
        if before or after:
            pieces = differences_as_read(before, after)
            yield {
                "label": str(label),
                "before": [_piece(piece) for piece in pieces if piece.kind != "added"],
                "after": [_piece(piece) for piece in pieces if piece.kind != "removed"],
            }


def _piece(piece: DiffPiece) -> dict[str, Any]:
    return {
        "lines": piece.text.split("\n"),
        "is_marked": piece.kind != "same",
        "is_bold": piece.is_bold,
    }


def _evidence(change: Change) -> Iterator[dict[str, str]]:
    for kind, items in (
        ("same", change.evidence_kept),
        ("added", change.evidence_added),
        ("removed", change.evidence_removed),
    ):
        yield from ({"kind": kind, "text": _source(item)} for item in items)


def _source(item: EvidenceItem) -> str:
    parts = [item.title, item.url, item.citation, str(item.hold.label)]
    return " · ".join(part for part in parts if part)
