"""Somebody new to the example follows the steps of the start page, and clicks only what their words name."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.acts import digits, table, told
from tests.browser.world import COURSE


class Newcomer:
    """Reads a step, and does what it says with the things that bear the names in it."""

    def __init__(self, start, folder):
        self.start, self.page, self.desks = start, start, []
        self.folder, self.file = folder, None

    def follow(self, step):
        for words in re.split("(Come back to this tab|in the tab of the first desk)", step):
            if words == "Come back to this tab":
                self.page = self.start
            elif words == "in the tab of the first desk":
                self.page = self.desks[0]
            for name in re.findall("“([^”]+)”", words):
                self.use(name)

    def use(self, name):
        self.page.wait_for_load_state()
        box = self.page.get_by_label(name, exact=True)
        heading = self.page.get_by_role("heading", name=name, exact=True)
        plans = self.page.locator("section", has=heading).locator("a.plan-words")
        if box.count():
            self.fill(box)
        elif plans.count():
            plans.first.click()
        else:
            self.click(name)

    def fill(self, box):
        if box.get_attribute("type") == "file":
            box.set_input_files(self.file)
        else:
            box.fill(digits(self.page))

    def click(self, name):
        called = re.compile(rf"^\s*{re.escape(name)}\s*\d*\s*$")  # beside some there is how many
        thing = self.page.locator("[data-field=period] :is(a, button), :is(a, button):not(.field *)")
        thing = thing.filter(has_text=called).first
        if thing.get_attribute("target") == "_blank":
            with self.page.expect_popup() as opening:
                thing.click()
            self.page = opening.value
            self.desks.append(self.page)
        elif "/file/" in (thing.get_attribute("href") or ""):
            with self.page.expect_download() as downloading:
                thing.click()
            self.file = self.folder / downloading.value.suggested_filename
            downloading.value.save_as(self.file)
        else:
            thing.click()


def test_the_words_of_the_start_page_lead_a_newcomer_from_one_date_to_the_answer_of_the_other_node(officers, tmp_path):
    page = officers.browser("kaz")
    page.goto(officers.sites.start)
    newcomer = Newcomer(page, tmp_path)
    for step in page.locator(".steps li").all_inner_texts():
        newcomer.follow(step)
    ours, theirs = newcomer.desks
    expect(told(ours)).to_contain_text("Bundle of USA read")
    expect(ours.locator("main")).to_contain_text("USA has confirmed that it holds 2 of our 2 dispatches.")
    for desk in (ours, theirs):
        table(desk)
        expect(desk.locator(f"#item-{COURSE} .state").first).to_have_text("agreed")
