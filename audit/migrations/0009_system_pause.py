"""The pause after a restore. Only the owner of the database begins or ends it."""

import django.db.models.lookups
import uuid
from django.db import migrations, models


RIGHTS = "CALL revoke_from_all('audit_systempause', 'INSERT, UPDATE, DELETE, TRUNCATE');"


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0008_lists_of_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='SystemPause',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('backup_at', models.DateTimeField(null=True)),
                ('ledger_head', models.CharField(blank=True, max_length=64)),
                ('missing_heads', models.JSONField(default=list)),
                ('revoked', models.JSONField(default=dict)),
                ('erasures_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.lookups.IsNull(models.F('ended_at'), True), condition=models.Q(('ended_at__isnull', True)), name='system_pause_is_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by', '')), models.Q(('ended_at__isnull', False), ('erasures_at__isnull', False), models.Q(('ended_by', ''), _negated=True)), _connector='OR'), name='system_pause_is_ended_by_somebody')],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
