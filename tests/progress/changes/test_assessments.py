"""Tests of released scores among the changes: what came, what ended, and for whom."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from accounts.models import Role, Scope
from progress.changes.change import (
    AnyChange,
    AssessmentChange,
    ChangeFilters,
    ChangeKind,
    ChangeSubject,
)
from progress.changes.cursors import ExpiredCursorError, InvalidCursorError
from progress.changes.reading import read_changes, read_last_changes
from progress.models import Assessment, AssessmentTable, State
from tests.factories import make_body, make_entry, make_user, member_commitment_of
from tests.progress.assessments.scoring import (
    SCORES,
    cell,
    make_table,
    release,
    released_at,
    released_table,
    revision,
    score,
    table_in_feedback,
)
from tests.progress.changes.following import Follower

SCORED = ChangeFilters(about=ChangeSubject.ASSESSMENT)
REVISED = {("1.1.1", "FR"): "", ("1.1.1", "JP"): "1", ("2.1", "US"): "0"}


@pytest.fixture
def body(members):
    return make_body()


@pytest.fixture
def clear_reader(members):
    return key(Scope.READ_CLEAR)


def key(*scopes: Scope, **fields):
    user = make_user(Role.OBSERVER, is_service=True, **fields)
    user.scopes = frozenset(scopes)
    return user


def facts(changes: Iterable[AnyChange]):
    """Kind, codes and superseded score of each change of a score."""
    cells = {
        one.pk: (one.member_commitment.commitment.code, one.member_commitment.member_id)
        for one in Assessment.objects.select_related("member_commitment__commitment")
    }
    return [
        (change.kind.value, *cells[change.key], change.supersedes is not None)
        for change in changes
        if isinstance(change, AssessmentChange)
    ]


def in_force(changes: Iterable[AnyChange], known_at: datetime) -> set[UUID]:
    """Return the scores in force after the changes up to an instant."""
    standing: set[UUID] = set()
    for change in changes:
        if isinstance(change, AssessmentChange) and change.at <= known_at:
            gone = change.supersedes if change.kind == "released" else change.key
            standing -= {gone} if change.kind != "erased" else set()
            standing |= {change.key} if change.kind == "released" else set()
    return standing


def shown(reader, known_at: datetime) -> set[UUID]:
    """Return the scores of the tables that were in force then, for the reader."""
    tables = AssessmentTable.objects.as_known_at(known_at)
    cells = Assessment.objects.visible_to(reader, datetime.now(UTC)).scored()
    found = cells.filter(table__in=tables, table__state="released")
    return set(found.values_list("pk", flat=True))


def test_a_release_comes_score_by_score_in_the_order_of_the_ledger(
    body, stocktake, observer
):
    table = released_table(body, stocktake)
    changes = Follower(observer).poll()
    assert sorted(facts(changes)) == [
        ("released", "1.1.1", "FR", False),
        ("released", "1.1.1", "JP", False),
        ("released", "1.2.1", "FR", False),
    ]
    scored = table.assessments.scored().order_by("ledger_record")
    assert [one.key for one in changes] == list(scored.values_list("pk", flat=True))
    assert {one.at for one in changes} == {table.released_at}
    last = read_last_changes(
        observer, datetime.now(UTC), filters=ChangeFilters(), size=9
    )
    assert last == changes[::-1]


@pytest.mark.parametrize("make", [make_table, table_in_feedback])
def test_what_is_not_released_is_no_change(
    body, stocktake, observer, officer_jp, assessor, make
):
    readers = [Follower(one) for one in (observer, officer_jp, assessor)]
    cursors = [(one.poll(), one.cursor)[1] for one in readers]
    table = make(body, stocktake)
    if table.is_draft:
        score(table, SCORES)
    assert [(one.poll(), one.cursor) for one in readers] == [
        ([], cursor) for cursor in cursors
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_revision_takes_the_place_of_each_score(body, stocktake, observer, size):
    follower = Follower(observer, size=size)
    table = released_table(body, stocktake)
    follower.poll()
    release(revision(table, REVISED))
    new = follower.poll()
    assert facts(new)[0] == ("removed", "1.1.1", "FR", False)
    assert sorted(facts(new)[1:]) == [
        ("released", "1.1.1", "JP", True),
        ("released", "1.2.1", "FR", True),
        ("released", "2.1", "US", False),
    ]
    assert follower.changes == Follower(observer).poll()
    # A table with more blank cells, after a publication in between.
    blank = {("1.2.1", "FR"): "", ("2.1", "US"): ""}
    entry = make_entry(
        member_commitment_of(stocktake.plan, "1.2.2", "JP"),
        by=make_user(Role.OFFICER, member="JP"),
        state=State.PUBLISHED,
        stocktake=stocktake,
    )
    newest = AssessmentTable.objects.get(number=2)
    release(revision(newest, blank))
    new = follower.poll()
    assert new[0].key == entry.pk
    assert [one[0] for one in facts(new)] == ["removed", "removed", "released"]
    assert follower.changes == Follower(observer).poll()


def test_a_label_that_is_not_read_removes_what_was_there(
    body, stocktake, observer, clear_reader, assessor
):
    readers = [Follower(one) for one in (clear_reader, observer, assessor)]
    table = released_table(body, stocktake, handling="clear")
    assert [len(one.poll()) for one in readers] == [3, 3, 3]
    green = release(revision(table, {("2.1", "US"): "1"}))
    kinds = [[one[0] for one in facts(one.poll())] for one in readers]
    assert kinds == [["removed"] * 3, ["released"] * 4, ["released"] * 4]
    release(revision(green, {("2.1", "US"): ""}), handling="clear")
    new = [sorted(facts(one.poll())) for one in readers]
    assert new[0] == [
        ("released", "1.1.1", "FR", False),
        ("released", "1.1.1", "JP", False),
        ("released", "1.2.1", "FR", False),
    ]
    assert new[1] == new[2]
    assert [one[0] for one in new[1]] == ["released"] * 3 + ["removed"]
    for reader in readers:
        assert reader.changes == Follower(reader.reader, size=2).poll()


@pytest.mark.parametrize("name", ["observer", "clear_reader", "officer_jp", "assessor"])
def test_replaying_them_gives_the_tables_of_any_instant(request, body, stocktake, name):
    reader = request.getfixturevalue(name)
    other = make_body("policy-institute")
    first = released_table(body, stocktake, handling="clear")
    theirs = released_table(other, stocktake)
    second = release(revision(first, REVISED))
    third = release(revision(second, {("2.1", "DE"): "-1"}), handling="clear")
    revision(third, {("2.1", "GB"): "1"})
    changes = Follower(reader, size=2).poll()
    instants = [released_at(one) for one in (first, theirs, second, third)]
    for at in (*instants, datetime.now(UTC)):
        assert in_force(changes, at) == shown(reader, at)
    assert in_force(changes, released_at(third))


def test_a_table_in_feedback_between_two_releases_ends_nothing_by_itself(
    body, stocktake, observer
):
    first = released_table(body, stocktake)
    follower = Follower(observer)
    follower.poll()
    second = release(revision(first, REVISED, phase="interim"))
    assert len(facts(follower.poll())) == 4
    at = released_at(second)
    assert in_force(follower.changes, at) == shown(observer, at)


def test_each_subject_can_be_read_alone(body, stocktake, observer, jp_entry):
    released_table(body, stocktake)
    of_entries = Follower(observer, ChangeFilters(about=ChangeSubject.ENTRY))
    of_scores = Follower(observer, SCORED)
    both = Follower(observer)
    assert [one.key for one in of_entries.poll()] == [jp_entry.pk]
    assert len(facts(of_scores.poll())) == len(SCORES)
    assert both.poll() == of_entries.changes + of_scores.changes
    with pytest.raises(InvalidCursorError):
        read_changes(
            observer,
            datetime.now(UTC),
            since=of_scores.cursor,
            filters=ChangeFilters(),
            size=1,
        )


@pytest.fixture
def jp_entry(stocktake, officer_jp):
    owed = member_commitment_of(stocktake.plan, "1.2.2", "JP")
    values = {"state": State.PUBLISHED, "stocktake": stocktake}
    return make_entry(owed, by=officer_jp, **values)


def test_a_cursor_from_before_goes_on_with_the_scores(
    body, stocktake, observer, jp_entry
):
    follower = Follower(observer)
    assert [one.key for one in follower.poll()] == [jp_entry.pk]
    released_table(body, stocktake)
    assert len(facts(follower.poll())) == len(SCORES)


def test_filters_leave_the_scores_of_their_member_commitments(
    body, stocktake, observer
):
    released_table(body, stocktake, {**SCORES, ("1.2.2", "DE"): "1"})
    for filters, codes in (
        (ChangeFilters(members=("FR",)), {("1.1.1", "FR"), ("1.2.1", "FR")}),
        (ChangeFilters(instrument="interpol"), {("1.2.2", "DE")}),
        (ChangeFilters(plan="test-plan", members=("JP",)), {("1.1.1", "JP")}),
    ):
        found = facts(Follower(observer, replace(filters, about=None)).poll())
        assert {one[1:3] for one in found} == codes


def test_a_limited_key_reads_scores_that_concern_its_instrument(body, stocktake):
    limited = key(Scope.READ_GREEN, Scope.READ_CLEAR)
    limited.instrument_owner = "interpol"
    released_table(body, stocktake, {**SCORES, ("1.2.2", "DE"): "1"})
    found = facts(Follower(limited).poll())
    assert found == [("released", "1.2.2", "DE", False)]


def test_a_cursor_expires_when_the_reader_becomes_of_a_body(body, stocktake):
    reader = make_user(Role.ASSESSOR)
    follower = Follower(reader)
    released_table(body, stocktake)
    follower.poll()
    reader.body = body
    with pytest.raises(ExpiredCursorError):
        follower.poll()


def test_kinds_of_scores_have_names_of_their_own(body, stocktake, observer):
    """A program that knows entries only must not take a score for one."""
    released_table(body, stocktake)
    kinds = {one.kind for one in Follower(observer).poll()}
    assert ChangeKind.PUBLISHED not in kinds
    assert cell(AssessmentTable.objects.get(), "1.1.1", "FR").ledger_record_id
