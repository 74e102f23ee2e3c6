"""Tests of the pages of people for assessors and their bodies."""

import pytest
from django.core import mail

from accounts.models import PendingGrant, Role, User
from partners.actions.cursors import open_cursor
from partners.event_consumer import NOTICES, read_new_events
from tests.accounts.test_people_pages import LIST, NEW, page_of, values_of
from tests.factories import make_body, make_user

OBSERVATORY = "university-observatory"
GRANTS = "/people/grants/"
INVITATION = {
    "name": "Ada Byron", "email": "ada@tests.example", "roles": ["assessor"],
    "body": OBSERVATORY,
}  # fmt: skip


@pytest.fixture
def browser(signed_in, administrator):
    make_body()
    return signed_in(administrator)


@pytest.fixture
def second(members) -> User:
    return make_user(Role.ADMINISTRATOR, name="Second administrator")


def edited(person, **values):
    return values_of(person, body=person.body_id or "", **values)


def test_two_administrators_invite_an_assessor(
    browser, signed_in, second, head_jp, now
):
    open_cursor(name=NOTICES, at=now)
    answer = browser.post(NEW, INVITATION, follow=True)
    grant = PendingGrant.objects.get()
    page = f"{GRANTS}{grant.pk}/"
    assert answer.redirect_chain == [(page, 302)]
    assert "It takes effect when another administrator agrees." in answer.text
    assert "University Observatory" in answer.text
    assert not User.objects.filter(email="ada@tests.example").exists()

    read_new_events(grant.requested_at)
    assert browser.post(f"{page}agree/").status_code == 403
    other = signed_in(second)
    assert "University Observatory" in other.get(GRANTS).text
    assert (
        "Agreed. The change is in effect."
        in other.post(f"{page}agree/", follow=True).text
    )
    assert [message.to for message in mail.outbox] == [["ada@tests.example"]]
    person = User.objects.get(email="ada@tests.example")
    assert person.assessing_body == OBSERVATORY
    assert "University Observatory" in other.get(f"{LIST}?role=assessor").text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"body": ""}, "Choose the body that this assessor works for."),
        ({"body": "nobody"}, "Select a valid choice."),
        ({"body": "a\x00b"}, "Select a valid choice."),
        ({"member": "JP"}, "A person acts for a member or for a body"),
        ({"roles": ["observer"]}, "Only assessors act for a body."),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(browser, values, sentence):
    answer = browser.post(NEW, INVITATION | values)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Ada Byron"' in answer.text, "what was typed stays"
    assert not PendingGrant.objects.exists()


def test_a_body_is_given_to_an_assessor_of_before_by_a_request(browser):
    person = make_user(Role.ASSESSOR, name="From before")
    assert "–" in browser.get(LIST).text
    sent = edited(person, name="Renamed") | {"body": OBSERVATORY}
    answer = browser.post(page_of(person), sent, follow=True)
    grant = PendingGrant.objects.get()
    assert answer.redirect_chain == [(f"{GRANTS}{grant.pk}/", 302)]
    person.refresh_from_db()
    assert (person.name, person.body_id) == ("Renamed", None), "a name needs no second"
    page = browser.get(page_of(person)).text
    assert "A request waits for a second administrator: Change of roles" in page


def test_one_administrator_takes_a_body_away(browser, assessor):
    sent = edited(assessor, roles=["observer"]) | {"body": ""}
    answer = browser.post(page_of(assessor), sent, follow=True)
    sentence = "Saved. Assessor no longer acts for University Observatory."
    assert sentence in answer.text
    history = answer.text[answer.text.index("History") :]
    assert "Assessing body:" in history
    assert "<del>University Observatory</del>" in history
    assert User.objects.get(pk=assessor.pk).assessing_body is None


def test_the_page_of_an_assessor_shows_the_body_that_is_stored(browser, assessor):
    page = browser.get(page_of(assessor)).text
    assert '<option value="university-observatory" selected>' in page
    answer = browser.post(page_of(assessor), edited(assessor), follow=True)
    assert "Saved." in answer.text
    assert User.objects.get(pk=assessor.pk).version == 1


def test_a_stale_form_names_the_bodies(browser, assessor):
    User.objects.filter(pk=assessor.pk).update(version=2)
    sent = edited(assessor, roles=["observer"]) | {"body": ""}
    answer = browser.post(page_of(assessor), sent)
    assert answer.status_code == 409
    assert "University Observatory" in answer.text


def test_the_heads_of_no_delegation_are_named_where_there_is_none(
    browser, assessor, officer_jp
):
    ours = browser.get(page_of(assessor, "address")).text
    assert "Both addresses get a mail." in ours
    assert "heads of the delegation" not in ours
    theirs = browser.get(page_of(officer_jp, "address")).text
    assert "The heads of the delegation are notified" in theirs


def test_people_are_sorted_by_whom_they_act_for(browser, assessor, officer_jp):
    page = browser.get(f"{LIST}?ordering=-member").text
    assert page.index(assessor.email) < page.index(officer_jp.email)


def test_assessors_see_their_body_on_every_page_and_no_page_of_people(
    signed_in, assessor
):
    browser = signed_in(assessor)
    assert "University Observatory" in browser.get("/").text
    assert "Assessing body" in browser.get("/people/me/").text
    for path in (LIST, NEW, GRANTS, page_of(assessor), "/reference/"):
        assert browser.get(path).status_code == 404
    assert browser.post(NEW, INVITATION).status_code == 404


def test_the_pages_take_few_queries_whatever_the_number_of_bodies(
    browser, django_assert_max_num_queries
):
    for number in range(9):
        make_user(Role.ASSESSOR, body=make_body(f"body-{number}"))
    person = User.objects.get(body="body-0")
    for path in (LIST, NEW, page_of(person)):
        with django_assert_max_num_queries(12):
            assert browser.get(path).status_code == 200
