"""What must be true when everything is quiet again, whoever died meanwhile."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.payments.folio import folio_of
from models.booking import Booking
from models.conversation import Conversation, Turn
from models.dates import StayDates
from models.folio import FolioLine, Payment, PaymentLink, Refund
from models.inventory import NightInventory, StayRoom, TableTurn
from models.messaging import InboxEntry, Message
from models.states import (
    ACTIVE,
    HOLDING,
    SELLING,
    BookingKind,
    BookingStatus,
    FolioKind,
    InboxState,
    LinkState,
    MessageState,
    PaymentState,
    RefundState,
    TurnState,
)
from tests.chaos.guests import ChaosGuest, Outcome
from tests.chaos.records import Calls, captures, phone_lines
from tests.fixtures.stack import Stack

_DESK_DOWN: Final = "desk_down"
_ON_THE_WAY: Final = (MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN)
_ARRIVED: Final = (MessageState.SENT, MessageState.DELIVERED, MessageState.READ)


@dataclass(frozen=True, slots=True)
class Check:
    """One law, how many things it was held against, and those that broke it."""

    law: str
    looked_at: int
    broken: Sequence[str]


def unfinished(session: Session) -> dict[str, int]:
    """What somebody still has to do; empty when all is quiet."""
    waiting = {
        "events": select(func.count()).where(InboxEntry.state.in_((InboxState.NEW, InboxState.TAKEN))),
        "turns": select(func.count()).where(Turn.state == TurnState.OPEN),
        "messages": select(func.count()).where(Message.state.in_(_ON_THE_WAY)),
        "payment links": select(func.count()).where(
            PaymentLink.state.in_((LinkState.WANTED, LinkState.OPENING, LinkState.CLOSING))
        ),
        "refunds": select(func.count()).where(Refund.state.in_((RefundState.WANTED, RefundState.SENDING))),
    }
    counts = {name: session.scalar(query) or 0 for name, query in waiting.items()}
    return {name: count for name, count in counts.items() if count}


def unheard(session: Session, stack: Stack) -> int:
    """How many payments the bank has taken and the house has not heard of."""
    known = set(session.scalars(select(Payment.provider_payment_id).where(Payment.state == PaymentState.CAPTURED)))
    return len(captures(stack).keys() - known)


def still_coming(session: Session, stack: Stack, guests: Sequence[ChaosGuest]) -> int:
    """How many messages of guests are on their way to the house: Twilio has them and tries again."""
    known = set(session.scalars(select(InboxEntry.event_id)))
    waiting = [guest for guest in guests if any(sid not in known for sid in guest.sent)]
    lines = [line for guest in waiting for line in phone_lines(stack, guest.number)]
    return sum(line["direction"] == "in" and line["status"] == "queued" for line in lines)


class Audit:
    """All laws, over one quiet database and the outside world's own records."""

    def __init__(self, stack: Stack, session: Session, guests: Sequence[ChaosGuest], calls: Calls) -> None:
        self._stack = stack
        self._session = session
        self._guests = guests
        self._calls = calls
        self._talks = {row.address: row.id for row in session.execute(select(Conversation.address, Conversation.id))}
        self._messages: dict[int, list[Message]] = defaultdict(list)
        for message in session.scalars(select(Message).order_by(Message.id)):
            if message.conversation_id is not None:
                self._messages[message.conversation_id].append(message)
        self._lines = {guest.number: phone_lines(stack, guest.number) for guest in guests}

    def checks(self) -> list[Check]:
        """Every law in turn."""
        return [
            self._nothing_is_stuck(),
            self._all_that_was_sent_was_heard_once(),
            self._every_turn_was_answered_once(),
            self._every_message_arrived_once(),
            self._phones_and_books_agree(),
            self._answers_came_in_order(),
            self._no_booking_twice(),
            self._every_capture_is_on_one_folio(),
            self._money_belongs_to_a_booking_or_went_back(),
            self._nights_are_what_the_bookings_say(),
            self._tables_are_what_the_bookings_say(),
        ]

    def apologies(self) -> int:
        """How many guests were told that the desk could not answer just now."""
        return sum(m.reply == _DESK_DOWN for messages in self._messages.values() for m in messages)

    def _nothing_is_stuck(self) -> Check:
        left = unfinished(self._session)
        failed = self._session.scalars(select(InboxEntry.id).where(InboxEntry.state == InboxState.FAILED)).all()
        looked = self._session.scalar(select(func.count()).select_from(Message)) or 0
        broken = [f"{count} {name} unfinished" for name, count in left.items()]
        return Check("no event, turn, message, link or refund is stuck", looked, [*broken, *_named("event", failed)])

    def _all_that_was_sent_was_heard_once(self) -> Check:
        rows = self._session.execute(select(InboxEntry.event_id, InboxEntry.id, InboxEntry.turn_id)).all()
        heard: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
        for event_id, entry_id, turn_id in rows:
            heard[event_id].append((entry_id, turn_id))
        broken = []
        for guest in self._guests:
            found = [heard[sid] for sid in guest.sent]
            posted = {line["sid"]: f"{line['status']} after {line['attempts']}" for line in self._lines[guest.number]}
            broken += [
                f"{guest.number}: heard {len(heard[sid])} times, {posted.get(sid)}"
                for sid in guest.sent
                if len(heard[sid]) != 1
            ]
            order = [each[0] for each in found if each]
            if any(later <= sooner for sooner, later in pairwise(entry for entry, _ in order)):
                broken.append(f"{guest.number}: heard out of order")
            turns = [turn for _, turn in order if turn is not None]
            if len(turns) != len(order) or turns != sorted(turns):
                broken.append(f"{guest.number}: not every message became a turn, in order")
        return Check(
            "every message of a guest was taken once, in order", sum(len(g.sent) for g in self._guests), broken
        )

    def _every_turn_was_answered_once(self) -> Check:
        said: dict[int, set[int]] = defaultdict(set)
        apologised: set[int] = set()
        facts: set[tuple[int, datetime]] = set()  # what a booking's change told its guest, in the same transaction
        for talk_id, messages in self._messages.items():
            for message in messages:
                if message.turn_id is None:
                    facts.add((talk_id, message.created_at))
                elif message.reply == _DESK_DOWN:
                    apologised.add(message.turn_id)
                else:
                    said[message.turn_id].add(message.id)
        turns = self._session.scalars(select(Turn)).all()
        broken = []
        for turn in turns:
            noted = set((turn.answer or {}).get("said", ()))
            told = bool(noted) or (turn.conversation_id, turn.done_at) in facts
            if turn.state is TurnState.DONE and (not told or said[turn.id] != noted):
                what = f"{turn.action}, {turn.text[:40]!r}"
                broken.append(f"turn {turn.id} ({what}): noted {sorted(noted)}, said {sorted(said[turn.id])}")
            if turn.state is TurnState.GIVEN_UP and (turn.id not in apologised or said[turn.id]):
                broken.append(f"turn {turn.id}: given up without a word")
        return Check("every turn was answered once, or apologised for", len(turns), broken)

    def _every_message_arrived_once(self) -> Check:
        broken, looked = [], 0
        for guest in self._guests:
            for message in self._said_to(guest):
                looked += 1
                times = self._calls.taken[message.id]
                wanted = 1 if message.state in _ARRIVED else 0
                if times != wanted or message.state not in _ARRIVED:
                    broken.append(
                        f"message {message.id} ({message.reply}, {message.state}, {message.error_code}): {times} times"
                    )
        return Check("every message reached its phone exactly once", looked, broken)

    def _phones_and_books_agree(self) -> Check:
        broken, looked = [], 0
        for guest in self._guests:
            shown = [line["sid"] for line in self._lines[guest.number] if line["direction"] == "out"]
            noted = {message.provider_id for message in self._said_to(guest) if message.provider_id}
            looked += len(shown)
            if len(shown) != len(set(shown)) or set(shown) != noted:
                broken.append(f"{guest.number}: {len(shown)} on the phone, {len(noted)} in the books")
        return Check("what is on the phones is what is in the books", looked, broken)

    def _answers_came_in_order(self) -> Check:
        broken = []
        for guest in self._guests:
            ids = {message.provider_id: message.id for message in self._said_to(guest)}
            order = [ids.get(line["sid"], 0) for line in self._lines[guest.number] if line["direction"] == "out"]
            if order != sorted(order):
                broken.append(f"{guest.number}: {order}")
        return Check("each guest's answers came in order", len(self._guests), broken)

    def _no_booking_twice(self) -> Check:
        theirs: dict[int, list[Booking]] = defaultdict(list)
        for booking in self._session.scalars(select(Booking)):
            if booking.conversation_id is not None:
                theirs[booking.conversation_id].append(booking)
        broken = []
        for guest in self._guests:
            found = [booking.status for booking in theirs[self._talks.get(guest.address, 0)]]
            wanted = {Outcome.BOOKED: [BookingStatus.CONFIRMED], Outcome.CANCELLED: [BookingStatus.CANCELLED]}
            right = wanted.get(guest.outcome)
            if (right is not None and found != right) or len(found) > guest.agreed:
                broken.append(f"{guest.number}: {guest.outcome.value}, in the books {[s.value for s in found]}")
        return Check("one booking for one yes", sum(guest.agreed for guest in self._guests), broken)

    def _every_capture_is_on_one_folio(self) -> Check:
        taken = captures(self._stack)
        payments = self._session.scalars(select(Payment).where(Payment.state == PaymentState.CAPTURED)).all()
        by_id = Counter(payment.provider_payment_id for payment in payments)
        broken = [f"{known}: {by_id[known]} rows" for known in taken.keys() | by_id.keys() if by_id[known] != 1]
        broken += [f"{unknown}: not at the bank" for unknown in by_id.keys() - taken.keys()]
        for payment in payments:
            lines = self._session.scalars(
                select(FolioLine).where(FolioLine.payment_id == payment.id, FolioLine.kind == FolioKind.PAYMENT)
            ).all()
            amounts = [line.amount_paise.paise for line in lines]
            at_bank = taken.get(payment.provider_payment_id, {}).get("amount")
            if amounts != [at_bank]:
                broken.append(f"{payment.provider_payment_id}: {amounts} on the folio, {at_bank} at the bank")
        clicks = sum(guest.paid for guest in self._guests)
        if clicks != len(taken):
            broken.append(f"guests paid {clicks} times, the bank took {len(taken)}")
        return Check("every payment is on one folio, once", len(taken), broken)

    def _money_belongs_to_a_booking_or_went_back(self) -> Check:
        taken = captures(self._stack)
        payments = self._session.scalars(select(Payment).where(Payment.state == PaymentState.CAPTURED)).all()
        broken = []
        for payment in payments:
            refunds = self._session.scalars(select(Refund).where(Refund.payment_id == payment.id)).all()
            back = sum(each.amount_paise.paise for each in refunds if each.state is not RefundState.FAILED)
            at_bank = taken.get(payment.provider_payment_id, {}).get("amount_refunded")
            if back != at_bank:
                broken.append(f"{payment.provider_payment_id}: {back} back in the books, {at_bank} at the bank")
            booking = None if payment.booking_id is None else self._session.get(Booking, payment.booking_id)
            if not _is_accounted_for(self._session, booking, payment.amount_paise.paise - back):
                broken.append(f"{payment.provider_payment_id}: kept for {booking and booking.status}")
        return Check("money belongs to an agreed booking or went back", len(payments), broken)

    def _nights_are_what_the_bookings_say(self) -> Check:
        wanted: dict[tuple[int, date], list[int]] = defaultdict(lambda: [0, 0])
        rows = self._session.execute(
            select(Booking.status, StayRoom.room_type_id, StayRoom.stay)
            .join(StayRoom, StayRoom.booking_id == Booking.id)
            .where(StayRoom.active)
        )
        for status, room_type_id, stay in rows:
            for night in StayDates.from_range(stay).nights:
                wanted[room_type_id, night][0] += status in HOLDING
                wanted[room_type_id, night][1] += status in SELLING
        nights = self._session.scalars(select(NightInventory)).all()
        broken = [
            f"room type {each.room_type_id}, {each.night}: {each.held} held, {each.sold} sold, "
            f"bookings say {wanted[each.room_type_id, each.night]}"
            for each in nights
            if [each.held, each.sold] != wanted[each.room_type_id, each.night]
        ]
        return Check("rooms held and sold are those of active bookings", len(nights), broken)

    def _tables_are_what_the_bookings_say(self) -> Check:
        turns = Counter(self._session.scalars(select(TableTurn.booking_id).where(TableTurn.active)))
        tables = self._session.scalars(select(Booking).where(Booking.kind == BookingKind.TABLE)).all()
        broken = [
            f"booking {booking.id} ({booking.status}): {turns[booking.id]} tables"
            for booking in tables
            if (booking.status in ACTIVE) is not (turns[booking.id] > 0)
        ]
        return Check("tables kept are those of active bookings", len(tables), broken)

    def _said_to(self, guest: ChaosGuest) -> list[Message]:
        return self._messages[self._talks.get(guest.address, 0)]


def _is_accounted_for(session: Session, booking: Booking | None, kept: int) -> bool:
    """An agreed booking may keep it, a cancelled one what its terms keep; everything else goes back whole."""
    if booking is None or booking.status not in SELLING | {BookingStatus.CANCELLED}:
        return kept == 0
    folio = folio_of(session, booking.id)
    return booking.status in SELLING or folio.kept == folio.charges


def _named(kind: str, ids: Iterable[Any]) -> list[str]:
    return [f"{kind} {each}" for each in ids]
