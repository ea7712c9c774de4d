import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kelisim_web", "0003_rows_of_items"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperPlan",
            fields=[
                ("circle", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("circle", models.CharField(max_length=64)),
                ("party", models.CharField(max_length=12)),
                ("number", models.CharField(max_length=200)),
                ("date", models.CharField(max_length=10)),
                ("file", models.CharField(blank=True, max_length=255)),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("circle", "party", "number"), name="one_letter_a_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Recorded",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=16)),
                ("field", models.CharField(max_length=128)),
                ("value", models.TextField(null=True)),
                ("officer", models.CharField(max_length=100)),
                ("at", models.CharField(max_length=20)),
                (
                    "letter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="positions",
                        to="kelisim_web.letter",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("letter", "item", "field"), name="one_position_a_letter")
                ],
            },
        ),
    ]
