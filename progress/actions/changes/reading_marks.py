"""Move a person's reading mark, and move it back."""

from datetime import datetime

from accounts.models import User
from audit.transactions import retried
from progress.changes.places import Place
from progress.models import ReadingMark


@retried
def mark_as_read(*, place: Place, by: User, at: datetime) -> None:
    """Move the person's mark to a place. It never moves back.

    A second press, or one on an older page, changes nothing.
    """
    mark = ReadingMark.objects.select_for_update().filter(user=by).first()
    if mark is None:
        ReadingMark.objects.get_or_create(
            user=by,
            defaults={
                "ledger_number": place.number,
                "erasure_number": place.erasure,
                "marked_at": at,
            },
        )
    elif place > (mark.ledger_number, mark.erasure_number):
        mark.previous_ledger_number = mark.ledger_number
        mark.previous_erasure_number = mark.erasure_number
        mark.previous_marked_at = mark.marked_at
        mark.ledger_number, mark.erasure_number = place
        mark.marked_at = at
        mark.save()


@retried
def undo_mark(*, by: User) -> bool:
    """Return to the mark before, or to none. Return whether there was one to undo."""
    mark = ReadingMark.objects.select_for_update().filter(user=by).first()
    if mark is None or not mark.can_be_undone:
        return False
    number, erasure = mark.previous_ledger_number, mark.previous_erasure_number
    marked_at = mark.previous_marked_at
    if number is None or erasure is None or marked_at is None:
        mark.delete()
        return True
    mark.ledger_number, mark.erasure_number = number, erasure
    mark.marked_at = marked_at
    mark.save()
    return True
