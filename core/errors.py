"""What can go wrong in the house's own terms: a code and facts, no wording and no HTTP.

Each door turns codes into its own words: bot/replies.py for guests, api/errors.py for the owner API. A test walks all
subclasses and fails when one is missing from either.
"""

from __future__ import annotations

from typing import Any, ClassVar


class AtithiError(Exception):
    """Something the house refuses or cannot do; `facts` are plain values for the wording."""

    code: ClassVar[str] = "error"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class BookingError(AtithiError):
    """A booking cannot be made, changed or ended that way."""

    code = "booking_error"


class RoomsGone(BookingError):
    """Not enough rooms are left on at least one of the nights."""

    code = "rooms_gone"


class TablesGone(BookingError):
    """No table, nor joined tables, for that party at that time."""

    code = "tables_gone"


class NightsNotOnSale(BookingError):
    """Some of the nights are not on sale at all: beyond the horizon or closed."""

    code = "nights_not_on_sale"


class BeyondHorizon(NightsNotOnSale):
    """The house takes no bookings that far ahead yet."""

    code = "beyond_horizon"


class StayTooShort(NightsNotOnSale):
    """A night of the stay is sold only to guests who stay longer."""

    code = "stay_too_short"


class StayTooLongThen(NightsNotOnSale):
    """A night of the stay is sold only to guests who stay less long."""

    code = "stay_too_long_then"


class ClosedToArrival(NightsNotOnSale):
    """Nobody may arrive on that day."""

    code = "closed_to_arrival"


class ClosedToDeparture(NightsNotOnSale):
    """Nobody may leave on that day."""

    code = "closed_to_departure"


class TooLateToArrive(BookingError):
    """The house needs more time before the guest comes."""

    code = "too_late_to_arrive"


class StayInThePast(BookingError):
    """The arrival has already passed."""

    code = "stay_in_the_past"


class TimeHasPassed(BookingError):
    """The start time of the table has already passed."""

    code = "time_has_passed"


class NotServing(BookingError):
    """The restaurant does not serve at that time."""

    code = "not_serving"


class StayTooLong(BookingError):
    """More nights than anybody may book at once."""

    code = "stay_too_long"


class PartyTooLarge(BookingError):
    """More people than the rooms or tables take."""

    code = "party_too_large"


class CodeRefused(BookingError):
    """A promotion's code does not count for this stay; the facts say why."""

    code = "code_refused"


class PlanNotForStay(BookingError):
    """The rate plan is not sold for so many nights, or not to who has not its code."""

    code = "plan_not_for_stay"


class QuoteLapsed(BookingError):
    """The price was promised until a moment that has passed."""

    code = "quote_lapsed"


class HoldLapsed(BookingError):
    """The hold ended before it was confirmed."""

    code = "hold_lapsed"


class TooManyHolds(BookingError):
    """This guest already holds as much as one guest may."""

    code = "too_many_holds"


class TooManyWaits(BookingError):
    """This guest waits for as much as one guest may."""

    code = "too_many_waits"


class NothingFree(BookingError):
    """Nothing is free that this one waits for, or they wait no more."""

    code = "nothing_free"


class MoveNotAllowed(BookingError):
    """A booking in that status cannot make that move."""

    code = "move_not_allowed"


class BookingNotFound(BookingError):
    """No such booking for this guest."""

    code = "booking_not_found"


class BookedThere(BookingError):
    """Somebody has booked what was to be closed."""

    code = "booked_there"


class RoomsPromised(RoomsGone):
    """Every night has a room to spare, but only if somebody changed rooms who was promised theirs."""

    code = "rooms_promised"


class RoomClosed(BookingError):
    """That very room is closed on one of the nights."""

    code = "room_closed"


class OtherRoomType(BookingError):
    """The room is of another type than the one booked."""

    code = "other_room_type"


class WhichRoom(BookingError):
    """The booking has several rooms, or none with a number: say which."""

    code = "which_room"


class NoRoomToGive(BookingError):
    """No numbered room is free for the whole of the stay."""

    code = "no_room_to_give"


class AlreadySo(AtithiError):
    """Nothing would change."""

    code = "already_so"


class PaymentError(AtithiError):
    """Money that is not what it should be."""

    code = "payment_error"


class NothingToPay(PaymentError):
    """Nothing is due on this booking."""

    code = "nothing_to_pay"


class InvoiceNotDue(PaymentError):
    """The bill of this booking is not written yet, or not by us; the facts say why."""

    code = "invoice_not_due"


class GstinWrong(PaymentError):
    """That is no tax number: a sign of it is wrong."""

    code = "gstin_wrong"


class RefundTooLarge(PaymentError):
    """More than was captured and not yet given back."""

    code = "refund_too_large"


class LinkNotFound(PaymentError):
    """No such payment link."""

    code = "link_not_found"


class ProviderError(AtithiError):
    """A provider did not do what it was asked."""

    code = "provider_error"


class ProviderUnavailable(ProviderError):
    """It certainly did nothing: try again later."""

    code = "provider_unavailable"


class ProviderUnknown(ProviderError):
    """It may or may not have done it: ask before doing it again."""

    code = "provider_unknown"


class ProviderRefused(ProviderError):
    """It said no and will say no again; facts carry the provider's own code."""

    code = "provider_refused"
