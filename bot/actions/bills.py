"""The bill on paper: written when it is due, sent as a link, to a company when its tax number is given."""

from __future__ import annotations

import re
from typing import Final

from bot.actions.desk import DOOR, Desk
from bot.dates.lexicon import listed
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
# A company by its own name: what stands before "Pvt Ltd" and its kind, or behind "in the name of".
_KIND: Final = re.compile(
    r"\b(?:pvt\.? ?ltd\.?|private limited|ltd\.?|limited|llp|inc\.?|corporation|corp\.?|industries|enterprises|traders"
    r"|technologies|solutions|consultants|associates|exports|& (?:co\.?|sons))(?!\w)",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"(?:in the name of|name of|company name(?: is)?|company ke naam(?: se| par)?|कंपनी के नाम(?: से| पर)?|company)"
    r"\s*[:-]?\s*([A-Z][\w&.' -]{2,80})"
)
_NO_NAME: Final = frozenset(
    listed("""
    invoice bill gst gstin on in the name of company to for my our please make send it is and ke ka ki naam par se
    chahiye banao bana do dijiye number no a an with tax write issue कंपनी के नाम पर से बिल चाहिए और
    """)
)
_FOR_A_COMPANY: Final = re.compile(
    r"(?:invoice|bill|receipt)\b.*\b(?:company|firm|business|office|gst)\b|\b(?:company|firm|office)\b.*\b(?:invoice|bill)\b"
    r"|\bgst (?:invoice|bill)\b.*\b(?:on|for|to)\b|कंपनी.*बिल|कंपनी.*इनवॉ",
    re.IGNORECASE,
)
_SPEAKS_OF_IT: Final = re.compile(r"\bgst(?:in)?\b(?:\s*(?:no|number|is|hai)\b)?\W*", re.IGNORECASE)
_LONGEST_NAME: Final = 6
_REFERENCE: Final = re.compile(r"\b[A-Za-z0-9]{6}\b")
_BILLED: Final = (BookingStatus.COMPLETED, BookingStatus.ARRIVED, BookingStatus.CONFIRMED)


def took(desk: Desk) -> bool:
    """Answer who asks for the bill or gives a tax number; False when these words do neither."""
    gstin = _gstin_in(desk.text)
    if gstin is None and _asks_number(desk):
        return True
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
    company = company_in(desk.text) or desk.memory("bill_name")
    desk.remember(bill_name=company)
    try:
        with desk.session.begin_nested():
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
            facts = {"reference": booking.reference, "gstin": gstin.upper(), "company": desk.memory("bill_name")}
            desk.say("gstin_noted", facts, booking_id=booking.id)
        else:
            desk.say(refusal.code, refusal.facts, booking_id=booking.id)
    else:
        facts = {"number": invoice.number, "reference": booking.reference, "total": invoice.total_paise}
        facts |= {name: invoice.content["buyer"][name] for name in ("gstin", "company")}
        desk.say("invoice_ready", facts, booking_id=booking.id)
    desk.ask_again()


def company_in(text: str) -> str | None:
    """The company a bill is for, as it is written there.

    >>> company_in("invoice on company name Acme Pvt Ltd GSTIN 27AAPFU0939F1ZV")
    'Acme Pvt Ltd'
    >>> company_in("bill company ke naam Sharma & Sons, GST 27AAPFU0939F1ZV"), company_in("invoice please")
    ('Sharma & Sons', None)
    """
    words = re.sub(
        r"\bgst(?:in)?\b(?:\s*(?:no|number|is|hai)\b)?\W*", " | ", _GSTIN.sub(" | ", text), flags=re.IGNORECASE
    )
    for part in re.split(r"[|,;\n]", words):
        if (kind := _KIND.search(part)) is not None:
            before = part[: kind.start()].split()
            since = next((n for n in range(len(before), 0, -1) if before[n - 1].casefold().strip(":-") in _NO_NAME), 0)
            name = before[max(since, len(before) - _LONGEST_NAME) :]
            if name:
                return " ".join([*name, kind[0]]).strip(" .:-")
        if (named := _NAMED.search(part)) is not None and named[1].split()[0].casefold() not in _NO_NAME:
            return named[1].strip(" .:-") or None
    return None


def _asks_number(desk: Desk) -> bool:
    """A bill for a company without its number: both are asked for, and a name already said is kept."""
    if not _FOR_A_COMPANY.search(desk.text) or _OTHER_BILLS.search(desk.text):
        return False
    company = company_in(desk.text)
    speaks_of_one = company is not None or re.search(r"\b(?:company|firm|office)\b|कंपनी", desk.text, re.IGNORECASE)
    if not speaks_of_one:
        return False
    booking = _meant(desk)
    if booking is None:
        desk.say("no_booking")
        desk.ask_again()
        return True
    desk.remember(bill_name=company)
    desk.say("gstin_ask", {"company": company, "reference": booking.reference}, booking_id=booking.id)
    desk.ask_again()
    return True


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
