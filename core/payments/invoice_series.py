"""Numbers of invoices: one after the other without a gap, in each house and financial year.

The number is taken in the transaction that writes the paper, under a lock on the series' row: who rolls back gives the
number back, and nobody can have taken the next one meanwhile. At most sixteen signs, as rule 46 of the GST rules asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase, digits

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.account import Account
from models.invoice import InvoiceSeries
from models.property import Property
from models.states import InvoiceKind

_APRIL = 4
_CREDIT = "C"


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """A number just taken."""

    financial_year: int
    serial: int
    text: str


def financial_year(day: date) -> int:
    """The calendar year in whose April the day's financial year began.

    >>> financial_year(date(2027, 3, 31)), financial_year(date(2027, 4, 1))
    (2026, 2027)
    """
    return day.year if day.month >= _APRIL else day.year - 1


def next_number(session: Session, house: Property, kind: InvoiceKind, day: date) -> PaperNumber:
    """Take the next number; it is ours when the transaction commits, and nobody's when it does not."""
    year = financial_year(day)
    of_series = (
        (InvoiceSeries.property_id == house.id) & (InvoiceSeries.financial_year == year) & (InvoiceSeries.kind == kind)
    )
    if session.scalar(select(InvoiceSeries.prefix).where(of_series)) is None:
        _begin(session, house, kind, year)
    prefix, serial = session.execute(
        update(InvoiceSeries)
        .where(of_series)
        .values(last_number=InvoiceSeries.last_number + 1)
        .returning(InvoiceSeries.prefix, InvoiceSeries.last_number),
        execution_options={"synchronize_session": False},
    ).one()
    return PaperNumber(year, serial, written(prefix, year, serial))


def written(prefix: str, year: int, serial: int) -> str:
    """As it stands on the paper.

    >>> written("KK", 2026, 123)
    'KK/26-27/000123'
    """
    return f"{prefix}/{year % 100:02}-{(year + 1) % 100:02}/{serial:06}"


def _begin(session: Session, house: Property, kind: InvoiceKind, year: int) -> None:
    """Begin the series of a year; the account's row is locked, so that no two houses get the same letters."""
    session.execute(select(Account.id).where(Account.id == house.account_id).with_for_update(key_share=True))
    taken = {
        row.prefix: row.property_id
        for row in session.execute(
            select(InvoiceSeries.prefix, InvoiceSeries.property_id).where(
                InvoiceSeries.account_id == house.account_id, InvoiceSeries.kind == kind
            )
        )
    }
    before = next((prefix for prefix, owner in taken.items() if owner == house.id), None)
    prefix = before or free_prefix(
        house.name, {each.removesuffix(_CREDIT) for each in taken} if _is_credit(kind) else taken
    )
    if before is None and _is_credit(kind):
        prefix += _CREDIT
    session.execute(
        insert(InvoiceSeries)
        .values(
            property_id=house.id,
            financial_year=year,
            kind=kind,
            account_id=house.account_id,
            prefix=prefix,
            last_number=0,
        )
        .on_conflict_do_nothing(index_elements=["property_id", "financial_year", "kind"])
    )


def _is_credit(kind: InvoiceKind) -> bool:
    return kind is InvoiceKind.CREDIT_NOTE


def free_prefix(name: str, taken: Collection[str]) -> str:
    """Two letters for a house: of its name if they are free.

    >>> free_prefix("Kesar Kothi", ()), free_prefix("Kamal Kutir", {"KK"})
    ('KK', 'KU')
    """
    return next(each for each in _prefixes(name) if each not in taken)


def _prefixes(name: str) -> Iterator[str]:
    letters = [sign for sign in name.upper() if sign in ascii_uppercase] or ["H"]
    words = [word for word in name.upper().split() if word[0] in ascii_uppercase]
    if len(words) > 1:
        yield words[0][0] + words[1][0]
        yield from (words[0][0] + sign for sign in words[1][1:] if sign in ascii_uppercase)
    yield from (letters[0] + sign for sign in letters[1:])
    yield from (first + second for first in [letters[0], *ascii_uppercase] for second in ascii_uppercase + digits)
