"""Triggers that refuse to update or delete evidence, and on PostgreSQL to truncate it."""

from typing import Any

from django.db import migrations

from kelisim_web.database.postgresql import GUARD

TABLES = ("record", "signature", "segment", "seed")
ACTS = ("update", "delete")
FUNCTION = "refuse_to_change_evidence"


def make(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        _make_in_postgresql(schema_editor)
        return
    for table in TABLES:
        for act in ACTS:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON kelisim_web_{table} "
                f"BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END"
            )


def _make_in_postgresql(schema_editor: Any) -> None:
    schema_editor.execute(f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${GUARD}$$")
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON kelisim_web_{table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )


def drop(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION {FUNCTION}() CASCADE")
        return
    for table in TABLES:
        for act in ACTS:
            schema_editor.execute(f"DROP TRIGGER {table}_no_{act}")


class Migration(migrations.Migration):
    dependencies = [("kelisim_web", "0001_evidence_desk_derived")]
    operations = [migrations.RunPython(make, drop)]
