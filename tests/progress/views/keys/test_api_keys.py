"""Tests of the pages of API keys: who makes them, who sees them, and the one secret."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.db import connection

from accounts.backends import find_api_key
from accounts.models import ApiKey, ApiKeyUse, Role, Scope
from audit.models import Event
from tests.api.conftest import store_key
from tests.factories import make_acting_head, make_interpol, make_user
from tests.progress.keys import LIST, NEW, SENT, page_of, secret_in


@pytest.fixture
def key_jp(members):
    return store_key(Scope.READ_OWN, member="JP")[0]


@pytest.fixture
def key_of_none(members):
    return store_key(Scope.READ_GREEN)[0]


def digests():
    """Everything that the database holds, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT "{table}"::text FROM "{table}"')
            yield from (row for (row,) in cursor.fetchall())


# ---- Making a key


def test_a_head_makes_a_key_of_their_member(signed_in, head_jp, now):
    answer = signed_in(head_jp).post(NEW, SENT)
    assert answer.status_code == 200
    key = ApiKey.objects.get()
    assert (key.name, key.user.member_id) == (SENT["name"], "JP")
    assert key.scopes == ["read:green", "read:own"]
    assert key.networks == ["192.0.2.0/24", "2001:db8::7/128"]
    assert key.expires_at - key.created_at == timedelta(days=30)
    assert "Ministry tracker &lt;b&gt;" in answer.text
    event = Event.objects.get(verb="api_key.create")
    assert (event.actor_id, event.member) == (head_jp.pk, "JP")
    assert event.data["networks"] == key.networks


def test_the_secret_is_on_the_answer_page_and_nowhere_else(signed_in, head_jp, now):
    browser = signed_in(head_jp)
    answer = browser.post(NEW, SENT)
    secret = secret_in(answer)
    assert answer["Cache-Control"] == "no-store"
    assert find_api_key(secret, now) is None, "only from its networks"
    part = secret.split("_", 2)[2]
    assert part not in str(answer.headers)
    assert part not in str(answer.cookies)
    assert not list(get_messages(answer.wsgi_request))
    assert not [row for row in digests() if part in row]
    for session in Session.objects.all():
        assert part not in str(session.get_decoded())
    for path in (LIST, NEW, page_of(ApiKey.objects.get(), "requests"), "/"):
        assert part not in browser.get(path).text, path


