"""A person with the phones before them: books, pays, and sees what comes of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.phones import ANSWER_MS
from tests.fixtures.stack import Stack

if TYPE_CHECKING:
    from tests.browser.conftest import OpenPhones, Shoot

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.xdist_group("stack")]


def days_ahead(stack: Stack, first: int, last: int) -> str:
    """`24 December to 27 December`, so many days from today."""
    arrival, departure = (stack.now() + timedelta(days=days) for days in (first, last))
    return f"{arrival:%-d %B} to {departure:%-d %B}"


def test_a_guest_books_a_room_pays_and_the_owner_sees_it(phones: OpenPhones, stack: Stack, shoot: Shoot) -> None:
    with phones(height=1000) as both:
        guest = both.guest
        guest.writes("Hi")
        guest.sees("booking desk of Marigold Hospitality")
        guest.writes(f"double room in Jaipur for 2, {days_ahead(stack, 32, 35)}")
        guest.opens_list()
        shoot(both.page, "stay-options")
        both.page.get_by_test_id("sheet").get_by_test_id("option").filter(has_text="Deluxe").first.click()
        guest.taps("Confirm")

        checkout = guest.opens_link("/p/")
        expect(checkout.get_by_test_id("merchant")).to_contain_text("Marigold")
        checkout.set_viewport_size({"width": 480, "height": 780})
        shoot(checkout, "payment")
        checkout.get_by_test_id("pay-now").click()
        expect(checkout.get_by_text("Thank you")).to_be_visible(timeout=ANSWER_MS)
        checkout.close()

        reference = guest.is_given_a_reference()
        both.owner_sees(reference)
        shoot(both.page, "stay-confirmed")

        card = _card_of(both.page, reference)
        expect(card.get_by_text("Confirmed")).to_be_visible()
        expect(card.get_by_text(reference).first).to_be_visible()
        card.set_viewport_size({"width": 420, "height": 900})
        shoot(card, "card")


def test_a_table_is_booked_on_a_small_screen_in_the_dark(phones: OpenPhones, shoot: Shoot) -> None:
    with phones(width=390, height=844, color_scheme="dark") as both:
        guest = both.guest
        guest.writes("table for 4 tomorrow 8pm at Ghee & Gulal")
        guest.taps("Confirm")

        reference = guest.is_given_a_reference()
        shoot(both.page, "table-narrow")
        both.owner_sees(reference)


def test_a_hold_nobody_pays_ends_and_the_guest_is_told(phones: OpenPhones, stack: Stack) -> None:
    with phones() as both:
        guest = both.guest
        guest.writes(f"double room in Udaipur for 2, {days_ahead(stack, 40, 42)}")
        guest.chooses("Garden Double")
        guest.taps("Confirm")
        guest.sees("kept for you until")

        both.skip()
        both.skip()

        guest.sees("The time to pay is over")


def _card_of(page: Page, reference: str) -> Page:
    """The booking's own page: the calendar link in the confirmation leads below it."""
    href = page.locator(f'a[href*="/b/{reference}/"]').first.get_attribute("href")
    assert href
    card = page.context.new_page()
    card.goto(re.sub(r"/(calendar\.ics|qr\.png)$", "", href))
    return card
