"""Which days cost least: told from the price calendar, with the days as buttons."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from bot.actions.days import today
from bot.actions.desk import Desk
from bot.turns import Offered
from core.pricing.calendar import NightPrice, cheapest_days, price_calendar
from models.property import Property, RoomType

_ASKED: Final = re.compile(
    r"\b(?:which|what) (?:days?|dates?|nights?|time|week)\b.*\b(?:cheap\w*|lowest|least|less)"
    r"|\b(?:cheapest|lowest[- ]price\w*) (?:days?|dates?|nights?|time|week)\b"
    r"|\bwhen (?:is|are|it is|will|would)?\b.*\bcheap"
    r"|\b(?:sasta|saste|sasti)\b.*\b(?:kab|kis din|kaun ?s[ae] din|konsa din|kin dino)\b"
    r"|\b(?:kab|kis din|kaun ?s[ae] din|konse din|kin dino)\b.*\b(?:sasta|saste|sasti|kam (?:rate|price|kiraya))\b"
    r"|\b(?:price|rate) calendar\b"
    r"|(?:कब|किस दिन|कौन ?से दिन|किन दिनों).*(?:सस्ता|सस्ते|सस्ती|कम (?:दाम|किराया))"
    r"|(?:सस्ता|सस्ते|सस्ती).*(?:कब|किस दिन|कौन ?से दिन|किन दिनों)",
    re.IGNORECASE,
)
_SHOWN: Final = 5
_AHEAD: Final = 30


def took(desk: Desk) -> bool:
    """Answer who asks for the cheap days; False when these words do not."""
    if not _ASKED.search(desk.text):
        return False
    first, days = _window(desk)
    where, facts = _where(desk)
    calendar = price_calendar(desk.session, account_id=desk.account_id, first=first, days=days, **where)
    found = cheapest_days(calendar, _SHOWN)
    facts |= {"starts_on": first, "ends_on": first + timedelta(days=days - 1)}
    if not found:
        desk.say("cheap_days_none", facts)
        desk.ask_again()
        return True
    lines = "\n".join(desk.words("cheap_days_line", _line(night)) for night in found)
    desk.conversation.journey = "stay"
    desk.ask("dates", "cheap_days", {**facts, "lines": lines}, options=[_option(desk, night) for night in found])
    return True


def _window(desk: Desk) -> tuple[date, int]:
    """The days spoken of, from today at the earliest; else the next thirty."""
    heard = desk.hear("stay")
    start = today(desk)
    if heard.flexible is not None:
        first, last = max(heard.flexible.start, start), heard.flexible.end
        if last > first:
            return first, (last - first).days
    if heard.check_in is not None and heard.check_out is not None and (heard.check_out - heard.check_in).days > 1:
        return max(heard.check_in, start), (heard.check_out - heard.check_in).days
    return start, _AHEAD


def _where(desk: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
    """The house or the city spoken of, and how it is said; else all of ours."""
    named = desk.mentions
    house = desk.directory.named(named.property)
    kinds = None
    if house is None and named.city is None:
        house = desk.directory.named(desk.stay.property_name)
    if named.room_type:
        kinds = list(
            desk.session.scalars(
                select(RoomType.id)
                .join(Property, Property.id == RoomType.property_id)
                .where(
                    Property.account_id == desk.account_id,
                    RoomType.name.icontains(named.room_type, autoescape=True),
                )
            )
        )
    narrowed: dict[str, Any] = {"room_type_ids": kinds} if kinds else {}
    city = named.city or desk.stay.place
    if house is not None:
        return narrowed | {"property_ids": [house.id]}, {"where": desk.words("cheap_days_at", {"place": house.name})}
    if city:
        return narrowed | {"city": city}, {"where": desk.words("cheap_days_at", {"place": city})}
    return narrowed, {"where": desk.words("cheap_days_everywhere")}


def _line(night: NightPrice) -> dict[str, Any]:
    return {
        "night": night.night,
        "price": night.price,
        "room_type": night.room_type_name,
        "property": night.property_name,
    }


def _option(desk: Desk, night: NightPrice) -> Offered:
    nights = max(night.minimum_stay, desk.stay.nights or 1)
    value = {"arrival": night.night, "departure": night.night + timedelta(days=nights)}
    return Offered("dates", value, desk.words("option_day", {"day": night.night}), "", night.price)
