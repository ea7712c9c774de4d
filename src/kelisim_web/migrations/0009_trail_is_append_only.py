"""Triggers that refuse to change or delete what the audit trail says."""

from typing import Any

from django.db import migrations

from kelisim_web.database.postgresql import GUARD

FUNCTION = "refuse_to_change_the_trail"
ACTS = ("update", "delete")


def make(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${GUARD}$$")
        schema_editor.execute(
            f"CREATE TRIGGER trail_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON kelisim_web_trail "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )
        return
    for act in ACTS:
        schema_editor.execute(
            f"CREATE TRIGGER trail_no_{act} BEFORE {act.upper()} ON kelisim_web_trail "
            f"BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )


def drop(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION {FUNCTION}() CASCADE")
        return
    for act in ACTS:
        schema_editor.execute(f"DROP TRIGGER trail_no_{act}")


class Migration(migrations.Migration):
    dependencies = [("kelisim_web", "0008_people_and_desk")]
    operations = [migrations.RunPython(make, drop)]
