"""What all tables share: names of constraints, aware instants, money columns, enums kept as checked text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, override

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Enum,
    Identity,
    MetaData,
    String,
    literal_column,
    types,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, TSTZRANGE, Range
from sqlalchemy.orm import DeclarativeBase, mapped_column

from models.money import Money

type Json = dict[str, Any]


class Instant(types.TypeDecorator[datetime]):
    """A moment in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            message = f"an instant knows its zone: {value!r}"
            raise ValueError(message)
        return value

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


class Paise(types.TypeDecorator[Money]):
    """Money kept as whole paise; the column's name ends in _paise."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: Money | int | None, dialect: Dialect) -> int | None:
        return value.paise if isinstance(value, Money) else value

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        return None if value is None else Money(value)


def one_of(choices: type[StrEnum]) -> Enum:
    """Text that must be one of the choices; the database checks it."""
    return Enum(
        choices,
        native_enum=False,
        create_constraint=True,
        length=24,
        name=f"{choices.__name__.lower()}",
        values_callable=lambda members: [member.value for member in members],
    )


Id = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
Name = Annotated[str, mapped_column(String(200))]


def word(state: StrEnum) -> ColumnElement[str]:
    """A state as a word of the statement itself: a plan made once may then use an index over just those rows."""
    return literal_column(f"'{state.value}'")


class Base(DeclarativeBase):
    """One registry for all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - a class attribute of SQLAlchemy's own
        datetime: Instant,
        Money: Paise,
        int: BigInteger,
        Json: JSONB,
        list[Json]: JSONB,
        Range[date]: DATERANGE,
        Range[datetime]: TSTZRANGE,
    }
