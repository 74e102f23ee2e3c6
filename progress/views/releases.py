"""Letting a submitted entry out of its stocktake."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.versions import StaleRow
from progress.actions.extensions import is_releasable, release_entry
from progress.forms.entries import ReasonForm
from progress.models import Entry
from progress.permissions import can_run_stocktakes
from progress.views.lookups import breadcrumb_of, find_entry
from progress.views.refusals import refusal_page
from progress.views.unsent_text import keeps_unsent_text

ACT = {
    "route": "progress:entry-release",
    "label": gettext_lazy("Release from the stocktake"),
    "title": gettext_lazy("Release this entry from the stocktake?"),
    "text": gettext_lazy(
        "It stays submitted and no longer keeps the stocktake open. Published later, it"
        " does not count as current for it. The delegation reads your reason."
    ),
}


def offers_release(request: UserRequest, entry: Entry) -> bool:
    """Is there a button for this reader?"""
    return can_run_stocktakes(request.user, at=request.at) and is_releasable(
        entry, chair=request.user.chair_at(request.at)
    )


@keeps_unsent_text
@require_http_methods(["GET", "HEAD", "POST"])
def entry_release(request: UserRequest, pk: UUID) -> HttpResponse:
    entry = find_entry(request, pk)
    if not can_run_stocktakes(request.user, at=request.at):
        raise PermissionDenied
    if request.method == "POST":
        return _carry_out(request, entry)
    if not offers_release(request, entry):
        return refusal_page(request, entry)
    return _ask(request, entry, ReasonForm(initial={"version": entry.version}))


def _carry_out(request: UserRequest, entry: Entry) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _ask(request, entry, form, status=422)
    try:
        release_entry(
            entry_id=entry.pk,
            version=form.named_version,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=request.at,
        )
    except Entry.DoesNotExist as error:
        raise Http404 from error
    except StaleRow as stale:
        return _out_of_date(request, stale.row, form)
    except ValidationError as error:
        return refusal_page(request, entry, error)
    messages.success(request, _("The entry is released from the stocktake."))
    return redirect("progress:entry-detail", entry.pk)


def _out_of_date(request: UserRequest, entry: Entry, form: ReasonForm) -> HttpResponse:
    """Look again, then press again. The reason is kept."""
    last = entry.releases.order_by("-released_at", "-pk").first()
    if last is not None and last.released_by == request.user:
        return redirect("progress:entry-detail", entry.pk)
    if not offers_release(request, entry):
        return refusal_page(request, entry)
    kept = {**form.cleaned_data, "version": entry.version}
    return _ask(request, entry, ReasonForm(initial=kept), is_stale=True, status=409)


def _ask(
    request: UserRequest,
    entry: Entry,
    form: ReasonForm,
    *,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "act": ACT,
        "entry": entry,
        "breadcrumb": breadcrumb_of(request, entry.member_commitment),
        "commitment": entry.member_commitment.commitment,
        "form": form,
        "is_stale": is_stale,
    }
    return render(
        request, "progress/entries/entry_confirm.html", context, status=status
    )
