"""Money's errands: links are opened and closed at the gateway, refunds sent, lost answers asked for.

Each errand is a row, claimed and committed before the gateway is called and recorded after it: a worker that dies in
between leaves a lease that the next one takes over, asking again under the same reference or key.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ProviderError, ProviderRefused, ProviderUnavailable
from core.log import get_logger
from core.payments import audit, links, reconcile, refund
from core.payments.ask import SOONEST_END
from core.ports import GatewayLink, GatewayPayment, LinkRequest, PaymentGateway
from core.unit_of_work import unit_of_work
from jobs.presence import Presence
from models.booking import Booking
from models.folio import Payment, PaymentLink, Refund
from models.guest import Guest
from models.property import Property
from models.states import LinkState
from providers.house import House

log = get_logger()


class Payments:
    """Does one errand at a time; many threads and processes may do so side by side."""

    def __init__(self, house: House, presence: Presence | None = None) -> None:
        self._house = house
        self._presence = presence or Presence()

    def work_next(self) -> bool:
        """Open or close a link, or send a refund; False when nothing is due."""
        return self._link() or self._refund()

    def reconcile_next(self) -> bool:
        """Ask the gateway about what no word has come of, or compare an account's books; False when none is due."""
        return self._ask_about_link() or self._ask_about_refund() or self._look_at_account()

    def _link(self) -> bool:
        with unit_of_work(self._house.engine) as session:
            claimed = links.claim_links(session, now=self._now(), limit=1, worker=self._presence.number)
            asks = [_request(session, link, self._house, self._now()) for link in claimed]
        for link, ask in zip(claimed, asks, strict=True):
            self._do_link(link, ask)
        return bool(claimed)

    def _do_link(self, link: PaymentLink, ask: LinkRequest) -> None:
        opening = link.state is LinkState.OPENING
        try:
            registry = self._house.registry
            gateway = (
                registry.gateway_for(link.account_id)
                if link.provider_link_id is None
                else registry.gateway_of(link.account_id, link.provider)
            )
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
                    links.record_opened(session, link.id, told, now=self._now(), provider=gateway.provider)
                _apply(session, link, told, now=self._now())
                if not opening:
                    links.record_closed(session, link.id, told, now=self._now())

    def _refund(self) -> bool:
        with unit_of_work(self._house.engine) as session:
            claimed = refund.claim_refunds(session, now=self._now(), limit=1, worker=self._presence.number)
            payments = [session.get_one(Payment, row.payment_id) for row in claimed]
        for row, payment in zip(claimed, payments, strict=True):
            self._do_refund(row, payment)
        return bool(claimed)

    def _do_refund(self, row: Refund, payment: Payment) -> None:
        try:
            gateway = self._house.registry.gateway_of(row.account_id, payment.provider)
            told = gateway.refund(payment.provider_payment_id, row.amount_paise, key=row.key)
        except ProviderRefused as refused:
            log.warning("refund_refused", refund=row.id, **refused.facts)
            with unit_of_work(self._house.engine) as session:
                final = bool(refused.facts.get("is_final"))
                refund.record_refund_refused(session, row.id, _why(refused), now=self._now(), is_final=final)
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
                gateway = self._house.registry.gateway_of(link.account_id, link.provider)
                told = gateway.fetch_link(link.provider_link_id or "")
                paid = () if link.provider_order_id is None else gateway.payments_of_order(link.provider_order_id)
            except ProviderError as trouble:
                log.warning("payment_link_not_asked", link=link.id, code=trouble.code, **trouble.facts)
                continue
            with unit_of_work(self._house.engine) as session:
                now, row = self._now(), session.get_one(PaymentLink, link.id)
                applied = reconcile.apply_order(session, row, paid, now=now)
                applied += reconcile.apply_link(session, row, told, now=now)
                audit.count_mended(session, link.account_id, applied, now=now)
        return bool(due)

    def _ask_about_refund(self) -> bool:
        with unit_of_work(self._house.engine) as session:
            due = reconcile.claim_pending_refunds(session, now=self._now(), limit=1)
            payments = [session.get_one(Payment, row.payment_id) for row in due]
        for row, payment in zip(due, payments, strict=True):
            try:
                gateway = self._house.registry.gateway_of(row.account_id, payment.provider)
                told = gateway.fetch_refund(payment.provider_payment_id, row.provider_refund_id or "")
            except ProviderError as trouble:
                log.warning("refund_not_asked", refund=row.id, code=trouble.code, **trouble.facts)
                continue
            with unit_of_work(self._house.engine) as session:
                refund.record_refund(session, row.id, told, now=self._now())
        return bool(due)

    def _look_at_account(self) -> bool:
        with unit_of_work(self._house.engine) as session:
            look = audit.claim_look(session, now=self._now())
        if look is None:
            return False
        try:
            gateway = self._house.registry.gateway_for(look.account_id)
            listed = gateway.payments_between(look.since, look.until)
        except ProviderError as trouble:
            # The same time is listed at the next look.
            log.warning("payments_not_listed", account=look.account_id, code=trouble.code, **trouble.facts)
            return True
        with unit_of_work(self._house.engine) as session:
            findings = audit.compare(session, look, listed)
        mended = sum(self._mend(look.account_id, payment) for payment in findings.to_apply)
        mended += sum(self._capture(gateway, look.account_id, payment) for payment in findings.to_capture)
        with unit_of_work(self._house.engine) as session:
            audit.record_look(session, look, listed, findings, mended=mended, now=self._now())
        return True

    def _mend(self, account_id: int, payment: GatewayPayment) -> bool:
        with unit_of_work(self._house.engine) as session:
            return audit.is_mended(audit.apply_found(session, account_id, payment, now=self._now()))

    def _capture(self, gateway: PaymentGateway, account_id: int, payment: GatewayPayment) -> bool:
        """A bank has set the money aside and nobody has taken it: the booking waits for it, so it is taken."""
        try:
            taken = gateway.capture(payment.payment_id, payment.amount)
        except ProviderError as trouble:
            log.warning("payment_not_captured", payment=payment.payment_id, code=trouble.code, **trouble.facts)
            return False
        return self._mend(account_id, taken)

    def _now(self) -> datetime:
        return self._house.clock.now()


def _request(session: Session, link: PaymentLink, house: House, now: datetime) -> LinkRequest:
    """What the gateway is asked for; only our own reference may tell it apart, so it also stands in the description."""
    property_name, guest_name, guest_phone, pay_by = session.execute(
        select(Property.name, Guest.name, Guest.phone, Booking.hold_expires_at)
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
        pay_by=pay_by if pay_by is not None and pay_by > now else None,
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
