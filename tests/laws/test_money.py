"""Laws of money: whatever is priced, taken off, taxed, kept and given back, it adds up to the paisa."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.availability.people import RoomLimits, RoomParty
from core.payments.gstin import check_sign, is_gstin
from core.payments.invoice_content import by_slab, part_of, stay_lines
from core.payments.invoice_series import financial_year, written
from core.pricing.cancellation import refund_due
from core.pricing.rates import RackRate, SellablePlan, Step
from core.pricing.rounding import rupees_up, whole_rupees
from core.pricing.stay_price import CodeOff, StayPrice, price_stay, with_code
from core.pricing.taxes import ROOM_LAWS
from models.base import Json
from models.money import NOTHING, Money

FIRST = date(2026, 12, 21)
DOUBLE = RoomLimits(base_adults=2, max_adults=3, max_guests=4, extra_beds=1)

paise = st.integers(100, 5_000_000).map(Money)
steps = st.lists(
    st.one_of(
        st.builds(Step, percent=st.integers(-90, 100)),
        st.builds(Step, amount=st.integers(-500_000, 500_000).map(Money)),
    ),
    max_size=3,
).map(tuple)
plans = st.builds(
    SellablePlan,
    rate_plan_id=st.just(1),
    code=st.just("X"),
    name=st.just("A plan"),
    meal_plan=st.just("EP"),
    deposit_percent=st.integers(0, 100),
    cancellation_policy_id=st.none(),
    root=st.builds(
        RackRate,
        base=paise,
        weekend=paise,
        extra_adult=paise,
        child=paise,
        single_off=paise,
        children_free=st.integers(0, 2),
    ),
    follows_nights=st.booleans(),
    steps=steps,
    per_person=st.booleans(),
    stay_price=st.one_of(st.just(NOTHING), paise),
    long_stay=st.lists(st.tuples(st.integers(2, 10), st.integers(1, 90)), max_size=2).map(tuple),
)
parties = st.lists(st.builds(RoomParty, st.integers(1, 3), st.integers(0, 2)), min_size=1, max_size=3)
codes = st.one_of(
    st.none(),
    st.builds(CodeOff, st.just(1), st.just("CODE"), percent=st.integers(1, 100)),
    st.builds(CodeOff, st.just(1), st.just("CODE"), amount=st.integers(1, 9_000_000).map(Money)),
)


@st.composite
def stays(draw: st.DrawFn) -> StayPrice:
    """Any stay, with any plan and any code on all or some of its rooms."""
    nights = [
        (FIRST + timedelta(days=ahead), price)
        for ahead, price in enumerate(draw(st.lists(paise, min_size=1, max_size=9)))
    ]
    rooms = draw(parties)
    price = price_stay(draw(plans), nights, rooms, limits=DOUBLE)
    code = draw(codes)
    if code is None:
        return price
    meant = draw(st.one_of(st.none(), st.sets(st.integers(1, len(rooms)))))
    return with_code(price, code, meant)


@given(stays())
def test_the_parts_always_add_up_to_the_total(price: StayPrice) -> None:
    parts = price.as_parts()
    lines = parts["nights"]
    assert parts["taxable"] + parts["cgst"] + parts["sgst"] + parts["round_off"] == parts["total"]
    assert sum(line["taxable"] + line["cgst"] + line["sgst"] for line in lines) + parts["round_off"] == parts["total"]
    assert parts["price"] - parts["discount"] == parts["taxable"]
    assert parts["total"] % 100 == 0
    assert -50 < parts["round_off"] <= 50


@given(stays())
def test_no_night_costs_less_than_nothing_and_nothing_is_taken_off_twice(price: StayPrice) -> None:
    for line in price.lines:
        assert NOTHING <= line.discount <= line.price
        assert line.long_stay + line.promotion <= line.discount
        assert min(line.long_stay, line.promotion) >= NOTHING


@given(stays())
def test_every_night_is_taxed_by_its_own_slab_in_two_equal_halves(price: StayPrice) -> None:
    slabs = ROOM_LAWS[0].slabs
    for line in price.lines:
        rate = next(slab.percent for slab in slabs if slab.up_to is None or line.taxable <= slab.up_to)
        assert line.tax.percent == rate
        assert line.tax.cgst == line.tax.sgst == line.taxable.share(rate / 2)


@given(stays())
def test_a_deposit_is_whole_rupees_and_never_above_the_total(price: StayPrice) -> None:
    assert NOTHING <= price.deposit <= price.total
    assert price.deposit.paise % 100 == 0


@given(stays())
def test_a_code_never_makes_a_stay_dearer(price: StayPrice) -> None:
    code = CodeOff(1, "CODE", percent=10)
    assert with_code(price, code).total <= price.total


@given(st.integers(0, 10**10).map(Money))
def test_rounding_moves_half_a_rupee_at_most_and_upwards_less_than_one(exact: Money) -> None:
    assert -50 < (whole_rupees(exact) - exact).paise <= 50
    assert 0 <= (rupees_up(exact) - exact).paise < 100


tiers = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 100)), max_size=4).map(
    lambda rows: [{"hours_before": hours, "percent": percent} for hours, percent in rows]
)


@given(
    tiers=tiers,
    no_show=st.integers(0, 100),
    total=st.integers(0, 10**8),
    share=st.integers(0, 100),
    hours=st.integers(-100, 500),
)
def test_what_is_kept_and_what_goes_back_is_what_was_paid(
    tiers: list[Json], no_show: int, total: int, share: int, hours: int
) -> None:
    starts = datetime(2026, 12, 24, 8, 30, tzinfo=UTC)
    paid = Money(total).share(share)
    terms = refund_due(
        {"tiers": tiers, "no_show_percent": no_show},
        paid=paid,
        total=Money(total),
        starts_at=starts,
        now=starts - timedelta(hours=hours),
    )
    assert terms.kept + terms.back == paid
    assert min(terms.kept, terms.back) >= NOTHING


@given(stays())
def test_an_invoice_has_every_paisa_of_the_price(price: StayPrice) -> None:
    parts = price.as_parts()
    rooms = {line["room"]: "Double" for line in parts["nights"]}
    lines = stay_lines(parts, rooms)
    taxes = by_slab(lines)
    assert sum(line["count"] for line in lines) == len(parts["nights"])
    assert sum(row["taxable"] + row["cgst"] + row["sgst"] for row in taxes) + parts["round_off"] == parts["total"]


@given(stays(), st.integers(1, 100))
def test_a_credit_note_never_takes_back_more_tax_than_was_invoiced(price: StayPrice, percent: int) -> None:
    parts = price.as_parts()
    total = Money(parts["total"])
    if total <= NOTHING:
        return
    taxes = by_slab(stay_lines(parts, {line["room"]: "Double" for line in parts["nights"]}))
    back = part_of(taxes, total.share(percent), total)
    for row, part in zip(taxes, back, strict=True):
        assert all(0 <= part[name] <= row[name] for name in ("taxable", "cgst", "sgst"))


@given(st.dates(date(2017, 7, 1), date(2099, 12, 31)), st.integers(1, 999_999), st.sampled_from(["KK", "KKC"]))
def test_an_invoice_number_is_never_longer_than_sixteen_signs(day: date, serial: int, prefix: str) -> None:
    assert len(written(prefix, financial_year(day), serial)) <= 16


@given(
    st.sampled_from(["07", "08", "27", "29", "30"]),
    st.from_regex(r"[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z", fullmatch=True),
    st.integers(0, 13),
)
def test_one_wrong_sign_in_a_tax_number_is_noticed(state: str, rest: str, place: int) -> None:
    first = state + rest
    whole = first + check_sign(first)
    assert is_gstin(whole)
    other = "1" if whole[place] != "1" else "2"
    assert not is_gstin(whole[:place] + other + whole[place + 1 :])
