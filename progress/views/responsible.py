"""One person of a delegation for several of its commitments."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.versions import StaleRow
from commitments.models import MemberCommitment, Plan
from progress.actions.assignments import set_responsible
from progress.entries.responsible import PEOPLE, responsible_for, who_can_be_responsible
from progress.forms.people import ResponsibleForManyForm
from progress.permissions import can_speak_for_delegation


@require_http_methods(["GET", "HEAD", "POST"])
def responsible_list(request: UserRequest, slug: str) -> HttpResponse:
    """Who answers for each of a delegation's commitments; one person for several."""
    member = _delegation(request)
    plan = get_object_or_404(Plan.objects.defer("source_text"), slug=slug)
    owed = _owed(plan, member)
    form = ResponsibleForManyForm(
        request.POST if request.method == "POST" else None,
        people=who_can_be_responsible(member),
        commitments=[mine.pk for mine in owed],
    )
    if form.is_valid():
        _set_each(request, owed, form)
        return redirect(request.path)
    ticked = _ticked(form)
    context = {
        "plan": plan,
        "form": form,
        "rows": [
            (mine, responsible_for(mine), str(mine.pk) in ticked) for mine in owed
        ],
        "breadcrumb": [{"label": _("Tasks"), "url": reverse("progress:task-list")}],
    }
    template = "progress/people/responsible_list.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _delegation(request: UserRequest) -> str:
    """For whom the reader may name people."""
    if request.user.delegation is None:
        raise Http404
    if not can_speak_for_delegation(request.user):
        raise PermissionDenied
    return request.user.delegation


def _owed(plan: Plan, member: str) -> list[MemberCommitment]:
    rows = MemberCommitment.objects.filter(commitment__plan=plan, member=member)
    return list(
        rows.select_related("commitment__plan", "member")
        .defer("commitment__plan__source_text", "commitment__plan__preamble")
        .prefetch_related(PEOPLE)
        .order_by("commitment__position", "pk")
    )


def _ticked(form: ResponsibleForManyForm) -> set[str]:
    """Which rows were ticked, to be ticked again where something else was wrong."""
    sent = form["commitments"].value() or []
    return {str(choice).partition(":")[0] for choice in sent}


def _set_each(
    request: UserRequest, owed: list[MemberCommitment], form: ResponsibleForManyForm
) -> None:
    """Each by the same action, in a transaction of its own; what failed is named."""
    ticked = [mine for mine in owed if str(mine.pk) in form.was]
    overtaken = list(_overtaken(request, ticked, form))
    done = len(ticked) - len(overtaken)
    if done:
        sentence = ngettext(
            "%(person)s is responsible for %(count)d commitment.",
            "%(person)s is responsible for these %(count)d commitments.",
            done,
        )
        about = {"person": form.cleaned_data["responsible"], "count": done}
        messages.success(request, sentence % about)
    if overtaken:
        sentence = _("Somebody else named another person meanwhile; left as it is: %s.")
        messages.warning(request, sentence % ", ".join(overtaken))


def _overtaken(
    request: UserRequest, ticked: list[MemberCommitment], form: ResponsibleForManyForm
) -> Iterator[str]:
    for mine in ticked:
        try:
            set_responsible(
                member_commitment=mine,
                user=form.cleaned_data["responsible"],
                was=form.was[str(mine.pk)],
                by=request.user,
                at=request.at,
            )
        except StaleRow as stale:
            yield f"{mine.commitment.code} ({stale.row or _('Nobody yet')})"
