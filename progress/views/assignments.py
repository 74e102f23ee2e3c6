"""Who of a delegation may draft one commitment."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import UserRequest
from accounts.models import Role, User
from commitments.models import MemberCommitment
from progress.actions.assignments import set_contributors
from progress.forms import ContributorsForm
from progress.models import Assignment
from progress.permissions import can_assign
from progress.views.lookups import breadcrumb_of, find_member_commitment


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_edit(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    mine = find_member_commitment(slug, code, member)
    if not can_assign(request.user, mine):
        raise PermissionDenied
    form = _form(request, mine)
    if form.is_valid():
        set_contributors(
            member_commitment=mine, users=form.chosen(), by=request.user, at=request.at
        )
        messages.success(request, _("The contributors are saved."))
        return redirect("progress:assignment-edit", slug, code, member)
    context = {
        "form": form,
        "breadcrumb": breadcrumb_of(request, mine),
        "member_commitment": mine,
        "commitment": mine.commitment,
    }
    status = 422 if form.is_bound else 200
    return render(request, "progress/assignment_edit.html", context, status=status)


def _form(request: UserRequest, mine: MemberCommitment) -> ContributorsForm:
    named = mine.assignments.filter(kind=Assignment.Kind.DRAFTS)
    assigned = [str(pk) for pk in named.values_list("user", flat=True)]
    return ContributorsForm(
        request.POST if request.method == "POST" else None,
        people=_contributors_of(mine.member_id),
        initial={"contributors": assigned},
    )


def _contributors_of(member: str) -> list[User]:
    people = User.objects.filter(
        member=member,
        is_active=True,
        is_service=False,
        roles__contains=[Role.CONTRIBUTOR],
    )
    return list(people.order_by("name", "pk"))
