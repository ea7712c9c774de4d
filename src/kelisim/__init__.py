"""Prepare, agree, sign and account for a plan of cooperation between sovereign parties.

Nobody edits the plan: each party states its positions in its own signed feed, and the plan is where they coincide.
Everything here is a function of what is handed in: no Django, no clock, no network.
"""

from kelisim.bracket import bracketed, endorsed
from kelisim.bundle import open_bundle
from kelisim.disclosure import Disclosed
from kelisim.disclosure import verify as verify_disclosure
from kelisim.edition import Freeze, Verified, freeze
from kelisim.edition import verify as verify_edition
from kelisim.errors import BadValue, Malformed, NotNow, Refusal, Unknown, Unproven
from kelisim.evidence import Evidence
from kelisim.language import LANGUAGES
from kelisim.ledger.card import party_of, read_cards
from kelisim.ledger.digest import digits_of
from kelisim.ledger.judge import Held
from kelisim.messages import explain
from kelisim.plan import Rule, Schema, schema, written
from kelisim.position import FieldStanding, Standing, Status
from kelisim.progress import Progress, Review, State

__all__ = [
    "LANGUAGES",
    "BadValue",
    "Disclosed",
    "Evidence",
    "FieldStanding",
    "Freeze",
    "Held",
    "Malformed",
    "NotNow",
    "Progress",
    "Refusal",
    "Review",
    "Rule",
    "Schema",
    "Standing",
    "State",
    "Status",
    "Unknown",
    "Unproven",
    "Verified",
    "bracketed",
    "digits_of",
    "endorsed",
    "explain",
    "freeze",
    "open_bundle",
    "party_of",
    "read_cards",
    "schema",
    "verify_disclosure",
    "verify_edition",
    "written",
]
