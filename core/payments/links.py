"""Payment links as rows: claimed under a lease, opened and closed at the gateway by whoever holds it.

A link goes wanted → opening → open → paid, or → closing → cancelled. Who calls the gateway holds a lease; a lapsed one
means the answer was lost: the gateway is asked again under the same reference, which never makes a second link.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, case, select, update
from sqlalchemy.orm import Session

from core.messaging.wake import WAKE_PAYMENTS, wake
from core.ports import GatewayLink
from core.prepared import Prepared, given
from models.folio import PaymentLink
from models.states import LinkState, Provider

LEASE: Final = timedelta(seconds=60)
LIVE: Final = (LinkState.WANTED, LinkState.OPENING, LinkState.OPEN)
_SLOWEST: Final = timedelta(minutes=5)
_NEVER_ASKED: Final = (PaymentLink.state == LinkState.WANTED) & (PaymentLink.attempts == 0)
_CLOSE: Final = Prepared(
    update(PaymentLink)
    .where(PaymentLink.booking_id == any_(given("booking_ids", ARRAY(BigInteger()))), PaymentLink.state.in_(LIVE))
    .values(
        state=case((_NEVER_ASKED, LinkState.CANCELLED.value), else_=LinkState.CLOSING.value),
        next_attempt_at=given("now"),
    )
    .returning(PaymentLink.id)
)


def live_link(session: Session, booking_id: int) -> PaymentLink | None:
    """The one way to pay for this booking that is or will be open."""
    return session.scalar(
        select(PaymentLink).where(PaymentLink.booking_id == booking_id, PaymentLink.state.in_(LIVE)),
        execution_options={"populate_existing": True},
    )


def close_links(session: Session, booking_ids: Collection[int], *, now: datetime) -> None:
    """Nobody shall pay by these any more: those the gateway never heard of end at once, the others are closed there."""
    closed = _CLOSE.run(session, booking_ids=list(booking_ids), now=now).fetchall()
    if closed:
        wake(session, WAKE_PAYMENTS)
        for link in [each for each in session.identity_map.values() if isinstance(each, PaymentLink)]:
            session.expire(link)


def claim_links(
    session: Session, *, now: datetime, limit: int = 10, worker: int | None = None
) -> Sequence[PaymentLink]:
    """Take links to open or close; after a commit they are ours until the lease lapses."""
    due = (
        select(PaymentLink.id)
        .where(
            PaymentLink.state.in_((LinkState.WANTED, LinkState.OPENING, LinkState.CLOSING)),
            PaymentLink.next_attempt_at <= now,
            PaymentLink.lease_until.is_(None) | (PaymentLink.lease_until <= now),
        )
        .order_by(PaymentLink.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(
        update(PaymentLink)
        .where(PaymentLink.id.in_(due))
        .values(
            state=case((PaymentLink.state == LinkState.WANTED, LinkState.OPENING.value), else_=PaymentLink.state),
            attempts=PaymentLink.attempts + 1,
            lease_until=now + LEASE,
            worker=worker,
        )
        .returning(PaymentLink),
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).all()


def record_opened(
    session: Session, link_id: int, link: GatewayLink, *, now: datetime, provider: Provider = Provider.RAZORPAY
) -> None:
    """The gateway has it; if the booking ended meanwhile it is closed next."""
    session.execute(
        update(PaymentLink)
        .where(PaymentLink.id == link_id)
        .values(
            provider=provider,
            provider_link_id=link.link_id,
            short_url=link.short_url,
            state=case((PaymentLink.state == LinkState.OPENING, LinkState.OPEN.value), else_=PaymentLink.state),
            attempts=0,
            next_attempt_at=now,
            lease_until=None,
            checked_at=now,
            last_error=None,
        ),
        execution_options={"synchronize_session": False},
    )


def record_closed(session: Session, link_id: int, link: GatewayLink | None, *, now: datetime) -> None:
    """The gateway takes no more money by it (None: it never had it)."""
    expired = link is not None and link.status == "expired"
    _set_state(
        session,
        link_id,
        LinkState.EXPIRED if expired else LinkState.CANCELLED,
        now=now,
        given=PaymentLink.state.not_in((LinkState.PAID,)),
    )


def record_paid(session: Session, link_id: int, *, now: datetime) -> None:
    """The guest has paid by it: paid wins over expired and cancelled, whatever came first."""
    _set_state(session, link_id, LinkState.PAID, now=now)


def record_refused(session: Session, link_id: int, error: str, *, now: datetime) -> None:
    """The gateway will not have it; asking again would not help."""
    _set_state(session, link_id, LinkState.FAILED, now=now, error=error, given=PaymentLink.state != LinkState.PAID)


def try_later(session: Session, link: PaymentLink, error: str, *, now: datetime, keep_lease: bool) -> None:
    """The gateway could not be reached, or its answer was lost (then the lease says when to ask again)."""
    wait = min(timedelta(seconds=2**link.attempts), _SLOWEST)
    session.execute(
        update(PaymentLink)
        .where(PaymentLink.id == link.id)
        .values(
            next_attempt_at=now + wait,
            last_error=error,
            lease_until=PaymentLink.lease_until if keep_lease else None,
        ),
        execution_options={"synchronize_session": False},
    )


def _set_state(
    session: Session,
    link_id: int,
    state: LinkState,
    *,
    now: datetime,
    error: str | None = None,
    given: ColumnElement[bool] | None = None,
) -> None:
    changing = update(PaymentLink).where(PaymentLink.id == link_id)
    if given is not None:
        changing = changing.where(given)
    session.execute(
        changing.values(state=state, lease_until=None, checked_at=now, last_error=error),
        execution_options={"synchronize_session": False},
    )
