"""The record that the text of a released score was erased by law. Only added."""
import django.db.models.deletion
from django.db import migrations, models

ONLY_ADDED = """
CREATE TRIGGER assessment_tombstone_rows_stay
    BEFORE UPDATE OR DELETE ON progress_assessmenttombstone
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER assessment_tombstone_table_stays
    BEFORE TRUNCATE ON progress_assessmenttombstone
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Erasing what the law wants erased is the owner's alone.
CALL revoke_from_all('progress_assessmenttombstone', 'INSERT, UPDATE, DELETE, TRUNCATE');
"""

UNDO = """
DROP TRIGGER assessment_tombstone_table_stays ON progress_assessmenttombstone;
DROP TRIGGER assessment_tombstone_rows_stay ON progress_assessmenttombstone;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('progress', '0046_assessments_stay'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssessmentTombstone',
            fields=[
                ('assessment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='tombstone', serialize=False, to='progress.assessment')),
                ('content_sha256', models.CharField(max_length=64)),
                ('reason', models.CharField(max_length=2000)),
                ('erased_at', models.DateTimeField()),
                ('erased_by', models.CharField(max_length=120)),
                ('number', models.PositiveBigIntegerField()),
                ('ledger_head', models.PositiveBigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['ledger_head', 'number'], name='assessment_tombstone_change')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('erased_by', ''), _negated=True)), name='assessment_tombstone_says_who_and_why'), models.UniqueConstraint(fields=('number',), name='assessment_tombstone_number_is_unique'), models.CheckConstraint(condition=models.Q(('ledger_head__gte', 1), ('number__gte', 1)), name='assessment_tombstone_has_a_place')],
            },
        ),
        migrations.RunSQL(ONLY_ADDED, UNDO),
    ]
