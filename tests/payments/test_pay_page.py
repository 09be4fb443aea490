"""What a guest sees who opens the pay link."""

from __future__ import annotations

from datetime import timedelta

from models.states import BookingStatus, LinkState
from tests.payments.conftest import Desk


def test_the_link_leads_on_as_soon_as_the_gateway_has_made_its_page(desk: Desk) -> None:
    link = desk.ask(desk.hold())
    waiting = desk.web.get(f"/p/{link.token}")
    assert (waiting.status_code, 'http-equiv="refresh"' in waiting.text) == (200, True)
    desk.work()
    onward = desk.web.get(f"/p/{link.token}")
    assert (onward.status_code, onward.headers["location"]) == (302, desk.link(link.id).short_url)
    assert onward.headers["cache-control"] == "no-store"


def test_after_the_bank_the_page_waits_for_the_gateways_own_word(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    back = f"/p/{link.token}/done?razorpay_payment_link_status=paid&razorpay_payment_id=pay_made_up"
    assert "Checking" in desk.web.get(back).text
    assert desk.status(booking) is BookingStatus.HELD, "a browser's word confirms nothing"
    desk.bank.pay(link)
    desk.hear(4)
    assert "Thank you" in desk.web.get(back).text


def test_a_lapsed_hold_is_said_honestly(desk: Desk) -> None:
    link = desk.open_link(desk.hold())
    desk.pass_time(timedelta(minutes=20))
    before_the_sweep = desk.web.get(f"/p/{link.token}")
    desk.sweep()
    for page in (before_the_sweep, desk.web.get(f"/p/{link.token}")):
        assert page.status_code == 200
        assert "The time is up" in page.text


def test_a_token_nobody_made_leads_nowhere(desk: Desk) -> None:
    assert desk.web.get("/p/nobody-made-this").status_code == 404


def test_opening_the_page_in_the_last_five_minutes_prolongs_the_hold_once(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.pass_time(timedelta(minutes=14))
    desk.web.get(f"/p/{link.token}")
    assert desk.ends_in(booking) == timedelta(minutes=6), "not yet"
    desk.pass_time(timedelta(minutes=2))
    desk.web.get(f"/p/{link.token}")
    assert desk.ends_in(booking) == timedelta(minutes=10)
    desk.pass_time(timedelta(minutes=8))
    desk.web.get(f"/p/{link.token}")
    assert desk.ends_in(booking) == timedelta(minutes=2), "only once"


def test_a_link_that_ended_at_the_gateway_is_replaced_while_the_room_is_still_held(desk: Desk) -> None:
    booking = desk.hold()
    old = desk.open_link(booking)
    client = desk.house.registry.gateway_for(desk.hotel.account_id)
    client.close_link(old.provider_link_id or "")
    desk.hear(1)
    assert desk.link(old.id).state is LinkState.CANCELLED
    onward = desk.web.get(f"/p/{old.token}")
    assert onward.status_code == 302
    desk.work()
    assert desk.web.get(onward.headers["location"]).headers["location"] != old.short_url
    assert [at_bank["status"] for at_bank in desk.bank.links()] == ["created", "cancelled"]
