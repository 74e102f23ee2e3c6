"""Tests of the digest mail: one for a person and period at most, without content."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from accounts.actions.mail_jobs import (
    LEASE,
    PAUSES,
    claim_mail,
    finish_mail,
    mark_lost_mails,
    retry_mail,
)
from accounts.mail import Delivery
from accounts.models import Role, User
from accounts.runner import send_if_waiting
from audit.models import Event
from partners.actions.digests import make_digest
from partners.models import Digest, Notice, NoticePreference
from partners.runner import make_due_digests, send_count
from partners.tasks import make_digests, send_digest, sweep_digests
from progress.models import State
from tests.factories import make_entry, make_user, member_commitment_of
from tests.partners.at_once import at_the_same_time
from tests.partners.conftest import make_notice

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MORNING = datetime(2027, 1, 12, 8, tzinfo=UTC)


class NeverReached(EmailBackend):
    def open(self):
        raise ConnectionRefusedError("nobody listens")


class Refuses(EmailBackend):
    def send_messages(self, _messages):
        raise SMTPRecipientsRefused({})


class FallsSilent(EmailBackend):
    """Takes the mail, and closes the connection before it confirms."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SMTPServerDisconnected("gone")


class TakesItsWorkerDown(EmailBackend):
    """Takes the mail; then an error that no code catches ends the worker."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SystemExit(137)


def use(settings, backend):
    name = "locmem.EmailBackend" if backend is None else backend.__name__
    place = "django.core.mail.backends" if backend is None else __name__
    settings.EMAIL_BACKEND = f"{place}.{name}"


@pytest.fixture
def entry(plan, stocktake, officer_jp):
    return make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.RETURNED,
        stocktake=stocktake,
        narrative="Canary.",
    )


@pytest.fixture
def at_once(officer_jp):
    NoticePreference.objects.create(user=officer_jp, mail="at_once")


@pytest.fixture
def digest(officer_jp, entry, at_once):
    """A waiting digest of two notices."""
    for _number in range(2):
        make_notice(officer_jp, entry)
    [made] = make_due_digests(timezone.now())
    return made


def states():
    return list(Digest.objects.order_by("created_at").values_list("state", flat=True))


def send(digest):
    return send_if_waiting(Digest, digest.pk, send_count)


def run(digest):
    send(digest)
    digest.refresh_from_db()
    return digest.state


# ---- Content -------------------------------------------------------------------------
def test_the_mail_says_how_many_and_nothing_else(digest, officer_jp, settings):
    settings.SITE_URL = "https://g7plan.example"
    assert run(digest) == "sent"
    [message] = mail.outbox
    assert message.to == [officer_jp.email]
    assert message.subject == "2 items need you on g7plan"
    assert isinstance(message, EmailMultiAlternatives)
    [(html, _kind)] = message.alternatives
    for part in (str(message.body), str(html)):
        assert "https://g7plan.example/notices/" in part
        assert "https://g7plan.example/notices/preferences/" in part
        for content in ("1.2.2", "Canary", "Japan", "JP", "Stocktake", "returned"):
            assert content not in part
        assert officer_jp.name not in part


def test_one_item_is_one_item(officer_jp, entry, at_once):
    make_notice(officer_jp, entry)
    make_digests()
    sweep_and_send()
    assert mail.outbox[0].subject == "1 item needs you on g7plan"


def sweep_and_send():
    for digest in Digest.objects.filter(state="waiting"):
        send_digest(str(digest.pk))


# ---- Time ----------------------------------------------------------------------------
def test_by_default_it_comes_once_a_day_in_the_morning(officer_jp, entry):
    User.objects.filter(pk=officer_jp.pk).update(time_zone="Asia/Tokyo")
    evening = datetime(2027, 1, 11, 21, 59, tzinfo=UTC)  # 06:59 of the 12th in Tokyo
    make_notice(officer_jp, entry, created_at=evening)
    assert make_due_digests(evening) == []
    [made] = make_due_digests(evening + timedelta(minutes=1))
    assert made.period == "day-2027-01-12"
    make_notice(officer_jp, entry, created_at=evening)
    assert make_due_digests(evening + 12 * HOUR) == []
    [made] = make_due_digests(evening + DAY + HOUR)
    assert made.period == "day-2027-01-13"


@pytest.mark.parametrize("day", [datetime(2027, 3, 28), datetime(2027, 10, 31)])  # noqa: DTZ001
def test_a_change_of_the_clocks_makes_no_second_mail(officer_jp, entry, day):
    User.objects.filter(pk=officer_jp.pk).update(time_zone="Europe/Berlin")
    start = day.replace(tzinfo=UTC)
    made = []
    for hour in range(24):
        at = start + hour * HOUR
        make_notice(officer_jp, entry, created_at=at, key=f"event-{hour}")
        made += make_due_digests(at)
    assert len(made) == 1


def test_soon_is_at_most_once_an_hour(officer_jp, entry, at_once):
    start = MORNING + timedelta(minutes=59)
    made = []
    for minute in range(0, 180, 10):
        at = start + timedelta(minutes=minute)
        make_notice(officer_jp, entry, created_at=at, key=f"event-{minute}")
        made += make_due_digests(at)
    assert [digest.created_at - start for digest in made] == [0 * HOUR, HOUR, 2 * HOUR]


def test_who_wants_no_mail_gets_none(officer_jp, entry):
    NoticePreference.objects.create(user=officer_jp, mail="never")
    make_notice(officer_jp, entry)
    assert make_due_digests(timezone.now() + DAY) == []


def test_who_has_read_it_gets_none(officer_jp, entry, at_once):
    make_notice(officer_jp, entry, read_at=timezone.now())
    assert make_due_digests(timezone.now()) == []


def test_an_item_is_in_one_mail_only(digest, officer_jp, entry):
    run(digest)
    later = timezone.now() + 2 * HOUR
    assert make_due_digests(later) == []
    make_notice(officer_jp, entry, created_at=later)
    [second] = make_due_digests(later)
    assert second.notices.count() == 1


def test_what_is_muted_is_not_counted(officer_jp, entry):
    NoticePreference.objects.create(user=officer_jp, mail="at_once", muted=["returned"])
    make_notice(officer_jp, entry)
    assert make_due_digests(timezone.now()) == []


def test_what_is_old_makes_no_mail(officer_jp, entry, at_once):
    make_notice(officer_jp, entry, created_at=timezone.now() - 8 * DAY)
    assert make_due_digests(timezone.now()) == []


def test_who_has_left_gets_none(officer_jp, entry, at_once):
    make_notice(officer_jp, entry)
    User.objects.update(is_active=False)
    assert make_due_digests(timezone.now()) == []


def test_who_belongs_to_another_member_by_now_gets_none(officer_jp, entry, at_once):
    make_notice(officer_jp, entry)
    User.objects.filter(pk=officer_jp.pk).update(member="FR")
    assert make_due_digests(timezone.now()) == []


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"member": "FR"}, {"roles": ["observer"]}]
)
def test_rights_are_those_of_the_moment_it_is_sent(digest, officer_jp, change):
    User.objects.filter(pk=officer_jp.pk).update(**change)
    assert run(digest) == "dropped"
    assert mail.outbox == []


def test_what_was_read_meanwhile_is_not_counted(digest):
    Notice.objects.filter(pk=Notice.objects.all()[0].pk).update(read_at=timezone.now())
    run(digest)
    assert mail.outbox[0].subject == "1 item needs you on g7plan"


def test_no_mail_is_sent_to_who_wants_none_by_now(digest):
    NoticePreference.objects.update(mail="never")
    assert run(digest) == "dropped"
    assert mail.outbox == []


# ---- Once at most --------------------------------------------------------------------
def test_a_message_that_comes_twice_sends_one_mail(digest):
    run(digest)
    run(digest)
    assert len(mail.outbox) == 1


def test_only_one_of_two_workers_claims_it(digest):
    at = timezone.now()
    assert claim_mail(Digest, mail_id=digest.pk, at=at) is not None
    assert claim_mail(Digest, mail_id=digest.pk, at=at) is None


def test_a_server_that_cannot_be_reached_is_asked_again(digest, settings):
    use(settings, NeverReached)
    assert run(digest) == "waiting"
    assert "will be tried again" in digest.problem
    assert digest.due_at > timezone.now()
    assert run(digest) == "waiting"
    assert digest.attempts == 1
    Digest.objects.update(due_at=timezone.now())
    use(settings, None)
    assert run(digest) == "sent"
    assert digest.problem == ""
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("backend", [NeverReached, Refuses])
def test_a_server_that_refuses_again_and_again_makes_it_fail(digest, settings, backend):
    use(settings, backend)
    for _time in range(len(PAUSES) + 1):
        Digest.objects.update(due_at=timezone.now())
        run(digest)
    assert digest.state == "failed"
    assert "Check the mail server" in digest.problem
    assert mail.outbox == []


@pytest.mark.parametrize(
    "address",
    ["x@tests.example\u200e", "jörg@@x", "x@" + "ü" * 70 + ".example", "x\n@y"],
)
def test_a_mail_that_cannot_be_written_fails_at_once(digest, officer_jp, address):
    User.objects.filter(pk=officer_jp.pk).update(email=address)
    assert run(Digest.objects.get()) == "failed"
    digest.refresh_from_db()
    assert digest.attempts == 1
    assert "No mail can be written to this person" in digest.problem
    assert "so no server was asked" in digest.problem
    assert not mail.outbox


def test_an_answer_that_is_lost_is_unknown_and_not_sent_again(digest, settings):
    use(settings, FallsSilent)
    assert run(digest) == "unknown"
    assert "may send it twice" in digest.problem
    use(settings, None)
    sweep_digests()
    assert run(digest) == "unknown"
    assert len(mail.outbox) == 1


def test_a_worker_lost_in_between_leaves_it_unknown(digest, settings):
    use(settings, TakesItsWorkerDown)
    with pytest.raises(SystemExit):
        send(digest)
    assert states() == ["sending"]
    use(settings, None)
    sweep_digests()
    assert states() == ["sending"]  # it may still be at it
    Digest.objects.update(lease_ends_at=timezone.now())
    sweep_digests()
    assert states() == ["unknown"]
    assert run(digest) == "unknown"
    assert len(mail.outbox) == 1


def test_a_worker_that_was_only_slow_writes_nothing_any_more(digest):
    at = timezone.now()
    claimed = claim_mail(Digest, mail_id=digest.pk, at=at)
    assert claimed is not None
    mark_lost_mails(Digest, at=at + LEASE - timedelta(seconds=1))
    assert states() == ["sending"]
    mark_lost_mails(Digest, at=at + LEASE)
    assert not finish_mail(mail=claimed, delivery=Delivery.TAKEN, at=at + LEASE)
    assert states() == ["unknown"]


def test_an_administrator_sends_it_after_all(digest, settings, administrator):
    use(settings, FallsSilent)
    run(digest)
    use(settings, None)
    retry_mail(Digest, mail_id=digest.pk, by=administrator, at=timezone.now())
    assert run(digest) == "sent"
    assert len(mail.outbox) == 2
    assert Event.objects.get(verb="digest.retry").actor == administrator.email


@pytest.mark.parametrize(
    "who", ["officer_jp", "head_jp", "coordinator", "observer", "assessor"]
)
def test_nobody_else_does(request, digest, settings, who):
    use(settings, FallsSilent)
    run(digest)
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        retry_mail(Digest, mail_id=digest.pk, by=person, at=timezone.now())
    assert states() == ["unknown"]
    assert not Digest.objects.visible_to(person).exists()


def test_what_waits_or_went_is_not_sent_again(digest, administrator):
    for _state in ("waiting", "sent"):
        with pytest.raises(ValidationError, match="not possible now"):
            retry_mail(Digest, mail_id=digest.pk, by=administrator, at=timezone.now())
        run(digest)
    assert len(mail.outbox) == 1


def test_the_sweep_finds_what_waits(digest, monkeypatch):
    announced: list[str] = []
    monkeypatch.setattr("partners.tasks.send_digest.delay", announced.append)
    sweep_digests()
    assert announced == [str(digest.pk)]
    Digest.objects.update(due_at=timezone.now() + HOUR)
    sweep_digests()
    assert len(announced) == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_make_one_mail(officer_jp, entry, at_once):
    for _number in range(5):
        make_notice(officer_jp, entry)
    at = timezone.now()
    made = at_the_same_time(lambda: make_digest(user=officer_jp, at=at))
    assert [one for one in made if one] == [Digest.objects.get()]
    at_the_same_time(lambda: send(Digest.objects.get()))
    assert len(mail.outbox) == 1
    assert mail.outbox[0].subject == "5 items need you on g7plan"


def test_one_persons_trouble_is_not_anothers(entry, at_once, officer_jp, head_jp):
    other = make_user(Role.OFFICER, member="JP")
    NoticePreference.objects.create(user=other, mail="at_once")
    for person in (officer_jp, other):
        make_notice(person, entry)
    assert len(make_due_digests(timezone.now())) == 2