def test_a_second_press_makes_no_second_key(signed_in, head_jp):
    browser = signed_in(head_jp)
    browser.post(NEW, SENT)
    answer = browser.post(NEW, SENT)
    assert answer.status_code == 422
    assert "There is already a key with this name" in answer.text
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["write:assessments"]}, "Select a valid choice"),
        ({"life": "0"}, "A key is valid for between 1 and 1825 days."),
        ({"life": "1826"}, "A key is valid for between 1 and 1825 days."),
        ({"life": "soon"}, "Enter a whole number of days."),
        ({"networks": "example.org"}, "“example.org” is not a network."),
        ({"networks": "192.0.2.1/24"}, "“192.0.2.1/24” is not a network."),
        ({"networks": "0.0.0.0/0"}, "0.0.0.0/0 is every address."),
        ({"networks": "10.0.0.0/8 ::/0"}, "::/0 is every address."),
        (
            {"networks": "\n".join(f"192.0.2.{number}" for number in range(21))},
            "Name at most 20 networks.",
        ),
        ({"instrument_owner": "nobody"}, "Select a valid choice"),
        (
            {"instrument_owner": "interpol", "scopes": ["read:own", "write:entries"]},
            "write:entries: a key that is limited to an instrument cannot",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(signed_in, head_jp, changed, sentence):
    make_interpol()
    answer = signed_in(head_jp).post(NEW, {**SENT, **changed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Copies our entries every night" in answer.text, "what was typed stays"
    assert not ApiKey.objects.exists()


def test_a_key_is_limited_to_what_concerns_a_body(signed_in, head_jp):
    make_interpol()
    sent = {**SENT, "instrument_owner": "interpol"}
    assert signed_in(head_jp).post(NEW, sent).status_code == 200
    assert ApiKey.objects.get().instrument_owner == "interpol"
    assert "Only what concerns interpol" in signed_in(head_jp).get(LIST).text


def test_an_administrator_makes_a_key_of_no_member(signed_in, administrator):
    browser = signed_in(administrator)
    page = browser.get(NEW).text
    for scope in ("read:own", "write:entries", "write:assessments"):
        assert f'value="{scope}"' not in page
        answer = browser.post(NEW, {**SENT, "scopes": [scope]})
        assert answer.status_code == 422, scope
    answer = browser.post(NEW, {**SENT, "scopes": ["read:green", "compile:reports"]})
    assert secret_in(answer)
    key = ApiKey.objects.get()
    assert (key.user.member_id, key.user.roles) == (None, ["observer"])


def test_an_acting_head_makes_no_key_and_may_stop_one(
    signed_in, officer_jp, head_jp, key_jp, now
):
    make_acting_head(officer_jp, by=head_jp)
    browser = signed_in(officer_jp)
    assert browser.post(NEW, SENT).status_code == 403
    assert browser.post(page_of(key_jp, "rotate"), {}).status_code == 403
    assert browser.post(page_of(key_jp, "revoke")).status_code == 302
    key_jp.refresh_from_db()
    assert key_jp.revoked_at


# ---- The list


def test_the_list_shows_what_is_known_of_a_key(signed_in, officer_jp, key_jp, now):
    ApiKey.objects.update(networks=["192.0.2.0/24"], purpose="Nightly copy")
    page = signed_in(officer_jp).get(LIST).text
    for words in (
        key_jp.name,
        f"g7p_{key_jp.prefix}…",
        "read:own",
        "Active",
        "Nightly copy",
        "Only from 192.0.2.0/24",
        "Not in the last 90 days",
    ):
        assert words in page
    assert key_jp.digest not in page
    for verb in ("rotate", "revoke"):
        assert page_of(key_jp, verb) not in page
    assert page_of(key_jp, "requests") in page


def test_a_delegation_sees_its_own_keys_and_an_administrator_all(
    signed_in, head_jp, officer_fr, administrator, key_jp, key_of_none
):
    def seen(person):
        page = signed_in(person).get(LIST).text
        return {key for key in (key_jp, key_of_none) if key.prefix in page}

    assert seen(head_jp) == {key_jp}
    assert seen(officer_fr) == set()
    assert seen(administrator) == {key_jp, key_of_none}


def test_no_key_is_made_yet(signed_in, head_jp, officer_jp, administrator):
    assert "Make a key for each system" in signed_in(head_jp).get(LIST).text
    assert "Only a head of your delegation" in signed_in(officer_jp).get(LIST).text
    assert "No API keys" in signed_in(administrator).get(LIST).text


def test_the_states_of_a_key_are_said(signed_in, head_jp, key_jp, now):
    def state():
        page = signed_in(head_jp).get(LIST).text
        return page.split('<span class="tag">')[1].partition("<")[0]

    assert state() == "Active"
    assert "Ends soon" not in signed_in(head_jp).get(LIST).text
    ApiKey.objects.update(expires_at=now + timedelta(days=14))
    assert "Ends soon" in signed_in(head_jp).get(LIST).text
    ApiKey.objects.update(replaced_at=now)
    assert state() == "Replaced, still works"
    ApiKey.objects.update(expires_at=now - timedelta(hours=1))
    assert state() == "Expired"
    ApiKey.objects.update(revoked_at=now)
    assert state() == "Revoked"


def test_the_list_asks_as_many_queries_for_many_keys(
    signed_in, head_jp, key_jp, django_assert_num_queries
):
    browser = signed_in(head_jp)
    browser.get(LIST)
    with connection.execute_wrapper(counted := Counted()):
        browser.get(LIST)
    for _number in range(5):
        store_key(Scope.READ_OWN, member="JP")
    with django_assert_num_queries(counted.number):
        browser.get(LIST)
    assert counted.number <= 8


class Counted:
    number = 0

    def __call__(self, execute, *given):
        self.number += 1
        return execute(*given)


def test_the_pages_lead_to_each_other(signed_in, administrator, head_jp, plan):
    browser = signed_in(administrator)
    assert LIST in browser.get("/people/").text
    assert 'href="/people/"' in browser.get(LIST).text
    assert f'href="{LIST}"' in signed_in(head_jp).get("/").text


# ---- Others


@pytest.mark.parametrize("verb", ["rotate", "revoke", "requests"])
@pytest.mark.parametrize(
    "role", ["head_fr", "officer_fr", "contributor_jp", "coordinator", "observer"]
)
def test_another_delegation_s_key_does_not_exist(
    signed_in, request, key_jp, verb, role
):
    """Neither does one of no member, and the answer is that for a forged id."""
    browser = signed_in(request.getfixturevalue(role))
    sent = {"life": "100", "overlap": "7"}
    keys = [key_jp, store_key(Scope.READ_GREEN)[0], ApiKey()]
    for key in keys:
        for ask in (browser.get, browser.post):
            answer = ask(page_of(key, verb), sent)
            assert answer.status_code in {404, 405}, (key, ask)
    assert not Event.objects.filter(verb__startswith="api_key.").exists()


def test_an_administrator_never_gets_the_secret_of_a_member_s_key(
    signed_in, administrator, key_jp
):
    browser = signed_in(administrator)
    sent = {"life": "100", "overlap": "7"}
    assert browser.post(page_of(key_jp, "rotate"), sent).status_code == 403
    browser.post(NEW, {**SENT, "member": "JP", "scopes": ["read:green"]})
    assert ApiKey.objects.latest("created_at").user.member_id is None


def test_a_head_of_two_roles_makes_keys_of_their_member(signed_in, members):
    """And an administrator who is an officer makes none of their member's."""
    both = make_user(Role.ADMINISTRATOR, Role.OFFICER, member="JP")
    assert signed_in(both).post(NEW, {**SENT, "scopes": ["read:green"]})
    assert ApiKey.objects.get().user.member_id is None


# ---- Requests


def test_the_delegation_reads_what_a_key_was_used_for(
    signed_in, officer_jp, administrator, key_jp, key_of_none, now
):
    for number, key in enumerate((key_jp, key_of_none), start=1):
        ApiKeyUse.objects.create(
            id=f"00000000-0000-4000-8000-00000000000{number}",
            key=key,
            at=now,
            method="GET",
            route="api:entry-list",
            status=200,
            network="192.0.2.0/24",
        )
    page = signed_in(officer_jp).get(page_of(key_jp, "requests")).text
    for words in ("GET api:entry-list", "192.0.2.0/24", "200"):
        assert words in page
    assert "Not in the last 90 days" not in signed_in(officer_jp).get(LIST).text
    browser = signed_in(administrator)
    assert browser.get(page_of(key_of_none, "requests")).status_code == 200
    assert browser.get(page_of(key_jp, "requests")).status_code == 403


def test_a_key_that_was_not_used_says_so(signed_in, head_jp, key_jp):
    page = signed_in(head_jp).get(page_of(key_jp, "requests")).text
    assert "No requests in the last 90 days" in page
