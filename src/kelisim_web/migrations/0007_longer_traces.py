"""A row of a trace is of more places, so that all derived rows are made anew; nothing else changes."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kelisim_web", "0006_restored")]
    operations = []
