"""The ends of the ledger and its trail, read under their lock in one call.

A statement sees what was committed before it began. One that takes the lock itself
would read the ends as they were before it waited. A function of this kind looks again
for each of its statements.
"""

from django.db import migrations

ENDS = """
CREATE FUNCTION lock_ledger_ends() RETURNS TABLE (
    clock timestamptz, is_demonstration boolean, sealed_at timestamptz,
    sequence bigint, recorded_at timestamptz, sha256 text,
    trail_sequence bigint, trail_sha256 text, next_move bigint
) LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
BEGIN
    -- The lock of progress/actions/ledger.py.
    PERFORM pg_advisory_xact_lock(x'67377002'::bigint);
    RETURN QUERY SELECT
        clock_timestamp(),
        EXISTS (SELECT FROM audit_demonstration),
        (SELECT seal.sealed_at FROM progress_ledgerseal AS seal),
        COALESCE(head.sequence, 0),
        head.recorded_at,
        COALESCE(head.sha256::text, repeat('0', 64)),
        COALESCE(trail.sequence, 0),
        COALESCE(trail.sha256::text, repeat('0', 64)),
        -- The key of the transition: the row of the trail names it.
        nextval('progress_transition_id_seq')
    FROM (VALUES (1)) AS one
    LEFT JOIN (SELECT record.* FROM progress_ledgerrecord AS record
        ORDER BY record.sequence DESC LIMIT 1) AS head ON true
    LEFT JOIN (SELECT record.* FROM progress_trailrecord AS record
        ORDER BY record.sequence DESC LIMIT 1) AS trail ON true;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0028_link_check_indexes")]
    operations = [migrations.RunSQL(ENDS, "DROP FUNCTION lock_ledger_ends;")]
