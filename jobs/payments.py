"""Money's errands: links are opened and closed at the gateway, refunds sent, lost answers asked for.

Each errand is a row, claimed and committed before the gateway is called and recorded after it: a worker that dies in
between leaves a lease that lapses, and the next one asks again under the same reference or key.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ProviderError, ProviderRefused, ProviderUnavailable
from core.log import get_logger
from core.payments import links, reconcile, refund
from core.payments.ask import SOONEST_END
from core.ports import GatewayLink, LinkRequest, PaymentGateway
from core.unit_of_work import unit_of_work
from models.booking import Booking
from models.folio import Payment, PaymentLink, Refund
from models.guest import Guest
from models.property import Property
from models.states import LinkState
from providers.house import House

log = get_logger()


class Payments:
    """Does one errand at a time; many threads and processes may do so side by side."""

    def __init__(self, house: House) -> None:
        self._house = house

    def work_next(self) -> bool:
        """Open or close a link, or send a refund; False when nothing is due."""
        return self._link() or self._refund()

    def reconcile_next(self) -> bool:
        """Ask the gateway about a link or a refund for which no word has come; False when none is due."""
        return self._ask_about_link() or self._ask_about_refund()

    def _link(self) -> bool:
        with unit_of_work(self._house.engine) as session:
            claimed = links.claim_links(session, now=self._now(), limit=1)
            asks = [_request(session, link, self._house, self._now()) for link in claimed]
        for link, ask in zip(claimed, asks, strict=True):
            self._do_link(link, ask)
        return bool(claimed)

    def _do_link(self, link: PaymentLink, ask: LinkRequest) -> None:
        opening = link.state is LinkState.OPENING
        try:
            gateway = self._house.registry.gateway_for(link.account_id)
            told = gateway.open_link(ask) if opening else _close(gateway, link)
        except ProviderRefused as refused:
            log.warning("payment_link_refused", link=link.id, **refused.facts)
            with unit_of_work(self._house.engine) as session:
                links.record_refused(session, link.id, _why(refused), now=self._now())
        except ProviderError as trouble:
            log.warning("payment_link_waits", link=link.id, code=trouble.code, **trouble.facts)
            # What certainly did nothing is tried again soon; what may have happened, when the lease has lapsed.
            keep = not isinstance(trouble, ProviderUnavailable)
            with unit_of_work(self._house.engine) as session:
                links.try_later(session, link, trouble.code, now=self._now(), keep_lease=keep)
        else:
            with unit_of_work(self._house.engine) as session:
                if opening and told is not None:
                    links.record_opened(session, link.id, told, now=self._now())
                _apply(session, link, told, now=self._now())
                if not opening:
                    links.record_closed(session, link.id, told, now=self._now())

    def _refund(self) -> bool:
        with unit_of_work(self._house.engine) as session:
            claimed = refund.claim_refunds(session, now=self._now(), limit=1)
            payments = [session.get_one(Payment, row.payment_id) for row in claimed]
        for row, payment in zip(claimed, payments, strict=True):
            self._do_refund(row, payment)
        return bool(claimed)

    def _do_refund(self, row: Refund, payment: Payment) -> None:
        try:
            gateway = self._house.registry.gateway_for(row.account_id)
            told = gateway.refund(payment.provider_payment_id, row.amount_paise, key=row.key)
        except ProviderRefused as refused:
            log.warning("refund_refused", refund=row.id, **refused.facts)
            with unit_of_work(self._house.engine) as session:
                refund.record_refund_refused(session, row.id, _why(refused), now=self._now())
        except ProviderError as trouble:
            log.warning("refund_waits", refund=row.id, code=trouble.code, **trouble.facts)
            keep = not isinstance(trouble, ProviderUnavailable)
            with unit_of_work(self._house.engine) as session:
                refund.send_later(session, row, trouble.code, now=self._now(), keep_lease=keep)
        else:
            with unit_of_work(self._house.engine) as session:
                refund.record_refund(session, row.id, told, now=self._now())

    def _ask_about_link(self) -> bool:
        with unit_of_work(self._house.engine) as session:
            due = reconcile.claim_open_links(session, now=self._now(), limit=1)
        for link in due:
            try:
                told = self._house.registry.gateway_for(link.account_id).fetch_link(link.provider_link_id or "")
            except ProviderError as trouble:
                log.warning("payment_link_not_asked", link=link.id, code=trouble.code, **trouble.facts)
                continue
            with unit_of_work(self._house.engine) as session:
                _apply(session, link, told, now=self._now())
        return bool(due)

    def _ask_about_refund(self) -> bool:
        with unit_of_work(self._house.engine) as session:
            due = reconcile.claim_pending_refunds(session, now=self._now(), limit=1)
            payments = [session.get_one(Payment, row.payment_id) for row in due]
        for row, payment in zip(due, payments, strict=True):
            try:
                gateway = self._house.registry.gateway_for(row.account_id)
                told = gateway.fetch_refund(payment.provider_payment_id, row.provider_refund_id or "")
            except ProviderError as trouble:
                log.warning("refund_not_asked", refund=row.id, code=trouble.code, **trouble.facts)
                continue
            with unit_of_work(self._house.engine) as session:
                refund.record_refund(session, row.id, told, now=self._now())
        return bool(due)

    def _now(self) -> datetime:
        return self._house.clock.now()


def _request(session: Session, link: PaymentLink, house: House, now: datetime) -> LinkRequest:
    """What the gateway is asked for; only our own reference may tell it apart, so it also stands in the description."""
    property_name, guest_name, guest_phone = session.execute(
        select(Property.name, Guest.name, Guest.phone)
        .select_from(Booking)
        .join(Property, Property.id == Booking.property_id)
        .join(Guest, Guest.id == Booking.guest_id)
        .where(Booking.id == link.booking_id)
    ).one()
    return LinkRequest(
        reference=link.reference,
        amount=link.amount_paise,
        description=f"{property_name}, {link.reference}",
        expires_at=max(link.expires_at, now + SOONEST_END),
        return_url=f"{house.settings.public_base_url.rstrip('/')}/p/{link.token}/done",
        guest_name=guest_name,
        guest_phone=guest_phone,
    )


def _close(gateway: PaymentGateway, link: PaymentLink) -> GatewayLink | None:
    """Close it; a link whose opening was never answered is looked for first."""
    if link.provider_link_id is not None:
        return gateway.close_link(link.provider_link_id)
    found = gateway.find_link(link.reference)
    return None if found is None else gateway.close_link(found.link_id)


def _apply(session: Session, link: PaymentLink, told: GatewayLink | None, *, now: datetime) -> None:
    reconcile.apply_link(session, session.get_one(PaymentLink, link.id), told, now=now)


def _why(refused: ProviderRefused) -> str:
    return str(refused.facts.get("provider_code") or refused.code)[:500]
