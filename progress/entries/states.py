"""What the states of an entry and the act `submit` are called on screens.

One vocabulary for tags, tabs, counts, buttons and messages. A submitted entry is with
the Presidency or, where it is the chair's own, with the second reviewer.
"""

from datetime import datetime
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from progress.models import Entry, State

WITH_SECOND_REVIEWER = _("With the second reviewer")


class Recipient(Enum):
    """Who receives an entry when a delegation submits it."""

    HEAD = "head"
    PRESIDENCY = "presidency"
    SECOND_REVIEWER = "second_reviewer"


SUBMIT_LABELS: dict[Recipient, str | Promise] = {
    Recipient.HEAD: _("Send for clearance"),
    Recipient.PRESIDENCY: _("Send to the Presidency"),
    Recipient.SECOND_REVIEWER: _("Send to the second reviewer"),
}
SENT_MESSAGES: dict[Recipient, str | Promise] = {
    Recipient.HEAD: _("Sent to your head of delegation for clearance."),
    Recipient.PRESIDENCY: _("Sent to the Presidency for review."),
    Recipient.SECOND_REVIEWER: _("Sent to the second reviewer."),
}


def state_label(state: str, *, is_chairs_own: bool) -> str:
    """Return the words for a state, as every screen shows them."""
    if is_chairs_own and state == State.SUBMITTED:
        return str(WITH_SECOND_REVIEWER)
    return str(State(state).label)


def entry_state_label(entry: Entry, reader: User, at: datetime) -> str:
    """Return the words for an entry's state, by who holds the chair at an instant."""
    is_chairs_own = entry.member_code == reader.chair_at(at)
    return state_label(entry.state, is_chairs_own=is_chairs_own)


def recipient_of(member: Member, reader: User, at: datetime) -> Recipient:
    """Return who receives what this member submits."""
    if not member.skips_clearance:
        return Recipient.HEAD
    if member.code == reader.chair_at(at):
        return Recipient.SECOND_REVIEWER
    return Recipient.PRESIDENCY


def submit_label(member: Member, reader: User, at: datetime) -> str:
    """Return the label of the act `submit` for entries of this member."""
    return str(SUBMIT_LABELS[recipient_of(member, reader, at)])


def sent_message(member: Member, reader: User, at: datetime) -> str:
    """Return what a person reads after sending an entry of this member."""
    return str(SENT_MESSAGES[recipient_of(member, reader, at)])
