"""The page of a preview of scores: what stops the sheet, then what it would change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from progress.assessments.cells import CELL_TEXT_LIMITS
from progress.assessments.sheets.columns import heading_of
from progress.assessments.sheets.comparison import score_changes_of
from progress.assessments.sheets.rows import (
    ScorePreview,
    ScorePreviewRow,
)
from progress.models import Assessment, ScoreSheetUpload
from progress.uploaded_sheets.choices import decisions_of
from progress.uploaded_sheets.previews import RowOutcome
from progress.views.assessing.sheets import crumbs_of_sheet
from progress.views.tabs import filter_tabs
from progress.views.uploaded_sheets import (
    WRITTEN,
    ShownChange,
    choice_for,
    elsewhere,
    undecided,
    write_count,
)

# What a page shows: so many rows, and so many bytes of the texts in them.
ROWS_OF_A_PAGE: Final = 50
BYTES_OF_A_PAGE: Final = 30_000
FAULTS_OF_A_PAGE: Final = 100
FIRST_FAULTS: Final = 20
# Not an outcome: cells that the sheet leaves blank although something is saved.
LEFT_BLANK: Final = "blank"


@dataclass(frozen=True)
class ShownScore:
    """One cell of a preview, with what was chosen for it so far."""

    row: ScorePreviewRow
    # "sheet", "present", or empty.
    choice: str = ""
    # Why it holds up the sheet, once that was pressed.
    problem: str = ""
    # In a conflict the cell as it is saved.
    saved: Assessment | None = None

    @property
    def is_conflict(self) -> bool:
        return self.row.outcome is RowOutcome.CONFLICT

    @property
    def label(self) -> str:
        return _labels()[self.row.outcome]

    @property
    def version(self) -> int:
        return self.row.version

    @cached_property
    def changes(self) -> list[ShownChange]:
        return [
            ShownChange(change, is_text=change.field in CELL_TEXT_LIMITS)
            for change in score_changes_of(self.row)
        ]

    @property
    def kept(self) -> list[str]:
        """The headings of the cells that are blank in the sheet, and stay."""
        return [heading_of(field) for field in self.row.kept]


def score_preview_page(
    request: UserRequest,
    upload: ScoreSheetUpload,
    preview: ScorePreview,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render the preview. `more` is added to its context.

    With a status other than 200 it says which rows hold up the sheet.
    """
    is_refused = status != HTTPStatus.OK
    context = {
        "table": upload.table,
        "breadcrumb": crumbs_of_sheet(upload.table),
        "upload": upload,
        **_counts(preview),
        **_shown(request, upload, preview, is_refused=is_refused),
        **more,
    }
    template = "progress/assessing/score_sheet_preview.html"
    return render(request, template, context, status=status)


def _counts(preview: ScorePreview) -> Mapping[str, object]:
    return {
        "preview": preview,
        "writes": write_count(preview),
        "fault_count": sum(1 for _fault in preview.all_faults),
        "blank_count": len(_left_blank(preview)),
        "seen": preview.digest,
    }


def _shown(
    request: UserRequest,
    upload: ScoreSheetUpload,
    preview: ScorePreview,
    *,
    is_refused: bool,
) -> Mapping[str, object]:
    """Return the faults or the rows of the tab and page that the address asks for."""
    show = request.GET.get("show", "")
    tabs = {"tabs": _tabs(preview, show)}
    faults = list(preview.all_faults)
    if show == RowOutcome.REFUSED:
        page = _page_of(request, faults, FAULTS_OF_A_PAGE)
        return {**tabs, "is_fault_list": True, "page": page, "faults": list(page)}
    page = _page_of(request, list(_in_pages(_rows_of(preview, show))) or [[]], 1)
    left = undecided(decisions_of(upload.decisions), preview) if is_refused else []
    return {
        **tabs,
        **_shown_rows(upload, page[0], left),
        "is_brief": show == RowOutcome.UNCHANGED,
        "page": page,
        "faults": faults[:FIRST_FAULTS],
        "has_more_faults": len(faults) > FIRST_FAULTS,
    }


