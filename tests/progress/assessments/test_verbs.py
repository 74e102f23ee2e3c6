"""Each verb on a score table, in each situation, by each person: see `verbs_table`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.db import transaction

from accounts.models import Role, User
from progress.actions.assessments.cells import save_cell
from progress.actions.assessments.feedback import (
    answer_comment,
    comment_on,
    open_feedback,
)
from progress.actions.assessments.release import release_table
from progress.actions.assessments.tables import discard_table, revise_table
from progress.assessments.cells import CellText
from progress.assessments.permissions import allowed_on_cell, allowed_on_table
from progress.assessments.transitions import TABLE_RULES, TableVerb
from progress.models import Assessment, AssessmentComment, AssessmentTable
from tests.factories import CHAIR, make_acting_head, make_body, make_user
from tests.progress.assessments.scoring import (
    cell,
    make_table,
    release,
    released_table,
    revision,
    score,
    table_in_feedback,
)
from tests.progress.assessments.verbs_table import (
    PEOPLE,
    REFUSALS,
    SITUATIONS,
    TABLE,
)

SCORES = {("1.1.1", "JP"): "0", ("1.1.1", "FR"): "1"}
LAST_MONTH = timedelta(days=30)


def situation(name: str, stocktake) -> AssessmentTable:
    """Make the table of a situation. Where it had feedback, Japan has commented."""
    body, ago = make_body(), datetime.now(UTC) - LAST_MONTH
    match name:
        case "draft" | "draft_final" | "discarded":
            phase = "final" if name == "draft_final" else "interim"
            table = make_table(body, stocktake, phase=phase)
            score(table, SCORES)
            if name == "discarded":
                by = make_user(Role.ASSESSOR, body=body)
                return discard_table(table=table, by=by, at=datetime.now(UTC))
            return table
        case "released" | "released_final" | "released_revised":
            phase = "final" if name == "released_final" else "interim"
            table = released_table(body, stocktake, SCORES, phase=phase)
            if name == "released_revised":
                revision(table)
            return table
    at = ago if name == "feedback_over" else None
    table = table_in_feedback(body, stocktake, SCORES, at=at)
    by = make_user(Role.OFFICER, member="JP")
    mine = cell(table, "1.1.1", "JP")
    comment_on(assessment=mine, text="Why?", by=by, at=at or datetime.now(UTC))
    if name == "feedback_revised":
        revision(table)
    elif name == "feedback_then_final":
        release(revision(table))
    elif name == "released_in_feedback":
        table = release(table)
    return table


@pytest.fixture
def cast(plan, stocktake, coordinator, head_jp) -> dict[str, User]:
    body = make_body()
    people = {
        "assessor": make_user(Role.ASSESSOR, body=body),
        "key_write": make_user(Role.ASSESSOR, body=body, is_service=True),
        "key_read": make_user(Role.ASSESSOR, body=body, is_service=True),
        "other_assessor": make_user(Role.ASSESSOR, body=make_body("policy-institute")),
        "assessor_of_none": make_user(Role.ASSESSOR),
        "contributor": make_user(Role.CONTRIBUTOR, member="JP"),
        "officer": make_user(Role.OFFICER, member="JP"),
        "head": head_jp,
        "acting_head": make_user(Role.OFFICER, member="JP"),
        "officer_other": make_user(Role.OFFICER, member="FR"),
        "coordinator": coordinator,
        "observer": make_user(Role.OBSERVER),
        "administrator": make_user(Role.ADMINISTRATOR),
        "key_own_jp": make_user(Role.OFFICER, member="JP", is_service=True),
        "key_green": make_user(Role.OBSERVER, is_service=True),
    }
    make_acting_head(people["acting_head"], head_jp)
    people["key_write"].scopes = frozenset({"write:assessments"})
    # A key acts for its body only if it may write its scores.
    people["key_read"].scopes = frozenset({"read:own", "read:green"})
    people["key_own_jp"].scopes = frozenset({"read:own", "read:green"})
    people["key_green"].scopes = frozenset({"read:green"})
    assert coordinator.member_id == CHAIR
    return people


def act(verb: str, table: AssessmentTable, by: User) -> None:
    at = datetime.now(UTC)
    acts: dict[str, Callable[[], object]] = {
        "edit": lambda: save_cell(
            assessment=cell(table, "1.1.1", "JP"),
            version=2,
            fields=CellText(score="1", rationale="It reported."),
            by=by,
            at=at,
        ),
        "open_feedback": lambda: open_feedback(
            table=table,
            until=at + timedelta(days=3),
            comments_audience="body",
            by=by,
            at=at,
        ),
        "release": lambda: release_table(table=table, handling="green", by=by, at=at),
        "revise": lambda: revise_table(table=table, phase="final", by=by, at=at),
        "discard": lambda: discard_table(table=table, by=by, at=at),
        "comment": lambda: comment_on(
            assessment=cell(table, "1.1.1", "JP"), text="And this?", by=by, at=at
        ),
        "answer": lambda: answer_comment(
            comment=AssessmentComment.objects.get(answers=None),
            text="Because.",
            by=by,
            at=at,
        ),
    }
    acts[verb]()


def outcome(verb: str, table: AssessmentTable, by: User) -> str:
    """Return what the act leads to, as a cell of the table says it. It is undone."""
    with transaction.atomic():
        found = _outcome(verb, table, by)
        transaction.set_rollback(True)
    return found


def _outcome(verb: str, table: AssessmentTable, by: User) -> str:
    try:
        act(verb, table, by)
    except ObjectDoesNotExist:
        return "404"
    except PermissionDenied:
        return "403"
    except ValidationError as refusal:
        return "409" if refusal.code == "illegal_transition" else str(refusal)
    if verb == "revise":
        assert AssessmentTable.objects.get(supersedes=table).state == "draft"
        return "new draft"
    return AssessmentTable.objects.get(pk=table.pk).state


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_verb_has_the_outcome_of_the_table(cast, stocktake, name):
    table = situation(name, stocktake)
    rows = [row for row in TABLE if row["situation"] == name]
    failures = {
        (row["verb"], person): (found, row[person])
        for row in rows
        for person in PEOPLE
        if (found := outcome(row["verb"], table, cast[person])) != row[person]
    }
    assert not failures


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_verbs_that_are_offered_are_those_that_work(cast, stocktake, name):
    table = situation(name, stocktake)
    now = datetime.now(UTC)
    rows = [row for row in TABLE if row["situation"] == name]
    for person in PEOPLE:
        by = cast[person]
        works = [row["verb"] for row in rows if row[person] not in REFUSALS]
        visible = AssessmentTable.objects.visible_to(by, now).with_successors()
        shown = visible.filter(pk=table.pk).first()
        if shown is None:
            assert works == []
            continue
        mine = cell(shown, "1.1.1", "JP")
        mine.table = shown
        offered = {
            *allowed_on_table(by, shown, at=now),
            *allowed_on_cell(by, mine, at=now),
        }
        assert offered == set(works), person


def test_the_table_names_every_verb_and_every_state():
    assert {row["verb"] for row in TABLE} == {verb.value for verb in TableVerb}
    assert set(TABLE_RULES) == set(TableVerb)
    reached = {row[person] for row in TABLE for person in PEOPLE} - REFUSALS
    assert reached == {*AssessmentTable.State.values, "new draft"}


def test_a_refused_verb_changes_nothing(cast, stocktake):
    table = situation("draft", stocktake)
    before = list(Assessment.objects.order_by("pk").values())
    for row in TABLE:
        if row["situation"] != "draft" or row["verb"] == "answer":
            continue
        for person in PEOPLE:
            if row[person] in REFUSALS:
                with pytest.raises(
                    (ObjectDoesNotExist, PermissionDenied, ValidationError)
                ):
                    act(row["verb"], table, cast[person])
    assert list(Assessment.objects.order_by("pk").values()) == before
    assert AssessmentTable.objects.get().version == table.version
