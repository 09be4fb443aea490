"""For demos and tests only: let time pass, and look at what the desk understands. Closed unless ATITHI_DEBUG is on."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import select

from core.clock import SystemClock, move_ahead, wait_until_known
from core.messaging.wake import WAKE_EVENTS, WAKE_INBOX, WAKE_OUTBOX, WAKE_PAYMENTS, wake
from core.unit_of_work import unit_of_work
from models.base import Json
from models.booking import Booking
from models.conversation import Conversation
from models.states import Channel
from providers.house import Here


def _only_when_debugging(house: Here) -> None:
    if not house.settings.atithi_debug:
        raise HTTPException(404, "Not Found")


router = APIRouter(prefix="/debug", tags=["debug"], dependencies=[Depends(_only_when_debugging)])


class Advance(BaseModel):
    """How much time passes, as ISO 8601: PT21M."""

    advance: Annotated[timedelta, Field(ge=timedelta(), le=timedelta(days=400))]


@router.get("/clock")
def read_clock(house: Here) -> Json:
    """What time it is, and how far ahead of the real time that is."""
    with unit_of_work(house.engine) as session:
        return _time(move_ahead(session, timedelta()))


@router.post("/clock")
def let_time_pass(step: Advance, house: Here) -> Json:
    """When this answers, every process of ours goes by the new time."""
    with unit_of_work(house.engine) as session:
        ahead = move_ahead(session, step.advance)
        for channel in (WAKE_INBOX, WAKE_EVENTS, WAKE_OUTBOX, WAKE_PAYMENTS):
            wake(session, channel, after=timedelta(milliseconds=300))
    wait_until_known()
    return _time(ahead)


def _time(ahead: timedelta) -> Json:
    """The same shape as the outside world's clock answers in."""
    return {"now": (SystemClock().now() + ahead).isoformat(), "offset_seconds": ahead.total_seconds()}


@router.get("/conversations/{channel}/{address}")
def conversation(channel: Channel, address: str, house: Here) -> Json:
    """What the desk is doing in this conversation."""
    with unit_of_work(house.engine) as session:
        found = session.scalar(
            select(Conversation)
            .where(Conversation.channel == channel, Conversation.address.in_((address, f"{channel}:{address}")))
            .order_by(Conversation.last_inbound_at.desc().nulls_last())
            .limit(1)
        )
        if found is None:
            raise HTTPException(404, "no such conversation")
        booking = None if found.booking_id is None else session.get(Booking, found.booking_id)
        return {
            "journey": found.journey,
            "asked": found.asked,
            "frame": found.frame,
            "options": found.options,
            "booking": None if booking is None else {"reference": booking.reference, "status": booking.status.value},
            "language": found.language,
            "mode": found.mode.value,
        }
