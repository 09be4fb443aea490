"""The line for what is sold out: joining it by a button or in words, where one stands in it, leaving it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from bot.actions.desk import DOOR, Desk
from bot.actions.taking import takes
from bot.turns import Offered
from bot.wishes import StayWish, TableWish
from core.bookings.waitlist import WaitWish, entry_facts, is_still_ahead, join, leave, waits_of
from models.base import Json
from models.property import Property, RoomType
from models.states import ActorKind, BookingKind, PropertyKind
from models.waitlist import WaitlistEntry

_LINE: Final = re.compile(
    r"wait(?:ing)?[ -]?list|\bwait ?listed\b|waiting (?:me[in]*|line|queue)|\bqueue\b|वेटिंग|वेट ?लिस्ट|प्रतीक्षा"
    r"|(?:in|of) (?:the )?line\b|\bline me[in]*\b|लाइन में|क़?तार में"
)
_TELL: Final = re.compile(
    r"(?:tell|inform|notify|message|ping|text|alert|let me know|write to|call) ?(?:me)? (?:when|if|once|in case)\b"
    r".*(?:free|open|available|vacan|cancel|comes? up|room|table)"
    r"|(?:khaa?li|jaga[h]?|jagah|free|available|cancel|vacant|room|table|mez)\b.*\b(?:ho|hua|hui|hue|mile|mila|aaye|aaya|khule|nikle)"
    r"\w*\b.*\bbat(?:a|aa)\w*"
    r"|(?:खाली|जगह|फ्री|रद्द|कैंसिल|कमरा|टेबल|मेज)\S*(?:\s\S+)*? (?:हो|हुआ|हुई|मिले|मिल|खुले|निकले)\S*.*(?:बता|ख़बर|खबर|सूचि)"
)
_LEAVE: Final = re.compile(
    r"\b(?:leave|remove|take me off|off the|out of|quit|exit|cancel|drop|no longer|stop)\b|hata|nikal|nikaal|chhod|chod"
    r"|nahi chahiye|हटा|निकाल|छोड|नहीं चाहिए"
)
_WHERE: Final = re.compile(
    r"\bwhere\b|\bposition\b|\bstatus\b|\bplace\b|what number|which number|how (?:long|many|far)|\bkahan|kaha\b|kitn"
    r"|kaunsa|konsa|kya hua|\bnumber\b|कहाँ|कहां|कितन|कौन|नंबर|स्थिति"
)
_WINDOW: Final = timedelta(hours=1)
_MEALS: Final = {
    "breakfast": (time(8), time(11)),
    "lunch": (time(12), time(15, 30)),
    "dinner": (time(19), time(23)),
}
_SHOWN: Final = 9


# -------------------------------------------------------------------------------------------------- in words


def by_words(desk: Desk) -> bool:
    """Words about the line, at any moment; False when there are none."""
    words = desk.text.casefold()
    line = bool(_LINE.search(words))
    if not line and not _TELL.search(words):
        return False
    if line and _LEAVE.search(words):
        leave_by_words(desk)
    elif line and _WHERE.search(words):
        tell(desk)
    else:
        _join_by_words(desk)
    return True


def tell(desk: Desk) -> bool:
    """Where the guest stands in each line; False when in none."""
    waits = waits_of(desk.session, desk.guest.id)
    if not waits:
        desk.say("waitlist_none")
        desk.ask_again()
        return False
    for entry in waits[:-1]:
        desk.say("waitlist_standing", _facts(desk, entry))
    desk.context.say("waitlist_standing", _facts(desk, waits[-1]), [_way_out(entry) for entry in waits[-1:]])
    return True


def leave_by_words(desk: Desk) -> None:
    """Out of the only line there is, or of the one they mean."""
    waits = waits_of(desk.session, desk.guest.id)
    if not waits:
        tell(desk)
    elif len(waits) == 1:
        _leave(desk, waits[0])
    else:
        options = [
            Offered("leave_line", {"entry": entry.id}, facts["property"], desk.words("wait_about", facts))
            for entry in waits
            for facts in [_facts(desk, entry)]
        ]
        desk.context.say("waitlist_leave_which", {}, options)


def _join_by_words(desk: Desk) -> None:
    """What was just sold out, or the wish these words complete; else the journey asks for what is missing."""
    value = desk.memory("line")
    if value is not None and not _says_more(desk):
        take_wait(desk, value)
        return
    if desk.conversation.journey not in {"stay", "table"} and not (desk.memory("stay") or desk.memory("table")):
        waits = waits_of(desk.session, desk.guest.id)
        if waits and not _says_more(desk):
            tell(desk)
            return
    desk.remember(wants_line=True)
    _START[_journey(desk)](desk)


def _says_more(desk: Desk) -> bool:
    heard = desk.hear(_journey(desk))
    return bool(heard.check_in or heard.date or heard.guests or heard.adults or desk.mentions.property)


def _journey(desk: Desk) -> str:
    house = desk.directory.named(desk.mentions.property)
    if house is not None:
        return "table" if house.kind is PropertyKind.RESTAURANT else "stay"
    if re.search(r"\btables?\b|\bmez\b|टेबल|मेज|dinner|lunch", desk.text.casefold()):
        return "table"
    return "table" if desk.conversation.journey == "table" else "stay"


def _go_stay(desk: Desk) -> None:
    from bot.actions import stay  # noqa: PLC0415 - the journeys offer the line, the line starts the journeys

    stay.stay(desk)


def _go_table(desk: Desk) -> None:
    from bot.actions import table  # noqa: PLC0415 - as above

    table.table(desk)


_START: Final = {"stay": _go_stay, "table": _go_table}


# -------------------------------------------------------------------------------------------------- the button


def stay_line(desk: Desk, wish: StayWish) -> list[Offered]:
    """The button beside what is nearest, for a stay that is sold out; remembered for words that mean it."""
    if wish.check_in is None or wish.check_out is None or wish.adults is None:
        return []
    house = desk.directory.named(wish.property_name)
    return _button(
        desk,
        {
            "kind": "stay",
            "property_id": house.id if house else None,
            "city": wish.place,
            "room_type": wish.room_type,
            "arrival": wish.check_in.isoformat(),
            "departure": wish.check_out.isoformat(),
            "adults": wish.adults,
            "children": wish.children or 0,
            "rooms": wish.rooms,
        },
    )


def table_line(desk: Desk, wish: TableWish) -> list[Offered]:
    """The same for a table."""
    if wish.day is None or wish.party_size is None:
        return []
    house = desk.directory.named(wish.property_name)
    begins, ends = _MEALS.get(wish.meal or "", (None, None))
    if wish.time is not None:
        at = datetime.combine(wish.day, wish.time)
        begins, ends = (at - _WINDOW).time(), (at + _WINDOW).time()
    return _button(
        desk,
        {
            "kind": "table",
            "property_id": house.id if house else None,
            "city": wish.place,
            "day": wish.day.isoformat(),
            "party": wish.party_size,
            "from_at": None if begins is None else begins.isoformat(),
            "until_at": None if ends is None else ends.isoformat(),
        },
    )


def joins_instead(desk: Desk, line: Sequence[Offered]) -> bool:
    """Whoever asked for the line itself gets it as soon as it is known what for."""
    if not line or not desk.memory("wants_line"):
        return False
    take_wait(desk, desk.memory("line"))
    return True


def _button(desk: Desk, value: Json) -> list[Offered]:
    if not _houses(desk, value):
        return []
    desk.remember(line=value)
    return [Offered("wait", value, "option_wait", desk.words("option_wait_detail"))]


@takes("wait")
def take_wait(desk: Desk, value: Json) -> None:
    """Tell me if one comes free: at this house, or at which one."""
    houses = _houses(desk, value)
    if len(houses) > 1:
        options = [
            Offered("wait", {**value, "property_id": house.id}, house.name, house.area) for house in houses[:_SHOWN]
        ]
        desk.context.say("waitlist_which_house", {}, options)
        return
    house = houses[0]
    wish = _wish(desk, value, house)
    if not is_still_ahead(wish, house, desk.now):
        desk.say("stay_in_the_past" if wish.kind is BookingKind.STAY else "time_has_passed")
        return
    entry = join(desk.session, wish, guest_id=desk.guest.id, conversation_id=desk.conversation.id, now=desk.now)
    desk.remember(line=None, wants_line=None)
    desk.say("waitlist_joined", _facts(desk, entry))


@takes("leave_line")
def take_leave(desk: Desk, value: Json) -> None:
    """The button under a place in line."""
    entry = desk.session.get(WaitlistEntry, value["entry"])
    if entry is None or entry.guest_id != desk.guest.id:
        tell(desk)
    else:
        _leave(desk, entry)


def _leave(desk: Desk, entry: WaitlistEntry) -> None:
    left = leave(desk.session, entry.id, actor=ActorKind.GUEST, actor_id=desk.guest.id, door=DOOR, now=desk.now)
    desk.say("waitlist_left", _facts(desk, left))


def _way_out(entry: WaitlistEntry) -> Offered:
    return Offered("leave_line", {"entry": entry.id}, "option_leave_line")


def _facts(desk: Desk, entry: WaitlistEntry) -> Json:
    return entry_facts(desk.session, entry)


def _houses(desk: Desk, value: Json) -> list[Property]:
    """The house meant, or those of the city that could take so many."""
    kind = PropertyKind.HOTEL if value["kind"] == "stay" else PropertyKind.RESTAURANT
    if value.get("property_id") is not None:
        found = desk.session.get(Property, value["property_id"])
        return [found] if found is not None and found.account_id == desk.account_id else []
    wanted = select(Property).where(Property.account_id == desk.account_id, Property.kind == kind)
    if value.get("city"):
        wanted = wanted.where(Property.city == value["city"])
    return list(desk.session.scalars(wanted.order_by(Property.name)))


def _wish(desk: Desk, value: Json, house: Property) -> WaitWish:
    if value["kind"] == "table":
        day = date.fromisoformat(value["day"])
        return WaitWish(
            house.id,
            BookingKind.TABLE,
            day,
            day,
            adults=value["party"],
            from_at=None if value.get("from_at") is None else time.fromisoformat(value["from_at"]),
            until_at=None if value.get("until_at") is None else time.fromisoformat(value["until_at"]),
        )
    types = desk.session.scalars(select(RoomType).where(RoomType.property_id == house.id).order_by(RoomType.id)).all()
    named = [each for each in types if value.get("room_type") and value["room_type"].casefold() in each.name.casefold()]
    adults, children = value["adults"], value["children"]
    rooms = min(
        (max(-(-adults // each.max_adults), -(-(adults + children) // each.max_guests)) for each in named or types),
        default=1,
    )
    wish = WaitWish(
        house.id,
        BookingKind.STAY,
        date.fromisoformat(value["arrival"]),
        date.fromisoformat(value["departure"]),
        adults=adults,
        children=children,
        rooms=value.get("rooms") or rooms,
    )
    return replace(wish, room_type_id=named[0].id) if len(named) == 1 else wish
