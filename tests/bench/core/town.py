"""Houses, quotes and guests by the thousand, made from one of each by the verbs and multiplied in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core.unit_of_work import unit_of_work
from models.rates import Quote
from tests.builders.houses import Hotel, Visitor, a_guest, a_hotel, a_stay_quote

ROOMS: Final = 50
_GUESTS: Final = 150_000
_YEARS_AHEAD: Final = 3_650
_COLD_HOTELS: Final = 500
_COLD_NIGHTS: Final = 360
_LONGEST: Final = 5
_QUOTES: Final = 20_000

_BARE: Final = """
CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, room_type_id bigint NOT NULL,
    stay daterange NOT NULL, status text NOT NULL, guest_id bigint, hold_expires_at timestamptz NOT NULL)"""

_COLUMNS: Final = text(
    """SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = :table AND column_name <> ALL(:but)"""
)

_GUEST_ROWS: Final = """
INSERT INTO guest ({guest}) SELECT {guest} FROM guest, generate_series(2, {count}) WHERE id = {guest_id};
INSERT INTO conversation (guest_id, address, {talk})
SELECT g.id, 'whatsapp:+91' || (9000000000 + g.id), {talk_c}
FROM conversation c, guest g WHERE c.id = {talk_id} AND g.id > {guest_id} ORDER BY g.id
"""

_COLD_ROWS: Final = """
INSERT INTO property (name, {house}) SELECT 'Cold ' || n, {house} FROM property, generate_series(1, {count}) n
WHERE id = {property_id};
INSERT INTO room_type (property_id, {type}) SELECT p.id, {type_t} FROM property p, room_type t
WHERE p.name LIKE 'Cold %' AND t.id = {room_type_id} ORDER BY p.id;
INSERT INTO night_inventory (room_type_id, {night}) SELECT t.id, {night_n}
FROM room_type t JOIN property p ON p.id = t.property_id AND p.name LIKE 'Cold %', night_inventory n
WHERE n.room_type_id = {room_type_id} AND n.night < '{until}'
"""

_QUOTE_ROWS: Final = """
INSERT INTO quote (property_id, request, {quote})
SELECT t.property_id, jsonb_build_object('arrival', arrival::text,
        'departure', least(arrival + nights, DATE '{first}' + {days})::text,
        'adults', q.request->'adults', 'children', q.request->'children',
        'rooms', jsonb_set(q.request->'rooms', '{{0,room_type_id}}', to_jsonb(t.id))),
    {quote_q}
FROM quote q,
    LATERAL (SELECT DATE '{first}' + floor(random() * {days})::int AS arrival,
             1 + floor(random() * {longest})::int AS nights, {pick} AS type_id
             FROM generate_series(1, {count})) wish
    JOIN room_type t ON t.id = wish.type_id
WHERE q.id = {quote_id}
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Prices told for stays in one house or many: the quotes' ids."""

    name: str
    quote_ids: tuple[int, ...]
    room_type_id: int
    nights: int


@dataclass(frozen=True, slots=True)
class Town:
    """Where everything is: guests and their conversations in step, and the wishes of each part."""

    now: datetime
    first_guest: int
    first_talk: int
    guests: int
    hot: Wishes
    cold: Wishes


def build(engine: Engine) -> Town:
    """A house of fifty rooms for ten years, and five hundred of them for one."""
    now = datetime.now(UTC)
    with unit_of_work(engine) as session:
        hot = a_hotel(session, now=now, rooms=ROOMS, horizon_days=_YEARS_AHEAD)
        visitor = a_guest(session, hot, now=now)
        quote = _quote(session, hot, now)
        _more_guests(session, visitor)
        first_cold = _more_houses(session, hot, now)
        days = _YEARS_AHEAD
        hot_wishes = _wishes(session, quote, "hot", hot.room_type_id, str(hot.room_type_id), now, days=days)
        pick = f"{first_cold} + (random() * {_COLD_HOTELS - 1})::int"
        cold_wishes = _wishes(session, quote, "cold", first_cold, pick, now, days=_COLD_NIGHTS)
        session.execute(text(_BARE))
    _settle(engine)
    return Town(now, visitor.guest_id, visitor.conversation_id, _GUESTS, hot_wishes, cold_wishes)


def one_house(engine: Engine, town: Town, name: str, nights: int) -> Wishes:
    """Another house of fifty rooms, wanted for a few nights by everybody."""
    with unit_of_work(engine) as session:
        hotel = a_hotel(session, now=town.now, rooms=ROOMS, horizon_days=nights)
        session.execute(
            text("UPDATE property SET account_id = (SELECT account_id FROM guest WHERE id = :guest) WHERE id = :id"),
            {"guest": town.first_guest, "id": hotel.property_id},
        )
        quote = session.get_one(Quote, town.hot.quote_ids[0])
        return _wishes(session, quote, name, hotel.room_type_id, str(hotel.room_type_id), town.now, days=nights)


def _quote(session: Session, hot: Hotel, now: datetime) -> Quote:
    quote = a_stay_quote(session, hot, now=now, arrival=(now + timedelta(days=30)).date())
    quote.good_until = now + timedelta(days=7)
    session.flush()
    return quote


def _columns(session: Session, table: str, *but: str, of: str = "") -> str:
    names: str = session.scalars(_COLUMNS, {"table": table, "but": ["id", *but]}).one()
    return ", ".join(f"{of}{name}" for name in names.split(", "))


def _run(session: Session, script: str, **facts: object) -> None:
    for statement in script.format(**facts).split(";\n"):
        session.execute(text(statement.replace(":+", r"\:+")))


def _more_guests(session: Session, visitor: Visitor) -> None:
    _run(
        session,
        _GUEST_ROWS,
        count=_GUESTS,
        guest=_columns(session, "guest"),
        guest_id=visitor.guest_id,
        talk=_columns(session, "conversation", "guest_id", "address"),
        talk_c=_columns(session, "conversation", "guest_id", "address", of="c."),
        talk_id=visitor.conversation_id,
    )


def _more_houses(session: Session, hot: Hotel, now: datetime) -> int:
    _run(
        session,
        _COLD_ROWS,
        count=_COLD_HOTELS,
        house=_columns(session, "property", "name"),
        property_id=hot.property_id,
        type=_columns(session, "room_type", "property_id"),
        type_t=_columns(session, "room_type", "property_id", of="t."),
        room_type_id=hot.room_type_id,
        night=_columns(session, "night_inventory", "room_type_id"),
        night_n=_columns(session, "night_inventory", "room_type_id", of="n."),
        until=(now + timedelta(days=_COLD_NIGHTS + _LONGEST)).date(),
    )
    first: int = session.scalars(
        text("SELECT min(t.id) FROM room_type t JOIN property p ON p.id = t.property_id WHERE p.name LIKE 'Cold %'")
    ).one()
    return first


def _wishes(
    session: Session, quote: Quote, name: str, room_type_id: int, pick: str, now: datetime, *, days: int
) -> Wishes:
    statement = _QUOTE_ROWS.format(
        first=(now + timedelta(days=1)).date(),
        days=days,
        longest=_LONGEST,
        pick=pick,
        count=_QUOTES,
        quote=_columns(session, "quote", "property_id", "request"),
        quote_q=_columns(session, "quote", "property_id", "request", of="q."),
        quote_id=quote.id,
    )
    return Wishes(name, tuple(session.scalars(text(statement))), room_type_id, days)


def _settle(engine: Engine) -> None:
    """Statistics and a checkpoint, so that no part pays for another's making."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
