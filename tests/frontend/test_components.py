"""What the scripts and styles do, whatever page they are on."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

CURRENT = "[data-item]:focus"


def current(page):
    return page.locator(CURRENT).get_attribute("data-item")


def keep_clicks(page):
    """Remembers what was pressed, in place of sending it."""
    page.evaluate("""() => { window.pressed = []; document.addEventListener("click", event => {
        const button = event.target.closest("[data-act]");
        if (!button) return;
        event.preventDefault();
        window.pressed.push([button.dataset.act, button.closest(".field").querySelector(".label").textContent]);
    }) }""")
    return lambda: page.evaluate("window.pressed")


def test_j_and_k_move_among_the_items_and_stop_at_the_ends(sample):
    sample.keyboard.press("j")
    assert current(sample) == "14.07"
    sample.keyboard.press("k")
    assert current(sample) == "14.07"
    sample.keyboard.press("j")
    assert current(sample) == "21.02"
    expect(sample.locator("[data-current]")).to_have_count(1)
    for _ in range(9):
        sample.keyboard.press("j")
    assert current(sample) == "08.13"


def test_the_keys_are_the_same_under_a_russian_layout(sample):
    sample.evaluate(
        """() => document.body.dispatchEvent(
        new KeyboardEvent("keydown", {key: "о", code: "KeyJ", bubbles: true}))"""
    )
    assert current(sample) == "14.07"


def test_a_letter_presses_the_button_of_the_field_that_has_the_focus_else_the_first(sample):
    pressed = keep_clicks(sample)
    sample.keyboard.press("e")
    assert pressed() == []
    sample.keyboard.press("j")
    sample.keyboard.press("e")
    sample.keyboard.press("j")
    sample.keyboard.press("c")
    sample.locator("[data-item='14.07'] [data-act='counter']").focus()
    sample.keyboard.press("e")
    assert pressed() == [["endorse", "Dates"], ["counter", "Shares"], ["endorse", "Dates"]]


def test_what_is_written_into_a_field_is_no_command(sample):
    sample.keyboard.press("/")
    sample.keyboard.type("jek?")
    expect(sample.get_by_role("searchbox")).to_have_value("jek?")
    expect(sample.locator("dialog[open]")).to_have_count(0)


def test_single_keys_can_be_switched_off_and_stay_off(sample):
    sample.keyboard.press("?")
    sample.get_by_label("Single keys act").uncheck()
    sample.get_by_role("button", name="Close").click()
    sample.keyboard.press("j")
    expect(sample.locator(CURRENT)).to_have_count(0)
    sample.reload()
    sample.keyboard.press("j")
    expect(sample.locator(CURRENT)).to_have_count(0)


def test_the_item_that_an_act_leads_back_to_is_found_again(sample):
    sample.goto(f"{sample.url}#item-14.07")
    sample.reload()
    assert current(sample) == "14.07"


def test_places_are_chosen_one_by_one_or_all(sample):
    every = sample.get_by_label("All on this page")
    sample.get_by_label("08.12: dates").check()
    expect(sample.locator("[data-selected]")).to_have_text("1")
    assert every.evaluate("box => box.indeterminate")
    every.check()
    expect(sample.locator("[data-selected]")).to_have_text("2")
    every.uncheck()
    expect(sample.get_by_label("08.13: dates")).not_to_be_checked()


def test_an_act_that_does_not_reach_the_node_says_so(sample):
    expect(sample.locator("#unreachable")).to_be_hidden()
    sample.evaluate("document.body.dispatchEvent(new CustomEvent('htmx:sendError', {bubbles: true}))")
    expect(sample.locator("#unreachable")).to_be_visible()


def test_the_timeline_says_what_the_keyboard_points_at(sample):
    picture = sample.get_by_role("img", name="Activities by line of cooperation")
    picture.focus()
    sample.keyboard.press("ArrowDown")
    said = sample.locator("kelisim-timeline output")
    expect(said).to_have_text(re.compile(r"^08\.\d\d · .+ 201\d · (agreed|ad referendum|open|one-sided|contested)$"))
    first = said.text_content()
    sample.keyboard.press("ArrowDown")
    assert said.text_content() != first
    sample.keyboard.press("ArrowUp")
    assert said.text_content() == first


def test_the_timeline_zooms_about_the_day_under_the_pointer(sample):
    window = sample.locator("kelisim-timeline .window")
    room = "element => element.scrollWidth / element.clientWidth"
    expect(sample.get_by_role("button", name="Whole plan")).to_have_attribute("aria-pressed", "true")
    assert window.evaluate(room) == 1
    sample.get_by_role("button", name="Year", exact=True).click()
    wide = window.evaluate(room)
    assert wide > 3
    window.hover()
    sample.keyboard.down("Control")
    sample.mouse.wheel(0, -300)
    sample.keyboard.up("Control")
    sample.wait_for_function(
        "least => (w => w.scrollWidth / w.clientWidth)(document.querySelector('.window')) > least", arg=wide
    )


def test_where_the_node_gives_no_timeline_the_table_stands_alone(page, sample_at):
    page.route("**/sample.json", lambda route: route.fulfill(status=503))
    page.goto(sample_at)
    expect(page.locator("kelisim-timeline")).to_be_hidden()


def test_nothing_that_a_component_does_is_against_the_policy(page, sample_at):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(sample_at)
    page.get_by_role("button", name="Quarter").click()
    page.keyboard.press("?")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    expect(page.get_by_role("dialog")).to_be_visible()
    refused = [text for text in said if "Content Security Policy" in text]
    assert len(refused) == 1, "the one that this test breaks, to see that breaches are seen"


@pytest.mark.parametrize("width", [320, 390, 820, 1100, 1440])
def test_nothing_stands_out_of_the_window(sample, width):
    sample.set_viewport_size({"width": width, "height": 800})
    assert sample.evaluate("document.documentElement.scrollWidth") == width


def test_every_letter_of_three_languages_has_our_fonts(sample):
    """A letter without a piece of ours would be drawn with another font, in the middle of a word."""
    sample.evaluate("document.fonts.ready")
    for font in ("Noto Sans", "PT Serif"):
        pieces = sample.evaluate(
            """async font => (await document.fonts.load(`16px "${font}"`, "AЯәғқңөұүһіӘҒҚҢӨҰҮҺІё«»–“”")).length""", font
        )
        assert pieces == 3, font


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_fault_in_any_component(sample, theme):
    sample.emulate_media(color_scheme=theme)
    found = Axe().run(sample)
    assert found.violations_count == 0, found.generate_report()
