"""Orders about promotions, and the price calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from bot.owner.counter import Counter, Doer, Halt, Plan, Planner, Shower, Undoer
from bot.owner.order import Order
from bot.owner.resolve import houses_meant, types_of
from core.owners import promotions
from core.owners.promotions import NewPromotion
from core.pricing.calendar import NightPrice, price_calendar
from models.base import Json
from models.money import Money
from models.owners import OwnerAct
from models.property import Property
from models.rates import Promotion
from models.states import PropertyKind, Role

_DAYS: Final = 14
_MOST_DAYS: Final = 31
_MOST_PERCENT: Final = 90


def plan_promo(counter: Counter, order: Order) -> Plan:
    """Begin a promotion: its code, what it takes off, for which nights and how often."""
    house = _house(counter, order)
    counter.require(Role.OWNER, house.id if house else None)
    if order.text is None:
        raise Halt("owner_need_promo_code")
    if not order.amount and not order.percent:
        raise Halt("owner_need_price", keep="amount")
    if order.percent is not None and not 1 <= order.percent <= _MOST_PERCENT:
        raise Halt("owner_need_price", keep="amount")
    if promotions.running(counter.session, counter.account_id, order.text) is not None:
        raise Halt("owner_promo_runs", {"code": order.text})
    types = types_of(counter, order, house) if house is not None and order.of_kind("type") else []
    last = order.last or order.first
    args: Json = {
        "code": order.text,
        "percent": order.percent,
        "amount": None if order.percent else order.amount,
        "first": order.first and order.first.isoformat(),
        "last": last and last.isoformat(),
        "nights": order.nights or 1,
        "uses": order.number,
        "house": house.id if house else None,
        "types": [kind.id for kind in types],
    }
    what = ", ".join(kind.name for kind in types) or (house.name if house else counter.words("owner_all_houses"))
    effect = counter.words(
        "effect_promo",
        {
            "code": order.text,
            "off": _off(counter, order.percent, None if order.amount is None else Money.rupees(order.amount)),
            "what": what,
            "when": _when(counter, _wanted(args)),
            "nights": order.nights,
            "uses": order.number,
        },
    )
    return Plan("promo", args, effect, house.id if house else None, role=Role.OWNER)


def _wanted(args: Json) -> NewPromotion:
    return NewPromotion(
        args["code"],
        args["percent"],
        None if args["amount"] is None else Money.rupees(args["amount"]),
        None if args["first"] is None else date.fromisoformat(args["first"]),
        None if args["last"] is None else date.fromisoformat(args["last"]),
        args["nights"],
        args["uses"],
        args["house"],
        tuple(args["types"]),
    )


def do_promo(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Begin it; taken back, it is stopped."""
    row = promotions.start_promotion(counter.session, counter.account_id, _wanted(args), now=counter.now)
    return {"how": "promo", "promotion": row.id}


def undo_promo(counter: Counter, undo: Json) -> None:
    """It has ended; who used it meanwhile keeps the price."""
    promotions.stop_promotion(counter.session, undo["promotion"], now=counter.now)


def plan_promo_stop(counter: Counter, order: Order) -> Plan:
    """End a promotion."""
    if order.text is None:
        raise Halt("owner_need_promo_code")
    row = promotions.running_of(counter.session, counter.account_id, order.text, counter.house_ids)
    counter.require(Role.OWNER, row.property_id)
    effect = counter.words("effect_promo_stop", {"code": row.code, "used": row.used})
    return Plan("promo_stop", {"promotion": row.id}, effect, row.property_id, role=Role.OWNER)


def do_promo_stop(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """End it; taken back, it goes on."""
    promotions.stop_promotion(counter.session, args["promotion"], now=counter.now)
    return {"how": "promo_stop", "promotion": args["promotion"]}


def undo_promo_stop(counter: Counter, undo: Json) -> None:
    """It goes on."""
    promotions.resume_promotion(counter.session, undo["promotion"])


def show_promos(counter: Counter, _order: Order) -> None:
    """What runs, and how often each has been used."""
    rows = promotions.all_running(counter.session, counter.account_id, counter.house_ids)
    lines = "\n".join(_line(counter, row) for row in rows)
    counter.say("owner_promos", {"lines": lines or counter.words("owner_nothing_there")})


def _line(counter: Counter, row: Promotion) -> str:
    most = "" if row.max_uses is None else f"/{row.max_uses}"
    house = next((each.name for each in counter.houses if each.id == row.property_id), None)
    wanted = NewPromotion(row.code, first=row.first_night, last=row.last_night)
    parts = [
        f"{row.code}: {_off(counter, row.percent, row.amount_paise)}",
        house or counter.words("owner_all_houses"),
        _when(counter, wanted),
        f"≥{row.min_nights}" if row.min_nights > 1 else None,
        f"{row.used}{most} ×",
    ]
    return " · ".join(part for part in parts if part)


def _off(counter: Counter, percent: int | None, amount: Money | None) -> str:
    """How it is written: ↓ 15 %."""
    return f"↓ {percent} %" if percent else f"↓ {counter.money(amount.paise if amount else 0)}"


def _when(counter: Counter, wanted: NewPromotion) -> str | None:
    if wanted.first is None:
        return None
    return counter.days(wanted.first, wanted.last or wanted.first)


def _house(counter: Counter, order: Order) -> Property | None:
    """The hotel named, or the only one; else all of them."""
    hotels = [house for house in houses_meant(counter, order) if house.kind is PropertyKind.HOTEL]
    if not hotels:
        raise Halt("owner_not_found", {"what": order.text})
    return hotels[0] if len(hotels) == 1 else None


def show_calendar(counter: Counter, order: Order) -> None:
    """The cheapest night by night, with tax, for two: of a room type, a house, or all of them."""
    first = order.first or counter.today
    last = order.last or first + timedelta(days=(order.nights or _DAYS))
    days = max(1, min((last - first).days, _MOST_DAYS))
    blocks = []
    for house in houses_meant(counter, order):
        if house.kind is not PropertyKind.HOTEL:
            continue
        named = order.of_kind("type")
        types = [kind.id for kind in types_of(counter, order, house)] if named else None
        nights = price_calendar(
            counter.session,
            account_id=counter.account_id,
            first=first,
            days=days,
            property_ids=[house.id],
            room_type_ids=types,
        )
        blocks.append("\n".join([f"🏨 {house.name}", *(_night(counter, night) for night in nights)]))
    counter.say("owner_calendar", {"lines": "\n\n".join(blocks) or counter.words("owner_nothing_there")})


def _night(counter: Counter, night: NightPrice) -> str:
    day = counter.days(night.night, night.night)
    if night.price is None:
        return f"   {day}  ⛔"
    least = f"  ≥{night.minimum_stay}" if night.minimum_stay > 1 else ""
    return f"   {day}  {counter.money(night.price.paise)}  {night.room_type_name} ({night.free}){least}"


PLANS: Final[dict[str, Planner]] = {"promo": plan_promo, "promo_stop": plan_promo_stop}
DOES: Final[dict[str, Doer]] = {"promo": do_promo, "promo_stop": do_promo_stop}
UNDOES: Final[dict[str, Undoer]] = {"promo": undo_promo, "promo_stop": undo_promo_stop}
SHOWS: Final[dict[str, Shower]] = {"promos": show_promos, "calendar": show_calendar}
