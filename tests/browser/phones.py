"""What a person can do on the page with the two phones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator, Page, expect

ANSWER_MS: Final = 20_000


@dataclass
class GuestPhone:
    """The guest's phone."""

    page: Page
    number: str

    @property
    def here(self) -> Locator:
        """The phone itself."""
        return self.page.get_by_test_id("guest-phone")

    def becomes_its_number(self) -> None:
        """Type the number this guest writes from (the field hides behind a button on small screens)."""
        expect(self.page.locator("html[data-live]")).to_have_count(1)
        field = self.here.get_by_test_id("guest-number")
        if not field.is_visible():
            self.here.get_by_test_id("more").click()
        field.fill(self.number)
        field.press("Enter")
        if self.here.get_by_test_id("more").is_visible():
            self.here.get_by_test_id("more").click()

    def writes(self, text: str) -> None:
        """Type and send."""
        self.here.get_by_test_id("message-input").fill(text)
        self.here.get_by_test_id("send").click()

    def sees(self, text: str) -> Locator:
        """Wait until a message says so."""
        message = self.here.get_by_test_id("message").filter(has_text=text).last
        expect(message).to_be_visible(timeout=ANSWER_MS)
        return message

    def taps(self, title: str) -> None:
        """Tap a button below a message."""
        button = self.here.get_by_test_id("option").filter(has_text=title).last
        expect(button).to_be_visible(timeout=ANSWER_MS)
        button.click()

    def opens_list(self) -> Locator:
        """Open the newest list and wait for its sheet."""
        button = self.here.get_by_test_id("open-list").last
        expect(button).to_be_visible(timeout=ANSWER_MS)
        button.click()
        sheet = self.page.get_by_test_id("sheet")
        expect(sheet).to_be_visible()
        return sheet

    def chooses(self, title: str) -> None:
        """Open the newest list and pick the first entry that says so."""
        self.opens_list().get_by_test_id("option").filter(has_text=title).first.click()

    def is_given_a_reference(self) -> str:
        """Wait for a confirmation; the links in it carry the booking's reference."""
        link = self.here.get_by_test_id("log").locator('a[href*="/b/"]').last
        expect(link).to_be_visible(timeout=ANSWER_MS)
        _, _, rest = (link.get_attribute("href") or "").partition("/b/")
        return rest.partition("/")[0]

    def opens_link(self, part: str) -> Page:
        """Follow a link in the newest message that has one."""
        link = self.here.get_by_test_id("log").locator(f'a[href*="{part}"]').last
        expect(link).to_be_visible(timeout=ANSWER_MS)
        with self.page.context.expect_page() as opened:
            link.click()
        opened.value.wait_for_load_state()
        return opened.value


@dataclass
class Phones:
    """Both phones, side by side or one at a time."""

    page: Page
    guest: GuestPhone

    def owner_sees(self, text: str) -> Locator:
        """Wait until the owner's phone says so."""
        owner = self.page.get_by_test_id("owner-phone")
        if not owner.is_visible():
            self.page.get_by_test_id("tab-owner").click()
        card = owner.get_by_test_id("message").filter(has_text=text).last
        expect(card).to_be_visible(timeout=ANSWER_MS)
        return card

    def skip(self) -> None:
        """Let twenty minutes pass."""
        self.page.get_by_test_id("skip").click()
