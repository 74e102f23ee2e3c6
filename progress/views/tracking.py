"""The lead authority and the target date that a delegation gives a commitment."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.versions import StaleRow, changed_fields
from accounts.views.unsent_text import keeps_unsent_text
from commitments.actions.tracking import edit_member_commitment
from commitments.models import MemberCommitment
from commitments.permissions import can_edit_lead_and_target
from commitments.tracking import LeadAndTarget, newest_lead_and_target
from progress.forms.people import LeadAndTargetForm
from progress.forms.versions import put_errors
from progress.views.lookups import breadcrumb_of, find_member_commitment

LEAD_AND_TARGET_LABELS = {
    "lead_authority": gettext_lazy("Lead authority"),
    "target_on": gettext_lazy("Target date"),
}


@keeps_unsent_text(LeadAndTargetForm)
@require_http_methods(["GET", "HEAD", "POST"])
def member_commitment_edit(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    member_commitment = find_member_commitment(slug, code, member)
    if not can_edit_lead_and_target(request.user, member_commitment):
        raise PermissionDenied
    if request.method != "POST":
        return _page(
            request,
            member_commitment,
            _form_of(member_commitment, newest_lead_and_target(member_commitment)),
        )
    return _received(request, member_commitment, LeadAndTargetForm(request.POST))


def _received(
    request: UserRequest, member_commitment: MemberCommitment, form: LeadAndTargetForm
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, member_commitment, form, status=422)
    try:
        edit_member_commitment(
            member_commitment_id=member_commitment.pk,
            version=form.named_version,
            lead_and_target=form.lead_and_target,
            by=request.user,
            at=request.at,
        )
    except ValidationError as error:
        put_errors(form, error)
        return _page(request, member_commitment, form, status=422)
    except StaleRow as stale:
        return _overtaken(request, stale.row, form.lead_and_target)
    messages.success(request, _("Saved."))
    commitment, member = member_commitment.commitment, member_commitment.member_id
    where = [commitment.plan.slug, commitment.code, member]
    return redirect("progress:member-commitment-detail", *where)


def _form_of(
    member_commitment: MemberCommitment, lead_and_target: LeadAndTarget
) -> LeadAndTargetForm:
    return LeadAndTargetForm(
        initial={
            "version": member_commitment.version,
            "lead_authority": lead_and_target.lead_authority,
            "target_on": lead_and_target.target_on,
        }
    )


def _page(
    request: UserRequest,
    member_commitment: MemberCommitment,
    form: LeadAndTargetForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {
        "form": form,
        "breadcrumb": breadcrumb_of(request, member_commitment),
        "member_commitment": member_commitment,
        "commitment": member_commitment.commitment,
        **more,
    }
    template = "progress/positions/member_commitment_edit.html"
    return render(request, template, context, status=status)


def _overtaken(
    request: UserRequest, now: MemberCommitment, typed: LeadAndTarget
) -> HttpResponse:
    """Show what differs, with the form ready to replace the values there are now."""
    newest = newest_lead_and_target(now)
    changes = changed_fields(newest, typed, LEAD_AND_TARGET_LABELS)
    form = _form_of(now, typed)
    return _page(request, now, form, overtaken=changes, status=409)
