"""Start a draft from the last published text, and confirm that it is still true."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.versions import StaleRow
from accounts.views.unsent_text import keeps_unsent_text
from accounts.wording.listed import listed
from progress.actions.carry_forward import carry_forward, confirm_entry
from progress.actions.transition import was_just_confirmed
from progress.forms.entries import ConfirmForm
from progress.models import Entry
from progress.permissions import can, can_draft
from progress.transitions import Verb
from progress.views.confirming import refusal_page
from progress.views.lookups import find_entry, find_member_commitment


@require_http_methods(["GET", "HEAD", "POST"])
def entry_carry_forward(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    """Start a draft from the published text, or open the draft that exists."""
    member_commitment = find_member_commitment(slug, code, member)
    if not can_draft(request.user, member_commitment):
        raise PermissionDenied
    if request.method == "POST":
        try:
            entry = carry_forward(
                member_commitment=member_commitment, by=request.user, at=request.at
            )
        except ValidationError as error:
            messages.warning(request, listed(error.messages, " "))
        else:
            return redirect("progress:entry-edit", entry.pk)
    return redirect("progress:entry-new", slug, code, member)


@keeps_unsent_text(ConfirmForm)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_confirm(request: UserRequest, pk: UUID) -> HttpResponse:
    """Confirm the text of a draft. A GET leads to the entry, which has the button."""
    entry = find_entry(request, pk)
    if not can(Verb.EDIT, request.user, entry, at=request.at):
        raise PermissionDenied
    if request.method != "POST":
        return redirect("progress:entry-detail", pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        for sentence in form.errors["as_of"]:
            messages.error(request, str(sentence))
        return redirect("progress:entry-edit", pk)
    return _confirm(request, entry, form)


def _confirm(request: UserRequest, entry: Entry, form: ConfirmForm) -> HttpResponse:
    version = form.named_version
    try:
        confirm_entry(
            entry_id=entry.pk,
            version=version,
            by=request.user,
            at=request.at,
            **form.arguments(),
        )
    except Entry.DoesNotExist as error:
        raise Http404 from error
    except StaleRow as stale:
        if not was_just_confirmed(stale.row, by=request.user, version=version):
            sentence = _("The entry was changed after you opened it. Look at it again.")
            messages.warning(request, sentence)
        return redirect("progress:entry-detail", entry.pk)
    except ValidationError as error:
        return refusal_page(request, entry, error)
    messages.success(request, _("The text is confirmed. You can send it now."))
    return redirect("progress:entry-detail", entry.pk)
