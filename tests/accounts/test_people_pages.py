"""Tests of the pages of people, for administrators and for others."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import AccountState, Role, User
from audit.models import Event
from audit.record import record
from tests.factories import make_user

LIST = "/people/"
NEW = "/people/new/"
INVITATION = {
    "name": "山田 花子",
    "email": "Hanako@Tests.Example",
    "member": "JP",
    "roles": ["observer"],
}


def page_of(person, verb="edit"):
    return reverse(f"accounts:user-{verb}", args=[person.pk])


def values_of(person, **values):
    return {
        "name": person.name,
        "member": person.member_id or "",
        "roles": person.roles,
        "time_zone": person.time_zone,
        "version": person.version,
        **values,
    }


def now_of(person):
    return User.objects.get(pk=person.pk)


@pytest.fixture
def browser(signed_in, administrator):
    return signed_in(administrator)


# ---- Inviting


def invite(browser, **values):
    return browser.post(NEW, {**INVITATION, **values}, follow=True)


def test_an_administrator_invites_somebody(browser, client):
    answer = invite(browser)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "An invitation has been sent to hanako@tests.example." in answer.text
    person = User.objects.get(email="hanako@tests.example")
    assert (person.name, person.member_id) == ("山田 花子", "JP")
    assert person.account_state == AccountState.INVITED


def test_marks_around_an_address_are_removed(browser):
    """Outlook puts such a mark behind an address that is copied from it."""
    answer = invite(browser, email="\u200bHanako@Tests.Example\u200e ")
    assert "An invitation has been sent to hanako@tests.example." in answer.text
    assert [message.to for message in mail.outbox] == [["hanako@tests.example"]]


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        (
            "hana\u200bko@tests.example",
            "The address has a zero width space (U+200B) after “hana”. Delete it.",
        ),
        (
            "hanako@tests.example\u00ad.example",
            "The address has a soft hyphen (U+00AD) after “hanako@tests.example”.",
        ),
        ("花子@tests.example", "No mail can be sent to this address: the part before"),
    ],
)
def test_an_address_that_cannot_be_put_into_a_mail_is_refused(browser, email, sentence):
    answer = invite(browser, email=email)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not User.objects.filter(name="山田 花子").exists()
    assert not mail.outbox


def test_a_stored_address_that_no_mail_can_be_written_to_is_said(browser, members):
    """As accounts of earlier versions may have one."""
    person = make_user(Role.OFFICER, member="JP", email="x@tests.example\u200e")
    person.set_unusable_password()
    person.save()
    answer = browser.post(page_of(person, "invite-again"), follow=True)
    assert answer.status_code == 200
    assert "No mail can be written to x@tests.example" in answer.text
    assert "Deactivate this account, and invite the person" in answer.text
    assert not mail.outbox


def test_the_invitation_leads_to_a_password_and_in(browser, client):
    invite(browser)
    [message] = mail.outbox
    assert message.to == ["hanako@tests.example"]
    assert message.subject == "Your account on g7plan"
    [link] = re.findall(r"http://127\.0\.0\.1:8000(/accounts/\S+)", str(message.body))
    form = client.get(link, follow=True)
    new = "a rather new horse 7"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    client.post("/accounts/login/", {"login": "hanako@tests.example", "password": new})
    assert client.get("/people/me/").status_code == 200


def test_the_invitation_says_nothing_of_what_the_system_holds(browser):
    invite(browser)
    [message] = mail.outbox
    told = str(message.message())
    assert "hanako@tests.example" in told
    for secret in ("=?utf-8", "Japan", "officer", "Officer", "Administrator"):
        assert secret not in told


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        (
            {"name": "a\x00b"},
            "a null character (U+0000) after “a”. Delete it.",
        ),
        (
            {"name": "a\u202eb"},
            "a right-to-left override (U+202E) after “a”. Delete it.",
        ),
        (
            {"name": "a" * 100_000},
            "has 100,000 characters; the limit is 120.",
        ),
        ({"email": "nobody"}, "Enter a valid email address."),
        (
            {"email": "administrator@tests.example"},
            "already an account with this address",
        ),
        (
            {"email": "ADMINISTRATOR@tests.example"},
            "already an account with this address",
        ),
        ({"member": "", "roles": ["officer"]}, "Choose the member"),
        ({"member": "XX"}, "Select a valid choice."),
        ({"member": "J\x00"}, "Select a valid choice."),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["king"]}, "Select a valid choice."),
        ({"roles": ["officer\x00"]}, "Select a valid choice."),
    ],
)
def test_a_wrong_invitation_is_refused_and_kept(
    browser, administrator, values, sentence
):
    User.objects.filter(pk=administrator.pk).update(email="administrator@tests.example")
    answer = invite(browser, **values)
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = {**INVITATION, **values}
    if len(str(kept["name"])) < 100:
        assert f'value="{kept["email"]}"' in answer.text
    assert User.objects.count() == 1
    assert not mail.outbox


def test_pressing_twice_invites_once(browser):
    invite(browser)
    answer = invite(browser)
    assert answer.status_code == 422
    assert "already an account with this address" in answer.text
    assert len(mail.outbox) == 1


def test_a_mail_that_cannot_be_sent_is_said(browser, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = invite(browser)
    assert "the mail server did not take the invitation" in answer.text
    assert User.objects.filter(email="hanako@tests.example").exists()


def test_marks_of_html_in_a_name_stay_text(browser):
    invite(browser, name="<script>alert(1)</script>")
    person = User.objects.get(email="hanako@tests.example")
    for url in (LIST, page_of(person), page_of(person, "deactivate")):
        page = browser.get(url).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


# ---- Changing


def test_a_person_is_changed(browser, officer_jp):
    answer = browser.post(
        page_of(officer_jp),
        values_of(officer_jp, name="Jiro", roles=["observer", "officer"]),
        follow=True,
    )
    assert "Saved." in answer.text
    person = now_of(officer_jp)
    assert (person.name, person.roles) == ("Jiro", ["officer", "observer"])


def test_a_move_says_what_follows(browser, officer_jp):
    moved = values_of(officer_jp, member="FR", roles=["observer"])
    answer = browser.post(page_of(officer_jp), moved, follow=True)
    assert "no longer acts for Japan" in answer.text
    assert now_of(officer_jp).member_id == "FR"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"member": ""}, "Choose the member"),
        ({"roles": []}, "Choose at least one role."),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice."),
        ({"time_zone": "UTC\x00"}, "Select a valid choice."),
        ({"version": ""}, "This field is required."),
        ({"version": "one"}, "Enter a whole number."),
        ({"version": "9" * 5000}, "Please correct 1 field"),
    ],
)
def test_a_wrong_change_is_refused_and_kept(browser, officer_jp, values, sentence):
    answer = browser.post(
        page_of(officer_jp), values_of(officer_jp, **{"name": "Jiro", **values})
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert now_of(officer_jp).name == "Officer JP"
    if "name" not in values:
        assert 'value="Jiro"' in answer.text


def test_a_change_that_comes_too_late_is_shown_what_is_there(browser, officer_jp):
    mine = values_of(officer_jp, name="Mine", roles=["officer", "observer"])
    browser.post(page_of(officer_jp), values_of(officer_jp, name="Theirs"))
    answer = browser.post(page_of(officer_jp), mine)
    assert answer.status_code == 409
    assert "Another person changed this while you were editing it." in answer.text
    assert "Theirs" in answer.text
    assert 'value="Mine"' in answer.text
    assert 'name="version" value="2"' in answer.text
    assert now_of(officer_jp).name == "Theirs"
    # All that was typed is still there, so that saving again applies it.
    assert answer.text.count("checked") == 2
    browser.post(page_of(officer_jp), {**mine, "version": 2})
    assert (now_of(officer_jp).name, now_of(officer_jp).roles) == (
        "Mine",
        ["officer", "observer"],
    )


def test_pressing_save_twice_changes_once(browser, officer_jp):
    for _press in range(2):
        answer = browser.post(page_of(officer_jp), values_of(officer_jp, name="Jiro"))
        assert answer.status_code == 302
    assert Event.objects.filter(verb="user.change").count() == 1


def test_the_last_administrator_stays_one(browser, administrator):
    answer = browser.post(
        page_of(administrator), values_of(administrator, roles=["observer"])
    )
    assert answer.status_code == 422
    assert "This is the last administrator" in answer.text
    assert now_of(administrator).is_administrator


def test_an_address_is_not_changed(browser, officer_jp):
    browser.post(
        page_of(officer_jp),
        values_of(officer_jp, email="other@tests.example", name="J"),
    )
    assert now_of(officer_jp).email == officer_jp.email


# ---- History


def test_the_page_tells_who_did_what(browser, administrator):
    invite(browser)
    person = User.objects.get(email="hanako@tests.example")
    browser.post(page_of(person), values_of(person, member="FR"))
    browser.post(page_of(person, "deactivate"), {"version": 2})
    page = browser.get(page_of(person)).text
    history = page[page.index("History") :]
    words = [
        "Deactivated",
        "Changed",
        "Japan",
        "France",
        "Observer",
        "Invited",
    ]
    assert all(word in history for word in words)
    assert (
        history.index("Deactivated")
        < history.index("Changed")
        < history.index("Invited")
    )
    assert history.count(administrator.email) == 3


def test_an_account_without_a_past_says_so(browser, officer_jp):
    assert (
        "No changes are recorded for this account."
        in browser.get(page_of(officer_jp)).text
    )


def test_a_long_past_costs_no_more_queries(
    browser, officer_jp, now, django_assert_max_num_queries
):
    for number in range(60):
        data = {"name": ["", str(number)]}
        record(verb="user.change", target=officer_jp, by=None, at=now, data=data)
    with django_assert_max_num_queries(12):
        page = browser.get(page_of(officer_jp)).text
    assert page.count("Changed") == 50
