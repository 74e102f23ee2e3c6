"""What a delegation says of a commitment it owes: who leads, by when."""

from collections.abc import Iterator
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.versions import StaleRow
from commitments.actions import edit_member_commitment
from commitments.models import MemberCommitment
from commitments.permissions import can_edit_lead_and_target
from commitments.tracking import LeadAndTarget
from progress.forms.conversations import put_errors
from progress.forms.people import LeadAndTargetForm
from progress.views.lookups import breadcrumb_of, find_member_commitment
from progress.views.unsent_text import keeps_unsent_text


@keeps_unsent_text
@require_http_methods(["GET", "HEAD", "POST"])
def member_commitment_edit(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    mine = find_member_commitment(slug, code, member)
    if not can_edit_lead_and_target(request.user, mine):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, mine, _form_of(mine, LeadAndTarget.of(mine)))
    return _received(request, mine, LeadAndTargetForm(request.POST))


def _received(
    request: UserRequest, mine: MemberCommitment, form: LeadAndTargetForm
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, mine, form, status=422)
    try:
        edit_member_commitment(
            member_commitment_id=mine.pk,
            version=form.named_version,
            lead_and_target=form.lead_and_target,
            by=request.user,
            at=request.at,
        )
    except ValidationError as error:
        put_errors(form, error)
        return _page(request, mine, form, status=422)
    except StaleRow as stale:
        return _overtaken(request, stale.row, form.lead_and_target)
    messages.success(request, _("Saved."))
    slug, code = mine.commitment.plan.slug, mine.commitment.code
    return redirect("progress:member-commitment-detail", slug, code, mine.member_id)


def _form_of(
    mine: MemberCommitment, lead_and_target: LeadAndTarget
) -> LeadAndTargetForm:
    return LeadAndTargetForm(
        initial={
            "version": mine.version,
            "lead_authority": lead_and_target.lead_authority,
            "target_on": lead_and_target.target_on,
        }
    )


def _page(
    request: UserRequest,
    mine: MemberCommitment,
    form: LeadAndTargetForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {
        "form": form,
        "breadcrumb": breadcrumb_of(request, mine),
        "member_commitment": mine,
        "commitment": mine.commitment,
        **more,
    }
    template = "progress/positions/member_commitment_edit.html"
    return render(request, template, context, status=status)


def _overtaken(
    request: UserRequest, now: MemberCommitment, typed: LeadAndTarget
) -> HttpResponse:
    """What is there now beside what was typed, which is sent next as a change of it."""
    differing = list(_differences(LeadAndTarget.of(now), typed))
    form = _form_of(now, typed)
    return _page(request, now, form, overtaken=differing, status=409)


def _differences(
    now: LeadAndTarget, typed: LeadAndTarget
) -> Iterator[tuple[str, str, str]]:
    if now.lead_authority != typed.lead_authority:
        yield (
            _("Lead authority"),
            now.lead_authority,
            typed.lead_authority,
        )
    if now.target_on != typed.target_on:
        yield _("Target date"), _day(now.target_on), _day(typed.target_on)


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
