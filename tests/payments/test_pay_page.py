"""What a guest sees who opens the pay link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from api.pay_page import pay_page
from core.bookings.facts import booking_facts
from core.payments.ask import PayPage
from core.unit_of_work import unit_of_work
from models.account import Account
from models.base import Json
from models.booking import Booking
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


@pytest.mark.parametrize(
    "token", ["nobody-made-this", "%00", "a%00b", "%F0%9F%98%80", "%ED%A0%80", "x" * 2000, "%2e%2e"]
)
@pytest.mark.parametrize("page", ["", "/done"])
def test_whoever_opens_a_broken_link_reads_a_kind_page_in_two_scripts(desk: Desk, token: str, page: str) -> None:
    answer = desk.web.get(f"/p/{token}{page}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "Nothing to pay here" in answer.text
    assert "हमें लिखिए" in answer.text


@pytest.mark.parametrize("token", ["nobody-made-this", "a%00b"])
def test_a_program_that_asks_for_an_order_of_a_broken_link_is_told_so(desk: Desk, token: str) -> None:
    signed = {"razorpay_order_id": "o", "razorpay_payment_id": "p", "razorpay_signature": "s"}
    assert desk.web.post(f"/p/{token}/order").status_code == 404
    assert desk.web.post(f"/p/{token}/verify", json=signed).status_code == 404
    strange = signed | {"razorpay_order_id": "o\x00"}
    assert desk.web.post(f"/p/{token}/verify", json=strange).status_code == 422


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


def test_the_page_speaks_the_guests_language_and_says_how_much_for_what_and_until_when(desk: Desk) -> None:
    booking = desk.hold()
    desk.speaks(booking, "hi")
    page = desk.web.get(f"/p/{desk.ask(booking).token}").text
    assert '<html lang="hi">' in page
    for said in ("एक पल", "₹8,400", "Amber House", "Double", booking.reference, 'data-left="1200"'):
        assert said in page


def test_the_clock_on_the_page_is_the_holds_own(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.ask(booking)
    desk.pass_time(timedelta(minutes=7))
    assert 'data-left="780"' in desk.web.get(f"/p/{link.token}").text


def test_a_house_without_a_gateway_says_so_instead_of_soon_for_ever(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.ask(booking)
    with unit_of_work(desk.house.engine) as session:
        session.execute(update(Account).values(takes_online=False))
    page = desk.web.get(f"/p/{link.token}").text
    assert "Pay at the house" in page
    assert 'http-equiv="refresh"' not in page


def test_our_own_page_offers_the_gateways_form_only_where_it_is_configured(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    assert desk.web.get(f"/p/{link.token}").status_code == 302
    page = PayPage("open", link.token, link.short_url, link.amount_paise, _facts(desk, booking))
    script = "https://checkout.example/v1/checkout.js"
    offered = pay_page(page, "pay", now=desk.clock.now(), checkout=script)
    assert f'<script src="{script}" defer>' in offered
    assert str(link.short_url) in offered, "the link stays another way"


def _facts(desk: Desk, booking: Booking) -> Json:
    with Session(desk.house.engine) as session:
        return booking_facts(session, session.get_one(Booking, booking.id))
