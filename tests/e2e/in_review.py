"""Fill the review page: run by `manage.py shell` in a trial.

It opens a stocktake on a plan without entries, so that the tests see its entries alone.
"""

from datetime import UTC, datetime, timedelta

from accounts.models import User
from commitments.models import MemberCommitment, Plan
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.drafting import draft_entry, edit_entry
from progress.actions.review import publish_entry, return_entry
from progress.actions.stocktakes import open_stocktake, plan_stocktake
from progress.entries.text import EntryText
from progress.models import Entry, State, Stocktake

STOCKTAKE = "review"
OLD = "Two agencies share lists of names with border police."
NEW = "Three agencies share lists of names with border police every day."


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


def now() -> datetime:
    return datetime.now(UTC)


def text(narrative: str) -> EntryText:
    return EntryText(as_of=now().date(), status="substantial", narrative=narrative)


def start(slug: str) -> None:
    """Open the stocktake of a plan. Canada's coordinator is its second reviewer."""
    opened = Stocktake(
        plan=Plan.objects.get(slug=slug),
        title="Review",
        slug=STOCKTAKE,
        opens_at=now(),
        due_at=now() + timedelta(days=9),
        grace_ends_at=now() + timedelta(days=10),
    )
    coordinator = person("coordinator")
    opened = plan_stocktake(stocktake=opened, by=coordinator, at=now())
    open_stocktake(
        stocktake_id=opened.pk,
        version=opened.version,
        second_reviewer=person("head.jp"),
        by=coordinator,
        at=now(),
    )


def send(entry: Entry, member: str) -> Entry:
    """Send an entry to its reviewer, over the clearance of its head if it needs one."""
    officer, head = person(f"officer.{member}"), person(f"head.{member}")
    entry = submit_entry(entry_id=entry.pk, version=entry.version, by=officer, at=now())
    if entry.state == State.IN_CLEARANCE:
        entry = clear_entry(entry_id=entry.pk, version=entry.version, by=head, at=now())
    return entry


def fill(slug: str, member: str, count: int, *, published: int, returned: int) -> None:
    """Send entries of a member: some follow a published text, some came back once."""
    owed = MemberCommitment.objects.filter(
        member=member.upper(), commitment__plan__slug=slug
    ).select_related("commitment__plan", "member")
    officer, coordinator = person(f"officer.{member}"), person("coordinator")
    for number, mine in enumerate(owed.order_by("commitment__position")[:count]):
        if number < published:
            old = draft_entry(
                member_commitment=mine, text=text(OLD), by=officer, at=now()
            )
            old = send(old, member)
            publish_entry(
                entry_id=old.pk, version=old.version, by=coordinator, at=now()
            )
        entry = draft_entry(
            member_commitment=mine, text=text(NEW), by=officer, at=now()
        )
        entry = send(entry, member)
        if number < returned:
            again(entry, member)


def again(entry: Entry, member: str) -> None:
    """Return an entry once, and send it again with a longer text."""
    entry = return_entry(
        entry_id=entry.pk,
        version=entry.version,
        reason="Since when?",
        by=person("coordinator"),
        at=now(),
    )
    officer = person(f"officer.{member}")
    entry = edit_entry(
        entry_id=entry.pk,
        version=entry.version,
        text=text(f"{NEW} They began in May."),
        by=officer,
        at=now(),
    )
    send(entry, member)
