"""Objects of the table of access on which assessors of a body work."""

from collections.abc import Callable
from datetime import UTC, datetime

from accounts.models import Role, Scope, User
from progress.actions.assessments.feedback import comment_on
from progress.actions.assessments.guidelines import save_guideline
from progress.actions.assessments.sheet_uploads import (
    apply_score_upload,
    keep_score_upload,
)
from progress.models import AssessmentTable, ScoreSheetUpload
from progress.uploaded_sheets.previews import SheetDecisions
from tests.api.conftest import store_key
from tests.factories import make_user
from tests.g7plan.access_world import World
from tests.progress.assessments.scoring import (
    cell,
    make_table,
    release,
    score,
    table_in_feedback,
)

SCORED = {("1.2.2", "JP"): "1"}


def _body_of(world: World):
    return world.people["assessor"].body


def _key(world: World) -> list[object]:
    service = make_user(Role.ASSESSOR, body=_body_of(world), is_service=True)
    return [store_key(Scope.WRITE_ASSESSMENTS, user=service)[0].pk]


def _draft(world: World) -> AssessmentTable:
    table = make_table(_body_of(world), world.stocktake)
    score(table, SCORED)
    return table


def _in_feedback(world: World) -> AssessmentTable:
    return table_in_feedback(_body_of(world), world.stocktake, SCORED)


def _cell(table: AssessmentTable) -> list[object]:
    return [table.pk, cell(table, "1.1.1", "JP").pk]


def _comment(world: World) -> list[object]:
    table = _in_feedback(world)
    officer: User = world.people["officer_jp"]
    comment = comment_on(
        assessment=cell(table, "1.2.2", "JP"),
        text="It is so.",
        by=officer,
        at=datetime.now(UTC),
    )
    return [table.pk, comment.pk]


def _sheet(world: World, *, is_released: bool = False) -> ScoreSheetUpload:
    """What an assessor uploaded: a score for one cell of the draft."""
    table = _draft(world)
    upload = keep_score_upload(
        table=table,
        file_name="mine.csv",
        content=b"code,member,score\r\n1.1.1,JP,1\r\n",
        by=world.people["assessor"],
        at=datetime.now(UTC),
    )
    if is_released:
        release(table)
    return upload


def _applied_sheet(world: World) -> ScoreSheetUpload:
    return apply_score_upload(
        upload_id=_sheet(world).pk,
        decisions=SheetDecisions(),
        by=world.people["assessor"],
        at=datetime.now(UTC),
    )


def _address_of(upload: ScoreSheetUpload) -> list[object]:
    return [upload.table_id, upload.pk]


def _guideline(world: World) -> list[object]:
    save_guideline(
        commitment=world.plan.commitments.get(code="1.1.1"),
        text="A law earns +1.",
        version=0,
        by=world.people["assessor"],
        at=datetime.now(UTC),
    )
    return [world.plan.slug, "1.1.1"]


ASSESSING_OBJECTS: dict[str, Callable[[World], list[object]]] = {
    "api_key_of_a_body": _key,
    "stocktake_to_score": lambda world: [world.plan.slug, world.stocktake.slug],
    "guideline_of_a_body": _guideline,
    "guidelines_of_a_body": lambda world: _guideline(world)[:1],
    "draft_of_a_body": lambda world: [_draft(world).pk],
    "cell_of_a_draft_of_a_body": lambda world: _cell(_draft(world)),
    "table_of_a_body_in_feedback": lambda world: [_in_feedback(world).pk],
    "cell_of_a_table_in_feedback": lambda world: _cell(_in_feedback(world)),
    "released_table_of_a_body": lambda world: [release(_draft(world)).pk],
    "comment_on_a_table_of_a_body": _comment,
    "waiting_sheet_of_a_body": lambda world: _address_of(_sheet(world)),
    "applied_sheet_of_a_body": lambda world: _address_of(_applied_sheet(world)),
    "sheet_of_a_released_table": lambda world: _address_of(
        _sheet(world, is_released=True)
    ),
}
