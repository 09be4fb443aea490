"""Codes, cheap days and bills, as guests write about them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bookings.arrive import arrive, depart
from core.payments.desk import take_money
from core.pricing.promotions import count_uses
from models.invoice import Invoice
from models.rates import Promotion
from tests.fixtures.talk import Answer, Talk

OPENING = "lake view double at Saanjh Lakehouse for 2, 7 to 9 december"
COMPANY = "27AAPFU0939F1ZV"


def priced(talk: Talk) -> Answer:
    """Up to the price of a double at the lake: 2 nights."""
    answer = talk.say(OPENING, "search_stay")
    if answer.replies[-1] != "quote_stay":
        answer = talk.say("1", "select")
    assert answer.replies[-1] == "quote_stay", answer.text
    return answer


def total(talk: Talk) -> int:
    """The total of the price on the table, in paise."""
    paise: int = talk.row.frame["question"]["facts"]["total"]
    return paise


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("code MONSOON", "inform"),
        ("coupon MONSOON hai", "inform"),
        ("MONSOON", "nlu_fallback"),
        ("apply promo code monsoon please", "ask_info"),
        ("कूपन MONSOON है", "inform"),
    ],
)
def test_a_code_makes_the_price_on_the_table_cheaper(talk: Talk, words: str, intent: str) -> None:
    priced(talk)
    before = total(talk)
    answer = talk.say(words, intent)
    assert answer.replies == ["quote_stay"]
    assert "MONSOON" in answer.text
    assert total(talk) < before


def test_what_was_priced_with_a_code_is_booked_with_it(talk: Talk, sample: Session) -> None:
    priced(talk)
    talk.say("code MONSOON", "inform")
    price = total(talk)
    talk.tap("Confirm")
    assert talk.booking is not None
    assert talk.booking.total_paise.paise == price
    promotion = sample.scalars(select(Promotion).where(Promotion.code == "MONSOON")).one()
    assert count_uses(sample, promotion.id) == 1


def test_a_code_said_before_there_is_a_price_is_kept_for_it(talk: Talk) -> None:
    assert talk.say("I have a coupon SAVE10", "inform").replies[0] == "code_noted"
    assert "SAVE10" in priced(talk).text


def test_a_code_among_other_words_does_not_hide_them(talk: Talk) -> None:
    answer = talk.say(f"{OPENING}, code SAVE10", "search_stay")
    if answer.replies[-1] != "quote_stay":
        answer = talk.say("1", "select")
    assert "SAVE10" in answer.text


def test_an_unknown_code_is_told_kindly_and_the_price_stays(talk: Talk) -> None:
    priced(talk)
    before = total(talk)
    answer = talk.say("promo code DIWALI50", "inform")
    assert answer.replies == ["code_refused", "quote_stay"]
    assert "DIWALI50" in answer.text
    assert total(talk) == before


def test_who_asks_for_a_code_is_asked_for_theirs(talk: Talk) -> None:
    priced(talk)
    answer = talk.say("promo code?", "ask_info")
    assert answer.replies[0] == "code_ask"
    assert talk.row.asked == "confirm"


def test_the_last_use_taken_meanwhile_asks_again_at_the_price_without_it(talk: Talk, sample: Session) -> None:
    priced(talk)
    before = total(talk)
    talk.say("code MONSOON", "inform")
    promotion = sample.scalars(select(Promotion).where(Promotion.code == "MONSOON")).one()
    promotion.max_uses, promotion.used = 1, 1
    sample.flush()
    answer = talk.tap("Confirm")
    assert answer.replies == ["code_refused", "quote_stay"]
    assert (talk.booking, total(talk)) == (None, before)


def test_a_contract_code_opens_the_companys_own_rate(talk: Talk) -> None:
    priced(talk)
    before = total(talk)
    answer = talk.say("company code ARAVALI26", "inform")
    assert answer.replies == ["quote_stay"]
    assert total(talk) < before


def test_a_dress_code_is_no_coupon(talk: Talk) -> None:
    assert "code_ask" not in talk.say("is there a dress code?", "ask_info").replies


@pytest.mark.parametrize(
    "words",
    ["which days are cheaper in december in Udaipur?", "Udaipur mein sasta kab hai", "उदयपुर में सस्ता कब है"],
)
def test_the_cheap_days_are_told_with_their_prices(talk: Talk, words: str) -> None:
    answer = talk.say(words, "ask_info")
    assert answer.replies == ["cheap_days"]
    assert answer.text.count("₹") == 5
    assert len(answer.options) == 5
    assert talk.tap(answer.titles[0]).replies[-1] != "cheap_days"


# ------------------------------------------------------------------------------------------------- bills


def booked_at_the_desk(talk: Talk) -> int:
    """A stay with nothing to pay in advance."""
    priced(talk)
    talk.say("code ARAVALI26", "inform")
    talk.tap("Confirm")
    assert talk.booking is not None
    assert talk.status == "confirmed"
    return talk.booking.id


def paid(talk: Talk, sample: Session, booking_id: int) -> None:
    """All of it, at the desk."""
    assert talk.booking is not None
    take_money(
        sample,
        booking_id,
        talk.booking.total_paise,
        how="cash",
        key=f"cash-{booking_id}",
        door="chat",
        actor_id=None,
        now=talk.clock.now(),
    )


def test_before_it_is_paid_the_guest_gets_a_proforma_and_hears_when_the_bill_comes(talk: Talk) -> None:
    booked_at_the_desk(talk)
    answer = talk.say("send me the gst invoice", "ask_info")
    assert answer.replies[0] == "invoice_not_due"
    assert "/invoice.pdf" in answer.text
    assert "proforma" in answer.text


def test_after_check_out_the_bill_is_there(talk: Talk, sample: Session) -> None:
    booking_id = booked_at_the_desk(talk)
    paid(talk, sample, booking_id)
    talk.clock.advance(timedelta(days=15, hours=6))
    arrive(sample, booking_id, door="chat", now=talk.clock.now(), actor_id=None)
    talk.clock.advance(timedelta(days=2))
    depart(sample, booking_id, door="chat", now=talk.clock.now(), actor_id=None)
    answer = talk.say("bill bhej do", "ask_info")
    assert answer.replies[0] == "invoice_ready"
    assert "SL/26-27/000001" in answer.text
    assert "/invoice.pdf" in answer.text


def test_a_bill_to_a_company_needs_a_number_that_can_be(talk: Talk, sample: Session) -> None:
    booking_id = booked_at_the_desk(talk)
    assert talk.say("bill on company GSTIN 08AAAAA0000A1Z5", "inform").replies[0] == "gstin_wrong"
    assert talk.say(f"bill on company GSTIN {COMPANY}", "inform").replies[0] == "gstin_noted"
    paid(talk, sample, booking_id)
    answer = talk.say("invoice please", "ask_info")
    assert answer.replies[0] == "invoice_ready"
    assert COMPANY in answer.text


def test_a_company_named_after_the_bill_was_written_gets_one_of_its_own(talk: Talk, sample: Session) -> None:
    booking_id = booked_at_the_desk(talk)
    paid(talk, sample, booking_id)
    talk.say("invoice please", "ask_info")
    answer = talk.say(f"please make the bill on gst number {COMPANY.lower()}", "inform")
    assert COMPANY in answer.text
    papers = sample.scalars(select(Invoice).where(Invoice.booking_id == booking_id).order_by(Invoice.id)).all()
    assert [(paper.number, paper.is_current) for paper in papers] == [
        ("SL/26-27/000001", False),
        ("SLC/26-27/000001", True),
        ("SL/26-27/000002", True),
    ]
    assert papers[0].total_paise == papers[1].total_paise == papers[2].total_paise


def test_somebody_elses_bill_is_not_shown(talk: Talk, sample: Session) -> None:
    """A reference is no proof: the bill goes to who booked."""
    booking_id = booked_at_the_desk(talk)
    assert talk.booking is not None
    reference = talk.booking.reference
    stranger = Talk(sample, talk.clock, phone="+919811111111")
    answer = stranger.say(f"send me the invoice of {reference}", "ask_info")
    assert "invoice_ready" not in answer.replies
    assert booking_id == talk.booking.id


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (f"invoice on company name Acme Pvt Ltd GSTIN {COMPANY}", "Acme Pvt Ltd"),
        (f"bill company ke naam Acme Traders, GST {COMPANY}", "Acme Traders"),
        (f"कंपनी के नाम पर बिल चाहिए, Acme Private Limited, GSTIN {COMPANY}", "Acme Private Limited"),
        (f"acme pvt ltd gstin {COMPANY.lower()}", "acme pvt ltd"),
    ],
)
def test_the_company_stands_on_the_bill_as_it_was_named(talk: Talk, sample: Session, words: str, name: str) -> None:
    booking_id = booked_at_the_desk(talk)
    answer = talk.say(words, "inform")
    assert answer.replies[0] == "gstin_noted"
    assert name in answer.text
    paid(talk, sample, booking_id)
    assert name in talk.say("invoice please", "ask_info").text
    paper = sample.scalars(select(Invoice).where(Invoice.booking_id == booking_id)).one()
    assert (paper.content["buyer"]["company"], paper.content["buyer"]["gstin"]) == (name, COMPANY)


def test_a_bill_for_a_company_without_its_number_is_asked_for_the_number(talk: Talk) -> None:
    booked_at_the_desk(talk)
    assert talk.say("I need the invoice on my company", "ask_info").replies == ["gstin_ask"]
    answer = talk.say("GST invoice on Acme Pvt Ltd, my company", "ask_info")
    assert answer.replies == ["gstin_ask"]
    assert "Acme Pvt Ltd" in answer.text
    answer = talk.say(COMPANY, "out_of_scope")
    assert answer.replies[0] == "gstin_noted"
    assert "Acme Pvt Ltd" in answer.text
