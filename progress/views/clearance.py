"""The clearance queue of a head of delegation."""

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.dates import utc_day
from accounts.models import Role
from accounts.requests import UserRequest
from progress.actions.bulk import Batch
from progress.entries.changes import Change, changes_of
from progress.entries.signatories import signing_notice
from progress.models import Entry, State
from progress.permissions import can
from progress.querysets.entries import EntryQuerySet
from progress.stocktakes.deadlines import Deadline, deadlines_of
from progress.transitions import Verb
from progress.views.acts import VERB_ACTS
from progress.views.batches import bar_of, list_page
from progress.views.downloads import asked_for, send_entries, utc_text, wanted_file
from progress.views.lookups import in_plan_order


@require_safe
def clearance_list(request: UserRequest) -> HttpResponseBase:
    if not request.user.has_role(Role.HEAD):
        raise Http404
    waiting = list(_ours(request, State.IN_CLEARANCE))
    sent = list(_ours(request, State.SUBMITTED))
    if wanted := wanted_file(request):
        return _send(request, [*waiting, *sent], wanted.ending)
    page = list_page(request, [*waiting, *sent])
    here = [entry for entry in page if entry.state == State.IN_CLEARANCE]
    changes = changes_of(here, reader=request.user, at=request.at)
    deadlines = deadlines_of(here, request.user.member_id or "", request.at)
    context = {
        "page": page,
        "items": [_item(request, change, deadlines) for change in changes],
        "is_waiting": bool(waiting),
        "at_presidency": [entry for entry in page if entry.state == State.SUBMITTED],
        "has_sent": bool(sent),
        "clear_act": VERB_ACTS[Verb.CLEAR],
        "send_back_act": VERB_ACTS[Verb.SEND_BACK],
        **bar_of(request, Batch.CLEAR, Batch.SEND_BACK),
    }
    return render(request, "progress/clearance/clearance_list.html", context)


def _send(request: UserRequest, entries: list[Entry], ending: str) -> HttpResponseBase:
    asked = asked_for(
        request,
        facts=[
            (_("List"), _("Entries in clearance or with the Presidency")),
            (_("Read at"), utc_text(request.at)),
        ],
        name=[
            *("entries-in-clearance", request.user.delegation or ""),
            utc_day(request.at).isoformat(),
        ],
    )
    return send_entries(request, [entry.pk for entry in entries], asked, ending)


def _ours(request: UserRequest, state: State) -> EntryQuerySet:
    visible = Entry.objects.visible_to(request.user, request.at)
    ours = visible.filter(
        state=state, member_commitment__member=request.user.delegation
    )
    ours = ours.with_visible_unchanged_since(visible)
    ours = ours.prefetch_related("authors")
    return in_plan_order(ours).select_related("written_by", "submitted_by")


def _item(
    request: UserRequest, change: Change, deadlines: Mapping[UUID, Deadline]
) -> dict[str, object]:
    entry = change.entry
    user, at = request.user, request.at
    can_clear = can(Verb.CLEAR, user, entry, at=at)
    return {
        "change": change,
        "entry": entry,
        "commitment": entry.member_commitment.commitment,
        "can_clear": can_clear,
        "signing": None if can_clear else signing_notice(entry, user, at),
        "deadline": deadlines.get(entry.pk),
    }
