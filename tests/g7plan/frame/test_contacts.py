"""Tests of whom a person can ask: at the foot of every page, and on error pages."""

import re

import pytest
from django.template.loader import render_to_string

from accounts.models import Role
from progress.models import FocalPoint
from tests.factories import make_user

MAILTO = re.compile(r'<a href="mailto:([^"]+)">([^<]+)</a>')


@pytest.fixture
def focal_points(coordinator, head_jp, officer_jp):
    """The Presidency's is a coordinator, Japan's its officer; both have a number."""
    for person, deputy in ((coordinator, None), (officer_jp, head_jp)):
        FocalPoint.objects.create(
            member_id=person.member_id,
            user=person,
            phone="+81 3 1234 5678",
            deputy=deputy,
            changed_at=person.created_at,
            changed_by=person,
        )


def contacts_in(answer):
    """Return the addresses at the foot of a page, in their order."""
    foot = answer.text.split('<footer class="colophon">')[1]
    assert "1234 5678" not in foot
    return [address for address, _name in MAILTO.findall(foot)]


@pytest.mark.parametrize("role", ["officer_fr", "observer", "assessor"])
def test_readers_of_entries_can_ask_the_presidency(
    signed_in, focal_points, coordinator, role, request
):
    reader = request.getfixturevalue(role)
    assert contacts_in(signed_in(reader).get("/glossary/")) == [coordinator.email]


def test_a_delegation_can_also_ask_its_own_focal_point(
    signed_in, focal_points, coordinator, officer_jp, head_jp
):
    foot = contacts_in(signed_in(head_jp).get("/glossary/"))
    assert foot == [coordinator.email, officer_jp.email]


def test_no_one_is_their_own_contact_and_each_is_there_once(
    signed_in, focal_points, coordinator, officer_of_the_chair, officer_jp
):
    assert contacts_in(signed_in(coordinator).get("/glossary/")) == []
    assert contacts_in(signed_in(officer_jp).get("/glossary/")) == [coordinator.email]
    colleague = contacts_in(signed_in(officer_of_the_chair).get("/glossary/"))
    assert colleague == [coordinator.email]


def test_who_reads_no_entries_has_the_administrator_only(
    signed_in, focal_points, administrator
):
    second = make_user(Role.ADMINISTRATOR, name="Second administrator")
    assert contacts_in(signed_in(second).get("/glossary/")) == [administrator.email]


def test_the_deputy_is_asked_once_the_focal_point_has_left(
    signed_in, focal_points, coordinator, officer_jp, head_jp
):
    reader = make_user(Role.OFFICER, member="JP", name="Another officer JP")
    officer_jp.is_active = False
    officer_jp.save()
    foot = contacts_in(signed_in(reader).get("/glossary/"))
    assert foot == [coordinator.email, head_jp.email]
    head_jp.member_id = "FR"
    head_jp.save()
    assert contacts_in(signed_in(reader).get("/glossary/")) == [coordinator.email]


def test_a_former_presidency_is_no_contact_from_the_instant_of_handover(
    signed_in, focal_points, coordinator, officer_fr
):
    coordinator.member.presidencies.all().delete()
    assert contacts_in(signed_in(officer_fr).get("/glossary/")) == []


def test_a_stranger_sees_the_address_of_the_installation_only(
    client, db, focal_points, administrator, settings
):
    assert contacts_in(client.get("/accounts/login/")) == []
    settings.CONTACT_EMAIL = "help@tests.example"
    assert contacts_in(client.get("/accounts/login/")) == ["help@tests.example"]


def test_the_address_of_the_installation_stands_in_for_the_administrator(
    signed_in, focal_points, coordinator, observer, administrator, settings
):
    foot = contacts_in(signed_in(observer).get("/glossary/"))
    assert foot == [coordinator.email, administrator.email]
    settings.CONTACT_EMAIL = "help@tests.example"
    foot = contacts_in(signed_in(observer).get("/glossary/"))
    assert foot == [coordinator.email, "help@tests.example"]


@pytest.mark.parametrize("page", ["500.html", "503.html"])
def test_an_error_page_names_the_address_of_the_installation(page, settings):
    assert "write to" not in render_to_string(page)
    settings.CONTACT_EMAIL = "help@tests.example"
    assert "write to help@tests.example" in render_to_string(page)
