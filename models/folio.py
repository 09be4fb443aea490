"""The running account of a booking: payment links, payments, refunds and the folio's lines."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Json, Name, one_of
from models.money import Money
from models.states import FolioKind, LinkState, PaymentState, Provider, RefundState


class PaymentLink(Base):
    """A way to pay for a booking: our own short address at once, the gateway's page behind it a moment later.

    `reference` can be computed again from the booking and the attempt, so a lost answer never makes a second link. The
    same sum can be paid on our own page as an order of the gateway, `provider_order_id`, made when it is first wanted.
    """

    __tablename__ = "payment_link"
    __table_args__ = (
        CheckConstraint("amount_paise >= 100", name="at_least_a_rupee"),
        Index(
            "ix_payment_link_due", "next_attempt_at", postgresql_where=text("state IN ('wanted', 'opening', 'closing')")
        ),
        Index(
            "uq_payment_link_live",
            "booking_id",
            unique=True,
            postgresql_where=text("state IN ('wanted', 'opening', 'open')"),
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    amount_paise: Mapped[Money]
    state: Mapped[LinkState] = mapped_column(one_of(LinkState))
    provider: Mapped[Provider] = mapped_column(one_of(Provider), server_default=Provider.RAZORPAY.value)
    provider_order_id: Mapped[str | None] = mapped_column(unique=True)
    provider_link_id: Mapped[str | None] = mapped_column(unique=True)
    short_url: Mapped[str | None]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    worker: Mapped[int | None]  # whose lease it is; once that one is dead it is over
    checked_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]


class Payment(Base):
    """Money a guest has paid, or tried to pay."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("provider", "provider_payment_id"),
        CheckConstraint("amount_paise > 0", name="more_than_nothing"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    payment_link_id: Mapped[int | None] = mapped_column(ForeignKey("payment_link.id"))
    provider: Mapped[Provider] = mapped_column(one_of(Provider))
    provider_payment_id: Mapped[str]
    amount_paise: Mapped[Money]
    currency: Mapped[str]
    method: Mapped[str | None]
    state: Mapped[PaymentState] = mapped_column(one_of(PaymentState))
    flag: Mapped[str | None]
    captured_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Refund(Base):
    """Money on its way back to a guest; `key` goes with the call so that a repeated call refunds once.

    `again_for` is the refund that failed at the bank and is tried once more by this one.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_paise > 0", name="more_than_nothing"),
        Index("ix_refund_due", "next_attempt_at", postgresql_where=text("state IN ('wanted', 'sending')")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    amount_paise: Mapped[Money]
    reason: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    again_for: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))
    state: Mapped[RefundState] = mapped_column(one_of(RefundState))
    provider_refund_id: Mapped[str | None] = mapped_column(unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    worker: Mapped[int | None]  # whose lease it is; once that one is dead it is over
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class FolioLine(Base):
    """One line of the account: balance = charges - payments + refunds."""

    __tablename__ = "folio_line"
    __table_args__ = (CheckConstraint("(kind = 'payment') = (payment_id IS NOT NULL)", name="payment_named"),)

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    kind: Mapped[FolioKind] = mapped_column(one_of(FolioKind))
    label: Mapped[Name]
    amount_paise: Mapped[Money]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"), unique=True)
    at: Mapped[datetime]


class Reconciliation(Base):
    """What one day's comparing with the gateway found: how much was looked at, what was mended, what does not match.

    `looked_until` is how far payments have been listed, `next_look_at` when they are listed again.
    """

    __tablename__ = "reconciliation"
    __table_args__ = (UniqueConstraint("account_id", "day"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    day: Mapped[date]
    checked: Mapped[int] = mapped_column(default=0)
    mended: Mapped[int] = mapped_column(default=0)
    mismatches: Mapped[list[Json]] = mapped_column(default=list)
    looked_until: Mapped[datetime]
    next_look_at: Mapped[datetime]
    changed_at: Mapped[datetime]
