"""Fill a delegation's clearance page: run by `manage.py shell` in a trial.

Every commitment of the member gets an entry in clearance, whose text is that of the
last published one with a sentence more.
"""

from datetime import UTC, datetime

from accounts.models import User
from commitments.models import MemberCommitment
from progress.actions.clearance import recall_entry, submit_entry
from progress.actions.drafting import draft_entry, edit_entry
from progress.entries.text import EntryText
from progress.models import Entry
from progress.querysets.entries import IN_PROGRESS


def changed(entry: Entry | None) -> EntryText:
    before = entry.narrative if entry else "The ministry has begun its work."
    return EntryText(
        as_of=datetime.now(UTC).date(),
        status="substantial",
        narrative=f"{before} Two more agencies joined in autumn.",
        next_steps="The third agency follows in spring.",
    )


def send(mine: MemberCommitment, by: User) -> None:
    now = datetime.now(UTC)
    entries = Entry.objects.filter(member_commitment=mine)
    under_way = entries.filter(state__in=IN_PROGRESS, kind="update").first()
    last = entries.filter(state="published").order_by("-as_of").first()
    text = changed(last)
    if under_way is None:
        entry = draft_entry(member_commitment=mine, text=text, by=by, at=now)
    else:
        entry = edit_entry(
            entry_id=under_way.pk, version=_recalled(under_way, by), text=text,
            by=by, at=now,
        )  # fmt: skip
    submit_entry(entry_id=entry.pk, version=entry.version, by=by, at=datetime.now(UTC))


def _recalled(entry: Entry, by: User) -> int:
    """Make an entry a draft that can be edited, and return its version."""
    if entry.state in {"in_clearance", "submitted"}:
        now = datetime.now(UTC)
        entry = recall_entry(entry_id=entry.pk, version=entry.version, by=by, at=now)
    return entry.version


def fill(member: str, slug: str, *, own_code: str = "") -> None:
    """Send every entry of a member for clearance. The head writes that of one code."""
    people = {
        name: User.objects.get(email=f"{name}.{member.lower()}@demo.example")
        for name in ("officer", "head")
    }
    rows = MemberCommitment.objects.filter(
        member=member, commitment__plan__slug=slug
    ).select_related("commitment__plan", "member")
    for mine in rows.order_by("commitment__position"):
        is_own = mine.commitment.code == own_code
        send(mine, people["head" if is_own else "officer"])
