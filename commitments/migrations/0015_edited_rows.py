"""Reference data has a version, and the instant of its last edit. Acronyms are new."""

from django.db import migrations, models


def edited(model):
    return [
        migrations.AddField(model, "version", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            model, "edited_at", models.DateTimeField(editable=False, null=True)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("commitments", "0014_owners_form_no_circle")]
    operations = [
        *edited("summit"),
        *edited("instrument"),
        *edited("commitment"),
        migrations.CreateModel(
            name="Acronym",
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
                ("version", models.PositiveIntegerField(default=1)),
                ("edited_at", models.DateTimeField(editable=False, null=True)),
                ("acronym", models.CharField(max_length=20, unique=True)),
                ("meaning", models.CharField(max_length=160)),
            ],
            options={"abstract": False},
        ),
    ]
