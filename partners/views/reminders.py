"""Remind delegations: who would be notified of what, and the buttons that do it."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Member
from accounts.requests import UserRequest
from accounts.wording.listed import listed
from accounts.wording.names import in_language
from partners.actions.reminders import remind_member
from partners.permissions import can_remind
from partners.reminding import preview_reminder
from progress.models import Stocktake


@require_http_methods(["GET", "HEAD", "POST"])
def stocktake_remind(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show what delegations would read, and remind those that are chosen."""
    stocktake = _stocktake(request, pk)
    if request.method == "POST":
        chosen = _members(request.POST.getlist("member"))
        _remind(request, stocktake, chosen)
        if not chosen:
            messages.info(request, _("Nothing was chosen, and nothing done."))
        plan = stocktake.plan.slug
        return redirect("progress:stocktake-detail", plan, stocktake.slug)
    only = request.GET.get("member", "")
    if only:
        _member_or_404(only)
    preview = None
    if stocktake.state is Stocktake.State.OPEN:
        preview = preview_reminder(
            stocktake, reader=request.user, at=request.at, only=only
        )
    context = {"stocktake": stocktake, "preview": preview, "only": only}
    return render(request, "partners/notices/stocktake_remind.html", context)


@require_POST
def member_remind(request: UserRequest, pk: UUID, member: str) -> HttpResponse:
    """Remind a delegation: the Presidency's button beside its number."""
    stocktake = _stocktake(request, pk)
    _remind(request, stocktake, [_member_or_404(member)])
    return redirect("home")


def _stocktake(request: UserRequest, pk: UUID) -> Stocktake:
    if not can_remind(request.user, at=request.at):
        raise PermissionDenied
    visible = Stocktake.objects.visible_to(request.user).select_related("plan")
    return get_object_or_404(visible, pk=pk)


def _remind(
    request: UserRequest, stocktake: Stocktake, members: Iterable[Member]
) -> None:
    """Remind these delegations, and say of each whether it was done."""
    done = []
    for member in members:
        try:
            remind_member(
                stocktake_id=stocktake.pk, member=member, by=request.user, at=request.at
            )
        except ValidationError as error:
            messages.error(request, listed(error.messages, " "))
        else:
            done.append(in_language(member.name))
    if len(done) == 1:
        messages.success(
            request, _("%(member)s has been reminded.") % {"member": done[0]}
        )
    elif done:
        sentence = _("These delegations have been reminded: %(members)s.")
        messages.success(request, sentence % {"members": listed(done)})


def _members(codes: Iterable[str]) -> list[Member]:
    asked = set(codes)
    return [member for member in Member.objects.order_by("code") if member.pk in asked]


def _member_or_404(code: str) -> Member:
    # Compared in Python: not every text in an address is valid in PostgreSQL.
    for member in _members([code]):
        return member
    raise Http404
