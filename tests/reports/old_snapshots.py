"""Snapshots in the shapes that they had before."""

import json

from tests.progress.tampering import as_superuser


def nested(facts):
    """Return facts as they were up to schema 4: with the words in each position."""
    entries = facts.pop("entries")
    for action in facts["actions"]:
        for sub_area in action["sub_areas"]:
            for commitment in sub_area["commitments"]:
                for row in commitment["positions"]:
                    row["entry"] = entries.get(row["entry"])
    return facts


def as_schema(report, schema):
    """Store the snapshot in another shape: up to schema 3 it had no facts."""
    snapshot = {**report.snapshot, "schema": schema}
    if schema in {1, 2, 3}:
        snapshot = {**nested(snapshot["facts"]), "schema": schema, "report": {}}
    elif schema == 4:
        snapshot["facts"] = nested(snapshot["facts"])
    with as_superuser() as admin:
        admin.execute(
            "UPDATE reports_report SET snapshot = %s WHERE id = %s",
            [json.dumps(snapshot), report.pk],
        )
