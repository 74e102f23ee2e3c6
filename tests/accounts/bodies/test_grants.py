"""Tests that two administrators are needed for what reads the drafts of a body."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.actions.approvals import (
    agree_to_grant,
    ask_for_access,
    ask_for_address,
    ask_for_change,
)
from accounts.actions.people import (
    change_person,
    deactivate_person,
    invite_person,
    reactivate_person,
)
from accounts.models import PendingGrant, Role, User
from accounts.profiles import Profile, basis_of, profile_of
from audit.models import Event
from partners.actions.cursors import open_cursor
from partners.event_consumer import NOTICES, read_new_events
from partners.models import Notice
from progress.models import AssessmentTable
from tests.accounts.approvals.requests import (
    EMAIL,
    agreed,
    ask_account,
    ask_roles,
    notified,
)
from tests.factories import make_body, make_user
from tests.progress.assessments.scoring import make_table

OBSERVATORY, INSTITUTE = "university-observatory", "policy-institute"
ASSESSOR = frozenset({"assessor"})


@pytest.fixture(autouse=True)
def bodies(members):
    return [make_body(), make_body(INSTITUTE)]


def profile(**values) -> Profile:
    usual = {"name": "Ada", "member": None, "body": OBSERVATORY, "roles": ASSESSOR}
    return Profile(**usual | values)


def change(person, by, at, **values):
    return change_person(
        person_id=person.pk,
        version=person.version,
        profile=Profile(**vars(profile_of(person)) | values),
        by=by,
        at=at,
    )


def now_of(person) -> User:
    return User.objects.get(pk=person.pk)


def codes_of(refusal):
    return {
        field: [error.code for error in errors]
        for field, errors in refusal.value.error_dict.items()
    }


def ask_assessor(by, at, **values) -> PendingGrant:
    wanted = {"member": None, "body": OBSERVATORY, "roles": ASSESSOR} | values
    return ask_account(by, at, **wanted)


# ---- What one administrator cannot do alone


def test_no_administrator_invites_an_assessor_alone(administrator, now):
    with pytest.raises(ValidationError) as refusal:
        invite_person(email=EMAIL, profile=profile(), by=administrator, at=now)
    assert codes_of(refusal) == {"roles": ["needs_agreement"]}
    assert not User.objects.filter(email=EMAIL).exists()


@pytest.mark.parametrize(
    ("roles", "place", "after"),
    [
        (["observer"], {}, {"roles": ASSESSOR}),
        (["assessor"], {}, {}),
        (["assessor"], {"body_id": INSTITUTE}, {}),
        (["officer"], {"member": "JP"}, {"roles": ASSESSOR, "member": None}),
        (["administrator"], {}, {"roles": ASSESSOR | {"administrator"}}),
    ],
)
def test_no_administrator_gives_a_body_alone(administrator, now, roles, place, after):
    person = make_user(*roles, **place)
    with pytest.raises(ValidationError) as refusal:
        change(person, administrator, now, body=OBSERVATORY, **after)
    assert codes_of(refusal) == {"roles": ["needs_agreement"]}
    assert profile_of(now_of(person)) == profile_of(person)


def test_no_administrator_gives_a_body_for_longer_alone(administrator, assessor, now):
    day = now.date() + timedelta(days=9)
    change(assessor, administrator, now, role_ends_on=day)
    for later in (None, day + timedelta(days=1)):
        with pytest.raises(ValidationError) as refusal:
            change(now_of(assessor), administrator, now, role_ends_on=later)
        assert codes_of(refusal) == {"roles": ["needs_agreement"]}
    assert now_of(assessor).role_ends_on == day


def test_no_administrator_lets_an_assessor_in_again_alone(administrator, assessor, now):
    deactivate_person(person_id=assessor.pk, version=1, by=administrator, at=now)
    with pytest.raises(ValidationError) as refusal:
        reactivate_person(person_id=assessor.pk, version=2, by=administrator, at=now)
    assert refusal.value.code == "needs_agreement"
    grant = ask_for_access(person_id=assessor.pk, version=2, by=administrator, at=now)
    assert agreed(grant, now).assessing_body == OBSERVATORY


def test_taking_a_body_away_needs_one(administrator, assessor, now):
    changed = change(
        assessor, administrator, now, body=None, roles=frozenset({"observer"})
    )
    assert (changed.assessing_body, changed.roles) == (None, ["observer"])
    assert Event.objects.get(verb="user.change").data == {
        "body": [OBSERVATORY, None],
        "roles": [["assessor"], ["observer"]],
    }


@pytest.mark.parametrize("name", ["assessor", "head_jp", "coordinator", "observer"])
def test_no_one_else_gives_a_body(request, administrator, now, name):
    by = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        ask_assessor(by, now)
    grant = notified(ask_assessor(administrator, now), now)
    with pytest.raises(PermissionDenied):
        agree_to_grant(grant_id=grant.pk, by=by, at=now)
    assert grant not in PendingGrant.objects.visible_to(by, now)


# ---- What two do


def test_two_administrators_make_an_assessor(administrator, now):
    person = agreed(ask_assessor(administrator, now), now)
    assert (person.assessing_body, person.member_id) == (OBSERVATORY, None)
    assert (person.time_zone, person.version) == ("UTC", 1)
    assert Event.objects.get(verb="user.invite").data["body"] == [None, OBSERVATORY]


def test_no_head_and_no_presidency_is_asked(
    administrator, head_jp, coordinator, assessor, now
):
    open_cursor(name=NOTICES, at=now)
    grant = ask_assessor(administrator, now)
    assert not grant.is_for_presidency
    read_new_events(now)
    grant.refresh_from_db()
    assert grant.notified_at is not None, "nothing holds it up"
    for person in (head_jp, coordinator, assessor):
        assert not Notice.objects.filter(user=person).exists()


def test_a_person_who_moves_to_another_body_takes_nothing_along(
    administrator, assessor, other_assessor, stocktake, now
):
    ours = make_table(assessor.body, stocktake)
    theirs = make_table(other_assessor.body, stocktake)
    grant = ask_roles(assessor, "assessor", body=INSTITUTE, by=administrator, at=now)
    tables = AssessmentTable.objects
    assert set(tables.visible_to(now_of(assessor), now)) == {ours}, "not yet"
    moved = agreed(grant, now)
    assert moved.assessing_body == INSTITUTE
    assert set(tables.visible_to(now_of(moved), now)) == {theirs}


def test_a_move_to_a_delegation_ends_the_body(administrator, assessor, head_jp, now):
    grant = ask_roles(
        assessor, "officer", member="JP", body=None, by=administrator, at=now
    )
    moved = agreed(grant, now)
    assert (moved.assessing_body, moved.delegation) == (None, "JP")


def test_a_request_has_no_effect_once_the_body_has_changed(
    administrator, assessor, now
):
    grant = ask_for_address(
        person_id=assessor.pk, version=1, email=EMAIL, by=administrator, at=now
    )
    User.objects.filter(pk=assessor.pk).update(body=INSTITUTE)
    with pytest.raises(ValidationError) as refusal:
        agreed(grant, now)
    assert refusal.value.code == "changed"


def test_a_request_from_before_there_were_bodies_still_takes_effect(
    administrator, observer, now
):
    assert "body" not in basis_of(observer)
    grant = ask_for_address(
        person_id=observer.pk, version=1, email=EMAIL, by=administrator, at=now
    )
    assert agreed(grant, now).email == EMAIL


# ---- What fits together


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"body": None}, {"body": ["body_missing"]}),
        ({"body": "nobody"}, {"body": ["unknown_body"]}),
        ({"body": "a\x00b"}, {"body": ["unknown_body"]}),
        ({"roles": frozenset({"observer"})}, {"body": ["body_without_role"]}),
        ({"member": "JP"}, {"body": ["body_and_member"]}),
        (
            {"member": "JP", "roles": frozenset({"assessor", "officer"})},
            {"body": ["body_and_member"]},
        ),
    ],
)
def test_what_does_not_fit_is_refused(administrator, observer, now, values, codes):
    wanted = vars(profile()) | values
    with pytest.raises(ValidationError) as refusal:
        ask_assessor(administrator, now, **wanted)
    assert codes_of(refusal) == codes
    with pytest.raises(ValidationError) as refusal:
        ask_for_change(
            person_id=observer.pk, version=1, profile=Profile(**wanted),
            by=administrator, at=now,
        )  # fmt: skip
    assert codes_of(refusal) == codes
    assert not PendingGrant.objects.exists()


def test_an_assessor_without_a_body_may_stay_so(administrator, now):
    person = make_user(Role.ASSESSOR, name="From before")
    assert change(person, administrator, now, name="Renamed").name == "Renamed"


def test_an_assessor_keeps_the_body_as_long_as_the_role(administrator, assessor, now):
    with pytest.raises(ValidationError) as refusal:
        change(assessor, administrator, now, body=None)
    assert codes_of(refusal) == {"body": ["body_missing"]}
