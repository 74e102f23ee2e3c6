"""The ledger heads that reports have printed, for the check of the ledger."""

from django.db.models.fields.json import KT

from progress.ledger.chain import NOTHING
from progress.ledger.verification import Head
from reports.models import Report


def printed_heads() -> list[Head]:
    """Return the ledger head of every report, with the report and its `known_at`."""
    rows = (
        Report.objects.filter(snapshot__report__has_key="ledger_head")
        .annotate(head=KT("snapshot__report__ledger_head"))
        .values_list("pk", "known_at", "head")
    )
    return [
        Head(
            f"report {pk}, as known at {known_at:%Y-%m-%d %H:%M} UTC",
            head or NOTHING,
            known_at,
        )
        for pk, known_at, head in rows
    ]
