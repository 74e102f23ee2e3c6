"""Who sees which scores, guidelines and comments: every reader in every state.

The tables are written by hand. `visibility.csv` says how many cells of a table and how
many guidelines of its body a reader sees: 32 cells are all of it, 8 are those of the
commitment that concerns INTERPOL; 4 guidelines are published, and 1 is not yet.
`comments.csv` says how many a reader sees of one comment of Japan and its answer.
"""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from accounts.models import Role, Scope, User
from progress.actions.assessments.feedback import answer_comment, comment_on
from progress.actions.assessments.guidelines import save_guideline
from progress.actions.assessments.tables import discard_table
from progress.models import (
    Assessment,
    AssessmentComment,
    AssessmentTable,
    Guideline,
)
from progress.public_reading.reader import public_reader
from tests.factories import make_body, make_user
from tests.progress.assessments.scoring import (
    assessor_of,
    cell,
    make_guidelines,
    make_table,
    release,
    released_table,
    revision,
    score,
    table_in_feedback,
)

FOLDER = Path(__file__).parent
SCORES = {("1.1.1", "FR"): "1", ("1.2.2", "JP"): "0"}
HOUR = timedelta(hours=1)


def rows_of(name: str) -> list[dict[str, str]]:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return list(csv.DictReader(lines))


TABLES = rows_of("visibility.csv")
COMMENTS = rows_of("comments.csv")
STATES = list(TABLES[0])[1:]
BODIES = ("university-observatory", "policy-institute")


def key(*scopes: Scope, **fields) -> User:
    owner = fields.pop("instrument_owner", None)
    role = Role.OFFICER if "member" in fields else Role.OBSERVER
    role = Role.ASSESSOR if "body" in fields else role
    user = make_user(role, is_service=True, **fields)
    user.scopes, user.instrument_owner = frozenset(scopes), owner
    return user


@pytest.fixture
def readers(coordinator, former_coordinator, second_reviewer, now):
    """`readers(body)`: the reader of each row, where the table is of this body."""

    def make(slug: str) -> dict[str, User]:
        body = make_body(slug)
        other = make_body(next(one for one in BODIES if one != slug))
        clear, green, own = Scope.READ_CLEAR, Scope.READ_GREEN, Scope.READ_OWN
        write, limit = Scope.WRITE_ASSESSMENTS, {"instrument_owner": "interpol"}
        gone = make_user(Role.ASSESSOR, body=body, is_active=False)
        return {
            "assessor": make_user(Role.ASSESSOR, body=body),
            "assessor_deactivated": gone,
            "other_assessor": make_user(Role.ASSESSOR, body=other),
            "assessor_of_none": make_user(Role.ASSESSOR),
            "contributor_jp": make_user(Role.CONTRIBUTOR, member="JP"),
            "officer_jp": make_user(Role.OFFICER, member="JP"),
            "head_jp": make_user(Role.HEAD, member="JP"),
            "officer_fr": make_user(Role.OFFICER, member="FR"),
            "coordinator": coordinator,
            "former_coordinator": former_coordinator,
            "second_reviewer": second_reviewer,
            "observer": make_user(Role.OBSERVER),
            "administrator": make_user(Role.ADMINISTRATOR),
            "key_of_body_write": key(write, green, own, body=body),
            "key_of_body_green": key(green, own, body=body),
            "key_of_other_body": key(write, body=other),
            "key_jp_own_green": key(own, green, member="JP"),
            "key_jp_own": key(own, member="JP"),
            "key_jp_green": key(green, Scope.WRITE_ENTRIES, member="JP"),
            "key_green": key(green),
            "key_clear": key(clear),
            "key_reports": key(Scope.READ_REPORTS),
            "key_limited_green": key(green, **limit),
            "key_limited_clear": key(clear, **limit),
            "key_limited_jp_own": key(own, member="JP", **limit),
            "public": public_reader(now - HOUR, now),
            "public_since_later": public_reader(now + HOUR, now),
        }

    return make


