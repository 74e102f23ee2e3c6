"""Tests of assessing bodies and of who acts for one: the rules of the database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from accounts.models import AssessingBody, PendingGrant, Role, Scope, User
from tests.accounts.approvals.requests import ask_account
from tests.factories import make_body, make_user

OBSERVATORY, INSTITUTE = "university-observatory", "policy-institute"


@pytest.mark.parametrize(
    "values",
    [
        {"roles": [Role.OBSERVER], "body_id": OBSERVATORY},
        {"roles": [], "body_id": OBSERVATORY},
        {"roles": [Role.ASSESSOR], "body_id": OBSERVATORY, "member_id": "JP"},
        {
            "roles": [Role.ASSESSOR, Role.OFFICER],
            "body_id": OBSERVATORY,
            "member_id": "JP",
        },
    ],
)
def test_the_database_lets_only_an_assessor_without_member_have_a_body(
    members, now, values
):
    make_body()
    refused = pytest.raises(IntegrityError, match="user_of_a_body_is_an_assessor")
    with refused, transaction.atomic():
        User.objects.create(name="A", email="a@tests.example", created_at=now, **values)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"slug": "Observatory"}, "assessing_body_has_a_slug"),
        ({"slug": "an_observatory"}, "assessing_body_has_a_slug"),
        ({"slug": ""}, "assessing_body_has_a_slug"),
        ({"slug": "-"}, "assessing_body_has_a_slug"),
        ({"website": "javascript:alert(1)"}, "assessing_body_has_a_web_address"),
        ({"website": "ftp://example.org"}, "assessing_body_has_a_web_address"),
        ({"name": "Policy Institute"}, "name"),
    ],
)
def test_the_database_refuses_an_unsound_body(db, values, rule):
    make_body(INSTITUTE)
    sound = {"slug": "observatory", "name": "Observatory", "short_name": "Observatory"}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        AssessingBody.objects.create(**sound | values)


def test_a_body_with_people_stays(assessor):
    with pytest.raises(ProtectedError):
        assessor.body.delete()


def test_bodies_are_in_the_order_of_their_names(db):
    for slug in ("zeta", "émile", "alpha"):
        AssessingBody.objects.create(
            slug=slug.replace("é", "e"), name=slug.title(), short_name=slug
        )
    names = [body.name for body in AssessingBody.objects.in_order()]
    assert names == ["Alpha", "Émile", "Zeta"]
    assert AssessingBody.objects.slugs() == ["alpha", "emile", "zeta"]


# ---- Who acts for a body


def test_an_active_assessor_acts_for_their_body(assessor, other_assessor):
    assert assessor.assessing_body == OBSERVATORY
    assert other_assessor.assessing_body == INSTITUTE
    assert (assessor.delegation, assessor.reads_entries) == (None, True)


@pytest.mark.parametrize(
    "name", ["officer_jp", "head_jp", "coordinator", "observer", "administrator"]
)
def test_no_one_else_acts_for_a_body(request, name):
    assert request.getfixturevalue(name).assessing_body is None


def test_an_assessor_from_before_there_were_bodies_reads_and_acts_for_none(members):
    person = make_user(Role.ASSESSOR)
    assert (person.assessing_body, person.reads_entries) == (None, True)


def test_a_deactivated_assessor_acts_for_no_body(assessor):
    assessor.is_active = False
    assert assessor.assessing_body is None


def test_an_assessor_whose_role_has_ended_acts_for_no_body(assessor, now):
    assessor.role_ends_on = now.date() - timedelta(days=2)
    assessor.save()
    assert User.objects.get(pk=assessor.pk).assessing_body is None


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        ({Scope.WRITE_ASSESSMENTS}, OBSERVATORY),
        ({Scope.READ_GREEN, Scope.WRITE_ASSESSMENTS}, OBSERVATORY),
        (set(Scope) - {Scope.WRITE_ASSESSMENTS}, None),
        (set(), None),
    ],
)
def test_a_key_acts_for_its_body_only_with_the_scope_for_it(assessor, scopes, expected):
    assessor.scopes = frozenset(scopes)
    assert assessor.assessing_body == expected


# ---- Whose names they read


def test_people_of_a_body_read_the_names_of_one_another_and_of_its_keys(
    assessor, other_assessor, officer_jp
):
    colleague = make_user(Role.ASSESSOR, body=assessor.body)
    key = make_user(Role.ASSESSOR, body=assessor.body, is_service=True)
    assert set(User.objects.named_to(assessor)) == {assessor, colleague, key}
    key.scopes = frozenset({Scope.WRITE_ASSESSMENTS})
    assert set(User.objects.named_to(key)) == {assessor, colleague}


def test_an_assessor_without_a_body_reads_no_names(members, assessor):
    loner = make_user(Role.ASSESSOR)
    assert not User.objects.named_to(loner).exists()
    assert list(User.objects.visible_to(loner)) == [loner]


# ---- Requests for grants


def test_a_request_keeps_the_body_that_was_asked_for(administrator, now):
    make_body(INSTITUTE)
    wanted = {"member": None, "body": make_body().pk, "roles": frozenset({"assessor"})}
    grant = ask_account(administrator, now, **wanted)
    assert (grant.body_id, grant.member_id) == (OBSERVATORY, None)
    refused = pytest.raises(IntegrityError, match="body_id of accounts_pendinggrant")
    with refused, transaction.atomic():
        PendingGrant.objects.filter(pk=grant.pk).update(body=INSTITUTE)


@pytest.mark.parametrize(
    "values", [{"roles": ["observer"]}, {"roles": ["assessor"], "member_id": "JP"}]
)
def test_the_database_refuses_a_request_that_could_not_take_effect(
    administrator, now, values
):
    refused = pytest.raises(IntegrityError, match="pending_grant_of_a_body")
    with refused, transaction.atomic():
        PendingGrant.objects.create(
            kind="account", name="A", email="a@tests.example", body=make_body(),
            requested_at=now, requested_by=administrator, **values,
        )  # fmt: skip


def test_the_application_may_not_take_a_request_away(administrator, now):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('accounts_pendinggrant', 'DELETE'),"
            " has_table_privilege('accounts_pendinggrant', 'TRUNCATE')"
        )
        assert cursor.fetchone() == (False, False)
