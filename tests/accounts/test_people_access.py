"""Tests of access: who may manage people, and how access ends and is restored."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Role, User
from audit.models import Event
from tests.factories import PASSWORD, make_user

LIST = "/people/"


def page_of(person, verb="edit"):
    return reverse(f"accounts:user-{verb}", args=[person.pk])


def now_of(person):
    return User.objects.get(pk=person.pk)


@pytest.fixture
def browser(signed_in, administrator):
    return signed_in(administrator)


# ---- Permissions


PAGES = [
    ("get", "user-list", False),
    ("get", "user-new", False),
    ("post", "user-new", False),
    ("get", "user-edit", True),
    ("post", "user-edit", True),
    ("get", "user-deactivate", True),
    ("post", "user-deactivate", True),
    ("post", "user-reactivate", True),
    ("post", "user-invite-again", True),
    ("post", "user-sign-in-code", True),
    ("post", "user-end-identity", True),
]


@pytest.mark.parametrize(
    "role",
    [
        "contributor_jp", "officer_jp", "head_jp", "coordinator", "former_coordinator",
        "second_reviewer", "observer", "assessor",
    ],
)  # fmt: skip
def test_for_others_these_pages_are_not_there(signed_in, request, role):
    somebody = request.getfixturevalue(role)
    person = make_user(Role.OFFICER, member="FR")
    other = signed_in(somebody)
    for method, route, has_person in PAGES:
        for target in [person, somebody] if has_person else [None]:
            url = reverse(f"accounts:{route}", args=[target.pk] if target else [])
            assert getattr(other, method)(url).status_code == 404, (method, url)
    assert not Event.objects.filter(target_type="accounts.User").exists()


# Forms with typed text: a page keeps it, and asks to sign in.
KEPT = {("post", "user-new", False), ("post", "user-edit", True)}


@pytest.mark.parametrize(
    ("method", "route", "has_person"), [page for page in PAGES if page not in KEPT]
)
def test_who_is_not_signed_in_is_asked_to(
    client, officer_jp, method, route, has_person
):
    url = reverse(f"accounts:{route}", args=[officer_jp.pk] if has_person else [])
    answer = getattr(client, method)(url)
    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={url}")


@pytest.mark.parametrize(("_method", "route", "has_person"), sorted(KEPT))
def test_who_is_not_signed_in_keeps_what_was_typed(
    client, officer_jp, _method, route, has_person
):
    url = reverse(f"accounts:{route}", args=[officer_jp.pk] if has_person else [])
    before = list(User.objects.values())
    answer = client.post(url, {"name": "Another Name", "version": 1})
    assert answer.status_code == 403
    assert "You have been signed out." in answer.text
    assert 'href="/accounts/login/" target="_blank"' in answer.text
    assert f'action="{url}"' in answer.text
    assert 'value="Another Name"' in answer.text
    assert officer_jp.name not in answer.text
    assert officer_jp.email not in answer.text
    assert list(User.objects.values()) == before
    assert not Event.objects.filter(target_type="accounts.User").exists()


def test_reactivating_and_inviting_again_are_no_links(browser, officer_jp):
    for verb in ("reactivate", "invite-again"):
        assert browser.get(page_of(officer_jp, verb)).status_code == 405


def test_somebody_who_is_not_there_is_404(browser):
    for verb in ("edit", "deactivate"):
        url = reverse(
            f"accounts:user-{verb}", args=["0" * 8 + "-0000-4000-8000-" + "0" * 12]
        )
        assert browser.get(url).status_code == 404
    assert browser.get("/people/nonsense/edit/").status_code == 404


def test_a_service_user_has_no_page(browser):
    service = make_user(Role.OBSERVER, name="INTERPOL", is_service=True)
    assert browser.get(page_of(service)).status_code == 404
    assert (
        browser.post(page_of(service, "deactivate"), {"version": 1}).status_code == 404
    )
    assert "INTERPOL" not in browser.get(LIST).text


# ---- Access


def test_deactivating_asks_first(browser, officer_jp):
    page = browser.get(page_of(officer_jp, "deactivate"))
    assert "Deactivate Officer JP?" in page.text
    assert now_of(officer_jp).is_active


def test_who_is_deactivated_is_out_at_once(browser, signed_in, officer_jp):
    theirs = signed_in(officer_jp)
    assert theirs.get("/people/me/").status_code == 200
    answer = browser.post(
        page_of(officer_jp, "deactivate"), {"version": 1}, follow=True
    )
    assert "can no longer sign in" in answer.text
    assert "This account is deactivated" in answer.text
    assert theirs.get("/people/me/").status_code == 302


def test_pressing_deactivate_twice_is_harmless(browser, officer_jp):
    for _press in range(2):
        assert (
            browser.post(page_of(officer_jp, "deactivate"), {"version": 1}).status_code
            == 302
        )
    assert Event.objects.filter(verb="user.deactivate").count() == 1


@pytest.mark.parametrize(
    ("version", "status", "sentence"),
    [
        ("", 422, "This page is out of date."),
        ("x", 422, "This page is out of date."),
        ("7", 409, "Someone else changed this account."),
    ],
)
def test_a_stale_deactivation_is_refused(
    browser, officer_jp, version, status, sentence
):
    answer = browser.post(page_of(officer_jp, "deactivate"), {"version": version})
    assert answer.status_code == status
    assert sentence in answer.text
    assert now_of(officer_jp).is_active


def test_nobody_deactivates_themselves(browser, administrator):
    assert (
        "Only another administrator can deactivate it"
        in browser.get(page_of(administrator)).text
    )
    answer = browser.post(page_of(administrator, "deactivate"), {"version": 1})
    assert answer.status_code == 422
    assert "This is the last administrator" in answer.text
    make_user(Role.ADMINISTRATOR)
    answer = browser.post(page_of(administrator, "deactivate"), {"version": 1})
    assert "You cannot end your own administrator role" in answer.text
    assert now_of(administrator).is_active


def test_who_is_let_in_again_gets_a_link(browser, client, observer):
    browser.post(page_of(observer, "deactivate"), {"version": 1})
    answer = browser.post(page_of(observer, "reactivate"), {"version": 2}, follow=True)
    assert "An invitation has been sent to" in answer.text
    assert len(mail.outbox) == 1
    client.post("/accounts/login/", {"login": observer.email, "password": PASSWORD})
    assert client.get("/people/me/").status_code == 302


def test_pressing_reactivate_twice_sends_one_mail(browser, observer):
    browser.post(page_of(observer, "deactivate"), {"version": 1})
    browser.post(page_of(observer, "reactivate"), {"version": 2})
    answer = browser.post(page_of(observer, "reactivate"), {"version": 2})
    assert answer.status_code == 422
    assert "This account is already active." in answer.text
    assert len(mail.outbox) == 1


def test_who_has_not_come_yet_is_invited_again(browser):
    person = make_user(Role.OBSERVER)
    person.set_unusable_password()
    person.save()
    assert "has not set a password yet" in browser.get(page_of(person)).text
    browser.post(page_of(person, "invite-again"))
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_who_has_come_is_not_invited_again(browser, officer_jp):
    assert "Invite again" not in browser.get(page_of(officer_jp)).text
    answer = browser.post(page_of(officer_jp, "invite-again"))
    assert answer.status_code == 422
    assert (
        "You can invite a person again only until they have set a password"
        in answer.text
    )
    assert not mail.outbox
