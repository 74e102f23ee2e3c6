"""Move a person's reading mark, and move it back."""

from datetime import datetime

from accounts.models import User
from audit.transactions import retried
from progress.changes.order import Place
from progress.models import ReadingMark


@retried
def mark_as_read(
    *, place: Place, seen_until: datetime | None = None, by: User, at: datetime
) -> None:
    """Move the person's mark to a place, and to an instant for what has no place.

    It never moves back. A second press, or one on an older page, changes nothing.
    """
    mark = ReadingMark.objects.select_for_update().filter(user=by).first()
    if mark is None:
        ReadingMark.objects.get_or_create(
            user=by,
            defaults={
                "ledger_number": place.number,
                "erasure_number": place.erasure,
                "marked_at": at,
                "seen_until": seen_until,
            },
        )
        return
    before = Place(mark.ledger_number, mark.erasure_number)
    seen_before = mark.seen_until or mark.marked_at
    if place <= before and (seen_until is None or seen_until <= seen_before):
        return
    mark.previous_ledger_number, mark.previous_erasure_number = before
    mark.previous_marked_at = mark.marked_at
    mark.previous_seen_until = mark.seen_until
    mark.ledger_number, mark.erasure_number = max(place, before)
    mark.marked_at = at
    mark.seen_until = max(seen_until, seen_before) if seen_until else None
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
    mark.marked_at, mark.seen_until = marked_at, mark.previous_seen_until
    mark.save()
    return True
