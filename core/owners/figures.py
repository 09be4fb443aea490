"""How a house does: rooms sold of those sellable, what they brought, and covers; cancelled and no-show left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.money import Money

# Nights slept or sold, with the room's price of each night before tax, as it was promised.
_ROOMS = text(
    """
    WITH nights AS (
        SELECT b.id, (line->>'night')::date AS night, (line->>'taxable')::bigint AS taxable
        FROM booking b JOIN quote q ON q.id = b.quote_id, jsonb_array_elements(q.parts->'nights') AS line
        WHERE b.property_id = ANY(:houses) AND b.kind = 'stay' AND b.status IN ('confirmed', 'arrived', 'completed')
          AND b.first_day <= :last AND b.last_day > :first
    )
    SELECT count(*) AS sold, coalesce(sum(taxable), 0) AS revenue FROM nights WHERE night BETWEEN :first AND :last"""
)
# Rooms out of order are no rooms to sell; those out of service could have been sold, and count.
_SELLABLE = text(
    """
    SELECT (SELECT coalesce(sum(i.sellable), 0) FROM night_inventory i JOIN room_type t ON t.id = i.room_type_id
            WHERE t.property_id = ANY(:houses) AND i.night BETWEEN :first AND :last)
        + (SELECT coalesce(sum(c.rooms * (least(upper(c.nights), CAST(:last AS date) + 1)
                                          - greatest(lower(c.nights), CAST(:first AS date)))), 0)
           FROM closure c
           WHERE c.property_id = ANY(:houses) AND c.kind = 'out_of_service' AND c.lifted_at IS NULL
             AND c.nights && daterange(:first, :last, '[]'))"""
)
_COVERS = text(
    """
    SELECT coalesce(sum(party_size), 0) AS covers, coalesce(sum(total_paise), 0) AS revenue FROM booking
    WHERE property_id = ANY(:houses) AND kind = 'table' AND status IN ('confirmed', 'arrived', 'completed')
      AND first_day BETWEEN :first AND :last"""
)
_BOOKED = text(
    """
    SELECT count(*) AS booked, count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
           count(*) FILTER (WHERE status = 'no_show') AS no_shows
    FROM booking WHERE property_id = ANY(:houses) AND first_day BETWEEN :first AND :last
      AND status IN ('confirmed', 'arrived', 'completed', 'cancelled', 'no_show')"""
)


@dataclass(frozen=True, slots=True)
class Figures:
    """One stretch of days of one or more houses."""

    first: date
    last: date
    sold: int
    sellable: int
    room_revenue: Money
    covers: int
    table_revenue: Money
    booked: int
    cancelled: int
    no_shows: int

    @property
    def occupancy(self) -> int:
        """Rooms sold of those that could be sold, in per cent."""
        return round(100 * self.sold / self.sellable) if self.sellable else 0

    @property
    def adr(self) -> Money:
        """What a sold room brought a night."""
        return Money(round(self.room_revenue.paise // self.sold, -2)) if self.sold else Money(0)

    @property
    def revpar(self) -> Money:
        """What a sellable room brought a night."""
        return Money(round(self.room_revenue.paise // self.sellable, -2)) if self.sellable else Money(0)


def figures(session: Session, property_ids: list[int], first: date, last: date) -> Figures:
    """Both days included."""
    asked = {"houses": property_ids, "first": first, "last": last}
    rooms = session.execute(_ROOMS, asked).one()
    tables = session.execute(_COVERS, asked).one()
    booked = session.execute(_BOOKED, asked).one()
    return Figures(
        first=first,
        last=last,
        sold=rooms.sold,
        sellable=int(session.scalar(_SELLABLE, asked) or 0),
        room_revenue=Money(int(rooms.revenue)),
        covers=int(tables.covers),
        table_revenue=Money(int(tables.revenue)),
        booked=booked.booked,
        cancelled=booked.cancelled,
        no_shows=booked.no_shows,
    )
