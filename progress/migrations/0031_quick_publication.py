"""Publications write less: no indexes for hashes that begin alike, quicker checks.

Django gives each unique text a second index, for questions about its beginning. Nothing
asks that of a hash. A check of times looks at a row only if it is not of the present.
"""

from django.db import migrations

_TIMES = {
    "progress_entryauthor": ["first_changed_at"],
    "progress_transition": ["at"],
    "progress_clearance": ["cleared_at"],
    "progress_round": ["returned_at"],
    "progress_release": ["released_at"],
    "progress_extension": ["granted_at"],
    "progress_comment": ["written_at"],
    "progress_question": ["asked_at", "answered_at"],
    "progress_handover": ["handed_over_at", "received_at"],
    "progress_stocktake": ["opened_at", "closed_at"],
}
# An empty time is neither present nor another one.
_IS_PRESENT = {
    table: " AND ".join(f"is_present(NEW.{column})" for column in columns)
    for table, columns in _TIMES.items()
}
_INDEXES = {
    "progress_ledgerrecord_previous_sha256_5378572e_like": (
        "progress_ledgerrecord (previous_sha256 varchar_pattern_ops)"
    ),
    "progress_ledgerrecord_sha256_9144686a_like": (
        "progress_ledgerrecord (sha256 varchar_pattern_ops)"
    ),
    "progress_trailrecord_previous_sha256_1d1f00cd_like": (
        "progress_trailrecord (previous_sha256 varchar_pattern_ops)"
    ),
    "progress_trailrecord_sha256_9faf76ea_like": (
        "progress_trailrecord (sha256 varchar_pattern_ops)"
    ),
}


def _check(table: str, condition: str) -> str:
    arguments = ", ".join(f"'{column}'" for column in _TIMES[table])
    return f"""
        DROP TRIGGER {table}_in_time ON {table};
        CREATE TRIGGER {table}_in_time BEFORE INSERT OR UPDATE ON {table}
            FOR EACH ROW {condition} EXECUTE FUNCTION refuse_other_times({arguments});
    """


QUICK = "".join(
    _check(table, f"WHEN (NOT ({present}))") for table, present in _IS_PRESENT.items()
)
BEFORE = "".join(_check(table, "") for table in _TIMES)
DROP_INDEXES = f"DROP INDEX {', '.join(_INDEXES)};"
MAKE_INDEXES = "".join(f"CREATE INDEX {name} ON {on};" for name, on in _INDEXES.items())


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0007_present_is_quick"),
        ("progress", "0030_covering_indexes"),
    ]
    operations = [
        migrations.RunSQL(QUICK, BEFORE),
        migrations.RunSQL(DROP_INDEXES, MAKE_INDEXES),
    ]
