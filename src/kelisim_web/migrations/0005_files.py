"""Which segments name which files, and whose bytes we have dropped."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kelisim_web", "0003_rows_of_items")]
    operations = [
        migrations.CreateModel(
            name="DroppedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("circle", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.CharField(max_length=20)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("circle", "sha256"), name="one_drop_a_file")],
            },
        ),
        migrations.CreateModel(
            name="NamedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("circle", models.CharField(max_length=64)),
                ("party", models.CharField(max_length=64)),
                ("segment", models.CharField(db_index=True, max_length=64)),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("circle", "sha256", "segment"), name="one_name_a_segment"),
                ],
            },
        ),
    ]
