"""Tests of the mail about a new browser: sent once, and without other content."""

import socket
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client

from accounts.actions.mail_jobs import (
    LEASE,
    PAUSES,
    claim_mail,
    finish_mail,
    mark_lost_mails,
    retry_mail,
)
from accounts.devices import DEVICE_COOKIE
from accounts.mail import Delivery, send_new_device
from accounts.models import KnownDevice, NewDeviceMail, Role
from accounts.runner import send_if_waiting
from accounts.tasks import sweep_new_device_mails
from audit.models import Event
from tests.accounts.test_passwords import html_of, link_in
from tests.accounts.test_sessions import (
    CHROME,
    SESSIONS,
    come_in,
    ends_offered_by,
    is_signed_in,
)
from tests.factories import PASSWORD, make_user

State = NewDeviceMail.State
NEW_PASSWORD = "a rather new horse 7"


@pytest.fixture
def waiting(officer_jp, now):
    return NewDeviceMail.objects.create(user=officer_jp, signed_in_at=now, due_at=now)


def send_one(job):
    return send_if_waiting(NewDeviceMail, job.pk, send_new_device)


def send_all():
    for job in NewDeviceMail.objects.all():
        send_one(job)


def come_again(browser, person):
    """The same browser, later: it has kept all its cookies except the session's."""
    browser.cookies.pop("sessionid", None)
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})


# ---- When a mail is written


def test_a_second_browser_is_told_of_once(officer_jp):
    come_in(officer_jp)
    come_in(officer_jp, CHROME, REMOTE_ADDR="203.0.113.7")
    for _time in range(2):
        send_all()
    [message] = mail.outbox
    assert message.to == [officer_jp.email]
    assert message.subject == (
        "Someone signed in to your account on g7plan from a new device"
    )
    assert "UTC" in message.body
    for part in (str(message.body), html_of(message)):
        for hidden in ("203.0.113.7", "Chrome", officer_jp.name, "Japan"):
            assert hidden not in part
    assert f"http://127.0.0.1:8000{SESSIONS}" in message.body


def test_the_first_browser_is_not_told_of(officer_jp):
    come_in(officer_jp)
    assert not NewDeviceMail.objects.exists()
    assert KnownDevice.objects.count() == 1


def test_a_browser_that_comes_back_is_known(officer_jp):
    browser = come_in(officer_jp)
    come_in(officer_jp)
    browser.post("/accounts/logout/")
    come_again(browser, officer_jp)
    assert NewDeviceMail.objects.count() == 1
    assert KnownDevice.objects.count() == 2


def test_a_browser_two_people_share_is_new_to_each(officer_jp, head_jp):
    browser = come_in(officer_jp)
    come_in(head_jp, CHROME)
    browser.post("/accounts/logout/")
    come_again(browser, head_jp)
    assert NewDeviceMail.objects.get().user == head_jp


