"""Public reading: decisions of two administrators, and agreements of heads.

Rows are added, and each empty column is filled once. The database itself looks who
fills it: two different administrators, and a head in office for their own member.
"""
import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models

RULES = """
CREATE FUNCTION is_administrator(person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM accounts_user WHERE id = person AND is_active
        AND NOT is_service AND 'administrator' = ANY (roles));
$$;

CREATE FUNCTION refuse_wrong_public_reading() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    is_new boolean := TG_OP = 'INSERT';
    old_row jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
    is_confirming boolean := NEW.confirmed_at IS NOT NULL
        AND old_row ->> 'confirmed_at' IS NULL;
    is_ending boolean := NEW.ended_at IS NOT NULL AND old_row ->> 'ended_at' IS NULL;
    fault text;
BEGIN
    fault := CASE
        WHEN is_new AND (is_confirming OR is_ending)
            THEN 'it is confirmed or over before it is proposed'
        WHEN is_new AND NOT is_administrator(NEW.proposed_by_id)
            THEN 'it is not proposed by an administrator'
        WHEN is_confirming AND NEW.ended_at IS NOT NULL
            THEN 'it is over before it is confirmed'
        WHEN is_confirming AND NOT is_administrator(NEW.confirmed_by_id)
            THEN 'it is not confirmed by an administrator'
        WHEN is_ending AND NOT is_administrator(NEW.ended_by_id) AND NOT EXISTS (
            SELECT FROM accounts_user AS person
            JOIN accounts_presidency AS chair ON chair.member_id = person.member_id
            WHERE person.id = NEW.ended_by_id AND person.is_active
                AND NOT person.is_service AND 'coordinator' = ANY (person.roles)
                AND chair.starts_at <= NEW.ended_at AND chair.ends_at > NEW.ended_at)
            THEN 'it is not ended by an administrator or the Presidency'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'public reading % is refused: %', NEW.id, fault
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER public_reading_is_right BEFORE INSERT OR UPDATE ON progress_publicreading
    FOR EACH ROW EXECUTE FUNCTION refuse_wrong_public_reading();
CREATE TRIGGER public_reading_stays BEFORE UPDATE OR DELETE ON progress_publicreading
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_filled(
        'id proposed_at proposed_by_id', 'confirmed_at confirmed_by_id starts_at',
        'ended_at ended_by_id confirmed_at confirmed_by_id starts_at');
CREATE TRIGGER public_reading_in_time BEFORE INSERT OR UPDATE ON progress_publicreading
    FOR EACH ROW EXECUTE FUNCTION refuse_other_times(
        'proposed_at', 'confirmed_at', 'ended_at');
CREATE TRIGGER public_reading_table_stays BEFORE TRUNCATE ON progress_publicreading
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_publicreading', 'DELETE, TRUNCATE');

CREATE FUNCTION refuse_wrong_public_agreement() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    fault text;
BEGIN
    fault := CASE
        WHEN NEW.withdrawn_at IS NOT NULL THEN 'it is withdrawn before it is given'
        WHEN NOT EXISTS (
            SELECT FROM progress_entry AS entry
            JOIN commitments_membercommitment AS owed
                ON owed.id = entry.member_commitment_id
            WHERE entry.id = NEW.entry_id AND owed.member_id = NEW.member_id
                AND entry.state = 'published' AND entry.handling = 'clear'
                AND entry.kind <> 'withdrawal')
            THEN 'it is not of a published clear entry of its member'
        WHEN NOT EXISTS (
            SELECT FROM accounts_user WHERE id = NEW.agreed_by_id AND is_active
                AND NOT is_service AND member_id = NEW.member_id
                AND 'head' = ANY (roles))
            THEN 'it is not given by a head of its member'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'agreement % is refused: %', NEW.id, fault
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER public_agreement_is_right BEFORE INSERT ON progress_publicagreement
    FOR EACH ROW EXECUTE FUNCTION refuse_wrong_public_agreement();
CREATE TRIGGER public_agreement_stays BEFORE UPDATE OR DELETE
    ON progress_publicagreement
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_filled(
        'id entry_id member_id agreed_at agreed_by_id', 'withdrawn_at withdrawn_by_id');
CREATE TRIGGER public_agreement_in_time BEFORE INSERT OR UPDATE
    ON progress_publicagreement
    FOR EACH ROW EXECUTE FUNCTION refuse_other_times('agreed_at', 'withdrawn_at');
CREATE TRIGGER public_agreement_table_stays BEFORE TRUNCATE ON progress_publicagreement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_publicagreement', 'DELETE, TRUNCATE');
"""

UNDO = """
DROP FUNCTION refuse_wrong_public_agreement CASCADE;
DROP FUNCTION refuse_wrong_public_reading CASCADE;
DROP FUNCTION is_administrator;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_key_uses'),
        ('audit', '0007_present_is_quick'),
        ('progress', '0037_evidence_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicAgreement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('agreed_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('agreed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_agreements', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_agreements', to='progress.entry')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_agreements', to='accounts.member')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawn_public_agreements', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('entry',), name='public_agreement_is_given_once'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='public_agreement_is_withdrawn_by_somebody'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('agreed_at')), _connector='OR'), name='public_agreement_is_given_first')],
            },
        ),
        migrations.CreateModel(
            name='PublicReading',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('proposed_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('starts_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='confirmed_public_readings', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ended_public_readings', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposed_public_readings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.lookups.IsNull(models.F('ended_at'), True), condition=models.Q(('ended_at__isnull', True)), name='public_reading_is_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True), ('starts_at__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('starts_at__isnull', False)), _connector='OR'), name='public_reading_is_confirmed_by_somebody'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='public_reading_is_confirmed_by_another'), models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', True), ('confirmed_at__gte', models.F('proposed_at')), _connector='OR'), name='public_reading_is_proposed_first'), models.CheckConstraint(condition=models.Q(('starts_at__isnull', True), ('starts_at', django.db.models.expressions.CombinedExpression(models.F('confirmed_at'), '+', models.Value(datetime.timedelta(days=14)))), _connector='OR'), name='public_reading_starts_after_the_notice'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='public_reading_is_ended_by_somebody'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('proposed_at')), _connector='OR'), name='public_reading_is_proposed_before_the_end')],
            },
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