def _shown_rows(
    upload: ScoreSheetUpload,
    here: Sequence[ScorePreviewRow],
    left: Sequence[ScorePreviewRow],
) -> Mapping[str, object]:
    return {
        "shown": _shown_scores(upload, here, left),
        "left": left,
        "left_elsewhere": elsewhere(left, here)["conflict"],
    }


def _page_of(request: UserRequest, items: Sequence[Any], size: int) -> Page[Any]:
    return Paginator(items, size).get_page(request.GET.get("page"))


def _rows_of(preview: ScorePreview, show: str) -> Sequence[ScorePreviewRow]:
    """Return the rows of a tab. Without one it is all that would be written."""
    if show == LEFT_BLANK:
        return _left_blank(preview)
    outcomes = [RowOutcome(show)] if show in set(RowOutcome) else WRITTEN
    return [row for outcome in outcomes for row in preview.of(outcome)]


def _left_blank(preview: ScorePreview) -> list[ScorePreviewRow]:
    return [row for row in preview.rows if row.kept]


def _in_pages(rows: Iterable[ScorePreviewRow]) -> Iterator[list[ScorePreviewRow]]:
    """Yield the rows page by page. One with long texts has fewer of them."""
    page: list[ScorePreviewRow] = []
    size = 0
    for row in rows:
        more = sum(
            len(change.before.encode()) + len(change.after.encode())
            for change in score_changes_of(row)
        )
        is_full = len(page) == ROWS_OF_A_PAGE or size + more > BYTES_OF_A_PAGE
        if page and is_full:
            yield page
            page, size = [], 0
        page.append(row)
        size += more
    if page:
        yield page


def _shown_scores(
    upload: ScoreSheetUpload,
    rows: Sequence[ScorePreviewRow],
    left: Iterable[ScorePreviewRow],
) -> list[ShownScore]:
    """Return these rows for the page. `left` are those that hold up the sheet."""
    saved = _saved(rows)
    problems = {row.code: _problem(upload, row) for row in left}
    return [
        ShownScore(
            row,
            choice=str(choice_for(upload.decisions, row).get("choice", "")),
            problem=problems.get(row.code, ""),
            saved=saved.get(row.present.assessment_id),
        )
        for row in rows
    ]


def _problem(upload: ScoreSheetUpload, row: ScorePreviewRow) -> str:
    is_chosen_before = row.code in upload.decisions
    if is_chosen_before and not choice_for(upload.decisions, row):
        return _("This score was saved after you chose. Choose again.")
    return _("Choose which score to use.")


def _saved(rows: Iterable[ScorePreviewRow]) -> Mapping[UUID, Assessment]:
    """Return the cells of rows in conflict, with who saved them. One query."""
    keys = [
        row.present.assessment_id for row in rows if row.outcome is RowOutcome.CONFLICT
    ]
    cells = Assessment.objects.filter(pk__in=keys).select_related("scored_by")
    return {cell.pk: cell for cell in cells.defer("rationale", "sources")}


def _tabs(preview: ScorePreview, show: str) -> list[dict[str, object]]:
    """Return what would be written, then each outcome that some row has."""
    labels = _labels()
    counts = {outcome.value: preview.counts[outcome] for outcome in WRITTEN}
    counts[RowOutcome.REFUSED.value] = sum(1 for _fault in preview.all_faults)
    counts[LEFT_BLANK] = len(_left_blank(preview))
    counts[RowOutcome.UNCHANGED.value] = preview.counts[RowOutcome.UNCHANGED]
    options = [
        (value, labels[value], count)
        for value, count in counts.items()
        if count or show == value
    ]
    total = write_count(preview)
    return filter_tabs("show", options, chosen=show, every=_("To check"), total=total)


def _labels() -> Mapping[str, str]:
    return {
        RowOutcome.REFUSED.value: _("Errors"),
        RowOutcome.CONFLICT.value: _("Conflicts"),
        RowOutcome.NEW.value: _("New scores"),
        RowOutcome.CHANGED.value: _("Changed"),
        LEFT_BLANK: _("Left blank"),
        RowOutcome.UNCHANGED.value: _("Unchanged"),
    }
