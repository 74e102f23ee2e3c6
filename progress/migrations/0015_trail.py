"""The trail: one chained row for each act that the record rests on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("progress", "0014_checkpoints"),
        ("accounts", "0005_begun_stays"),
        ("commitments", "0003_wording_stays"),
    ]
    operations = [
        migrations.CreateModel(
            name="TrailRecord",
            fields=[
                (
                    "sequence",
                    models.PositiveBigIntegerField(primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("start", "Start of the trail"),
                            ("plan", "Wording of a plan"),
                            ("presidency", "Presidency"),
                            ("opening", "Opening of a stocktake"),
                            ("extension", "Extension"),
                            ("publication", "Publication"),
                            ("question", "Question"),
                            ("answer", "Answer"),
                            ("closing", "Closing of a stocktake"),
                            ("handover", "Handover"),
                            ("receipt", "Receipt of a handover"),
                            ("erasure", "Legal erasure"),
                        ],
                        max_length=11,
                    ),
                ),
                ("subject", models.CharField(max_length=64)),
                ("content", models.TextField()),
                ("salt", models.CharField(blank=True, max_length=64)),
                ("content_sha256", models.CharField(max_length=64)),
                ("previous_sha256", models.CharField(max_length=64, unique=True)),
                ("sha256", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "subject"), name="trail_record_is_one_for_an_act"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sequence__gte", 1),
                            ("subject__regex", "^[-a-zA-Z0-9_]+$"),
                        ),
                        name="trail_record_has_a_subject",
                    ),
                ],
            },
        ),
    ]
