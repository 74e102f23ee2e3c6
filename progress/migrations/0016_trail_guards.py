"""What the database itself knows of the trail, and of what it covers.

A row of the trail continues its chain, and its hashes are right. Nothing is added to
an entry once the trail has its publication. A filled time and person stays, with its
text. The times of acts are the present ones: see `audit.0004`.
"""

from django.db import migrations

CHAIN = """
CREATE TRIGGER progress_trailrecord_rows_stay
    BEFORE UPDATE OR DELETE ON progress_trailrecord
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER progress_trailrecord_table_stays BEFORE TRUNCATE ON progress_trailrecord
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_trailrecord', 'UPDATE, DELETE, TRUNCATE');
GRANT SELECT ON progress_trailrecord TO g7plan_signer;

CREATE FUNCTION hash_of_trail(record progress_trailrecord) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    -- As progress/ledger/chain.py: the keys of canonical JSON are in this order.
    SELECT encode(sha256(convert_to(format(
        '{"content_sha256":"%s","kind":"%s","previous_sha256":"%s","sequence":%s,'
        '"subject":"%s"}',
        record.content_sha256, record.kind, record.previous_sha256, record.sequence,
        record.subject), 'UTF8')), 'hex');
$$;

CREATE FUNCTION refuse_broken_trail() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    head progress_trailrecord;
BEGIN
    SELECT * INTO head FROM progress_trailrecord ORDER BY sequence DESC LIMIT 1;
    IF NEW.sequence <> COALESCE(head.sequence, 0) + 1
        OR NEW.previous_sha256 <> COALESCE(head.sha256, repeat('0', 64))
        OR NEW.content_sha256 <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex')
        OR NEW.sha256 <> hash_of_trail(NEW)
        OR NEW.salt !~ '^[0-9a-f]{64}$'
        OR (NEW.kind = 'start' AND NOT is_owner(TG_RELID))
    THEN
        RAISE EXCEPTION 'row % does not continue the trail', NEW.sequence
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trail_continues BEFORE INSERT ON progress_trailrecord
    FOR EACH ROW EXECUTE FUNCTION refuse_broken_trail();
"""

UNDO_CHAIN = """
REVOKE ALL ON progress_trailrecord FROM g7plan_signer;
DROP TRIGGER progress_trailrecord_rows_stay ON progress_trailrecord;
DROP TRIGGER progress_trailrecord_table_stays ON progress_trailrecord;
DROP TRIGGER trail_continues ON progress_trailrecord;
DROP FUNCTION refuse_broken_trail;
DROP FUNCTION hash_of_trail;
"""

_STEPS = ("progress_entryauthor", "progress_transition", "progress_clearance",
          "progress_round", "progress_release")  # fmt: skip

STEPS_STAY = """
CREATE FUNCTION refuse_late_step() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM progress_trailrecord
            WHERE kind = 'publication' AND subject = NEW.entry_id::text
    ) THEN
        RAISE EXCEPTION 'entry % is published: nothing is added to %',
            NEW.entry_id, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
""" + "\n".join(
    f"""
CREATE TRIGGER {table}_is_complete BEFORE INSERT ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_late_step();
"""
    for table in _STEPS
)

UNDO_STEPS = "\n".join(
    f"DROP TRIGGER {table}_is_complete ON {table};" for table in _STEPS
) + "\nDROP FUNCTION refuse_late_step;"

_FILLED = {
    "progress_handover": (
        "'handed_over_at handed_over_by_id note presidency_id',"
        " 'received_at received_by_id presidency_id'"
    ),
    "progress_question": (
        "'asked_at asked_by_id body entry_id member_id due_on',"
        " 'answered_at answered_by_id answer'"
    ),
    "progress_stocktake": (
        "'opened_at opened_by_id plan_id slug opens_at due_at grace_ends_at'"
    ),
}

FILLED_STAYS = "\n".join(
    f"""
CREATE TRIGGER {table}_filled_stays BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_filled({rules});
CALL revoke_from_all('{table}', 'TRUNCATE');
"""
    for table, rules in _FILLED.items()
)

UNDO_FILLED = "\n".join(
    f"DROP TRIGGER {table}_filled_stays ON {table};" for table in _FILLED
)

# The columns that hold the time of an act. What they name may be a moment earlier: the
# database's clock is ahead of that of the process.
_TIMES = {
    "progress_entryauthor": "'first_changed_at'",
    "progress_transition": "'at'",
    "progress_clearance": "'cleared_at'",
    "progress_round": "'returned_at'",
    "progress_release": "'released_at'",
    "progress_extension": "'granted_at'",
    "progress_comment": "'written_at'",
    "progress_question": "'asked_at', 'answered_at'",
    "progress_handover": "'handed_over_at', 'received_at'",
    "progress_stocktake": "'opened_at', 'closed_at'",
}

TIMES = "\n".join(
    f"""
CREATE TRIGGER {table}_in_time BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_other_times({columns});
"""
    for table, columns in _TIMES.items()
)

UNDO_TIMES = "\n".join(f"DROP TRIGGER {table}_in_time ON {table};" for table in _TIMES)

# What was recorded before the trail is counted, so that nothing can be added to it.
START = """
DO $$
DECLARE
    row progress_trailrecord;
    counts jsonb;
BEGIN
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'publication', (SELECT NULLIF(count(*), 0) FROM progress_ledgerrecord),
        'question', (SELECT NULLIF(count(*), 0) FROM progress_question),
        'answer', (SELECT NULLIF(count(answered_at), 0) FROM progress_question),
        'handover', (SELECT NULLIF(count(handed_over_at), 0) FROM progress_handover),
        'receipt', (SELECT NULLIF(count(received_at), 0) FROM progress_handover),
        'extension', (SELECT NULLIF(count(*), 0) FROM progress_extension),
        'opening', (SELECT NULLIF(count(opened_at), 0) FROM progress_stocktake),
        'closing', (SELECT NULLIF(count(closed_at), 0) FROM progress_stocktake),
        'erasure', (SELECT NULLIF(count(*), 0) FROM progress_tombstone)
    )) INTO counts;
    IF counts = '{}' THEN
        RETURN;
    END IF;
    row.sequence := 1;
    row.kind := 'start';
    row.subject := 'trail';
    row.content := format('{"at":"%s","counts":{%s}}',
        to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        (SELECT string_agg(format('"%s":%s', key, value), ',' ORDER BY key COLLATE "C")
            FROM jsonb_each(counts)));
    row.salt := encode(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'hex');
    row.content_sha256 := encode(sha256(convert_to(row.content, 'UTF8')), 'hex');
    row.previous_sha256 := repeat('0', 64);
    row.sha256 := hash_of_trail(row);
    INSERT INTO progress_trailrecord VALUES (row.*);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0015_trail")]
    operations = [
        migrations.RunSQL(CHAIN, UNDO_CHAIN),
        migrations.RunSQL(STEPS_STAY, UNDO_STEPS),
        migrations.RunSQL(FILLED_STAYS, UNDO_FILLED),
        migrations.RunSQL(TIMES, UNDO_TIMES),
        migrations.RunSQL(START, migrations.RunSQL.noop),
    ]
