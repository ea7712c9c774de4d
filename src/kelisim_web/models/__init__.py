"""Rows: evidence (append-only), people, desk and drafts (ordinary), derived (rebuildable from evidence at any time)."""

from kelisim_web.models import derived, desk, drafts, evidence, people, recorded

__all__ = ["derived", "desk", "drafts", "evidence", "people", "recorded"]
