from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kelisim_web", "0009_trail_is_append_only")]

    operations = [
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
