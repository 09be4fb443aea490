"""The chats of those in charge in the test's own process: real updates of both providers, real PostgreSQL, no engine.

`chat.say("block 101 24-26 dec")` is one update as the provider posts it; what comes back is what the person reads.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.replies import Links, phrase, render
from core.bookings.confirm import confirm
from core.bookings.hold import place_hold
from core.bookings.waitlist import WaitWish, join
from core.messaging import handoff, pictures, recordings
from core.owners.link import new_code
from core.payments.apply import apply_payment
from core.payments.ask import ask_for_payment
from core.ports import GatewayPayment
from core.pricing.quote import quote_stay, quote_table
from jobs.inbox import Inbox
from models.account import Account, AppUser, Line, Membership
from models.base import Json
from models.booking import Booking
from models.conversation import Conversation, Turn
from models.dates import StayDates
from models.guest import Guest, GuestIdentity
from models.messaging import InboxEntry, Message
from models.property import Property, RoomType
from models.rates import RatePlan
from models.states import (
    ActorKind,
    BookingKind,
    Channel,
    ConversationMode,
    InboxState,
    MessageState,
    Provider,
    TurnState,
)
from providers.house import House
from tests.fixtures.clock import StillClock
from webhooks.twilio import heard_in

LINKS: Final = Links("https://desk.example", lambda reference: f"signed-{reference}")
_numbers = itertools.count(1)
_DAY: Final = re.compile(r"<\+(\d+)>")


@dataclass
class Answer:
    """What came back to one order."""

    replies: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    options: list[Json] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it together."""
        return "\n".join(self.texts)

    @property
    def titles(self) -> list[str]:
        """What the buttons say."""
        return [option["title"] for option in self.options]


