"""Settings of a node. The database is that of the node directory in hand; see `node.opened`."""

from __future__ import annotations

INSTALLED_APPS = ["kelisim_web"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: a bundle that left before a power cut must not be of a segment that the node has forgotten.
            # What is deleted is overwritten, whatever SQLite was built with: a dropped draft must not be found in free
            # pages of a copy. The rest keeps the pages of a long history at hand, and out of temporary files.
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
            "PRAGMA temp_store=MEMORY;"
            "PRAGMA mmap_size=1073741824;PRAGMA cache_size=-10000;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = None
