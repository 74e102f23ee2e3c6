"""Helpers shared by the tests of stocktakes."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from commitments.models import Plan
from progress.actions.extensions import extend_stocktake, release_entry
from progress.models import Entry, Extension, Stocktake
from progress.stocktakes.terms import Terms

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def unsaved(plan: Plan, now: datetime, **fields: Any) -> Stocktake:
    values = {
        "title": "Spring stocktake",
        "opens_at": now + DAY,
        "due_at": now + 20 * DAY,
        "grace_ends_at": now + 25 * DAY,
        **fields,
    }
    return Stocktake(plan=plan, **values)


def edited(stocktake: Stocktake, **changes: Any) -> Terms:
    return Terms(**{**vars(Terms.of(stocktake)), **changes})


def more_time(
    member: str | None = None,
    *,
    ends_at: datetime,
    reason: str = "A national holiday.",
) -> Extension:
    return Extension(member_id=member, ends_at=ends_at, reason=reason)


def extend(
    stocktake: Stocktake, extension: Extension, by: User, at: datetime
) -> Extension:
    stocktake.refresh_from_db()
    return extend_stocktake(
        stocktake_id=stocktake.pk,
        version=stocktake.version,
        extension=extension,
        by=by,
        at=at,
    )


def release(entry: Entry, by: User, at: datetime, **changes: Any) -> Entry:
    about = {"entry_id": entry.pk, "version": 1, "reason": "Under discussion."}
    return release_entry(**{**about, **changes}, by=by, at=at)


def code_of(refusal: Any) -> str:
    return str(refusal.value.code or refusal.value.error_list[0].code)


def refused_field(refusal: Any) -> set[str]:
    return set(refusal.value.message_dict)


def url_of(stocktake: Stocktake, act: str = "") -> str:
    base = f"/plans/{stocktake.plan.slug}/stocktakes/{stocktake.slug}/"
    return f"{base}{act}/" if act else base
