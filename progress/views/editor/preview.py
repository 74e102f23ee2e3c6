"""Show the entry as readers will see it, and what changed in it, while it is typed.

Nothing is checked and nothing is saved: what cannot be saved is shown as typed.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest
from progress.entries.text import EntryText, EvidenceItem
from progress.forms.entries import EntryForm
from progress.forms.evidence import EvidenceForm, EvidenceRows
from progress.models import Handling, Status
from progress.positions.position import read_evidence
from progress.views.editor.page import Editor, editor_of_entry, editor_of_new
from progress.views.evidence import receive_evidence


@require_POST
def entry_new_preview(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    return _preview(editor_of_new(request, slug, code, member))


@require_POST
def entry_preview(request: UserRequest, pk: UUID) -> HttpResponse:
    return _preview(editor_of_entry(request, pk))


def _preview(editor: Editor) -> HttpResponse:
    """Return a fragment: the whole entry, and its changes from the last text."""
    rows = receive_evidence(editor.request, editor.member_commitment, is_checked=False)
    previous = editor.previous
    if previous is not None:
        read_evidence([previous])
    context = {
        **preview_of(editor, rows),
        "before": previous
        and EntryText.with_links(previous, previous.evidence_links.all()),
    }
    return render(editor.request, "progress/entries/_entry_live.html", context)


def preview_of(editor: Editor, rows: EvidenceRows) -> dict[str, Any]:
    """Return what was typed, for the template of the preview."""
    form = EntryForm(editor.request.POST)
    form.is_valid()
    typed = {name: form[name].value() or "" for name in ("status", "handling")}
    texts = {
        name: str(form.cleaned_data.get(name) or form[name].value() or "")
        for name in ("narrative", "next_steps", "obstacles", "language")
    }
    day = form.cleaned_data.get("as_of")
    text = EntryText(
        **texts,
        as_of=day or editor.request.today.offered,
        status=typed["status"] if typed["status"] in Status.values else "",
        is_at_risk=bool(form["is_at_risk"].value()),
        handling=typed["handling"] if typed["handling"] in Handling.values else "",
        evidence=tuple(_items(rows)),
    )
    return {"text": text, "day": day}


def _items(rows: EvidenceRows) -> Iterator[EvidenceItem]:
    for row in rows:
        if row.file is not None:
            yield row.file
        elif any(row[name].value() for name in row.TEXT_INPUTS):
            yield _item(row)


def _item(row: EvidenceForm) -> EvidenceItem:
    """Return the row as typed. What is no web address is shown, and not linked."""
    values = {name: str(row[name].value() or "") for name in row.TEXT_INPUTS}
    url = values["url"]
    is_link = url.lower().startswith(("https://", "http://"))
    title = values["title"] or url or values["citation"]
    if is_link:
        return EvidenceItem(title=title, url=url)
    return EvidenceItem(title=title, citation=values["citation"] or url)
