"""Who works at a desk, what it needs before it speaks, its journal and its trail."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kelisim_web", "0007_longer_traces"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clearance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("circle", models.CharField(max_length=64)),
                ("item", models.CharField(max_length=16)),
                ("field", models.CharField(max_length=128)),
                ("kind", models.CharField(max_length=12)),
                ("content", models.CharField(max_length=64)),
                ("officer", models.CharField(max_length=100)),
                ("at", models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("circle", models.CharField(max_length=64)),
                ("item", models.CharField(max_length=16)),
                ("field", models.CharField(blank=True, max_length=128)),
                ("sort", models.CharField(default="comment", max_length=12)),
                ("text", models.TextField()),
                ("mentions", models.JSONField(default=list)),
                ("author", models.CharField(max_length=100)),
                ("at", models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("circle", models.CharField(max_length=64)),
                ("act", models.CharField(max_length=12)),
                ("subject", models.CharField(max_length=64)),
                ("officer", models.CharField(max_length=100)),
                ("at", models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("direction", models.CharField(max_length=8)),
                ("number", models.CharField(max_length=40)),
                ("at", models.CharField(max_length=20)),
                ("circle", models.CharField(blank=True, max_length=64)),
                ("party", models.CharField(blank=True, max_length=12)),
                ("officer", models.CharField(max_length=100)),
                ("segment", models.CharField(blank=True, max_length=64)),
                ("told", models.JSONField(default=dict)),
                ("file", models.CharField(blank=True, max_length=255)),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("circle", models.CharField(max_length=64)),
                ("officer", models.CharField(max_length=100)),
                ("counts", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Officer",
            fields=[
                ("login", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("post", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(default="en", max_length=8)),
                ("mail", models.CharField(blank=True, max_length=254)),
                ("digest", models.BooleanField(default=False)),
                ("example", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seat", models.CharField(max_length=20)),
                ("circle", models.CharField(blank=True, max_length=64)),
                ("line", models.CharField(blank=True, max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name="PlanRules",
            fields=[
                ("circle", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("needed", models.JSONField(default=list)),
                ("clears_own", models.BooleanField(default=True)),
                ("releases_own", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("drafts", models.BooleanField(default=False)),
                ("feed", models.BooleanField(default=False)),
                ("at", models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="Trail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True)),
                ("officer", models.CharField(max_length=100)),
                ("act", models.CharField(max_length=60)),
                ("circle", models.CharField(blank=True, max_length=64)),
                ("told", models.JSONField(default=dict)),
                ("refused", models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.DeleteModel(
            name="Looked",
        ),
        migrations.AddField(
            model_name="confirmed",
            name="address",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddConstraint(
            model_name="clearance",
            constraint=models.UniqueConstraint(fields=("circle", "item", "field", "kind"), name="one_clearance_a_kind"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["circle", "item"], name="comments_of_an_item"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                fields=("circle", "act", "subject", "officer"), name="one_consent_an_officer"
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.UniqueConstraint(fields=("circle", "officer"), name="one_look_an_officer"),
        ),
        migrations.AddField(
            model_name="place",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="places", to="kelisim_web.officer"
            ),
        ),
        migrations.AddField(
            model_name="token",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to="kelisim_web.officer"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                fields=("officer", "seat", "circle", "line"), name="one_place_an_officer"
            ),
        ),
    ]
