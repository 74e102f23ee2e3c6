"""A clearance names the period under which an acting head gave it.

The database refuses a clearance of an acting head outside their period.
"""

import django.db.models.deletion
from django.db import migrations, models

CLEARED = """
CREATE FUNCTION refuse_clearance_outside_period() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    -- An end at the same time waits for this clearance, or this one for the end.
    PERFORM FROM accounts_actinghead WHERE id = NEW.acting_head_id FOR SHARE;
    IF NOT EXISTS (
        SELECT FROM accounts_actinghead AS acting
        JOIN progress_entry AS entry ON entry.id = NEW.entry_id
        JOIN commitments_membercommitment AS owed
            ON owed.id = entry.member_commitment_id
        WHERE acting.id = NEW.acting_head_id AND acting.user_id = NEW.cleared_by_id
            AND acting.member_id = owed.member_id
            AND acting.starts_at <= NEW.cleared_at
            AND COALESCE(acting.ended_at, acting.ends_at) > NEW.cleared_at)
    THEN
        RAISE EXCEPTION 'entry % is cleared outside the period of its acting head',
            NEW.entry_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clearance_is_in_period BEFORE INSERT ON progress_clearance
    FOR EACH ROW WHEN (NEW.acting_head_id IS NOT NULL)
    EXECUTE FUNCTION refuse_clearance_outside_period();
"""

UNDO = """
DROP TRIGGER clearance_is_in_period ON progress_clearance;
DROP FUNCTION refuse_clearance_outside_period;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_acting_heads"),
        ("progress", "0032_sheet_uploads"),
    ]
    operations = [
        migrations.AddField(
            "clearance",
            "acting_head",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="clearances",
                to="accounts.actinghead",
            ),
        ),
        migrations.RunSQL(CLEARED, UNDO),
    ]
