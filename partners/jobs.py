"""The digests, as rows of the jobs page."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.jobs import mail_jobs
from partners.models import Digest


def digest_jobs(at: datetime) -> QuerySet[Any]:
    return mail_jobs(Digest, at, kind="digest", asked_at="created_at")
