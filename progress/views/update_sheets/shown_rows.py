"""The rows of a preview as its page shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import UserRequest
from progress.entries.text import TEXT_LIMITS
from progress.models import Entry, SheetUpload
from progress.permissions import name_of_writer
from progress.update_sheets.comparison import changes_of
from progress.update_sheets.rows import PreviewRow
from progress.uploaded_sheets.previews import RowOutcome
from progress.views.uploaded_sheets import ShownChange, choice_for


@dataclass(frozen=True)
class ShownRow:
    """One row of a preview, with what was chosen for it so far."""

    row: PreviewRow
    # "sheet", "present", or empty.
    choice: str = ""
    is_lowered_confirmed: bool = False
    # Why it holds up the sheet, once that was pressed.
    problem: str = ""
    # In a conflict the update as it is saved.
    saved: Entry | None = None
    reader: User | None = None

    @property
    def is_conflict(self) -> bool:
        return self.row.outcome is RowOutcome.CONFLICT

    @property
    def label(self) -> str:
        return _LABELS[self.row.outcome]()

    @property
    def version(self) -> int:
        return self.row.present.version if self.row.present else 0

    @property
    def saved_by(self) -> str:
        """Return who saved that update last."""
        if self.saved is None or self.reader is None:
            return ""
        return name_of_writer(self.saved.written_by, self.saved, self.reader)

    @cached_property
    def changes(self) -> list[ShownChange]:
        return [
            ShownChange(change, is_text=change.field in TEXT_LIMITS)
            for change in changes_of(self.row)
        ]

    @property
    def language(self) -> str:
        return self.row.text.language if self.row.text else ""

    @property
    def language_before(self) -> str:
        present = self.row.present
        before = present and (present.update or present.last)
        return before.language if before else ""

    @property
    def entry_url(self) -> str:
        entry_id = self.row.present and self.row.present.entry_id
        return reverse("progress:entry-detail", args=[entry_id]) if entry_id else ""


_LABELS = {
    RowOutcome.REFUSED: lambda: _("Error"),
    RowOutcome.CONFLICT: lambda: _("Conflict"),
    RowOutcome.NEW: lambda: _("New draft"),
    RowOutcome.CHANGED: lambda: _("Changed"),
    RowOutcome.UNCHANGED: lambda: _("Unchanged"),
}


def shown_rows(
    request: UserRequest,
    upload: SheetUpload,
    rows: Sequence[PreviewRow],
    *,
    left: Iterable[PreviewRow],
) -> list[ShownRow]:
    """Return these rows for the page. `left` are those that hold up the sheet."""
    saved = _saved(request, rows)
    problems = {row.line: _problem(upload, row) for row in left}
    return [
        ShownRow(
            row,
            choice=str(choice_for(upload.decisions, row).get("choice", "")),
            is_lowered_confirmed=bool(choice_for(upload.decisions, row).get("lowered")),
            problem=problems.get(row.line, ""),
            saved=saved.get(row.line),
            reader=request.user,
        )
        for row in rows
    ]


def _problem(upload: SheetUpload, row: PreviewRow) -> str:
    chosen = choice_for(upload.decisions, row)
    if row.code in upload.decisions and not chosen:
        return _("Someone saved this entry after you chose. Choose again.")
    if row.outcome is RowOutcome.CONFLICT and not chosen.get("choice"):
        return _("Choose which text to use.")
    return _("Confirm the lower handling label, or change it in your file.")


def _saved(request: UserRequest, rows: Iterable[PreviewRow]) -> Mapping[int, Entry]:
    """Return the saved update of each row in conflict, by its line. One query."""
    lines = {
        row.present.entry_id: row.line
        for row in rows
        if row.outcome is RowOutcome.CONFLICT and row.present and row.present.entry_id
    }
    visible = Entry.objects.visible_to(request.user, request.at).filter(pk__in=lines)
    entries = visible.select_related("written_by", "member_commitment__member")
    return {lines[entry.pk]: entry for entry in entries} if lines else {}
