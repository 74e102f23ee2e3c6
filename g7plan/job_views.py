"""The administrators' page of every job. It shows states, and no contents."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import UserRequest
from accounts.views.administrators import administrators_only
from accounts.wording.listed import listed
from g7plan.jobs import (
    FILTER_LABELS,
    RETRIES,
    count_jobs,
    find_jobs,
    retry_job,
    rows_of,
    valid_filter,
    valid_ordering,
)
from g7plan.periodic_tasks import have_stopped, periodic_tasks

PAGE_SIZE = 50


@administrators_only
@require_safe
def job_list(request: UserRequest) -> HttpResponse:
    chosen = valid_filter(request.GET.get("state", ""))
    ordering = valid_ordering(request.GET.get("ordering", ""))
    found = find_jobs(at=request.at, chosen=chosen, ordering=ordering)
    counts = count_jobs(request.at)
    paginator = Paginator(found, PAGE_SIZE)
    paginator.count = counts.get(chosen, 0)
    page = paginator.get_page(request.GET.get("page"))
    scheduled_tasks = list(periodic_tasks(request.at))
    context = {
        "page": page,
        "rows": list(rows_of(page)),
        "ordering": ordering,
        "tabs": _tabs(counts, chosen),
        "scheduled_tasks": scheduled_tasks,
        "has_stopped": have_stopped(scheduled_tasks),
        "overdue": [task for task in scheduled_tasks if task.is_overdue],
        "now": request.at,
    }
    return render(request, "g7plan/jobs/job_list.html", context)


def _tabs(counts: Mapping[str, int], chosen: str) -> list[dict[str, object]]:
    address = reverse("job-list")
    return [
        {
            "label": label,
            "url": f"{address}?state={value}" if value else address,
            "is_current": chosen == value,
            "count": counts.get(value, 0),
        }
        for value, label in FILTER_LABELS.items()
    ]


@administrators_only
@require_POST
def job_retry(request: UserRequest, kind: str, pk: UUID) -> HttpResponse:
    if kind not in RETRIES:
        raise Http404
    try:
        retry_job(kind=kind, pk=pk, by=request.user, at=request.at)
    except LookupError as error:
        raise Http404 from error
    except ValidationError as refusal:
        messages.error(request, listed(refusal.messages, " "))
    else:
        messages.success(request, _("The job is back in the queue."))
    return redirect("job-list")
