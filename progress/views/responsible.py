"""Name one person of a delegation as responsible for several commitments."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import UserRequest
from accounts.versions import StaleRow
from accounts.views.unsent_text import keeps_unsent_text
from accounts.wording.listed import listed
from commitments.models import MemberCommitment, Plan
from progress.actions.assignments import set_responsible
from progress.entries.responsible import PEOPLE, responsible_for, who_can_be_responsible
from progress.forms.people import ResponsibleForManyForm
from progress.permissions import can_speak_for_delegation


@keeps_unsent_text(ResponsibleForManyForm)
@require_http_methods(["GET", "HEAD", "POST"])
def responsible_list(request: UserRequest, slug: str) -> HttpResponse:
    """List who is responsible for each commitment, and name one person for several."""
    member = _delegation(request)
    plan = get_object_or_404(Plan.objects.defer("source_text"), slug=slug)
    member_commitments = _member_commitments(plan, member)
    form = ResponsibleForManyForm(
        request.POST if request.method == "POST" else None,
        people=who_can_be_responsible(member),
        commitments=[row.pk for row in member_commitments],
    )
    if form.is_valid():
        _set_each(request, member_commitments, form)
        return redirect(request.path)
    ticked = _ticked(form)
    context = {
        "plan": plan,
        "form": form,
        "rows": [
            (row, responsible_for(row), str(row.pk) in ticked)
            for row in member_commitments
        ],
        "breadcrumb": [{"label": _("Tasks"), "url": reverse("progress:task-list")}],
    }
    template = "progress/people/responsible_list.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _delegation(request: UserRequest) -> str:
    """Return the delegation for which this reader may name people."""
    if request.user.delegation is None:
        raise Http404
    if not can_speak_for_delegation(request.user):
        raise PermissionDenied
    return request.user.delegation


def _member_commitments(plan: Plan, member: str) -> list[MemberCommitment]:
    rows = MemberCommitment.objects.filter(commitment__plan=plan, member=member)
    return list(
        rows.select_related("commitment__plan", "member")
        .defer("commitment__plan__source_text", "commitment__plan__preamble")
        .prefetch_related(PEOPLE)
        .order_by("commitment__position", "pk")
    )


def _ticked(form: ResponsibleForManyForm) -> set[str]:
    """Return the rows that were ticked, to tick them again if the form is wrong."""
    sent = form["commitments"].value() or []
    return {str(choice).partition(":")[0] for choice in sent}


def _set_each(
    request: UserRequest,
    member_commitments: list[MemberCommitment],
    form: ResponsibleForManyForm,
) -> None:
    """Name the person for each ticked row, and say which rows were left as they are.

    Each row is saved in a transaction of its own.
    """
    ticked = [row for row in member_commitments if str(row.pk) in form.was]
    overtaken = list(_set_or_name(request, ticked, form))
    done = len(ticked) - len(overtaken)
    if done:
        messages.success(request, _done_message(form.cleaned_data["responsible"], done))
    if overtaken:
        sentence = _(
            "A colleague named another person meanwhile. These commitments were not"
            " changed: %s."
        )
        messages.warning(request, sentence % listed(overtaken))


def _done_message(person: User | None, count: int) -> str:
    sentence = ngettext(
        "%(person)s is responsible for %(count)d commitment.",
        "%(person)s is responsible for these %(count)d commitments.",
        count,
    )
    return sentence % {"person": person, "count": count}


def _set_or_name(
    request: UserRequest, ticked: list[MemberCommitment], form: ResponsibleForManyForm
) -> Iterator[str]:
    """Name the person for each row. Yield the rows for which another was named."""
    for member_commitment in ticked:
        try:
            set_responsible(
                member_commitment=member_commitment,
                user=form.cleaned_data["responsible"],
                was=form.was[str(member_commitment.pk)],
                by=request.user,
                at=request.at,
            )
        except StaleRow as stale:
            named = stale.row or _("No one yet")
            yield f"{member_commitment.commitment.code} ({named})"
