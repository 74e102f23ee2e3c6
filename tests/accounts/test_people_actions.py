"""Tests of the actions on people: who may do what, on every route."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.actions.people import (
    change_own_profile,
    change_person,
    deactivate_person,
    invite_again,
    invite_person,
    reactivate_person,
)
from accounts.models import AccountState, KnownDevice, Role, User
from accounts.profiles import Profile, profile_of
from accounts.versions import StaleRow
from audit.models import Event
from tests.factories import PASSWORD, make_user


def invite(by, now, *, email="new@tests.example", **values):
    sound = {"name": "山田　太郎", "member": "JP", "roles": frozenset({"observer"})}
    profile = Profile(**{**sound, **values})
    return invite_person(email=email, profile=profile, by=by, at=now)


def change(person, by, now, *, version=None, **values):
    profile = Profile(**{**vars(profile_of(person)), **values})
    return change_person(
        person_id=person.pk,
        version=version or person.version,
        profile=profile,
        by=by,
        at=now,
    )


def codes_of(refusal):
    return {
        field: [error.code for error in errors]
        for field, errors in refusal.value.error_dict.items()
    }


@pytest.fixture
def second_administrator(members):
    return make_user(Role.ADMINISTRATOR, name="Second administrator")


# ---- Inviting


def test_somebody_invited_has_their_rights_and_no_password(administrator, now):
    person = invite(administrator, now)
    person.refresh_from_db()
    assert person.name == "山田 太郎"
    assert person.member_id == "JP"
    assert person.time_zone == "Asia/Tokyo"
    assert person.account_state == AccountState.INVITED


def test_an_invitation_is_written_down(administrator, now):
    person = invite(administrator, now)
    event = Event.objects.get(verb="user.invite")
    assert (event.actor, event.member) == (administrator.email, "JP")
    assert event.target_id == str(person.pk)
    assert event.data["roles"] == [[], ["observer"]]


def test_an_address_is_kept_in_lower_case(administrator, now):
    assert invite(administrator, now, email=" New@Tests.Example ").email == (
        "new@tests.example"
    )


@pytest.mark.parametrize("email", ["new@tests.example", "NEW@tests.EXAMPLE"])
def test_an_address_is_given_once(administrator, now, email):
    invite(administrator, now)
    with pytest.raises(ValidationError) as refusal:
        invite(administrator, now, email=email)
    assert codes_of(refusal) == {"email": ["email_taken"]}
    assert Event.objects.filter(verb="user.invite").count() == 1


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"email": "nobody"}, {"email": ["address"]}),
        ({"email": "a" * 64 + "@" + "b" * 60 + ".example" * 30}, {"email": None}),
        ({"email": "a\x00b@tests.example"}, {"email": ["address"]}),
        ({"name": ""}, {"name": ["required"]}),
        ({"name": " \n "}, {"name": ["required"]}),
        ({"name": "a\x00b"}, {"name": ["text"]}),
        ({"name": "Taro \u202edaeH"}, {"name": ["text"]}),
        ({"name": "a" * 121}, {"name": ["text"]}),
        ({"name": "a" * 5_000_000}, {"name": ["text"]}),
        ({"roles": frozenset()}, {"roles": ["no_role"]}),
        ({"roles": frozenset({"king"})}, {"roles": ["unknown_role"]}),
        ({"member": "XX"}, {"member": ["unknown_member"]}),
        ({"member": "a\x00"}, {"member": ["unknown_member"]}),
        (
            {"member": None, "roles": frozenset({"officer"})},
            {"member": ["member_missing"]},
        ),
        (
            {"member": None, "name": "", "roles": frozenset({"officer"})},
            {"member": ["member_missing"], "name": ["required"]},
        ),
    ],
)
def test_an_unsound_invitation_is_refused(administrator, now, values, codes):
    with pytest.raises(ValidationError) as refusal:
        invite(administrator, now, **values)
    found = codes_of(refusal)
    assert found.keys() == codes.keys()
    assert all(codes[field] in (None, found[field]) for field in codes)
    assert not User.objects.filter(email="new@tests.example").exists()


def test_an_address_longer_than_a_mailbox_can_have_is_refused(administrator, now):
    long = f"{'a' * 64}@{'.'.join(['b' * 60] * 3)}.example"
    assert len(long) == 255
    with pytest.raises(ValidationError) as refusal:
        invite(administrator, now, email=long)
    assert codes_of(refusal) == {"email": ["address"]}


@pytest.mark.parametrize("role", ["contributor", "officer", "head", "coordinator"])
def test_roles_of_a_delegation_need_a_member(administrator, now, role):
    with pytest.raises(ValidationError) as refusal:
        invite(administrator, now, member=None, roles=frozenset({role}))
    assert "Choose the member" in refusal.value.message_dict["member"][0]


def test_an_observer_needs_none(administrator, now):
    person = invite(administrator, now, member=None, roles=frozenset({"observer"}))
    assert (person.roles, person.time_zone) == (["observer"], "UTC")


def test_a_name_may_hold_marks_of_html(administrator, now):
    assert invite(administrator, now, name="<script>").name == "<script>"


# ---- Changing


def test_a_change_is_written_down_with_what_was_there_before(administrator, now):
    person = make_user(Role.OFFICER, Role.OBSERVER, member="JP", name="Taro")
    change(person, administrator, now, member="FR", roles=frozenset({"observer"}))
    person.refresh_from_db()
    assert (person.member_id, person.roles, person.version) == ("FR", ["observer"], 2)
    event = Event.objects.get(verb="user.change")
    assert event.data == {
        "member": ["JP", "FR"],
        "roles": [["officer", "observer"], ["observer"]],
    }
    assert event.member == "FR"


def test_a_stale_change_is_refused_with_what_is_there_now(administrator, now):
    person = make_user(Role.OFFICER, member="JP", name="Taro")
    change(person, administrator, now, name="Jiro")
    with pytest.raises(StaleRow) as refusal:
        change(person, administrator, now, name="Saburo")
    assert refusal.value.row.name == "Jiro"
    assert User.objects.get(pk=person.pk).name == "Jiro"


def test_the_same_change_twice_is_one(administrator, now):
    person = make_user(Role.OFFICER, member="JP", name="Taro")
    change(person, administrator, now, name="Jiro")
    again = change(person, administrator, now, name="Jiro")
    assert again.version == 2
    assert Event.objects.filter(verb="user.change").count() == 1


def test_a_change_to_an_unsound_profile_is_refused(administrator, now):
    person = make_user(Role.OFFICER, member="JP")
    with pytest.raises(ValidationError) as refusal:
        change(person, administrator, now, member=None, time_zone="Mars/Olympus")
    assert codes_of(refusal) == {
        "member": ["member_missing"],
        "time_zone": ["unknown_zone"],
    }


def test_a_service_user_is_no_person(administrator, now):
    service = make_user(Role.OBSERVER, is_service=True)
    with pytest.raises(User.DoesNotExist):
        change(service, administrator, now, name="Somebody")
    with pytest.raises(User.DoesNotExist):
        deactivate_person(person_id=service.pk, version=1, by=administrator, at=now)


def test_people_change_their_own_name_and_zone(officer_jp, now):
    change_own_profile(
        version=1,
        name="Hanako",
        time_zone="Asia/Tokyo",
        language="ja",
        by=officer_jp,
        at=now,
    )
    officer_jp.refresh_from_db()
    assert (officer_jp.name, officer_jp.time_zone) == ("Hanako", "Asia/Tokyo")
    assert officer_jp.language == "ja"
    assert officer_jp.roles == ["officer"]
    assert Event.objects.get(verb="user.change").actor == officer_jp.email


def test_a_stale_change_of_one_s_own_is_refused(officer_jp, administrator, now):
    change(officer_jp, administrator, now, name="Jiro")
    with pytest.raises(StaleRow):
        change_own_profile(
            version=1,
            name="Saburo",
            time_zone="UTC",
            language="",
            by=officer_jp,
            at=now,
        )


# ---- Deactivating and reactivating


def test_who_is_deactivated_loses_access_and_password(administrator, officer_jp, now):
    deactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    officer_jp.refresh_from_db()
    assert officer_jp.account_state == AccountState.DEACTIVATED
    assert not officer_jp.check_password(PASSWORD)
    event = Event.objects.get(verb="user.deactivate")
    assert event.data == {"is_active": [True, False]}
    assert event.member == "JP"


def test_no_browser_of_a_deactivated_person_stays_known(
    administrator, officer_jp, head_jp, now
):
    """Also a person without an open session; the sessions of others stay."""
    assert not UserSession.objects.filter(user=officer_jp).exists()
    for person in (officer_jp, head_jp):
        KnownDevice.objects.create(
            user=person, digest=f"{person.pk}", first_seen_at=now, last_seen_at=now
        )
    deactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    assert [device.user for device in KnownDevice.objects.all()] == [head_jp]


def test_deactivating_twice_is_once(administrator, officer_jp, now):
    for _press in range(2):
        deactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    assert Event.objects.filter(verb="user.deactivate").count() == 1


def test_a_stale_deactivation_is_refused(administrator, officer_jp, now):
    change(officer_jp, administrator, now, name="Jiro")
    with pytest.raises(StaleRow):
        deactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    assert User.objects.get(pk=officer_jp.pk).is_active


def test_who_is_let_in_again_has_to_set_a_new_password(administrator, observer, now):
    for act in (deactivate_person, reactivate_person):
        version = User.objects.get(pk=observer.pk).version
        act(person_id=observer.pk, version=version, by=administrator, at=now)
    observer.refresh_from_db()
    assert observer.account_state == AccountState.INVITED
    event = Event.objects.get(verb="user.reactivate")
    assert event.data == {"is_active": [False, True]}


def test_who_is_active_is_not_let_in_again(administrator, officer_jp, now):
    with pytest.raises(ValidationError) as refusal:
        reactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    assert refusal.value.code == "already_active"


def test_a_stale_reactivation_is_refused(administrator, officer_jp, now):
    deactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    with pytest.raises(StaleRow):
        reactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    assert not User.objects.get(pk=officer_jp.pk).is_active


def test_only_who_has_no_password_is_invited_again(administrator, officer_jp, now):
    invited = invite(administrator, now)
    invite_again(person_id=invited.pk, by=administrator, at=now)
    assert Event.objects.filter(verb="user.invite_again").count() == 1
    with pytest.raises(ValidationError) as refusal:
        invite_again(person_id=officer_jp.pk, by=administrator, at=now)
    assert refusal.value.code == "not_invited"


def test_who_is_deactivated_is_not_invited_again(administrator, now):
    invited = invite(administrator, now)
    deactivate_person(person_id=invited.pk, version=1, by=administrator, at=now)
    with pytest.raises(ValidationError):
        invite_again(person_id=invited.pk, by=administrator, at=now)


# ---- Permissions


@pytest.fixture(
    params=[
        "contributor_jp", "officer_jp", "head_jp", "coordinator",
        "former_coordinator", "observer", "assessor",
    ]
)  # fmt: skip
def somebody_else(request):
    return request.getfixturevalue(request.param)


def test_only_administrators_manage_people(somebody_else, now):
    person = make_user(Role.OFFICER, member="FR")
    acts = [
        lambda: invite(somebody_else, now),
        lambda: change(person, somebody_else, now, name="Other"),
        lambda: deactivate_person(
            person_id=person.pk, version=1, by=somebody_else, at=now
        ),
        lambda: reactivate_person(
            person_id=person.pk, version=1, by=somebody_else, at=now
        ),
        lambda: invite_again(person_id=person.pk, by=somebody_else, at=now),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert not Event.objects.filter(verb__startswith="user.").exists()


def test_a_deactivated_administrator_manages_nobody(administrator, now):
    former = make_user(Role.ADMINISTRATOR, is_active=False)
    with pytest.raises(PermissionDenied):
        invite(former, now)


def test_an_administrator_s_rights_are_those_of_now(
    administrator, second_administrator, now
):
    """A request that began before its person was demoted is refused."""
    change(second_administrator, administrator, now, roles=frozenset({"observer"}))
    assert second_administrator.is_administrator
    with pytest.raises(PermissionDenied):
        invite(second_administrator, now)


def test_no_key_manages_people(administrator, now):
    administrator.scopes = frozenset({"write:entries"})
    with pytest.raises(PermissionDenied):
        invite(administrator, now)
