"""Bodies that score commitments, and the assessors who act for them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_sign_in_identities'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssessingBody',
            fields=[
                ('version', models.PositiveIntegerField(default=1)),
                ('edited_at', models.DateTimeField(editable=False, null=True)),
                ('slug', models.SlugField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('short_name', models.CharField(max_length=30)),
                ('website', models.URLField(blank=True)),
            ],
            options={
                'verbose_name_plural': 'assessing bodies',
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='assessing_body_has_a_slug'), models.CheckConstraint(condition=models.Q(('website', ''), ('website__iregex', '^https?://'), _connector='OR'), name='assessing_body_has_a_web_address')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='body',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.assessingbody'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('body__isnull', True), models.Q(('member__isnull', True), ('roles__contains', ['assessor'])), _connector='OR'), name='user_of_a_body_is_an_assessor'),
        ),
    ]
