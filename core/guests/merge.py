"""Two addresses, one person: only who proves it, and nobody may guess for long."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.base import Base
from models.booking import Booking
from models.conversation import Conversation
from models.guest import Guest, GuestIdentity, ProofCode, ProofTry, Review
from models.waitlist import WaitlistEntry

MOST_WRONG: Final = 5
WITHIN: Final = timedelta(days=1)
MOST_CODES: Final = 3
CODE_LIVES: Final = timedelta(minutes=10)
_DIGITS: Final = 6
_TITLES: Final = frozenset({
    "mr", "mrs", "ms", "miss", "dr", "shri", "smt", "sri", "ji", "name", "naam", "is", "hai", "my", "mera", "it", "its",
    "yes", "haan", "in", "the", "of", "under", "ka", "ke", "se", "श्री", "श्रीमती", "जी", "नाम", "है", "मेरा", "से", "के",
    "का",
})  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0900-\u097f])+")
# What belongs to a guest; a table that is missing here would leave a part of them behind.
_THEIRS: Final[tuple[type[Base], ...]] = (GuestIdentity, Conversation, Booking, WaitlistEntry, Review)


class Proof(Enum):
    """What a claim came to."""

    RIGHT = auto()
    WRONG = auto()
    TOO_MANY = auto()


@dataclass(frozen=True, slots=True)
class Claimed:
    """The outcome, who the claimant is now, and how many wrong tries are left."""

    proof: Proof
    guest: Guest
    left: int


def claim(session: Session, guest: Guest, booking: Booking, *, name: str, now: datetime) -> Claimed:
    """This booking, made under another address, is mine: the reference is known, the name must fit.

    A wrong name is counted (it must be committed); after a few in a day nothing is looked at any more.
    """
    wrong = _locked_wrong(session, guest, booking, now)
    if wrong >= MOST_WRONG:
        return Claimed(Proof.TOO_MANY, guest, 0)
    holder = session.get_one(Guest, booking.guest_id)
    return _settle(session, guest, booking, holder, right=fits(name, holder.name), wrong=wrong, now=now)


def new_code(session: Session, guest: Guest, booking: Booking, *, now: datetime) -> str | None:
    """A code to be sent to where the booking was made; None when enough were sent, or tried wrongly, today."""
    if _locked_wrong(session, guest, booking, now) >= MOST_WRONG:
        return None
    about = (ProofCode.guest_id == guest.id) | (ProofCode.booking_id == booking.id)
    sent = session.scalar(select(func.count()).where(about, ProofCode.created_at > now - WITHIN)) or 0
    if sent >= MOST_CODES:
        return None
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    session.add(
        ProofCode(
            account_id=guest.account_id,
            guest_id=guest.id,
            booking_id=booking.id,
            code_hash=_hash(guest, booking, code),
            created_at=now,
            expires_at=now + CODE_LIVES,
        )
    )
    session.flush()
    return code


def claim_by_code(session: Session, guest: Guest, booking: Booking, *, code: str, now: datetime) -> Claimed:
    """Who tells the newest code back in time holds the other address too; wrong ones count like wrong names."""
    wrong = _locked_wrong(session, guest, booking, now)
    if wrong >= MOST_WRONG:
        return Claimed(Proof.TOO_MANY, guest, 0)
    newest = session.scalar(
        select(ProofCode)
        .where(ProofCode.guest_id == guest.id, ProofCode.booking_id == booking.id)
        .order_by(ProofCode.id.desc())
        .limit(1)
    )
    right = (
        newest is not None
        and newest.used_at is None
        and now < newest.expires_at
        and hmac.compare_digest(newest.code_hash, _hash(guest, booking, code))
    )
    if right and newest is not None:
        newest.used_at = now
    holder = session.get_one(Guest, booking.guest_id)
    return _settle(session, guest, booking, holder, right=right, wrong=wrong, now=now)


def merge(session: Session, guest_id: int, *, into: int) -> Guest:
    """Everything of one guest is the other's from now on; the empty one keeps a pointer."""
    both = session.scalars(
        select(Guest)
        .where(Guest.id.in_({guest_id, into}))
        .order_by(Guest.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    rows = {row.id: row for row in both}
    gone, kept = rows[guest_id], rows[into]
    if gone is kept:
        return kept
    for table in _THEIRS:
        session.execute(
            update(table).where(table.guest_id == gone.id).values(guest_id=kept.id),  # type: ignore[attr-defined] # each of these has a guest
            execution_options={"synchronize_session": "fetch"},
        )
    kept.phone = kept.phone or gone.phone
    kept.email = kept.email or gone.email
    gone.merged_into_id = kept.id
    gone.phone = gone.email = None
    session.flush()
    return kept


def fits(said: str, known: str | None) -> bool:
    """Whether the words hold the name the booking is under: a whole first or last name, titles aside."""
    ours, theirs = _names(known or ""), _names(said)
    return bool(ours & theirs) and theirs <= ours


def addresses_of(session: Session, guest_id: int) -> list[GuestIdentity]:
    """Every address a guest writes from, oldest first."""
    mine = select(GuestIdentity).where(GuestIdentity.guest_id == guest_id).order_by(GuestIdentity.id)
    return list(session.scalars(mine))


def _locked_wrong(session: Session, guest: Guest, booking: Booking, now: datetime) -> int:
    """How many tries were wrong today; of two at the same instant the second sees the first."""
    session.execute(select(Guest.id).where(Guest.id == guest.id).with_for_update())
    return _wrong_since(session, guest, booking, now - WITHIN)


def _settle(
    session: Session, guest: Guest, booking: Booking, holder: Guest, *, right: bool, wrong: int, now: datetime
) -> Claimed:
    right = right and guest.account_id == holder.account_id and holder.erased_at is None
    session.add(
        ProofTry(account_id=guest.account_id, guest_id=guest.id, reference=booking.reference, right=right, at=now)
    )
    session.flush()
    if not right:
        return Claimed(Proof.WRONG, guest, MOST_WRONG - wrong - 1)
    return Claimed(Proof.RIGHT, merge(session, guest.id, into=holder.id), MOST_WRONG)


def _hash(guest: Guest, booking: Booking, code: str) -> str:
    """What is kept of a code: good only for this guest and this booking."""
    return hashlib.sha256(f"{guest.id}:{booking.id}:{code}".encode()).hexdigest()


def _names(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) - _TITLES


def _wrong_since(session: Session, guest: Guest, booking: Booking, since: datetime) -> int:
    """By this guest about anything, or by anybody about this booking: many phones guess no better than one."""
    about = (ProofTry.guest_id == guest.id) | (
        (ProofTry.reference == booking.reference) & (ProofTry.account_id == booking.account_id)
    )
    return session.scalar(select(func.count()).where(about, ~ProofTry.right, ProofTry.at > since)) or 0
