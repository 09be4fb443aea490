"""Orders about seasons: named nights on which all prices of a house move, or those of some room types."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from bot.dates import understand
from bot.dates.words import fold
from bot.owner.counter import Choose, Counter, Doer, Halt, Plan, Planner, Shower, Undoer, next_day
from bot.owner.order import Order
from bot.owner.resolve import house_of, houses_meant, types_of
from bot.owner.values import nights_in, span_json
from core.owners import rates, seasons
from core.owners.rates import NewPrice, PriceChange
from models.base import Json
from models.dates import StayDates
from models.money import Money
from models.owners import OwnerAct
from models.property import Property, Season
from models.states import PropertyKind, Role

_LEAST: Final = -80
_MOST: Final = 300
_A_YEAR: Final = timedelta(days=365)


def season_named(counter: Counter, house: Property, said: str | None) -> StayDates | None:
    """The nights of the coming season of this house that is named in these words, the longest name first."""
    words = f" {fold(said or '')} "
    found = [
        season
        for season in seasons.seasons_in(counter.session, [house.id], since=counter.today)
        if f" {fold(season.name)} " in words
    ]
    if not found:
        return None
    best = max(found, key=lambda season: (len(season.name), -season.first_night.toordinal()))
    return StayDates(max(best.first_night, counter.today), next_day(best.last_night))


def plan_season(counter: Counter, order: Order) -> Plan:
    """All prices of a house, or of the types named, on the nights from its first to its last."""
    if not order.text or order.percent is None or not _LEAST <= order.percent <= _MOST:
        raise Halt("owner_need_season")
    house = house_of(counter, order, kind=PropertyKind.HOTEL)
    counter.require(Role.OWNER, house.id)
    first, last = _days(counter, order)
    if first < counter.today or last < first:
        raise Halt("owner_day_passed", {"day": first})
    nights = StayDates(first, next_day(last))
    types = types_of(counter, order, house) if order.of_kind("type") else []
    args: Json = {
        "house": house.id,
        "name": order.text.title() if order.text.islower() else order.text,
        "percent": order.percent,
        "nights": span_json(nights),
        "types": [kind.id for kind in types],
    }
    facts = {
        "name": args["name"],
        "property": house.name,
        "what": ", ".join(kind.name for kind in types) or counter.words("owner_all_rooms"),
        "words": counter.days(first, last),
        "nights": nights.length,
        "percent": f"{order.percent:+d}",
    }
    return Plan("season", args, counter.words("effect_season", facts), house.id, role=Role.OWNER)


def do_season(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Nights priced by hand stay; of some types only their nights are priced, and the name is kept for them."""
    house, nights = counter.house(args["house"]), nights_in(args)
    percent = 0 if args["types"] else args["percent"]
    season, moved = seasons.add_season(counter.session, house, args["name"], nights, percent, now=counter.now)
    if args["types"]:
        moved = rates.price_changes(counter.session, args["types"], nights, NewPrice(percent=args["percent"]))
        rates.set_prices(counter.session, [(each.room_type_id, each.night, each.new) for each in moved])
    return {"how": "end_season", "season": season.id, "nights": _kept(moved)}


def undo_season(counter: Counter, undo: Json) -> None:
    """It never was one."""
    seasons.end_season(counter.session, undo["season"], now=counter.now)
    _put_back(counter, undo)


def plan_end_season(counter: Counter, order: Order) -> Plan:
    """It is over, or will not be: the prices move back."""
    houses = {house.id: house for house in houses_meant(counter, order, kind=PropertyKind.HOTEL)}
    rows = seasons.seasons_in(counter.session, list(houses), since=counter.today)
    said = fold(order.text or "")
    rows = [row for row in rows if order.number == row.id] or [row for row in rows if fold(row.name) == said]
    if not rows:
        raise Halt("owner_no_season", {"what": order.text})
    if len(rows) > 1:
        choices = [
            (f"{houses[row.property_id].name}: {_line(counter, row)}", {**order.to_json(), "number": row.id})
            for row in rows[:9]
        ]
        raise Choose("owner_which_one", choices)
    row = rows[0]
    counter.require(Role.OWNER, row.property_id)
    facts = {"lines": _line(counter, row), "property": houses[row.property_id].name}
    effect = counter.words("effect_end_season", facts)
    return Plan("end_season", {"season": row.id}, effect, row.property_id, role=Role.OWNER)


def do_end_season(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Who has booked keeps the price."""
    season, _ = seasons.end_season(counter.session, args["season"], now=counter.now)
    return {
        "how": "season",
        "house": season.property_id,
        "name": season.name,
        "percent": season.percent,
        "nights": [season.first_night.isoformat(), next_day(season.last_night).isoformat()],
    }


def undo_end_season(counter: Counter, undo: Json) -> None:
    """It goes on."""
    house = counter.house(undo["house"])
    seasons.add_season(counter.session, house, undo["name"], nights_in(undo), undo["percent"], now=counter.now)


def show_seasons(counter: Counter, order: Order) -> None:
    """Those that run or will run."""
    houses = {house.id: house for house in houses_meant(counter, order, kind=PropertyKind.HOTEL)}
    rows = seasons.seasons_in(counter.session, list(houses), since=counter.today)
    soon = [row for row in rows if row.first_night <= counter.today + _A_YEAR]
    lines = [f"• {houses[row.property_id].name}: {_line(counter, row)}" for row in soon]
    counter.say("owner_seasons", {"lines": "\n".join(lines) or counter.words("owner_nothing_there")})


def _days(counter: Counter, order: Order) -> tuple[date, date]:
    """Both ends belong to it; a feast the calendar knows needs no dates."""
    if order.first is not None:
        return order.first, order.last or order.first + timedelta(days=(order.nights or 1) - 1)
    heard = understand(order.text or "", now=counter.now.astimezone(counter.zone), journey="stay")
    if heard.check_in is None:
        raise Halt("owner_need_dates", keep="days")
    return heard.check_in, heard.check_in


def _line(counter: Counter, season: Season) -> str:
    percent = f", {season.percent:+d} %" if season.percent else ""
    return f"{season.name}: {counter.days(season.first_night, season.last_night)}{percent}"


def _kept(moved: list[PriceChange]) -> list[list[object]]:
    return [[each.room_type_id, each.night.isoformat(), each.old.paise] for each in moved]


def _put_back(counter: Counter, undo: Json) -> None:
    before = [(each[0], date.fromisoformat(each[1]), Money(each[2])) for each in undo["nights"]]
    rates.set_prices(counter.session, before)


PLANS: Final[dict[str, Planner]] = {"season": plan_season, "end_season": plan_end_season}
DOES: Final[dict[str, Doer]] = {"season": do_season, "end_season": do_end_season}
UNDOES: Final[dict[str, Undoer]] = {"end_season": undo_season, "season": undo_end_season}
SHOWS: Final[dict[str, Shower]] = {"seasons": show_seasons}
