"""What Hypothesis draws: values of the profile, and records as their kinds demand."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec import UNSET

from kelisim.ledger import profile
from kelisim.ledger.segment import AD_REFERENDUM, Statement

texts = st.text()
counts = st.integers(0, profile.LARGEST)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
items = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16)
fields = st.lists(st.text("abcXYZ019_", min_size=1, max_size=8), min_size=1, max_size=3).map(".".join)
keys = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)

values = st.recursive(
    texts | counts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@st.composite
def statements(draw) -> Statement:
    """One position: a value, a value that waits for the capital, or a word taken back."""
    value, held = draw(texts | st.just(UNSET)), draw(st.booleans())
    hold = AD_REFERENDUM if held and value is not UNSET else UNSET
    return Statement(field=draw(fields), hold=hold, item=draw(items), value=value)


bodies = st.lists(statements(), max_size=8, unique_by=lambda one: (one.item, one.field))
