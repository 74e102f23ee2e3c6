"""The review queue of the Presidency, and of the second reviewer."""

from collections import Counter
from operator import attrgetter
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.dates import utc_day
from accounts.models import members_in_order
from accounts.requests import UserRequest
from progress.actions.bulk import Batch
from progress.entries.changes import changes_of
from progress.models import Entry, Round, State, Stocktake
from progress.permissions import can_review, is_reviewer
from progress.stocktakes.coverage import coverage_by_stocktake
from progress.transitions import Verb
from progress.views.acts import VERB_ACTS
from progress.views.batches import bar_of, list_page
from progress.views.downloads import asked_for, send_entries, utc_text, wanted_file
from progress.views.lookups import in_plan_order
from progress.views.releases import offers_release
from progress.views.tabs import filter_tabs

# Named one by one, so that an index finds the few entries in them.
NOT_PUBLISHED = [state for state in State if state != State.PUBLISHED]


@require_safe
def review_list(request: UserRequest) -> HttpResponseBase:
    if not can_review(request.user, at=request.at):
        raise Http404
    waiting = _waiting(request)
    chosen = request.GET.get("member", "")
    shown = [entry for entry in waiting if entry.member_code == chosen] or waiting
    if wanted := wanted_file(request):
        return _send(request, shown, chosen, wanted.ending)
    rounds = _rounds(request)
    page = list_page(request, [*shown, *_not_back_yet(rounds)])
    entries = [row for row in page if isinstance(row, Entry)]
    changes = changes_of(entries, reader=request.user, at=request.at)
    context = {
        "page": page,
        "items": [(change, rounds.get(change.entry.pk, [])) for change in changes],
        "is_waiting": bool(waiting),
        "tabs": _tabs(waiting, chosen),
        "returned": [row for row in page if isinstance(row, Round)],
        "releasable": {row.pk for row in entries if offers_release(request, row)},
        "stocktakes": _stocktakes(request),
        "publish_act": VERB_ACTS[Verb.PUBLISH],
        "return_act": VERB_ACTS[Verb.RETURN],
        **bar_of(request, Batch.PUBLISH, Batch.RETURN),
    }
    return render(request, "progress/clearance/review_list.html", context)


def _send(
    request: UserRequest, shown: list[Entry], chosen: str, ending: str
) -> HttpResponseBase:
    members = {entry.member_commitment.member for entry in shown}
    names = ", ".join(member.name for member in members_in_order(members))
    asked = asked_for(
        request,
        facts=[
            (_("List"), _("Entries to review")),
            (_("Members"), names),
            (_("Read at"), utc_text(request.at)),
        ],
        name=["entries-to-review", utc_day(request.at).isoformat(), chosen],
        parameters=["member"],
    )
    return send_entries(request, [entry.pk for entry in shown], asked, ending)


def _waiting(request: UserRequest) -> list[Entry]:
    """Return the submitted entries that this person reviews."""
    visible = Entry.objects.visible_to(request.user, request.at)
    waiting = visible.to_review_by(request.user, request.at)
    return list(in_plan_order(waiting.with_visible_unchanged_since(visible)))


def _rounds(request: UserRequest) -> dict[UUID, list[Round]]:
    """Return the returns of each entry that is not published yet, with their texts."""
    rounds = (
        Round.objects.visible_to(request.user, request.at)
        .filter(entry__state__in=NOT_PUBLISHED)
        .select_related("entry__member_commitment__commitment")
        .select_related("entry__member_commitment__member", "entry__stocktake")
        .order_by("entry", "number")
    )
    found: dict[UUID, list[Round]] = {}
    for entry_round in rounds:
        if is_reviewer(request.user, entry_round.entry, at=request.at):
            found.setdefault(entry_round.entry_id, []).append(entry_round)
    return found


def _not_back_yet(rounds: dict[UUID, list[Round]]) -> list[Round]:
    """Return the last return of each entry that is not submitted again, newest first.

    The reviewer does not learn in which state such an entry is.
    """
    last = [returns[-1] for returns in rounds.values()]
    away = [returned for returned in last if returned.entry.state != State.SUBMITTED]
    return sorted(away, key=attrgetter("returned_at"), reverse=True)


def _stocktakes(request: UserRequest) -> list[dict[str, object]]:
    """Return the coverage of each member in each open stocktake, to the Presidency."""
    if not request.user.is_presidency(request.at):
        return []
    stocktakes = list(
        Stocktake.objects.open()
        .select_related("plan")
        .defer("plan__source_text", "plan__preamble")
        .order_by("due_at", "pk")
    )
    coverages = coverage_by_stocktake(request.user, stocktakes, at=request.at)
    return [
        {
            "stocktake": stocktake,
            "coverages": coverages[stocktake.pk],
            "is_past": stocktake.is_past_due(request.at),
        }
        for stocktake in stocktakes
    ]


def _tabs(waiting: list[Entry], chosen: str) -> list[dict[str, object]]:
    counts = Counter(entry.member_commitment.member for entry in waiting)
    options = [
        (member.code, member.name, counts[member])
        for member in members_in_order(counts)
    ]
    return filter_tabs(
        "member", options, chosen=chosen, every=_("All members"), total=len(waiting)
    )
