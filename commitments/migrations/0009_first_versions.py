"""Make versions from the present values and from the audit events of their changes.

What was there before the first event counts from the plan's adoption: no event says
when it was set, and every answer showed it until now.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time

from django.db import migrations
from django.utils import timezone

FIELDS = ("lead_authority", "target_on")


def make_versions(apps, schema_editor):
    alias = schema_editor.connection.alias
    events = apps.get_model("audit", "Event").objects.using(alias)
    edits = defaultdict(list)
    for event in events.filter(verb="member_commitment.edit").order_by("pk"):
        edits[event.target_id].append(event)
    people = set(
        apps.get_model("accounts", "User")
        .objects.using(alias)
        .filter(pk__in={event.actor_id for found in edits.values() for event in found})
        .values_list("pk", flat=True)
    )
    version = apps.get_model("commitments", "LeadAndTargetVersion")
    owed = apps.get_model("commitments", "MemberCommitment").objects.using(alias)
    rows = owed.select_related("commitment__plan").order_by("pk")
    version.objects.using(alias).bulk_create(
        (
            version(
                member_commitment_id=row.pk,
                set_at=set_at,
                set_by_id=set_by if set_by in people else None,
                lead_authority=values["lead_authority"],
                target_on=values["target_on"],
            )
            for row in rows
            for set_at, set_by, values in versions_of(row, edits[str(row.pk)])
        ),
        batch_size=1000,
    )


def versions_of(row, events):
    """Return the values of a row through time, each with the instant and the person."""
    present = {"lead_authority": row.lead_authority, "target_on": row.target_on}
    values = {name: first_value(name, present, events) for name in FIELDS}
    found = []
    if any(values.values()):
        adopted_on = row.commitment.plan.adopted_on
        found.append((datetime.combine(adopted_on, time(), UTC), None, values))
    for event in events:
        after = {name: pair[1] for name, pair in event.data.items() if name in FIELDS}
        values = values | as_stored(after)
        found.append((event.at, event.actor_id, values))
    if values != present:  # changed without an event
        found.append((timezone.now(), None, present))
    return found


def first_value(name, present, events):
    old = [event.data[name][0] for event in events if name in event.data]
    return as_stored({name: old[0]})[name] if old else present[name]


def as_stored(values):
    day = values.get("target_on")
    return values | ({"target_on": date.fromisoformat(day)} if day else {})


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0008_lead_and_target_versions"),
        ("audit", "0001_models"),
    ]
    operations = [migrations.RunPython(make_versions, migrations.RunPython.noop)]
