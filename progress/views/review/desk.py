"""The page of a reviewer: the list at the left, and one entry to decide on."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.dates import utc_day
from accounts.requests import UserRequest
from accounts.wording.listed import listed
from progress.actions.bulk import Batch
from progress.permissions import can_review
from progress.transitions import Verb
from progress.views.acts import VERB_ACTS
from progress.views.batches import bar_of
from progress.views.downloads import asked_for, send_entries, utc_text, wanted_file
from progress.views.lookups import read_uuid
from progress.views.releases import offers_release
from progress.views.review.opened import OpenReview, open_returned, open_review
from progress.views.review.queue import ReviewQueue, review_queue

REVIEW_TEMPLATE = "progress/review/review_list.html"
# Each verb has a form on the page, and its fields have ids of their own.
REVIEW_DECISIONS = {Verb.PUBLISH: "publish_%s", Verb.RETURN: "return_%s"}


@require_safe
def review_list(request: UserRequest) -> HttpResponseBase:
    if not can_review(request.user, at=request.at):
        raise Http404
    queue = review_queue(request)
    if wanted := wanted_file(request):
        return _send(request, queue, wanted.ending)
    asked = read_uuid(request.GET.get("entry"))
    follows = read_uuid(request.GET.get("next"))
    is_known = queue.has(asked)
    chosen = asked if is_known else _or_first(queue, follows)
    context = desk_context(request, queue, chosen)
    context |= {
        "is_list": True,
        "is_chosen": is_known or (follows is not None and chosen is not None),
        "is_next": follows is not None,
        "is_gone": "entry" in request.GET and not is_known,
    }
    return render(request, REVIEW_TEMPLATE, context)


def desk_context(
    request: UserRequest, queue: ReviewQueue, chosen: UUID | None
) -> dict[str, Any]:
    """Return what the page shows: the list, and one entry in full with its forms."""
    page = queue.page_of(chosen)
    opened = returned = None
    if chosen in queue.all_waiting:
        opened = open_review(request, chosen)
    elif chosen is not None:
        returned = open_returned(request, chosen)
    return {
        "queue": queue,
        "page": page,
        "rows": queue.rows_of(page),
        "chosen": chosen,
        "opened": opened,
        "returned": returned,
        **(_of_entry(request, queue, opened) if opened else {}),
        **bar_of(request, Batch.PUBLISH, Batch.RETURN),
    }


def _of_entry(
    request: UserRequest, queue: ReviewQueue, opened: OpenReview
) -> dict[str, object]:
    entry = opened.entry
    before, after, place = _around(queue, entry.pk)
    forms = {
        f"{verb}_form": VERB_ACTS[verb].form_class(
            initial=opened.initial(), auto_id=auto_id
        )
        for verb, auto_id in REVIEW_DECISIONS.items()
    }
    return {
        "entry": entry,
        "commitment": entry.member_commitment.commitment,
        "member": entry.member_commitment.member,
        "place": place,
        "before": before,
        "next": after,
        # Where the page leads after a decision.
        "follows": after or before,
        "can_release": offers_release(request, entry),
        **forms,
    }


def _around(
    queue: ReviewQueue, entry: UUID
) -> tuple[UUID | None, UUID | None, int | None]:
    """Return the entries before and after one in the list, and its place from 1."""
    waiting = queue.waiting
    if entry not in waiting:
        return None, next(iter(waiting), None), None
    place = waiting.index(entry)
    before = waiting[place - 1] if place else None
    return before, next(iter(waiting[place + 1 :]), None), place + 1


def _or_first(queue: ReviewQueue, wanted: UUID | None) -> UUID | None:
    """Return an entry that waits, or else the first of the page or of the list."""
    if wanted in queue.all_waiting:
        return wanted
    if "page" in queue.request.GET:
        on_page = [row for row in queue.page_of(None) if row in queue.waiting]
        if first := next((row for row in on_page if isinstance(row, UUID)), None):
            return first
    return next(iter(queue.waiting), None)


def _send(request: UserRequest, queue: ReviewQueue, ending: str) -> HttpResponseBase:
    members = queue.members()
    named = [one for one in members if one.is_chosen] or members
    asked = asked_for(
        request,
        facts=[
            (_("List"), _("Entries to review")),
            (_("Members"), listed(str(one.label) for one in named)),
            *(
                (_("Stocktake"), str(one.label))
                for one in queue.stocktakes()
                if one.is_chosen
            ),
            (_("Read at"), utc_text(request.at)),
        ],
        name=["entries-to-review", utc_day(request.at).isoformat(), queue.member],
        parameters=["member", "stocktake", "order"],
    )
    return send_entries(request, queue.waiting, asked, ending)
