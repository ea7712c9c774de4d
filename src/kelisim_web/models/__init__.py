"""Rows: evidence (append-only), desk (ordinary), derived (rebuildable from evidence at any time)."""

from kelisim_web.models.derived import Counted, DisputedRegister, Feed, Register, Trace
from kelisim_web.models.desk import Confirmed, Draft, Exchange, Frozen, Looked, Parked, Us
from kelisim_web.models.evidence import Record, Seed, Segment, Signature

DERIVED = (Trace, Register, DisputedRegister, Counted, Feed)
EVIDENCE = (Record, Signature, Segment, Seed)

__all__ = [
    "DERIVED",
    "EVIDENCE",
    "Confirmed",
    "Counted",
    "DisputedRegister",
    "Draft",
    "Exchange",
    "Feed",
    "Frozen",
    "Looked",
    "Parked",
    "Record",
    "Register",
    "Seed",
    "Segment",
    "Signature",
    "Trace",
    "Us",
]
