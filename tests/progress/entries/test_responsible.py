"""Tests of the people in a delegation who are responsible for a commitment."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Role, Scope
from accounts.versions import StaleRow
from audit.models import Event
from progress.actions.assignments import set_responsible
from progress.models import Assignment
from progress.permissions import can_draft, is_assigned
from tests.factories import make_user, member_commitment_of
from tests.progress.editing import page
from tests.progress.reading import words_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RESPONSIBLE = Assignment.Kind.RESPONSIBLE


@pytest.fixture
def mine(plan):
    return member_commitment_of(plan, "1.2.2", "JP")


@pytest.fixture
def url(plan):
    return f"/plans/{plan.slug}/commitments/1.2.2/JP/responsible/"


def name(mine, user, by, was=None):
    set_responsible(member_commitment=mine, user=user, was=was, by=by, at=NOW)


def named_for(mine):
    found = Assignment.objects.filter(member_commitment=mine, kind=RESPONSIBLE)
    return [one.user for one in found]


# ---- Who names whom ------------------------------------------------------------------


def test_one_person_is_named_replaced_and_taken_out(mine, officer_jp, contributor_jp):
    name(mine, contributor_jp, officer_jp)
    assert named_for(mine) == [contributor_jp]
    name(mine, officer_jp, officer_jp, was=contributor_jp.pk)
    assert named_for(mine) == [officer_jp]
    name(mine, None, officer_jp, was=officer_jp.pk)
    assert named_for(mine) == []
    events = Event.objects.order_by("pk")
    assert {event.verb for event in events} == {"assignment.responsible"}
    assert events[1].data == {
        "before": str(contributor_jp.pk),
        "user": str(officer_jp.pk),
    }
    # Who may draft is separate, and stays.
    assert is_assigned(contributor_jp, mine)


@pytest.mark.parametrize(
    "who",
    [
        "contributor_jp", "officer_fr", "head_fr", "coordinator", "second_reviewer",
        "observer", "administrator",
    ],
)  # fmt: skip
def test_nobody_else_names_anybody(request, mine, officer_jp, who):
    with pytest.raises(PermissionDenied):
        name(mine, officer_jp, request.getfixturevalue(who))
    assert named_for(mine) == []


def test_no_key_names_anybody(mine, officer_jp):
    machine = make_user(Role.OFFICER, member="JP", is_service=True)
    machine.scopes = frozenset(Scope.values)
    with pytest.raises(PermissionDenied):
        name(mine, officer_jp, machine)


def test_only_who_writes_for_the_member_can_be_named(mine, officer_jp, officer_fr):
    others = [
        officer_fr,
        make_user(Role.COORDINATOR, member="JP"),
        make_user(Role.OFFICER, member="JP", is_active=False),
        make_user(Role.OFFICER, member="JP", is_service=True),
        make_user(Role.OBSERVER),
    ]
    for person in others:
        with pytest.raises(ValidationError) as refusal:
            name(mine, person, officer_jp)
        assert refusal.value.code == "not_responsible"
    assert named_for(mine) == []


def test_who_comes_second_is_told_who_is_named(mine, officer_jp, head_jp):
    name(mine, head_jp, officer_jp)
    with pytest.raises(StaleRow) as stale:
        name(mine, officer_jp, officer_jp)
    assert stale.value.row == head_jp
    name(mine, head_jp, officer_jp)  # a second press of the first
    assert Event.objects.count() == 1


def test_to_answer_for_it_is_no_leave_to_draft(plan, officer_jp, contributor_jp):
    other = member_commitment_of(plan, "1.2.1", "JP")
    name(other, contributor_jp, officer_jp)
    assert not is_assigned(contributor_jp, other)
    assert not can_draft(contributor_jp, other)


def test_to_answer_for_it_opens_no_editor(signed_in, plan, officer_jp, contributor_jp):
    name(member_commitment_of(plan, "1.2.1", "JP"), contributor_jp, officer_jp)
    browser = signed_in(contributor_jp)
    new = f"/plans/{plan.slug}/commitments/1.2.1/JP/entries/new/"
    assert browser.get(new).status_code == 403
    assert new not in page(browser.get("/tasks/"))
    assert words_of(browser.get("/tasks/")).count("Assigned to you") == 1


def test_naming_contributors_leaves_the_responsible_person_alone(
    signed_in, mine, officer_jp, contributor_jp, plan
):
    name(mine, contributor_jp, officer_jp)
    contributors = f"/plans/{plan.slug}/commitments/1.2.2/JP/contributors/"
    signed_in(officer_jp).post(contributors, {"were": str(contributor_jp.pk)})
    assert not is_assigned(contributor_jp, mine)
    assert named_for(mine) == [contributor_jp]


# ---- Who reads it --------------------------------------------------------------------


@pytest.mark.long
def test_the_delegation_reads_it_and_nobody_else(
    request, signed_in, mine, officer_jp, chair, plan, stocktake
):
    person = make_user(Role.OFFICER, member="JP", name="Canary-person")
    name(mine, person, officer_jp)
    url = f"/plans/{plan.slug}/commitments/1.2.2/JP/"
    for who in ("contributor_jp", "officer_jp", "head_jp"):
        browser = signed_in(request.getfixturevalue(who))
        for place in (url, "/tasks/"):
            assert "Canary-person" in page(browser.get(place)), (who, place)
    for who in (
        "officer_fr", "coordinator", "former_coordinator", "second_reviewer",
        "observer", "assessor", "administrator",
    ):  # fmt: skip
        browser = signed_in(request.getfixturevalue(who))
        for place in (url, "/tasks/", "/", f"{url}contributors/", f"{url}responsible/"):
            assert "Canary-person" not in page(browser.get(place)), (who, place)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_active": False}, "Deactivated"),
        ({"member_id": "FR"}, "No longer writes for your delegation"),
    ],
)
def test_who_can_no_longer_answer_for_it_is_flagged(
    signed_in, mine, officer_jp, head_jp, plan, change, words
):
    name(mine, head_jp, officer_jp)
    for field, value in change.items():
        setattr(head_jp, field, value)
    head_jp.save()
    browser = signed_in(officer_jp)
    here = f"/plans/{plan.slug}/commitments/1.2.2/JP/"
    every = f"/plans/{plan.slug}/responsible/"
    for place in ("/tasks/", here, f"{here}contributors/", every):
        shown = words_of(browser.get(place))
        assert "Head JP" in shown
        assert words in shown


# ---- In the browser ------------------------------------------------------------------


def test_officer_names_somebody(signed_in, url, mine, officer_jp, head_jp):
    browser = signed_in(officer_jp)
    sent = {"responsible": head_jp.pk, "was": ""}
    shown = words_of(browser.post(url, sent, follow=True))
    assert "Saved." in shown
    assert named_for(mine) == [head_jp]


def test_stale_choice_shows_both(signed_in, url, mine, officer_jp, head_jp):
    name(mine, head_jp, officer_jp)
    browser = signed_in(officer_jp)
    answer = browser.post(url, {"responsible": officer_jp.pk, "was": ""})
    assert answer.status_code == 409
    shown = words_of(answer)
    assert "Another person changed this" in shown
    assert "Head JP" in shown
    assert f'name="was" value="{head_jp.pk}"' in page(answer)
    assert named_for(mine) == [head_jp]


@pytest.mark.parametrize("value", ["x", "\x00", "00000000-0000-0000-0000-000000000000"])
def test_nobody_outside_can_be_chosen(signed_in, url, mine, officer_jp, value):
    browser = signed_in(officer_jp)
    assert browser.post(url, {"responsible": value}).status_code == 422
    assert browser.post(url, {"was": "no id"}).status_code == 422
    assert named_for(mine) == []


def test_one_person_for_several_commitments(
    signed_in, plan, officer_jp, head_jp, django_assert_max_num_queries
):
    every = f"/plans/{plan.slug}/responsible/"
    browser = signed_in(officer_jp)
    with django_assert_max_num_queries(12):
        browser.get(every)
    two = [member_commitment_of(plan, code, "JP") for code in ("1.1.1", "2.1")]
    name(two[1], officer_jp, officer_jp)
    ticked = [f"{one.pk}:" for one in two]
    sent = {"responsible": head_jp.pk, "commitments": ticked}
    shown = words_of(browser.post(every, sent, follow=True))
    assert "Head JP is responsible for 1 commitment." in shown
    assert "These commitments were not changed: 2.1 (Officer JP)." in shown
    assert [named_for(one) for one in two] == [[head_jp], [officer_jp]]
    sent["commitments"] = [f"{two[1].pk}:{officer_jp.pk}"]
    browser.post(every, sent)
    assert named_for(two[1]) == [head_jp]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"responsible": "x"},
        {"commitments": ["x:", ":", "no colon"]},
        {"commitments": ["\x00:"]},
    ],
)
def test_what_cannot_be_named_comes_back(signed_in, plan, officer_jp, sent):
    every = f"/plans/{plan.slug}/responsible/"
    answer = signed_in(officer_jp).post(every, {"responsible": officer_jp.pk, **sent})
    assert answer.status_code == 422
    assert not Assignment.objects.exists()


def test_commitment_of_another_member_cannot_be_ticked(
    signed_in, plan, officer_jp, officer_fr
):
    theirs = member_commitment_of(plan, "2.1", "FR")
    sent = {"responsible": officer_jp.pk, "commitments": [f"{theirs.pk}:"]}
    answer = signed_in(officer_jp).post(f"/plans/{plan.slug}/responsible/", sent)
    assert answer.status_code == 422
    assert not Assignment.objects.exists()


def test_ticks_are_kept_where_the_person_is_missing(signed_in, plan, officer_jp):
    mine = member_commitment_of(plan, "2.1", "JP")
    every = f"/plans/{plan.slug}/responsible/"
    answer = signed_in(officer_jp).post(every, {"commitments": [f"{mine.pk}:"]})
    assert answer.status_code == 422
    assert page(answer).count(" checked") == 1
