"""Add a comment to one of an entry's two threads."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from audit.record import record
from progress.actions.instants import recorded_act
from progress.conversations.threads import is_open
from progress.entries.text import require_plain_text
from progress.models import Comment, Entry
from progress.permissions import can_comment
from progress.querysets.conversations import thread_visibility_q


@recorded_act
def add_comment(
    *, entry_id: UUID, thread: str, body: str, by: User, at: datetime
) -> Comment:
    """Add a comment. It is never edited or deleted.

    Raises Entry.DoesNotExist (also for a thread that `by` may not know of),
    PermissionDenied, or ValidationError: a dict of `body`, or code `thread_closed`.
    """
    # The lock on the entry keeps it from being published or recalled meanwhile.
    entry = Entry.objects.filter(thread_visibility_q(thread, by, at)).locked(entry_id)
    if not can_comment(by, entry, thread, at=at):
        raise PermissionDenied
    body = require_plain_text(body, field="body")
    if not is_open(thread, entry):
        raise ValidationError(
            _("This thread is closed. You cannot add comments to it."),
            code="thread_closed",
        )
    comment = Comment.objects.create(
        entry=entry,
        thread=thread,
        body=body,
        written_at=at,
        written_by=by,
        member_id=str(by.delegation),  # set for all who may comment
    )
    record(
        verb="comment.add",
        target=entry,
        by=by,
        at=at,
        member=entry.member_code,
        data={"thread": thread, "written_for": by.delegation},
    )
    return comment
