"""What a person is told when an action refuses, in one shape for all verbs."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.requests import UserRequest
from progress.entries.text import EntryText
from progress.models import Entry
from progress.permissions import allowed_verbs
from progress.transitions import Verb
from progress.views.lookups import breadcrumb_of


def refusal_page(
    request: UserRequest, entry: Entry, error: ValidationError | None = None
) -> HttpResponse:
    """409: the state does not allow it. Says why, and what is possible instead."""
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


def was_just_saved(entry: Entry, text: EntryText, *, by: User) -> bool:
    """The same for an editor: are these very words, of this very person, saved?"""
    return entry.written_by_id == by.pk and EntryText.of(entry) == text
