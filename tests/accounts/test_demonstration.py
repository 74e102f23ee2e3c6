"""Tests of the sign-in page: in a demonstration, and in every other database."""

import pytest

from accounts.demonstration import DEMO_PASSWORD
from accounts.models import Role, User
from audit.models import Demonstration
from tests.factories import make_user

SIGN_IN = "/accounts/login/"
# The mark is taken away on a connection of its own.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(chair):
    for local_part, roles, member in [
        ("contributor.jp", [Role.CONTRIBUTOR], "JP"),
        ("officer.jp", [Role.OFFICER], "JP"),
        ("head.jp", [Role.HEAD], "JP"),
        ("officer.fr", [Role.OFFICER], "FR"),
        ("head.fr", [Role.HEAD], "FR"),
        ("coordinator", [Role.COORDINATOR], chair),
        ("coordinator.ca", [Role.COORDINATOR], "CA"),
        ("reviewer", [Role.COORDINATOR], "GB"),
        ("observer", [Role.OBSERVER], None),
        ("assessor", [Role.ASSESSOR], None),
        ("admin", [Role.ADMINISTRATOR], None),
    ]:
        user = make_user(*roles, member=member, email=f"{local_part}@demo.example")
        user.set_password(DEMO_PASSWORD)
        user.save()
    make_user(Role.OBSERVER, email="observer@real.example")


@pytest.fixture
def demonstration(people):
    """The database of the tests has the mark of a demonstration."""
    assert Demonstration.objects.exists()


@pytest.fixture
def real(people, time_rules):
    """A database with the same people and without the mark."""
    assert not Demonstration.objects.exists()


def test_the_accounts_are_shown_in_the_order_of_the_story(client, demonstration):
    page = client.get(SIGN_IN).text
    assert "g7plan-demo" in page
    order = [
        "contributor.jp", "officer.jp", "head.jp", "coordinator", "reviewer",
        "observer", "assessor", "admin", "officer.fr", "head.fr",
    ]  # fmt: skip
    places = [page.index(f"{name}@demo.example") for name in order]
    assert places == sorted(places)
    assert "coordinator.ca" not in page
    assert "real.example" not in page


def test_one_press_signs_in_as_one_of_them(client, demonstration):
    page = client.get(SIGN_IN).text
    assert 'name="login" value="head.fr@demo.example"' in page
    assert f'name="password" value="{DEMO_PASSWORD}"' in page
    client.post(SIGN_IN, {"login": "head.fr@demo.example", "password": DEMO_PASSWORD})
    assert client.get("/people/me/").status_code == 200


def test_who_was_deactivated_is_not_offered(client, demonstration):
    User.objects.filter(email="observer@demo.example").update(is_active=False)
    assert "observer@demo.example" not in client.get(SIGN_IN).text


def test_a_database_that_is_no_demonstration_shows_nobody(client, real):
    page = client.get(SIGN_IN).text
    assert "demo.example" not in page
    assert "g7plan-demo" not in page


def test_production_shows_nobody(client, demonstration, settings):
    settings.PRODUCTION = True
    page = client.get(SIGN_IN).text
    assert "demo.example" not in page
    assert "g7plan-demo" not in page
