"""Tests of the keys of a body: who makes and sees them, and what they may do."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.actions.api_keys import create_api_key, revoke_api_key, rotate_api_key
from accounts.backends import find_api_key
from accounts.models import ApiKey, Role, User
from audit.models import Event
from progress.models import AssessmentTable
from tests.factories import make_body, make_user
from tests.progress.assessments.scoring import make_table
from tests.progress.keys import LIST, NEW, SENT, page_of, secret_in

OBSERVATORY = "university-observatory"
ME = "/people/me/"
OF_A_BODY = {**SENT, "scopes": ["read:green", "write:assessments"], "networks": ""}
OTHERS = [
    "other_assessor", "officer_jp", "head_jp", "coordinator", "observer",
    "loner",
]  # fmt: skip


@pytest.fixture
def loner(members) -> User:
    """An assessor from before there were bodies."""
    return make_user(Role.ASSESSOR, name="Loner")


@pytest.fixture
def key(assessor, now) -> ApiKey:
    return make(now, by=assessor)[0]


def make(at, *scopes, by=None, **values) -> tuple[ApiKey, str]:
    wanted = {
        "name": "Scores of the observatory",
        "scopes": scopes or ("write:assessments",),
        "member": None,
        "body": OBSERVATORY,
        "life": timedelta(days=30),
    }
    return create_api_key(by=by, at=at, **wanted | values)


def found(token: str, at: datetime) -> ApiKey:
    """Return the key of a token that is good at this instant."""
    key = find_api_key(token, at)
    assert key is not None
    return key


def codes_of(refusal):
    return {
        field: [error.code for error in errors]
        for field, errors in refusal.value.error_dict.items()
    }


# ---- Making a key


def test_an_assessor_makes_a_key_of_their_body(signed_in, assessor, now):
    browser = signed_in(assessor)
    assert 'value="write:assessments"' in browser.get(NEW).text
    answer = browser.post(NEW, OF_A_BODY)
    made = ApiKey.objects.get()
    assert find_api_key(secret_in(answer), now) == made
    assert (made.user.body_id, made.user.member_id) == (OBSERVATORY, None)
    assert (made.user.roles, made.user.is_service) == (["assessor"], True)
    assert made.scopes == ["read:green", "write:assessments"]
    event = Event.objects.get(verb="api_key.create")
    assert (event.actor_id, event.member) == (assessor.pk, "")


def test_the_key_acts_for_the_body_and_sees_its_drafts(
    assessor, other_assessor, stocktake, now
):
    table = make_table(assessor.body, stocktake)
    make_table(other_assessor.body, stocktake)
    _key, token = make(now, by=assessor)
    actor = found(token, now).acting_user()
    assert (actor.assessing_body, actor.delegation) == (OBSERVATORY, None)
    assert list(AssessmentTable.objects.visible_to(actor, now)) == [table]
    _key, token = make(now, "read:green", by=assessor, name="Reads alone")
    reader = found(token, now).acting_user()
    assert reader.assessing_body is None
    assert not AssessmentTable.objects.visible_to(reader, now).exists()


def test_a_key_of_an_assessor_is_offered_what_a_body_can_do(signed_in, assessor):
    page = signed_in(assessor).get(NEW).text
    assert "No key can open feedback on scores, or release them." in page
    for scope in ("read:own", "write:entries"):
        assert f'value="{scope}"' not in page
        answer = signed_in(assessor).post(NEW, {**OF_A_BODY, "scopes": [scope]})
        assert answer.status_code == 422, scope
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("name", [*OTHERS, "administrator"])
def test_no_one_else_makes_a_key_of_the_body(request, assessor, now, name):
    with pytest.raises(PermissionDenied):
        make(now, by=request.getfixturevalue(name))
    assert not ApiKey.objects.exists()


def test_no_administrator_is_offered_a_scope_of_a_body(signed_in, administrator):
    """Who makes a key sees its secret, and with it the drafts of the body."""
    browser = signed_in(administrator)
    assert 'value="write:assessments"' not in browser.get(NEW).text
    assert browser.post(NEW, OF_A_BODY).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_key_makes_no_key(assessor, key, now):
    with pytest.raises(PermissionDenied):
        make(now, by=key.acting_user(), name="Another")


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"body": None}, {"body": ["body_missing"]}),
        ({"body": None, "member": "JP"}, {"body": ["body_missing"]}),
        ({"body": "nobody"}, {"body": ["unknown_body"]}),
        ({"body": "a\x00b"}, {"body": ["unknown_body"]}),
        ({"member": "JP"}, {"body": ["body_and_member"]}),
        ({"scopes": ["read:own"]}, {"member": ["member_missing"]}),
        ({"scopes": ["write:entries"]}, {"member": ["member_missing"]}),
        ({"instrument_owner": "interpol"}, {"scopes": ["too_wide"]}),
    ],
)
def test_what_does_not_fit_is_refused(assessor, now, values, codes):
    with pytest.raises(ValidationError) as refusal:
        make(now, **values)
    assert codes_of(refusal) == codes
    assert not User.objects.services().exists()


# ---- Seeing, rotating and revoking


def test_every_assessor_of_the_body_sees_and_steers_its_keys(
    signed_in, assessor, key, now
):
    colleague = make_user(Role.ASSESSOR, body=assessor.body)
    browser = signed_in(colleague)
    page = browser.get(LIST).text
    assert "Scores of the observatory" in page
    assert "A system of your body reads or writes here with a key." in page
    assert browser.get(page_of(key, "requests")).status_code == 200
    sent = {"life": "30", "overlap": "7"}
    answer = browser.post(page_of(key, "rotate"), sent)
    newer = found(secret_in(answer), now + timedelta(minutes=5))
    assert newer.user == key.user
    assert browser.post(page_of(newer, "revoke"), follow=True).status_code == 200
    newer.refresh_from_db()
    assert newer.revoked_at is not None


@pytest.mark.parametrize("name", OTHERS)
def test_no_one_else_sees_or_steers_it(request, signed_in, key, now, name):
    person = request.getfixturevalue(name)
    assert not ApiKey.objects.visible_to(person).exists()
    browser = signed_in(person)
    for verb in ("rotate", "revoke", "requests"):
        assert browser.get(page_of(key, verb)).status_code == 404
    with pytest.raises(PermissionDenied):
        rotate_api_key(
            key_id=key.pk, life=timedelta(days=9), overlap=timedelta(days=9),
            by=person, at=now,
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        revoke_api_key(key_id=key.pk, by=person, at=now)


def test_an_administrator_sees_the_key_and_can_only_revoke_it(
    signed_in, administrator, key
):
    browser = signed_in(administrator)
    page = browser.get(LIST).text
    assert "Scores of the observatory" in page
    assert "University Observatory" in page
    assert browser.get(page_of(key, "rotate")).status_code == 403
    assert browser.get(page_of(key, "requests")).status_code == 403
    browser.post(page_of(key, "revoke"))
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_the_keys_stay_when_their_maker_leaves(assessor, key, now):
    """They are the body's. Its other assessors and administrators can revoke them."""
    assessor.is_active = False
    assessor.save()
    assert key.is_usable(now)
    assert not ApiKey.objects.visible_to(assessor).exists()
    colleague = make_user(Role.ASSESSOR, body=make_body())
    assert list(ApiKey.objects.visible_to(colleague)) == [key]


def test_the_way_to_the_keys_is_on_the_page_of_the_account(
    signed_in, assessor, loner, observer
):
    assert LIST in signed_in(assessor).get(ME).text
    for person in (loner, observer):
        assert LIST not in signed_in(person).get(ME).text
        assert signed_in(person).get(LIST).status_code == 404


def test_the_list_takes_few_queries_whatever_its_length(
    signed_in, assessor, now, django_assert_max_num_queries
):
    for number in range(8):
        make(now, by=assessor, name=f"Key {number}")
    with django_assert_max_num_queries(12):
        assert signed_in(assessor).get(LIST).status_code == 200
