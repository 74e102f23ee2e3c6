"""Take what was typed in the editor: save it, and send the entry on if asked.

One way through: evidence, form, save, send, answer. What cannot be saved as it is goes
on to the editor's page or, if a newer version is there, to the page of a conflict.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.versions import StaleRow
from progress.actions.clearance import submit_entry
from progress.actions.drafting import draft_entry, edit_entry
from progress.entries.states import sent_message
from progress.entries.text import EntryText
from progress.forms.entries import EntryForm
from progress.models import Entry
from progress.transitions import Verb, is_legal
from progress.views.editor.conflict import conflict_page
from progress.views.editor.page import Editor, editor_page, not_sent_page
from progress.views.editor.preview import preview_of
from progress.views.evidence import receive_evidence
from progress.views.lookups import find_entry, find_update_in_progress
from progress.views.next_task import around_task, next_after

SENDS = frozenset({"submit", "submit_next"})
# Buttons that show the page again. They keep files, and save nothing of the text.
SHOWN_AGAIN = frozenset({"preview", "add", "upload", "find", "show"})


def receive_editor(editor: Editor) -> HttpResponse:
    """Answer the press of any button of the editor."""
    act = editor.request.POST.get("act", "save")
    if act in SHOWN_AGAIN:
        return _show_again(editor, act)
    rows = receive_evidence(editor.request, editor.member_commitment)
    form = EntryForm(editor.request.POST)
    # Both are checked, so that every mistake is shown at once.
    if False in {form.is_valid(), rows.is_valid()}:
        return editor_page(editor, form, rows, status=422)
    try:
        saved = save_text(editor, form.named_version, form.text(rows))
        if act in SENDS and is_legal(Verb.EDIT, saved):
            return _send(editor, saved, goes_on=act == "submit_next")
    except StaleRow as stale:
        return conflict_page(editor, stale.row, form, rows)
    except ValidationError as error:
        form.refuse(error)
        is_about_fields = hasattr(error, "error_dict")
        return editor_page(editor, form, rows, status=422 if is_about_fields else 409)
    return _saved(editor, saved, goes_on=act == "save_next")


def _show_again(editor: Editor, act: str) -> HttpResponse:
    """Show what was typed as it was typed: nothing is checked, no text is saved."""
    rows = receive_evidence(
        editor.request,
        editor.member_commitment,
        is_checked=False,
        blank=int(act == "add"),
    )
    return editor_page(
        editor,
        EntryForm.keeping(editor.request.POST),
        rows,
        status=422 if rows.problems else 200,
        preview=preview_of(editor, rows) if act == "preview" else None,
        is_choosing=act == "find",
        is_typed=True,
    )


def save_text(editor: Editor, version: int, text: EntryText) -> Entry:
    """Save the text as a draft.

    The second of two presses finds its own text saved: that is no conflict. Raises
    Http404, and what `draft_entry` and `edit_entry` raise.
    """
    try:
        return _write(editor, version, text)
    except Entry.DoesNotExist as error:
        raise Http404 from error
    except StaleRow as stale:
        newer: Entry = stale.row
        if _was_just_saved(newer, text, by=editor.request.user):
            return newer
        raise


def _write(editor: Editor, version: int, text: EntryText) -> Entry:
    """Edit the entry, or begin it.

    Raises StaleRow if a colleague began the draft after the page was opened.
    """
    user, at = editor.request.user, editor.request.at
    mine, entry = editor.member_commitment, editor.entry
    if entry is not None:
        return edit_entry(entry_id=entry.pk, version=version, text=text, by=user, at=at)
    try:
        return draft_entry(member_commitment=mine, text=text, by=user, at=at)
    except ValidationError as error:
        begun = find_update_in_progress(editor.request, mine)
        if begun is None or getattr(error, "code", "") != "draft_exists":
            raise
        raise StaleRow(begun) from error


def _was_just_saved(entry: Entry, text: EntryText, *, by: User) -> bool:
    """Return whether this very text was saved last, by this person."""
    return entry.written_by_id == by.pk and EntryText.of(entry) == text.in_language(
        entry.language
    )


def _saved(editor: Editor, saved: Entry, *, goes_on: bool) -> HttpResponse:
    if not is_legal(Verb.EDIT, saved):  # the second of two presses: it was sent already
        return redirect("progress:entry-detail", saved.pk)
    if not goes_on:
        messages.success(editor.request, _("The draft is saved."))
        return redirect("progress:entry-edit", saved.pk)
    mine = editor.member_commitment
    code = {"code": mine.commitment.code}
    messages.success(editor.request, _("%(code)s: the draft is saved.") % code)
    after = around_task(editor.request, mine).get("after")
    if after is None:  # the last one: look through all of them before sending
        return redirect("progress:plan-task-check", mine.commitment.plan.slug)
    return redirect(after["url"])


def _send(editor: Editor, saved: Entry, *, goes_on: bool) -> HttpResponse:
    """Submit what was just saved, and lead to the next task or to what comes now.

    Raises StaleRow.
    """
    request, mine = editor.request, editor.member_commitment
    try:
        submit_entry(
            entry_id=saved.pk, version=saved.version, by=request.user, at=request.at
        )
    except ValidationError as error:
        messages.info(request, _("The draft is saved. It has not been sent yet."))
        return not_sent_page(request, find_entry(request, saved.pk), error)
    after = next_after(request, mine) if goes_on else None
    if after is None:
        return redirect("progress:entry-sent", saved.pk)
    sent = sent_message(mine.member, request.user, request.at)
    messages.success(request, f"{mine.commitment.code}: {sent}")
    return redirect(after["url"])