class Office:
    """One sample business: its lines, its people and its guests."""

    def __init__(self, session: Session, clock: StillClock, slug: str = "marigold") -> None:
        self.session = session
        self.clock = clock
        self.account_id = session.scalars(select(Account.id).where(Account.slug == slug)).one()
        self.lines = {
            Channel.TELEGRAM: self._line(Provider.TELEGRAM, Channel.TELEGRAM, "7100"),
            Channel.WHATSAPP: self._line(Provider.TWILIO, Channel.WHATSAPP, "whatsapp:+14155550100"),
        }
        self.bookings: dict[str, Booking] = {}
        self.talks: dict[str, Conversation] = {}

    def _line(self, provider: Provider, channel: Channel, address: str) -> Line:
        line = Line(
            account_id=self.account_id, provider=provider, channel=channel, address=f"{address}{next(_numbers)}"
        )
        self.session.add(line)
        self.session.flush()
        return line

    def chat(self, email: str, channel: Channel) -> Chat:
        """The linked chat of one of the people."""
        user = self.session.scalars(select(AppUser).where(AppUser.email == email)).one()
        chat = self.new_chat(channel)
        code = new_code(self.session, account_id=self.account_id, user_id=user.id, now=self.clock.now())
        chat.say(f"/start {code}")
        return chat

    def new_chat(self, channel: Channel) -> Chat:
        """A phone nobody has written from yet."""
        return Chat(self, channel)

    def colleague(self, name: str, role: str, house: str | None = None) -> str:
        """Somebody new in charge; returns their address to sign in with."""
        now = self.clock.now()
        email = f"{name.partition(' ')[0].lower()}{next(_numbers)}@marigold.example"
        user = AppUser(email=email, name=name, password_hash=None, phone=None, language="en", created_at=now)
        self.session.add(user)
        self.session.flush()
        where = None if house is None else self.house(house).id
        self.session.add(
            Membership(user_id=user.id, account_id=self.account_id, property_id=where, role=role, created_at=now)
        )
        self.session.flush()
        return email

    def house(self, name: str) -> Property:
        """A house by its name."""
        wanted = select(Property).where(Property.name == name, Property.account_id == self.account_id)
        return self.session.scalars(wanted).one()

    def room_type(self, house: str, name: str) -> RoomType:
        """A room type by its name."""
        wanted = select(RoomType).where(RoomType.property_id == self.house(house).id, RoomType.name == name)
        return self.session.scalars(wanted).one()

    def day(self, ahead: int) -> date:
        """So many days from today."""
        return (self.clock.now() + timedelta(hours=5.5)).date() + timedelta(days=ahead)

    # ------------------------------------------------------------------------------------------------- guests

    def guest(self, name: str) -> Conversation:
        """Somebody who has written on WhatsApp."""
        if name in self.talks:
            return self.talks[name]
        now, number = self.clock.now(), f"+9198290{next(_numbers):05d}"
        guest = Guest(account_id=self.account_id, name=name, phone=number, language="en", created_at=now)
        self.session.add(guest)
        self.session.flush()
        line = self.lines[Channel.WHATSAPP]
        address = f"whatsapp:{number}"
        self.session.add(
            GuestIdentity(
                account_id=self.account_id, guest_id=guest.id, channel=Channel.WHATSAPP, address=address, created_at=now
            )
        )
        talk = Conversation(
            account_id=self.account_id,
            line_id=line.id,
            channel=Channel.WHATSAPP,
            address=address,
            guest_id=guest.id,
            language="en",
            frame={},
            options=[],
            mode=ConversationMode.DESK,
            last_inbound_at=now,
            created_at=now,
        )
        self.session.add(talk)
        self.session.flush()
        self.talks[name] = talk
        return talk

    def stay(self, key: str, given: Json) -> None:
        """A guest's stay: held, confirmed, or paid."""
        house, now = self.house(given.get("house", "Kesar Kothi")), self.clock.now()
        kind = self.room_type(house.name, given.get("type", "Deluxe Double"))
        plan = self.session.scalars(
            select(RatePlan.id).where(RatePlan.property_id == house.id, RatePlan.code == given.get("plan", "BAR"))
        ).one()
        quote = quote_stay(
            self.session,
            account_id=self.account_id,
            room_type_id=kind.id,
            rate_plan_id=plan,
            stay=StayDates.of(self.day(given.get("in", 10)), given.get("nights", 2)),
            rooms=given.get("rooms", 1),
            adults=2 * given.get("rooms", 1),
            children=0,
            now=now,
        )
        self._hold(key, given, quote.id)

    def table(self, key: str, given: Json) -> None:
        """A guest's table."""
        house = self.house(given.get("house", "Chhat Rooftop"))
        hours, minutes = map(int, given.get("at", "20:00").split(":"))
        day = self.day(given.get("in", 0))
        starts = datetime(day.year, day.month, day.day, tzinfo=self.clock.now().tzinfo)
        starts += timedelta(hours=hours - 5, minutes=minutes - 30)
        quote = quote_table(
            self.session,
            account_id=self.account_id,
            property_id=house.id,
            starts_at=starts,
            party_size=given.get("party", 2),
            now=self.clock.now(),
        )
        self._hold(key, given, quote.id)

    def _hold(self, key: str, given: Json, quote_id: int) -> None:
        talk, now = self.guest(given.get("name", "Asha Mehta")), self.clock.now()
        booking = place_hold(
            self.session,
            quote_id=quote_id,
            guest_id=talk.guest_id,
            conversation_id=talk.id,
            channel=Channel.WHATSAPP,
            door="chat",
            now=now,
        )
        state = given.get("state", "confirmed")
        if state == "paid":
            self.pay(booking)
        elif state == "confirmed":
            confirm(self.session, booking.id, actor=ActorKind.STAFF, door="test", now=now)
        self.session.refresh(booking)
        self.bookings[key] = booking

    def wait(self, given: Json) -> None:
        """A guest waits for a room."""
        talk = self.guest(given["name"])
        kind = self.room_type(given.get("house", "Kesar Kothi"), given["type"])
        arrival = self.day(given.get("in", 10))
        wish = WaitWish(
            kind.property_id,
            BookingKind.STAY,
            arrival,
            arrival + timedelta(days=given.get("nights", 1)),
            adults=2,
            room_type_id=kind.id,
        )
        join(self.session, wish, guest_id=talk.guest_id, conversation_id=talk.id, now=self.clock.now())

    def pay(self, booking: Booking) -> None:
        """The deposit comes in through the gateway."""
        link = ask_for_payment(self.session, booking.id, now=self.clock.now())
        apply_payment(
            self.session,
            account_id=self.account_id,
            link_id=None,
            reference=link.reference,
            payment=GatewayPayment(
                f"pay_{next(_numbers)}", link.amount_paise, "INR", "captured", "upi", self.clock.now()
            ),
            now=self.clock.now(),
        )

    def hand_over(self, name: str, words: str, house: str | None = "Kesar Kothi") -> int:
        """A guest asks for a person."""
        talk, now = self.guest(name), self.clock.now()
        self.writes(name, words)
        opened = handoff.open_handoff(
            self.session, talk, reason="asked", now=now, property_id=None if house is None else self.house(house).id
        )
        assert opened is not None
        handoff.tell_people(
            self.session,
            opened,
            reply="owner_handoff",
            now=now,
            key=f"owner_handoff:{opened.id}",
            more={"reason": "asks for a person", "words": words},
        )
        return opened.id

    def writes(self, name: str, words: str) -> None:
        """A guest writes; while a person has the conversation it is passed on."""
        talk, now = self.guest(name), self.clock.now()
        turn = self._turn(talk, words, kind="text")
        if talk.mode is ConversationMode.HUMAN:
            handoff.pass_on(self.session, talk, words, kind="text", turn_id=turn.id, now=now)

    def _turn(self, talk: Conversation, words: str, *, kind: str) -> Turn:
        now = self.clock.now()
        turn = Turn(
            account_id=talk.account_id,
            conversation_id=talk.id,
            kind=kind,
            text=words,
            content={},
            first_received_at=now,
            state=TurnState.DONE,
            next_attempt_at=now,
            created_at=now,
            done_at=now,
        )
        self.session.add(turn)
        self.session.flush()
        return turn

    def sends_photo(self, name: str, words: str, content_type: str) -> None:
        """A guest sends a file, with words below it or without."""
        talk, now = self.guest(name), self.clock.now()
        turn = self._turn(talk, words, kind="media")
        assert pictures.pass_on(self.session, turn, [{"url": "https://x/1", "type": content_type}], now=now)

    def fetch(self, *, found: bool = True) -> None:
        """What was sent is fetched, or cannot be."""
        now = self.clock.now()
        while (row := recordings.claim_next(self.session, now=now)) is not None:
            if found:
                recordings.keep(self.session, row.id, b"picture", row.content_type)
                pictures.here(self.session, row.id, now=now)
            else:
                recordings.give_up(self.session, row.id, "gone")
                pictures.lost(self.session, row.id, now=now)

    def deliver(self, *, to_guests_only: bool = False) -> None:
        """Everything queued leaves: rendered, with the provider's id."""
        waiting = select(Message).where(Message.state == MessageState.QUEUED, Message.account_id == self.account_id)
        if to_guests_only:
            waiting = waiting.where(Message.conversation_id.is_not(None))
        for message in self.session.scalars(waiting.order_by(Message.id)):
            said = render(message.reply, message.facts, language=message.language, links=LINKS, message_id=message.id)
            number = next(_numbers)
            telegram = message.channel is Channel.TELEGRAM
            message.provider_id = f"{message.address}:{number}" if telegram else f"SM{number:032d}"
            message.body, message.state, message.sent_at = said.text, MessageState.SENT, self.clock.now()
        self.session.flush()


