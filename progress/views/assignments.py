"""The people of a commitment: who may draft its entries, and who is responsible."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role, User
from accounts.people import by_name
from accounts.requests import UserRequest
from accounts.versions import FieldChange, StaleRow
from accounts.views.unsent_text import keeps_unsent_text
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
from progress.forms.entries import ContributorsForm
from progress.forms.people import ResponsibleForm
from progress.forms.versions import put_errors
from progress.permissions import can_assign
from progress.views.lookups import breadcrumb_of


@keeps_unsent_text(ContributorsForm)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_edit(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    member_commitment = _find(request, slug, code, member)
    form = _contributors_form(request, member_commitment)
    if form.is_valid():
        set_contributors(
            member_commitment=member_commitment,
            users=form.chosen(),
            were=form.shown(),
            by=request.user,
            at=request.at,
        )
        messages.success(request, _("The contributors are saved."))
        return redirect("progress:assignment-edit", slug, code, member)
    status = 422 if form.is_bound else 200
    return _page(request, member_commitment, contributors=form, status=status)


@keeps_unsent_text(ResponsibleForm)
@require_http_methods(["GET", "HEAD", "POST"])
def responsible_edit(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    member_commitment = _find(request, slug, code, member)
    if request.method != "POST":
        return redirect("progress:assignment-edit", slug, code, member)
    form = ResponsibleForm(request.POST, people=who_can_be_responsible(member))
    if not form.is_valid():
        return _page(request, member_commitment, responsible=form, status=422)
    chosen, was = form.cleaned_data["responsible"], form.cleaned_data["was"]
    try:
        set_responsible(
            member_commitment=member_commitment,
            user=chosen,
            was=was,
            by=request.user,
            at=request.at,
        )
    except ValidationError as error:
        put_errors(form, error)
        return _page(request, member_commitment, responsible=form, status=422)
    except StaleRow as stale:
        return _overtaken(request, member_commitment, chosen, stale.row)
    messages.success(request, _("Saved."))
    return redirect("progress:assignment-edit", slug, code, member)


def _find(request: UserRequest, slug: str, code: str, member: str) -> MemberCommitment:
    """Return the member commitment with its people.

    Anyone signed in may see that the member made it, so a delegation's people are
    refused (403) and not hidden (404).
    """
    member_commitment = get_object_or_404(
        MemberCommitment.objects.select_related(
            "commitment__plan", "member"
        ).prefetch_related(PEOPLE),
        commitment__plan__slug=slug,
        commitment__code=code,
        member=member,
    )
    if not can_assign(request.user, member_commitment):
        raise PermissionDenied
    return member_commitment


def _contributors_form(
    request: UserRequest, member_commitment: MemberCommitment, *, is_sent: bool = True
) -> ContributorsForm:
    named = [str(person.pk) for person in contributors_to(member_commitment)]
    return ContributorsForm(
        request.POST if request.method == "POST" and is_sent else None,
        people=_contributors_of(member_commitment.member_id),
        initial={"contributors": named, "were": " ".join(named)},
    )


def _contributors_of(member: str) -> list[User]:
    people = (
        User.objects.people()
        .who_came()
        .filter(member=member, is_active=True, roles__contains=[Role.CONTRIBUTOR])
    )
    return by_name(people)


def _responsible_form(
    member_commitment: MemberCommitment, chosen: User | None, *, was: User | None
) -> ResponsibleForm:
    return ResponsibleForm(
        people=who_can_be_responsible(member_commitment.member_id),
        initial={
            "responsible": str(chosen.pk) if chosen else "",
            "was": was.pk if was else None,
        },
    )


def _page(
    request: UserRequest,
    member_commitment: MemberCommitment,
    *,
    contributors: ContributorsForm | None = None,
    responsible: ResponsibleForm | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    now = responsible_for(member_commitment)
    user = now.user if now else None
    context = {
        "form": contributors
        or _contributors_form(request, member_commitment, is_sent=False),
        "responsible_form": responsible
        or _responsible_form(member_commitment, user, was=user),
        "responsible": now,
        "breadcrumb": breadcrumb_of(request, member_commitment),
        "member_commitment": member_commitment,
        "commitment": member_commitment.commitment,
        **more,
    }
    return render(
        request, "progress/people/assignment_edit.html", context, status=status
    )


def _overtaken(
    request: UserRequest,
    member_commitment: MemberCommitment,
    chosen: User | None,
    now: User | None,
) -> HttpResponse:
    """Show who is named now and who was chosen, with the form ready to replace."""
    no_one = _("No one yet")
    form = _responsible_form(member_commitment, chosen, was=now)
    change = FieldChange(_("Responsible"), str(now or no_one), str(chosen or no_one))
    return _page(
        request, member_commitment, responsible=form, overtaken=[change], status=409
    )
