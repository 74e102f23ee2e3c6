"""What the pages of every kind of uploaded sheet share: the file, and its preview."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from progress.entries.merge import Conflict
from progress.forms.uploads import ReceivedFile, received_files
from progress.uploaded_sheets.choices import needs_choice
from progress.uploaded_sheets.faults import SheetRefused
from progress.uploaded_sheets.previews import (
    CellChange,
    PreviewedT,
    RowOutcome,
    SheetDecisions,
    SheetPreview,
)
from progress.views.downloads import CONTENT_TYPES

# Rows that applying the sheet would write.
WRITTEN: Final = (RowOutcome.CONFLICT, RowOutcome.NEW, RowOutcome.CHANGED)
# Not an outcome: rows of any outcome with a lower handling label.
LOWERED: Final = "lowered"


@dataclass(frozen=True)
class ShownChange:
    """One changed cell, with what the two texts have alone."""

    change: CellChange
    # Whether it is a text of several lines.
    is_text: bool

    @property
    def sides(self) -> Conflict:
        return Conflict(self.change.field, self.change.before, self.change.after)


# ---- The file ------------------------------------------------------------------------


def send_sheet(content: bytes, ending: str, name: str) -> HttpResponse:
    """Send a sheet to fill in, as a file that no cache keeps."""
    headers = {
        "Content-Type": CONTENT_TYPES[ending],
        "Content-Disposition": content_disposition_header(True, name),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, headers=headers)


def receive_sheet(
    request: UserRequest, read: Callable[[bytes, str], object]
) -> tuple[ReceivedFile | None, str]:
    """Return the file that was sent, or why it is no sheet that can be read.

    `read` raises SheetRefused.
    """
    file = next(received_files(request.FILES.getlist("files")), None)
    if file is None:
        return file, _("Choose the file you filled in, then press “Upload and check”.")
    if file.is_fault_of_ours:
        return file, _("The server could not store the file. Try again later.")
    if file.content is None:
        return file, _(
            "The file is larger than 20 MB. Remove pictures and other sheets."
        )
    try:
        read(file.content, file.name)
    except SheetRefused as refused:
        return file, refused.message
    return file, ""


# ---- Its preview ---------------------------------------------------------------------


def undecided(
    decisions: SheetDecisions, preview: SheetPreview[PreviewedT]
) -> list[PreviewedT]:
    """Return the rows about which the owner of the file has still to decide."""
    return [
        row
        for row in preview.rows
        if needs_choice(row) and not decisions.is_settled(row)
    ]


def elsewhere(
    left: Sequence[PreviewedT], shown: Sequence[PreviewedT]
) -> Mapping[str, int]:
    """Return how many undecided rows other pages hold, by the tab that shows them."""
    codes = {row.code for row in shown}
    others = [row for row in left if row.code not in codes]
    conflicts = sum(row.outcome is RowOutcome.CONFLICT for row in others)
    return {"conflict": conflicts, LOWERED: len(others) - conflicts}


def write_count(preview: SheetPreview[PreviewedT]) -> int:
    """Return how many rows applying the sheet would write, conflicts included."""
    return sum(preview.counts[outcome] for outcome in WRITTEN)


def choice_for(
    decisions: Mapping[str, Mapping[str, object]], row: PreviewedT
) -> Mapping[str, object]:
    """Return what was chosen for the row as it is now."""
    chosen: Mapping[str, object] = decisions.get(row.code, {})
    is_of_now = needs_choice(row) and chosen.get("version") == row.version
    return chosen if is_of_now else {}
