"""What somebody in charge wants to hear unasked, when, and what can never be muted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.owners import OwnerPreference

# Which alert a card belongs to. What is not here, such as a guest who waits for a person, always comes at once.
ALERT_OF: Final[Mapping[str, str]] = {
    "owner_new_booking": "bookings",
    "owner_booking_cancelled": "cancellations",
    "owner_booking_changed": "bookings",
    "owner_payment_received": "payments",
    "owner_late_refund": "payments",
    "owner_payment_flagged": "payments",
    "owner_refund_failed": "payments",
    "owner_refund_waits": "payments",
    "owner_table_released": "bookings",
    "owner_low_availability": "availability",
    "owner_overbooking_refused": "overbooking",
    "owner_low_review": "bookings",
    "owner_digest": "digest",
}
ALERTS: Final = tuple(dict.fromkeys(ALERT_OF.values()))
DIGEST_AT: Final = time(7, 30)
_ZONE: Final = ZoneInfo("Asia/Kolkata")


@dataclass(frozen=True, slots=True)
class Wants:
    """What one person wants to hear."""

    muted: frozenset[str] = frozenset()
    digest_at: time = DIGEST_AT
    quiet_from: time | None = None
    quiet_until: time | None = None

    def hears(self, reply: str) -> bool:
        """Whether this card is for them."""
        return ALERT_OF.get(reply) not in self.muted

    def when(self, reply: str, now: datetime, zone: ZoneInfo = _ZONE) -> datetime:
        """At once, or when their quiet hours end."""
        if reply not in ALERT_OF or self.quiet_from is None or self.quiet_until is None:
            return now
        local = now.astimezone(zone)
        if not _within(local.time(), self.quiet_from, self.quiet_until):
            return now
        ends = datetime.combine(local.date(), self.quiet_until, zone)
        return ends if ends > local else ends + timedelta(days=1)


def wants_of(session: Session, account_id: int, user_ids: Collection[int]) -> dict[int, Wants]:
    """What each of these people wants; who never said anything wants it all."""
    if not user_ids:
        return {}
    rows = session.scalars(
        select(OwnerPreference).where(OwnerPreference.account_id == account_id, OwnerPreference.user_id.in_(user_ids))
    )
    said = {row.user_id: Wants(frozenset(row.muted), row.digest_at, row.quiet_from, row.quiet_until) for row in rows}
    return {user_id: said.get(user_id, Wants()) for user_id in user_ids}


def set_wants(session: Session, account_id: int, user_id: int, wants: Wants) -> None:
    """Keep what this person wants."""
    values = {
        "muted": sorted(wants.muted),
        "digest_at": wants.digest_at,
        "quiet_from": wants.quiet_from,
        "quiet_until": wants.quiet_until,
    }
    row = insert(OwnerPreference).values(account_id=account_id, user_id=user_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["account_id", "user_id"], set_=values))


def _within(at: time, begins: time, ends: time) -> bool:
    """Also over midnight."""
    return begins <= at < ends if begins < ends else at >= begins or at < ends
