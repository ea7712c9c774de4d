from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kelisim_web", "0005_files")]

    operations = [
        migrations.CreateModel(
            name="Restored",
            fields=[
                ("circle", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.CharField(max_length=20)),
                ("epoch", models.BigIntegerField(default=0)),
                ("owed", models.JSONField(default=list)),
            ],
        ),
    ]
