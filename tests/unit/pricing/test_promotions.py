"""Codes, the way a guest and a hotelier would argue about them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.change import change
from core.bookings.change_quote import quote_stay_change
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.bookings.no_show import mark_no_show
from core.bookings.release import release_hold
from core.errors import CodeRefused, NightsNotOnSale, PlanNotForStay
from core.pricing.promotions import Terms as Promised
from core.pricing.promotions import count_uses, why_refused
from models.booking import Booking
from models.dates import StayDates
from models.money import NOTHING, Money
from models.rates import Promotion, Quote
from models.states import ActorKind
from tests.builders.houses import Hotel, Visitor, a_guest, a_hotel, another_type, hold
from tests.builders.prices import a_plan, a_promotion, a_quote_with, rupees

JULY = date(2026, 12, 14)  # a Monday, well within the horizon
STAY = StayDates.of(JULY, 2)
TODAY = date(2026, 11, 22)


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    """Three rooms at 4,000 rupees, nothing to pay in advance."""
    return a_hotel(session, now=now)


@pytest.fixture
def guest(session: Session, hotel: Hotel, now: datetime) -> Visitor:
    return a_guest(session, hotel, now=now)


def refused(session: Session, hotel: Hotel, code: str, now: datetime, **asked: Any) -> str:  # noqa: ANN401 - whatever is asked for
    """The reason a guest is told."""
    with pytest.raises(CodeRefused) as told:
        a_quote_with(session, hotel, code, now=now, arrival=asked.pop("arrival", JULY), **asked)
    reason: str = told.value.facts["reason"]
    return reason


# ------------------------------------------------------------------------------------------------- what it is for


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        (Promised(), None),
        (Promised(stopped=True), "over"),
        (Promised(last_sold=TODAY), None),
        (Promised(last_sold=TODAY - timedelta(days=1)), "over"),
        (Promised(first_sold=TODAY), None),
        (Promised(first_sold=TODAY + timedelta(days=1)), "not_yet"),
        (Promised(first_night=JULY, last_night=JULY + timedelta(days=1)), None),
        (Promised(last_night=JULY), "nights"),
        (Promised(first_night=JULY + timedelta(days=1)), "nights"),
        (Promised(min_nights=2), None),
        (Promised(min_nights=3), "min_nights"),
        (Promised(room_type_ids=(1, 9)), None),
        (Promised(room_type_ids=(9,)), "rooms"),
        (Promised(property_id=7), None),
        (Promised(property_id=8), "house"),
        (Promised(uses_left=1), None),
        (Promised(uses_left=0), "used_up"),
    ],
)
def test_a_code_counts_only_for_what_it_was_promised_for(terms: Promised, reason: str | None) -> None:
    told = why_refused(terms, property_id=7, stay=STAY, room_type_ids=[1, 2], today=TODAY)
    assert (told and told[0]) == reason


def test_the_day_of_departure_is_no_night_of_the_stay() -> None:
    until_the_fifteenth = Promised(last_night=date(2026, 12, 15))
    assert why_refused(until_the_fifteenth, property_id=7, stay=STAY, room_type_ids=[1], today=TODAY) is None


# ------------------------------------------------------------------------------------------------- what it takes off


def test_fifteen_per_cent_come_off_the_room_price_and_the_tax_is_on_the_rest(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    a_promotion(session, hotel, now=now)
    quote = a_quote_with(session, hotel, "monsoon", now=now, arrival=JULY)
    assert quote.parts["promotion"]["code"] == "MONSOON"
    assert quote.parts["promotion"]["off"] == Money.rupees(1_200).paise
    assert quote.tax_paise == Money.rupees(340), "5 % of 6,800"
    assert rupees(quote) == 7_140


def test_a_discount_can_bring_a_dear_room_under_the_line_of_the_tax(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    a_promotion(session, hotel, now=now, percent=20)
    suite = another_type(session, hotel, now=now, price=9_000)
    full = a_quote_with(session, hotel, None, now=now, arrival=JULY, nights=1, room_type_id=suite)
    cheaper = a_quote_with(session, hotel, "MONSOON", now=now, arrival=JULY, nights=1, room_type_id=suite)
    assert (rupees(full), rupees(cheaper)) == (10_620, 7_560), "9,000 + 18 %, and 7,200 + 5 %"


def test_a_sum_is_spread_over_the_nights_to_the_paisa(session: Session, hotel: Hotel, now: datetime) -> None:
    a_promotion(session, hotel, now=now, amount_paise=Money.rupees(1_000))
    quote = a_quote_with(session, hotel, "MONSOON", now=now, arrival=JULY, nights=3)
    assert [line["discount"] for line in quote.parts["nights"]] == [33_333, 33_333, 33_334]
    assert quote.parts["promotion"]["off"] == Money.rupees(1_000).paise


def test_a_sum_above_the_price_takes_the_price_and_no_more(session: Session, hotel: Hotel, now: datetime) -> None:
    a_promotion(session, hotel, now=now, amount_paise=Money.rupees(50_000))
    quote = a_quote_with(session, hotel, "MONSOON", now=now, arrival=JULY)
    assert (quote.total_paise, quote.tax_paise, quote.deposit_paise) == (NOTHING, NOTHING, NOTHING)


def test_a_code_that_is_not_the_houses_is_unknown(session: Session, hotel: Hotel, now: datetime) -> None:
    other = a_hotel(session, now=now)
    a_promotion(session, other, now=now)
    assert refused(session, hotel, "MONSOON", now) == "unknown"


def test_a_code_cannot_be_used_on_a_negotiated_rate(session: Session, hotel: Hotel, now: datetime) -> None:
    a_promotion(session, hotel, now=now)
    corporate = a_plan(session, hotel, "ACME", percent=-20, access_code="ACME26", company="Acme Tools")
    with pytest.raises(NightsNotOnSale):
        a_quote_with(session, hotel, "MONSOON", now=now, arrival=JULY, plan_id=corporate.id)


def test_a_negotiated_rate_is_only_for_who_gives_its_code(session: Session, hotel: Hotel, now: datetime) -> None:
    corporate = a_plan(session, hotel, "ACME", percent=-20, access_code="ACME26", company="Acme Tools")
    with pytest.raises(NightsNotOnSale):
        a_quote_with(session, hotel, None, now=now, arrival=JULY, plan_id=corporate.id)
    quote = a_quote_with(session, hotel, "acme26", now=now, arrival=JULY, plan_id=corporate.id)
    assert (rupees(quote), quote.parts["access_code"], quote.parts["promotion"]) == (6_720, "ACME26", None)


def test_a_plan_is_sold_only_for_as_many_nights_as_it_is_for(session: Session, hotel: Hotel, now: datetime) -> None:
    weekly = a_plan(session, hotel, "WEEK", percent=-30, min_nights=7, max_nights=14)
    with pytest.raises(PlanNotForStay):
        a_quote_with(session, hotel, None, now=now, arrival=JULY, nights=6, plan_id=weekly.id)
    assert rupees(a_quote_with(session, hotel, None, now=now, arrival=JULY, nights=7, plan_id=weekly.id)) == 20_580


# ------------------------------------------------------------------------------------------------- who has used it


def held_with(session: Session, hotel: Hotel, guest: Visitor, now: datetime, code: str = "MONSOON") -> Booking:
    return hold(session, a_quote_with(session, hotel, code, now=now, arrival=JULY, visitor=guest), guest, now=now)


def test_a_hold_counts_as_a_use_and_the_last_use_goes_once(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    promotion = a_promotion(session, hotel, now=now, max_uses=1)
    late = a_guest(session, hotel, now=now)
    in_hand = a_quote_with(session, hotel, "MONSOON", now=now, arrival=JULY, visitor=late)
    held_with(session, hotel, guest, now)
    with pytest.raises(CodeRefused) as told, session.begin_nested():
        hold(session, in_hand, late, now=now)
    assert told.value.facts["reason"] == "used_up"
    assert refused(session, hotel, "MONSOON", now, visitor=late) == "used_up"
    session.refresh(promotion)
    assert (promotion.used, count_uses(session, promotion.id)) == (1, 1)


def test_a_guest_uses_a_code_once(session: Session, hotel: Hotel, guest: Visitor, now: datetime) -> None:
    a_promotion(session, hotel, now=now)
    booking = held_with(session, hotel, guest, now)
    confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert refused(session, hotel, "MONSOON", now, visitor=guest) == "used_before"


def test_a_code_for_everybody_may_be_used_by_a_guest_again(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    promotion = a_promotion(session, hotel, now=now, once_per_guest=False)
    for _ in range(2):
        booking = held_with(session, hotel, guest, now)
        confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert count_uses(session, promotion.id) == 2


@pytest.mark.parametrize("ending", ["lapses", "is let go", "is cancelled"])
def test_the_use_is_given_back_when_the_booking(
    ending: str, session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    promotion = a_promotion(session, hotel, now=now, max_uses=1)
    booking = held_with(session, hotel, guest, now)
    match ending:
        case "lapses":
            expire_due_holds(session, now=now + timedelta(hours=1))
        case "is let go":
            release_hold(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
        case _:
            confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
            cancel(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    session.refresh(promotion)
    assert (promotion.used, count_uses(session, promotion.id)) == (0, 0)
    assert held_with(session, hotel, guest, now).total_paise == Money.rupees(7_140)


def test_who_does_not_come_has_had_the_code(session: Session, hotel: Hotel, guest: Visitor, now: datetime) -> None:
    promotion = a_promotion(session, hotel, now=now)
    booking = held_with(session, hotel, guest, now)
    confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    mark_no_show(session, booking.id, door="chat", now=booking.starts_at + timedelta(hours=12), actor_id=None)
    assert count_uses(session, promotion.id) == 1


def test_changing_ones_mind_before_paying_does_not_spend_the_code(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    """The second hold of a conversation replaces the first, and its code with it."""
    promotion = a_promotion(session, hotel, now=now, max_uses=1, once_per_guest=False)
    held_with(session, hotel, guest, now)
    promotion_row = session.get_one(Promotion, promotion.id)
    promotion_row.max_uses = 2
    session.flush()
    held_with(session, hotel, guest, now)
    assert count_uses(session, promotion.id) == 1


# ---------------------------------------------------------------------------------------- when the booking changes


def changed(session: Session, booking: Booking, nights: int, now: datetime, *, arrival: date = JULY) -> Quote:
    """The booking with other nights, and its price then."""
    quote = quote_stay_change(session, booking, stay=StayDates.of(arrival, nights), now=now)
    change(session, booking.id, quote_id=quote.id, actor=ActorKind.GUEST, door="chat", now=now)
    return quote


def agreed_with(session: Session, hotel: Hotel, guest: Visitor, now: datetime, nights: int = 2) -> Booking:
    quote = a_quote_with(session, hotel, "MONSOON", now=now, arrival=JULY, visitor=guest, nights=nights)
    booking = hold(session, quote, guest, now=now)
    return confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)


def off_by_night(quote: Quote) -> list[int]:
    """What the code takes off each night, in rupees."""
    return [line["promotion"] // 100 for line in quote.parts["nights"]]


def test_a_night_more_gets_the_codes_part_as_well(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    promotion = a_promotion(session, hotel, now=now)
    quote = changed(session, agreed_with(session, hotel, guest, now), 3, now)
    assert (off_by_night(quote), rupees(quote)) == ([600, 600, 600], 10_710)
    assert quote.parts["promotion"] == {"id": promotion.id, "code": "MONSOON", "off": Money.rupees(1_800).paise}
    assert count_uses(session, promotion.id) == 1


def test_a_sum_is_taken_off_a_booking_once_however_often_it_is_made_longer(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    a_promotion(session, hotel, now=now, amount_paise=Money.rupees(1_000))
    booking = agreed_with(session, hotel, guest, now)
    assert off_by_night(changed(session, booking, 3, now)) == [500, 500, 0]
    assert sum(off_by_night(changed(session, booking, 4, now))) == 1_000


def test_of_a_sum_new_nights_get_what_given_up_nights_had(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    a_promotion(session, hotel, now=now, amount_paise=Money.rupees(1_000))
    quote = changed(session, agreed_with(session, hotel, guest, now), 2, now, arrival=JULY + timedelta(days=1))
    assert off_by_night(quote) == [500, 500]


def test_a_code_that_is_over_stays_on_the_nights_it_was_promised_for(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    promotion = a_promotion(session, hotel, now=now)
    booking = agreed_with(session, hotel, guest, now)
    promotion.stopped_at = now
    session.flush()
    quote = changed(session, booking, 3, now)
    assert (off_by_night(quote), quote.parts["code_lost"]) == ([600, 600, 0], "MONSOON")
    assert quote.parts["promotion"]["off"] == Money.rupees(1_200).paise
    assert count_uses(session, promotion.id) == 1, "they have it still"


def test_a_stay_that_becomes_too_short_for_its_code_loses_it_and_may_use_it_again(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    promotion = a_promotion(session, hotel, now=now, min_nights=3)
    quote = changed(session, agreed_with(session, hotel, guest, now, nights=3), 2, now)
    assert (rupees(quote), quote.parts["promotion"], quote.parts["code_lost"]) == (8_400, None, "MONSOON")
    session.refresh(promotion)
    assert (promotion.used, count_uses(session, promotion.id)) == (0, 0)


def test_a_stay_that_becomes_too_short_loses_what_came_off_for_staying_long(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    """Five nights 8 % off, seven 12 %: who books seven and stays five has 8 %, and who stays two nothing."""
    long_stay = [{"nights": 5, "percent": 8}, {"nights": 7, "percent": 12}]
    weekly = a_plan(session, hotel, "LONG", long_stay=long_stay)
    quote = a_quote_with(session, hotel, None, now=now, arrival=JULY, visitor=guest, nights=7, plan_id=weekly.id)
    booking = hold(session, quote, guest, now=now)
    confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    five, two = changed(session, booking, 5, now), changed(session, booking, 2, now)
    assert {line["long_stay"] for line in five.parts["nights"]} == {Money.rupees(320).paise}
    assert (rupees(five), rupees(two)) == (19_320, 8_400)


def test_staying_longer_does_not_make_the_nights_one_has_cheaper(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    long_stay = [{"nights": 3, "percent": 10}]
    plan = a_plan(session, hotel, "LONG", long_stay=long_stay)
    quote = a_quote_with(session, hotel, None, now=now, arrival=JULY, visitor=guest, nights=2, plan_id=plan.id)
    booking = hold(session, quote, guest, now=now)
    confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    three = changed(session, booking, 3, now)
    assert [line["taxable"] for line in three.parts["nights"]] == [400_000, 400_000, 360_000]


def test_a_held_booking_keeps_its_code_when_it_changes(
    session: Session, hotel: Hotel, guest: Visitor, now: datetime
) -> None:
    promotion = a_promotion(session, hotel, now=now, max_uses=1)
    quote = changed(session, held_with(session, hotel, guest, now), 3, now)
    assert (rupees(quote), count_uses(session, promotion.id)) == (10_710, 1)
