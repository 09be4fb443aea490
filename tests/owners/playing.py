"""Plays a written owner's chat and looks at the rows it leaves.

A script has `about`, perhaps `who` (meera, imran, or `name role [house]`), `given` (bookings, guests who wait) and
`steps`. A step is `ask` (something is booked meanwhile), `say`, `press`, `answer` (a reply to the newest card of a
name, with `photo` one of a picture), `as` (another person's chat), `skip`, `sweep` (time passes and the worker looks),
`late` (time passes, and late parties lose their tables), `guest` (the guest writes, or `sends` a file), `fetch` (what
was sent is fetched: true, or cannot be), `refused` (somebody else was faster) or `pay`; then `replies` (names, in
order), `has` (parts of the text), `buttons` and `then` (rows). `{a}` in words is the reference of booking a, `<+30>`
the day in thirty days.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bookings.approve_ask import remind_house
from core.bookings.expire import expire_due_holds
from core.bookings.hold_table import table_numbers
from core.bookings.late import release_late
from core.bookings.waitlist_offer import serve_next
from core.messaging.handoff import remind
from core.messaging.outbox import say_to_guest
from core.owners.refused import tell_refused
from core.payments.folio import folio_of
from models.account import AppUser, Membership, OwnerChat
from models.base import Json
from models.booking import Booking, BookingEvent
from models.conversation import Handoff
from models.folio import Refund
from models.inventory import AreaDay, Closure, NightInventory, PrivateEvent
from models.messaging import Message
from models.owners import OwnerAct, TableClosure
from models.property import DiningArea, Season
from models.rates import TableDeposit
from models.states import ActState, Channel, Purpose
from models.waitlist import WaitlistEntry
from tests.fixtures.clock import StillClock
from tests.owners.chat import Answer, Chat, Office

_DAY: Final = re.compile(r"<\+(\d+)>")
_PEOPLE: Final = {"meera": "owner@marigold.example", "imran": "desk@marigold.example"}


class Player:
    """One script at work."""

    def __init__(
        self, session: Session, clock: StillClock, channel: Channel, script: Json, office: Office | None = None
    ) -> None:
        self.session = session
        self.clock = clock
        self.channel = channel
        self.office = office or Office(session, clock)
        self.people: dict[str, Chat] = {}
        self.script = script
        for key, given in script.get("given", {}).items():
            self._give(key, given)
        self.main: str = script.get("who", "meera")
        self.chat(self.main)

    def chat(self, who: str) -> Chat:
        """The linked chat of a person of the script."""
        if who not in self.people:
            if who in _PEOPLE:
                email = _PEOPLE[who]
            else:
                name, role, *house = who.split(" ", 2)
                email = self.office.colleague(name, role, house[0] if house else None)
            self.people[who] = self.office.chat(email, self.channel)
        return self.people[who]

    def play(self) -> None:
        """Every step, each looked at."""
        for chat in list(self.people.values()):
            chat.news()
        for step in self.script["steps"]:
            answer = self._act(step)
            where = f"{self.script['about']}: {step}"
            if "replies" in step:
                assert answer.replies == _list(step["replies"]), f"{where}: {answer.replies} {answer.text}"
            for part in _list(step.get("has")):
                assert self.filled(str(part)) in answer.text, f"{where}: {answer.text}"
            for part in _list(step.get("never")):
                assert self.filled(str(part)) not in answer.text, f"{where}: {answer.text}"
            if "buttons" in step:
                assert answer.titles == [self.filled(each) for each in _list(step["buttons"])], (
                    f"{where}: {answer.titles}"
                )
            for name, wanted in step.get("then", {}).items():
                seen = getattr(self, f"_see_{name}")(wanted)
                assert seen == wanted, f"{where}: {name} is {seen}"

    def filled(self, words: str) -> str:
        """With the references and days put in."""
        for key, booking in self.office.bookings.items():
            words = words.replace("{" + key + "}", booking.reference)
        return _DAY.sub(lambda found: f"{self.office.day(int(found[1])):%-d %b %Y}", words)

    def _give(self, key: str, given: Json) -> None:
        match given.get("what", "stay"):
            case "stay":
                self.office.stay(key, given)
            case "table":
                self.office.table(key, given)
            case "needs approval":
                self.office.house(given["house"]).needs_approval = True
                self.session.flush()
            case "wait":
                self.office.wait(given)
            case "service charge":
                self.office.house(given["house"]).service_charge_percent = given["percent"]
                self.session.flush()
            case _:
                self._later = given

    def _act(self, step: Json) -> Answer:
        chat = self.chat(str(step.get("as") or self.main))
        if time_passes := next((name for name in ("skip", "late", "sweep") if name in step), None):
            self.clock.advance(timedelta(minutes=step[time_passes]))
            _LOOKS[time_passes](self.session, self.clock.now())
            return chat.news()
        if "ask" in step:
            for key, given in step["ask"].items():
                self._give(key, given)
            return chat.news()
        if "waits" in step:
            self.office.hand_over(step["waits"], step.get("words", "I need a person"), step.get("house", "Kesar Kothi"))
            return chat.news()
        if "guest" in step:
            self.clock.advance(timedelta(seconds=5))
            if "sends" in step:
                self.office.sends_photo(step["guest"], step.get("words", ""), step["sends"])
            else:
                self.office.writes(step["guest"], step["words"])
            return chat.news()
        if "refused" in step:
            booking = self.office.bookings[step["refused"]]
            tell_refused(self.session, booking.quote_id, guest_id=booking.guest_id, now=self.clock.now())
            return chat.news()
        if "fetch" in step:
            self.office.fetch(found=step["fetch"])
            return chat.news()
        if "pay" in step:
            self.office.pay(self.office.bookings[step["pay"]])
            return chat.news()
        return self._say(chat, step)

    def _say(self, chat: Chat, step: Json) -> Answer:
        if "look" in step:
            return chat.news()
        if "answer" in step:
            words, photo = self.filled(step.get("words", "")), bool(step.get("photo"))
            return chat.say(words, replying_to=chat.card(step["answer"]), photo=photo)
        if "press" in step:
            return chat.press(self.filled(step["press"]))
        return chat.say(self.filled(step["say"]), photo=bool(step.get("photo")))

    # --------------------------------------------------------------------------------------------------- rows

    def _see_acts(self, _wanted: object) -> list[str]:
        """What was ordered in this script and what became of it."""
        mine = select(OwnerAct).where(OwnerAct.line_id.in_([line.id for line in self.office.lines.values()]))
        rows = self.session.scalars(mine.order_by(OwnerAct.id), execution_options={"populate_existing": True})
        return [f"{act.kind} {act.state.value}" for act in rows if not act.choices]

    def _see_night(self, wanted: Json) -> Json:
        kind = self.office.room_type(wanted.get("house", "Kesar Kothi"), wanted["type"])
        row = self.session.get_one(NightInventory, (kind.id, self.office.day(wanted["in"])), populate_existing=True)
        seen = {
            **wanted,
            "sellable": row.sellable,
            "stop": row.stop_sell,
            "price": row.price_paise.paise // 100,
            "minimum": row.minimum_stay,
            "most": row.maximum_stay,
            "no_arrival": row.closed_to_arrival,
            "no_departure": row.closed_to_departure,
            "sold": row.sold,
            "held": row.held,
        }
        return {name: seen[name] for name in wanted}

    def _see_closed(self, wanted: Json) -> Json:
        area = self.session.scalars(select(DiningArea).where(DiningArea.name == wanted["area"]).order_by(DiningArea.id))
        house = self.office.house(wanted["house"])
        row = next(each for each in area if each.property_id == house.id)
        day = self.session.get_one(AreaDay, (row.id, self.office.day(wanted["in"])), populate_existing=True)
        return {**wanted, "closed": day.closed}

    def _see_closures(self, _wanted: object) -> int:
        rooms = self.session.scalars(select(Closure).where(Closure.lifted_at.is_(None))).all()
        tables = self.session.scalars(select(TableClosure).where(TableClosure.lifted_at.is_(None))).all()
        return len(rooms) + len(tables)

    def _see_deposits(self, _wanted: object) -> list[str]:
        rows = select(TableDeposit).where(TableDeposit.lifted_at.is_(None)).order_by(TableDeposit.id)
        mine = [self.office.house(name).id for name in ("Chhat Rooftop", "Naav Ghar")]
        return [
            f"{row.name} {row.amount_paise.paise // 100} {row.per}"
            for row in self.session.scalars(rows, execution_options={"populate_existing": True})
            if row.property_id in mine
        ]

    def _see_buffer(self, wanted: Json) -> Json:
        house = self.office.house(wanted["house"])
        area = self.session.scalars(
            select(DiningArea).where(DiningArea.property_id == house.id, DiningArea.name == wanted["area"]),
            execution_options={"populate_existing": True},
        ).one()
        return {**wanted, "minutes": area.buffer_minutes}

    def _see_season(self, _wanted: object) -> list[str]:
        rows = select(Season).where(Season.property_id == self.office.house("Kesar Kothi").id).order_by(Season.id)
        known = {"Mela", "Utsav"}
        return [f"{row.name} {row.percent}" for row in self.session.scalars(rows) if row.name in known]

    def _see_bookings(self, wanted: Json) -> Json:
        for key in wanted:
            self.session.refresh(self.office.bookings[key])
        return {key: self.office.bookings[key].status.value for key in wanted}

    def _see_tables(self, wanted: Json) -> Json:
        return {key: table_numbers(self.session, self.office.bookings[key].id) for key in wanted}

    def _see_private(self, _wanted: object) -> list[str]:
        rows = select(PrivateEvent).where(PrivateEvent.lifted_at.is_(None)).order_by(PrivateEvent.id)
        return [event.name for event in self.session.scalars(rows, execution_options={"populate_existing": True})]

    def _see_waits_for_late(self, wanted: Json) -> Json:
        return {name: self.office.house(name).release_late_minutes for name in wanted}

    def _see_waiting(self, _wanted: object) -> list[str]:
        rows = select(WaitlistEntry.status).order_by(WaitlistEntry.id)
        return [status.value for status in self.session.scalars(rows)]

    def _see_newest(self, wanted: Json) -> Json:
        booking = self.session.scalars(select(Booking).order_by(Booking.id.desc()).limit(1)).one()
        folio = folio_of(self.session, booking.id)
        seen = {
            "status": booking.status.value,
            "kind": booking.kind.value,
            "party": booking.party_size,
            "channel": booking.channel.value,
            "balance": folio.balance == booking.total_paise,
        }
        return {name: seen[name] for name in wanted}

    def _see_folio(self, wanted: Json) -> Json:
        booking = self.office.bookings[wanted["of"]]
        folio = folio_of(self.session, booking.id)
        seen = {"of": wanted["of"], "payments": folio.payments.paise // 100, "charges": folio.charges.paise // 100}
        seen["back"] = (folio.on_the_way_back + folio.refunds).paise // 100
        return {name: seen[name] for name in wanted}

    def _see_refunds(self, _wanted: object) -> list[int]:
        mine = select(Refund.amount_paise).where(Refund.account_id == self.office.account_id).order_by(Refund.id)
        return [amount.paise // 100 for amount in self.session.scalars(mine)]

    def _see_events(self, wanted: Json) -> Json:
        (key,) = wanted
        rows = select(BookingEvent.kind).where(BookingEvent.booking_id == self.office.bookings[key].id)
        return {key: list(self.session.scalars(rows.order_by(BookingEvent.id)))}

    def _see_guest_told(self, wanted: Json) -> Json:
        (name,) = wanted
        address = self.office.talks[name].address
        rows = select(Message).where(Message.address == address, Message.purpose != Purpose.BOOKING_FACT)
        return {name: [message.reply for message in self.session.scalars(rows.order_by(Message.id))]}

    def _see_guest_facts(self, wanted: Json) -> Json:
        (name,) = wanted
        address = self.office.talks[name].address
        rows = select(Message).where(Message.address == address, Message.purpose == Purpose.BOOKING_FACT)
        return {name: [message.reply for message in self.session.scalars(rows.order_by(Message.id))]}

    def _see_mode(self, wanted: Json) -> Json:
        (name,) = wanted
        self.session.refresh(self.office.talks[name])
        return {name: self.office.talks[name].mode.value}

    def _see_handoff(self, wanted: Json) -> Json:
        row = self.session.scalars(
            select(Handoff).order_by(Handoff.id.desc()).limit(1).execution_options(populate_existing=True)
        ).one()
        taker = row.taken_by_id and self.session.get_one(AppUser, row.taken_by_id).name
        seen: dict[str, Any] = {
            "by": taker,
            "closed": row.closed_at is not None,
            "answered": row.first_response_at is not None,
            "pings": row.pings,
        }
        return {name: seen[name] for name in wanted}

    def _see_roles(self, wanted: Json) -> Json:
        (name,) = wanted
        rows = select(Membership.role).join(AppUser, AppUser.id == Membership.user_id).where(AppUser.name == name)
        return {name: [role.value for role in self.session.scalars(rows)]}

    def _see_chats(self, _wanted: object) -> int:
        lines = [line.id for line in self.office.lines.values()]
        rows = select(OwnerChat).where(OwnerChat.line_id.in_(lines), OwnerChat.unlinked_at.is_(None))
        return len(self.session.scalars(rows, execution_options={"populate_existing": True}).all())

    def _see_wishes(self, wanted: Json) -> Json:
        (key,) = wanted
        self.session.refresh(self.office.bookings[key])
        return {key: self.office.bookings[key].wishes}

    def _see_undoable(self, _wanted: object) -> bool:
        rows = self.session.scalars(select(OwnerAct).where(OwnerAct.state == ActState.DONE))
        return any(act.undo for act in rows)


def _skip(session: Session, now: datetime) -> None:
    remind(session, now=now)


def _late(session: Session, now: datetime) -> None:
    remind(session, now=now)
    release_late(session, now=now)


def _sweep(session: Session, now: datetime) -> None:
    """What the worker does by itself: reminders, ends of holds, the waiting line."""
    remind_house(session, now=now)
    expire_due_holds(session, now=now)
    while serve_next(session, now=now):
        session.flush()


_LOOKS: Final = {"skip": _skip, "late": _late, "sweep": _sweep}


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - a value of the file
    return [] if value is None else value if isinstance(value, list) else [value]


def said_by_desk(player: Player, name: str) -> None:
    """The desk would say something to this guest, for tests of its silence."""
    talk = player.office.talks[name]
    say_to_guest(player.session, conversation_id=talk.id, reply="hello_again", facts={}, now=player.clock.now())
