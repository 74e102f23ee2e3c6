"""Notices, how people want to be told, their mails, and how far events are read."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_known_devices'),
        ('progress', '0008_carried_forward'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('position', models.BigIntegerField(default=0)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('period', models.CharField(max_length=24)),
                ('created_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('dropped', 'Not needed any more'), ('failed', 'Failed'), ('unknown', 'Unknown')], default='waiting', max_length=7)),
                ('due_at', models.DateTimeField()),
                ('lease_ends_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('finished_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digests', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('clearance', 'An entry waits for clearance'), ('sent_back', 'An entry was sent back before clearance'), ('review', 'An entry waits for review'), ('returned', 'An entry came back from the Presidency'), ('published', 'An entry was published'), ('released', 'An entry was released from a stocktake'), ('comment', 'Somebody commented on an entry'), ('question', 'Another delegation asks a question'), ('answer', 'A question of yours was answered'), ('opens', 'A stocktake is about to open'), ('to_open', 'A stocktake waits to be opened'), ('opened', 'A stocktake has opened'), ('extended', 'A stocktake was given more time'), ('closed', 'A stocktake has closed'), ('due', 'Entries are due soon'), ('late', 'Entries are late'), ('last_day', 'The last day on which entries are accepted'), ('reminder', 'The Presidency reminds you of what is missing'), ('handover', 'The chair is handed over')], max_length=9)),
                ('key', models.CharField(max_length=120)),
                ('told_as', models.CharField(choices=[('delegation', 'As one of the delegation'), ('reviewer', 'As its reviewer')], max_length=10)),
                ('missing_count', models.PositiveSmallIntegerField(null=True)),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='progress.comment')),
                ('digest', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='partners.digest')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='progress.entry')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='accounts.member')),
                ('presidency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='accounts.presidency')),
                ('question', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='progress.question')),
                ('stocktake', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='progress.stocktake')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='NoticePreference',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='notice_preference', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('mail', models.CharField(choices=[('at_once', 'Soon, and at most once an hour'), ('daily', 'At most once a day, from 7 in the morning'), ('never', 'Never')], default='daily', max_length=7)),
                ('muted', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('clearance', 'An entry waits for clearance'), ('sent_back', 'An entry was sent back before clearance'), ('review', 'An entry waits for review'), ('returned', 'An entry came back from the Presidency'), ('published', 'An entry was published'), ('released', 'An entry was released from a stocktake'), ('comment', 'Somebody commented on an entry'), ('question', 'Another delegation asks a question'), ('answer', 'A question of yours was answered'), ('opens', 'A stocktake is about to open'), ('to_open', 'A stocktake waits to be opened'), ('opened', 'A stocktake has opened'), ('extended', 'A stocktake was given more time'), ('closed', 'A stocktake has closed'), ('due', 'Entries are due soon'), ('late', 'Entries are late'), ('last_day', 'The last day on which entries are accepted'), ('reminder', 'The Presidency reminds you of what is missing'), ('handover', 'The chair is handed over')], max_length=9), blank=True, default=list, size=None)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('muted__contained_by', ['clearance', 'sent_back', 'review', 'returned', 'published', 'released', 'comment', 'question', 'answer', 'opens', 'to_open', 'opened', 'extended', 'closed', 'due', 'late', 'last_day', 'reminder', 'handover'])), name='notice_preference_kinds_are_known')],
            },
        ),
        migrations.CreateModel(
            name='ReadEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.BigIntegerField()),
                ('cursor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='read_events', to='partners.cursor')),
            ],
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reminded_on', models.DateField()),
                ('reminded_at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='accounts.member')),
                ('reminded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to=settings.AUTH_USER_MODEL)),
                ('stocktake', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='progress.stocktake')),
            ],
        ),
        migrations.AddIndex(
            model_name='digest',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'sending'])), fields=['due_at'], name='digest_at_work'),
        ),
        migrations.AddConstraint(
            model_name='digest',
            constraint=models.UniqueConstraint(fields=('user', 'period'), name='digest_is_one_a_period'),
        ),
        migrations.AddConstraint(
            model_name='digest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_ends_at__isnull', False), ('state', 'sending')), models.Q(models.Q(('state', 'sending'), _negated=True), ('lease_ends_at__isnull', True)), _connector='OR'), name='digest_is_leased_while_sending'),
        ),
        migrations.AddConstraint(
            model_name='digest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ['waiting', 'sending'])), models.Q(models.Q(('state__in', ['waiting', 'sending']), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='digest_is_finished_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='notice_unread'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['user', '-created_at'], name='notice_of_user'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('user', 'key'), name='notice_is_told_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entry__isnull', False), ('presidency__isnull', True), ('stocktake__isnull', True)), models.Q(('entry__isnull', True), ('presidency__isnull', True), ('stocktake__isnull', False)), models.Q(('entry__isnull', True), ('presidency__isnull', False), ('stocktake__isnull', True)), _connector='OR'), name='notice_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment__isnull', True), ('question__isnull', True)), ('entry__isnull', False), _connector='OR'), name='notice_of_words_names_their_entry'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('told_as', 'delegation'), _negated=True), ('member__isnull', False), _connector='OR'), name='notice_of_a_delegation_names_it'),
        ),
        migrations.AddConstraint(
            model_name='readevent',
            constraint=models.UniqueConstraint(fields=('cursor', 'event_id'), name='read_event_is_dealt_with_once'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('stocktake', 'member', 'reminded_on'), name='reminder_is_once_a_day'),
        ),
    ]
