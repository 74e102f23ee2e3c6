"""Work for every task to do, and a count of how much of it is done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.core import mail
from django.utils import timezone

from accounts.actions.key_uses import KeyUse, note_use
from accounts.models import (
    ApiKey,
    ApiKeyUse,
    IdempotencyKey,
    NewDeviceMail,
    Role,
    Scope,
    User,
)
from audit.models import Event
from audit.record import record
from audit.stored_files import keep_bytes, required_bucket
from g7plan.celery import app
from partners.actions.webhooks import create_endpoint
from partners.models import (
    Digest,
    Notice,
    NoticePreference,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from partners.webhook_runner import read_changes_for_webhooks
from progress.actions.sheet_uploads import keep_upload
from progress.changes.change import ChangeFilters
from progress.models import Evidence, EvidenceScan, LinkCheck, SheetUpload, State
from reports.actions.requests import request_report
from reports.actions.schedules import add_schedule
from reports.dossiers.seal import KeyPair
from reports.models import Report, ReportFile, Schedule
from reports.renderers.documents import RENDERERS
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from reports.schedules.terms import ScheduleTerms
from tests.api.conftest import store_key
from tests.factories import (
    add_evidence,
    add_file,
    make_entry,
    make_user,
    member_commitment_of,
    publish,
)
from tests.g7plan.files.stand_in import StandIn
from tests.partners.webhooks.readers import webhook_reader
from tests.partners.webhooks.receivers import URL

app.loader.import_default_modules()

LONG_AGO = timedelta(minutes=1)


class Trial:
    """The cast, as a task's work needs it."""

    def __init__(self, plan: Any, stocktake: Any, coordinator: Any) -> None:
        self.plan, self.stocktake = plan, stocktake
        self.coordinator = coordinator
        self.officer = make_user(Role.OFFICER, member="JP", name="Officer")
        self.now = timezone.now()

    # Gives the storage of files, and begins with the first call.
    storage: Callable[[], StandIn]

    def orphan(self) -> None:
        """An object of a transaction that failed two days ago."""
        storage = self.storage()
        name = keep_bytes(b"a file").object_key
        storage.age(name, timedelta(days=2))

    def report(self) -> Report:
        day, known_at = self.now.date(), self.now.replace(microsecond=0)
        request = ReportRequest(self.plan, "green", at=day, known_at=known_at)
        asked_at = self.now + timedelta(seconds=1)
        report = request_report(request=request, by=self.coordinator, at=asked_at)
        Report.objects.update(requested_at=self.now - LONG_AGO)
        return report

    def dossier(self) -> list[str]:
        """The arguments of the task that makes a dossier of one text."""
        make_entry(
            member_commitment_of(self.plan, "1.2.2", "JP"),
            by=self.officer,
            state=State.IN_CLEARANCE,
            stocktake=self.stocktake,
        )
        asked_at = timezone.now().isoformat()
        public_key = KeyPair.new().public
        return [str(uuid4()), str(self.officer.pk), "JP", public_key, asked_at]

    def due_schedule(self) -> Schedule:
        """A schedule of daily drafts that was due a minute ago."""
        due_at = self.now - LONG_AGO
        terms = ScheduleTerms(
            plan=self.plan, audience="green", rhythm="daily", time=due_at.time()
        )
        added_at = due_at - timedelta(hours=1)
        return add_schedule(terms=terms, by=self.coordinator, at=added_at)

    def unsigned_report(self) -> Report:
        report = self.report()
        assert compile_if_waiting(report.pk)
        return report

    def new_device_mail(self) -> NewDeviceMail:
        return NewDeviceMail.objects.create(
            user=self.officer, signed_in_at=self.now, due_at=self.now - LONG_AGO
        )

    def event(self) -> Event:
        record(
            verb="stocktake.open",
            target=self.stocktake,
            by=self.coordinator,
            at=self.now - LONG_AGO,
        )
        return Event.objects.latest("pk")

    def notice(self) -> Notice:
        NoticePreference.objects.create(user=self.officer, mail="at_once")
        entry = make_entry(
            member_commitment_of(self.plan, "1.2.2", "JP"),
            by=self.officer,
            state=State.RETURNED,
            stocktake=self.stocktake,
        )
        return Notice.objects.create(
            user=self.officer,
            kind="returned",
            key="event 1",
            told_as="delegation",
            member_id="JP",
            entry=entry,
            created_at=self.now - LONG_AGO,
        )

    def digest(self) -> Digest:
        digest = Digest.objects.create(
            user=self.officer,
            period="2016-05-26",
            created_at=self.now - LONG_AGO,
            due_at=self.now - LONG_AGO,
        )
        notice = self.notice()
        notice.digest = digest
        notice.save()
        return digest

    def published(self) -> Evidence:
        """With a link that is never visited: its address is a private one."""
        entry = make_entry(
            member_commitment_of(self.plan, "1.2.1", "JP"), by=self.officer
        )
        link = add_evidence(entry, by=self.officer, url="http://127.0.0.1/report")
        publish(entry, by=self.coordinator, at=self.now - LONG_AGO)
        return link

    def link(self) -> LinkCheck:
        due_at = self.now - LONG_AGO
        return LinkCheck.objects.create(evidence=self.published(), due_at=due_at)

    def scan(self) -> EvidenceScan:
        """Of a file that no one has checked yet."""
        commitment = member_commitment_of(self.plan, "1.2.1", "JP")
        file = add_file(make_entry(commitment, by=self.officer), by=self.officer)
        due_at = self.now - LONG_AGO
        return EvidenceScan.objects.create(evidence=file, due_at=due_at)

    def past_deadline(self) -> None:
        self.stocktake.due_at = self.now - timedelta(hours=1)
        self.stocktake.save()

    def lost_session(self) -> None:
        UserSession.objects.create(
            user=self.officer, session_key="gone", ip="203.0.113.7", user_agent="…"
        )

    def ended_role(self) -> None:
        yesterday = self.now.date() - timedelta(days=1)
        User.objects.filter(pk=self.officer.pk).update(role_ends_on=yesterday)

    def old_sheet(self) -> None:
        keep_upload(
            plan=self.plan,
            file_name="sheet.csv",
            content=b"rows",
            by=self.officer,
            at=self.now - timedelta(days=2),
        )

    def webhook(self, by: User | None = None) -> WebhookEndpoint:
        reader = by or webhook_reader(Scope.READ_CLEAR, Scope.READ_GREEN)
        endpoint, _secret = create_endpoint(
            url=URL, filters=ChangeFilters(), by=reader, at=self.now
        )
        return endpoint

    def changed_for_webhook(self) -> WebhookEndpoint:
        """With a publication of which its receiver is not yet notified."""
        endpoint = self.webhook()
        make_entry(
            member_commitment_of(self.plan, "1.2.2", "JP"),
            by=self.officer,
            state=State.PUBLISHED,
            stocktake=self.stocktake,
        )
        return endpoint

    def delivery(self) -> WebhookDelivery:
        self.changed_for_webhook()
        read_changes_for_webhooks(timezone.now())
        WebhookDelivery.objects.update(due_at=self.now - LONG_AGO)
        return WebhookDelivery.objects.get()

    def webhook_due(self) -> WebhookEndpoint:
        return self.delivery().endpoint

    def old_delivery(self) -> None:
        long_ago = self.now - timedelta(days=31)
        WebhookDelivery.objects.create(
            endpoint=self.webhook(),
            number=1,
            type="webhook.ping",
            state="delivered",
            due_at=long_ago,
            created_at=long_ago,
            finished_at=long_ago,
        )

    def key(self) -> ApiKey:
        return store_key(Scope.READ_GREEN)[0]

    def key_use(self) -> None:
        """In the stream, as a request leaves it."""
        use = KeyUse(self.key().pk, self.now, "GET", "api:plan-list", 200, "")
        note_use(use)

    def old_key_use(self) -> None:
        ApiKeyUse.objects.create(
            id=uuid4(), key=self.key(), at=self.now - timedelta(days=91), status=200
        )

    def old_answer(self) -> None:
        IdempotencyKey.objects.create(
            user=self.officer,
            key="once",
            subjects=[],
            was_visible=True,
            status=201,
            headers={},
            body=b"{}",
            answered_at=self.now - timedelta(hours=25),
        )


