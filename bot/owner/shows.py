"""What is asked and changes nothing: the day, what is free, a booking, the figures, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.owner.counter import Counter, Halt, Heard, Shower, button, next_day
from bot.owner.moneywork import mismatch_lines
from bot.owner.order import Order
from bot.owner.resolve import booking_answered, houses_meant, nights_of, types_of
from core.availability.table_search import TableSearch, search_tables
from core.bookings.facts import booking_facts
from core.bookings.waitlist import line_of
from core.owners.acts import lately
from core.owners.answering import answering
from core.owners.figures import Figures, figures
from core.owners.find import find_bookings, guests_like
from core.owners.link import Person
from core.owners.today import Coming, HouseToday, day_of
from core.payments.folio import folio_of
from models.base import Json
from models.booking import Booking
from models.inventory import NightInventory
from models.money import NOTHING
from models.property import Property
from models.states import ActState, BookingKind, BookingStatus, PropertyKind, Role

_MOST: Final = 8
_MOST_DAYS: Final = 14


# ------------------------------------------------------------------------------------------------------ a day


def show_day(counter: Counter, order: Order) -> None:
    """Arrivals, departures, in-house, covers by sitting and unpaid holds of a day."""
    day = order.first or counter.today
    houses = houses_meant(counter, order)
    lines = _day_lines(counter, houses, day, order.section)
    counter.say("owner_today", {"day": day, "lines": lines or counter.words("owner_nothing_there")})


def digest_lines(session: Session, person: Person, houses: Sequence[Property], day: date, now: datetime) -> str:
    """The same for a summary nobody asked for."""
    nobody = Heard(houses[0].account_id, 0, "", "")
    counter = Counter(session, nobody, person, now)
    days = _day_lines(counter, houses, day, None)
    wrong = mismatch_lines(counter) if person.may(Role.OWNER, houses[0].id) else ""
    return "\n\n".join([days, *([counter.words("owner_money_digest", {"lines": wrong})] if wrong else [])])


def _day_lines(counter: Counter, houses: Sequence[Property], day: date, section: str | None) -> str:
    """House by house; those where nothing is going on share one line."""
    seen = [(house, day_of(counter.session, house, day)) for house in houses]
    busy = [(house, found) for house, found in seen if len(houses) == 1 or _is_busy(counter, found, section)]
    lines = [each for _, found in busy if (each := _house(counter, found, section))]
    quiet = [house.name for house, found in seen if (house, found) not in busy]
    if quiet and lines:
        lines.append(counter.words("owner_quiet_houses", {"names": quiet}))
    elif quiet:
        lines = [counter.words("owner_quiet_everywhere", {"names": quiet})]
    return "\n\n".join(lines)


def _is_busy(counter: Counter, house: HouseToday, section: str | None) -> bool:
    """Whether there is anything to tell of it, or of the list asked for."""
    hotel = house.kind is PropertyKind.HOTEL
    told = {
        "arrivals": house.coming if hotel else (),
        "departures": house.going,
        "in_house": house.in_house,
        "covers": () if hotel else house.coming,
        "unpaid": house.unpaid,
    }
    if section is not None:
        return bool(told[section])
    return any(told.values()) or bool(line_of(counter.session, [house.property_id], house.day, next_day(house.day)))


def _house(counter: Counter, house: HouseToday, section: str | None) -> str:
    """One house, in signs that every language reads: ↓ come, ↑ go, ⌂ sleep here, ◷ unpaid."""
    hotel = house.kind is PropertyKind.HOTEL
    head = f"{'🏨' if hotel else '🍽'} {house.property}"
    parts: list[str] = []
    for name, sign, people in (
        ("arrivals", "↓", house.coming if hotel else ()),
        ("departures", "↑", house.going if hotel else ()),
        ("in_house", "⌂", house.in_house if hotel else ()),
        ("covers", "🍽", () if hotel else house.coming),
        ("unpaid", "◷", house.unpaid),
    ):
        if section not in {None, name} or (not people and section is None and name in {"in_house", "unpaid"}):
            continue
        if (hotel and name == "covers") or (not hotel and name in {"arrivals", "departures", "in_house"}):
            continue
        parts.append(_section(counter, name, sign, people, house))
    if section is None and (
        waiting := len(line_of(counter.session, [house.property_id], house.day, next_day(house.day)))
    ):
        parts.append(f"⧗ {counter.words('owner_section_waitlist')}: {waiting}")
    return "\n".join([head, *parts]) if parts else ""


def _section(counter: Counter, name: str, sign: str, people: Sequence[Coming], house: HouseToday) -> str:
    count = sum(covers for _, covers in house.covers) if name == "covers" else len(people)
    title = f"{sign} {counter.words(f'owner_section_{name}')}: {count}"
    if name == "covers" and house.covers:
        title += f" ({', '.join(f'{sitting} {covers}' for sitting, covers in house.covers)})"
    rows = [
        f"   {_when(each, name)}{each.guest}  ×{each.people}  {each.reference}{_mark(each)}" for each in people[:_MOST]
    ]
    more = [f"   … +{len(people) - _MOST}"] if len(people) > _MOST else []
    return "\n".join([title, *rows, *more])


def _when(party: Coming, section: str) -> str:
    return f"{party.at:%H:%M}  " if section in {"arrivals", "covers"} else ""


def _mark(party: Coming) -> str:
    return " ✓" if party.status in {BookingStatus.ARRIVED, BookingStatus.COMPLETED} else ""


# ------------------------------------------------------------------------------------------------ what is free


def show_free(counter: Counter, order: Order) -> None:
    """Rooms free and their price by night, or the start times with a table."""
    tables = order.at is not None or order.party is not None or bool(order.of_kind("table", "area"))
    houses = houses_meant(counter, order)
    if tables and any(house.kind is PropertyKind.RESTAURANT for house in houses):
        houses = [house for house in houses if house.kind is PropertyKind.RESTAURANT]
    lines = []
    for house in houses:
        found = (
            _free_rooms(counter, order, house)
            if house.kind is PropertyKind.HOTEL
            else _free_tables(counter, order, house)
        )
        if found:
            lines.append("\n".join([f"{'🏨' if house.kind is PropertyKind.HOTEL else '🍽'} {house.name}", *found]))
    counter.say("owner_free", {"lines": "\n\n".join(lines) or counter.words("owner_nothing_there")})


def _free_rooms(counter: Counter, order: Order, house: Property) -> list[str]:
    nights = nights_of(counter, order if order.first else Order(order.kind, order.targets, first=counter.today))
    lines = []
    for kind in types_of(counter, order, house):
        rows = counter.session.scalars(
            select(NightInventory)
            .where(
                NightInventory.room_type_id == kind.id,
                NightInventory.night >= nights.arrival,
                NightInventory.night < min(nights.departure, nights.arrival + timedelta(days=_MOST_DAYS)),
            )
            .order_by(NightInventory.night)
            .execution_options(populate_existing=True)
        ).all()
        nightly = [
            f"   {counter.days(row.night, row.night)}"
            f"  {'⛔' if row.stop_sell else max(0, row.sellable - row.held - row.sold)}"
            f"  {counter.money(row.price_paise.paise)}{f'  ≥{row.minimum_stay}' if row.minimum_stay > 1 else ''}"
            for row in rows
        ]
        lines += [f"{kind.name}:", *nightly] if nightly else []
    return lines


def _free_tables(counter: Counter, order: Order, house: Property) -> list[str]:
    search = TableSearch(
        counter.account_id,
        order.first or counter.today,
        order.party or 2,
        at=order.at or time(20),
        property_id=house.id,
        limit=_MOST,
    )
    offers = search_tables(counter.session, search, now=counter.now)
    times = ", ".join(f"{offer.starts_at.astimezone(counter.zone):%H:%M}" for offer in offers)
    return [f"   ×{search.party_size}: {times}"] if times else []


# ---------------------------------------------------------------------------------------------------- a booking


def show_found(counter: Counter, order: Order) -> None:
    """One booking with its buttons, or the few that fit."""
    answered = booking_answered(counter)
    if answered is not None and not (order.reference or order.name or order.phone or order.targets):
        card(counter, answered)
        return
    if not (order.reference or order.name or order.phone or order.of_kind("room", "table")):
        raise Halt("owner_need_booking", keep="booking")
    found = find_bookings(
        counter.session,
        counter.house_ids,
        today=counter.today,
        reference=order.reference,
        phone=order.phone,
        name=order.name,
        room_ids=[thing for target in order.of_kind("room") for thing in target.ids],
        table_ids=[thing for target in order.of_kind("table") for thing in target.ids],
    )
    if len(found) == 1:
        card(counter, found[0])
        return
    lines = [f"• {counter.line_of(booking)}" for booking in found]
    if not found:
        people = guests_like(counter.session, counter.account_id, name=order.name, phone=order.phone)
        lines = [f"• {guest.name or ''} {guest.phone or ''}" for guest in people] if order.name or order.phone else []
    if not lines:
        raise Halt("owner_not_found", {"what": order.reference or order.name or order.phone})
    options = [button(f"do:find:{booking.reference}", booking.reference) for booking in found]
    counter.say("owner_found", {"lines": "\n".join(lines)}, options=options)


def card(counter: Counter, booking: Booking) -> None:
    """Everything about one booking, with what can be done now."""
    facts = booking_facts(counter.session, booking)
    paid = max(folio_of(counter.session, booking.id).kept, NOTHING)  # what was taken back is not paid any more
    facts |= {"standing": counter.words(f"owner_status_{booking.status.value}"), "paid": paid.paise}
    counter.say("owner_booking", facts, options=_buttons(counter, booking), booking_id=booking.id)


def _buttons(counter: Counter, booking: Booking) -> list[Json]:
    """Only what can be done now: nobody is a no-show before they should be here."""
    arrive = "check_in" if booking.kind is BookingKind.STAY else "seat"
    match booking.status:
        case BookingStatus.PENDING_APPROVAL:
            kinds: tuple[str, ...] = ("approve", "decline", "propose")
        case BookingStatus.HELD:
            kinds = ("approve", "decline")
        case BookingStatus.CONFIRMED:
            kinds = (
                *((arrive,) if booking.first_day <= counter.today else ()),
                *(("no_show",) if booking.starts_at <= counter.now else ()),
                "cancel",
            )
        case BookingStatus.ARRIVED:
            kinds = ("check_out",)
        case _:
            return []
    return [button(f"do:{kind}:{booking.reference}", f"option_owner_{kind}") for kind in kinds]


# ---------------------------------------------------------------------------------------------- figures, the log


def show_figures(counter: Counter, order: Order) -> None:
    """Occupancy, ADR, RevPAR, covers and revenue of a day, week or month, beside last year's."""
    houses = houses_meant(counter, order)
    for house in houses:
        counter.require(Role.OWNER, house.id)
    first, last = _period(counter.today, order)
    ids = [house.id for house in houses]
    now = figures(counter.session, ids, first, last)
    before = figures(counter.session, ids, _year_before(first), _year_before(last))
    facts = {
        "words": counter.days(first, last),
        "what": ", ".join(house.name for house in houses) if len(houses) < len(counter.houses) else None,
        "lines": _figure_lines(counter, now, before),
    }
    counter.say("owner_figures", facts)


