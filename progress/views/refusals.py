"""The page that says why an act on an entry is not possible."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import UserRequest
from progress.models import Entry
from progress.permissions import allowed_verbs
from progress.transitions import Verb
from progress.views.lookups import breadcrumb_of


def refusal_page(
    request: UserRequest, entry: Entry, error: ValidationError | None = None
) -> HttpResponse:
    """Say why the entry's state does not allow the act, and what is possible (409)."""
    successors = Entry.objects.visible_to(request.user, request.at).filter(
        supersedes=entry
    )
    context = {
        "entry": entry,
        "breadcrumb": breadcrumb_of(request, entry.member_commitment),
        "commitment": entry.member_commitment.commitment,
        "sentences": error.messages if error else [],
        "can_edit": Verb.EDIT in allowed_verbs(request.user, entry, at=request.at),
        "successor": successors.exclude(state="discarded").first(),
    }
    return render(request, "progress/entries/entry_problem.html", context, status=409)
