"""Settle a conflict in the editor: two people have changed one entry (rule 5)."""

from dataclasses import replace

from django.http import HttpResponse

from progress.entries.merge import Merge, fingerprints_of, merge
from progress.entries.text import EntryText
from progress.forms.entries import EntryForm
from progress.forms.evidence import EvidenceRows
from progress.models import Entry
from progress.positions.position import read_evidence
from progress.transitions import Verb, is_legal
from progress.views.editor.page import Editor, editor_page
from progress.views.lookups import find_entry


def conflict_page(
    editor: Editor, newer: Entry, form: EntryForm, rows: EvidenceRows
) -> HttpResponse:
    """Show both texts, and one merged from them to save over the newer (409).

    If the newer one cannot be edited any more, mine is shown unmerged, to be copied.
    """
    newer = find_entry(editor.request, newer.pk)  # with what its page asks for
    read_evidence([newer])
    mine = form.text(rows).in_language(newer.language)
    theirs = EntryText.with_links(newer, newer.evidence_links.all())
    if is_legal(Verb.EDIT, newer):
        merged = merge(form.began_as, mine, theirs)
    else:
        merged = Merge.of_one(mine)
    began = fingerprints_of(theirs)
    return editor_page(
        replace(editor, entry=newer),
        EntryForm.showing(merged.text, newer.version, started_from=began),
        EvidenceRows.showing(merged.text, today=editor.request.today),
        newer=newer,
        merge=merged,
        is_typed=True,
        status=409,
    )