class Chat:
    """One person's chat on one channel."""

    def __init__(self, office: Office, channel: Channel) -> None:
        self.office = office
        self.channel = channel
        self.line = office.lines[channel]
        number = next(_numbers)
        self.address = f"{710000000 + number}" if channel is Channel.TELEGRAM else f"whatsapp:+9190000{number:05d}"
        self.seen = 0
        self.last: list[Message] = []

    def say(self, text: str, *, replying_to: Message | None = None, photo: bool = False) -> Answer:
        """Write something, perhaps as the answer to a card, perhaps below a photo."""
        return self._post(text=text, card=replying_to, photo=photo)

    def press(self, title: str) -> Answer:
        """Press the newest button of that title."""
        for message in reversed(self.messages()):
            for option in message.options:
                if self._titled(option, message.language) == title:
                    return self._post(text="", data=option["id"], card=message)
        raise AssertionError(f"no button says {title!r}")

    def card(self, reply: str) -> Message:
        """The newest card of that kind."""
        return next(message for message in reversed(self.messages()) if message.reply == reply)

    def news(self) -> Answer:
        """What came since last looked."""
        self.office.deliver()
        answer = Answer()
        for message in self.messages():
            if message.id <= self.seen:
                continue
            answer.replies.append(message.reply)
            answer.texts.append(message.body or "")
            if message.options:
                answer.options = [{**each, "title": self._titled(each, message.language)} for each in message.options]
        self.seen = max([self.seen, *(message.id for message in self.messages())])
        return answer

    def messages(self) -> list[Message]:
        """All that ever came to this chat."""
        wanted = select(Message).where(Message.address == self.address, Message.line_id == self.line.id)
        return list(
            self.office.session.scalars(wanted.order_by(Message.id), execution_options={"populate_existing": True})
        )

    def _titled(self, option: Json, language: str) -> str:
        title: str = option["title"]
        return phrase(title, option["value"], language=language) if title.startswith("option_") else title

    def _post(self, *, text: str, data: str | None = None, card: Message | None = None, photo: bool = False) -> Answer:
        self.news()
        now = self.office.clock.advance(timedelta(seconds=5))
        telegram = self.channel is Channel.TELEGRAM
        payload = self._telegram(text, data, card) if telegram else self._whatsapp(text, data, card)
        if photo:
            _add_photo(payload, telegram=telegram)
        entry = InboxEntry(
            account_id=self.office.account_id,
            provider=Provider.TELEGRAM if telegram else Provider.TWILIO,
            event_id=f"event-{next(_numbers)}",
            kind="update" if telegram else "owner",
            line_id=self.line.id,
            payload=payload,
            state=InboxState.NEW,
            next_attempt_at=now,
            received_at=now,
        )
        self.office.session.add(entry)
        self.office.session.flush()
        Inbox(cast("House", None))._effect(self.office.session, entry, now)
        return self.news()

    def _telegram(self, text: str, data: str | None, card: Message | None) -> Json:
        chat = {"id": int(self.address), "type": "private", "first_name": "x"}
        person = {"id": int(self.address), "is_bot": False, "first_name": "x"}
        old = None if card is None else {
            "message_id": int((card.provider_id or ":0").split(":")[1]), "date": 1, "chat": chat, "text": card.body,
        }  # fmt: skip
        if data is not None:
            query = {"id": "1", "from": person, "chat_instance": "1", "data": data, "message": old}
            return {"update_id": next(_numbers), "callback_query": query}
        message: dict[str, Any] = {"message_id": next(_numbers), "date": 1, "chat": chat, "from": person, "text": text}
        if old is not None:
            message["reply_to_message"] = old
        return {"update_id": next(_numbers), "message": message}

    def _whatsapp(self, text: str, data: str | None, card: Message | None) -> Json:
        posted = {"From": self.address, "To": self.line.address, "Body": text, "MessageSid": f"SM{next(_numbers)}"}
        if data is not None:
            posted |= {"ButtonPayload": data, "ButtonText": "x", "Body": "x"}
        if card is not None:
            posted["OriginalRepliedMessageSid"] = card.provider_id or ""
        return {"heard": heard_in(posted).as_json(), "posted": posted}


def _add_photo(payload: Json, *, telegram: bool) -> None:
    """The same message with a photo, as the provider describes one."""
    if telegram:
        message = payload["message"]
        message["caption"] = message.pop("text")
        message["photo"] = [
            {"file_id": f"size-{width}", "file_unique_id": f"u{width}", "width": width, "height": width}
            for width in (90, 800)
        ]
    else:
        posted = payload["posted"] | {"MediaUrl0": "https://api.twilio.com/m/1", "MediaContentType0": "image/png"}
        payload["heard"] = heard_in(posted).as_json()
