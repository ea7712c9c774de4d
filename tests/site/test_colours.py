"""By day and by night, every colour of a text can be read on every ground that it may stand on (WCAG 2.2, AA)."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "frontend/css/tokens.css"
COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
PARTIES = ["ours", "theirs", "third", "fourth", "fifth"]
TEXTS = ["ink", "soft", *PARTIES, "agreed", "waiting", "alarm", "internal"]
GROUNDS = [
    "paper",
    "sheet",
    "wash",
    "internal-ground",
    "internal-stripe",
    "alarm-tint",
    *(f"{p}-tint" for p in PARTIES),
]
STRONG = ["ours", "agreed", "alarm", "internal"]


def colours(theme):
    return {name: pair[theme == "dark"] for name, *pair in COLOUR.findall(TOKENS.read_text("utf-8"))}


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def too_close(theme, texts, grounds, least):
    colour = colours(theme)
    return {
        f"{text} on {ground}": round(ratio(colour[text], colour[ground]), 2)
        for text, ground in product(texts, grounds)
        if ratio(colour[text], colour[ground]) < least
    }


def test_black_on_white_is_twenty_one_to_one():
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_every_ground(theme):
    assert too_close(theme, TEXTS, GROUNDS, 4.5) == {}
    assert too_close(theme, ["on-strong"], STRONG, 4.5) == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_edge_of_a_field_and_the_focus_stand_out_from_every_ground(theme):
    assert too_close(theme, ["edge", "focus"], GROUNDS, 3) == {}


def test_no_colour_is_named_but_in_the_tokens():
    """Else it would be right by day and wrong by night."""
    for sheet in TOKENS.parent.glob("*.css"):
        if sheet != TOKENS:
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text("utf-8")), sheet.name