def table_in(state: str, slug: str, stocktake) -> AssessmentTable:
    """Make the table, and the next guideline of its body, which is not published."""
    body = make_body(slug)
    match state:
        case "draft" | "discarded":
            table = make_table(body, stocktake)
            score(table, SCORES)
            if state == "discarded":
                at = datetime.now(UTC)
                table = discard_table(table=table, by=assessor_of(body), at=at)
        case "in_feedback":
            table = table_in_feedback(body, stocktake, SCORES)
        case "released":
            table = released_table(body, stocktake, SCORES)
        case _:
            table = released_table(body, stocktake, SCORES, handling="clear")
            if state == "superseded_clear":
                release(revision(table), handling="green")
    save_guideline(
        commitment=stocktake.plan.commitments.get(code="1.1.1"),
        text="The next one.",
        version=0,
        by=assessor_of(body),
        at=datetime.now(UTC),
    )
    return table


@pytest.mark.parametrize(
    "slug",
    [pytest.param(slug, marks=[pytest.mark.long] if slug in BODIES[1:] else [])
     for slug in BODIES],
)  # fmt: skip
@pytest.mark.parametrize("state", STATES)
def test_each_reader_sees_what_the_table_says(readers, stocktake, state, slug):
    table = table_in(state, slug, stocktake)
    # The other body works in secret at the same time, on the same commitments.
    other = make_body(next(one for one in BODIES if one != slug))
    make_guidelines(other, stocktake.plan, is_published=False)
    secret = make_table(other, stocktake)
    people, now = readers(slug), datetime.now(UTC)
    found, hidden = {}, {}
    for row in TABLES:
        name = row["reader"]
        cells = Assessment.objects.visible_to(people[name], now)
        guidelines = Guideline.objects.visible_to(people[name], now)
        seen = cells.filter(table=table).count()
        found[name] = f"{seen}/{guidelines.filter(body=slug).count()}"
        tables = AssessmentTable.objects.visible_to(people[name], now)
        assert tables.filter(pk=table.pk).exists() == (seen > 0), name
        hidden[name] = tables.filter(pk=secret.pk).exists() or (
            cells.filter(table=secret).exists()
            or guidelines.filter(body=other, published_at=None).exists()
        )
    assert found == {row["reader"]: row[state] for row in TABLES}
    own = {"other_assessor", "key_of_other_body"}
    assert {name for name, is_seen in hidden.items() if is_seen} == own


@pytest.mark.parametrize("state", list(COMMENTS[0])[1:])
def test_each_reader_sees_the_comments_that_the_table_says(readers, stocktake, state):
    phase, audience = state.split()
    body, now = make_body(), datetime.now(UTC)
    table = table_in_feedback(body, stocktake, SCORES, audience=audience)
    people = readers(body.slug)
    mine, at = cell(table, "1.2.2", "JP"), datetime.now(UTC)
    comment = comment_on(assessment=mine, text="?", by=people["officer_jp"], at=at)
    answer_comment(comment=comment, text="!", by=people["assessor"], at=at)
    if phase == "released":
        release(table, handling="clear" if audience == "readers" else "green")
    found = {
        row["reader"]: str(
            AssessmentComment.objects.visible_to(people[row["reader"]], now).count()
        )
        for row in COMMENTS
    }
    assert found == {row["reader"]: row[state] for row in COMMENTS}


def test_the_count_of_comments_is_the_readers_own(readers, stocktake):
    body = make_body()
    table = table_in_feedback(body, stocktake, SCORES, audience="body")
    people, at = readers(body.slug), datetime.now(UTC)
    mine = cell(table, "1.2.2", "JP")
    comment_on(assessment=mine, text="?", by=people["officer_jp"], at=at)
    for name, count in [("officer_jp", 1), ("assessor", 1), ("officer_fr", 0)]:
        visible = AssessmentComment.objects.visible_to(people[name], at)
        cells = Assessment.objects.with_comment_count(visible)
        assert cells.get(pk=mine.pk).comment_count == count, name


def test_the_tables_name_the_same_readers(readers):
    names = set(readers(BODIES[0]))
    assert {row["reader"] for row in TABLES} == names
    assert {row["reader"] for row in COMMENTS} == names
