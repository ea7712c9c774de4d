"""Rows: evidence (append-only), desk and drafts (ordinary), derived (rebuildable from evidence at any time)."""

from kelisim_web.models import derived, desk, drafts, evidence, recorded

__all__ = ["derived", "desk", "drafts", "evidence", "recorded"]
