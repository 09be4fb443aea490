"""STOP and START, in the words guests use, and who may still be written to afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.bookings.waitlist_line import leave_lines
from models.guest import ConsentEvent, GuestIdentity
from models.states import Channel, Purpose

_STOP: Final = frozenset({
    "stop", "stop all", "stopall", "unsubscribe", "unsub", "end messages", "opt out", "optout", "revoke",
    "stop messages", "stop messaging me", "do not message", "do not message me", "dont message me",
    "band karo", "bandh karo", "band kar do", "message band karo", "messages band karo", "msg band karo",
    "mat bhejo", "message mat bhejo", "messages mat bhejo", "msg mat bhejo", "mat bhejna", "message mat karo",
    "msg mat karo", "sandesh mat bhejo",
    "बंद करो", "बंद करें", "बन्द करो", "बंद कर दो", "मैसेज बंद करो", "संदेश बंद करो",
    "मत भेजो", "मैसेज मत भेजो", "संदेश मत भेजो", "मत भेजें", "स्टॉप",
})  # fmt: skip
_START: Final = frozenset({
    "start", "unstop", "subscribe", "opt in", "optin", "resume", "start messages",
    "chalu karo", "shuru karo", "phir se bhejo", "message bhejo", "messages bhejo", "msg bhejo",
    "चालू करो", "शुरू करो", "फिर से भेजो", "मैसेज भेजो", "संदेश भेजो", "स्टार्ट",
})  # fmt: skip
# Only offers: facts and reminders of their own bookings still come.
_NO_OFFERS: Final = frozenset({
    "no offers", "stop offers", "no more offers", "stop promotions", "no promotions", "no marketing", "stop marketing",
    "offers band karo", "offer band karo", "offer mat bhejo", "offers mat bhejo", "promotion mat bhejo",
    "ऑफर मत भेजो", "ऑफ़र मत भेजो", "ऑफर बंद करो", "ऑफ़र बंद करो",
})  # fmt: skip
_OFFERS_AGAIN: Final = frozenset({
    "start offers", "send offers", "offers bhejo", "offer bhejo", "ऑफर भेजो", "ऑफ़र भेजो",
})  # fmt: skip
_NOT_WORDS: Final = re.compile(r"[^\w\s\u0900-\u097f]+")


class MayReceive(Enum):
    """What becomes of a message to somebody who may have said STOP."""

    YES = auto()
    ELSEWHERE = auto()
    NO = auto()


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether they want to hear from us by ourselves; `offers` when it is about offers only."""

    out: bool
    offers: bool = False


def choice_in(text: str) -> Choice | None:
    """The choice these words make; None when they are about something else, even if a "stop" is among them."""
    words = " ".join(_NOT_WORDS.sub("", text.casefold()).split())
    words = words.removeprefix("please ").removesuffix(" please").removesuffix(" bhai")
    if words in _STOP or words in _START:
        return Choice(words in _STOP)
    if words in _NO_OFFERS or words in _OFFERS_AGAIN:
        return Choice(words in _NO_OFFERS, offers=True)
    return None


def opts_out(text: str) -> bool | None:
    """True for a STOP, False for a START, None for everything else."""
    choice = choice_in(text)
    return None if choice is None or choice.offers else choice.out


def record_choice(
    session: Session,
    identity: GuestIdentity,
    *,
    opted_out: bool,
    wording: str,
    now: datetime,
    offers: bool = False,
    door: str = "chat",
) -> bool:
    """Keep the choice with its words, its channel and its door; True when it changes anything."""
    session.add(
        ConsentEvent(
            guest_identity_id=identity.id,
            opted_out=opted_out,
            offers=offers,
            channel=identity.channel,
            door=door,
            wording=wording[:200],
            at=now,
        )
    )
    before = identity.offers_out_at if offers else identity.opted_out_at
    if (before is not None) is opted_out:
        return False
    since = now if opted_out else None
    if offers:
        identity.offers_out_at = since
        return True
    identity.opted_out_at = since
    if opted_out:
        leave_lines(session, identity.guest_id, now=now)
    return True


def told_by_provider(
    session: Session, account_id: int, address: str, *, opted_out: bool, wording: str, told_at: datetime, now: datetime
) -> bool:
    """Offers stopped or wanted again in WhatsApp itself; what is older than their last choice changes nothing.

    True when it changes anything.
    """
    identity = session.scalar(
        select(GuestIdentity)
        .where(
            GuestIdentity.account_id == account_id,
            GuestIdentity.channel == Channel.WHATSAPP,
            GuestIdentity.address == address,
        )
        .with_for_update(key_share=True)
    )
    if identity is None:
        return False
    last = session.scalar(
        select(func.max(ConsentEvent.at)).where(ConsentEvent.guest_identity_id == identity.id, ConsentEvent.offers)
    )
    if last is not None and last > told_at:
        return False
    return record_choice(
        session,
        identity,
        opted_out=opted_out,
        offers=True,
        wording=wording,
        door="whatsapp",
        now=min(told_at, now),
    )


def may_receive(
    purpose: Purpose, *, opted_out_at: datetime | None, last_inbound_at: datetime | None, answers_guest: bool
) -> MayReceive:
    """After STOP nothing comes by itself; who writes again is answered, and money is never kept silent about."""
    if opted_out_at is None or purpose is Purpose.STAFF or answers_guest:
        return MayReceive.YES
    wrote_again = last_inbound_at is not None and last_inbound_at > opted_out_at
    match purpose:
        case Purpose.BOOKING_FACT:
            return MayReceive.YES if wrote_again else MayReceive.ELSEWHERE
        case Purpose.CONVERSATION | Purpose.PERSON:
            return MayReceive.YES if wrote_again else MayReceive.NO
        case _:
            return MayReceive.NO
