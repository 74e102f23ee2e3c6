"""The digests and the deliveries to webhooks, as rows of the jobs page."""

from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, TextField, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy

from accounts.jobs import mail_jobs
from audit.jobs import LATELY, JobState, lately, state_where, text
from partners.models import Digest, WebhookDelivery
from partners.webhooks.payloads import WebhookType

NOT_DELIVERED = gettext_lazy(
    "The partner's server refused it or could not be reached. Ask the partner to repair"
    " its server. Then send it again."
)


def digest_jobs(at: datetime) -> QuerySet[Any]:
    return mail_jobs(Digest, at, kind="digest", asked_at="created_at")


def webhook_delivery_jobs(at: datetime) -> QuerySet[Any]:
    """Return deliveries with the columns of a job, without pings and what they say.

    A key that tests its own receiver gives an administrator nothing to decide.
    """
    recent = Q(finished_at=None) | Q(state="failed") | Q(finished_at__gte=at - LATELY)
    deliveries = WebhookDelivery.objects.filter(recent).exclude(type=WebhookType.PING)
    jobs: QuerySet[Any] = deliveries.annotate(
        job_kind=text("webhook-delivery"),
        job_id=Cast("pk", TextField()),
        job_whose=Cast("endpoint__user__name", TextField()),
        job_state=state_where(
            {
                JobState.WAITING: Q(state="waiting"),
                JobState.RUNNING: Q(state="sending"),
                JobState.FAILED: Q(state="failed"),
                JobState.DONE: Q(state__in=["delivered", "dropped"]),
            }
        ),
        job_since=Coalesce("finished_at", "created_at"),
        job_due_at=F("due_at"),
        job_attempts=F("attempts_made"),
        job_lease_ends_at=F("lease_ends_at"),
        job_problem=Case(
            When(state="failed", then=text(str(NOT_DELIVERED))), default=text("")
        ),
    )
    return lately(jobs, at)