@pytest.mark.parametrize("token", ["", "made-up", "a:b:c", "é" * 3000, "<script>"])
def test_a_made_up_cookie_is_no_device(officer_jp, token):
    come_in(officer_jp)
    browser = Client()
    browser.cookies[DEVICE_COOKIE] = token
    come_again(browser, officer_jp)
    assert is_signed_in(browser)
    assert NewDeviceMail.objects.count() == 1


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(officer_jp, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = come_in(officer_jp).cookies[DEVICE_COOKIE]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    token = cookie.value.partition(":")[0]
    assert token not in set(KnownDevice.objects.values_list("digest", flat=True))


def test_a_browser_whose_session_one_ends_is_known_no_more(officer_jp):
    stolen, browser = come_in(officer_jp, CHROME), come_in(officer_jp)
    [address] = ends_offered_by(browser)
    browser.post(address)
    come_again(stolen, officer_jp)
    assert NewDeviceMail.objects.count() == 2


def test_who_sets_a_password_by_mail_knows_the_browser_they_sit_at(client, officer_jp):
    come_in(officer_jp)
    client.post("/accounts/password/reset/", {"email": officer_jp.email})
    form = client.get(link_in(mail.outbox[0]), follow=True)
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(form.redirect_chain[-1][0], data)
    client.post(
        "/accounts/login/", {"login": officer_jp.email, "password": NEW_PASSWORD}
    )
    assert is_signed_in(client)
    assert not NewDeviceMail.objects.exists()


def test_a_wrong_password_makes_no_browser_known(officer_jp):
    come_in(officer_jp, password="wrong")
    assert not KnownDevice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_at_once_make_one_mail(officer_jp):
    """The second browser is compared with the first: the person's row is locked."""

    def sign_in():
        come_in(officer_jp)
        connection.close()

    threads = [threading.Thread(target=sign_in) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert KnownDevice.objects.count() == 2
    assert NewDeviceMail.objects.count() == 1


# ---- Once at most


def test_a_message_that_comes_twice_sends_one_mail(waiting):
    assert [send_one(waiting) for _time in "ab"] == [True, False]
    assert len(mail.outbox) == 1
    waiting.refresh_from_db()
    assert waiting.state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_workers_that_come_at_once_send_one_mail(waiting):
    barrier = threading.Barrier(4)

    def work():
        barrier.wait()
        send_one(waiting)
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mail.outbox) == 1


def test_a_worker_lost_in_between_leaves_it_unknown(waiting, now):
    claim_mail(NewDeviceMail, mail_id=waiting.pk, at=now)
    mark_lost_mails(NewDeviceMail, at=now + LEASE - timedelta(seconds=1))
    waiting.refresh_from_db()
    assert waiting.state == State.SENDING
    for _time in range(2):
        mark_lost_mails(NewDeviceMail, at=now + LEASE)
    assert not send_one(waiting)
    assert not mail.outbox
    waiting.refresh_from_db()
    assert waiting.state == State.UNKNOWN
    assert "may send it twice" in waiting.problem


def test_a_worker_that_comes_back_late_changes_nothing(waiting, now):
    claimed = claim_mail(NewDeviceMail, mail_id=waiting.pk, at=now)
    assert claimed
    mark_lost_mails(NewDeviceMail, at=now + LEASE)
    assert not finish_mail(mail=claimed, delivery=Delivery.TAKEN, at=now + LEASE)
    waiting.refresh_from_db()
    assert waiting.state == State.UNKNOWN


# ---- The mail server


def no_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def test_a_server_that_is_away_stops_nobody_and_loses_nothing(settings, officer_jp):
    no_server(settings)
    come_in(officer_jp)
    assert is_signed_in(come_in(officer_jp))
    send_all()
    job = NewDeviceMail.objects.get()
    assert (job.state, job.attempts) == (State.WAITING, 1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sweep_new_device_mails()
    send_all()
    assert not mail.outbox, "not before its pause is over"
    with time_machine.travel(job.due_at + timedelta(seconds=1)):
        send_all()
    assert len(mail.outbox) == 1


def test_after_some_tries_somebody_must_look(settings, waiting, now):
    no_server(settings)
    for attempt in range(len(PAUSES) + 1):
        waiting.refresh_from_db()
        with time_machine.travel(waiting.due_at + timedelta(seconds=1)):
            assert send_one(waiting), attempt
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (State.FAILED, len(PAUSES) + 1)
    assert "Check the mail server" in waiting.problem


def talk(listener, *answers):
    """A mail server that sends a few answers and then closes the connection."""
    connection, _address = listener.accept()
    with connection:
        connection.sendall(b"220 tests\r\n")
        for answer in answers:
            connection.recv(4096)
            connection.sendall(answer)
        connection.recv(4096)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([b"250 tests\r\n", b"550 no\r\n", b"250 reset\r\n"], State.WAITING),
        ([b"250 tests\r\n", b"250 yes\r\n", b"550 nobody\r\n"], State.WAITING),
        # It hangs up after the text was sent: whether it took the mail is unknown.
        (
            [b"250 tests\r\n", b"250 yes\r\n", b"250 yes\r\n", b"354 go on\r\n"],
            State.UNKNOWN,
        ),
    ],
    ids=["sender refused", "recipient refused", "no answer after the text"],
)
def test_what_a_server_answers_is_kept(settings, waiting, answers, state):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        no_server(settings)
        settings.EMAIL_PORT = listener.getsockname()[1]
        thread = threading.Thread(target=talk, args=(listener, *answers))
        thread.start()
        send_one(waiting)
        thread.join()
    waiting.refresh_from_db()
    assert waiting.state == state
    assert waiting.user.email not in waiting.problem


def test_who_was_deactivated_meanwhile_gets_no_mail(waiting):
    waiting.user.is_active = False
    waiting.user.save()
    send_one(waiting)
    assert not mail.outbox
    waiting.refresh_from_db()
    assert waiting.state == State.FAILED


def test_a_broker_that_is_away_stops_nobody(settings, officer_jp):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    come_in(officer_jp)
    assert is_signed_in(come_in(officer_jp))
    assert NewDeviceMail.objects.count() == 1


# ---- Sending again


def test_an_administrator_sends_it_after_all(waiting, administrator, now):
    claim_mail(NewDeviceMail, mail_id=waiting.pk, at=now)
    mark_lost_mails(NewDeviceMail, at=now + LEASE)
    retry_mail(NewDeviceMail, mail_id=waiting.pk, by=administrator, at=now + LEASE)
    with time_machine.travel(now + LEASE):
        send_one(waiting)
    assert len(mail.outbox) == 1
    assert Event.objects.filter(verb="new_device_mail.retry").count() == 1


@pytest.mark.parametrize("state", [State.WAITING, State.SENDING, State.SENT])
def test_what_is_under_way_or_sent_is_not_sent_again(
    waiting, administrator, now, state
):
    NewDeviceMail.objects.update(
        state=state,
        lease_ends_at=now if state == State.SENDING else None,
        finished_at=now if state == State.SENT else None,
    )
    with pytest.raises(ValidationError) as refusal:
        retry_mail(NewDeviceMail, mail_id=waiting.pk, by=administrator, at=now)
    assert refusal.value.code == "illegal_transition"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_nobody_else_sends_it_again(waiting, now, role):
    NewDeviceMail.objects.update(state=State.FAILED, finished_at=now)
    with pytest.raises(PermissionDenied):
        retry_mail(
            NewDeviceMail, mail_id=waiting.pk, by=make_user(role, member="JP"), at=now
        )
    waiting.refresh_from_db()
    assert waiting.state == State.FAILED
