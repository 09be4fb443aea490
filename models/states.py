"""Every status in the house and the moves it may make; all moves of a booking are in this one table."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class BookingStatus(StrEnum):
    """Where a booking stands."""

    HELD = "held"
    PENDING_APPROVAL = "pending_approval"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    EXPIRED = "expired"
    RELEASED = "released"


_S = BookingStatus
BOOKING_MOVES: Final[dict[BookingStatus, frozenset[BookingStatus]]] = {
    _S.HELD: frozenset({_S.CONFIRMED, _S.PENDING_APPROVAL, _S.EXPIRED, _S.RELEASED}),
    _S.PENDING_APPROVAL: frozenset({_S.HELD, _S.CONFIRMED, _S.CANCELLED, _S.EXPIRED, _S.RELEASED}),
    _S.CONFIRMED: frozenset({_S.ARRIVED, _S.CANCELLED, _S.NO_SHOW}),
    _S.ARRIVED: frozenset({_S.COMPLETED, _S.CONFIRMED}),
    _S.NO_SHOW: frozenset({_S.CONFIRMED, _S.ARRIVED}),
    # Money that comes after the hold lapsed takes the room again when it is still free.
    _S.EXPIRED: frozenset({_S.CONFIRMED}),
    _S.COMPLETED: frozenset({_S.ARRIVED}),  # checked out by mistake
    _S.CANCELLED: frozenset(),
    _S.RELEASED: frozenset(),
}

# A held or pending booking counts as held, these as sold; the rest take nothing off sale.
HOLDING: Final = frozenset({_S.HELD, _S.PENDING_APPROVAL})
SELLING: Final = frozenset({_S.CONFIRMED, _S.ARRIVED})
ACTIVE: Final = HOLDING | SELLING


class ClosureKind(StrEnum):
    """Why a room is off sale: it cannot be sold, or it could be but should not; only the first leaves the figures."""

    OUT_OF_ORDER = "out_of_order"
    OUT_OF_SERVICE = "out_of_service"


class WaitStatus(StrEnum):
    """Where somebody in a waiting line stands; `over` when the day has come or they have booked meanwhile."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    DECLINED = "declined"
    LAPSED = "lapsed"
    LEFT = "left"
    OVER = "over"


WAITLIST_OPEN: Final = frozenset({WaitStatus.WAITING, WaitStatus.OFFERED})


class BookingKind(StrEnum):
    """A night's sleep or a table."""

    STAY = "stay"
    TABLE = "table"


class PropertyKind(StrEnum):
    """What kind of house it is."""

    HOTEL = "hotel"
    RESTAURANT = "restaurant"


class Role(StrEnum):
    """What somebody may do at a property."""

    CUSTOMER = "customer"
    STAFF = "staff"
    OWNER = "owner"
    ADMIN = "admin"


class Channel(StrEnum):
    """How people reach the house."""

    WHATSAPP = "whatsapp"
    SMS = "sms"
    TELEGRAM = "telegram"
    DASHBOARD = "dashboard"


class Provider(StrEnum):
    """Who carries messages or money for us."""

    TWILIO = "twilio"
    TELEGRAM = "telegram"
    META = "meta"
    RAZORPAY = "razorpay"
    DESK = "desk"


class InboxState(StrEnum):
    """How far an outside event has got."""

    NEW = "new"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"


class TurnState(StrEnum):
    """One turn of the conversation: open until its answer is committed."""

    OPEN = "open"
    DONE = "done"
    GIVEN_UP = "given_up"


class MessageState(StrEnum):
    """How far a message on its way out has got."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    CANCELLED = "cancelled"


# Delivery only moves forward: a late "sent" never hides a "read".
MESSAGE_RANK: Final[dict[MessageState, int]] = {
    MessageState.QUEUED: 0,
    MessageState.SENDING: 1,
    MessageState.UNKNOWN: 2,
    MessageState.SENT: 3,
    MessageState.DELIVERED: 4,
    MessageState.READ: 5,
    MessageState.FAILED: 6,
    MessageState.CANCELLED: 6,
}


class Purpose(StrEnum):
    """Why a message is sent, which decides who may still receive it after STOP."""

    CONVERSATION = "conversation"
    BOOKING_FACT = "booking_fact"
    REMINDER = "reminder"
    MARKETING = "marketing"
    STAFF = "staff"
    PERSON = "person"  # somebody of the house writes to the guest


class ActState(StrEnum):
    """What became of an order given from an owner's chat."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    REFUSED = "refused"
    UNDONE = "undone"


class ConversationMode(StrEnum):
    """Who is talking to the guest."""

    DESK = "desk"
    HUMAN = "human"


class LinkState(StrEnum):
    """How far a payment link has got."""

    WANTED = "wanted"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


class PaymentState(StrEnum):
    """What became of the guest's money."""

    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    FAILED = "failed"
    FLAGGED = "flagged"


class RefundState(StrEnum):
    """How far money has got on its way back to the guest."""

    WANTED = "wanted"
    SENDING = "sending"
    PENDING = "pending"
    PROCESSED = "processed"
    FAILED = "failed"


class InvoiceKind(StrEnum):
    """A bill, or what takes (a part of) one back."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class FolioKind(StrEnum):
    """The three kinds of folio lines."""

    CHARGE = "charge"
    PAYMENT = "payment"
    REFUND = "refund"


class ActorKind(StrEnum):
    """Who did it."""

    GUEST = "guest"
    STAFF = "staff"
    SYSTEM = "system"
    GATEWAY = "gateway"
