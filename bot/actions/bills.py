"""The bill on paper: written when it is due, sent as a link, to a company when its tax number is given."""

from __future__ import annotations

import re
from typing import Final

from bot.actions.desk import DOOR, Desk
from core.bookings.find import bookings_of_guest, by_reference
from core.bookings.reference import as_reference
from core.errors import BookingNotFound, GstinWrong, InvoiceNotDue
from core.payments.invoice import bill_to, issue_invoice
from models.booking import Booking
from models.states import BookingStatus

_ASKED: Final = re.compile(
    r"\binvoice\b|\bgst(?:in)?\b[ -]?(?:bill|number|no\b|receipt|invoice)|\btax (?:bill|receipt)\b|\breceipt\b"
    r"|\bbill (?:on|bhej|de do|dedo|dijiye|chahiye|banao|bana|milega|kab|please|pls|send|for my)"
    r"|(?:send|email|need|want|get|give|mera|my|the|final|hotel|room) (?:me )?(?:the |a |my |us )?bill\b"
    r"|\bcompany (?:ke|ka|ki) naam\b.*\bbill\b|बिल (?:भेज|चाहिए|दे|बना|कब|मिल)|इनवॉ?इस|रसीद|जीएसटी (?:बिल|नंबर)",
    re.IGNORECASE,
)
_OTHER_BILLS: Final = re.compile(
    r"\b(?:split|phone|electricity|bijli|pay|paid|settle) (?:the |my )?bill", re.IGNORECASE
)
_GSTIN: Final = re.compile(r"\b(\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]{3})\b", re.IGNORECASE)
_GIVEN: Final = re.compile(r"\bgstin?\b\W{0,3}(?:no\W*|number\W*|is\W*|hai\W*)*([0-9A-Z]{12,18})\b", re.IGNORECASE)
_NAME: Final = re.compile(r"(?:in the name of|name of|company name(?: is)?|company)\s*[:-]?\s*([A-Z][\w&.' -]{2,80})")
_REFERENCE: Final = re.compile(r"\b[A-Za-z0-9]{6}\b")
_BILLED: Final = (BookingStatus.COMPLETED, BookingStatus.ARRIVED, BookingStatus.CONFIRMED)


def took(desk: Desk) -> bool:
    """Answer who asks for the bill or gives a tax number; False when these words do neither."""
    gstin = _gstin_in(desk.text)
    if gstin is None and (not _ASKED.search(desk.text) or _OTHER_BILLS.search(desk.text)):
        return False
    booking = _meant(desk)
    if booking is None:
        desk.say("no_booking")
        desk.ask_again()
        return True
    if gstin is not None and not _noted(desk, booking, gstin):
        return True
    _send(desk, booking, gstin)
    return True


def _noted(desk: Desk, booking: Booking, gstin: str) -> bool:
    """The company's number is kept for the bill; one that cannot be is said."""
    name = _NAME.search(_GSTIN.sub(" ", desk.text))
    try:
        with desk.session.begin_nested():
            company = re.sub(r"\s+gst\w*\W*$", "", name[1], flags=re.IGNORECASE).strip() if name else None
            bill_to(desk.session, booking.id, gstin=gstin, name=company, door=DOOR, now=desk.now)
    except GstinWrong as refusal:
        desk.say(refusal.code, refusal.facts)
        desk.ask_again()
        return False
    return True


def _send(desk: Desk, booking: Booking, gstin: str | None) -> None:
    try:
        with desk.session.begin_nested():
            invoice = issue_invoice(desk.session, booking.id, door=DOOR, now=desk.now)
    except InvoiceNotDue as refusal:
        if gstin is not None:
            desk.say("gstin_noted", {"reference": booking.reference, "gstin": gstin.upper()}, booking_id=booking.id)
        else:
            desk.say(refusal.code, refusal.facts, booking_id=booking.id)
    else:
        facts = {"number": invoice.number, "reference": booking.reference, "total": invoice.total_paise}
        facts |= {"gstin": invoice.content["buyer"]["gstin"]}
        desk.say("invoice_ready", facts, booking_id=booking.id)
    desk.ask_again()


def _gstin_in(text: str) -> str | None:
    found = _GSTIN.search(text) or _GIVEN.search(text)
    return found[1].upper() if found else None


def _meant(desk: Desk) -> Booking | None:
    """The booking named, or the one just talked about, or the newest that was agreed on."""
    for word in _REFERENCE.findall(_GSTIN.sub(" ", desk.text)):
        if as_reference(word) and (word.isupper() or any(sign.isdigit() for sign in word)):
            booking = by_reference(desk.session, desk.account_id, word)
            if booking.guest_id != desk.guest.id:
                raise BookingNotFound(reference=word)
            return booking
    talked = desk.session.get(Booking, desk.conversation.booking_id) if desk.conversation.booking_id else None
    if talked is not None and talked.guest_id == desk.guest.id:
        return talked
    mine = bookings_of_guest(desk.session, desk.guest.id, now=desk.now, include_past=True)
    agreed = [booking for booking in mine if booking.status in _BILLED]
    return max(agreed, key=lambda booking: booking.starts_at, default=None)
