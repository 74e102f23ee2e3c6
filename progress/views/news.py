"""What is new to a reader since they last marked it as read."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import UserRequest
from progress.actions.changes.reading_marks import mark_as_read, undo_mark
from progress.changes.cursors import ExpiredCursorError, InvalidCursorError
from progress.positions.news import news_for, place_in


@require_safe
def new_list(request: UserRequest) -> HttpResponse:
    """Show what is new to the reader. Looking at it moves nothing."""
    reads_entries = request.user.reads_entries
    news = news_for(request.user, request.at) if reads_entries else None
    context = {"news": news, "reads_entries": reads_entries}
    return render(request, "progress/changes/new_list.html", context)


@require_POST
def new_mark_as_read(request: UserRequest) -> HttpResponse:
    """Mark as read what a page showed. What came after that page stays new."""
    _require_reader(request)
    try:
        place = place_in(request.POST.get("cursor", ""), request.user, request.at)
    except (InvalidCursorError, ExpiredCursorError):
        messages.error(
            request,
            _(
                "Nothing was marked as read, because the page was out of date. This is"
                " the list of now."
            ),
        )
    else:
        mark_as_read(place=place, by=request.user, at=request.at)
        messages.success(request, _("What you saw is marked as read."))
    return redirect("progress:new-list")


@require_POST
def new_undo(request: UserRequest) -> HttpResponse:
    """Return to the reading mark before the last one."""
    _require_reader(request)
    if undo_mark(by=request.user):
        messages.success(request, _("The list is again what it was before."))
    return redirect("progress:new-list")


def _require_reader(request: UserRequest) -> None:
    if not request.user.reads_entries:
        raise PermissionDenied
