"""The focal points: the person of each member whom the Presidency phones."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Member, members_in_order
from accounts.requests import UserRequest
from accounts.versions import StaleRow, changed_fields
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.focal_points import (
    Contact,
    contact_of,
    set_focal_point,
)
from progress.entries.responsible import delegation_of
from progress.forms.people import FocalPointForm
from progress.forms.versions import put_errors
from progress.models import FocalPoint
from progress.permissions import can_be_focal_point, can_set_focal_point

CONTACT_LABELS = {
    "user": gettext_lazy("Focal point"),
    "phone": gettext_lazy("Telephone"),
    "deputy": gettext_lazy("Deputy"),
    "deputy_phone": gettext_lazy("Telephone of the deputy"),
}


@require_safe
def focal_point_list(request: UserRequest) -> HttpResponse:
    """List all members' focal points for the Presidency, a delegation's own for it."""
    if request.user.delegation is None:
        raise Http404
    sees_all = request.user.is_presidency(request.at)
    members = Member.objects.all()
    if not sees_all:
        members = members.filter(pk=request.user.delegation)
    known = _visible(request)
    context = {
        "sees_all": sees_all,
        "rows": [
            _row(request, member, known.get(member.pk))
            for member in members_in_order(members)
        ],
    }
    return render(request, "progress/people/focal_point_list.html", context)


@keeps_unsent_text(FocalPointForm)
@require_http_methods(["GET", "HEAD", "POST"])
def focal_point_edit(request: UserRequest, member: str) -> HttpResponse:
    found = _find_member(request, member)
    present = _visible(request).get(found.pk)
    if request.method != "POST":
        return _page(request, found, _form_of(found, present))
    form = FocalPointForm(request.POST, people=delegation_of(found.pk))
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        set_focal_point(
            member=found.pk,
            version=form.named_version,
            contact=form.contact,
            by=request.user,
            at=request.at,
        )
    except ValidationError as error:
        put_errors(form, error)
        return _page(request, found, form, status=422)
    except StaleRow as stale:
        return _overtaken(request, found, form.contact, stale.row)
    messages.success(request, _("Saved. The Presidency sees it at once."))
    return redirect("progress:focal-point-list")


def _visible(request: UserRequest) -> dict[str, FocalPoint]:
    visible = FocalPoint.objects.visible_to(request.user, request.at)
    found = visible.select_related("user", "deputy")
    return {focal_point.member_id: focal_point for focal_point in found.order_by("pk")}


def _find_member(request: UserRequest, code: str) -> Member:
    """Return the member, if this reader may edit its focal point.

    For other delegations it is not found. The Presidency sees it, but may not edit it.
    """
    knows = request.user.delegation is not None and (
        request.user.delegation == code or request.user.is_presidency(request.at)
    )
    member = Member.objects.filter(pk=code).first() if knows else None
    if member is None:
        raise Http404
    if not can_set_focal_point(request.user, code):
        raise PermissionDenied
    return member


def _row(
    request: UserRequest, member: Member, present: FocalPoint | None
) -> dict[str, object]:
    return {
        "member": member,
        "focal_point": present,
        "is_able": present and can_be_focal_point(present.user, member.pk),
        "is_deputy_able": present
        and present.deputy
        and can_be_focal_point(present.deputy, member.pk),
        "can_edit": can_set_focal_point(request.user, member.pk),
    }


def _form_of(
    member: Member, present: FocalPoint | None, contact: Contact | None = None
) -> FocalPointForm:
    if contact is None and present is not None:
        contact = contact_of(present)
    initial: dict[str, object] = {"version": present.version if present else 0}
    if contact is not None:
        deputy = contact.deputy
        initial |= {
            "user": str(contact.user.pk),
            "phone": contact.phone,
            "deputy": str(deputy.pk) if deputy else "",
            "deputy_phone": contact.deputy_phone,
        }
    return FocalPointForm(initial=initial, people=delegation_of(member.pk))


def _page(
    request: UserRequest,
    member: Member,
    form: FocalPointForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    label, url = _("Focal points"), reverse("progress:focal-point-list")
    context = {
        "member": member,
        "form": form,
        "breadcrumb": [{"label": label, "url": url}],
        **more,
    }
    return render(
        request, "progress/people/focal_point_edit.html", context, status=status
    )


def _overtaken(
    request: UserRequest, member: Member, typed: Contact, now: FocalPoint
) -> HttpResponse:
    """Show what differs, with the form ready to replace the contact there is now."""
    changes = changed_fields(contact_of(now), typed, CONTACT_LABELS)
    form = _form_of(member, now, typed)
    return _page(request, member, form, overtaken=changes, status=409)
