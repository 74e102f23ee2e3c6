"""Pages of one entry: create it, edit it, read it."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.entries.history import history_of
from progress.entries.signatories import SigningNotice, signing_notice
from progress.entries.signatures import signatures_of
from progress.forms.entries import EntryForm
from progress.forms.evidence import EvidenceForm, EvidenceSearchForm, FileTitleForm
from progress.models import Entry, Round, State
from progress.permissions import (
    allowed_verbs,
    can_assign,
    can_draft,
    name_of_writer,
)
from progress.positions.position import evidence_links_of
from progress.transitions import Verb, is_legal
from progress.views.acts import VERB_ACTS
from progress.views.confirming import refusal_page
from progress.views.conversations import talk_about
from progress.views.editor.page import editor_of_entry, editor_of_new, open_editor
from progress.views.editor.save import receive_editor
from progress.views.evidence import receives_files
from progress.views.lookups import (
    breadcrumb_of,
    find_entry,
    find_update_in_progress,
)
from progress.views.questions import questions_on
from progress.views.releases import offers_release


@receives_files
@keeps_unsent_text(EntryForm, EvidenceForm, EvidenceSearchForm, FileTitleForm)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_new(request: UserRequest, slug: str, code: str, member: str) -> HttpResponse:
    editor = editor_of_new(request, slug, code, member)
    if request.method == "POST":
        return receive_editor(editor)
    begun = find_update_in_progress(request, editor.member_commitment)
    if begun is not None:
        page = "edit" if is_legal(Verb.EDIT, begun) else "detail"
        return redirect(f"progress:entry-{page}", begun.pk)
    return open_editor(editor)


@receives_files
@keeps_unsent_text(EntryForm, EvidenceForm, EvidenceSearchForm, FileTitleForm)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_edit(request: UserRequest, pk: UUID) -> HttpResponse:
    editor = editor_of_entry(request, pk)
    if request.method == "POST":
        return receive_editor(editor)
    if editor.entry is not None and not is_legal(Verb.EDIT, editor.entry):
        return refusal_page(request, editor.entry)
    return open_editor(editor)


@require_safe
def entry_detail(request: UserRequest, pk: UUID) -> HttpResponse:
    entry = find_entry(request, pk)
    user, at, mine = request.user, request.at, entry.member_commitment
    verbs = allowed_verbs(user, entry, at=at)
    context = {
        "entry": entry,
        "breadcrumb": breadcrumb_of(request, mine),
        "commitment": mine.commitment,
        "links": evidence_links_of(entry),
        "acts": sorted(
            (VERB_ACTS[verb] for verb in verbs if verb in VERB_ACTS),
            key=lambda act: not act.is_primary,
        ),
        "can_edit": Verb.EDIT in verbs,
        "can_draft": entry.state == State.PUBLISHED and can_draft(user, mine),
        "can_assign": can_assign(user, mine),
        "can_release": offers_release(request, entry),
        "is_ours": user.delegation == entry.member_code,
        "author": name_of_writer(entry.written_by, entry, user),
        "steps": history_of(entry, reader=user, at=at),
        "signatures": signatures_of(entry, reader=user, at=at),
        "signing": _signing(request, entry),
        **_around(request, entry),
    }
    return render(request, "progress/entries/entry_detail.html", context)


def _signing(request: UserRequest, entry: Entry) -> SigningNotice | None:
    """Return who can clear an entry that is waiting for it."""
    if entry.state != State.IN_CLEARANCE:
        return None
    return signing_notice(entry, request.user, request.at)


def _around(request: UserRequest, entry: Entry) -> dict[str, object]:
    """Return what is shown beside it: other entries, comments, questions."""
    return {
        **_relatives(request, entry),
        **talk_about(request, entry),
        **questions_on(request, entry),
    }


def _relatives(request: UserRequest, entry: Entry) -> dict[str, object]:
    """Return what it supersedes, what supersedes it, and its returned versions."""
    visible = Entry.objects.visible_to(request.user, request.at)
    if entry.supersedes_id is None and not entry.has_live_successor:
        visible = visible.none()
    rounds = Round.objects.visible_to(request.user, request.at)
    relatives = visible.filter(Q(successors=entry) | Q(supersedes=entry))
    found = list(relatives.exclude(state=State.DISCARDED))
    return {
        "base": next((row for row in found if row.pk == entry.supersedes_id), None),
        "successor": next(
            (row for row in found if row.supersedes_id == entry.pk), None
        ),
        "rounds": rounds.filter(entry=entry).order_by("number"),
    }
