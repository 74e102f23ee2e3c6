"""What is new to a reader since they last marked it as read."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import UserRequest
from g7plan.news.reports import new_reports, seen_until
from progress.actions.changes.reading_marks import mark_as_read, undo_mark
from progress.changes.cursors import ExpiredCursorError, InvalidCursorError
from progress.positions.news import news_for, place_in


@require_safe
def new_list(request: UserRequest) -> HttpResponse:
    """Show what is new to the reader. Looking at it moves nothing."""
    reads_entries = request.user.reads_entries
    context: dict[str, object] = {"reads_entries": reads_entries}
    if reads_entries:
        news = news_for(request.user, request.at)
        reports = new_reports(request.user, request.at, news)
        context |= {"news": news, "reports": reports}
        context["seen_until"] = seen_until(reports, request.at).isoformat()
    return render(request, "g7plan/news/new_list.html", context)


@require_POST
def new_mark_as_read(request: UserRequest) -> HttpResponse:
    """Mark as read what a page showed. What came after that page stays new."""
    _require_reader(request)
    try:
        seen = _instant_in(request)
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
        mark_as_read(place=place, seen_until=seen, by=request.user, at=request.at)
        messages.success(request, _("What you saw is marked as read."))
    return redirect("new-list")


def _instant_in(request: UserRequest) -> datetime | None:
    """Return until when the page showed reports. Raises InvalidCursorError."""
    posted = request.POST.get("seen_until", "")
    if not posted and request.POST.get("cursor"):
        return None
    try:
        seen = datetime.fromisoformat(posted)
    except ValueError as error:
        raise InvalidCursorError from error
    if seen.tzinfo is None:
        raise InvalidCursorError
    return min(seen, request.at)


@require_POST
def new_undo(request: UserRequest) -> HttpResponse:
    """Return to the reading mark before the last one."""
    _require_reader(request)
    if undo_mark(by=request.user):
        messages.success(request, _("The list is again what it was before."))
    return redirect("new-list")


def _require_reader(request: UserRequest) -> None:
    if not request.user.reads_entries:
        raise PermissionDenied
