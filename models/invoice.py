"""Invoices and credit notes: numbered without a gap in each house and financial year, and never changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Json, Name, one_of
from models.money import Money
from models.states import InvoiceKind


class InvoiceSeries(Base):
    """The last number given in a house's series of a financial year; its row is locked while the next is given."""

    __tablename__ = "invoice_series"
    __table_args__ = (
        UniqueConstraint("account_id", "financial_year", "prefix"),
        CheckConstraint("last_number >= 0", name="counts_up"),
    )

    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), primary_key=True)
    financial_year: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[InvoiceKind] = mapped_column(one_of(InvoiceKind), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    prefix: Mapped[str]
    last_number: Mapped[int] = mapped_column(default=0)


class Invoice(Base):
    """One numbered paper: `content` is everything on it, as it was when it was issued.

    `financial_year` is the calendar year in whose April it begins. A credit note names the invoice it takes from; an
    invoice wholly taken back to be written anew (to a company, say) is not `current` any more.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("property_id", "financial_year", "kind", "serial"),
        UniqueConstraint("account_id", "number"),
        CheckConstraint("char_length(number) <= 16 AND serial >= 1", name="number"),
        CheckConstraint("(kind = 'credit_note') = (credits_id IS NOT NULL)", name="credits_an_invoice"),
        CheckConstraint("total_paise >= 0 AND tax_paise >= 0", name="not_negative"),
        Index(
            "uq_invoice_current", "booking_id", unique=True, postgresql_where=text("kind = 'invoice' AND is_current")
        ),
        Index("ix_invoice_booking", "booking_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    kind: Mapped[InvoiceKind] = mapped_column(one_of(InvoiceKind))
    financial_year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str]
    issued_on: Mapped[date]
    credits_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    is_current: Mapped[bool] = mapped_column(default=True)
    tax_paise: Mapped[Money]
    total_paise: Mapped[Money]
    content: Mapped[Json]
    created_at: Mapped[datetime]


class BillTo(Base):
    """The company a guest wants the invoice written to, with its tax number."""

    __tablename__ = "bill_to"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    gstin: Mapped[str]
    name: Mapped[Name | None]
    at: Mapped[datetime]
