"""Silence procedures, the members they ask, and objections."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_key_uses"),
        ("progress", "0039_reading_marks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AskedMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="silence_procedures",
                        to="accounts.member",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SilenceProcedure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "members",
                    models.ManyToManyField(
                        through="progress.AskedMember", to="accounts.member"
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="started_silence_procedures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stopped_silence_procedures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("reason", models.CharField(max_length=2000)),
                ("objected_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="accounts.member",
                    ),
                ),
                (
                    "objected_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="progress.silenceprocedure",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="askedmember",
            name="procedure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="asked_members",
                to="progress.silenceprocedure",
            ),
        ),
        migrations.AddConstraint(
            model_name="silenceprocedure",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("started_at"))),
                name="silence_procedure_ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="silenceprocedure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("stopped_at__isnull", True), ("stopped_by__isnull", True)
                    ),
                    models.Q(
                        ("stopped_at__gte", models.F("started_at")),
                        ("stopped_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="silence_procedure_is_stopped_by_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                fields=("procedure", "member"), name="objection_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="objection_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="askedmember",
            constraint=models.UniqueConstraint(
                fields=("procedure", "member"), name="asked_member_is_unique"
            ),
        ),
    ]
