"""Acting heads of delegation. The database keeps who they are and for how long.

A row is of an officer of its member, named by a head of it, and the periods of one
person do not overlap. It never changes afterwards, but for one early end.
"""

import datetime
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = """
CREATE FUNCTION refuse_wrong_acting_head() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    fault text;
BEGIN
    -- Of two namings of one person at once, the second waits here.
    PERFORM FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    fault := CASE
        WHEN NEW.ended_at IS NOT NULL THEN 'it is over before it is added'
        WHEN NOT EXISTS (
            SELECT FROM accounts_user WHERE id = NEW.user_id AND is_active
                AND NOT is_service AND member_id = NEW.member_id
                AND 'officer' = ANY (roles) AND NOT 'head' = ANY (roles))
            THEN 'the person is not an officer of its member'
        WHEN NOT EXISTS (
            SELECT FROM accounts_user WHERE id = NEW.named_by_id AND is_active
                AND NOT is_service AND member_id = NEW.member_id
                AND 'head' = ANY (roles))
            THEN 'it is not named by a head of its member'
        WHEN EXISTS (
            SELECT FROM accounts_actinghead
            WHERE user_id = NEW.user_id AND starts_at < NEW.ends_at
                AND COALESCE(ended_at, ends_at) > GREATEST(NEW.starts_at, starts_at))
            THEN 'the person acts as head already'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'acting head % is refused: %', NEW.id, fault
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER acting_head_is_right BEFORE INSERT ON accounts_actinghead
    FOR EACH ROW EXECUTE FUNCTION refuse_wrong_acting_head();

CREATE TRIGGER acting_head_stays BEFORE UPDATE OR DELETE ON accounts_actinghead
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_filled(
        'named_at named_by_id member_id user_id starts_at ends_at id',
        'ended_at ended_by_id');
CREATE TRIGGER acting_head_in_time BEFORE INSERT OR UPDATE ON accounts_actinghead
    FOR EACH ROW WHEN (NOT (is_present(NEW.named_at) AND is_present(NEW.ended_at)))
    EXECUTE FUNCTION refuse_other_times('named_at', 'ended_at');
CALL revoke_from_all('accounts_actinghead', 'DELETE, TRUNCATE');
"""

UNDO = """
DROP TRIGGER acting_head_is_right ON accounts_actinghead;
DROP TRIGGER acting_head_stays ON accounts_actinghead;
DROP TRIGGER acting_head_in_time ON accounts_actinghead;
DROP FUNCTION refuse_wrong_acting_head;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_edited_rows"), ("audit", "0006_times_by_name")]
    operations = [
        migrations.CreateModel(
            name="ActingHead",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("named_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "member",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="acting_heads", to="accounts.member"),
                ),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="acting_periods", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "named_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="named_acting_heads", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "ended_by",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="ended_acting_heads", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="acting_head_starts_before_the_end"),
                    models.CheckConstraint(condition=models.Q(ends_at__lte=models.F("starts_at") + datetime.timedelta(days=92)), name="acting_head_period_is_not_too_long"),
                    models.CheckConstraint(condition=models.Q(starts_at__gte=models.F("named_at")), name="acting_head_is_named_before_the_start"),
                    models.CheckConstraint(condition=~models.Q(user=models.F("named_by")), name="acting_head_is_named_by_another"),
                    models.CheckConstraint(condition=models.Q(ended_at__isnull=True, ended_by__isnull=True) | models.Q(ended_at__isnull=False, ended_by__isnull=False), name="acting_head_is_ended_by_somebody"),
                    models.CheckConstraint(condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("named_at"), ended_at__lt=models.F("ends_at")), name="acting_head_is_ended_early"),
                ],
                "indexes": [
                    models.Index(fields=["user", "ends_at"], name="acting_head_of_a_person"),
                    models.Index(fields=["member", "-named_at"], name="acting_head_newest"),
                ],
            },
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
