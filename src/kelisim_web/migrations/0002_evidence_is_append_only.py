"""Triggers that refuse to update or delete evidence."""

from typing import Any

from django.db import migrations

TABLES = ("record", "signature", "segment", "seed")


def make(_apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        for act in ("update", "delete"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON kelisim_web_{table} "
                f"BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END"
            )


def drop(_apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        for act in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{act}")


class Migration(migrations.Migration):
    dependencies = [("kelisim_web", "0001_evidence_desk_derived")]
    operations = [migrations.RunPython(make, drop)]
