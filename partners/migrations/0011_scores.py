"""Notices about score tables and comments on them, and deliveries that name a table."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_grants_of_bodies'),
        ('partners', '0010_withheld_files'),
        ('progress', '0047_tombstones_of_scores'),
        ('reports', '0014_files_in_storage'),
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
            name='assessment_comment',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='progress.assessmentcomment'),
        ),
        migrations.AddField(
            model_name='notice',
            name='assessment_table',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='progress.assessmenttable'),
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='assessment_table_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('clearance', 'An entry needs clearance'), ('sent_back', 'An entry was sent back before clearance'), ('review', 'An entry needs review'), ('returned', 'An entry was returned'), ('published', 'An entry was published'), ('released', 'An entry was released from a stocktake'), ('withheld', 'A file was withheld: a virus was found in it'), ('comment', 'There is a new comment on an entry'), ('question', 'Another delegation asked a question'), ('answer', 'Your question was answered'), ('opens', 'A stocktake will open soon'), ('to_open', 'A stocktake can be opened'), ('opened', 'A stocktake has opened'), ('extended', 'More time was given for a stocktake'), ('closed', 'A stocktake has closed'), ('due', 'Entries are due soon'), ('late', 'Entries are late'), ('last_day', 'The last day on which entries are accepted'), ('reminder', 'The Presidency reminds you of missing entries'), ('acting', 'An acting head was named'), ('relieved', 'The period of an acting head was ended'), ('handover', 'The Presidency is handed over'), ('webhook', 'A webhook was disabled'), ('pub_ask', 'Public reading was proposed'), ('public', 'Public reading was announced'), ('pub_end', 'Public reading was turned off'), ('circ', 'A draft report was circulated'), ('circ_ends', 'The time to object to a draft ends soon'), ('circ_obj', 'A delegation objected to a draft'), ('circ_ok', 'No delegation objected to a draft'), ('approved', 'A draft needs a second approval to become final'), ('final', 'A report has become final'), ('sched', 'A scheduled draft is ready'), ('rep_fail', 'A report could not be compiled'), ('grant_ask', 'A request needs a second administrator'), ('grant', 'An administrator asked for rights in your delegation'), ('grant_end', 'A request about the rights of a person was decided'), ('role_ends', 'The last day of the roles of a person is near'), ('feedback', 'A score table was opened for comments'), ('fb_end', 'The time for comments on a score table is over'), ('score_com', 'A delegation commented on a score'), ('score_ans', 'Your comment on a score was answered'), ('scores', 'A score table was released')], max_length=9),
        ),
        migrations.AlterField(
            model_name='notice',
            name='told_as',
            field=models.CharField(choices=[('delegation', 'As a member of the delegation'), ('reviewer', 'As the reviewer'), ('reader', 'As a reader of no delegation'), ('admin', 'As an administrator'), ('body', 'As an assessor of the body')], max_length=10),
        ),
        migrations.AlterField(
            model_name='noticepreference',
            name='muted',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('clearance', 'An entry needs clearance'), ('sent_back', 'An entry was sent back before clearance'), ('review', 'An entry needs review'), ('returned', 'An entry was returned'), ('published', 'An entry was published'), ('released', 'An entry was released from a stocktake'), ('withheld', 'A file was withheld: a virus was found in it'), ('comment', 'There is a new comment on an entry'), ('question', 'Another delegation asked a question'), ('answer', 'Your question was answered'), ('opens', 'A stocktake will open soon'), ('to_open', 'A stocktake can be opened'), ('opened', 'A stocktake has opened'), ('extended', 'More time was given for a stocktake'), ('closed', 'A stocktake has closed'), ('due', 'Entries are due soon'), ('late', 'Entries are late'), ('last_day', 'The last day on which entries are accepted'), ('reminder', 'The Presidency reminds you of missing entries'), ('acting', 'An acting head was named'), ('relieved', 'The period of an acting head was ended'), ('handover', 'The Presidency is handed over'), ('webhook', 'A webhook was disabled'), ('pub_ask', 'Public reading was proposed'), ('public', 'Public reading was announced'), ('pub_end', 'Public reading was turned off'), ('circ', 'A draft report was circulated'), ('circ_ends', 'The time to object to a draft ends soon'), ('circ_obj', 'A delegation objected to a draft'), ('circ_ok', 'No delegation objected to a draft'), ('approved', 'A draft needs a second approval to become final'), ('final', 'A report has become final'), ('sched', 'A scheduled draft is ready'), ('rep_fail', 'A report could not be compiled'), ('grant_ask', 'A request needs a second administrator'), ('grant', 'An administrator asked for rights in your delegation'), ('grant_end', 'A request about the rights of a person was decided'), ('role_ends', 'The last day of the roles of a person is near'), ('feedback', 'A score table was opened for comments'), ('fb_end', 'The time for comments on a score table is over'), ('score_com', 'A delegation commented on a score'), ('score_ans', 'Your comment on a score was answered'), ('scores', 'A score table was released')], max_length=9), blank=True, default=list, size=None),
        ),
        migrations.AlterField(
            model_name='webhookdelivery',
            name='type',
            field=models.CharField(choices=[('entry.published', 'entry.published'), ('entry.removed', 'entry.removed'), ('entry.erased', 'entry.erased'), ('assessments.released', 'assessments.released'), ('assessments.removed', 'assessments.removed'), ('assessments.erased', 'assessments.erased'), ('changes.reset', 'changes.reset'), ('webhook.ping', 'webhook.ping')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acting_head__isnull', True), ('assessment_table__isnull', True), ('entry__isnull', False), ('pending_grant__isnull', True), ('person__isnull', True), ('presidency__isnull', True), ('public_reading__isnull', True), ('report__isnull', True), ('stocktake__isnull', True), ('webhook_endpoint__isnull', True)), models.Q(('acting_head__isnull', True), ('assessment_table__isnull', True), ('entry__isnull', True), ('pending_grant__isnull', True), ('person__isnull', True), ('presidency__isnull', True), ('public_reading__isnull', True), ('report__isnull', True), ('stocktake__isnull', False), ('webhook_endpoint__isnull', True)), models.Q(('acting_head__isnull', True), ('assessment_table__isnull', True), ('entry__isnull', True), ('pending_grant__isnull', True), ('person__isnull', True), ('presidency__isnull', False), ('public_reading__isnull', True), ('report__isnull', True), ('stocktake__isnull', True), ('webhook_endpoint__isnull', True)), models.Q(('acting_head__isnull', False), ('assessment_table__isnull', True), ('entry__isnull', True), ('pending_grant__isnull', True), ('person__isnull', True), ('presidency__isnull', True), ('public_reading__isnull', True), ('report__isnull', True), ('stocktake__isnull', True), ('webhook_endpoint__isnull', True)), models.Q(('acting_head__isnull', True), ('assessment_table__isnull', True), ('entry__isnull', True), ('pending_grant__isnull', True), ('person__isnull', True), ('presidency__isnull', True), ('public_reading__isnull', True), ('report__isnull', True), ('stocktake__isnull', True), ('webhook_endpoint__isnull', False)), models.Q(('acting_head__isnull', True), ('assessment_table__isnull', True), ('entry__isnull', True), ('pending_grant__isnull', True), ('person__isnull', True), ('presidency__isnull', True), ('public_reading__isnull', False), ('report__isnull', True), ('stocktake__isnull', True), ('webhook_endpoint__isnull', True)), models.Q(('acting_head__isnull', True), ('assessment_table__isnull', True), ('entry__isnull', True), ('pending_grant__isnull', True), ('person__isnull', True), ('presidency__isnull', True), ('public_reading__isnull', True), ('report__isnull', False), ('stocktake__isnull', True), ('webhook_endpoint__isnull', True)), models.Q(('acting_head__isnull', True), ('assessment_table__isnull', True), ('entry__isnull', True), ('pending_grant__isnull', False), ('person__isnull', True), ('presidency__isnull', True), ('public_reading__isnull', True), ('report__isnull', True), ('stocktake__isnull', True), ('webhook_endpoint__isnull', True)), models.Q(('acting_head__isnull', True), ('assessment_table__isnull', True), ('entry__isnull', True), ('pending_grant__isnull', True), ('person__isnull', False), ('presidency__isnull', True), ('public_reading__isnull', True), ('report__isnull', True), ('stocktake__isnull', True), ('webhook_endpoint__isnull', True)), models.Q(('acting_head__isnull', True), ('assessment_table__isnull', False), ('entry__isnull', True), ('pending_grant__isnull', True), ('person__isnull', True), ('presidency__isnull', True), ('public_reading__isnull', True), ('report__isnull', True), ('stocktake__isnull', True), ('webhook_endpoint__isnull', True)), _connector='OR'), name='notice_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('assessment_comment__isnull', True), ('assessment_table__isnull', False), _connector='OR'), name='notice_of_a_score_names_its_table'),
        ),
        migrations.AddConstraint(
            model_name='noticepreference',
            constraint=models.CheckConstraint(condition=models.Q(('muted__contained_by', ['clearance', 'sent_back', 'review', 'returned', 'published', 'released', 'comment', 'question', 'answer', 'opens', 'to_open', 'opened', 'extended', 'closed', 'due', 'late', 'last_day', 'reminder', 'acting', 'relieved', 'handover', 'webhook', 'pub_ask', 'pub_end', 'circ', 'circ_obj', 'circ_ok', 'approved', 'final', 'sched', 'rep_fail', 'grant_ask', 'role_ends', 'feedback', 'fb_end', 'score_com', 'score_ans', 'scores'])), name='notice_preference_kinds_are_known'),
        ),
    ]