def run(name: str, arguments: list[str]) -> None:
    app.tasks[name](*arguments)


def mails() -> int:
    return len(mail.outbox)


def finished_reports() -> int:
    events = Event.objects.filter(verb="report.finish").count()
    assert ReportFile.objects.count() == events * len(RENDERERS)
    return events


def scheduled_drafts() -> int:
    return Report.objects.exclude(schedule=None).count()


def told() -> int:
    """Count the notices to Japan's officer, one of several who are notified."""
    return Notice.objects.filter(user__name="Officer").count()


def checked_links() -> int:
    count: int = LinkCheck.objects.exclude(checked_at=None).count()
    return count


def scanned_files() -> int:
    count: int = EvidenceScan.objects.exclude(scanned_at=None).count()
    return count


def forgotten_sessions() -> int:
    return int(not UserSession.objects.filter(session_key="gone").exists())


def ended_roles() -> int:
    return Event.objects.filter(verb="user.end_role").count()


def deleted_objects() -> int:
    return int(not list(required_bucket().names_before(timezone.now())))


def deleted_sheets() -> int:
    return int(not SheetUpload.objects.exists())


def dossiers() -> int:
    return Event.objects.filter(verb="dossier.make").count()


def new_deliveries() -> int:
    """Count the notifications made for the one webhook, which are numbered."""
    count = WebhookDelivery.objects.count()
    assert WebhookEndpoint.objects.get().last_number == count
    return count


def sent_deliveries() -> int:
    """Count the requests that the receiver accepted."""
    return WebhookAttempt.objects.filter(status=204).count()


def deleted_deliveries() -> int:
    return int(not WebhookDelivery.objects.exists())


def deleted_key_uses() -> int:
    return int(not ApiKeyUse.objects.exists())


def deleted_answers() -> int:
    return int(not IdempotencyKey.objects.exists())
