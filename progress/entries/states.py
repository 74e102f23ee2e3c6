"""The labels of an entry's states and of the act `submit`, as screens show them.

Tags, tabs, counts, buttons and messages all use these labels. A submitted entry is with
the Presidency or, if it is the chair's own, with the second reviewer.
"""

from datetime import datetime
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from progress.models import Entry, State

WITH_SECOND_REVIEWER = _("With the second reviewer")


class SubmitRecipient(Enum):
    """Who receives an entry when a delegation submits it."""

    HEAD = "head"
    PRESIDENCY = "presidency"
    SECOND_REVIEWER = "second_reviewer"


SUBMIT_LABELS: dict[SubmitRecipient, str | Promise] = {
    SubmitRecipient.HEAD: _("Send for clearance"),
    SubmitRecipient.PRESIDENCY: _("Send to the Presidency"),
    SubmitRecipient.SECOND_REVIEWER: _("Send to the second reviewer"),
}
# The editor's button, which saves the text first.
SAVE_AND_SUBMIT_LABELS: dict[SubmitRecipient, str | Promise] = {
    SubmitRecipient.HEAD: _("Save and send for clearance"),
    SubmitRecipient.PRESIDENCY: _("Save and send to the Presidency"),
    SubmitRecipient.SECOND_REVIEWER: _("Save and send to the second reviewer"),
}
SENT_MESSAGES: dict[SubmitRecipient, str | Promise] = {
    SubmitRecipient.HEAD: _("Sent to your head of delegation for clearance."),
    SubmitRecipient.PRESIDENCY: _("Sent to the Presidency for review."),
    SubmitRecipient.SECOND_REVIEWER: _("Sent to the second reviewer."),
}


def state_label(state: str, *, is_chairs_own: bool) -> str:
    """Return the label of a state, as every screen shows it."""
    if is_chairs_own and state == State.SUBMITTED:
        return str(WITH_SECOND_REVIEWER)
    return str(State(state).label)


def entry_state_label(entry: Entry, reader: User, at: datetime) -> str:
    """Return the label of an entry's state, by who holds the chair at an instant."""
    is_chairs_own = entry.member_code == reader.chair_at(at)
    return state_label(entry.state, is_chairs_own=is_chairs_own)


def recipient_of(member: Member, reader: User, at: datetime) -> SubmitRecipient:
    """Return who receives what this member submits."""
    if not member.skips_clearance:
        return SubmitRecipient.HEAD
    if member.code == reader.chair_at(at):
        return SubmitRecipient.SECOND_REVIEWER
    return SubmitRecipient.PRESIDENCY


def submit_label(member: Member, reader: User, at: datetime) -> str:
    """Return the label of the act `submit` for entries of this member."""
    return str(SUBMIT_LABELS[recipient_of(member, reader, at)])


def save_and_submit_label(member: Member, reader: User, at: datetime) -> str:
    """Return the label of the editor's button that saves and then submits."""
    return str(SAVE_AND_SUBMIT_LABELS[recipient_of(member, reader, at)])


def sent_message(member: Member, reader: User, at: datetime) -> str:
    """Return what a person reads after sending an entry of this member."""
    return str(SENT_MESSAGES[recipient_of(member, reader, at)])
