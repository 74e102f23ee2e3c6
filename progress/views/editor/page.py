"""Show the editor: its form, and what a delegation needs beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.compiled_queries import CompiledOnce
from accounts.models import User
from accounts.requests import UserRequest
from commitments.models import MemberCommitment
from progress.entries.history import Step, history_of
from progress.entries.merge import fingerprints_of
from progress.entries.signatories import SigningNotice, signing_notice
from progress.entries.text import EntryText, EvidenceItem
from progress.forms.entries import EntryForm
from progress.forms.evidence import EvidenceRows, EvidenceSearchForm
from progress.forms.versions import NO_VERSION
from progress.models import Entry, Evidence, State
from progress.permissions import can, can_assign, can_draft
from progress.positions.position import read_evidence, with_evidence
from progress.querysets.entries import EntryQuerySet
from progress.stocktakes.deadlines import (
    Deadline,
    annotated_deadline,
    deadline_of_entry,
)
from progress.transitions import Verb, is_legal
from progress.views.confirming import refusal_page
from progress.views.lookups import (
    breadcrumb_of,
    find_entry,
    find_member_commitment,
    find_open_stocktake,
)
from progress.views.next_task import around_task

# How many items of evidence are offered to choose from. A search by title finds more.
MOST_OFFERED = 8
# How many rows are read for that: the same source is often under several entries.
MOST_LOOKED_AT = 60


@dataclass(frozen=True)
class Editor:
    """One request to write an entry of a member commitment; `entry` once it exists."""

    request: UserRequest
    member_commitment: MemberCommitment
    entry: Entry | None = None

    @cached_property
    def previous(self) -> Entry | None:
        """Return what the entry corrects or withdraws, else the present position."""
        return _previous(self)


def editor_of_new(request: UserRequest, slug: str, code: str, member: str) -> Editor:
    """Return the editor of an update that does not exist yet.

    Raises Http404, or PermissionDenied.
    """
    member_commitment = find_member_commitment(slug, code, member)
    if not can_draft(request.user, member_commitment):
        raise PermissionDenied
    return Editor(request, member_commitment)


def editor_of_entry(request: UserRequest, pk: UUID) -> Editor:
    """Return the editor of an entry. Raises Http404, or PermissionDenied."""
    entry = find_entry(request, pk)
    if not can(Verb.EDIT, request.user, entry, at=request.at):
        raise PermissionDenied
    return Editor(request, entry.member_commitment, entry)


def open_editor(editor: Editor) -> HttpResponse:
    """Show the saved text, or the published text that the address names."""
    saved = _saved_text(editor)
    text = _published_text(editor) if "from" in editor.request.GET else saved
    version = editor.entry.version if editor.entry else NO_VERSION
    form = EntryForm.showing(text, version, started_from=fingerprints_of(saved))
    return editor_page(
        editor, form, EvidenceRows.showing(text, today=editor.request.today)
    )


def not_sent_page(
    request: UserRequest, entry: Entry, error: ValidationError
) -> HttpResponse:
    """Show why an entry could not be sent.

    What is missing is shown at its field in the editor (422). If the state or the time
    does not allow it, the page says so (409).
    """
    is_unconfirmed = getattr(error, "code", "") == "unconfirmed"
    if not hasattr(error, "error_dict") and not is_unconfirmed:
        return refusal_page(request, entry, error)
    editor = Editor(request, entry.member_commitment, entry)
    text = EntryText.of(entry)
    form = EntryForm.holding(text, entry.version)
    form.refuse(error)
    rows = EvidenceRows.showing(text, today=editor.request.today)
    return editor_page(editor, form, rows, status=422)


def editor_page(
    editor: Editor,
    form: EntryForm,
    rows: EvidenceRows,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render the editor with these forms. `more` is added to the page's context."""
    context = {
        "form": form,
        "rows": rows,
        "entry": editor.entry,
        "member_commitment": editor.member_commitment,
        "is_invalid": form.is_bound or bool(rows.problems),
        **_addresses(editor),
        **_rights(editor),
        **_surroundings(editor),
        "signing": _signing(editor),
        **_own_evidence(editor, rows),
        **more,
    }
    template = "progress/entries/entry_edit.html"
    return render(editor.request, template, context, status=status)


def _rights(editor: Editor) -> dict[str, bool]:
    """Return what this person may do here, also before there is an entry."""
    request, mine = editor.request, editor.member_commitment
    stub = editor.entry or Entry(member_commitment=mine)
    return {
        "can_submit": can(Verb.SUBMIT, request.user, stub, at=request.at),
        "can_assign": can_assign(request.user, mine),
        "is_editable": editor.entry is None or is_legal(Verb.EDIT, editor.entry),
    }


def _signing(editor: Editor) -> SigningNotice | None:
    """Return who can clear the entry, which a head reads before they change it."""
    entry = editor.entry or Entry(member_commitment=editor.member_commitment)
    return signing_notice(entry, editor.request.user, editor.request.at)


# ---- What is shown beside the form ---------------------------------------------------


def _surroundings(editor: Editor) -> dict[str, object]:
    """Return the commitment, the deadline and what was written here before."""
    _read_evidence(editor.previous)
    return {
        "commitment": editor.member_commitment.commitment,
        "breadcrumb": breadcrumb_of(editor.request, editor.member_commitment),
        "previous": editor.previous,
        "came_back": _came_back(editor),
        "deadline": _deadline(editor),
        **around_task(editor.request, editor.member_commitment),
    }