def _figure_lines(counter: Counter, now: Figures, before: Figures) -> str:
    rows = [
        ("occupancy", f"{now.occupancy}% ({now.sold}/{now.sellable})", f"{before.occupancy}%", now.sellable),
        ("adr", counter.money(now.adr.paise), counter.money(before.adr.paise), now.sellable),
        ("revpar", counter.money(now.revpar.paise), counter.money(before.revpar.paise), now.sellable),
        ("room_revenue", counter.money(now.room_revenue.paise), counter.money(before.room_revenue.paise), now.sellable),
        ("covers", str(now.covers), str(before.covers), 1),
        (
            "table_revenue",
            counter.money(now.table_revenue.paise),
            counter.money(before.table_revenue.paise),
            now.covers,
        ),
        ("cancelled", f"{now.cancelled} / {now.no_shows}", f"{before.cancelled} / {before.no_shows}", now.booked),
    ]
    compared = bool(before.booked)
    return "\n".join(
        f"{counter.words(f'owner_figure_{name}')}: {value}{f'  ({old})' if compared else ''}"
        for name, value, old, shown in rows
        if shown
    )


def _period(today: date, order: Order) -> tuple[date, date]:
    day = today - timedelta(days=1) if order.past and order.period == "day" else today
    match order.period:
        case "week":
            monday = today - timedelta(days=today.weekday() + (7 if order.past else 0))
            return monday, monday + timedelta(days=6)
        case "month":
            first = today.replace(day=1)
            if order.past:
                first = (first - timedelta(days=1)).replace(day=1)
            return first, next_day(first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case _ if order.first is not None and not order.past and order.first != today:
            return order.first, order.last or order.first
        case _:
            return day, day


def _year_before(day: date) -> date:
    """The same day of the week a year ago: weekends are compared with weekends."""
    return day - timedelta(days=364)


def show_response_times(counter: Counter, order: Order) -> None:
    """How soon guests who needed a person were answered, and by whom; of a week, unless said otherwise."""
    counter.require(Role.OWNER, None if len(counter.houses) != 1 else counter.houses[0].id)
    first, last = _period(counter.today, order)
    since = datetime.combine(first, time(4), counter.zone)
    until = datetime.combine(next_day(last), time(4), counter.zone)
    found = answering(counter.session, counter.account_id, counter.person.property_ids, since=since, until=until)
    facts = {
        "words": counter.days(first, last),
        "asked": str(found.asked),
        "answered": str(found.answered),
        "first": _took(counter, found.first),
        "slowest": _took(counter, found.slowest),
        "resolved": _took(counter, found.resolved),
        "lines": "\n".join(f"• {name}: {count}" for name, count in found.people) or None,
    }
    counter.say("owner_response_times", facts)


def _took(counter: Counter, span: timedelta | None) -> str | None:
    if span is None:
        return None
    minutes = int(span.total_seconds() // 60)
    return counter.words("owner_about_minutes" if minutes else "owner_under_a_minute", {"minutes": minutes})


def show_log(counter: Counter, _order: Order) -> None:
    """What was done by chat lately, by whom."""
    counter.require(Role.OWNER, None)
    rows = [
        f"{act.created_at.astimezone(counter.zone):%d.%m. %H:%M}  {name}: {(act.effect or act.kind).splitlines()[0]}"
        f"{' ↩' if act.state is ActState.UNDONE else ''}"
        for act, name in lately(counter.session, counter.account_id)
    ]
    counter.say("owner_log", {"lines": "\n".join(rows) or counter.words("owner_nothing_there")})


def show_help(counter: Counter, _order: Order) -> None:
    """What can be said here, with examples."""
    counter.say("owner_help", {"name": counter.person.name})


SHOWS: Final[dict[str, Shower]] = {
    "day": show_day,
    "free": show_free,
    "find": show_found,
    "figures": show_figures,
    "response_times": show_response_times,
    "log": show_log,
    "help": show_help,
}
