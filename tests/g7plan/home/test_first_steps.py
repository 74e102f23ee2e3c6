"""Tests of the tour of a first visit: by role, below what is due, closed for good."""

import pytest
from django.urls import reverse

from accounts.models import Role
from g7plan.home import first_steps
from g7plan.home.first_steps import tour_of
from tests.factories import make_user

EVERY = [
    found for found in vars(first_steps).values() if isinstance(found, first_steps.Tour)
]
CARD = 'id="first-steps"'


def test_a_tour_has_five_steps_at_most_and_a_guide():
    assert len(EVERY) == 7
    for tour in EVERY:
        assert 3 <= len(tour.steps) <= 5
        assert reverse(tour.guide)


@pytest.mark.parametrize(
    ("role", "tour"),
    [
        ("contributor_jp", first_steps.CONTRIBUTORS),
        ("officer_jp", first_steps.OFFICERS),
        ("head_jp", first_steps.HEADS),
        ("coordinator", first_steps.COORDINATORS),
        ("former_coordinator", first_steps.READERS),
        ("observer", first_steps.READERS),
        ("assessor", first_steps.ASSESSORS),
        ("administrator", first_steps.ADMINISTRATORS),
    ],
)
def test_each_role_has_its_own_tour_whose_pages_open(
    request, signed_in, stocktake, now, role, tour
):
    reader = request.getfixturevalue(role)
    assert tour_of(reader, now) is tour
    browser = signed_in(reader)
    assert CARD in browser.get("/").text
    for step in tour.steps:
        assert browser.get(reverse(step.route)).status_code in {200, 302}, step.route


def test_the_tour_is_below_what_is_due(signed_in, stocktake, officer_jp):
    page = signed_in(officer_jp).get("/").text
    assert 0 < page.index('id="due"') < page.index(CARD)


def test_a_closed_tour_stays_closed_for_this_person(
    signed_in, stocktake, officer_jp, head_jp
):
    answer = signed_in(officer_jp).post("/tour/close/", follow=True)
    assert CARD not in answer.text
    assert "Open them again at the bottom of a page." in answer.text
    assert CARD not in signed_in(officer_jp).get("/").text
    assert CARD in signed_in(head_jp).get("/").text


def test_closing_twice_keeps_the_first_instant(signed_in, officer_jp):
    browser = signed_in(officer_jp)
    browser.post("/tour/close/")
    officer_jp.refresh_from_db()
    first = officer_jp.tour_closed_at
    browser.post("/tour/close/")
    officer_jp.refresh_from_db()
    assert officer_jp.tour_closed_at == first
    assert officer_jp.version == 1


def test_the_foot_of_a_page_opens_the_tour_again(signed_in, stocktake, officer_jp):
    browser = signed_in(officer_jp)
    browser.post("/tour/close/")
    foot = browser.get("/tasks/").text.partition('<footer class="colophon">')[2]
    assert 'href="/?tour=1#first-steps"' in foot
    assert CARD in browser.get("/?tour=1").text
    assert CARD not in browser.get("/").text


def test_a_page_links_to_the_guide_of_its_reader(signed_in, stocktake, head_jp):
    both = make_user(Role.OBSERVER, Role.ADMINISTRATOR, name="Both")
    for reader, guide in ((head_jp, "heads"), (both, "readers")):
        foot = signed_in(reader).get("/glossary/").text.partition("<footer")[2]
        assert f'href="/guides/{guide}/"' in foot


def test_a_stranger_has_no_first_steps(client, db):
    assert "first-steps" not in client.get("/accounts/login/").text
