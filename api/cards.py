"""What a guest gets with a confirmation: a page of the booking, a calendar entry, a code for the desk; pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Annotated, Final

import segno
from fastapi import APIRouter, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.calendar_entry import Entry, calendar_file
from api.card_page import booking_page, not_found_page
from core.bookings.card import check
from core.bookings.facts import booking_facts
from models.booking import Booking, BookingEvent
from models.guest import Guest
from models.property import Property
from providers.house import Here, House

router = APIRouter(tags=["guests"], include_in_schema=False)

_SAMPLES: Final = Path(__file__).resolve().parent.parent / "jobs" / "sample" / "pictures"
_PICTURE_NAME: Final = re.compile(r"[a-z0-9_-]{1,80}\.(?:jpg|png|webp)")
PRIVATE: Final = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_ONE_DAY: Final = {"Cache-Control": "public, max-age=86400"}

Reference = Annotated[str, InPath(max_length=20)]
Signature = Annotated[str, InPath(max_length=60)]


@router.get("/b/{reference}/{signature}")
def card(house: Here, reference: Reference, signature: Signature) -> Response:
    """The booking on one small page."""
    with signed_booking(house, reference, signature) as found:
        if found is None:
            return not_found()
        session, booking = found
        facts = booking_facts(session, booking)
        picture = session.scalar(select(Property.picture).where(Property.id == booking.property_id))
        language = session.scalar(select(Guest.language).where(Guest.id == booking.guest_id)) or "en"
    page = booking_page(facts, language=language, picture=picture, here=f"/b/{reference}/{signature}")
    return HTMLResponse(page, headers=PRIVATE)


@router.api_route("/b/{reference}/{signature}/calendar.ics", methods=["GET", "HEAD"])
def calendar(house: Here, reference: Reference, signature: Signature) -> Response:
    """The booking as an entry for the guest's calendar; opened again after a change, it replaces the old one."""
    with signed_booking(house, reference, signature) as found:
        if found is None:
            return not_found()
        session, booking = found
        entry = Entry(
            facts=booking_facts(session, booking),
            time_zone=session.get_one(Property, booking.property_id).time_zone,
            changed_at=booking.changed_at,
            changes=_changes(session, booking),
            page=f"{house.settings.public_base_url}/b/{reference}/{signature}",
        )
    headers = {**PRIVATE, "Content-Disposition": f'inline; filename="{reference}.ics"'}
    return Response(calendar_file(entry), media_type="text/calendar; charset=utf-8; method=PUBLISH", headers=headers)


@router.api_route("/b/{reference}/{signature}/qr.png", methods=["GET", "HEAD"])
def qr_code(house: Here, reference: Reference, signature: Signature) -> Response:
    """The reference as a code that the desk reads at check-in."""
    with signed_booking(house, reference, signature) as found:
        if found is None:
            return not_found()
    picture = BytesIO()
    segno.make_qr(reference, error="m").save(picture, kind="png", scale=16, border=4)
    return Response(picture.getvalue(), media_type="image/png", headers=PRIVATE)


@router.api_route("/pictures/{name}", methods=["GET", "HEAD"])
def picture(house: Here, name: str) -> Response:
    """A picture of a property: the installation's own first, then the samples'."""
    if _PICTURE_NAME.fullmatch(name):
        for folder in (house.settings.home / "pictures", _SAMPLES):
            if (folder / name).is_file():
                return FileResponse(folder / name, headers=_ONE_DAY)
    return not_found()


@contextmanager
def signed_booking(house: House, reference: str, signature: str) -> Iterator[tuple[Session, Booking] | None]:
    """The booking, when the signature is ours; a wrong signature and an unknown reference look the same."""
    if not check(reference, signature, house.settings.secret("atithi_secret_key")):
        yield None
        return
    with Session(house.engine) as session:
        booking = session.scalar(select(Booking).where(Booking.reference == reference))
        yield None if booking is None else (session, booking)


def _changes(session: Session, booking: Booking) -> int:
    """How often something happened to the booking after it was made."""
    events = select(func.count()).where(BookingEvent.booking_id == booking.id)
    return max(0, (session.scalar(events) or 0) - 1)


def not_found() -> Response:
    """Nothing here, or not for you: both look the same."""
    return HTMLResponse(not_found_page(), status_code=404, headers=PRIVATE)