def _read_evidence(*entries: Entry | None) -> None:
    """Read the evidence of these entries, where it is not read yet. One query."""
    read_evidence(entry for entry in entries if entry is not None)


def _came_back(editor: Editor) -> Step | None:
    """Return the last step, if it sent the entry back with a reason."""
    if editor.entry is None:
        return None
    request = editor.request
    steps = history_of(editor.entry, reader=request.user, at=request.at)
    return next((step for step in steps[-1:] if step.reason), None)


def _addresses(editor: Editor) -> dict[str, str]:
    """Return where the form and the editor's script send what was typed.

    `unsent_name` is the name under which a browser keeps unsent text. An update has the
    same one before and after it is an entry.
    """
    entry, mine = editor.entry, editor.member_commitment
    if entry is not None:
        prefix, where = "progress:entry", [str(entry.pk)]
        action_url = reverse("progress:entry-edit", args=where)
    else:
        prefix = "progress:entry-new"
        commitment = mine.commitment
        where = [commitment.plan.slug, commitment.code, mine.member_id]
        action_url = reverse(prefix, args=where)
    is_update = entry is None or entry.kind == Entry.Kind.UPDATE
    return {
        "action_url": action_url,
        "autosave_url": reverse(f"{prefix}-autosave", args=where),
        "preview_url": reverse(f"{prefix}-preview", args=where),
        "unsent_name": str(mine.pk if is_update or entry is None else entry.pk),
    }


def _deadline(editor: Editor) -> Deadline | None:
    """Return the deadline of the entry's stocktake, or of the one it will join.

    A correction or a withdrawal has none.
    """
    entry, mine = editor.entry, editor.member_commitment
    at = editor.request.at
    if entry is not None and (entry.stocktake or entry.kind != Entry.Kind.UPDATE):
        return deadline_of_entry(entry, at)
    stocktake = find_open_stocktake(mine.commitment.plan, member=mine.member_id)
    return annotated_deadline(stocktake, at) if stocktake is not None else None


# ---- The texts to start from ---------------------------------------------------------


def _published(editor: Editor) -> EntryQuerySet:
    """Return what this delegation published on the commitment."""
    request = editor.request
    visible = Entry.objects.visible_to(request.user, request.at)
    mine = visible.filter(member_commitment=editor.member_commitment)
    return mine.filter(state=State.PUBLISHED)


def _previous(editor: Editor) -> Entry | None:
    corrected = editor.entry.supersedes_id if editor.entry is not None else None
    if corrected is not None:
        return _published(editor).filter(pk=corrected).first()
    found = _positions(
        reader=editor.request.user,
        at=editor.request.at,
        day=editor.request.today.utc,
        mine=editor.member_commitment.pk,
    )
    return next(iter(found), None)


@CompiledOnce
def _positions(*, reader: User, at: datetime, day: date, mine: UUID) -> QuerySet[Entry]:
    visible = Entry.objects.visible_to(reader, at).filter(state=State.PUBLISHED)
    here = MemberCommitment.objects.filter(pk=mine)
    return visible.filter(member_commitment=mine).positions(here, at=day, known_at=at)


def _saved_text(editor: Editor) -> EntryText:
    """Return the entry's own text; an empty one while there is no entry."""
    entry = editor.entry
    if entry is not None:
        _read_evidence(entry, editor.previous)
        return EntryText.with_links(entry, entry.evidence_links.all())
    member = editor.member_commitment.member
    return EntryText(as_of=editor.request.today.offered, language=member.language)


def _published_text(editor: Editor) -> EntryText:
    """Return the published text that the address names, dated today.

    The date is not taken over: the text has to be true now.
    """
    pk = _as_uuid(editor.request.GET["from"])
    source = get_object_or_404(with_evidence(_published(editor)), pk=pk)
    text = EntryText.with_links(source, source.evidence_links.all())
    text = text.in_language(editor.member_commitment.member.language)
    return replace(text, as_of=editor.request.today.offered)


def _as_uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


# ---- The delegation's evidence, to choose from ---------------------------------------


def _own_evidence(editor: Editor, rows: EvidenceRows) -> dict[str, object]:
    """Return the delegation's newest items, or those that a search by title found.

    Items that already have a row in the editor are left out. Each source is listed
    once.
    """
    request = editor.request
    search = EvidenceSearchForm(request.POST, auto_id="%s")
    visible = Evidence.objects.visible_to(request.user, request.at)
    ours = visible.filter(member=editor.member_commitment.member_id)
    ours = ours.exclude(pk__in=rows.ids)
    ours = search.narrow(ours)
    newest = ours.select_related("scan").order_by("-added_at", "pk")[:MOST_LOOKED_AT]
    return {
        "offered": list(_each_once(newest))[:MOST_OFFERED],
        "search": search,
    }


def _each_once(rows: Iterable[Evidence]) -> Iterator[Evidence]:
    """Leave out rows that name the same source as an earlier row."""
    seen: set[EvidenceItem] = set()
    for row in rows:
        item = EvidenceItem.of(row)
        if item not in seen:
            seen.add(item)
            yield row
