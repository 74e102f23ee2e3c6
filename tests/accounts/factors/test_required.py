"""Tests of roles that need a second factor: nothing is read before it is set up."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured

from accounts.actions.acting_heads import name_acting_head
from accounts.models import Role
from g7plan.settings_of.second_factors import ROLE_NAMES, second_factor_roles
from tests.accounts.factors.conftest import give_app, with_password
from tests.accounts.factors.test_own_factors import shown
from tests.factories import make_user

LIST = "/accounts/second-factors/"
PAGES = ["/", "/people/me/", "/matrix/", "/verify/", "/search/", "/new/"]


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR_ROLES = ["coordinator", "head", "administrator"]


def test_a_head_without_one_is_led_to_set_it_up(head_jp, plan):
    client = with_password(head_jp)
    assert {client.get(page)["Location"] for page in PAGES} == {LIST}
    assert "Set up a second factor to go on" in client.get(LIST).text
    answer = client.get("/api/v1/entries/")
    assert answer.status_code == 403
    assert "Your role needs a second factor." in answer.json()["detail"]


def test_once_it_is_set_up_everything_is_open(head_jp):
    client = with_password(head_jp)
    app, sent = shown(client.get(f"{LIST}app/"))
    client.post(f"{LIST}app/", {"secret": sent, "code": app.code()})
    assert client.get("/people/me/").status_code == 200
    assert client.get("/api/v1/me/").status_code == 200


def test_it_can_sign_out_and_choose_a_language(head_jp):
    client = with_password(head_jp)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.post("/language/", {"language": "fr"}).status_code == 302
    assert client.get("/guides/heads/").status_code == 200


def test_other_roles_need_none(officer_jp):
    assert with_password(officer_jp).get("/people/me/").status_code == 200


def test_who_acts_as_head_needs_one_like_a_head(officer_jp, head_jp):
    now = datetime.now(UTC)
    client = with_password(officer_jp)
    name_acting_head(
        user=officer_jp,
        starts_at=now,
        ends_at=now + timedelta(days=2),
        by=head_jp,
        at=now,
    )
    assert client.get("/people/me/")["Location"] == LIST


def test_what_was_typed_while_the_role_came_is_kept(signed_in, members):
    person = make_user(Role.OFFICER, Role.COORDINATOR, member="JP")
    page = signed_in(person).post("/people/me/", {"name": "Typed and not saved"})
    assert page.status_code == 403
    assert "Typed and not saved" in page.text
    assert "Your role now needs a second factor." in page.text


def test_the_last_factor_cannot_be_removed(head_jp):
    app, _codes = give_app(head_jp)
    client = with_password(head_jp)
    client.post("/accounts/second-step/", {"confirm-code": app.code()})
    row = Authenticator.objects.get(type="totp")
    page = client.post(f"{LIST}{row.pk}/remove/", follow=True)
    assert "Your role needs a second factor." in page.text
    assert Authenticator.objects.filter(pk=row.pk).exists()


def test_a_session_without_it_confirms_one_it_has(head_jp, signed_in):
    """As after an upgrade: the session is older than the factor's rule."""
    app, _codes = give_app(head_jp)
    client = signed_in(head_jp)
    assert client.get("/people/me/")["Location"] == LIST
    assert "Confirm with a second factor to go on" in client.get(LIST).text
    client.post("/accounts/confirm/?next=/", {"confirm-code": app.code()})
    assert client.get("/people/me/").status_code == 200


def test_production_asks_coordinators_heads_and_administrators(monkeypatch):
    monkeypatch.delenv("SECOND_FACTOR_ROLES", raising=False)
    usual = second_factor_roles(is_production=True)
    assert usual == ["coordinator", "head", "administrator"]
    assert second_factor_roles(is_production=False) == []
    monkeypatch.setenv("SECOND_FACTOR_ROLES", "officer, head")
    assert second_factor_roles(is_production=True) == ["officer", "head"]
    monkeypatch.setenv("SECOND_FACTOR_ROLES", "boss")
    with pytest.raises(ImproperlyConfigured, match="names boss"):
        second_factor_roles(is_production=True)
    assert frozenset(Role.values) == ROLE_NAMES
