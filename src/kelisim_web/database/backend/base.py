"""PostgreSQL that keeps rows as SQLite does: texts as they are, in the order of their bytes, and one writer at a time.

- Texts have no length of their own (the accept rules judge lengths), and sort and compare by bytes: orders that are
  signed must not hang on the language of a server.
- JSON is text, not `jsonb`: that re-orders what it keeps, and refuses a U+0000 which another party may have signed.
- A transaction begins by waiting for the one before it, as `BEGIN IMMEDIATE` does, so that what an action reads at its
  start still holds when it commits. Reading outside a transaction waits for nobody.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.db.backends.postgresql import base, operations, schema
from django.db.models import JSONField

if TYPE_CHECKING:
    from django.db.models import Field, Model

OURS: Final = "kelisim_web"
TEXT: Final = "text"
ORDERED: Final = 'text COLLATE "C"'  # by bytes, which in UTF-8 is by code points
WRITER: Final = 0x6B656C6973696D  # "kelisim": the lock of whoever writes, in a database that is one node's
_WAIT: Final = f"SELECT pg_advisory_xact_lock({WRITER})"


class DatabaseOperations(operations.DatabaseOperations):
    """Values on their way into the database."""

    def adapt_json_value(self, value: Any, encoder: type[json.JSONEncoder] | None) -> str:
        """As text."""
        return json.dumps(value, cls=encoder)


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Tables in the making."""

    def column_sql(
        self, model: type[Model], field: Field[Any, Any], include_default: bool = False
    ) -> tuple[None, None] | tuple[str, list[Any]]:
        """A column; that of a text with its order. None where a field has none.

        JSON of other apps is theirs to look into, and stays `jsonb`.
        """
        sql, values = super().column_sql(model, field, include_default)
        if sql is None or values is None:
            return None, None
        if isinstance(field, JSONField) and model._meta.app_label != OURS:  # noqa: SLF001  (Django's own way to ask)
            return sql.replace(TEXT, "jsonb", 1), values
        return (sql.replace(TEXT, ORDERED, 1) if sql.startswith(TEXT) else sql), values

    def _create_like_index_sql(self, *_: Any, **__: Any) -> None:
        """None: in the order of bytes the index itself finds what begins with something."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection."""

    data_types = base.DatabaseWrapper.data_types | {"CharField": TEXT, "TextField": TEXT, "JSONField": TEXT}
    SchemaEditorClass = DatabaseSchemaEditor
    ops_class = DatabaseOperations

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        """End a transaction, or begin one once the one before it has ended."""
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if autocommit:
            return
        try:
            with self.cursor() as cursor:
                cursor.execute(_WAIT)
        except BaseException:
            self.close()  # no transaction has begun that somebody would end
            raise
