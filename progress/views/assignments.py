"""Who of a delegation may draft a commitment, and who answers for it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role, User
from accounts.requests import UserRequest
from accounts.versions import StaleRow
from commitments.models import MemberCommitment
from progress.actions.assignments import (
    set_contributors,
    set_responsible,
)
from progress.entries.responsible import (
    PEOPLE,
    contributors_to,
    responsible_for,
    who_can_be_responsible,
)
from progress.forms.conversations import put_errors
from progress.forms.entries import ContributorsForm
from progress.forms.people import ResponsibleForm
from progress.permissions import can_assign
from progress.views.lookups import breadcrumb_of


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_edit(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    mine = _find(request, slug, code, member)
    form = _contributors_form(request, mine)
    if form.is_valid():
        set_contributors(
            member_commitment=mine,
            users=form.chosen(),
            were=form.shown(),
            by=request.user,
            at=request.at,
        )
        messages.success(request, _("The contributors are saved."))
        return redirect("progress:assignment-edit", slug, code, member)
    status = 422 if form.is_bound else 200
    return _page(request, mine, contributors=form, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def responsible_edit(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    mine = _find(request, slug, code, member)
    if request.method != "POST":
        return redirect("progress:assignment-edit", slug, code, member)
    form = ResponsibleForm(request.POST, people=who_can_be_responsible(member))
    if not form.is_valid():
        return _page(request, mine, responsible=form, status=422)
    chosen, was = form.cleaned_data["responsible"], form.cleaned_data["was"]
    try:
        set_responsible(
            member_commitment=mine, user=chosen, was=was, by=request.user, at=request.at
        )
    except ValidationError as error:
        put_errors(form, error)
        return _page(request, mine, responsible=form, status=422)
    except StaleRow as stale:
        return _overtaken(request, mine, chosen, stale.row)
    messages.success(request, _("Saved."))
    return redirect("progress:assignment-edit", slug, code, member)


def _find(request: UserRequest, slug: str, code: str, member: str) -> MemberCommitment:
    """With its people. Who promised what is open, who drafts it is not."""
    mine = get_object_or_404(
        MemberCommitment.objects.select_related(
            "commitment__plan", "member"
        ).prefetch_related(PEOPLE),
        commitment__plan__slug=slug,
        commitment__code=code,
        member=member,
    )
    if not can_assign(request.user, mine):
        raise PermissionDenied
    return mine


def _contributors_form(
    request: UserRequest, mine: MemberCommitment, *, is_sent: bool = True
) -> ContributorsForm:
    named = [str(one.pk) for one in contributors_to(mine)]
    return ContributorsForm(
        request.POST if request.method == "POST" and is_sent else None,
        people=_contributors_of(mine.member_id),
        initial={"contributors": named, "were": " ".join(named)},
    )


def _contributors_of(member: str) -> list[User]:
    people = User.objects.people().filter(
        member=member, is_active=True, roles__contains=[Role.CONTRIBUTOR]
    )
    return list(people.order_by("name", "pk"))


def _responsible_form(
    mine: MemberCommitment, chosen: User | None, *, was: User | None
) -> ResponsibleForm:
    return ResponsibleForm(
        people=who_can_be_responsible(mine.member_id),
        initial={
            "responsible": str(chosen.pk) if chosen else "",
            "was": was.pk if was else None,
        },
    )


def _page(
    request: UserRequest,
    mine: MemberCommitment,
    *,
    contributors: ContributorsForm | None = None,
    responsible: ResponsibleForm | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    now = responsible_for(mine)
    user = now.user if now else None
    context = {
        "form": contributors or _contributors_form(request, mine, is_sent=False),
        "responsible_form": responsible or _responsible_form(mine, user, was=user),
        "responsible": now,
        "breadcrumb": breadcrumb_of(request, mine),
        "member_commitment": mine,
        "commitment": mine.commitment,
        **more,
    }
    return render(
        request, "progress/people/assignment_edit.html", context, status=status
    )


def _overtaken(
    request: UserRequest, mine: MemberCommitment, chosen: User | None, now: User | None
) -> HttpResponse:
    """Who is named now beside who was chosen, which is sent next as a change of it."""
    nobody = _("Nobody yet")
    form = _responsible_form(mine, chosen, was=now)
    overtaken = [(_("Responsible"), str(now or nobody), str(chosen or nobody))]
    return _page(request, mine, responsible=form, overtaken=overtaken, status=409)
