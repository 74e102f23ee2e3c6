"""The audit page: who did what, for those who may know it."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.day_sentences import instant_text
from accounts.models import Member, User, members_in_order
from accounts.requests import UserRequest
from progress.entries.downloads import AskedFor, marked_table
from progress.events.audience import EventGrant, grants_of
from progress.events.listing import (
    MOST_ROWS,
    EventFilter,
    EventList,
    EventPage,
    EventPlace,
    ListedEvent,
)
from progress.forms.events import EventFilterForm
from progress.models import Handling
from progress.sheets.table_files import DownloadTable, TableColumn
from progress.views.downloads import asked_for, send_table, utc_text

_COLUMNS = (
    gettext_lazy("When"),
    gettext_lazy("When in UTC"),
    gettext_lazy("Who"),
    gettext_lazy("What"),
    gettext_lazy("About"),
    gettext_lazy("Member concerned"),
)


@require_safe
def audit_list(request: UserRequest) -> HttpResponseBase:
    """List the events that the reader may know of, the newest first, or send them."""
    grants = grants_of(request.user, request.at)
    if not grants:
        raise Http404
    people = _people_known_to(request.user)
    form = _form(request, grants, people)
    events = EventList(request.user, request.at, grants, people)
    is_valid = form.is_valid()
    asked = form.criteria() if is_valid else EventFilter()
    if is_valid and request.GET.get("format") == "csv":
        return _send(request, events.all_rows(asked), form)
    place = EventPlace.read(request.GET.get("before", ""), request.GET.get("skip", ""))
    page = events.page(asked, place) if is_valid else EventPage([], None)
    context = {"form": form, "page": page, "is_first": place is None, "most": MOST_ROWS}
    template = "progress/events/event_list.html"
    return render(request, template, context, status=200 if is_valid else 400)


def _people_known_to(reader: User) -> dict[UUID, User]:
    """Return the people whose names the reader may read."""
    return {person.pk: person for person in User.objects.named_to(reader).who_came()}


def _form(
    request: UserRequest, grants: Sequence[EventGrant], people: dict[UUID, User]
) -> EventFilterForm:
    """Return the filter. A reader who lists one member alone is not offered members."""
    user = request.user
    lists_others = user.is_administrator or user.is_presidency(request.at)
    is_narrow = user.delegation is not None and not lists_others
    members = [] if is_narrow else members_in_order(Member.objects.all())
    return EventFilterForm(
        request.GET,
        grants=grants,
        people=people,
        members=members,
        zone=user.time_zone,
    )


def _send(
    request: UserRequest, rows: Sequence[ListedEvent], form: EventFilterForm
) -> HttpResponseBase:
    columns = [TableColumn(str(name)) for name in _COLUMNS]
    table = DownloadTable(_("Audit"), columns, map(_cells, rows), count=len(rows))
    name = ["audit", f"{request.at:%Y-%m-%d}"]
    asked: AskedFor = asked_for(request, facts=[], name=name, parameters=form.fields)
    return send_table(request, marked_table(table, Handling.AMBER, asked), "csv")


def _cells(row: ListedEvent) -> list[str]:
    return [
        instant_text(localtime(row.event.at)),
        utc_text(row.event.at),
        row.who,
        str(row.kind.sentence),
        row.about,
        row.event.member,
    ]
