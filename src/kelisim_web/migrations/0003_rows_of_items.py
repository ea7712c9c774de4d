import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Derived rows alone: they are made anew when a database has been migrated."""

    dependencies = [("kelisim_web", "0002_evidence_is_append_only")]
    operations = [
        migrations.DeleteModel(name="Register"),
        migrations.DeleteModel(name="Trace"),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("circle", models.CharField(max_length=64)),
                ("item", models.CharField(max_length=16)),
                ("said", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("circle", "item"), name="one_row_an_item")],
            },
        ),
        migrations.CreateModel(
            name="Trace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=16)),
                ("stretch", models.BigIntegerField()),
                ("places", models.TextField()),
                (
                    "feed",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="kelisim_web.feed"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("feed", "item", "stretch"), name="one_trace_a_stretch")
                ],
            },
        ),
        migrations.CreateModel(
            name="Made",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rules", models.CharField(max_length=200)),
            ],
        ),
    ]
