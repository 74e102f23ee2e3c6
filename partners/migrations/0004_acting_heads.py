"""Notices that an acting head was named, or that their period was ended."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_acting_heads'),
        ('partners', '0003_notices_in_order'),
        ('progress', '0033_acting_heads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_is_about_one_thing',
        ),
        migrations.RemoveConstraint(
            model_name='noticepreference',
            name='notice_preference_kinds_are_known',
        ),
        migrations.AddField(
            model_name='notice',
            name='acting_head',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='accounts.actinghead'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('clearance', 'An entry needs clearance'), ('sent_back', 'An entry was sent back before clearance'), ('review', 'An entry needs review'), ('returned', 'An entry was returned'), ('published', 'An entry was published'), ('released', 'An entry was released from a stocktake'), ('comment', 'There is a new comment on an entry'), ('question', 'Another delegation asked a question'), ('answer', 'Your question was answered'), ('opens', 'A stocktake will open soon'), ('to_open', 'A stocktake can be opened'), ('opened', 'A stocktake has opened'), ('extended', 'More time was given for a stocktake'), ('closed', 'A stocktake has closed'), ('due', 'Entries are due soon'), ('late', 'Entries are late'), ('last_day', 'The last day on which entries are accepted'), ('reminder', 'The Presidency reminds you of missing entries'), ('acting', 'An acting head was named'), ('relieved', 'The period of an acting head was ended'), ('handover', 'The Presidency is handed over')], max_length=9),
        ),
        migrations.AlterField(
            model_name='noticepreference',
            name='muted',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('clearance', 'An entry needs clearance'), ('sent_back', 'An entry was sent back before clearance'), ('review', 'An entry needs review'), ('returned', 'An entry was returned'), ('published', 'An entry was published'), ('released', 'An entry was released from a stocktake'), ('comment', 'There is a new comment on an entry'), ('question', 'Another delegation asked a question'), ('answer', 'Your question was answered'), ('opens', 'A stocktake will open soon'), ('to_open', 'A stocktake can be opened'), ('opened', 'A stocktake has opened'), ('extended', 'More time was given for a stocktake'), ('closed', 'A stocktake has closed'), ('due', 'Entries are due soon'), ('late', 'Entries are late'), ('last_day', 'The last day on which entries are accepted'), ('reminder', 'The Presidency reminds you of missing entries'), ('acting', 'An acting head was named'), ('relieved', 'The period of an acting head was ended'), ('handover', 'The Presidency is handed over')], max_length=9), blank=True, default=list, size=None),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acting_head__isnull', True), ('entry__isnull', False), ('presidency__isnull', True), ('stocktake__isnull', True)), models.Q(('acting_head__isnull', True), ('entry__isnull', True), ('presidency__isnull', True), ('stocktake__isnull', False)), models.Q(('acting_head__isnull', True), ('entry__isnull', True), ('presidency__isnull', False), ('stocktake__isnull', True)), models.Q(('acting_head__isnull', False), ('entry__isnull', True), ('presidency__isnull', True), ('stocktake__isnull', True)), _connector='OR'), name='notice_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='noticepreference',
            constraint=models.CheckConstraint(condition=models.Q(('muted__contained_by', ['clearance', 'sent_back', 'review', 'returned', 'published', 'released', 'comment', 'question', 'answer', 'opens', 'to_open', 'opened', 'extended', 'closed', 'due', 'late', 'last_day', 'reminder', 'acting', 'relieved', 'handover'])), name='notice_preference_kinds_are_known'),
        ),
    ]
