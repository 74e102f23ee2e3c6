"""What the pages of every kind of uploaded sheet share: the file, and its preview."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from progress.forms.uploads import ReceivedFile, received_files
from progress.uploaded_sheets.choices import needs_choice
from progress.uploaded_sheets.faults import SheetRefused
from progress.uploaded_sheets.previews import (
    PreviewedT,
    RowOutcome,
    SheetDecisions,
    SheetPreview,
)
from progress.views.downloads import CONTENT_TYPES
from progress.views.tabs import filter_tabs

# What stops the sheet, or needs a person, comes first.
ORDER: Final = (
    RowOutcome.REFUSED,
    RowOutcome.CONFLICT,
    RowOutcome.NEW,
    RowOutcome.CHANGED,
    RowOutcome.UNCHANGED,
)
TO_CHECK, WRITTEN = ORDER[:4], ORDER[1:4]
# Not an outcome: rows of any outcome with a lower handling label.
LOWERED: Final = "lowered"


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


def digest_of(preview: SheetPreview[PreviewedT]) -> str:
    """Return a mark of what a page showed, to tell if it is still so."""
    facts = [(row.line, row.outcome.value, row.version) for row in preview.rows]
    return sha256(repr(facts).encode()).hexdigest()


def rows_of(preview: SheetPreview[PreviewedT], show: str) -> Sequence[PreviewedT]:
    """Return the rows of a tab.

    Without one it is all to check: what stops the sheet comes first, and rows that
    change nothing are left out.
    """
    if show == LOWERED:
        return preview.lowered
    if show in RowOutcome.__members__.values():
        return preview.of(RowOutcome(show))
    return list(chain.from_iterable(preview.of(outcome) for outcome in TO_CHECK))


def elsewhere(
    left: Sequence[PreviewedT], shown: Sequence[PreviewedT]
) -> Mapping[str, int]:
    """Return how many undecided rows other pages hold, by the tab that shows them."""
    codes = {row.code for row in shown}
    others = [row for row in left if row.code not in codes]
    conflicts = sum(row.outcome is RowOutcome.CONFLICT for row in others)
    return {"conflict": conflicts, LOWERED: len(others) - conflicts}


def preview_tabs(
    preview: SheetPreview[PreviewedT], show: str, labels: Mapping[RowOutcome, str]
) -> list[dict[str, object]]:
    """Return what is to check, then each outcome that some row has.

    The parts add up to the first, and unchanged rows are beside them.
    """
    options = [
        (outcome.value, labels[outcome], preview.counts[outcome])
        for outcome in ORDER
        if preview.counts[outcome] or show == outcome
    ]
    lowered = len(preview.lowered)
    if lowered or show == LOWERED:
        options.append((LOWERED, _("With a lower handling label"), lowered))
    total = sum(preview.counts[outcome] for outcome in TO_CHECK)
    return filter_tabs("show", options, chosen=show, every=_("To check"), total=total)


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
