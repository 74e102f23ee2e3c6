"""What waits for the Presidency, or for the second reviewer of the chair's entries."""

from collections import Counter
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.members import members_in_order
from accounts.requests import UserRequest
from progress.actions.bulk import Batch
from progress.entries.changes import changes_of
from progress.models import Entry, Round, State, Stocktake
from progress.permissions import can_review, is_reviewer
from progress.stocktakes.coverage import coverage_by_member
from progress.transitions import Verb
from progress.views.acts import VERB_ACTS
from progress.views.batches import bar_of
from progress.views.lookups import in_plan_order
from progress.views.releases import offers_release


@require_safe
def review_list(request: UserRequest) -> HttpResponse:
    if not can_review(request.user, at=request.at):
        raise Http404
    waiting = _waiting(request)
    members = {entry.member_code for entry in waiting}
    chosen = request.GET.get("member", "")
    shown = [
        entry
        for entry in waiting
        if chosen not in members or entry.member_code == chosen
    ]
    rounds = _rounds(request)
    releasable = {entry.pk for entry in shown if offers_release(request, entry)}
    changes = changes_of(shown, reader=request.user, at=request.at)
    context = {
        "items": [(change, rounds.get(change.entry.pk, [])) for change in changes],
        "tabs": _tabs(waiting, chosen),
        "returned": _not_back_yet(rounds),
        "releasable": releasable,
        "stocktakes": _stocktakes(request),
        "publish_act": VERB_ACTS[Verb.PUBLISH],
        "return_act": VERB_ACTS[Verb.RETURN],
        **bar_of(request, Batch.PUBLISH, Batch.RETURN),
    }
    return render(request, "progress/clearance/review_list.html", context)


def _waiting(request: UserRequest) -> list[Entry]:
    """Submitted, and this person's to review."""
    visible = Entry.objects.visible_to(request.user, request.at)
    submitted = visible.filter(state=State.SUBMITTED)
    entries = in_plan_order(submitted.with_visible_unchanged_since(visible))
    return [
        entry for entry in entries if is_reviewer(request.user, entry, at=request.at)
    ]


def _rounds(request: UserRequest) -> dict[UUID, list[Round]]:
    """By entry, the returns of what is not published yet, each with its text."""
    rounds = (
        Round.objects.visible_to(request.user, request.at)
        .exclude(entry__state=State.PUBLISHED)
        .select_related("entry__member_commitment__commitment")
        .select_related("entry__member_commitment__member", "entry__stocktake")
        .order_by("entry", "number")
    )
    found: dict[UUID, list[Round]] = {}
    for one in rounds:
        if is_reviewer(request.user, one.entry, at=request.at):
            found.setdefault(one.entry_id, []).append(one)
    return found


def _not_back_yet(rounds: dict[UUID, list[Round]]) -> list[Round]:
    """The last return of each entry that does not wait again; the newest first.

    Whatever else has become of the entry is its delegation's affair.
    """
    last = [returns[-1] for returns in rounds.values()]
    away = [one for one in last if one.entry.state != State.SUBMITTED]
    return sorted(away, key=lambda one: one.returned_at, reverse=True)


def _stocktakes(request: UserRequest) -> list[dict[str, object]]:
    """One number a member in each open stocktake, for the Presidency alone."""
    if not request.user.is_presidency(request.at):
        return []
    return [
        {
            "stocktake": stocktake,
            "coverages": coverage_by_member(request.user, stocktake, at=request.at),
            "is_past": stocktake.is_past_due(request.at),
        }
        for stocktake in Stocktake.objects.open()
        .select_related("plan")
        .defer("plan__source_text", "plan__preamble")
        .order_by("due_at", "pk")
    ]


def _tabs(waiting: list[Entry], chosen: str) -> list[dict[str, object]]:
    counts = Counter(entry.member_commitment.member for entry in waiting)
    every = {
        "label": _("All members"),
        "url": "?",
        "is_current": chosen not in {member.code for member in counts},
        "count": len(waiting),
    }
    by_member = [
        {
            "label": member.name,
            "url": f"?member={member.code}",
            "is_current": chosen == member.code,
            "count": counts[member],
        }
        for member in members_in_order(counts)
    ]
    return [every, *by_member]
