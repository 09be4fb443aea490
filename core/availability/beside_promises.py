"""What is on sale beside promised numbers: a night's spare room counts only for whom it can really be given.

A search says the same as a hold: both ask whether everybody would still have one room for all of their nights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from core.availability.colouring import Lodging, colour
from core.availability.rooms import STANDS_FAST, Numbering, look, refused
from core.availability.stay_rows import TypeRow, free_types
from core.availability.wanted import StaySearch
from core.errors import RoomsPromised
from models.dates import StayDates

_LOOKED_AT: Final = 3
_OF_THESE: Final = text(
    "SELECT t FROM unnest(:types) t WHERE "  # noqa: S608 - our own constants are joined, values are bound
    + STANDS_FAST.format(room_type_id="t", arrival="CAST(:arrival AS date)")
).bindparams(bindparam("types", type_=ARRAY(BigInteger)))


def really_free(session: Session, rows: Sequence[TypeRow], rooms: int, *, now: datetime) -> list[TypeRow]:
    """These rows with so many rooms as could be held, at most as many as are asked for where numbers are promised."""
    numberings: dict[int, Numbering] = {}
    found = []
    for row in rows:
        if row.promised:
            stay = StayDates.of(row.arrival, len(row.prices))
            if row.room_type_id not in numberings:
                until = max(each.arrival for each in rows if each.room_type_id == row.room_type_id)
                ends = StayDates.of(until, max(len(each.prices) for each in rows)).departure
                numberings[row.room_type_id] = look(session, row.room_type_id, now=now, until=ends)
            row = row._replace(free=_given_at_once(numberings[row.room_type_id], stay, min(row.free, rooms)))  # noqa: PLW2901 - the same row, told truly
        if row.free >= rooms:
            found.append(row)
    return found


def some_free(session: Session, rows: Sequence[TypeRow], most: int, *, now: datetime) -> list[TypeRow]:
    """The same for rooms that are put together: every row with at least one room to give, and how many."""
    found = []
    for row in rows:
        if not row.promised:
            found.append(row)
            continue
        for rooms in range(min(row.free, most), 0, -1):
            if fitting := really_free(session, [row], rooms, now=now):
                found += fitting
                break
    return found


def refused_beside(session: Session, search: StaySearch, *, now: datetime) -> list[RoomsPromised]:
    """When nothing is offered: the types that only promises stand in the way of, for the house to hear of."""
    rows = [row for row in free_types(session, search, most=_LOOKED_AT) if row.promised]
    away = (promised_away(session, row.room_type_id, search.rooms, search.stay, now=now) for row in rows)
    return [each for each in away if each is not None]


def check_given(session: Session, wanted: Mapping[int, int], stay: StayDates, *, now: datetime) -> None:
    """So many rooms of each type could be held for these nights.

    Raises:
        RoomsPromised: every night has them to spare, but only for those who would change rooms.
    """
    types = session.scalars(_OF_THESE, {"types": list(wanted), "arrival": stay.arrival}).all()
    for room_type_id in types:
        if (away := promised_away(session, room_type_id, wanted[room_type_id], stay, now=now)) is not None:
            raise away


def promised_away(
    session: Session, room_type_id: int, rooms: int, stay: StayDates, *, now: datetime
) -> RoomsPromised | None:
    """Who was promised what these guests would need, and where they could move instead; None when they have a room."""
    numbering = look(session, room_type_id, now=now, until=stay.departure)
    if _given_at_once(numbering, stay, rooms) == rooms:
        return None
    return refused(session, numbering, asked=_asked(stay, rooms))


def _given_at_once(numbering: Numbering, stay: StayDates, rooms: int) -> int:
    """All of them, or none."""
    return rooms if colour([*numbering.lodgings, *_asked(stay, rooms)], numbering.rooms) is not None else 0


def _asked(stay: StayDates, rooms: int) -> list[Lodging]:
    return [Lodging(-number, stay) for number in range(1, rooms + 1)]
