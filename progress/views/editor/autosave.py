"""Save the editor's text by itself, a few seconds after a change (rule 8).

It saves through the same actions as the button, so it never overwrites a newer text,
and writes nothing if nothing has changed. The answer is JSON for the editor's script.
"""

from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.dates import clock
from accounts.requests import UserRequest
from accounts.versions import StaleRow
from progress.entries.merge import fingerprints_of
from progress.entries.text import EntryText
from progress.forms.entries import EntryForm
from progress.forms.evidence import EvidenceRows
from progress.models import Entry
from progress.views.editor.page import Editor, editor_of_entry, editor_of_new
from progress.views.editor.save import save_text
from progress.views.evidence import receive_evidence

# Sent while the cursor is in a row of evidence: a half-typed link is no evidence yet.
WITHOUT_EVIDENCE = "evidence_later"


@require_POST
def entry_new_autosave(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    return receive_autosave(editor_of_new(request, slug, code, member))


@require_POST
def entry_autosave(request: UserRequest, pk: UUID) -> HttpResponse:
    return receive_autosave(editor_of_entry(request, pk))


def receive_autosave(editor: Editor) -> JsonResponse:
    """Save what was typed, and say when; or say why it is not saved."""
    form = EntryForm(editor.request.POST)
    if not form.is_valid():
        return refused(first_error(form))
    rows = receive_evidence(editor.request, editor.member_commitment)
    text, problem = _text(editor, form, rows)
    if editor.entry is None and text == _blank(editor):
        return refused(problem) if problem else JsonResponse({"state": "unchanged"})
    try:
        saved = save_text(editor, form.named_version, text)
    except StaleRow:
        return _overtaken()
    except ValidationError as error:
        if getattr(error, "code", "") == "illegal_transition":
            return refused(error.messages[0], status=HTTPStatus.CONFLICT)
        form.refuse(error)
        return refused(first_error(form))
    return _saved(editor, saved, problem)


def _text(editor: Editor, form: EntryForm, rows: EvidenceRows) -> tuple[EntryText, str]:
    """Return what to save, and what is wrong with the rows of evidence, if anything.

    Rows that cannot be saved yet do not hold up the text: the saved evidence stays.
    """
    is_valid = rows.is_valid()
    if is_valid and WITHOUT_EVIDENCE not in editor.request.POST:
        return form.text(rows), ""
    entry = editor.entry
    kept = EntryText.of(entry).evidence if entry is not None else ()
    nothing = EvidenceRows([])
    return replace(form.text(nothing), evidence=kept), "" if is_valid else _why(rows)


def _blank(editor: Editor) -> EntryText:
    """Return the text of an editor in which nothing was typed yet."""
    member = editor.member_commitment.member
    return EntryText(as_of=editor.request.today.offered, language=member.language)


def first_error(form: Form) -> str:
    """Return the first mistake with the label of its field."""
    name, sentences = next(iter(form.errors.items()))
    sentence = str(sentences[0])
    field = form.fields.get(name)
    return f"{field.label}: {sentence}" if field is not None else sentence


def _why(rows: EvidenceRows) -> str:
    """Return the first mistake in the rows of evidence."""
    faulty = next((row for row in rows if row.errors), None)
    if faulty is not None:
        return first_error(faulty)
    return rows.problems[0] if rows.problems else ""


def refused(
    why: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
) -> JsonResponse:
    return JsonResponse(
        {"state": "refused", "message": _("Not saved: %(why)s") % {"why": why}},
        status=status,
    )


def _overtaken() -> JsonResponse:
    message = _(
        "Not saved: someone saved a newer version. Press “Save draft” to see both"
        " versions merged."
    )
    return JsonResponse(
        {"state": "overtaken", "message": message}, status=HTTPStatus.CONFLICT
    )


def _saved(editor: Editor, saved: Entry, problem: str) -> JsonResponse:
    at = clock(timezone.localtime(saved.written_at))
    message = _("Saved at %(time)s") % {"time": at}
    if problem:
        sentence = _("%(saved)s, without the evidence: %(why)s")
        message = sentence % {"saved": message, "why": problem}
    pk = [saved.pk]
    return JsonResponse(
        {
            "state": "partly" if problem else "saved",
            "message": message,
            "version": saved.version,
            "started_from": fingerprints_of(EntryText.of(saved)),
            "urls": {
                "edit": reverse("progress:entry-edit", args=pk),
                "autosave": reverse("progress:entry-autosave", args=pk),
                "preview": reverse("progress:entry-preview", args=pk),
            },
            "is_new": editor.entry is None,
        }
    )
