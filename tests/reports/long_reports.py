"""Reports with much text, which a worker needs long for."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from accounts.dates import next_second
from accounts.models import User
from commitments.models import MemberCommitment
from progress.models import State, Stocktake
from reports.actions.requests import request_report
from reports.models import Report
from reports.report_request import ReportRequest
from tests.factories import make_entry, make_user


def publish_everywhere(
    stocktake: Stocktake, members: Iterable[str], *, by: User, **words: Any
) -> None:
    """Publish a green entry of each member for each commitment."""
    people = {code: make_user(member=code) for code in members}
    rows = MemberCommitment.objects.filter(commitment__plan=stocktake.plan)
    for row in rows.select_related("commitment__plan"):
        make_entry(
            row,
            by=people[row.member_id],
            state=State.PUBLISHED,
            stocktake=stocktake,
            published_by=by,
            **words,
        )


def requested(stocktake: Stocktake, by: User, audience: str) -> Report:
    """Request the report of a stocktake, as known in the next second."""
    now = datetime.now(UTC)
    request = ReportRequest(
        plan=stocktake.plan,
        audience=audience,
        at=now.date(),
        known_at=next_second(now),
        stocktake=stocktake,
    )
    return request_report(request=request, by=by, at=now)
