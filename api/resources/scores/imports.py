"""Change many cells of a draft table: all of them, or none and every reason why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.versions import StaleRow
from api.requests import ActorRequest
from api.resources.scores.bodies_in import AssessmentRowIn, changed_text
from api.resources.writing.fields import IdIn, at_place, read_body
from api.resources.writing.imports import is_dry_run
from progress import limits
from progress.actions.assessments.cells import CellsNotSaved, CellToSave, save_cells
from progress.models import Assessment, AssessmentTable

Faults = dict[str, list[ValidationError]]
CellCodes = tuple[str, str, str]


class CellOutcome(TextChoices):
    """What was done with one cell."""

    CHANGED = "changed", gettext_lazy("Changed")
    UNCHANGED = "unchanged", gettext_lazy("Unchanged")


class AssessmentImportIn(serializers.Serializer[Any]):
    """Cells of one draft table, with what changes in them."""

    table = IdIn(help_text=gettext_lazy("Id of the draft table."))
    rows = AssessmentRowIn(  # type: ignore[call-arg]  # of the list
        many=True,
        min_length=1,
        max_length=limits.SENT_ENTRIES,
        help_text=gettext_lazy("The cells. No two are the same."),
    )


class ImportedAssessmentOut(serializers.Serializer[Any]):
    """The result for one cell of the request, in its order."""

    outcome = serializers.ChoiceField(
        CellOutcome.choices, help_text=gettext_lazy("What was done with the cell.")
    )
    assessment = serializers.UUIDField(help_text=gettext_lazy("Id of the assessment."))


class AssessmentImportOut(serializers.Serializer[Any]):
    """What was done, or what would be done."""

    dry_run = serializers.BooleanField(
        help_text=gettext_lazy("Whether nothing was saved.")
    )
    counts = serializers.DictField(
        child=serializers.IntegerField(min_value=0),
        help_text=gettext_lazy("The number of cells by outcome."),
    )
    rows = ImportedAssessmentOut(many=True)


@dataclass
class _ReadRows:
    """The cells that the rows of a body name, and what is wrong with the others."""

    cells: dict[int, CellToSave] = field(default_factory=dict)
    faults: dict[int, ValidationError] = field(default_factory=dict)


def import_assessments(request: ActorRequest) -> dict[str, Any]:
    """Save the cells of the body, and return the values of `AssessmentImportOut`.

    Raises ValidationError with everything that is wrong in any row, by pointer.
    """
    is_trial = is_dry_run(request)
    table, sent = _read_table(request, cast("dict[str, Any]", request.data))
    read = _read_rows(request, table, sent)
    changed: list[Assessment] = []
    try:
        changed = save_cells(
            table=table,
            rows=list(read.cells.values()),
            by=request.user,
            at=request.at,
            # With a faulty row nothing is saved, but the others are looked at.
            is_trial=is_trial or bool(read.faults),
        )
    except CellsNotSaved as refused:
        places = {cell.assessment_id: place for place, cell in read.cells.items()}
        for key, refusal in refused.refusals.items():
            read.faults[places[key]] = _as_fault(refusal)
    if read.faults:
        faults: Faults = {}
        for place in sorted(read.faults):
            faults |= at_place(read.faults[place], f"rows/{place}")
        raise ValidationError(faults)
    return _report(read, {cell.pk for cell in changed}, is_trial=is_trial)


def _read_table(
    request: ActorRequest, body: Mapping[str, Any]
) -> tuple[AssessmentTable, list[Any]]:
    """Return the table that the body names, and its rows. Raises ValidationError."""
    faults: Faults = {
        name: [ValidationError(_("This field is unknown here."), "unknown")]
        for name in body.keys() - {"table", "rows"}
    }
    rows = body.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= limits.SENT_ENTRIES:
        sentence = _("Give a list of 1 to %(limit)d cells.")
        text = sentence % {"limit": limits.SENT_ENTRIES}
        faults["rows"] = [ValidationError(text, "invalid")]
    table = _find_table(request, body.get("table"))
    if table is None:
        sentence = _("There is no such score table that you may see.")
        faults["table"] = [ValidationError(sentence, "unknown_value")]
    if faults or table is None or not isinstance(rows, list):
        raise ValidationError(faults)
    return table, rows


def _find_table(request: ActorRequest, given: object) -> AssessmentTable | None:
    try:
        key = IdIn().run_validation(given)
    except serializers.ValidationError:
        return None
    visible = AssessmentTable.objects.visible_to(request.user, request.at)
    return visible.filter(pk=key).with_places().first()


def _read_rows(
    request: ActorRequest, table: AssessmentTable, sent: Sequence[object]
) -> _ReadRows:
    """Return the cells of these rows, each at its place in the list. One query."""
    visible = Assessment.objects.visible_to(request.user, request.at)
    rows = visible.filter(table=table).select_related("member_commitment__commitment")
    plan = table.stocktake.plan.slug
    cells = {_codes_of(plan, cell): cell for cell in rows}
    read, seen, body = _ReadRows(), set[UUID](), AssessmentRowIn()
    for place, one in enumerate(sent):
        try:
            read.cells[place] = _cell_of(read_body(body, one), cells, seen)
        except ValidationError as error:
            read.faults[place] = error
    return read


def _codes_of(plan: str, cell: Assessment) -> CellCodes:
    owed = cell.member_commitment
    return plan, owed.commitment.code, owed.member_id


def _cell_of(
    values: dict[str, Any], cells: Mapping[CellCodes, Assessment], seen: set[UUID]
) -> CellToSave:
    cell = cells.get((values["plan"], values["commitment"], values["member"]))
    if cell is None:
        sentence = _("The table has no such cell. Check the spelling and case.")
        unknown = ValidationError(sentence, "unknown_value")
        raise ValidationError({"commitment": [unknown]})
    if cell.pk in seen:
        sentence = _("This cell comes twice. Give each cell once.")
        raise ValidationError({"commitment": [ValidationError(sentence, "duplicate")]})
    seen.add(cell.pk)
    return CellToSave(cell.pk, cell.version, changed_text(cell, values))


def _as_fault(refusal: StaleRow | ValidationError) -> ValidationError:
    if isinstance(refusal, StaleRow):
        sentence = _("Another person has changed the cell at this moment.")
        return ValidationError(sentence, "conflict")
    return refusal


def _report(read: _ReadRows, changed: set[UUID], *, is_trial: bool) -> dict[str, Any]:
    rows = [
        {
            "outcome": (
                CellOutcome.CHANGED
                if cell.assessment_id in changed
                else CellOutcome.UNCHANGED
            ).value,
            "assessment": cell.assessment_id,
        }
        for cell in read.cells.values()
    ]
    counts = Counter(row["outcome"] for row in rows)
    return {
        "dry_run": is_trial,
        "counts": {outcome: counts[outcome] for outcome in CellOutcome.values},
        "rows": rows,
    }
