"""An uploaded score sheet: whose it is, how long it is kept, and how it is applied."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction

from accounts.models import Role, Scope, User
from audit.models import Event
from progress.actions.assessments.score_sheets import apply_score_sheet
from progress.actions.assessments.sheet_uploads import (
    apply_score_upload,
    discard_score_upload,
    keep_score_decisions,
    keep_score_upload,
)
from progress.actions.sheet_uploads import delete_old_uploads
from progress.models import Assessment, AssessmentTable, ScoreSheetUpload
from progress.uploaded_sheets.previews import (
    RowOutcome,
    SheetDecisions,
    SheetNotApplied,
)
from tests.progress.assessment_sheets.sample_score_sheets import as_csv
from tests.progress.assessment_sheets.uploading import score_of
from tests.progress.assessments.scoring import release, score

pytestmark = pytest.mark.django_db

MATRIX = as_csv([["", "FR", "JP"], ["1.1.1", "0", "n/a"], ["1.2.1", "", "-1"]])


@pytest.fixture
def instant(table):
    """An instant at which the table and its guidelines are there."""
    return datetime.now(UTC)


@pytest.fixture
def keep(table, instant):
    def kept(by: User, content: bytes = MATRIX) -> ScoreSheetUpload:
        return keep_score_upload(
            table=table, file_name="../mine.csv", content=content, by=by, at=instant
        )

    return kept


@pytest.fixture
def apply(table, instant):
    def applied(by: User, content: bytes = MATRIX, **chosen: Any) -> Any:
        return apply_score_sheet(
            content=content,
            file_name="mine.csv",
            table=table,
            decisions=SheetDecisions(**chosen),
            by=by,
            at=instant,
        )

    return applied


# ---- Whose it is ---------------------------------------------------------------------


def test_a_second_file_replaces_the_first_with_what_was_chosen_for_it(keep, assessor):
    first = keep(assessor)
    keep_score_decisions(upload_id=first.pk, decisions={"1.1.1-FR": 1}, by=assessor)
    keep(assessor, b"others")
    upload = ScoreSheetUpload.objects.get()
    assert (upload.file_name, upload.content) == ("mine.csv", b"others")
    assert upload.decisions == {}


def test_only_its_owner_finds_a_file(keep, assessor, make_assessor, other_assessor):
    upload = keep(assessor)
    for other in (make_assessor(), other_assessor):
        assert not ScoreSheetUpload.objects.visible_to(other).exists()
        with pytest.raises(ScoreSheetUpload.DoesNotExist):
            keep_score_decisions(upload_id=upload.pk, decisions={}, by=other)
        discard_score_upload(upload_id=upload.pk, by=other)
    assert ScoreSheetUpload.objects.visible_to(assessor).get() == upload


@pytest.mark.parametrize(
    "change",
    [{"body_id": None}, {"roles": [Role.OBSERVER], "body_id": None}],
    ids=["left the body", "lost the role"],
)
def test_who_scores_for_the_body_no_more_does_not_find_the_file(keep, assessor, change):
    keep(assessor)
    User.objects.filter(pk=assessor.pk).update(**change)
    person = User.objects.get(pk=assessor.pk)
    assert not ScoreSheetUpload.objects.visible_to(person).exists()


@pytest.mark.parametrize(
    "role", ["officer_jp", "coordinator", "observer", "administrator", "other_assessor"]
)
def test_who_scores_for_no_body_or_another_keeps_no_file(keep, role, request):
    with pytest.raises(PermissionDenied):
        keep(request.getfixturevalue(role))


def test_a_key_of_the_body_uploads_no_sheet(keep, assessor):
    keep(assessor)
    assessor.scopes = frozenset({Scope.WRITE_ASSESSMENTS, Scope.READ_OWN})
    assert not ScoreSheetUpload.objects.visible_to(assessor).exists()
    with pytest.raises(PermissionDenied):
        keep(assessor)


def test_a_file_is_deleted_after_a_day_and_not_before(keep, assessor, instant):
    keep(assessor)
    assert delete_old_uploads(at=instant + timedelta(hours=23)) == 0
    assert delete_old_uploads(at=instant + timedelta(hours=24)) == 1


def test_a_report_is_deleted_a_day_after_the_sheet_was_applied(keep, assessor, instant):
    upload = keep(assessor)
    chosen = {"upload_id": upload.pk, "decisions": SheetDecisions()}
    apply_score_upload(**chosen, by=assessor, at=instant)
    assert delete_old_uploads(at=instant + timedelta(days=2)) == 1


@pytest.mark.parametrize(
    "change",
    [{"content": None}, {"report": []}, {"sha256": "none"}, {"file_name": ""}],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_half_an_upload(keep, assessor, change):
    keep(assessor)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreSheetUpload.objects.update(**change)


# ---- Applied -------------------------------------------------------------------------


def test_a_sheet_is_saved_by_the_rules_of_a_cell(apply, table, assessor):
    report = apply(assessor)
    assert [(one.code, one.member, one.outcome) for one in report] == [
        ("1.1.1", "FR", RowOutcome.CHANGED),
        ("1.1.1", "JP", RowOutcome.NEW),
        ("1.2.1", "FR", RowOutcome.UNCHANGED),
        ("1.2.1", "JP", RowOutcome.NEW),
    ]
    saved = Assessment.objects.filter(table=table).scored()
    assert saved.count() == 3
    for cell in saved:
        assert cell.guideline_id is not None
        assert cell.scored_by == assessor
    assert Event.objects.filter(verb="assessment.edit").count() == 1 + 3


def test_nothing_is_saved_if_one_cell_is_refused(apply, table, assessor):
    content = as_csv([["", "FR", "JP"], ["1.1.1", "0", "-"], ["1.2.1", "1", "maybe"]])
    with pytest.raises(SheetNotApplied) as raised:
        apply(assessor, content)
    assert [fault.cell for fault in raised.value.faults] == ["C2", "C3"]
    assert score_of(table, "1.1.1", "FR") == "1"
    assert Assessment.objects.filter(table=table).scored().count() == 1


def test_a_sheet_that_changes_nothing_is_not_applied(apply, table, assessor):
    with pytest.raises(SheetNotApplied) as raised:
        apply(assessor, as_csv([["", "FR", "JP"], ["1.1.1", "1", ""]]))
    [fault] = raised.value.faults
    assert fault.message == "Nothing in the sheet differs from what is saved."


def test_a_preview_that_was_seen_otherwise_is_not_applied(apply, table, assessor):
    with pytest.raises(SheetNotApplied) as raised:
        apply(assessor, seen="of another moment")
    assert "after the page was opened" in raised.value.faults[0].message
    assert score_of(table, "1.1.1", "FR") == "1"


def test_another_body_does_not_learn_of_the_table(apply, other_assessor, officer_jp):
    for other in (other_assessor, officer_jp):
        with pytest.raises(AssessmentTable.DoesNotExist):
            apply(other)


def test_a_key_that_may_not_write_scores_does_not_learn_of_the_table(apply, assessor):
    assessor.scopes = frozenset({Scope.READ_OWN})
    with pytest.raises(AssessmentTable.DoesNotExist):
        apply(assessor)


def test_a_released_table_takes_no_sheet(apply, table, assessor):
    release(table)
    with pytest.raises(ValidationError) as raised:
        apply(assessor)
    assert raised.value.code == "illegal_transition"


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_presses_at_once_apply_the_sheet_once(keep, table, assessor, instant):
    upload, start = keep(assessor), Barrier(2)

    def press(_number: int) -> bool:
        start.wait(10)
        try:
            done = apply_score_upload(
                upload_id=upload.pk, decisions=SheetDecisions(), by=assessor, at=instant
            )
            return done.applied_at is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert [*threads.map(press, range(2))] == [True, True]
    assert Event.objects.filter(verb="assessment.edit").count() == 1 + 3


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_sheet_and_an_editor_at_once_lose_no_score(apply, table, assessor):
    """The second of both finds what the first has saved."""
    start = Barrier(2)

    def run(act):
        start.wait(10)
        try:
            act()
        except SheetNotApplied:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    acts = [
        lambda: apply(assessor),
        lambda: score(table, {("2.1", "US"): "1"}),
    ]
    with ThreadPoolExecutor(2) as threads:
        assert [*threads.map(run, acts)] == ["done", "done"]
    assert Assessment.objects.filter(table=table).scored().count() == 4
