"""Django's backend for PostgreSQL, brought to keep rows as SQLite keeps them; Django finds it by its name."""
