"""Tests of a person's own page."""

import pytest

from accounts.models import Role, User
from audit.models import Event
from tests.factories import make_user

ME = "/people/me/"


@pytest.mark.parametrize(
    "role",
    [
        "contributor_jp", "officer_jp", "head_jp", "coordinator", "former_coordinator",
        "observer", "assessor", "administrator",
    ],
)  # fmt: skip
def test_everybody_signed_in_has_a_page_of_their_own(signed_in, request, role):
    person = request.getfixturevalue(role)
    page = signed_in(person).get(ME)
    assert page.status_code == 200
    assert person.email in page.text
    assert "Change your password" in page.text


def test_a_person_without_a_role_has_one_too(signed_in, members):
    assert signed_in(make_user()).get(ME).status_code == 200


def test_who_is_not_signed_in_is_asked_to(client, db):
    assert client.get(ME).url == f"/accounts/login/?next={ME}"


def test_the_page_says_what_one_s_roles_are_for(signed_in, officer_jp):
    page = signed_in(officer_jp).get(ME).text
    assert "Delegation officer" in page
    assert "Writes the entries of one member" in page


def test_every_page_leads_to_one_s_own(signed_in, officer_jp):
    assert f'href="{ME}"' in signed_in(officer_jp).get("/accounts/logout/").text


def test_people_change_their_name_and_zone(signed_in, officer_jp):
    browser = signed_in(officer_jp)
    data = {"name": " 花子  山田 ", "time_zone": "Asia/Tokyo", "version": 1}
    answer = browser.post(ME, data, follow=True)
    assert "Your account is saved." in answer.text
    person = User.objects.get(pk=officer_jp.pk)
    assert (person.name, person.time_zone) == ("花子 山田", "Asia/Tokyo")


def test_nobody_gives_themselves_a_role_or_a_member(signed_in, officer_jp):
    data = {
        "name": "Officer JP", "time_zone": "UTC", "version": 1,
        "roles": ["administrator"], "member": "FR", "email": "other@tests.example",
    }  # fmt: skip
    signed_in(officer_jp).post(ME, data)
    person = User.objects.get(pk=officer_jp.pk)
    assert (person.roles, person.member_id) == (["officer"], "JP")
    assert person.email == officer_jp.email
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "a\x00"}, "There is a null character (U+0000) after “a”. Delete it."),
        (
            {"name": "a\x07b"},
            "a control character (U+0007) after “a”. Delete it.",
        ),
        ({"name": "a" * 10_000}, "This text has 10,000 characters; the limit is 120."),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice."),
        ({"time_zone": "../../etc/passwd"}, "Select a valid choice."),
        ({"version": ""}, "Please correct 1 field"),
    ],
)
def test_a_wrong_change_is_refused(signed_in, officer_jp, values, sentence):
    data = {"name": "Jiro", "time_zone": "UTC", "version": 1, **values}
    answer = signed_in(officer_jp).post(ME, data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert User.objects.get(pk=officer_jp.pk).name == "Officer JP"


def test_a_change_that_comes_too_late_is_kept_and_refused(signed_in, officer_jp):
    browser = signed_in(officer_jp)
    browser.post(ME, {"name": "First", "time_zone": "UTC", "version": 1})
    answer = browser.post(ME, {"name": "Second", "time_zone": "UTC", "version": 1})
    assert answer.status_code == 409
    assert (
        "Your account was changed elsewhere while you were editing it." in answer.text
    )
    assert "First" in answer.text
    assert 'value="Second"' in answer.text
    browser.post(ME, {"name": "Second", "time_zone": "UTC", "version": 2})
    assert User.objects.get(pk=officer_jp.pk).name == "Second"


def test_marks_of_html_in_a_name_stay_text(signed_in, members):
    person = make_user(Role.OBSERVER, name="<script>alert(1)</script>")
    assert "<script>alert" not in signed_in(person).get(ME).text
