"""One act on many entries: read what is chosen, ask, and show each result."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from accounts.wording.listed import listed
from commitments.models import MemberCommitment
from progress.actions.bulk import Batch, BulkOutcome, Item, run_batch
from progress.entries.changes import Change
from progress.forms.entries import ClearanceForm
from progress.forms.reasons import ReviewReasonForm, UsualReasonForm
from progress.forms.versions import VersionForm
from progress.models import Entry
from progress.stocktakes.task_list import to_carry
from progress.views.batches import BATCHES, BatchPage
from progress.views.clearance.rows import own_entries
from progress.views.clearance.texts import (
    all_to_clear,
    changes_since,
    texts_to_clear,
)
from progress.views.lookups import find_open_stocktake, find_plan, in_plan_order
from progress.views.review.texts import entries_to_review, texts_to_publish

# An entry's id and the version that was shown, or a member commitment's id alone.
_CHOSEN = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.(\d{1,9}))?")


@dataclass(frozen=True)
class NamedItem:
    """A chosen item as its reader may see it. No address if it is no longer visible."""

    code: str
    member: str
    title: str
    url: str = ""
    # The entry, as the reader sees it. None for a member commitment.
    entry: Entry | None = None


@dataclass(frozen=True)
class ItemResult:
    """The outcome for one item. `named` is None if the reader may not know of it."""

    outcome: BulkOutcome
    named: NamedItem | None
    # What changed in it since the page was opened, where that is known.
    since: Change | None = None


@keeps_unsent_text(UsualReasonForm, ReviewReasonForm, ClearanceForm)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_bulk(request: UserRequest, batch: Batch) -> HttpResponse:
    page = BATCHES[batch]
    if not page.is_open_to(request.user, request.at):
        raise Http404
    if request.method != "POST":
        return redirect(page.list_url)
    items = _chosen(request, page)
    if not items:
        messages.warning(
            request, _("Nothing was changed. Choose at least one row first.")
        )
        return redirect(page.list_url)
    form = (page.form_class or VersionForm)(request.POST)
    if page.form_class and "confirmed" not in request.POST:
        return _ask(request, page, items, page.form_class())
    if not form.is_valid():
        return _ask(request, page, items, form, status=422)
    return _carry_out(request, page, items, form)


def _chosen(request: UserRequest, page: BatchPage) -> list[Item]:
    """Return what was ticked, or all that can be done where that is asked."""
    if page.batch is Batch.CARRY_FORWARD and request.POST.get("which") == "all":
        plan = find_plan(_slug(request.POST.get("plan", "")))
        if plan is None:
            return []
        stocktake = find_open_stocktake(plan)
        found = to_carry(plan, stocktake, reader=request.user, at=request.at)
        return [Item(member_commitment.pk) for member_commitment in found]
    if page.batch is Batch.CLEAR and request.POST.get("which") == "all":
        return all_to_clear(request)
    return [_read(value) for value in request.POST.getlist(page.field)]


def _slug(value: str) -> str | None:
    if not re.fullmatch(r"[-\w]{0,50}", value, re.ASCII):
        raise BadRequest
    return value or None


def _read(value: str) -> Item:
    """Return the item that a checkbox names. Raises BadRequest if it is malformed."""
    found = _CHOSEN.fullmatch(value)
    if found is None:
        raise BadRequest
    return Item(UUID(found[1]), int(found[2] or 0))


def _carry_out(
    request: UserRequest, page: BatchPage, items: list[Item], form: VersionForm
) -> HttpResponse:
    before, given = _names(request, page, items), form.arguments()
    try:
        outcomes = run_batch(
            page.batch, items, by=request.user, at=request.at, arguments=given
        )
    except ValidationError as error:
        messages.error(request, listed(error.messages, " "))
        return redirect(page.list_url)
    results = _results(request, page, outcomes, before)
    refused = [result for result in results if not result.outcome.ok]
    done = [result for result in results if result.outcome.ok]
    context = {
        "page": page,
        "is_published": page.batch is Batch.PUBLISH,
        "refused": refused,
        "done": done,
        "summary": page.summary(done=len(done), refused=len(refused)),
        "later": [_read(value) for value in request.POST.getlist("later")],
    }
    answer = render(request, "progress/clearance/bulk_result.html", context)
    answer.made_url = page.list_url  # type: ignore[attr-defined]
    return answer


def _results(
    request: UserRequest,
    page: BatchPage,
    outcomes: Sequence[BulkOutcome],
    before: Mapping[UUID, NamedItem],
) -> list[ItemResult]:
    """Return the outcomes with names, and with what changed in those out of date."""
    items = [row.item for row in outcomes]
    names = {**_unlinked(before), **_names(request, page, items)}
    stale = [row.item.id for row in outcomes if row.is_stale]
    is_review = page.list_route == "review-list"
    entries = entries_to_review(request) if is_review else own_entries(request)
    since = changes_since(request, entries, stale, request.POST.getlist("shown"))
    return [
        ItemResult(row, names.get(row.item.id), since.get(row.item.id))
        for row in outcomes
    ]


def _ask(
    request: UserRequest,
    page: BatchPage,
    items: Sequence[Item],
    form: VersionForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {"page": page, "items": items, "form": form}
    template = "progress/clearance/bulk_confirm.html"
    if page.batch is Batch.CLEAR:
        context["texts"] = texts_to_clear(request, items)
        template = "progress/clearance/bulk_clear.html"
    elif page.batch is Batch.PUBLISH:
        context["texts"] = texts_to_publish(request, items)
        template = "progress/review/bulk_publish.html"
    else:
        context["names"] = list(_names(request, page, items).values())
    return render(request, template, context, status=status)


def _names(
    request: UserRequest, page: BatchPage, items: Sequence[Item]
) -> Mapping[UUID, NamedItem]:
    """Return the items that the reader may see now, by id. One query."""
    chosen = {item.id for item in items}
    if page.batch is Batch.CARRY_FORWARD:
        rows = MemberCommitment.objects.filter(pk__in=chosen)
        rows = rows.select_related("commitment__plan", "member")
        return {row.pk: _named(row, _page_of(row)) for row in rows}
    visible = Entry.objects.visible_to(request.user, request.at)
    entries = in_plan_order(visible.filter(pk__in=chosen)).without_text()
    return {
        entry.pk: _named(
            entry.member_commitment,
            reverse("progress:entry-detail", args=[entry.pk]),
            entry,
        )
        for entry in entries
    }


def _named(
    member_commitment: MemberCommitment, url: str, entry: Entry | None = None
) -> NamedItem:
    commitment, member = member_commitment.commitment, member_commitment.member
    return NamedItem(commitment.code, member.name, commitment.short_title, url, entry)


def _page_of(member_commitment: MemberCommitment) -> str:
    commitment, member = member_commitment.commitment, member_commitment.member_id
    names = [commitment.plan.slug, commitment.code, member]
    return reverse("progress:member-commitment-detail", args=names)


def _unlinked(names: Mapping[UUID, NamedItem]) -> Mapping[UUID, NamedItem]:
    """Return the items without their addresses: the reader may no longer open them."""
    return {pk: replace(named, url="") for pk, named in names.items()}
